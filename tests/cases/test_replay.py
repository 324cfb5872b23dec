"""Every recorded button and command, tried by everybody whom it does not concern: nothing passes or is learnt."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from bot.channels.terminal import Terminal
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Command, Incoming, Press, Sender, What
from bot.core.replies import Reply
from bot.feature import App, Turn, Work
from bot.people.staff import leave
from bot.runtime.turn import run
from db.cases import Case, CaseEvent
from db.letters import Letter
from db.outbox import OutboxRow
from db.staff import Role, Staff
from tests.crew import join
from tests.terminal import Owner
from tests.test_dialogues import FOLDER, let_pass
from tests.transcripts import At, Exchange, Joins, Later, read

TRANSCRIPTS = sorted(FOLDER.glob("xu-ly-*.txt"))
Rows = list[tuple[object, ...]]
KEPT: tuple[type[SQLModel], ...] = (Case, CaseEvent, Letter)

STRANGERS = ("nguoi la", "can bo phong khac", "can bo da nghi", "to truong")
"""A visitor, an officer of a unit that no transcript has, one of the unit whose role has ended, a head elsewhere."""
UNCONCERNED = ("quan tri", "van thu", "can bo cung phong")
"""Staff who may not know of a protected case."""


class RolledBack(Exception):
    """The end of an attempt; nothing of it stays."""


class Ward:
    """A transcript that is played in one bot, with people around who try everything that was offered to others."""

    def __init__(self, app: App, clock: FrozenClock) -> None:
        self.app = app
        self.clock = clock
        self.channel = Terminal(app.say, files=app.files)
        self.tried: set[str] = set()
        for who, role, unit in (
            ("can bo phong khac", Role.OFFICER, "bchqs"),
            ("can bo da nghi", Role.OFFICER, "kthtdt"),
            ("to truong", Role.HEAD, ""),
            ("quan tri", Role.ADMIN, ""),
            ("van thu", Role.CLERK, "vp"),
            ("can bo cung phong", Role.OFFICER, "vp"),
        ):
            self._leaves(join(app, who, role, unit=unit)) if who == "can bo da nghi" else join(
                app, who, role, unit=unit
            )

    def _leaves(self, staff: Staff) -> None:
        with self.app.database.write() as session:
            assert leave(Work(self.app, session, self.clock.now, self.app.profile()), staff.id)

    def plays(self, path: Path) -> Iterator[Exchange]:
        """The lines of a transcript, each after it was said."""
        for step in read(path):
            if isinstance(step, At):
                self.clock.now = step.moment
            elif isinstance(step, Later):
                let_pass(self.clock, self.clock.now + step.by, self.app)
            elif isinstance(step, Joins):
                join(self.app, step.who, step.role, unit=step.unit, name=step.name)
            elif isinstance(step, Exchange):
                Owner(self.app, step.who).says(step.said)
                yield step

    def offered(self) -> list[str]:
        """The buttons that were sent since the last time."""
        with self.app.database.read() as session:
            bodies = session.exec(select(OutboxRow.body)).all()
        found = {button.data for body in bodies for button in Reply.from_json(body).buttons if button.data}
        new = sorted(found - self.tried)
        self.tried |= found
        return new

    def strangers(self, data: str) -> tuple[str, ...]:
        """Whom this button does not concern."""
        named = re.fullmatch(r"case\.[a-z]+:(\d+).*", data)
        with self.app.database.read() as session:
            case = session.get(Case, int(named[1])) if named else None
            return (*STRANGERS, *UNCONCERNED) if case and case.protected else STRANGERS

    def state(self) -> tuple[Rows, set[str]]:
        """What may not change, and what nobody may learn."""
        with self.app.database.read() as session:
            return rows(session), words(session)

    def attempts(self, who: str, what: What, before: Rows, secret: set[str]) -> None:
        """Somebody tries it: no row of a case changes, and no word of one is told."""
        said = what.argument if isinstance(what, Command) else ""
        with suppress(RolledBack), self.app.database.write() as session:
            turn = self._turn(session, who, what)
            session.flush()
            assert rows(session) == before, (who, what)
            told = " ".join(f"{reply.text} {reply.rows}" for reply in turn.replies)
            assert not {word for word in secret if word not in said and word in told}, (who, what, told)
            raise RolledBack

    def _turn(self, session: Session, who: str, what: What) -> Turn:
        chat = ChatRef("terminal", who)
        incoming = Incoming(f"thu {who}", chat, Sender(who, who), self.clock.now, what)
        return run(self.app, self.channel, session, incoming, self.clock.now)


def rows(session: Session) -> Rows:
    """All rows of all cases, their letters and their histories."""
    return [
        tuple(row) for table in KEPT for row in session.execute(sa.select(*table.metadata.tables[_name(table)].columns))
    ]


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


def words(session: Session) -> set[str]:
    """What nobody may learn: how each case begins, where it is, whose it is, what was answered."""
    cases, letters = session.exec(select(Case)).all(), session.exec(select(Letter)).all()
    said = [*((case.text[:25], case.place, case.business, case.phone) for case in cases)]
    return {word for row in said for word in row if word} | {letter.text[:25] for letter in letters}


OFFERED = {
    "xu-ly-tra-loi": "take assign transfer note request reply extend forward decline correct history clear mark",
    "xu-ly-duyet": "approve return reply correct",
    "xu-ly-giao-chuyen": "assign extend transfer decline",
    "xu-ly-gop": "merge merged split",
    "xu-ly-tim": "open reply",
}
"""Buttons that stand in each transcript; without them the test would show little."""


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_nothing_passes_and_nothing_is_learnt(app: App, clock: FrozenClock, path: Path) -> None:
    ward = Ward(app, clock)
    for exchange in ward.plays(path):
        command = re.fullmatch(r"/(\w+) ?(.*)", exchange.said)
        attempted: list[What] = [Press(data) for data in ward.offered()]
        if command:
            attempted.append(Command(command[1], command[2]))
        before, secret = ward.state()
        for what in attempted:
            for who in ward.strangers(what.data if isinstance(what, Press) else ""):
                ward.attempts(who, what, before, secret)
    assert {f"case.{name}" for name in OFFERED[path.stem].split()} <= {data.partition(":")[0] for data in ward.tried}
