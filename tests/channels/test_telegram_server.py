"""The stand-in of Telegram, asked by python-telegram-bot itself: does it do what the platform does?"""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.botapi import faults
from tests.botapi.faults import Limits
from tests.botapi.webhook import Listener
from tests.telegram_server import TelegramServer
from tests.telegram_user import PICTURE, User

LAN = 5512
GROUP = -4001
HTML = "HTML"


class Caller:
    """PTB's Bot, called one thing after the other: `bot.send_message(...)`."""

    def __init__(self, server: TelegramServer, token: str = "") -> None:
        # Reading the system's certificates takes longer than most tests.
        requests = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
        at = f"{server.url}/bot", f"{server.url}/file/bot"
        self.bot = Bot(token or server.token, *at, request=requests[0], get_updates_request=requests[1])
        self.loop = asyncio.new_event_loop()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **named: self.loop.run_until_complete(getattr(self.bot, name)(*args, **named))

    def close(self) -> None:
        """Closes PTB's connections; `Bot.shutdown` does so only after an `initialize`, which asks getMe."""
        for connections in self.bot._request:
            self.loop.run_until_complete(connections.shutdown())
        self.loop.close()


@pytest.fixture(autouse=True)
def _no_deprecation(monkeypatch: pytest.MonkeyPatch) -> None:
    """PTB 22 warns at every RetryAfter unless it may use timedelta."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """Long polls and webhook retries twenty times as fast."""
    with TelegramServer(speed=20) as running:
        yield running


@pytest.fixture
def bot(server: TelegramServer) -> Iterator[Caller]:
    """The client whose view of the platform counts."""
    caller = Caller(server)
    yield caller
    caller.close()


@pytest.fixture
def lan(server: TelegramServer) -> User:
    """Somebody who has started the bot."""
    user = User(server, LAN, "Lan")
    user.starts()
    server.world.queue.waiting.clear()
    return user


def key(label: str = "Gửi", data: str | None = "go", url: str | None = None) -> InlineKeyboardButton:
    """An inline button."""
    return InlineKeyboardButton(label, callback_data=data, url=url)


def board(*keys: InlineKeyboardButton) -> InlineKeyboardMarkup:
    """One button a row."""
    return InlineKeyboardMarkup([[one] for one in keys])


def post(server: TelegramServer, method: str, **sent: Any) -> httpx.Response:
    """A request by hand."""
    return httpx.post(f"{server.url}/bot{server.token}/{method}", **sent)


class TestCalls:
    def test_says_who_the_bot_is(self, bot: Caller) -> None:
        me = bot.get_me()
        assert (me.id, me.is_bot, me.can_read_all_group_messages) == (123456, True, True)

    def test_arguments_come_in_four_ways(self, server: TelegramServer, lan: User) -> None:
        said = {"chat_id": LAN, "text": "xin chào"}
        ways: list[dict[str, Any]] = [{"params": said}, {"json": said}, {"data": said}, {"files": _parts(said)}]
        for way in ways:
            assert post(server, "sendMessage", **way).json()["result"]["text"] == "xin chào"
        assert lan.got(4) == ["xin chào"] * 4

    def test_methods_without_distinction_of_case(self, server: TelegramServer) -> None:
        assert httpx.get(f"{server.url}/bot{server.token}/getme").json()["ok"]

    def test_an_unknown_method_is_not_found(self, server: TelegramServer) -> None:
        assert post(server, "sendGreeting").json() == {"ok": False, "error_code": 404, "description": "Not Found"}

    def test_a_real_method_that_the_stand_in_lacks_says_so(self, server: TelegramServer) -> None:
        assert post(server, "sendPoll").status_code == 501

    @pytest.mark.parametrize(("token", "status"), [("123456:other", 401), ("nonsense", 404), ("0:x", 404)])
    def test_a_wrong_token(self, server: TelegramServer, token: str, status: int) -> None:
        assert httpx.get(f"{server.url}/bot{token}/getMe").status_code == status
        stranger = Caller(server, token)
        with pytest.raises(InvalidToken):
            stranger.get_me()
        stranger.close()

    def test_requests_are_counted(self, server: TelegramServer, bot: Caller) -> None:
        bot.get_me()
        assert server.requests["getMe"] == 1


def _parts(fields: dict[str, Any]) -> dict[str, tuple[None, str]]:
    return {name: (None, str(value)) for name, value in fields.items()}


class TestUpdates:
    def test_ids_follow_one_another_until_they_restart(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        lan.says("một")
        lan.says("hai")
        first, second = bot.get_updates()
        assert second.update_id == first.update_id + 1
        server.restart_update_ids(77)
        lan.says("ba")
        assert [one.update_id for one in bot.get_updates(offset=second.update_id + 1)] == [77]

    def test_an_offset_confirms_all_below(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        for word in "abc":
            lan.says(word)
        got = bot.get_updates(limit=2)
        assert [one.message.text for one in got] == ["a", "b"]
        assert len(bot.get_updates()) == 3
        assert [one.message.text for one in bot.get_updates(offset=got[-1].update_id + 1)] == ["c"]
        assert server.pending == 1

    def test_a_negative_offset_forgets_all_but_the_last(self, lan: User, bot: Caller) -> None:
        for word in "abc":
            lan.says(word)
        assert [one.message.text for one in bot.get_updates(offset=-2)] == ["b", "c"]
        assert [one.message.text for one in bot.get_updates()] == ["b", "c"]

    def test_a_limit_is_at_most_a_hundred(self, lan: User, bot: Caller) -> None:
        for number in range(120):
            lan.says(str(number))
        assert len(bot.get_updates(limit=500)) == 100

    def test_a_long_poll_answers_as_soon_as_something_comes(self, lan: User, bot: Caller) -> None:
        async def both() -> Any:
            asking = asyncio.create_task(bot.bot.get_updates(timeout=50))
            await asyncio.sleep(0.05)
            lan.says("đây")
            return await asking

        assert bot.loop.run_until_complete(both())[0].message.text == "đây"

    def test_a_long_poll_ends_empty(self, bot: Caller) -> None:
        assert bot.get_updates(timeout=1) == ()

    def test_what_nobody_fetches_is_dropped(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, "chọn", reply_markup=board(key()))
        lan.says("hôm qua")
        lan.presses("Gửi")
        server.advance(151)
        assert [one.message.text for one in bot.get_updates()] == ["hôm qua"]
        server.advance(86400)
        assert bot.get_updates() == ()

    def test_kinds_that_were_not_asked_for_stay_away(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        assert server.push({"chat_member": {"from": lan.json}}) == 0
        bot.get_updates(allowed_updates=["my_chat_member"])
        lan.says("x")
        assert bot.get_updates() == ()
        bot.get_updates(allowed_updates=[])
        lan.says("y")
        assert len(bot.get_updates()) == 1

    def test_a_second_poller_ends_the_older(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        other = Caller(server)

        async def both() -> Any:
            older = asyncio.create_task(bot.bot.get_updates(timeout=50))
            await asyncio.sleep(0.05)
            newer = asyncio.create_task(other.bot.get_updates(timeout=50))
            await asyncio.wait([older])
            lan.says("ai?")
            return await asyncio.gather(older, newer, return_exceptions=True)

        older, newer = bot.loop.run_until_complete(both())
        assert isinstance(older, Conflict)
        assert "terminated by other getUpdates request" in str(older)
        assert newer[0].message.text == "ai?"
        assert [one.status for one in server.refusals] == [409]
        _close_on(bot.loop, other)


def _close_on(loop: asyncio.AbstractEventLoop, other: Caller) -> None:
    """Connections close on the loop that opened them."""
    other.loop.close()
    other.loop = asyncio.new_event_loop()
    for connections in other.bot._request:
        loop.run_until_complete(connections.shutdown())
    other.loop.close()


class TestWebhook:
    def test_posts_in_order_until_accepted(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        with Listener(refuse_first=2) as listener:
            assert bot.set_webhook(listener.url, secret_token="s-3_cret")  # of a test
            lan.says("một")
            lan.says("hai")
            assert listener.texts(2) == ["một", "hai"]
            assert set(listener.secrets) == {"s-3_cret"}
            assert server.wait_for(lambda: server.pending == 0)

    def test_excludes_polling(self, bot: Caller) -> None:
        bot.set_webhook("https://example.com/hook")
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            bot.get_updates()
        assert bot.get_webhook_info().url == "https://example.com/hook"
        assert bot.delete_webhook()
        assert bot.get_updates() == ()

    def test_forgets_what_waits_if_asked(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        lan.says("cũ")
        bot.delete_webhook(drop_pending_updates=True)
        assert server.pending == 0

    @pytest.mark.parametrize(
        ("url", "secret", "why"),
        [
            ("ftp://example.com", "", "invalid webhook URL"),
            ("http://example.com", "", "invalid webhook URL"),
            ("https://example.com", "a b", "unallowed characters"),
            ("https://example.com", "a" * 257, "too long"),
        ],
    )
    def test_refuses_a_bad_one(self, bot: Caller, url: str, secret: str, why: str) -> None:
        with pytest.raises(BadRequest, match=f"(?i){why}"):
            bot.set_webhook(url, secret_token=secret or None)


REFUSED_HTML = {
    "<b>mở": 'Can\'t find end tag corresponding to start tag "b"',
    "đóng</b>": "Unexpected end tag at byte offset 6",
    "<b>chéo</i></b>": 'Unmatched end tag at byte offset 8, expected "</b>", found "</i>"',
    "<br>": 'Unsupported start tag "br" at byte offset 0',
    "1 < 2": 'Unsupported start tag "" at byte offset 2',
    "a <b": "Unclosed start tag at byte offset 2",
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<a href="x>y</a>': "Unclosed start tag at byte offset 0",
}
READ_HTML: dict[str, tuple[str, list[Any]]] = {
    "<b>đậm</b> &amp; <i>nghiêng</i>": ("đậm & nghiêng", [("bold", 0, 3), ("italic", 6, 7)]),
    "😀<u>hai</u>": ("😀hai", [("underline", 2, 3)]),
    "<blockquote expandable>dài</blockquote>": ("dài", [("expandable_blockquote", 0, 3)]),
    "<tg-spoiler>kín</tg-spoiler>": ("kín", [("spoiler", 0, 3)]),
    '<a href="https://a.vn/?x=1&amp;y">đây</a>': ("đây", [("text_link", 0, 3)]),
    '<a href="nowhere">đây</a>': ("đây", []),
    '<pre><code class="language-py">x</code></pre>': ("x", [("pre", 0, 1)]),
    "&lt;b&gt; &nbsp; &#233;": ("<b> &nbsp; é", []),
    "  <b>x</b>\r\n  ": ("x", [("bold", 0, 1)]),
    "<b></b>rỗng": ("rỗng", []),
    "<blockquote>a<blockquote>b</blockquote></blockquote>": ("ab", [("blockquote", 0, 2)]),
    "<b>a<code>b</code>c</b>": ("abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
}


class TestText:
    @pytest.mark.parametrize("source", READ_HTML)
    def test_html_becomes_entities(self, lan: User, bot: Caller, source: str) -> None:
        text, entities = READ_HTML[source]
        message = bot.send_message(LAN, source, parse_mode=HTML)
        assert message.text == text
        assert [(one.type, one.offset, one.length) for one in message.entities] == entities
        assert (lan.last.text, lan.last.source) == (message.text, source)

    @pytest.mark.parametrize("source", REFUSED_HTML)
    def test_html_that_does_not_parse(self, server: TelegramServer, lan: User, bot: Caller, source: str) -> None:
        with pytest.raises(BadRequest):
            bot.send_message(LAN, source, parse_mode=HTML)
        described = f"Bad Request: can't parse entities: {REFUSED_HTML[source]}"
        assert [(one.status, one.description) for one in server.refusals] == [(400, described)]
        assert lan.got_nothing(0)

    def test_what_telegram_drops_silently_is_noted(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, "<blockquote>a<blockquote>b</blockquote></blockquote>", parse_mode=HTML)
        assert server.tolerated == [("sendMessage", "a blockquote inside a blockquote")]
        assert lan.last.kinds == {"blockquote"}

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "Message text is empty"),
            (" \n ", "Text must be non-empty"),
            ("a" * 4097, "Message is too long"),
            ("😀" * 2049, "Message is too long"),
            ("ế" * 11000, "Text is too long"),
        ],
    )
    def test_a_length_that_does_not_fit(self, lan: User, bot: Caller, text: str, why: str) -> None:
        with pytest.raises(BadRequest, match=f"(?i){why}"):
            bot.send_message(lan.id, text)

    def test_the_length_counts_after_parsing(self, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, f"<b>{'a' * 4096}</b>", parse_mode=HTML)
        assert len(lan.last.text) == 4096

    def test_an_unknown_parse_mode(self, lan: User, bot: Caller) -> None:
        with pytest.raises(BadRequest, match="Unsupported parse_mode"):
            bot.send_message(lan.id, "x", parse_mode="BBCode")

    @pytest.mark.parametrize(
        ("text", "offset", "length", "why"),
        [
            ("abc", 3, 1, "Entity begins after the end of the text at UTF-16 offset 3"),
            ("abc", 1, 9, "ends after the end of the text at UTF-16 offset 10"),
            ("abc", -1, 2, "incorrect offset -1"),
            ("😀", 1, 1, "Entity begins in a middle of a UTF-16 symbol"),
        ],
    )
    @pytest.mark.usefixtures("lan")
    def test_entities_outside_the_text(self, bot: Caller, text: str, offset: int, length: int, why: str) -> None:
        with pytest.raises(BadRequest, match=f"(?i){why}"):
            bot.send_message(LAN, text, entities=[MessageEntity(MessageEntity.BOLD, offset, length)])

    def test_entities_in_their_place(self, lan: User, bot: Caller) -> None:
        bot.send_message(lan.id, "😀 x", entities=[MessageEntity(MessageEntity.BOLD, 3, 1)])
        assert lan.last.entities == ({"length": 1, "offset": 3, "type": "bold"},)


class TestKeyboards:
    @pytest.mark.parametrize(
        ("button", "why"),
        [
            ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
            ({"text": "x", "callback_data": ""}, "Text buttons are unallowed in the inline keyboard"),
            ({"text": "x", "callback_data": "ế" * 22}, "BUTTON_DATA_INVALID"),
            ({"text": "x", "url": "không"}, "inline keyboard button URL 'không' is invalid: Wrong HTTP URL"),
            ({"text": "x", "url": "http://localhost/"}, "Wrong HTTP URL"),
            ({"text": "x", "url": "ftp://a.vn"}, "Unsupported URL protocol"),
            ("x", "InlineKeyboardButton must be an Object"),
        ],
    )
    def test_a_button_that_cannot_be(self, server: TelegramServer, lan: User, button: object, why: str) -> None:
        markup = json.dumps({"inline_keyboard": [[button]]})
        refused = post(server, "sendMessage", data={"chat_id": lan.id, "text": "x", "reply_markup": markup})
        assert (refused.status_code, why in refused.json()["description"]) == (400, True)

    def test_data_of_64_bytes_and_links_pass(self, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, "x", reply_markup=board(key("a", "d" * 64), key("b", None, "https://a.vn/x?y")))
        assert lan.last.buttons == ["a", "b"]

    def test_a_button_with_two_meanings_is_noted(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        bot.send_message(lan.id, "x", reply_markup=board(key("a", "d", "https://a.vn")))
        assert server.tolerated == [("sendMessage", "a button with url and callback_data: only url works")]

    def test_a_hundred_buttons_at_most(self, lan: User, bot: Caller) -> None:
        bot.send_message(lan.id, "x", reply_markup=board(*[key()] * 100))
        with pytest.raises(BadRequest, match="markup is too long"):
            bot.send_message(lan.id, "x", reply_markup=board(*[key()] * 101))

    def test_a_reply_keyboard_is_kept_in_the_ledger(self, lan: User, bot: Caller) -> None:
        message = bot.send_message(LAN, "số?", reply_markup=ReplyKeyboardMarkup([[KeyboardButton("Gửi số")]]))
        assert message.reply_markup is None
        assert lan.last.buttons == ["Gửi số"]
        with pytest.raises(BadRequest, match="Message can't be edited"):
            bot.edit_message_text("khác", LAN, message.message_id)


class TestChats:
    def test_nobody_and_somebody_who_never_started(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        minh = User(server, 7001, "Minh")
        with pytest.raises(BadRequest, match="Chat not found"):
            bot.send_message(minh.id, "x")
        server.add_group(GROUP, "Chợ", [lan.json, minh.json])
        with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
            bot.send_message(minh.id, "x")

    def test_a_block_is_told_and_ends_with_start(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        lan.blocks_bot()
        for method, said in (("send_message", "x"), ("send_chat_action", "typing")):
            with pytest.raises(Forbidden, match="bot was blocked by the user"):
                getattr(bot, method)(LAN, said)
        lan.starts()
        updates = bot.get_updates()
        statuses = [one.my_chat_member.new_chat_member.status for one in updates[:2]]
        assert (statuses, updates[2].message.text) == (["kicked", "member"], "/start")
        assert bot.send_message(LAN, "x")
        assert len(server.refusals) == 2

    def test_a_closed_account(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.deactivate(lan.id)
        with pytest.raises(Forbidden, match="user is deactivated"):
            bot.send_message(lan.id, "x")

    def test_a_group_that_threw_the_bot_out(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.add_group(GROUP, "Chợ", [lan.json])
        assert bot.send_message(GROUP, "x").chat.title == "Chợ"
        server.kick(GROUP, lan.json)
        with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
            bot.send_message(GROUP, "x")

    def test_a_group_that_became_a_supergroup(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.add_group(GROUP, "Chợ", [lan.json])
        server.migrate_group(GROUP, -1004001)
        with pytest.raises(ChatMigrated) as moved:
            bot.send_message(GROUP, "x")
        assert bot.send_message(moved.value.new_chat_id, "x").chat.type == "supergroup"
        messages = [one.message for one in bot.get_updates() if one.message]
        assert [(one.migrate_to_chat_id, one.migrate_from_chat_id) for one in messages] == [
            (-1004001, None),
            (None, GROUP),
        ]


class TestEditing:
    def test_an_edit_shows_and_takes_the_keyboard_away(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        sent = bot.send_message(LAN, "chọn", reply_markup=board(key()))
        edited = bot.edit_message_text("<b>xong</b>", LAN, sent.message_id, parse_mode=HTML)
        assert (edited.text, edited.reply_markup) == ("xong", None)
        assert (lan.sees(sent.message_id), server.edits[0].text) == ("xong", "xong")
        with pytest.raises(AssertionError, match="no button"):
            lan.presses("Gửi")

    def test_an_edit_that_changes_nothing(self, lan: User, bot: Caller) -> None:
        sent = bot.send_message(lan.id, "như cũ", reply_markup=board(key()))
        with pytest.raises(BadRequest, match="Message is not modified"):
            bot.edit_message_text("như cũ", LAN, sent.message_id, reply_markup=board(key()))
        with pytest.raises(BadRequest, match="Message is not modified"):
            bot.edit_message_reply_markup(LAN, sent.message_id, reply_markup=board(key()))

    def test_what_cannot_be_edited(self, lan: User, bot: Caller) -> None:
        with pytest.raises(BadRequest, match="Message to edit not found"):
            bot.edit_message_text("x", LAN, 999)
        with pytest.raises(BadRequest, match="Message can't be edited"):
            bot.edit_message_text("x", LAN, lan.says("của tôi"))
        photo = bot.send_photo(LAN, PICTURE)
        with pytest.raises(BadRequest, match="There is no text in the message to edit"):
            bot.edit_message_text("x", LAN, photo.message_id)

    def test_a_keyboard_may_change_alone(self, lan: User, bot: Caller) -> None:
        sent = bot.send_message(LAN, "chọn", reply_markup=board(key("A"), key("B")))
        bot.edit_message_reply_markup(LAN, sent.message_id, reply_markup=board(key("C")))
        assert lan.presses("C") == lan.query

    def test_deletes_once_and_not_after_two_days(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        first, second = (bot.send_message(lan.id, word).message_id for word in "ab")
        assert bot.delete_message(LAN, first)
        with pytest.raises(BadRequest, match="Message to delete not found"):
            bot.delete_message(LAN, first)
        server.advance(49 * 3600)
        with pytest.raises(BadRequest, match="Message can't be deleted"):
            bot.delete_message(LAN, second)
        assert [one.message_id for one in server.deleted] == [first]

    def test_answers_to_a_message_that_is_gone(self, lan: User, bot: Caller) -> None:
        asked = lan.says("hỏi")
        assert bot.send_message(LAN, "đáp", reply_parameters=ReplyParameters(asked)).reply_to_message.text == "hỏi"
        assert lan.last.reply_to == asked
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            bot.send_message(LAN, "đáp", reply_parameters=ReplyParameters(999))
        assert bot.send_message(LAN, "x", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True))


class TestPresses:
    def test_an_answer_is_given_once(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, "chọn", reply_markup=board(key("Có", "yes"), key("Không", "no")))
        lan.presses(2)
        query = bot.get_updates()[0].callback_query
        assert (query.data, query.message.text, query.from_user.id) == ("no", "chọn", LAN)
        assert lan.answered(0) is None
        bot.answer_callback_query(query.id, "đã ghi", show_alert=True)
        answered = lan.answered()
        assert answered is not None
        assert (answered.text, answered.show_alert) == ("đã ghi", True)
        with pytest.raises(BadRequest, match="Query is too old"):
            bot.answer_callback_query(query.id)
        assert list(server.answered_callbacks) == [query.id]

    def test_an_old_press_cannot_be_answered(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, "chọn", reply_markup=board(key()))
        query = lan.presses("Gửi")
        server.advance(600)
        with pytest.raises(BadRequest, match="Query is too old"):
            bot.answer_callback_query(query)

    def test_a_message_that_the_bot_no_longer_sees(self, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, "chọn", reply_markup=board(key()))
        lan.presses_old(lan.last, "go")
        assert not bot.get_updates()[0].callback_query.message.is_accessible


class TestFiles:
    def test_uploads_are_in_the_ledger(self, lan: User, bot: Caller) -> None:
        sent = bot.send_document(LAN, b"a,b\n", caption="<b>Bảng</b>", parse_mode=HTML, filename="bảng.csv")
        assert (lan.last.file_name, lan.last.content, lan.last.text) == ("bảng.csv", b"a,b\n", "Bảng")
        assert sent.document.file_name == "bảng.csv"
        bot.send_document(LAN, sent.document.file_id)
        assert lan.last.content == b"a,b\n"

    def test_an_album_is_one_call(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        pair = [InputMediaPhoto(PICTURE, caption="hai ảnh"), InputMediaPhoto(PICTURE + b"2")]
        first, second = bot.send_media_group(LAN, pair)
        assert first.media_group_id == second.media_group_id
        assert [one.content for one in server.delivered_to(LAN)] == [PICTURE, PICTURE + b"2"]
        assert lan.got(2) == ["hai ảnh", ""]

    def test_albums_that_cannot_be(self, lan: User, bot: Caller) -> None:
        with pytest.raises(BadRequest, match="can't be mixed with other media types"):
            bot.send_media_group(lan.id, [InputMediaPhoto(PICTURE), InputMediaDocument(b"x")])
        with pytest.raises(BadRequest, match="Too many messages to send as an album"):
            bot.send_media_group(lan.id, [InputMediaPhoto(PICTURE)] * 11)

    @pytest.mark.parametrize(
        ("photo", "caption", "why"),
        [
            (b"", "", "File must be non-empty"),
            (b"text", "", "IMAGE_PROCESS_FAILED"),
            (PICTURE + bytes(10 << 20), "", "bytes is too big for a photo; the maximum size is 10485760 bytes"),
            (PICTURE, "a" * 1025, "Message caption is too long"),
            ("photo-id-000099", "", "Wrong remote file identifier"),
            ("https://a.vn/x.jpg", "", "Failed to get HTTP URL content"),
        ],
    )
    def test_photos_that_cannot_be(self, lan: User, bot: Caller, photo: bytes | str, caption: str, why: str) -> None:
        with pytest.raises(BadRequest, match=f"(?i){why}"):
            bot.send_photo(lan.id, photo, caption=caption)

    def test_more_than_50_megabytes(self, lan: User, bot: Caller) -> None:
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            bot.send_document(lan.id, bytes((50 << 20) + 1))

    def test_downloads_what_people_send(self, lan: User, bot: Caller) -> None:
        lan.sends_document("giấy phép.pdf", b"%PDF", caption="đây")
        document = bot.get_updates()[0].message.document
        assert (document.file_name, document.mime_type, document.file_size) == ("giấy phép.pdf", "application/pdf", 4)
        file = bot.get_file(document.file_id)
        assert bot.loop.run_until_complete(file.download_as_bytearray()) == b"%PDF"

    def test_no_download_over_20_megabytes(self, lan: User, bot: Caller) -> None:
        lan.sends_document("to.zip", size=(20 << 20) + 1)
        with pytest.raises(BadRequest, match="File is too big"):
            bot.get_file(bot.get_updates()[0].message.document.file_id)
        with pytest.raises(BadRequest, match="Invalid file_id"):
            bot.get_file("AgAC")

    def test_places(self, lan: User, bot: Caller) -> None:
        assert bot.send_location(lan.id, 20.9, 106.3).location.latitude == 20.9
        assert bot.send_venue(lan.id, 20.9, 106.3, "Trụ sở", "Số 1").venue.title == "Trụ sở"
        with pytest.raises(BadRequest, match="Wrong latitude or longitude"):
            bot.send_location(lan.id, 91, 0)

    def test_typing_is_seen(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        assert bot.send_chat_action(LAN, "typing")
        assert [(one.chat_id, one.action) for one in server.actions] == [(lan.id, "typing")]
        with pytest.raises(BadRequest, match="Wrong parameter action in request"):
            bot.send_chat_action(LAN, "dancing")


class TestCommands:
    def test_are_kept_for_each_scope(self, lan: User, bot: Caller) -> None:
        scope = BotCommandScopeChat(lan.id)
        bot.set_my_commands([BotCommand("hoi", "Hỏi đáp")])
        bot.set_my_commands([BotCommand("ban", "Bàn làm việc")], scope=scope)
        assert [one.command for one in bot.get_my_commands()] == ["hoi"]
        assert [one.command for one in bot.get_my_commands(scope=scope)] == ["ban"]
        bot.delete_my_commands(scope=scope)
        assert bot.get_my_commands(scope=scope) == ()

    @pytest.mark.parametrize(
        ("name", "said", "why"),
        [
            ("Hoi", "x", "BOT_COMMAND_INVALID"),
            ("hỏi", "x", "BOT_COMMAND_INVALID"),
            ("", "x", "Command must be non-empty"),
            ("a" * 33, "x", "Command length must not exceed 32"),
            ("hoi", " ", "Command description must be non-empty"),
            ("hoi", "a" * 257, "Command description length must not exceed 256"),
        ],
    )
    def test_badly_formed(self, bot: Caller, name: str, said: str, why: str) -> None:
        with pytest.raises(BadRequest, match=f"(?i){why}"):
            bot.set_my_commands([BotCommand(name, said)])

    def test_a_hundred_at_most(self, bot: Caller) -> None:
        with pytest.raises(BadRequest, match="Bot_commands_too_much"):
            bot.set_my_commands([BotCommand(f"c{number}", "x") for number in range(101)])

    def test_the_bot_may_describe_itself(self, bot: Caller) -> None:
        assert bot.set_my_description("Phường Việt Hòa")
        assert bot.set_my_short_description("Phường")


class TestLimits:
    def test_so_many_in_any_second_and_a_hold_for_all(self, lan: User) -> None:
        server = lan.server
        minh = User(server, 7001, "Minh")
        minh.starts()
        server.world.gate.limits = Limits(per_second=3)
        caller = Caller(server)
        for _ in range(3):
            caller.send_message(LAN, "x")
        for chat in (LAN, minh.id):
            with pytest.raises(RetryAfter) as wait:
                caller.send_message(chat, "x")
            assert wait.value.retry_after == timedelta(seconds=1)
        server.advance(1.1)
        caller.send_message(minh.id, "x")
        assert (server.floods, len(server.delivered)) == (2, 4)
        caller.close()

    def test_one_a_second_to_a_person_with_a_burst(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.world.gate.limits = Limits(per_chat=1, burst=3)
        for _ in range(3):
            bot.send_message(LAN, "x")
        with pytest.raises(RetryAfter):
            bot.send_message(LAN, "x")
        server.advance(4)
        assert bot.send_message(lan.id, "x")

    def test_twenty_a_minute_to_a_group(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.add_group(GROUP, "Chợ", [lan.json])
        server.world.gate.limits = Limits(per_group_minute=20)
        for _ in range(20):
            bot.send_message(GROUP, "x")
        with pytest.raises(RetryAfter):
            bot.send_message(GROUP, "x")
        assert bot.send_message(LAN, "x")
        server.advance(61)
        assert bot.send_message(GROUP, "x")


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "error", "arrives"),
        [
            (faults.FORBIDDEN, Forbidden, 0),
            (faults.BAD_REQUEST, BadRequest, 0),
            (faults.SERVER_ERROR, NetworkError, 0),
            (faults.BAD_GATEWAY, NetworkError, 0),
            (faults.DROPPED_BEFORE, NetworkError, 0),
            (faults.DROPPED_AFTER, NetworkError, 1),
            (faults.flood(7), RetryAfter, 0),
            (faults.refusing(418, "I'm a teapot"), NetworkError, 0),
        ],
    )
    def test_each_once(self, lan: User, bot: Caller, fault: faults.Fault, error: type, arrives: int) -> None:
        server = lan.server
        server.fault(fault)
        with pytest.raises(TelegramError) as met:
            bot.send_message(LAN, "x")
        assert type(met.value) is error
        assert len(server.delivered_to(lan.id)) == arrives
        assert bot.send_message(LAN, "y")
        assert server.refusals == []

    def test_a_slow_answer_was_delivered(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.fault(faults.slow(0.5))
        with pytest.raises(TimedOut):
            bot.send_message(LAN, "x", read_timeout=0.1)
        assert lan.got() == ["x"]

    def test_a_queue_may_hold_good_luck(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.fault(None, faults.SERVER_ERROR)
        assert bot.send_message(lan.id, "x")
        with pytest.raises(NetworkError):
            bot.send_message(lan.id, "y")

    def test_a_seeded_mix_until_healed(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.fault(faults.seeded(7, {faults.SERVER_ERROR: 0.3, faults.DROPPED_AFTER: 0.2}))
        failed = 0
        for _ in range(40):
            try:
                bot.send_message(lan.id, "x")
            except NetworkError:
                failed += 1
        assert 0 < failed == server.world.ledger.faults.total() < 40
        server.heal()
        assert bot.send_message(lan.id, "x")

    def test_polls_fail_too(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        lan.says("x")
        server.fault(faults.DROPPED_BEFORE, on={"getUpdates"})
        with pytest.raises(NetworkError):
            bot.get_updates()
        assert len(bot.get_updates()) == 1

    def test_an_outage_loses_nothing(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        bot.send_message(LAN, "trước")
        server.begin_outage()
        lan.says("có ai không?")
        with pytest.raises(NetworkError):
            bot.send_message(LAN, "x")
        with pytest.raises(NetworkError):
            bot.get_updates()
        server.end_outage()
        assert bot.get_updates()[0].message.text == "có ai không?"
        bot.send_message(LAN, "sau")
        assert lan.got(2) == ["trước", "sau"]

    def test_an_outage_ends_a_long_poll(self, server: TelegramServer, bot: Caller) -> None:
        async def both() -> None:
            asking = asyncio.create_task(bot.bot.get_updates(timeout=50))
            await asyncio.sleep(0.05)
            await asyncio.to_thread(server.begin_outage)
            await asking

        with pytest.raises(NetworkError):
            bot.loop.run_until_complete(both())
        server.end_outage()
        assert server.refusals == []

    def test_a_round_trip_takes_its_time_and_changes_nothing(self) -> None:
        with TelegramServer(latency=0.02) as far:
            caller = Caller(far)
            assert caller.get_me().id == 123456
            caller.close()


SENT: dict[str, Callable[[User], object]] = {
    "text": lambda user: user.says("a@b.vn #chợ https://a.vn 😀 /hoi"),
    "photo": lambda user: user.sends_photo("ảnh"),
    "document": lambda user: user.sends_document("x.pdf"),
    "voice": lambda user: user.sends_voice(),
    "sticker": lambda user: user.sends_sticker(),
    "poll": lambda user: user.sends_poll("Mấy giờ?", "8", "9"),
    "dice": lambda user: user.sends_dice(),
    "story": lambda user: user.sends_story(),
    "contact": lambda user: user.shares_contact(),
    "location": lambda user: user.shares_location(),
    "forward_origin": lambda user: user.forwards("nghe nói", of=user),
}


class TestUser:
    @pytest.mark.parametrize("kind", SENT)
    def test_updates_are_shaped_as_the_api_says(
        self, server: TelegramServer, lan: User, bot: Caller, kind: str
    ) -> None:
        SENT[kind](lan)
        raw = post(server, "getUpdates").json()["result"][0]
        update = Update.de_json(raw, bot.bot)
        assert getattr(update.message, kind)
        assert _leaves(raw) <= _leaves(update.to_dict()), "PTB dropped a field that the API does not have"

    def test_marks_are_where_they_say(self, lan: User, bot: Caller) -> None:
        lan.says("😀 /hoi@viethoa_test_bot a@b.vn https://a.vn/x #chợ")
        found = bot.get_updates()[0].message.parse_entities()
        assert {one.type: said for one, said in found.items()} == {
            "bot_command": "/hoi@viethoa_test_bot",
            "email": "a@b.vn",
            "url": "https://a.vn/x",
            "hashtag": "#chợ",
        }

    def test_a_deep_link(self, lan: User, bot: Caller) -> None:
        lan.starts("faq_x-1")
        assert bot.get_updates()[0].message.text == "/start faq_x-1"
        with pytest.raises(ValueError, match="1 to 64"):
            lan.starts("có dấu")

    def test_an_album_is_one_update_a_picture(self, lan: User, bot: Caller) -> None:
        lan.sends_album(PICTURE, PICTURE + b"2", caption="hai")
        first, second = (one.message for one in bot.get_updates())
        assert first.media_group_id == second.media_group_id
        assert (first.caption, second.caption) == ("hai", None)

    def test_an_edit(self, lan: User, bot: Caller) -> None:
        lan.edits(lan.says("sai"), "đúng")
        edited = bot.get_updates()[-1].edited_message
        assert (edited.text, edited.edit_date is not None) == ("đúng", True)

    def test_whose_number_it_is(self, lan: User, bot: Caller) -> None:
        lan.shares_contact(own=True)
        lan.shares_contact(own=False)
        assert [one.message.contact.user_id for one in bot.get_updates()] == [LAN, None]

    def test_groups_hear_by_mention_and_answer(self, server: TelegramServer, lan: User, bot: Caller) -> None:
        server.world.bot["can_read_all_group_messages"] = False
        server.add_group(GROUP, "Chợ", [lan.json])
        said = bot.send_message(GROUP, "chào cả nhà")
        lan.says("chuyện riêng", in_group=GROUP)
        lan.says("thủ tục?", in_group=GROUP, mention=True)
        lan.says("hay quá", in_group=GROUP, reply_to=said.message_id)
        heard = [one.message for one in bot.get_updates() if one.message]
        assert [one.text for one in heard] == ["@viethoa_test_bot thủ tục?", "hay quá"]
        assert heard[1].reply_to_message.message_id == said.message_id
        assert lan.got(in_group=GROUP) == ["chào cả nhà"]

    def test_reads_each_message_once(self, lan: User, bot: Caller) -> None:
        for word in "ab":
            bot.send_message(LAN, word)
        assert (lan.got(), lan.last.text, lan.got()) == (["a"], "b", ["b"])
        assert lan.got_nothing(0.01)
        with pytest.raises(AssertionError, match="1 messages were due"):
            lan.got(within=0.01)

    def test_odd_updates_are_delivered_as_they_are(self, server: TelegramServer) -> None:
        odd: list[dict[str, Any]] = [
            {},
            {"message": 7},
            {"message": {"chat": {"id": "x"}, "from": []}},
            {"new_kind": {}},
        ]
        odd += [{"callback_query": {"message": None, "from": {"id": None}}}, {"my_chat_member": {"new_chat_member": 1}}]
        ids = [server.push(one) for one in odd]
        got = post(server, "getUpdates").json()["result"]
        assert got == [{"update_id": number, **one} for number, one in zip(ids, odd, strict=True)]


def _leaves(thing: object, path: str = "") -> set[str]:
    """The paths of all fields; PTB keeps unknown ones under api_kwargs and drops old names of forwards."""
    if isinstance(thing, dict):
        old = {"forward_from", "forward_date", "forward_sender_name"}
        return {leaf for key, value in thing.items() if key not in old for leaf in _leaves(value, f"{path}.{key}")}
    if isinstance(thing, list | tuple):
        return {leaf for value in thing for leaf in _leaves(value, f"{path}[]")}
    return {path}
