"""The door and the lists ask nothing that reads a whole table."""

from bot.core.clock import FrozenClock
from bot.feature import App
from db.meetings import MeetingState
from tests.cases.presses import presses
from tests.db.test_plans import Asked, asked, scans
from tests.meetings.scene import answered, change, code, invite, invite_crowd, meeting_of, organiser
from tests.terminal import Owner

__all__ = ["asked"]

OURS = ("guest", "meeting", "visit")


def whole(app: App, asked: Asked) -> set[str]:
    """The steps that read a whole table, of statements about meetings; parts of a statement have names of their own."""
    ours = [each for each in asked if any(f"FROM {table}" in each[0] for table in OURS) or "guest" in each[0]]
    assert ours
    found = {step for step, _ in scans(app, ours)}
    return {step for step in found if not step.startswith(("SCAN anon", "SCAN rows"))}


def test_the_door(app: App, meeting_id: int, clock: FrozenClock, asked: Asked) -> None:
    organiser(app)
    invite_crowd(app, meeting_id, 30)
    answered(app, meeting_id, "lan")
    clock.now = meeting_of(app, meeting_id).starts_at
    change(app, meeting_id, state=MeetingState.CALLED)
    minh = Owner(app, "minh")
    minh.waits()
    asked.clear()
    minh.says("/diemdanh", "gõ mã lần lượt", code(1), "CFGHXX", "0912345678", "2", "khách không có mã", "Bà Tư", "1")
    minh.says("bấm nhầm, bỏ điểm danh", "xong", f"/start mt{meeting_id}_{code(1)}")
    assert whole(app, asked) == set()


def test_the_lists(app: App, meeting_id: int, asked: Asked) -> None:
    organiser(app)
    answered(app, meeting_id, "lan")
    hoa = invite(app, meeting_id, "hoa")
    asked.clear()
    presses(app, "minh", f"meeting.lists:{meeting_id}")
    for which in range(1, 8):
        presses(app, "minh", f"lists.page:{meeting_id}:{which}:1")
    presses(app, "minh", f"lists.groups:{meeting_id}")
    presses(app, "minh", f"silent.list:{meeting_id}:1:-")
    presses(app, "minh", f"silent.mark:{meeting_id}:{hoa}:2")
    assert whole(app, asked) == set()
