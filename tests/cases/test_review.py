"""What a review of the cases found: each of these once went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.cases import claims, ending, gathering, letters, rules, service
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.feature import Work
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import cases
from db.attachments import Attachment, AttachmentState
from db.cases import CaseEvent, Status
from db.clockwork import Reminder
from db.outbox import OutboxRow
from db.staff import Role, Staff
from tests.cases.days import ANSWER, BASIS, NOISE, Days
from tests.cases.presses import presses
from tests.crew import join
from tests.terminal import Owner

OFFICIAL = Report(subject="can-bo", text="Cán bộ đòi thêm tiền khi làm thủ tục", protected=True)


@pytest.fixture
def settings(with_saturday: Settings) -> Settings:
    """On both databases."""
    return with_saturday


@contextmanager
def working(days: Days, key: str = "k") -> Iterator[Work]:
    with days.app.database.write() as session:
        yield Work(days.app, session, days.clock.now, days.app.profile(), key)


def acting(staff: Staff) -> Actor:
    return Actor(staff.person_id, staff)


def owner(days: Days, case_id: int) -> Actor:
    return Actor(days.case(case_id).reporter_id)


def history(days: Days, case_id: int) -> list[CaseEvent]:
    with days.app.database.read() as session:
        return cases.history(session, case_id)


def away(days: Days, staff: Staff, substitute: Staff) -> None:
    with working(days) as work:
        row = work.session.get_one(Staff, staff.id)
        row.absent_from, row.absent_until, row.substitute_id = date(2026, 12, 1), date(2026, 12, 20), substitute.id


def left(days: Days, *gone: str) -> None:
    """They have no role any more."""
    with working(days) as work:
        work.session.execute(update(Staff).where(col(Staff.name).in_(gone)).values(until=days.clock.now))


def test_staff_who_report_anonymously_are_named_nowhere(days: Days, minh: Staff) -> None:
    join(days.app, "tam", Role.HEAD, name="Tổ trưởng Tâm")
    head = Owner(days.app, "tam")
    head.says("/phananh", "đồng ý", "Rác thải, môi trường", "rác ba hôm không ai dọn", "bỏ qua", "bỏ qua")
    head.says("ẩn danh", "gửi", "VH-2026-0001", "bổ sung", "hôm nay rác vẫn còn nguyên", "gửi")
    assert [event.act for event in history(days, 1)] == ["log", "supplement"]
    assert {event.staff_id for event in history(days, 1)} == {None}
    assert days.case(1).acknowledged_at is None
    assert "Tâm" not in presses(days.app, "minh", "case.open:1")
    assert minh


def test_who_adds_to_an_answered_case_is_not_silent(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.until("2026-12-03 10:00")
    with working(days) as work:
        assert service.supplement(work, owner(days, case_id), case_id, "Tối qua vẫn ồn")
    assert days.case(case_id).silent_since == days.clock.now


@pytest.mark.parametrize("said", ["VH-2026-0001", "phiếu vh 2026 1 đến đâu rồi ạ?", "Cho hỏi mã VH-2026-0001"])
def test_a_code_in_a_question_shows_the_case(days: Days, said: str) -> None:
    days.raised()
    lan = Owner(days.app, "lan")
    assert "Phiếu VH-2026-0001: Đã tiếp nhận" in lan.says(said)
    assert [event.act for event in history(days, 1)] == ["log"]


def test_a_code_with_more_words_becomes_an_addition(days: Days) -> None:
    days.raised()
    lan = Owner(days.app, "lan")
    lan.waits()
    assert "hôm nay loa vẫn ồn" in lan.says("VH-2026-0001 hôm nay loa vẫn ồn đến 23 giờ")
    lan.says("gửi")
    assert history(days, 1)[-1].note == "VH-2026-0001 hôm nay loa vẫn ồn đến 23 giờ"


def test_what_comes_to_a_unit_that_is_all_away_is_told_to_leaders(days: Days, minh: Staff) -> None:
    away(days, join(days.app, "van", Role.OFFICER, unit="vhxh", name="Vân"), minh)
    days.raised(report=Report(subject="lao-dong", text="Thiếu lao động may mùa Tết"))
    assert (len(days.heard("van")), len(days.heard("hai"))) == (1, 1)


def test_without_a_leader_the_admins_hear_that_something_waits_and_not_what(days: Days, minh: Staff) -> None:
    join(days.app, "quan", Role.ADMIN, name="Quản trị")
    left(days, "Lãnh đạo Hải")
    days.raised(report=OFFICIAL)
    via = days.raised(report=Report(subject="via-he", text="Xe máy để kín vỉa hè trước cửa hàng"))
    days.took(minh, via)
    days.answered(minh, via)
    days.until("2026-12-02 18:00")
    told = [said for said in days.heard("quan") if "chưa ai giữ vai trò lãnh đạo" in said]
    assert len(told) >= 3
    assert not any(code in said for said in told for code in ("VH-2026", "đòi", "vạch"))


def test_a_sole_officer_takes_a_disputed_case_again_where_nobody_leads(days: Days, minh: Staff) -> None:
    left(days, "Lãnh đạo Hải")
    case_id = days.raised()
    days.took(minh, case_id)
    days.answered(minh, case_id)
    with working(days) as work:
        assert ending.dispute(work, owner(days, case_id), case_id, "chưa xong")
    days.took(minh, case_id)
    assert days.case(case_id).assignee_id == minh.id


def test_a_letter_that_fails_again_is_a_task_again(days: Days, minh: Staff) -> None:
    Owner(days.app, "seller").says("/help")
    with working(days) as work:
        case_id = service.log(work, acting(minh), NOISE, reporter_id=None).id
        code = claims.invite(work, acting(minh), case_id)
    days.took(minh, case_id)
    letter_id = days.answered(minh, case_id)
    days.until("2026-12-04 10:00")
    assert ("untold" in {rung.partition(":")[0] for _, rung in days.rungs()}, code is None) == (True, False)
    Owner(days.app, "seller").says(f"/nhanphieu {code}", "1")
    with working(days) as work:
        assert work.session.get(Reminder, (case_id, f"untold:{letter_id}")) is None
        mine = col(OutboxRow.dedupe).startswith(f"letter:{letter_id}#")
        work.session.execute(update(OutboxRow).where(mine).values(state="dead", reason="blocked"))
    tick(days.app)
    assert days.letter(letter_id).delivery == "failed"
    assert len(days.heard("minh", f"letter:{letter_id}:undelivered")) == 2


def test_a_file_whose_owner_is_gone_comes_back_to_who_handles_the_case(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    moment = days.clock.now
    file = Attachment(
        key="f1",
        person_id=minh.person_id,
        channel="terminal",
        file_id="f1",
        kind="document",
        name="bienban.pdf",
        created_at=moment,
        next_at=moment + timedelta(days=30),
    )
    with working(days) as work:
        work.session.add(file)
        work.session.flush()
        assert letters.reply(work, acting(minh), case_id, ANSWER, BASIS, files=[file])
    days.platform()
    tick(days.app)
    days.blocks("lan")
    with working(days) as work:
        kept = work.session.exec(select(Attachment)).one()
        kept.sha, kept.state = days.app.files.put(b"x"), AttachmentState.STORED
    tick(days.app)
    assert any("không chuyển được tệp bienban.pdf" in said for said in days.heard("minh", "attachment:"))


def test_nobody_is_given_a_case_who_has_left_meanwhile(days: Days, minh: Staff) -> None:
    hung = join(days.app, "hung", Role.OFFICER, unit="kthtdt", name="Hùng")
    case_id = days.raised()
    left(days, "Hùng")
    with working(days) as work:
        assert service.assign(work, acting(minh), case_id, hung) is None


def test_an_addition_to_a_merged_case_is_told_to_those_of_the_main_one(days: Days, minh: Staff) -> None:
    hai = join(days.app, "hai", Role.LEADER)
    join(days.app, "nga", Role.OFFICER, unit="vhxh", name="Nga")
    main = days.raised()
    other = days.raised("hoa", Report(subject="lao-dong", text="Loa ồn nên thợ bỏ về"))
    days.took(minh, main)
    with working(days) as work:
        assert service.merge(work, acting(hai), other, main)
        assert service.supplement(work, owner(days, other), other, "quán số 3")
    assert "quán số 3" in days.heard("minh")[-1]
    assert "quán số 3" in days.heard("nga")[-1]


def test_a_dossier_that_held_a_protected_case_shows_nothing_when_it_is_empty(days: Days, minh: Staff) -> None:
    hai = join(days.app, "hai", Role.LEADER)
    case_id = days.raised(report=OFFICIAL)
    days.took(hai, case_id)
    with working(days) as work:
        for authority in ("thue", "ubndtp"):
            assert gathering.forward(work, acting(hai), case_id, authority, text="Chuyển theo thẩm quyền")
        assert gathering.opened(work, acting(minh), 1) is None
        assert gathering.opened(work, acting(hai), 1)


def test_files_of_an_unnamed_sender_have_no_names_for_staff(days: Days, minh: Staff) -> None:
    case_id = days.raised(report=Report(subject="khac", text="Loa ồn cả buổi tối", anonymous=True))
    with working(days) as work:
        case = work.session.get_one(cases.Case, case_id)
        assert case.reporter_id
        file = Attachment(
            key="f1",
            person_id=case.reporter_id,
            case_id=case_id,
            channel="terminal",
            file_id="f1",
            kind="document",
            name="Nguyen Thi Lan - CCCD.pdf",
            state=AttachmentState.FAILED,
            created_at=work.now,
            next_at=work.now,
        )
        work.session.add(file)
    assert "tep-1.pdf" in (said := presses(days.app, "minh", f"case.files:{case_id}"))
    assert "Lan" not in said
    tick(days.app)
    assert ["tep-1.pdf" in told for told in days.heard("minh", "attachment:")] == [True]
    assert minh


def test_counts_of_open_cases_leave_out_protected_ones(days: Days) -> None:
    hai = join(days.app, "hai", Role.LEADER)
    days.took(hai, days.raised(report=OFFICIAL))
    with working(days) as work:
        assert service.open_counts(work.session, [hai.id]) == {}


def test_the_owner_of_a_protected_case_is_told_of_leaders_not_of_a_unit(days: Days) -> None:
    case_id = days.raised(report=Report(subject="moi-truong", text="Cán bộ đòi thêm tiền", protected=True))
    days.took(join(days.app, "hai", Role.LEADER), case_id)
    assert "đang được lãnh đạo UBND phường" in days.heard("lan")[-1]


def test_a_further_case_goes_into_its_dossier_however_many_there_are(days: Days, minh: Staff) -> None:
    for number in range(21):
        case_id = days.raised(f"p{number}")
        days.took(minh, case_id)
        with working(days) as work:
            authority = "dienluc" if number < 20 else "datdai"
            assert gathering.forward(work, acting(minh), case_id, authority, text="Chuyển theo thẩm quyền")
    case_id = days.raised("q")
    days.took(minh, case_id)
    presses(days.app, "minh", f"dossier.put:21:{case_id}")
    Owner(days.app, "minh").says("Đề nghị cơ quan xem xét việc này", "gửi")
    assert days.case(case_id).dossier_id == 21


def test_a_case_that_was_late_when_it_was_handed_on_stays_late(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    first = days.case(case_id).due_on
    days.at("2026-12-21 09:00")
    with working(days) as work:
        assert gathering.forward(work, acting(minh), case_id, "dienluc", text="Chuyển theo thẩm quyền")
    with working(days) as work:
        assert gathering.answer(work, acting(minh), 1, ANSWER, BASIS)
    assert (days.case(case_id).answered_due_on, rules.on_time(days.case(case_id))) == (first, False)


def test_who_disappointed_the_owner_is_not_back_as_a_substitute(days: Days, minh: Staff) -> None:
    nga = join(days.app, "nga", Role.OFFICER, unit="kthtdt", name="Nga")
    case_id = days.raised()
    days.took(minh, case_id)
    days.answered(minh, case_id)
    with working(days) as work:
        assert ending.dispute(work, owner(days, case_id), case_id, "chưa xong")
    away(days, nga, minh)
    assert days.case(case_id).assignee_id == nga.id
    stands_in = Actor(minh.person_id, minh, frozenset({nga.id}))
    assert not rules.may(stands_in, days.case(case_id), rules.Act.REPLY, days.clock.now.date())


def test_a_subject_that_the_profile_has_no_more_wants_a_leader(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    with working(days) as work:
        work.session.get_one(cases.Case, case_id).subject = "da-bo"
    days.answered(minh, case_id)
    assert days.case(case_id).status == Status.WORKING


def test_a_file_that_became_a_report_is_no_addition_any_more(days: Days) -> None:
    days.raised()
    lan = Owner(days.app, "lan")
    lan.waits()
    lan.says("[ảnh rac.jpg]", "2", "đồng ý", "Rác thải, môi trường")
    said = presses(days.app, "lan", "case.gather:1:1")
    assert "phản ánh ông/bà viết dở" in said
    assert [event.act for event in history(days, 1)] == ["log"]
