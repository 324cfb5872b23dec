"""The methods of the stand-in that send no messages."""

from typing import Any

from tests.botapi import rules
from tests.botapi.calls import Call, method
from tests.botapi.ledger import Action, Answered, Json
from tests.botapi.rules import bad
from tests.botapi.world import Webhook, World

ACTIONS = (
    "cancel",
    "typing",
    "record_video",
    "upload_video",
    "record_audio",
    "record_voice",
    "upload_audio",
    "upload_voice",
    "upload_photo",
    "upload_document",
    "choose_sticker",
    "pick_up_location",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


@method("getMe")
def get_me(world: World, _: Call) -> Json:
    return world.bot


@method("sendChatAction")
def send_chat_action(world: World, call: Call) -> bool:
    action = call.args.get("action", "").lower()
    if action not in ACTIONS:
        raise bad("Wrong parameter action in request")
    chat_id = world.reach(call.args.get("chat_id", ""))["id"]
    world.ledger.actions.append(Action(**world.ledger.moment(), chat_id=chat_id, action=action))
    world.changed.notify_all()
    return True


@method("answerCallbackQuery")
def answer_callback_query(world: World, call: Call) -> bool:
    query = call.args.get("callback_query_id", "")
    if query in world.ledger.answered or world.presses.get(query, 0.0) <= world.clock.wall():
        raise bad("query is too old and response timeout expired or query ID is invalid")
    text = call.args.get("text", "")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    alert, url = call.args.get("show_alert", "").lower() in {"true", "yes", "1"}, call.args.get("url", "")
    answered = Answered(**world.ledger.moment(), query_id=query, text=text, show_alert=alert, url=url)
    world.ledger.answered[query] = answered
    world.changed.notify_all()
    return True


@method("getFile")
def get_file(world: World, call: Call) -> Json:
    return world.found_file(call.args.get("file_id", ""))


@method("setMyCommands", "getMyCommands", "deleteMyCommands")
def my_commands(world: World, call: Call) -> Any:  # a list or True
    key = (_scope(world, call), call.args.get("language_code", ""))
    if call.method.lower() == "getmycommands":
        return world.commands.get(key, [])
    world.commands[key] = rules.commands(call.args) if call.method.lower() == "setmycommands" else []
    return True


def _scope(world: World, call: Call) -> str:
    written = call.args.get("scope", "")
    scope = rules.parsed(written) if written else {"type": "default"}
    if not isinstance(scope, dict):
        raise bad("Can't parse BotCommandScope JSON object")
    kind = str(scope.get("type"))
    if kind in {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}:
        return kind
    if kind not in {"chat", "chat_administrators", "chat_member"}:
        raise bad("Can't parse BotCommandScope: Unsupported type specified")
    world.known(str(scope.get("chat_id", "")))
    return f"{kind}:{scope['chat_id']}:{scope.get('user_id', '')}"


PROFILE = {"name": 64, "description": 512, "shortdescription": 120}


@method("setMyName", "setMyDescription", "setMyShortDescription", "setChatMenuButton")
def set_profile(world: World, call: Call) -> bool:
    name = call.method.lower().removeprefix("setmy")
    value = call.args.get({"shortdescription": "short_description"}.get(name, name), "")
    if len(value) > PROFILE.get(name, 4096):
        raise bad(f"{name} is too long")
    world.profile[name] = value
    return True


@method("setWebhook", "deleteWebhook")
def set_webhook(world: World, call: Call) -> bool:
    args = call.args if call.method.lower() == "setwebhook" else {**call.args, "url": ""}
    if args.get("url"):
        rules.webhook(args)
    if args.get("drop_pending_updates", "").lower() in {"true", "yes", "1"}:
        world.queue.waiting.clear()
    world.queue.allow(rules.parsed(args.get("allowed_updates", "")))
    most = rules.number(args, "max_connections", 40, 1, 100)
    world.webhook = Webhook(args.get("url", ""), args.get("secret_token", ""), most)
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, _: Call) -> Json:
    hook = world.webhook
    info: Json = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": len(world.queue.waiting)}
    if hook.error:
        info |= {"last_error_date": int(hook.error_at), "last_error_message": hook.error}
    if hook.url:
        info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    return info
