"""A strict local stand-in of the Telegram Bot API: HTTP on 127.0.0.1, a ledger of what was delivered, faults at will.

    with TelegramServer() as server:
        bot = telegram.Bot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")

What it refuses and with which words follows tdlib/telegram-bot-api and tdlib/td; see botapi/rules.py.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable, Collection
from typing import Self

from aiohttp import web

from tests.botapi.calls import SENDS
from tests.botapi.faults import Chooser, Fault, Limits
from tests.botapi.http import Front
from tests.botapi.ledger import Action, Answered, Deleted, Json, Refusal, Sent
from tests.botapi.world import Group, Person, StoredFile, World, private_chat

TOKEN = "123456:test-TOKEN"  # noqa: S105  # of the stand-in only


class TelegramServer:
    """Runs in a thread of its own; every method here may be called from any thread.

    `speed` divides the waiting of long polls and webhook retries; `latency` is the round trip in seconds.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "viethoa_test_bot",
        limits: Limits | None = None,
        latency: float = 0.0,
        speed: float = 1.0,
        reads_all_group_messages: bool = True,
    ) -> None:
        self.token = token
        self.world = World(_bot(token, username, reads_all_group_messages), limits=limits or Limits())
        self.front = Front(self.world, token, latency=latency, speed=speed)
        self.world.on_update = self._wake
        self._port = 0
        self._site: web.TCPSite | None = None

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="telegram", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self.world.ledger.crashes:
            raise ExceptionGroup("the stand-in itself failed", self.world.ledger.crashes)

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{path:.*}", self.front.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        posting = asyncio.create_task(self.front.deliver_by_webhook())
        ready.set()
        await self._stop.wait()
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        self._break_connections()
        await self._runner.cleanup()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    def _break_connections(self) -> None:
        for connection in self._runner.server.connections if self._runner.server else []:
            if connection.transport is not None:
                connection.transport.abort()

    def _wake(self) -> None:
        loop = getattr(self, "_loop", None)
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.front.wake)

    @property
    def url(self) -> str:
        """For TELEGRAM_API_URL: methods live at {url}/bot<token>/<method>."""
        return f"http://127.0.0.1:{self._port}"

    # updates

    def push(self, update: Json) -> int:
        """Queues an update that has no id yet; its id, or 0 when `allowed_updates` keeps its kind out."""
        return self.world.push(update)

    def restart_update_ids(self, at: int) -> None:
        """After a week without updates Telegram picks the next id at random; what still waited has expired by then."""
        with self.world.lock:
            self.world.queue.waiting.clear()
            self.world.queue.next_id = at

    @property
    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        with self.world.lock:
            return len(self.world.queue.waiting)

    def advance(self, seconds: float) -> None:
        """Lets the server's clock run ahead."""
        with self.world.lock:
            self.world.clock.passed += seconds

    # what goes wrong

    def fault(self, *faults: Fault | Chooser | None, on: Collection[str] = SENDS) -> None:
        """The next calls meet these faults in order (None = none), or a chooser decides for each call until `heal`."""
        methods = frozenset(name.lower() for name in on)
        with self.world.lock:
            queued = deque(fault for fault in faults if fault is None or isinstance(fault, Fault))
            self.world.faults.rules.append((methods, queued))
            choosers = [fault for fault in faults if callable(fault)]
            self.world.faults.rules += [(methods, chooser) for chooser in choosers]

    def heal(self) -> None:
        """No more faults."""
        with self.world.lock:
            self.world.faults.rules.clear()

    def begin_outage(self) -> None:
        """Refuses connections and breaks the open ones until `end_outage`."""
        asyncio.run_coroutine_threadsafe(self._go_dark(), self._loop).result()

    def end_outage(self) -> None:
        """Listens again on the same port."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    async def _go_dark(self) -> None:
        if self._site is not None:
            await self._site.stop()
        self._break_connections()
        self.front.wake()

    # people, groups, files

    def person(self, user: Json, *, started: bool) -> None:
        """Makes somebody known without an update."""
        with self.world.lock:
            person = self.world.people.setdefault(user["id"], Person(user))
            person.started = person.started or started

    def block(self, user_id: int) -> None:
        """The person blocks the bot, which is told so."""
        self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> None:
        """The person lets the bot write again."""
        self._set_blocked(user_id, blocked=False)

    def _set_blocked(self, user_id: int, *, blocked: bool) -> None:
        with self.world.lock:
            person = self.world.people[user_id]
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._membership(private_chat(person.user), person.user, before, after)

    def _membership(self, chat: Json, actor: Json, before: str, after: str) -> None:
        bot = {key: self.world.bot[key] for key in ("id", "is_bot", "first_name", "username")}
        old, new = ({"user": bot, "status": status, **_until(status)} for status in (before, after))
        now = int(self.world.clock.wall())
        event = {"chat": chat, "from": actor, "date": now, "old_chat_member": old, "new_chat_member": new}
        with self.world.lock:
            self.world.learn({"my_chat_member": event})
        self.push({"my_chat_member": event})

    def deactivate(self, user_id: int) -> None:
        """The person's account is gone; the bot is not told."""
        with self.world.lock:
            self.world.people[user_id].deactivated = True

    def add_group(self, group_id: int, title: str, members: Collection[Json], *, supergroup: bool = False) -> None:
        """A group that the first member adds the bot to; `members` are user objects (`User.json`)."""
        chat = {"id": group_id, "title": title, "type": "supergroup" if supergroup else "group"}
        people = list(members)
        with self.world.lock:
            self.world.groups[group_id] = Group(chat, [user["id"] for user in people])
        for user in people:
            self.person(user, started=False)
        self._membership(chat, people[0], "left", "member")

    def kick(self, group_id: int, by: Json) -> None:
        """Somebody removes the bot from a group."""
        with self.world.lock:
            chat = self.world.groups[group_id].chat
        self._membership(chat, by, "member", "kicked")

    def migrate_group(self, old: int, new: int) -> None:
        """A group becomes a supergroup; both chats get their service message."""
        with self.world.lock:
            group = self.world.groups[old]
            group.migrated_to = new
            chat = {"id": new, "title": group.chat["title"], "type": "supergroup"}
            self.world.groups[new] = Group(chat, list(group.members))
            sender = self.world.people[group.members[0]].user
        for where, moved in ((group.chat, {"migrate_to_chat_id": new}), (chat, {"migrate_from_chat_id": old})):
            self.push({"message": self.new_message(where, sender, moved)})

    def new_message(self, chat: Json, sender: Json, content: Json) -> Json:
        """A message by a person, with the next number of that chat; not pushed yet."""
        with self.world.lock:
            number = self.world.next_message_id(chat["id"])
            return {"message_id": number, "from": sender, "chat": chat, "date": int(self.world.clock.wall()), **content}

    def store(self, kind: str, content: bytes, name: str = "", mime: str = "", size: int = 0) -> StoredFile:
        """A file that somebody sends; `size` pretends a bigger one."""
        with self.world.lock:
            return self.world.store(kind, content, name, mime, size)

    # the ledger

    @property
    def delivered(self) -> list[Sent]:
        """Every message that reached a person, in order."""
        with self.world.lock:
            return list(self.world.ledger.delivered)

    def delivered_to(self, chat_id: int) -> list[Sent]:
        """The same for one chat."""
        with self.world.lock:
            return list(self.world.ledger.by_chat.get(chat_id, []))

    def shown(self, chat_id: int, message_id: int) -> Json | None:
        """A message as it stands now, or None when it was deleted."""
        with self.world.lock:
            return self.world.messages.get((chat_id, message_id))

    @property
    def edits(self) -> list[Sent]:
        """Messages as they stood after each edit."""
        with self.world.lock:
            return list(self.world.ledger.edits)

    @property
    def deleted(self) -> list[Deleted]:
        """Messages that the bot deleted."""
        with self.world.lock:
            return list(self.world.ledger.deleted)

    @property
    def actions(self) -> list[Action]:
        """Chat actions, such as typing."""
        with self.world.lock:
            return list(self.world.ledger.actions)

    @property
    def answered_callbacks(self) -> dict[str, Answered]:
        """Answers to presses, by query id."""
        with self.world.lock:
            return dict(self.world.ledger.answered)

    @property
    def requests(self) -> Counter[str]:
        """How often each method was called, as the bot spelled it."""
        with self.world.lock:
            return Counter(self.world.ledger.requests)

    @property
    def refusals(self) -> list[Refusal]:
        """What the rules refused, 409 and 429 among them; injected faults are not."""
        with self.world.lock:
            return list(self.world.ledger.refusals)

    @property
    def tolerated(self) -> list[tuple[str, str]]:
        """What Telegram lets pass though its documentation forbids it: method and sentence."""
        with self.world.lock:
            return list(self.world.ledger.tolerated)

    @property
    def floods(self) -> int:
        """Answers of 429."""
        with self.world.lock:
            return self.world.ledger.floods

    def wait_for(self, condition: Callable[[], bool], within: float = 10.0) -> bool:
        """Waits for something that a call of the bot brings about; False when the time is over."""
        with self.world.changed:
            return self.world.changed.wait_for(condition, within)


def _until(status: str) -> Json:
    return {"until_date": 0} if status == "kicked" else {}


def _bot(token: str, username: str, reads_all: bool) -> Json:
    abilities = dict.fromkeys(("supports_inline_queries", "can_connect_to_business", "has_main_web_app"), False)
    names = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Việt Hòa", "username": username}
    return {**names, "can_join_groups": True, "can_read_all_group_messages": reads_all, **abilities}
