"""Files out to Telegram and back from it: plainer rather than not at all, and never an endless try."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from markupsafe import Markup
from sqlmodel import select
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.telegram import UPLOAD, Telegram
from bot.core.channel import Gone, InDoubt, NotSent, Refused, Sent, TryLater
from bot.core.events import ChatRef
from bot.core.replies import Button, Document, Kind, Reply, column
from bot.feature import App, Turn
from bot.settings import Settings
from db.outbox import OutboxRow
from tests.botapi.faults import DROPPED_AFTER, DROPPED_BEFORE, SERVER_ERROR, Fault, flood, refusing, slow
from tests.channels.client import connected
from tests.channels.contract import enqueue
from tests.telegram.conftest import LAN
from tests.telegram_bot import eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import PICTURE, User

MEGABYTE = 1 << 20
T = TypeVar("T")


@pytest.fixture
def lan(server: TelegramServer) -> User:
    """Somebody who has started the bot."""
    user = User(server, LAN, "Lan")
    user.starts()
    return user


def on(app: App, server: TelegramServer, act: Callable[[Telegram], Awaitable[T]]) -> T:
    """What one call of the channel gives."""

    async def run() -> T:
        async with connected(app, server) as channel:
            return await act(channel)

    return asyncio.run(run())


def send(app: App, server: TelegramServer, reply: Reply) -> Sent:
    return on(app, server, lambda channel: channel.send(ChatRef("telegram", str(LAN)), reply))


def fetch(app: App, server: TelegramServer, file_id: str, limit: int = 20 * MEGABYTE) -> bytes:
    return on(app, server, lambda channel: channel.fetch(file_id, limit))


def given(app: App, content: bytes = PICTURE, kind: Kind = "photo", text: str = "Mã của <b>ông/bà</b>") -> Reply:
    file = Document(app.files.put(content), "mã.png", kind)
    return Reply(Markup(text), column((Button("Gặp cán bộ", "contact"),)), file)


@pytest.mark.parametrize(("kind", "method"), [("photo", "sendPhoto"), ("document", "sendDocument")])
def test_a_file_goes_with_caption_and_buttons(
    app: App, server: TelegramServer, lan: User, kind: Kind, method: str
) -> None:
    sent = send(app, server, given(app, kind=kind))
    arrived = lan.received()[0]
    assert sent == Sent(str(arrived.message_id))
    assert (arrived.method, arrived.file_name, arrived.content) == (method, "mã.png", PICTURE)
    assert (arrived.text, arrived.kinds, arrived.buttons) == ("Mã của ông/bà", {"bold"}, ["Gặp cán bộ"])
    assert server.refusals == []


def test_a_broken_caption_goes_as_plain_text(app: App, server: TelegramServer, lan: User) -> None:
    send(app, server, given(app, text="<b>một <i>hai</b> &amp; ba"))
    assert lan.got() == ["một hai & ba"]
    assert lan.last.content == PICTURE


def test_what_is_no_picture_goes_as_a_document_even_with_a_broken_caption(
    app: App, server: TelegramServer, lan: User
) -> None:
    send(app, server, given(app, b"no picture", text="<b>một"))
    arrived = lan.received()[0]
    assert (arrived.method, arrived.content, arrived.text) == ("sendDocument", b"no picture", "một")
    assert lan.got_nothing()


@pytest.mark.parametrize(
    "why",
    ["PHOTO_INVALID_DIMENSIONS", "PHOTO_SAVE_FILE_INVALID", "file of size 10485761 bytes is too big for a photo"],
)
def test_a_picture_that_is_refused_goes_as_a_document(app: App, server: TelegramServer, lan: User, why: str) -> None:
    server.fault(refusing(400, f"Bad Request: {why}"), on={"sendPhoto"})
    send(app, server, given(app))
    assert (lan.last.method, lan.last.content, lan.last.buttons) == ("sendDocument", PICTURE, ["Gặp cán bộ"])


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (SERVER_ERROR, TryLater),
        (DROPPED_AFTER, InDoubt),
        (flood(7), TryLater),
        (refusing(413, "Request Entity Too Large"), Refused),
        (Fault("proxy", status=413), Refused),
        (refusing(403, "Forbidden: bot was blocked by the user"), Gone),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_send_that_fails(app: App, server: TelegramServer, lan: User, fault: Fault, failure: type[NotSent]) -> None:
    server.fault(fault)
    with pytest.raises(failure):
        send(app, server, given(app, kind="document"))
    assert len(server.delivered_to(lan.id)) == fault.processed


def crowd(server: TelegramServer, number: int) -> list[User]:
    users = [User(server, LAN + place, "Lan") for place in range(number)]
    for user in users:
        user.starts()
    return users


async def send_to(channel: Telegram, users: list[User], reply: Reply) -> None:
    await asyncio.gather(*(channel.send(ChatRef("telegram", str(user.id)), reply) for user in users))


def uploads(server: TelegramServer) -> int:
    return len(server.world.files)


@pytest.mark.parametrize("kind", ["photo", "document"])
def test_a_file_for_many_is_uploaded_once(app: App, server: TelegramServer, kind: Kind) -> None:
    users, reply = crowd(server, 6), given(app, kind=kind)

    async def twice(channel: Telegram) -> None:
        await send_to(channel, users, reply)
        await send_to(channel, users, reply)

    on(app, server, twice)
    assert uploads(server) == 1
    assert [[sent.content for sent in server.delivered_to(user.id)] for user in users] == [[PICTURE] * 2] * 6
    assert {sent.file_name for sent in server.delivered} == {"mã.png"}


def test_a_picture_that_went_as_a_document_is_offered_as_one_no_more(app: App, server: TelegramServer) -> None:
    users, reply = crowd(server, 5), given(app, b"no picture")
    on(app, server, lambda channel: send_to(channel, users, reply))
    assert (uploads(server), server.requests["sendPhoto"]) == (1, 1)
    assert {(sent.method, sent.content) for sent in server.delivered} == {("sendDocument", b"no picture")}


def test_an_id_that_telegram_has_forgotten_is_replaced_by_one_upload(app: App, server: TelegramServer) -> None:
    (lan, *others), reply = crowd(server, 4), given(app)

    async def act(channel: Telegram) -> None:
        await send_to(channel, [lan], reply)
        server.world.files.clear()
        await send_to(channel, others[:1], reply)
        await send_to(channel, others, reply)

    on(app, server, act)
    assert uploads(server) == 1
    assert [sent.content for sent in server.delivered] == [PICTURE] * 5


def test_a_file_that_was_deleted_here_goes_to_nobody_more(app: App, server: TelegramServer, lan: User) -> None:
    reply = given(app)
    assert reply.file
    sha = reply.file.sha

    async def act(channel: Telegram) -> None:
        await send_to(channel, [lan], reply)
        app.files.remove(sha)
        with pytest.raises(Refused):
            await send_to(channel, [lan], reply)

    on(app, server, act)
    assert len(lan.received()) == 1


def test_when_the_first_upload_fails_the_next_one_uploads(app: App, server: TelegramServer) -> None:
    users, reply = crowd(server, 4), given(app)
    server.fault(DROPPED_BEFORE)

    async def act(channel: Telegram) -> list[object]:
        sends = (channel.send(ChatRef("telegram", str(user.id)), reply) for user in users)
        return list(await asyncio.gather(*sends, return_exceptions=True))

    assert [type(outcome) for outcome in on(app, server, act)] == [InDoubt, Sent, Sent, Sent]
    assert uploads(server) == 1


def test_a_slow_upload_is_no_broken_line(app: App, server: TelegramServer, lan: User) -> None:
    """The line of this client is given up after a fifth of a second, but for a file."""
    server.fault(slow(1))

    async def act() -> Sent:
        hasty = HTTPXRequest(read_timeout=0.2, write_timeout=0.2)
        async with Bot(server.token, f"{server.url}/bot", f"{server.url}/file/bot", request=hasty) as bot:
            return await Telegram(bot, files=app.files).send(ChatRef("telegram", str(LAN)), given(app))

    assert asyncio.run(act()).message == str(lan.received()[0].message_id)


def test_a_file_beyond_the_limit_is_not_tried(app: App, server: TelegramServer, lan: User) -> None:
    with pytest.raises(Refused):
        send(app, server, given(app, bytes(UPLOAD + 1), "document"))
    assert server.requests["sendDocument"] == 0
    assert lan.got_nothing()


def test_a_file_that_is_lost_or_damaged_holds_nobody_up(app: App, settings: Settings, server: TelegramServer) -> None:
    lost, damaged = given(app, PICTURE + b"1"), given(app, PICTURE + b"2")
    assert lost.file
    assert damaged.file
    app.files.remove(lost.file.sha)
    app.files.path(damaged.file.sha).write_bytes(b"other")
    lan = User(server, LAN, "Lan")
    with serving(app, settings, server):
        lan.starts()
        lan.got()
        for number, reply in enumerate((lost, damaged, Reply(Markup("tin sau")))):
            enqueue(app, reply, f"file {number}")
        assert lan.got() == ["tin sau"]
        assert eventually(lambda: states(app) == ["sent", "dead", "dead", "sent"])


def states(app: App) -> list[str]:
    with app.database.read() as session:
        return list(session.exec(select(OutboxRow.state).order_by(OutboxRow.number)))  # type: ignore[arg-type]


def test_a_long_text_follows_its_file(app: App, settings: Settings, server: TelegramServer) -> None:
    long = given(app, text="<b>chữ</b> " * 300)

    def show(turn: Turn, _text: str) -> None:
        turn.replies.append(long)

    lan = User(server, LAN, "Lan")
    with serving(replace(app, routes=replace(app.routes, text=show)), settings, server):
        lan.says("cho xem")
        file, text = lan.received(2)
        assert lan.got_nothing()
    assert (file.content, file.text, file.buttons) == (PICTURE, "", [])
    assert (text.content, text.text.split(), text.buttons) == (None, ["chữ"] * 300, ["Gặp cán bộ"])
    assert server.refusals == []


def photo_of(server: TelegramServer) -> str:
    return server.store("photo", PICTURE).file_id


@pytest.mark.parametrize("method", ["getFile", "download"])
@pytest.mark.parametrize(
    "fault", [SERVER_ERROR, DROPPED_BEFORE, flood(7), Fault("proxy", status=502)], ids=lambda fault: fault.name
)
def test_what_time_may_mend_is_tried_later(app: App, server: TelegramServer, method: str, fault: Fault) -> None:
    photo = photo_of(server)
    server.fault(fault, on={method})
    with pytest.raises(TryLater) as later:
        fetch(app, server, photo)
    assert later.value.seconds == fault.retry_after
    assert server.token not in str(later.value)
    assert fetch(app, server, photo) == PICTURE


def test_a_file_that_the_platform_cannot_reach_now_is_tried_later(app: App, server: TelegramServer) -> None:
    photo = photo_of(server)
    server.fault(refusing(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), on={"getFile"})
    with pytest.raises(TryLater):
        fetch(app, server, photo)


def test_an_outage_is_waited_out(app: App, server: TelegramServer) -> None:
    photo = photo_of(server)

    async def while_dark(channel: Telegram) -> bytes:
        await asyncio.to_thread(server.begin_outage)
        try:
            return await channel.fetch(photo, MEGABYTE)
        finally:
            await asyncio.to_thread(server.end_outage)

    with pytest.raises(TryLater):
        on(app, server, while_dark)


def test_a_file_too_large_for_bots_is_refused(app: App, server: TelegramServer) -> None:
    video = server.store("video", b"mp4", size=20 * MEGABYTE + 1)
    with pytest.raises(Refused):
        fetch(app, server, video.file_id, 100 * MEGABYTE)


def test_a_file_that_is_larger_than_it_said_is_refused(app: App, server: TelegramServer) -> None:
    voice = server.store("voice", bytes(2_000), size=10)
    with pytest.raises(Refused):
        fetch(app, server, voice.file_id, 1_000)
