"""Every transcript is replayed on a real SQLite file; the whole bot is built anew between every two lines."""

from pathlib import Path

import pytest

import faq
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.settings import Settings
from tests.terminal import Owner
from tests.transcripts import At, Exchange, Later, read

FOLDER = Path(__file__).with_name("dialogues")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(
    path: Path, settings: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex
) -> None:
    for step in read(path):
        if isinstance(step, At):
            clock.now = step.moment
        elif isinstance(step, Later):
            clock.advance(step.by)
        else:
            printed = said_to_a_new_bot(step, compose(settings, clock=clock, content=content, index=index))
            assert step.fits(printed), f"{path.name}:{step.number}: {step.who}> {step.said}\n\n{printed}"


def said_to_a_new_bot(step: Exchange, app: App) -> str:
    try:
        return Owner(app, step.who).says(step.said)
    finally:
        app.database.close()
