"""Every transcript is replayed on a real SQLite file; the whole bot is built anew between every two lines."""

import re
from datetime import datetime, timedelta
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
from tests.broadcasts.crowd import people
from tests.broadcasts.notices import arrived, change, sent
from tests.crew import join
from tests.meetings.scene import called, meeting_of
from tests.terminal import Owner
from tests.transcripts import Announces, At, Calls, Exchange, Joins, Later, Register, read

FOLDER = Path(__file__).with_name("dialogues")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(
    path: Path, settings: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex
) -> None:
    def new_bot() -> App:
        return compose(settings, clock=clock, content=content, index=index)

    code = ""
    for step in read(path):
        if isinstance(step, At):
            let_pass(clock, step.moment, new_bot())
        elif isinstance(step, Later):
            let_pass(clock, clock.now + step.by, new_bot())
        elif isinstance(step, Joins):
            given(new_bot(), step)
        elif isinstance(step, Announces):
            announced(new_bot(), step)
        elif isinstance(step, Calls):
            invited(new_bot(), step)
        elif isinstance(step, Register):
            registered(new_bot(), step)
        else:
            printed = said_to(new_bot(), step, code)
            assert step.fits(printed), f"{path.name}:{step.number}: {step.who}> {step.said}\n\n{printed}"
            given_out = re.search(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", printed)
            code = given_out[0] if given_out else code


def let_pass(clock: FrozenClock, until: datetime, app: App) -> None:
    """Time passes hour by hour, with a tick at each; a moment before the present only sets the clock."""
    while clock.now < until:
        clock.now = min(until, clock.now + timedelta(hours=1))
        tick(app)
    clock.now = until
    app.database.close()


def given(app: App, step: Joins) -> None:
    join(app, step.who, step.role, unit=step.unit, name=step.name)
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


def registered(app: App, step: Register) -> None:
    people(app, step.people)
    app.database.close()


def said_to(app: App, step: Exchange, code: str) -> str:
    try:
        return Owner(app, step.who).says(step.said.replace("{mã}", code))
    finally:
        app.database.close()
