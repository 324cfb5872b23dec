"""The notice of a change that counts already is stopped by nobody, and who was told by hand is told again by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.broadcasts import corrections, service
from bot.broadcasts.rules import SETTLED_KINDS
from bot.feature import App, Work
from bot.meetings.invitation import CALLED_OFF, CHANGED
from bot.runtime.jobs import tick
from bot.settings import Settings
from bot.ward import SHIPPED
from db import visits
from db.broadcasts import Broadcast, BroadcastState, Unreached
from db.meetings import MeetingState
from db.outbox import OutboxRow
from db.staff import Role, Staff
from tests.broadcasts import crowd
from tests.broadcasts.test_visiting import business
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import invite, meeting_of, organiser, work
from tests.meetings.test_changing import decide, later, off, propose, to_be_approved
from tests.people.test_registering import GROUPS
from tests.terminal import Owner

Act = Callable[[Work, Staff, int], Broadcast | None]


@pytest.fixture
def settings(on_both_databases: Settings, tmp_path: Path) -> Settings:
    """SQLite and PostgreSQL in turn; a ward with two groups."""
    path = tmp_path / "ward.toml"
    path.write_text(SHIPPED.read_text("utf-8").replace("[[authorities]]", f"{GROUPS}[[authorities]]", 1), "utf-8")
    return on_both_databases.model_copy(update={"ward_file": path})


def acts(app: App, act: Act, notice: int) -> bool:
    with app.database.write() as session:
        return act(work(app, session, "act"), organiser(app), notice) is not None


@pytest.mark.parametrize("cancels", [False, True])
def test_what_counts_already_is_told_to_all(app: App, meeting_id: int, *, cancels: bool) -> None:
    plan = off(app, meeting_id) if cancels else later(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, plan) or 0
    card = presses(app, "minh", f"broadcast.open:{notice}")
    assert "không dừng hay hủy được nữa" in card
    assert "Hủy" not in card
    for act in (service.cancel, service.withdraw):
        assert not acts(app, act, notice)
    tick(app)
    assert crowd.standing(app, notice).state == BroadcastState.SENDING
    for act in (service.cancel, service.pause):
        assert not acts(app, act, notice)
    assert "không dừng hay hủy được nữa" in presses(app, "minh", f"broadcast.cancelled:{notice}")
    for who in ("lan", "nam"):
        assert ("không tổ chức" if cancels else "13/12/2026") in Owner(app, who).waits()


def test_before_a_leader_decides_it_can_be_taken_back(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, off(app, meeting_id)) or 0
    assert "không dừng" not in presses(app, "minh", f"broadcast.open:{notice}")
    assert acts(app, service.cancel, notice)
    tick(app)
    assert meeting_of(app, meeting_id).state == MeetingState.CALLED


def test_one_that_was_approved_is_not_cancelled_before_it_leaves(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, off(app, meeting_id)) or 0
    decide(app, notice, approve=True)
    assert not acts(app, service.cancel, notice)


def test_the_kinds_are_those_of_meetings() -> None:
    assert {CHANGED, CALLED_OFF} == SETTLED_KINDS


def told_by_hand(app: App, broadcast_id: int, person_id: int, result: str = "told") -> None:
    """The broadcast did not reach somebody; their head said what a visit achieved."""
    tho = join(app, "tho", Role.HEAD, neighbourhood="tdp1", name="Tổ trưởng Thơ")
    with app.database.write() as session:
        session.add(Unreached(broadcast_id=broadcast_id, person_id=person_id))
        visits.record(session, (broadcast_id, person_id), result, staff_id=tho.id, now=app.clock())


def unreached(app: App, broadcast_id: int) -> list[int]:
    with app.database.read() as session:
        rows = select(Unreached.person_id).where(Unreached.broadcast_id == broadcast_id)
        return sorted(session.exec(rows))


def goes_out(app: App, *owners: str) -> None:
    for _ in range(3):
        tick(app)
    for who in owners:
        Owner(app, who).waits()
    for _ in range(3):
        tick(app)


def test_the_head_who_told_somebody_of_a_meeting_tells_them_that_it_is_off(app: App, meeting_id: int) -> None:
    invitation = meeting_of(app, meeting_id).invitation_id or 0
    told, absent = business(app, "Bún Lan"), business(app, "Gạo Chi")
    told_by_hand(app, invitation, told)
    told_by_hand(app, invitation, absent, "absent")
    notice = propose(app, organiser(app), meeting_id, off(app, meeting_id)) or 0
    goes_out(app, "lan", "nam")
    assert crowd.standing(app, notice).state == BroadcastState.SENT
    assert unreached(app, notice) == [told]
    assert "Trong Tổ dân phố số 1 còn 1 người chưa nhận được" in Owner(app, "tho").waits()
    listed = presses(app, "tho", f"visit.list:{notice}:1:tdp1")
    assert "Bún Lan" in listed
    assert "Gạo Chi" not in listed


def test_who_was_called_although_the_bot_reached_them_hears_of_it_from_the_bot(app: App, meeting_id: int) -> None:
    invitation = meeting_of(app, meeting_id).invitation_id or 0
    lan = invite(app, meeting_id, "lan")
    tho = join(app, "tho", Role.HEAD, neighbourhood="tdp1")
    with app.database.write() as session:
        visits.record(session, (invitation, lan), "told", staff_id=tho.id, now=app.clock())
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    goes_out(app, "lan", "nam")
    assert unreached(app, notice) == []


def test_a_correction_of_a_correction_reaches_who_heard_of_the_first_by_hand(app: App) -> None:
    first = crowd.announce(app, number=90)
    told = business(app, "Bún Lan")
    goes_out(app)
    told_by_hand_since(app, first, told)
    second = corrected(app, first)
    goes_out(app)
    third = corrected(app, second)
    goes_out(app)
    assert unreached(app, second) == unreached(app, third) == [told]


def told_by_hand_since(app: App, broadcast_id: int, person_id: int) -> None:
    tho = join(app, "tho", Role.HEAD, neighbourhood="tdp1", name="Tổ trưởng Thơ")
    with app.database.write() as session:
        visits.record(session, (broadcast_id, person_id), "told", staff_id=tho.id, now=app.clock())


def corrected(app: App, broadcast_id: int) -> int:
    author = join(app, "can bo", Role.OFFICER, unit="kthtdt")
    with app.database.write() as session:
        turn = work(app, session, f"correct:{broadcast_id}")
        staff = session.get_one(Staff, author.id)
        notice = corrections.correct_by_notice(turn, staff, broadcast_id, "Đính chính", "Hạn nộp là 30/12.")
        assert notice
        return notice.id


def test_who_has_a_case_is_on_no_list_of_a_head(app: App, meeting_id: int) -> None:
    invitation = meeting_of(app, meeting_id).invitation_id or 0
    crowd.change(app, invitation, settled=True, audience={"cases": "thue"})
    told_by_hand(app, invitation, business(app, "Bún Lan"))
    notice = propose(app, organiser(app), meeting_id, off(app, meeting_id)) or 0
    goes_out(app, "lan", "nam")
    assert Owner(app, "tho").waits() == ""
    assert "Bún Lan" not in presses(app, "tho", f"visit.list:{notice}:1:tdp1")
    with app.database.read() as session:
        heads = select(OutboxRow).where(col(OutboxRow.dedupe).contains(":head:"))
        assert session.exec(heads).all() == []
