"""Every transcript is replayed on a real SQLite file; the whole bot is built anew between every two lines."""

import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest

import faq
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import BroadcastState
from db.outbox import OutboxState
from db.people import chats_of, mark_gone
from db.staff import Role
from tests.broadcasts.crowd import people
from tests.broadcasts.notices import arrived, change, sent
from tests.crew import join
from tests.meetings.scene import called, meeting_of
from tests.passing import later
from tests.people.test_registering import person
from tests.terminal import Owner
from tests.transcripts import Announces, At, Blocks, Calls, Exchange, Group, Joins, Later, Register, read

FOLDER = Path(__file__).with_name("dialogues")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(
    path: Path, settings: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex
) -> None:
    ward = settings.model_copy(update={"ward_file": settings.data_dir / "ward.toml"})
    shutil.copy(settings.ward_file, ward.ward_file)

    def new_bot() -> App:
        return compose(ward, clock=clock, content=content, index=index)

    code = proof = ""
    for step in read(path):
        if isinstance(step, At):
            let_pass(clock, step.moment, new_bot())
        elif isinstance(step, Later):
            let_pass(clock, clock.now + step.by, new_bot())
        elif isinstance(step, Group):
            has_group(ward.ward_file, step)
        elif not isinstance(step, Exchange):
            happens(new_bot(), step)
        else:
            printed = said_to(new_bot(), step, code, proof)
            assert step.fits(printed), f"{path.name}:{step.number}: {step.who}> {step.said}\n\n{printed}"
            given_out = re.search(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", printed)
            code = given_out[0] if given_out else code
            shown = re.search(r"Mã xác minh: (\w{8})", printed)
            proof = shown[1] if shown else proof


def happens(app: App, step: Joins | Announces | Calls | Blocks | Register) -> None:
    """What becomes true in the tables."""
    match step:
        case Joins():
            given(app, step)
        case Announces():
            announced(app, step)
        case Calls():
            invited(app, step)
        case Blocks():
            blocked(app, step)
        case Register():
            registered(app, step)


def let_pass(clock: FrozenClock, until: datetime, app: App) -> None:
    """Time passes, with ticks; a moment before the present only sets the clock."""
    while clock.now < until:
        clock.now = later(clock.now, until)
        tick(app)
    clock.now = until
    app.database.close()


def given(app: App, step: Joins) -> None:
    where = {"neighbourhood": step.unit} if step.role is Role.HEAD else {"unit": step.unit}
    join(app, step.who, step.role, **where, name=step.name)
    app.database.close()


def announced(app: App, step: Announces) -> None:
    number = sent(app, step.title, subject=step.subject, state=BroadcastState.SENDING)
    if step.to:
        arrived(app, number, step.to, OutboxState.READY)
    app.database.close()


def invited(app: App, step: Calls) -> None:
    invitation = (
        meeting_of(app, called(app, days=step.days, title=step.title, capacity=step.capacity)).invitation_id or 0
    )
    change(app, invitation, state=BroadcastState.SENDING, audience={"everyone": True})
    for who in step.to:
        arrived(app, invitation, who, OutboxState.READY)
    app.database.close()


def has_group(ward: Path, step: Group) -> None:
    group = f'[[groups]]\nid = "{step.id}"\nname = "{step.name}"\n\n'
    ward.write_text(ward.read_text("utf-8") + group, "utf-8")


def blocked(app: App, step: Blocks) -> None:
    number = person(app, step.who)
    with app.database.write() as session:
        for chat in chats_of(session, number):
            mark_gone(session, chat.id, app.clock())
    app.database.close()


def registered(app: App, step: Register) -> None:
    people(app, step.people)
    app.database.close()


def said_to(app: App, step: Exchange, code: str, proof: str) -> str:
    said = step.said.replace("{mã}", code).replace("{mã xác minh}", proof)
    try:
        return Owner(app, step.who).says(said)
    finally:
        app.database.close()
