"""Every recorded button of those who write announcements, tried by whom it does not concern: nothing passes."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from bot.channels.terminal import Terminal
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Incoming, Press, Sender
from bot.core.replies import Reply
from bot.feature import App
from bot.runtime.turn import run
from db.broadcasts import Broadcast, BroadcastEvent, Recurrence
from db.outbox import OutboxRow
from db.staff import Role
from tests.broadcasts.crowd import people
from tests.crew import join
from tests.terminal import Owner
from tests.test_dialogues import FOLDER, let_pass
from tests.transcripts import At, Exchange, Joins, Later, Register, read

TRANSCRIPTS = sorted([*FOLDER.glob("soan-thong-bao*.txt"), *FOLDER.glob("thong-bao-[dhk]*.txt")])
KEPT: tuple[type[SQLModel], ...] = (Broadcast, BroadcastEvent, Recurrence)
STRANGERS = ("nguoi la", "can bo phong khac", "to truong", "quan tri")
CLERK = "van thu"
"""Reads what another unit announces, and does nothing with it."""


class RolledBack(Exception):
    """The end of an attempt; nothing of it stays."""


def played(app: App, clock: FrozenClock, path: Path) -> Iterator[None]:
    """After each line of a transcript."""
    for step in read(path):
        if isinstance(step, At):
            let_pass(clock, step.moment, app)
        elif isinstance(step, Later):
            let_pass(clock, clock.now + step.by, app)
        elif isinstance(step, Joins):
            join(app, step.who, step.role, unit=step.unit, name=step.name)
        elif isinstance(step, Register):
            people(app, step.people)
        elif isinstance(step, Exchange):
            Owner(app, step.who).says(step.said)
            yield


def offered(app: App) -> set[str]:
    """The buttons that any message of an announcement's makers ever had."""
    with app.database.read() as session:
        bodies = [body for body in session.exec(select(OutboxRow.body)) if body]
    data = {button.data for body in bodies for button in Reply.from_json(body).buttons}
    return {each for each in data if each.startswith(("broadcast.", "flow:"))}


def rows(session: Session) -> list[tuple[object, ...]]:
    """Everything that is known of announcements."""
    tables = [SQLModel.metadata.tables[str(table.__tablename__)] for table in KEPT]
    return [tuple(row) for table in tables for row in session.execute(sa.select(table))]


def attempted(app: App, who: str, data: str, clock: FrozenClock, before: list[tuple[object, ...]]) -> None:
    channel = Terminal(app.say, files=app.files)
    with suppress(RolledBack), app.database.write() as session:
        incoming = Incoming(f"thu {who}", ChatRef("terminal", who), Sender(who, who), clock.now, Press(data))
        turn = run(app, channel, session, incoming, clock.now)
        session.flush()
        assert rows(session) == before, (who, data)
        if who != CLERK and not data.startswith("broadcast.new"):
            old = app.say.label("turn.old_button")
            assert [str(reply.text) for reply in turn.replies] == [old], (who, data)
        raise RolledBack


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_nothing_passes(app: App, clock: FrozenClock, path: Path) -> None:
    roles = {"can bo phong khac": Role.OFFICER, "to truong": Role.HEAD, "quan tri": Role.ADMIN, CLERK: Role.CLERK}
    for who, role in roles.items():
        join(app, who, role, unit="bchqs" if role in {Role.OFFICER, Role.CLERK} else "")
    tried: set[str] = set()
    for _ in played(app, clock, path):
        new = offered(app) - tried
        tried |= new
        with app.database.read() as session:
            before = rows(session)
        for data in sorted(new):
            for who in (*STRANGERS, CLERK):
                attempted(app, who, data, clock, before)
    assert {data.partition(":")[0] for data in tried} >= {"broadcast.show", "flow"}
