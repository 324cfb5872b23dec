"""Roles on both databases: one use of a code, one role a person, an end that hands everything back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Command, Incoming, Press, Sender, What
from bot.feature import App, Feature, Work
from bot.people.service import recognise
from bot.people.staff import Offer, is_last_admin, join, leave, mistake, usable
from bot.runtime.turn import run
from bot.settings import Settings
from bot.ward import Group
from db.staff import Invitation, Role, Staff, all_serving
from tests.people.hiring import hire, offered, staff_named, working
from tests.terminal import Owner

OFFICER = Offer(Role.OFFICER, "kthtdt", name="Chuyên viên")


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """Each database in turn."""
    return on_both_databases


def person(app: App, who: str) -> int:
    with app.database.write() as session:
        return recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock())[1].id


def at_once(acts: list[Callable[[], bool]]) -> list[bool]:
    """All of them at the same moment, each in a thread of its own."""
    start = Barrier(len(acts))

    def one(act: Callable[[], bool]) -> bool:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def joins(app: App, code: str, person_id: int) -> bool:
    with working(app) as work:
        invitation = usable(work.session, code, work.now)
        return invitation is not None and join(work, invitation.id, person_id, "Tên") is not None


def test_of_two_people_with_one_code_one_gets_the_role(app: App) -> None:
    people = [person(app, who) for who in ("minh", "lan")]
    for _ in range(5):
        code = offered(app, OFFICER)
        got = at_once([lambda one=one, code=code: joins(app, code, one) for one in people])  # type: ignore[misc]
        assert sorted(got) == [False, True]
        with working(app) as work:
            (staff,) = all_serving(work.session)
            assert leave(work, staff.id)


def test_of_two_codes_for_one_person_one_is_taken(app: App) -> None:
    one = person(app, "minh")
    made = [offered(app, OFFICER), offered(app, Offer(Role.LEADER))]
    assert sorted(at_once([lambda code=code: joins(app, code, one) for code in made])) == [False, True]  # type: ignore[misc]
    with app.database.read() as session:
        assert len(all_serving(session)) == 1
        assert sum(invitation.used_at is not None for invitation in session.exec(select(Invitation))) == 1


def test_the_database_refuses_a_second_role(app: App) -> None:
    one = person(app, "minh")
    for until in (app.clock(), None, None):
        serves = Staff(person_id=one, role=Role.LEADER, name="Tên", since=app.clock(), until=until)
        if until is None and _serving(app):
            with pytest.raises(IntegrityError), app.database.write() as session:
                session.add(serves)
        else:
            with app.database.write() as session:
                session.add(serves)
    assert len(_serving(app)) == 1


def _serving(app: App) -> list[Staff]:
    with app.database.read() as session:
        return all_serving(session)


def test_two_admins_cannot_remove_each_other(app: App) -> None:
    for who in ("hoa", "minh"):
        hire(app, who, Role.ADMIN)
    both = [staff.id for staff in _serving(app)]

    def removes(staff_id: int) -> bool:
        with working(app) as work:
            staff = work.session.get_one(Staff, staff_id)
            return not is_last_admin(work.session, staff) and leave(work, staff_id) is not None

    assert sorted(at_once([lambda one=one: removes(one) for one in both])) == [False, True]  # type: ignore[misc]
    assert len(_serving(app)) == 1


def test_an_invitation_ends_after_its_days(app: App, clock: FrozenClock) -> None:
    code, one = offered(app, OFFICER), person(app, "minh")
    clock.advance(timedelta(days=7))
    assert not joins(app, code, one)


def test_a_code_that_was_copied_out_of_its_link_counts(app: App) -> None:
    minh = Owner(app, "minh")
    minh.says("/nhanviec")
    assert "Mã đúng" in minh.says(f"moi_{offered(app, Offer(Role.LEADER))} ")


def test_an_invitation_that_runs_out_while_the_name_is_asked_gives_nothing(app: App, clock: FrozenClock) -> None:
    minh = Owner(app, "minh")
    assert "Mã đúng" in minh.says(f"/start moi_{offered(app, Offer(Role.LEADER))}")
    clock.advance(timedelta(days=8))
    assert "Mã này không dùng được" in minh.says("Phó chủ tịch")
    assert _serving(app) == []


def test_whoever_invited_is_told_and_of_a_new_leader_the_leaders(app: App) -> None:
    leader = hire(app, "tuyet", Role.LEADER)
    hoa = hire(app, "hoa", Role.ADMIN)
    hoa.says("/moi", "lãnh đạo", "Phó Chủ tịch", "gửi")
    code = hoa.read().rpartition("moi_")[2].split()[0]
    Owner(app, "minh").says(f"/nhanviec {code}")
    assert "Phó Chủ tịch đã nhận vai trò Lãnh đạo." in hoa.waits()
    assert "Phó Chủ tịch đã nhận vai trò Lãnh đạo." in leader.waits()


def test_every_feature_hears_of_an_end_in_the_same_transaction(app: App) -> None:
    hire(app, "minh", Role.OFFICER, "kthtdt")
    heard: list[str] = []

    def note(_work: Work, staff: Staff) -> None:
        heard.append(staff.name)
        if len(heard) == 1:
            raise RuntimeError

    noting = replace(app, features=(*app.features, Feature(name="noting", staff_left=note)))
    staff_id = staff_named(app, "Tên minh").id
    with pytest.raises(RuntimeError), working(noting) as work:
        leave(work, staff_id)
    assert len(_serving(app)) == 1
    with working(noting) as work:
        assert leave(work, staff_id)
        assert leave(work, staff_id) is None
    assert heard == ["Tên minh", "Tên minh"]


def sends(app: App, who: str, what: What) -> list[str]:
    """Something that a terminal cannot type, such as a forged button."""
    owner, now = Owner(app, who), app.clock()
    event = Incoming(f"made:{who}:{what}", ChatRef("terminal", who), Sender(who), now, what)
    with app.database.write() as session:
        return [str(reply.text) for reply in run(app, owner.channel, session, event, now).replies]


def test_nobody_else_reads_of_the_commands(app: App) -> None:
    hire(app, "hoa", Role.ADMIN)
    hire(app, "minh", Role.OFFICER, "kthtdt")
    listed = {who: Owner(app, who).says("/help") for who in ("hoa", "minh", "lan")}
    known = {who: [name for name in ("moi", "nhansu", "vang") if f"/{name} " in said] for who, said in listed.items()}
    assert known == {"hoa": ["moi", "nhansu", "vang"], "minh": ["vang"], "lan": []}


BUTTONS = (
    "crew.page:1",
    "crew.card:1",
    "crew.leave:1",
    "crew.left:1",
    "crew.away:1",
    "crew.back:1",
    "crew.card:999999999999",
)


@pytest.mark.parametrize("data", BUTTONS)
def test_a_forged_button_does_and_tells_nothing(app: App, data: str) -> None:
    hire(app, "hoa", Role.ADMIN)
    hire(app, "minh", Role.OFFICER, "kthtdt")
    for who in ("minh", "lan"):
        assert sends(app, who, Press(data)) == [str(app.say("turn.old_button"))]
    assert len(_serving(app)) == 2


@pytest.mark.parametrize(
    "data", ["crew.card:99", "crew.card:x", "crew.left:99999999999999999999", "crew.back:", "crew.away:0"]
)
def test_a_button_about_nobody_is_an_old_button(app: App, data: str) -> None:
    hire(app, "hoa", Role.ADMIN)
    assert sends(app, "hoa", Press(data)) == [str(app.say("turn.old_button"))]


def test_a_dialogue_begun_with_a_role_ends_with_it(app: App) -> None:
    hire(app, "hoa", Role.ADMIN)
    minh = hire(app, "minh", Role.ADMIN)
    assert "Vai trò: Lãnh đạo" in minh.says("/moi", "lãnh đạo", "bỏ qua")
    with working(app) as work:
        leave(work, staff_named(app, "Tên minh").id)
    assert "Nút này đã cũ" in minh.says("gửi")
    with app.database.read() as session:
        assert not list(session.exec(select(Invitation).where(Invitation.role == Role.LEADER)))


def test_the_code_is_nowhere_but_in_the_message(app: App) -> None:
    code = offered(app, OFFICER)
    sends(app, "minh", Command("nhanviec", code))
    with app.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT answers FROM draft").scalars().all()
    assert kept
    assert code not in str(kept)


def test_a_list_of_many_has_pages(app: App) -> None:
    hoa = hire(app, "hoa", Role.ADMIN)
    with app.database.write() as session:
        for number in range(20):
            one = recognise(session, ChatRef("terminal", f"p{number}"), Sender("x"), app.clock())[1].id
            session.add(Staff(person_id=one, role=Role.LEADER, name=f"Người {number}", since=app.clock()))
    assert "trang 1/3" in hoa.says("/nhansu")
    assert "trang 2/3" in hoa.says("trang sau")
    assert "trang 3/3" in hoa.says("trang sau")
    assert "trang 2/3" in hoa.says("trang trước")


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        (OFFICER, ""),
        (Offer(Role.ADMIN), ""),
        (Offer(Role.HEAD, neighbourhood="Tổ 5"), ""),
        (Offer(Role.OFFICER), "one of kthtdt, vp"),
        (Offer(Role.CLERK, "xyz"), "one of kthtdt, vp"),
        (Offer(Role.LEADER, "kthtdt"), "no unit"),
        (Offer(Role.HEAD), "needs a neighbourhood group"),
        (Offer(Role.ADMIN, neighbourhood="tdp1"), "needs a neighbourhood group"),
        (Offer(Role.ADMIN, name="x" * 81), "80 characters"),
    ],
)
def test_offers(app: App, offer: Offer, why: str) -> None:
    found = mistake(app.profile(), offer)
    assert why in (found or "")
    assert (found is None) == (why == "")


def test_a_head_leads_a_group_of_the_profile_where_it_has_some(app: App) -> None:
    ward = app.profile().model_copy(update={"groups": (Group(id="tdp1", name="Tổ dân phố số 1"),)})
    assert mistake(ward, Offer(Role.HEAD, neighbourhood="tdp1")) is None
    assert "one of tdp1" in (mistake(ward, Offer(Role.HEAD, neighbourhood="Tổ 5")) or "")
    with_groups = replace(app, profile=lambda: ward)
    hoa = hire(with_groups, "hoa", Role.ADMIN)
    assert "1. Tổ dân phố số 1" in hoa.says("/moi", "tổ trưởng")
    assert "Lời mời: Tổ trưởng, Tổ dân phố số 1" in hoa.says("1", "bỏ qua", "gửi")
