"""Announcements in the hands of officers and leaders: submitted, decided, on their way; and what buttons answer."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlmodel import Session

from bot.broadcasts import service
from bot.broadcasts.audience import Audience
from bot.broadcasts.history import last_event
from bot.broadcasts.rules import Act
from bot.broadcasts.service import Draft
from bot.core.events import ChatRef, Incoming, Press, Sender
from bot.feature import App, Work
from bot.runtime.jobs import tick
from bot.runtime.turn import run
from db.broadcasts import Broadcast
from db.staff import Role, Staff
from tests.broadcasts.crowd import people, standing
from tests.crew import join
from tests.terminal import Owner

Owners = Callable[[str], Owner]


@pytest.fixture
def minh(app: App) -> Staff:
    """An officer, with two leaders, and thirty registered people around."""
    join(app, "son", Role.LEADER, name="Lãnh đạo Sơn")
    join(app, "ha", Role.LEADER, name="Lãnh đạo Hà")
    people(app, 30)
    return join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")


def work(app: App, session: Session, key: str = "") -> Work:
    return Work(app, session, app.clock(), app.profile(), key)


def submitted(app: App, author: Staff, key: str = "k1", **other: object) -> Broadcast:
    with app.database.write() as session:
        draft = Draft(**({"title": "Nộp thuế", "body": "Hạn 31/12.", "audience": Audience()} | other))  # type: ignore[arg-type]
        found = service.submit(work(app, session, key), author, draft)
        assert found
        return found


def last_submission(app: App, broadcast_id: int) -> int:
    with app.database.read() as session:
        return last_submission_in(session, broadcast_id)


def last_submission_in(session: Session, broadcast_id: int) -> int:
    found = last_event(session, broadcast_id, Act.SUBMIT)
    assert found
    return found.id


def answers(owner: Owner, *lines: str) -> str:
    """The first four questions answered, and then what is given; the last thing that is said."""
    owner.says("/soanthongbao", "thông báo chung", "thông báo thường", "Nộp thuế")
    return [owner.says(line) for line in lines][-1]


def going(app: App, minh: Staff) -> Broadcast:
    """Approved by the leader Sơn, and on its way."""
    notice, son = submitted(app, minh), join(app, "son", Role.LEADER)
    with app.database.write() as session:
        assert service.approve(work(app, session), son, notice.id, last_submission_in(session, notice.id))
    tick(app)
    return standing(app, notice.id)


def pressed(owner: Owner, data: str) -> None:
    assert press(owner, data) == [owner.app.say.label("turn.old_button")]


def press(owner: Owner, data: str) -> list[str]:
    """What a button answers, wherever it stood."""
    key = f"{owner.name} {data} {uuid4()}"
    with owner.app.database.write() as session:
        incoming = Incoming(key, ChatRef("terminal", owner.name), Sender(owner.name), owner.app.clock(), Press(data))
        turn = run(owner.app, owner.channel, session, incoming, owner.app.clock())
        return [re.sub("<[^>]*>", "", str(reply.text)) for reply in turn.replies]
