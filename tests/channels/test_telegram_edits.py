"""A message put in the place of an older one on Telegram: texts, what stands under files, what cannot be changed."""

import asyncio
from collections.abc import Iterator

import pytest
from markupsafe import Markup

from bot.core.channel import Refused, Sent
from bot.core.events import ChatRef
from bot.core.replies import Button, Document, Reply, column
from bot.feature import App
from tests.botapi.faults import refusing
from tests.channels.client import connected
from tests.telegram_server import TelegramServer
from tests.telegram_user import PICTURE, User

LAN = 5512
TO = ChatRef("telegram", str(LAN))
PAUSE = column((Button("Tạm dừng loại tin này", "notice.pause:"),))


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        User(running, LAN, "Lan").starts()
        yield running


def sent_and_edited(app: App, server: TelegramServer, first: Reply, second: Reply) -> tuple[str, str]:
    """The platform's ids of the message, before and after."""

    async def run() -> tuple[Sent, Sent]:
        async with connected(app, server) as channel:
            sent = await channel.send(TO, first)
            return sent, await channel.edit(TO, sent.message, second)

    before, after = asyncio.run(run())
    return before.message, after.message


def test_a_text_is_changed_in_its_place(app: App, server: TelegramServer) -> None:
    before, after = sent_and_edited(
        app, server, Reply(Markup("Hạn <b>31/12</b>"), PAUSE), Reply(Markup("Hạn 30/12"), PAUSE)
    )
    assert before == after
    (edit,) = server.edits
    assert (edit.text, edit.buttons) == ("Hạn 30/12", ["Tạm dừng loại tin này"])
    assert len(server.delivered_to(LAN)) == 1


def test_so_is_what_stands_under_a_file(app: App, server: TelegramServer) -> None:
    file = Document(app.files.put(PICTURE), "mã.png", "photo")
    sent_and_edited(app, server, Reply(Markup("cũ"), PAUSE, file), Reply(Markup("mới"), PAUSE, file))
    (edit,) = server.edits
    assert edit.text == "mới"


def test_what_stands_there_already_is_done(app: App, server: TelegramServer) -> None:
    reply = Reply(Markup("như cũ"), PAUSE)
    before, after = sent_and_edited(app, server, reply, reply)
    assert before == after
    assert server.edits == []


def test_markup_that_is_not_taken_goes_plain(app: App, server: TelegramServer) -> None:
    server.fault(refusing(400, "Bad Request: can't parse entities: unsupported"), on=("editMessageText",))
    sent_and_edited(app, server, Reply(Markup("cũ")), Reply(Markup("<b>mới</b>")))
    assert [edit.text for edit in server.edits] == ["mới"]


def test_a_message_that_is_gone_cannot_be_changed(app: App, server: TelegramServer) -> None:
    async def run() -> None:
        async with connected(app, server) as channel:
            with pytest.raises(Refused):
                await channel.edit(TO, "4711", Reply(Markup("mới")))

    asyncio.run(run())
