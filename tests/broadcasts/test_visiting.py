"""Whom an announcement did not reach: who hears of it, who sees whom, what is marked; on each database."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.broadcasts.audience import Audience
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from bot.ward import SHIPPED
from db import audience, visits
from db.broadcasts import BroadcastState, Visit
from db.cases import Case
from db.outbox import OutboxRow, OutboxState
from db.people import Chat, Person
from db.staff import Role, Staff
from tests.broadcasts.crowd import announce, change, people, register, rows_of
from tests.crew import join
from tests.people.test_registering import GROUPS, presses


@pytest.fixture
def settings(both: Settings, tmp_path: Path) -> Settings:
    """On each database, a ward with two groups."""
    ward = tmp_path / "ward.toml"
    ward.write_text(GROUPS + SHIPPED.read_text("utf-8"), "utf-8")
    return both.model_copy(update={"ward_file": ward})


def head(app: App, who: str, group: str) -> Staff:
    return join(app, who, Role.HEAD, neighbourhood=group, name=f"Tổ trưởng {who}")


def business(app: App, name: str, group: str = "tdp1", *, phone: str = "", **case: Any) -> int:
    """Somebody registered whose chat is gone."""
    now = app.clock()
    with app.database.write() as session:
        somebody = Person(name="tên riêng", created_at=now)
        session.add(somebody)
        session.flush()
        chat = Chat(channel="telegram", address=f"gone-{somebody.id}", person_id=somebody.id, gone_since=now)
        session.add(chat)
        register(session, somebody.id, now, name=name, neighbourhood=group)
        if phone:
            session.add(_case(app, somebody.id, phone, **case))
        return somebody.id


def _case(app: App, reporter: int, phone: str, **more: object) -> Case:
    number = reporter
    values: dict[str, Any] = {
        "key": f"case-{reporter}",
        "code": f"VH-2026-{number}",
        "year": 2026,
        "number": number,
        "subject": "thue",
        "text": "Hỏi thuế",
        "phone": phone.strip(),
        "reporter_id": reporter,
        "unit": "kthtdt",
        "received_at": app.clock(),
        "acknowledge_by": app.clock(),
        "due_on": app.clock().date(),
    }
    return Case(**(values | more))


def ended(app: App, audience: Audience | None = None, **more: Any) -> int:
    """An announcement that has gone out."""
    broadcast_id = announce(app, audience, **more)
    for _ in range(3):
        tick(app)
    return broadcast_id


def heard(app: App) -> list[str]:
    """Which heads were told."""
    with app.database.read() as session:
        rows = select(OutboxRow.dedupe, Staff.name).join(Chat, col(Chat.id) == col(OutboxRow.chat_id))
        told = session.exec(rows.join(Staff, col(Staff.person_id) == col(Chat.person_id))).all()
        return sorted(name for dedupe, name in told if dedupe and ":head:" in dedupe)


def marked(app: App, broadcast_id: int) -> dict[int, str]:
    with app.database.read() as session:
        return {
            row.person_id: row.result for row in session.exec(select(Visit).where(Visit.broadcast_id == broadcast_id))
        }


def test_each_head_hears_once_of_what_is_to_be_told_or_read_aloud(app: App) -> None:
    for who, group in (("tho", "tdp1"), ("kim", "tdp1"), ("quy", "tdp12")):
        head(app, who, group)
    business(app, "Bún Lan")
    ended(app)
    tick(app)
    assert heard(app) == ["Tổ trưởng kim", "Tổ trưởng quy", "Tổ trưởng tho"]


def test_a_correction_tells_no_head_again(app: App) -> None:
    head(app, "tho", "tdp1")
    business(app, "Bún Lan")
    broadcast_id = ended(app)
    change(app, broadcast_id, version=2)
    tick(app)
    assert heard(app) == ["Tổ trưởng tho"]


def test_who_was_told_by_hand_before_a_correction_is_to_be_told_again(app: App, clock: FrozenClock) -> None:
    for who, group in (("tho", "tdp1"), ("quy", "tdp12")):
        head(app, who, group)
    lan, binh = business(app, "Bún Lan"), business(app, "Tạp hóa Bình")
    broadcast_id = ended(app)
    presses(app, "tho", f"visit.mark:{broadcast_id}:{lan}:told")
    clock.advance(timedelta(minutes=1))
    change(app, broadcast_id, version=2, edited_at=app.clock(), settled=False)
    presses(app, "tho", f"visit.mark:{broadcast_id}:{binh}:told")
    for _ in range(2):
        tick(app)
    assert heard(app) == ["Tổ trưởng quy", "Tổ trưởng tho", "Tổ trưởng tho"]
    with app.database.read() as session:
        left = visits.page(session, broadcast_id, None, told=False, first=0, size=9)
        assert [(each.person_id, each.result) for each in left] == [(lan, "")]
        assert audience.count(session, {"missed": broadcast_id}, "")[0] == 1
    clock.advance(timedelta(minutes=1))
    presses(app, "tho", f"visit.mark:{broadcast_id}:{lan}:told")
    with app.database.read() as session:
        assert visits.counts(session, broadcast_id) == {"tdp1": {"told": 2}}


def test_who_has_a_case_is_not_told_to_heads(app: App) -> None:
    tho = head(app, "tho", "tdp1")
    lan = business(app, "Bún Lan", phone="0912345678")
    by_case = ended(app, Audience(cases="thue"))
    again = ended(app, Audience(missed=by_case))
    assert heard(app) == []
    assert tho.person_id
    for broadcast_id in (by_case, again):
        assert "đã cũ" in presses(app, "tho", f"visit.list:{broadcast_id}:1:tdp1")[0]
        assert "đã cũ" in presses(app, "tho", f"visit.who:{broadcast_id}:{lan}")[0]
        assert "đã cũ" in presses(app, "tho", f"passing.loud:{broadcast_id}")[0]


def test_who_has_a_case_is_named_to_nobody(app: App) -> None:
    join(app, "lanh", Role.LEADER)
    business(app, "Bún Lan", phone=" ", anonymous=True)
    by_case = ended(app, Audience(cases="thue"))
    for broadcast_id in (by_case, ended(app, Audience(missed=by_case))):
        assert "đã cũ" in presses(app, "lanh", f"visit.groups:{broadcast_id}")[0]
        assert "đã cũ" in presses(app, "lanh", f"visit.list:{broadcast_id}:1:tdp1")[0]
        assert "Danh sách" not in presses(app, "lanh", f"watch.open:{broadcast_id}")[0]


def test_a_head_sees_the_own_group_alone(app: App) -> None:
    head(app, "tho", "tdp1")
    mine, other = business(app, "Bún Lan"), business(app, "Gạo Chi", "tdp12")
    broadcast_id = ended(app)
    assert "Bún Lan" in presses(app, "tho", f"visit.list:{broadcast_id}:1:tdp1")[0]
    for forged in (
        f"visit.list:{broadcast_id}:1:tdp12",
        f"visit.list:{broadcast_id}:1:-",
        f"visit.who:{broadcast_id}:{other}",
        f"visit.mark:{broadcast_id}:{other}:told",
        f"visit.mark:{broadcast_id}:{mine}:eaten",
        f"visit.mark:{broadcast_id + 9}:{mine}:told",
        f"visit.list:{broadcast_id}:x:tdp1",
        "visit.list:",
        "visit.who:1",
        "visit.mark:x:y:z",
        "passing.loud:9999",
        "passing.sheet:",
        f"watch.open:{broadcast_id}",
    ):
        assert "đã cũ" in presses(app, "tho", forged)[0], forged
    assert marked(app, broadcast_id) == {}


def test_a_removed_head_and_a_stranger_can_do_nothing(app: App) -> None:
    tho = head(app, "tho", "tdp1")
    lan = business(app, "Bún Lan")
    broadcast_id = ended(app)
    with app.database.write() as session:
        tho.until = app.clock()
        session.add(tho)
    for who in ("tho", "la"):
        for data in (f"visit.list:{broadcast_id}:1:tdp1", f"visit.mark:{broadcast_id}:{lan}:told"):
            assert "đã cũ" in presses(app, who, data)[0]
    assert marked(app, broadcast_id) == {}


def test_a_head_whose_group_was_typed_before_the_profile_had_groups(app: App) -> None:
    head(app, "tho", "tổ dân phố SỐ 1")
    business(app, "Bún Lan")
    assert heard(app) == []
    broadcast_id = ended(app)
    assert heard(app) == ["Tổ trưởng tho"]
    assert "Bún Lan" in presses(app, "tho", f"visit.list:{broadcast_id}:1:tdp1")[0]


def test_who_stands_in_for_a_head_is_told_instead(app: App) -> None:
    tho, quy = head(app, "tho", "tdp1"), head(app, "quy", "tdp12")
    today = app.clock().date()
    with app.database.write() as session:
        tho.absent_from = tho.absent_until = today
        tho.substitute_id = quy.id
        session.add(tho)
    business(app, "Bún Lan")
    broadcast_id = ended(app)
    assert heard(app) == ["Tổ trưởng quy"]
    assert "Bún Lan" in presses(app, "quy", f"visit.list:{broadcast_id}:1:tdp1")[0]


def test_who_stands_in_for_two_heads_of_a_group_is_told_once(app: App) -> None:
    tho, kim, quy = head(app, "tho", "tdp1"), head(app, "kim", "tdp1"), head(app, "quy", "tdp12")
    with app.database.write() as session:
        for away in (tho, kim):
            away.absent_from = away.absent_until = app.clock().date()
            away.substitute_id = quy.id
            session.add(away)
    business(app, "Bún Lan")
    ended(app)
    assert heard(app) == ["Tổ trưởng quy"]


def test_the_last_of_two_heads_counts(app: App) -> None:
    head(app, "tho", "tdp1")
    head(app, "kim", "tdp1")
    lan = business(app, "Bún Lan")
    broadcast_id = ended(app)
    presses(app, "tho", f"visit.mark:{broadcast_id}:{lan}:told")
    presses(app, "kim", f"visit.mark:{broadcast_id}:{lan}:absent")
    assert marked(app, broadcast_id) == {lan: "absent"}
    presses(app, "kim", f"visit.mark:{broadcast_id}:{lan}:told")
    assert "Bún Lan" not in presses(app, "tho", f"visit.list:{broadcast_id}:1:tdp1")[0]


def test_who_was_told_is_not_written_to_again(app: App) -> None:
    head(app, "tho", "tdp1")
    lan, binh = business(app, "Bún Lan"), business(app, "Tạp hóa Bình")
    broadcast_id = ended(app)
    presses(app, "tho", f"visit.mark:{broadcast_id}:{lan}:told")
    presses(app, "tho", f"visit.mark:{broadcast_id}:{binh}:absent")
    with app.database.read() as session:
        assert [each.person_id for each in visits.page(session, broadcast_id, None, told=False, first=0, size=9)] == [
            binh
        ]
        assert audience.count(session, {"missed": broadcast_id}, "")[0] == 1


def test_pages_of_ten_with_who_was_not_tried_first(app: App) -> None:
    head(app, "tho", "tdp1")
    ids = [business(app, f"Hộ số {number:02}") for number in range(1, 24)]
    broadcast_id = ended(app)
    presses(app, "tho", f"visit.mark:{broadcast_id}:{ids[0]}:absent")
    shown = [presses(app, "tho", f"visit.list:{broadcast_id}:{page}:tdp1")[0] for page in (1, 2, 3, 9)]
    assert [text.count("Hộ số") for text in shown] == [10, 10, 3, 3]
    assert "Hộ số 01" in shown[2]
    assert "Vắng" in shown[2]


@pytest.mark.parametrize(
    ("case", "shown"),
    [({}, "0912345678"), ({"protected": True}, "chưa có số"), ({"reporter_id": None}, "chưa có số")],
)
def test_a_telephone_number_is_that_of_an_own_open_case(app: App, case: dict[str, Any], shown: str) -> None:
    head(app, "tho", "tdp1")
    business(app, "Bún Lan", phone="0912345678", **case)
    broadcast_id = ended(app)
    assert shown in presses(app, "tho", f"visit.list:{broadcast_id}:1:tdp1")[0]


def test_failed_and_doubtful_messages_count_beside_those_without_a_chat(app: App) -> None:
    ids = people(app, 4)
    business(app, "Bún Lan", "")
    broadcast_id = announce(app)
    tick(app)
    states = (OutboxState.SENT, OutboxState.DEAD, OutboxState.DOUBT, OutboxState.CANCELLED)
    with app.database.write() as session:
        for row, state in zip(rows_of(app, broadcast_id), states, strict=True):
            row.state = state
            session.add(row)
    with app.database.read() as session:
        assert visits.counts(session, broadcast_id) == {"": {"": 3}}
        page = visits.page(session, broadcast_id, None, told=False, first=0, size=10)
        assert len(page) == 3
        assert ids[1] in {each.person_id for each in page}
        assert visits.one(session, broadcast_id, ids[0]) is None


@pytest.mark.parametrize("role", [Role.LEADER, Role.CLERK])
def test_clerks_and_leaders_open_every_list_the_admin_none(app: App, role: Role) -> None:
    join(app, "van", role, unit="ttpvhcc" if role is Role.CLERK else "")
    join(app, "hoa", Role.ADMIN)
    join(app, "tuan", Role.OFFICER, unit="vhxh")
    business(app, "Bún Lan", "")
    broadcast_id = ended(app)
    opened = f"visit.list:{broadcast_id}:1:-"
    assert "Bún Lan" in presses(app, "van", opened)[0]
    assert "Chưa có kênh nhắn tin: 1" in presses(app, "hoa", f"watch.open:{broadcast_id}")[0]
    for who in ("hoa", "tuan"):
        assert "đã cũ" in presses(app, who, opened)[0]
    assert "đã cũ" in presses(app, "tuan", f"watch.open:{broadcast_id}")[0]


def test_what_has_not_left_is_nothing_to_watch_or_to_read_aloud(app: App) -> None:
    join(app, "son", Role.LEADER)
    waiting = announce(app, state=BroadcastState.PROPOSED)
    for data in (f"watch.open:{waiting}", f"passing.loud:{waiting}", f"passing.sheet:{waiting}"):
        assert "đã cũ" in presses(app, "son", data)[0]
