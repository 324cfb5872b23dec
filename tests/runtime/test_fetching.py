"""Files are fetched in their time: outages cost nothing, what is lost is said, what was wiped stays wiped."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.channels.terminal import Terminal
from bot.core.channel import Gone, NotSent, Refused, TryLater
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Sender
from bot.feature import App
from bot.people.service import recognise
from bot.runtime.fetching import GIVEN_UP_AFTER, fetch_due
from bot.runtime.writer import Writer
from db.attachments import Attachment


class Platform(Terminal):
    """Hands out what it is told to, or fails as it is told to."""

    content: bytes | Exception = b"a photo"

    async def fetch(self, file_id: str, limit: int) -> bytes:
        assert file_id
        assert limit > 0
        if isinstance(self.content, Exception):
            raise self.content
        return self.content


@dataclass
class Sent:
    """A file that lan sent."""

    app: App
    platform: Platform
    id: int = field(default=0)

    def fetch(self) -> int:
        writer = Writer()
        try:
            return asyncio.run(fetch_due(self.app, self.platform, writer))
        finally:
            writer.close()

    def row(self) -> Attachment:
        with self.app.database.read() as session:
            return session.get_one(Attachment, self.id)


@pytest.fixture
def sent(app: App) -> Sent:
    found = Sent(app, Platform(app.say, files=app.files))
    with app.database.write() as session:
        _, person = recognise(session, ChatRef("terminal", "lan"), Sender("lan", "lan"), app.clock())
        now = app.clock()
        row = Attachment(
            key="k", person_id=person.id, channel="terminal", file_id="f", kind="photo", created_at=now, next_at=now
        )
        session.add(row)
        session.flush()
        found.id = row.id
    return found


def test_a_file_is_kept_once(sent: Sent) -> None:
    assert (sent.fetch(), sent.fetch()) == (1, 0)
    row = sent.row()
    assert (row.state, row.size) == ("stored", 7)
    assert sent.app.files.read(row.sha) == b"a photo"


@pytest.mark.parametrize("failure", [TryLater("away"), OSError(28, "no space left")], ids=["outage", "full disk"])
def test_an_outage_is_waited_out(sent: Sent, clock: FrozenClock, failure: Exception) -> None:
    sent.platform.content = failure
    for _ in range(5):
        sent.fetch()
        clock.advance(timedelta(hours=1))
    sent.platform.content = b"a photo"
    sent.fetch()
    assert sent.row().state == "stored"


@pytest.mark.parametrize("failure", [Gone("gone"), Refused("too large")])
def test_what_will_never_come_is_given_up(sent: Sent, failure: NotSent) -> None:
    sent.platform.content = failure
    sent.fetch()
    assert (sent.row().state, sent.row().reason) == ("failed", type(failure).__name__)
    assert sent.fetch() == 0


def test_a_file_that_does_not_come_for_a_week_is_given_up(sent: Sent, clock: FrozenClock) -> None:
    sent.platform.content = TryLater("away")
    clock.advance(GIVEN_UP_AFTER + timedelta(minutes=1))
    sent.fetch()
    assert sent.row().state == "failed"


def test_an_unexpected_error_holds_up_nobody(sent: Sent) -> None:
    sent.platform.content = RuntimeError("a bug of the platform's library")
    assert sent.fetch() == 1
    assert sent.row().state == "waiting"


def test_what_was_wiped_while_it_was_fetched_leaves_nothing(sent: Sent) -> None:
    class Wiped(Platform):
        async def fetch(self, file_id: str, limit: int) -> bytes:
            with sent.app.database.write() as session:
                session.delete(session.get_one(Attachment, sent.id))
            return await super().fetch(file_id, limit)

    sent.platform = Wiped(sent.app.say, files=sent.app.files)
    sent.fetch()
    assert list(sent.app.files.names()) == []
