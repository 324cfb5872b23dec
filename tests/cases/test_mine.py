"""What an owner sees of a case and does with it: add, take back, say whether the answer will do."""

import pytest
from sqlmodel import select

from bot.cases import letters, rules, service
from bot.cases.rules import Act, Actor
from bot.core.clock import FrozenClock
from bot.feature import App, Work
from bot.settings import Settings
from db import cases
from db.attachments import Attachment
from db.cases import Case, CaseEvent, Status
from db.staff import Role, Staff
from tests.cases.presses import presses
from tests.crew import join
from tests.terminal import Owner

ANSWER = "Tổ thu gom đã dọn sạch ngày 02/12/2026, từ nay thu hai lần mỗi ngày."


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """On both databases."""
    return on_both_databases


@pytest.fixture
def hung(app: App) -> Staff:
    return join(app, "hung", Role.OFFICER, unit="kthtdt", name="Cán bộ Hùng")


@pytest.fixture
def lan(app: App) -> Owner:
    """An owner with one case."""
    owner = Owner(app, "lan")
    owner.says("/phananh", "đồng ý", "Rác thải, môi trường", "rác ba hôm không ai dọn", "bỏ qua", "bỏ qua")
    owner.says("ẩn danh", "gửi")
    return owner


def case(app: App) -> Case:
    with app.database.read() as session:
        return session.exec(select(Case)).one()


def history(app: App) -> list[CaseEvent]:
    with app.database.read() as session:
        return cases.history(session, 1)


def answers(app: App, staff: Staff) -> None:
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile())
        assert letters.reply(work, Actor(staff.person_id, staff), 1, ANSWER, "Biên bản kiểm tra ngày 02/12/2026")


def takes(app: App, staff: Staff) -> None:
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile())
        assert service.take(work, Actor(staff.person_id, staff), 1)


def asks_for_more(app: App, staff: Staff) -> None:
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile())
        assert letters.request(work, Actor(staff.person_id, staff), 1, "Ông/bà gửi giúp ảnh chỗ đổ rác.")


def declines(app: App, staff: Staff) -> None:
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile())
        assert letters.decline(work, Actor(staff.person_id, staff), 1, "Ngoài địa bàn", "UBND phường bên cạnh")


def notes(app: App, staff: Staff, text: str) -> None:
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile())
        assert service.note(work, Actor(staff.person_id, staff), 1, text)


def test_a_clear_answer_is_marked(app: App, lan: Owner, minh: Staff) -> None:
    takes(app, minh)
    answers(app, minh)
    assert "Câu trả lời đã rõ chưa" in lan.waits()
    assert "5 – rất hài lòng" in lan.says("đã rõ")
    assert "cảm ơn ông/bà đã đánh giá" in lan.says("5 – rất hài lòng")
    assert (case(app).status, case(app).mark) == (Status.CLOSED, 5)
    assert "đã chuyển sang bước khác" in presses(app, "lan", "case.mark:1:1")
    assert case(app).mark == 5


def test_a_low_mark_is_asked_about_and_the_reason_is_for_colleagues(app: App, lan: Owner, minh: Staff) -> None:
    takes(app, minh)
    answers(app, minh)
    lan.waits()
    assert "Điều gì chưa tốt" in lan.says("đã rõ", "2 – chưa hài lòng").rsplit("Cảm ơn", 1)[-1]
    lan.says("phải gọi mấy lần")
    last = history(app)[-1]
    assert (last.act, last.told, last.note) == (Act.NOTE, False, "phải gọi mấy lần")
    assert "phải gọi mấy lần" not in lan.says("VH-2026-0001")


def test_a_dispute_goes_to_somebody_else_with_a_deadline_of_its_own(
    app: App, lan: Owner, minh: Staff, hung: Staff, clock: FrozenClock
) -> None:
    takes(app, minh)
    answers(app, minh)
    lan.waits()
    clock.now = clock.now.replace(day=3)
    said = lan.says("chưa thỏa đáng", "rác vẫn còn")
    assert "Hạn trả lời mới: trước 17h00 thứ Năm, 17/12/2026" in said
    assert (case(app).status, case(app).assignee_id, case(app).not_again_id) == (Status.WORKING, hung.id, minh.id)
    assert "rác vẫn còn" in Owner(app, "hung").waits()


def test_what_was_asked_for_is_sent_as_a_photo_alone(app: App, lan: Owner, minh: Staff, clock: FrozenClock) -> None:
    takes(app, minh)
    asks_for_more(app, minh)
    assert "đề nghị bổ sung" in lan.waits()
    clock.now = clock.now.replace(day=3)
    said = lan.says("bổ sung", "[ảnh rac.jpg]", "bỏ qua", "gửi")
    assert "hạn trả lời mới: trước 17h00 thứ Năm, 17/12/2026" in said
    assert (case(app).status, history(app)[-1].note) == (Status.WORKING, "(gửi kèm 1 tệp)")
    with app.database.read() as session:
        assert [each.case_id for each in session.exec(select(Attachment))] == [1]


def test_nothing_added_changes_nothing(app: App, lan: Owner) -> None:
    assert "phiếu giữ nguyên" in lan.says("bổ sung", "bỏ qua", "gửi")
    assert len(history(app)) == 1


def test_what_was_typed_for_a_case_that_moved_on_is_given_back(app: App, lan: Owner, minh: Staff) -> None:
    lan.says("bổ sung", "rác vẫn còn nguyên")
    takes(app, minh)
    declines(app, minh)
    said = lan.says("VH-2026-0001", "làm tiếp", "gửi")
    assert "đã chuyển sang bước khác" in said
    assert "rác vẫn còn nguyên" in said
    assert case(app).status == Status.DECLINED


def test_taking_back_is_asked_once_more(app: App, lan: Owner) -> None:
    lan.says("/viecdagui", "1", "rút phiếu")
    assert case(app).status == Status.RECEIVED
    lan.says("rút phiếu", "bỏ qua")
    assert case(app).status == Status.WITHDRAWN


@pytest.mark.parametrize(
    "button",
    [
        "own.open:1",
        "own.letters:1",
        "case.add:1",
        "case.gather:1:1",
        "case.withdraw:1",
        "case.clear:1",
        "case.rate:1",
        "case.mark:1:5",
        "case.dispute:1",
        "own.open:99999999999999999999",
        "case.from:x",
    ],
)
@pytest.mark.parametrize("who", ["hoa", "minh"])
def test_a_button_of_somebody_elses_case_tells_nothing(
    app: App, lan: Owner, minh: Staff, button: str, who: str
) -> None:
    assert minh
    assert lan
    before = len(history(app))
    assert presses(app, who, button).rsplit("\n\n", 1)[-1].startswith("Nút này đã cũ")
    assert len(history(app)) == before


def test_notes_of_colleagues_are_never_shown(app: App, lan: Owner, minh: Staff) -> None:
    takes(app, minh)
    notes(app, minh, "chủ quán khó tính")
    shown = lan.says("VH-2026-0001")
    assert "Cán bộ nhận xử lý" in shown
    assert "khó tính" not in shown
    assert "Cán bộ Minh" not in shown


def test_the_list_has_pages(app: App) -> None:
    owner = Owner(app, "lan")
    owner.says("xin chào")
    owner_id = 1
    for number in range(10):
        with app.database.write() as session:
            work = Work(app, session, app.clock(), app.profile(), f"made:{number}")
            service.log(work, Actor(owner_id), service.Report("khac", f"việc thứ {number}"), reporter_id=owner_id)
    first = owner.says("phiếu của tôi")
    assert "VH-2026-0010" in first
    assert "VH-2026-0003" in first
    second = owner.says("Các phiếu cũ hơn »")
    assert ("VH-2026-0002" in second, "VH-2026-0003" in second) == (True, False)


def test_who_has_sent_nothing_is_shown_the_way(app: App) -> None:
    assert "chưa gửi phiếu nào" in (said := Owner(app, "lan").says("/viecdagui"))
    assert "Gửi phản ánh" in said


def test_a_merged_case_is_cleared_and_disputed_by_its_own_owner(app: App) -> None:
    merged = Case(
        key="k",
        code="VH-2026-0009",
        year=2026,
        number=9,
        subject="khac",
        text="x",
        unit="kthtdt",
        reporter_id=7,
        status=Status.ANSWERED,
        merged_into=3,
        received_at=app.clock(),
        acknowledge_by=app.clock(),
        answered_at=app.clock(),
        due_on=app.clock().date(),
    )
    for act in (Act.CLEAR, Act.DISPUTE):
        assert rules.may(Actor(7), merged, act, app.clock().date())
    assert not rules.may(Actor(8), merged, Act.CLEAR, app.clock().date())
