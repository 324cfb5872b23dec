"""Beyond competence: one dossier, one answer typed once, everybody answered; what is protected stays among leaders."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from bot.cases import ending, gathering, letters, service
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Sender
from bot.feature import App, Work
from bot.people.service import recognise
from bot.settings import Settings
from db.cases import Case, Status, history
from db.dossiers import Dossier
from db.letters import Letter, LetterState
from db.staff import Role, Staff
from tests.cases.presses import presses
from tests.crew import join
from tests.terminal import Owner

ANSWER = "Chi nhánh đã hạ tải và thay đường dây ngày 08/12/2026, điện ổn định."
BASIS = "Văn bản 15/ĐL ngày 08/12/2026"


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """On both databases: numbers and locks are theirs."""
    return on_both_databases


def at(app: App, session: Session) -> Work:
    return Work(app, session, app.clock(), app.profile(), key=f"event {session.exec(select(Case.id)).all()}")


def raised(app: App, who: str, report: Report) -> int:
    """Somebody at the terminal has reported something."""
    with app.database.write() as session:
        _, person = recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock())
        return service.log(at(app, session), Actor(person.id), report, reporter_id=person.id).id


POWER = Report(subject="ha-tang", text="Điện yếu cả tuần, máy khâu không chạy được", place="chợ Việt Hòa")


def taken(app: App, staff: Staff, who: str, report: Report = POWER) -> int:
    case_id = raised(app, who, report)
    with app.database.write() as session:
        assert service.take(at(app, session), Actor(staff.person_id, staff), case_id)
    return case_id


def forward(app: App, staff: Staff, case_id: int, dossier_id: int | None = None) -> Case | None:
    with app.database.write() as session:
        return gathering.forward(
            at(app, session),
            Actor(staff.person_id, staff),
            case_id,
            "dienluc",
            text="Đề nghị kiểm tra đường dây",
            dossier_id=dossier_id,
        )


def answer(app: App, staff: Staff, dossier_id: int) -> list[Letter]:
    with app.database.write() as session:
        return gathering.answer(at(app, session), Actor(staff.person_id, staff), dossier_id, ANSWER, BASIS)


def case_of(app: App, case_id: int) -> Case:
    with app.database.read() as session:
        return session.get_one(Case, case_id)


@pytest.fixture
def ha(app: App) -> Staff:
    return join(app, "ha", Role.LEADER, name="Phó Chủ tịch Hà")


def test_a_forwarded_case_has_its_number_and_second_deadline_and_keeps_the_first_in_its_history(
    app: App, minh: Staff
) -> None:
    first = taken(app, minh, "lan")
    before = case_of(app, first).due_on
    forwarded = forward(app, minh, first)
    assert forwarded
    with app.database.read() as session:
        dossier = session.get_one(Dossier, forwarded.dossier_id)
        event = history(session, first)[-1]
    assert (dossier.code, dossier.due_on) == ("VH-2026-HS-01", date(2026, 12, 15))
    assert (forwarded.status, forwarded.due_on, forwarded.authority) == (Status.FORWARDED, dossier.due_on, "dienluc")
    assert event.data == {"dossier": dossier.code, "due_before": before.isoformat()}
    told = Owner(app, "lan").waits()
    assert told.count("đã được chuyển đến Điện lực") == 1
    assert "trước 17h00 thứ Ba, 15/12/2026" in told


def test_one_answer_goes_to_everybody_in_the_dossier_and_to_those_merged_with_them(app: App, minh: Staff) -> None:
    first, second, third = (taken(app, minh, who) for who in ("lan", "hoa", "mai"))
    with app.database.write() as session:
        assert service.merge(at(app, session), Actor(minh.person_id, minh), third, second)
    forwarded = forward(app, minh, first)
    assert forwarded
    assert forward(app, minh, second, forwarded.dossier_id)
    assert len(answer(app, minh, forwarded.dossier_id or 0)) == 2
    for who, case_id in (("lan", first), ("hoa", second), ("mai", third)):
        assert case_of(app, case_id).status == Status.ANSWERED
        said = Owner(app, who).waits()
        assert said.count(ANSWER) == 1
        assert BASIS in said
        assert "Người trả lời: Cán bộ Minh" in said
    assert answer(app, minh, forwarded.dossier_id or 0) == []


def test_a_dossier_takes_no_case_after_its_answer_its_deadline_or_for_another_authority(
    app: App, minh: Staff, clock: FrozenClock
) -> None:
    first, second = taken(app, minh, "lan"), taken(app, minh, "hoa")
    forwarded = forward(app, minh, first)
    assert forwarded
    with app.database.write() as session:
        work, actor = at(app, session), Actor(minh.person_id, minh)
        assert gathering.forward(work, actor, second, "thue", text="x", dossier_id=forwarded.dossier_id) is None
    late, clock.now = clock.now, clock.now + timedelta(days=30)
    assert forward(app, minh, second, forwarded.dossier_id) is None
    clock.now = late
    answer(app, minh, forwarded.dossier_id or 0)
    assert forward(app, minh, second, forwarded.dossier_id) is None
    assert case_of(app, second).status == Status.WORKING


def test_a_protected_case_goes_alone_and_only_leaders_know_of_its_dossier(app: App, minh: Staff, ha: Staff) -> None:
    clerk = join(app, "van", Role.CLERK, unit="vp", name="Văn thư Vân")
    conduct = taken(app, ha, "lan", replace(POWER, subject="can-bo", text="Cán bộ gây khó khăn khi nhận hồ sơ"))
    power = taken(app, minh, "hoa")
    with app.database.read() as session:
        assert gathering.forward(at(app, session), Actor(minh.person_id, minh), conduct, "ubndtp", text="x") is None
    forwarded, other = forward(app, ha, conduct), forward(app, minh, power)
    assert forwarded
    assert other
    assert forwarded.dossier_id != other.dossier_id
    assert forward(app, ha, conduct, other.dossier_id) is None
    assert forward(app, ha, power, forwarded.dossier_id) is None
    for who in ("minh", "van"):
        assert "VH-2026-HS-01" not in Owner(app, who).says("/hoso")
        assert "Nút này đã cũ" in presses(app, who, f"dossier.open:{forwarded.dossier_id}")
    assert "VH-2026-HS-01" in Owner(app, "ha").says("/hoso")
    assert answer(app, clerk, forwarded.dossier_id or 0) == []


def test_who_does_not_handle_all_of_its_cases_may_not_answer_but_a_clerk_and_a_leader_may(
    app: App, minh: Staff, ha: Staff
) -> None:
    tam = join(app, "tam", Role.OFFICER, unit="kthtdt", name="Cán bộ Tâm")
    forwarded = forward(app, minh, taken(app, minh, "lan"))
    assert forwarded
    assert forward(app, tam, taken(app, tam, "hoa"), forwarded.dossier_id)
    assert answer(app, minh, forwarded.dossier_id or 0) == []
    clerk = join(app, "van", Role.CLERK, unit="vp", name="Văn thư Vân")
    assert len(answer(app, clerk, forwarded.dossier_id or 0)) == 2
    assert answer(app, ha, forwarded.dossier_id or 0) == []


def test_where_a_subject_wants_it_a_leader_approves_the_whole_dossier_at_once(
    app: App, minh: Staff, ha: Staff, clock: FrozenClock
) -> None:
    pavement = replace(POWER, subject="via-he", text="Cột điện đứng giữa vỉa hè trước quầy")
    first, second, third = taken(app, minh, "lan", pavement), taken(app, minh, "hoa", pavement), taken(app, minh, "mai")
    forwarded = forward(app, minh, first)
    assert forwarded
    dossier = forwarded.dossier_id or 0
    assert forward(app, minh, second, dossier)
    assert forward(app, minh, third, dossier)
    presses(app, "minh", f"dossier.answer:{dossier}")
    said = Owner(app, "minh").says(ANSWER, BASIS, "Gửi")
    assert "đã gửi cho 1 phiếu, chờ lãnh đạo duyệt 2 phiếu" in said
    assert case_of(app, first).status == Status.FORWARDED
    to_approve = Owner(app, "ha").waits()
    assert to_approve.count("Có 2 phiếu chờ duyệt") == 1
    clock.now += timedelta(minutes=5)
    with app.database.write() as session:  # one is written anew meanwhile: the old button does not send it
        assert letters.give_back(at(app, session), Actor(ha.person_id, ha), second, "Ghi rõ ngày")
        assert letters.reply(at(app, session), Actor(minh.person_id, minh), second, ANSWER + " Đã nghiệm thu.", BASIS)
    assert "cho 1 phiếu" in presses(app, "ha", f"dossier.approve:{dossier}")
    assert "không còn câu trả lời nào chờ duyệt" in presses(app, "ha", f"dossier.approve:{dossier}")
    assert [case_of(app, each).status for each in (first, second, third)] == ["answered", "forwarded", "answered"]
    with app.database.read() as session:
        states = session.exec(select(Letter.state).where(Letter.case_id == second).order_by(Letter.id))  # type: ignore[arg-type]
        assert list(states) == [LetterState.RETURNED, LetterState.PROPOSED]


def test_an_answered_case_that_was_merged_keeps_its_answer_when_its_main_case_is_answered_anew(
    app: App, minh: Staff
) -> None:
    main, other = taken(app, minh, "lan"), taken(app, minh, "hoa")
    with app.database.write() as session:
        work, actor = at(app, session), Actor(minh.person_id, minh)
        assert service.merge(work, actor, other, main)
        assert letters.reply(work, actor, main, ANSWER, BASIS)
        lan = session.get_one(Case, main).reporter_id
        assert ending.dispute(work, Actor(lan), main, "Vẫn yếu điện")
        leader = Staff(person_id=minh.person_id, role=Role.LEADER, name="x", since=work.now, id=minh.id)
        assert letters.reply(work, Actor(minh.person_id, leader), main, ANSWER, BASIS)
        assert len(list(session.exec(select(Letter).where(Letter.case_id == other)))) == 1


def test_a_dossier_whose_cases_have_all_ended_can_be_put_away(app: App, minh: Staff) -> None:
    forwarded = forward(app, minh, taken(app, minh, "lan"))
    assert forwarded
    with app.database.write() as session:
        assert ending.withdraw(at(app, session), Actor(forwarded.reporter_id), forwarded.id)
    assert "Kết thúc hồ sơ" in presses(app, "minh", f"dossier.open:{forwarded.dossier_id}")
    assert "Đã kết thúc hồ sơ" in presses(app, "minh", f"dossier.end:{forwarded.dossier_id}")
    assert "không có hồ sơ nào" in Owner(app, "minh").says("/hoso")


def test_a_dossier_that_is_answered_while_one_chooses_it_loses_nothing_typed(app: App, minh: Staff) -> None:
    first, second = taken(app, minh, "lan"), taken(app, minh, "hoa")
    forwarded = forward(app, minh, first)
    assert forwarded
    presses(app, "minh", f"dossier.put:{forwarded.dossier_id}:{second}")
    Owner(app, "minh").says("Đề nghị thay đường dây cho cả dãy")
    answer(app, minh, forwarded.dossier_id or 0)
    said = Owner(app, "minh").says("Gửi")
    assert "không nhận thêm phiếu" in said
    assert "Đề nghị thay đường dây cho cả dãy" in said
    assert "VH-2026-HS-02" in Owner(app, "minh").says("Gửi")


def test_forwarding_after_the_days_of_the_law_warns(app: App, minh: Staff, clock: FrozenClock) -> None:
    case_id = taken(app, minh, "lan")
    clock.now += timedelta(days=7)
    assert "đã quá hạn chuyển" not in presses(app, "minh", f"case.forward:{case_id}")
    clock.now += timedelta(days=1)
    said = presses(app, "minh", f"case.forward:{case_id}")
    assert "05 ngày làm việc (Điều 9 Nghị định số 20/2008/NĐ-CP), tức là đến hết ngày 08/12/2026" in said


def test_a_forged_button_tells_nothing(app: App, minh: Staff) -> None:
    assert minh
    for name in ("case.forward", "dossier.open", "dossier.more", "dossier.put", "dossier.answer", "dossier.end"):
        for argument in ("", "1", "x", "99999999999999999999", "1:2:3", "²"):
            assert presses(app, "minh", f"{name}:{argument}").startswith("Nút này đã cũ"), f"{name}:{argument}"
