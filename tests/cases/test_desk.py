"""The desk of the staff: what transcripts cannot show."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.cases import ending
from bot.cases.answering import passage
from bot.cases.desk import CODE
from bot.cases.handling_flows import working_days
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.core.choices import plain
from bot.core.clock import FrozenClock
from bot.core.events import Text
from bot.feature import App, Work
from bot.people.staff import leave
from db.attachments import Attachment, AttachmentState
from db.cases import Case, Status
from db.drafts import in_hand
from db.letters import Delivery, Letter, LetterState
from db.staff import Role, Staff
from tests.cases.days import Days
from tests.cases.presses import presses
from tests.crew import join
from tests.terminal import Owner

WALK = Report(subject="via-he", text="Xe ba gác chiếm vỉa hè trước quán cả ngày", place="12 Nguyễn Lương Bằng")
RUBBISH = Report(subject="moi-truong", text="Rác chất đống ba ngày chưa ai thu gom", place="cổng chợ Mát")
CONDUCT = Report(subject="can-bo", text="Cán bộ một cửa nói năng cộc lốc với người chờ")
ANSWER = "Đội quản lý đô thị đã nhắc nhở chủ xe và kẻ vạch ngày 01/12/2026."
BASIS = "Biên bản số 5"
OLD = "Nút này đã cũ"


@pytest.fixture
def days(app: App, clock: FrozenClock) -> Days:
    return Days(app, clock)


@pytest.fixture
def son(app: App) -> Staff:
    return join(app, "son", Role.LEADER, name="Lãnh đạo Sơn")


def letters(app: App) -> list[Letter]:
    with app.database.read() as session:
        return list(session.exec(select(Letter).order_by(col(Letter.id))))


def answers(app: App, who: str, case_id: int, text: str = ANSWER) -> str:
    """Somebody takes the case and answers it."""
    presses(app, who, f"case.take:{case_id}")
    presses(app, who, f"case.reply:{case_id}")
    return Owner(app, who).says(text, BASIS, "gửi")


def test_an_answer_that_does_not_arrive_is_told_otherwise_before_the_end(app: App, days: Days, minh: Staff) -> None:
    case_id = days.raised("lan", RUBBISH)
    days.blocks("lan")
    said = answers(app, "minh", case_id)
    assert minh.unit == "kthtdt"
    assert "chưa báo được cho người gửi" in said
    assert "Đã báo cho người gửi" in said
    assert "Kết thúc phiếu" not in said
    assert "chưa kết thúc được" in presses(app, "minh", f"case.close:{case_id}")
    presses(app, "minh", f"case.tell:{case_id}")
    told = Owner(app, "minh").says("Gọi điện", "Minh gọi lúc 10 giờ, bà Lan đã nghe rõ")
    assert "được báo ngoài bot" in told
    assert "Kết thúc phiếu" in told
    assert [letter.delivery for letter in letters(app)] == [Delivery.TOLD]
    assert "đã kết thúc" in presses(app, "minh", f"case.close:{case_id}")
    assert days.case(case_id).status == Status.CLOSED


def test_the_button_of_an_old_proposal_sends_nothing(app: App, days: Days, minh: Staff, son: Staff) -> None:
    case_id = days.raised("lan", WALK)
    assert minh.id != son.id
    answers(app, "minh", case_id)
    presses(app, "minh", f"case.reply:{case_id}")
    Owner(app, "minh").says("Nội dung thứ hai của câu trả lời, đã sửa ngày 02/12/2026.", BASIS, "gửi")
    first, second = letters(app)
    assert "đã thay đổi" in presses(app, "son", f"case.approve:{case_id}:{first.id}")
    assert "đã thay đổi" in presses(app, "son", f"case.return:{case_id}:{first.id}")
    assert days.case(case_id).status == Status.WORKING
    assert "Đã gửi" in presses(app, "son", f"case.approve:{case_id}:{second.id}")
    assert "đã thay đổi" in presses(app, "son", f"case.approve:{case_id}:{second.id}")
    assert [letter.state for letter in letters(app)] == [LetterState.RETURNED, LetterState.SENT]
    assert len(days.heard("lan", f"letter:{second.id}")) == 1


def test_an_officer_approves_nothing(app: App, days: Days, minh: Staff) -> None:
    case_id = days.raised("lan", WALK)
    answers(app, "minh", case_id)
    (letter,) = letters(app)
    said = presses(app, "minh", f"case.approve:{case_id}:{letter.id}")
    assert minh.id == letter.staff_id
    assert "đã thay đổi" in said
    assert letters(app)[0].state == LetterState.PROPOSED


def test_what_was_typed_is_not_lost_when_the_case_moves_on(app: App, days: Days, minh: Staff) -> None:
    case_id = days.raised("lan", RUBBISH)
    days.took(minh, case_id)
    presses(app, "minh", f"case.reply:{case_id}")
    Owner(app, "minh").says(ANSWER, BASIS)
    owner = Actor(days.case(case_id).reporter_id)
    with app.database.write() as session:
        assert ending.withdraw(Work(app, session, app.clock(), app.profile()), owner, case_id)
        draft = in_hand(session, minh.person_id)
    assert draft
    said = presses(app, "minh", f"flow:{draft.id}::send")
    assert ANSWER in said
    assert "đã thay đổi" in said
    assert "Đã rút" in said
    assert letters(app) == []


def test_somebody_whose_role_has_ended_writes_nothing_any_more(app: App, days: Days, minh: Staff) -> None:
    case_id = days.raised("lan", RUBBISH)
    days.took(minh, case_id)
    presses(app, "minh", f"case.note:{case_id}")
    with app.database.write() as session:
        leave(Work(app, session, app.clock(), app.profile()), minh.id)
    said = Owner(app, "minh").says("Ghi chú sau khi đã nghỉ")
    assert OLD in said
    assert "Ghi chú sau khi đã nghỉ" in said
    assert RUBBISH.text not in said
    assert OLD in presses(app, "minh", f"case.open:{case_id}")


ACTS = "open full history files take reply request assign transfer note extend decline correct tell split close"


@pytest.mark.parametrize("who", ["an", "binh"])
def test_who_may_not_read_a_case_cannot_tell_it_from_one_that_never_was(app: App, days: Days, who: str) -> None:
    join(app, "an", Role.OFFICER, unit="vp", name="Cán bộ An")
    case_id = days.raised("lan", RUBBISH)
    for act in (*ACTS.split(), "merge", "merged", "approve", "return"):
        secret = presses(app, who, f"case.{act}:{case_id}:{case_id}")
        never = presses(app, who, f"case.{act}:999:999")
        assert secret == never
        assert OLD in never


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CLERK, Role.OFFICER, Role.HEAD])
def test_a_protected_case_is_in_no_list_but_a_leaders(app: App, days: Days, role: Role, son: Staff) -> None:
    join(app, "quang", role, unit="vp" if role in {Role.CLERK, Role.OFFICER} else "", name="Quang")
    case_id = days.raised("lan", CONDUCT)
    assert "Hiện không có phiếu" in Owner(app, "quang").says("/viec")
    assert "Không tìm thấy" in Owner(app, "quang").says("/timviec cộc lốc")
    assert OLD in presses(app, "quang", f"case.open:{case_id}")
    assert son.role == Role.LEADER
    assert "Tất cả phiếu đang mở (1)" in Owner(app, "son").says("/viec")
    assert CONDUCT.text in presses(app, "son", f"case.open:{case_id}")


def test_lists_go_on_after_eight(app: App, days: Days, minh: Staff, clock: FrozenClock) -> None:
    for number in range(19):
        days.raised(f"hộ {number}", RUBBISH)
    clock.now += timedelta(days=30)
    officer = Owner(app, "minh")
    assert minh.unit == "kthtdt"
    assert "Quá hạn (19)" in officer.says("/viec")
    first, second, third = officer.says("Quá hạn (19)"), officer.says("Trang sau »"), officer.says("Trang sau »")
    shown = [page.count("⚠") for page in (first, second, third)]
    assert shown == [8, 8, 3]
    assert "Trang sau" not in third
    codes = [f"VH-2026-{number:04d}" for number in range(1, 20)]
    assert [code for page in (first, second, third) for code in codes if code in page] == codes


def test_a_count_stops_at_99(app: App, days: Days, son: Staff) -> None:
    days.raised("lan", RUBBISH)
    with app.database.write() as session:
        one = session.exec(select(Case)).one()
        for number in range(2, 130):
            kept = {name: getattr(one, name) for name in Case.model_fields} | {"id": None, "number": number}
            kept |= {"key": f"k{number}", "code": f"c{number}"}
            session.add(Case(**kept))
    assert son.role == Role.LEADER
    assert "Tất cả phiếu đang mở (99+)" in Owner(app, "son").says("/viec")


@pytest.mark.parametrize("data", ["viec.page:approve", "viec.page:x", "viec.page", "viec.page:late:20269999:1x"])
def test_a_list_of_another_role_is_an_old_button(app: App, minh: Staff, data: str) -> None:
    assert minh.role == Role.OFFICER
    assert OLD in presses(app, "minh", data)


def test_a_search_belongs_to_who_searched(app: App, days: Days, minh: Staff, son: Staff) -> None:
    assert {minh.role, son.role} == {Role.OFFICER, Role.LEADER}
    for number in range(10):
        days.raised(f"hộ {number}", RUBBISH)
    assert "Trang sau" in Owner(app, "minh").says("/timviec thu gom")
    assert OLD in presses(app, "son", "viec.found:1:5")
    assert Owner(app, "minh").says("trang sau »").count("VH-2026") == 2


@pytest.mark.parametrize(
    ("typed", "year", "number"),
    [
        ("VH-2026-0012", "2026", "12"),
        ("vh 2026 12", "2026", "12"),
        ("vh20260012", "2026", "12"),
        ("0012", None, "12"),
        ("12", None, "12"),
        ("2026 12", "2026", "12"),
    ],
)
def test_a_code_is_read_in_any_form(typed: str, year: str | None, number: str) -> None:
    found = CODE.fullmatch(plain(typed))
    assert found
    assert found.groups() == (year, number)


@pytest.mark.parametrize("typed", ["0912345678", "VH-2026-HS-03", "chợ Mát 12", ""])
def test_what_is_no_code(typed: str) -> None:
    assert CODE.fullmatch(plain(typed)) is None


def test_an_evidence_file_is_the_letters_and_goes_to_every_owner(
    app: App, days: Days, minh: Staff, son: Staff, tmp_path: Path
) -> None:
    (tmp_path / "biên bản.pdf").write_bytes(b"%PDF-1.7 bien ban")
    one, other = days.raised("lan", WALK), days.raised("hoa", WALK)
    for case_id in (one, other):
        days.took(minh, case_id)
    presses(app, "minh", f"case.merged:{other}:{one}")
    assert days.case(other).merged_into == one
    presses(app, "minh", f"case.reply:{one}")
    said = Owner(app, "minh").says(ANSWER, f"[tệp {tmp_path}/biên bản.pdf]")
    assert "Tệp kèm theo" in said
    assert "Tệp kèm theo" in Owner(app, "minh").says("Tệp kèm theo")
    Owner(app, "minh").says("gửi")
    (letter,) = letters(app)
    presses(app, "son", f"case.approve:{one}:{letter.id}")
    assert son.role == Role.LEADER
    with app.database.read() as session:
        files = session.exec(select(Attachment).order_by(col(Attachment.id))).all()
        letter_of = {written.id: written.case_id for written in session.exec(select(Letter))}
    assert [(file.case_id, letter_of[file.letter_id or 0]) for file in files] == [(one, one), (other, other)]
    assert {letter.basis for letter in letters(app)} == {"Tệp kèm theo"}


def test_the_files_of_a_case_come_on_demand(app: App, days: Days, minh: Staff) -> None:
    case_id = days.raised("lan", RUBBISH)
    assert "không có tệp" in presses(app, "minh", f"case.files:{case_id}")
    sha = app.files.put(b"\xff\xd8 anh")
    kinds = [("photo", AttachmentState.STORED, sha), ("voice", AttachmentState.WAITING, "")]
    now = app.clock()
    with app.database.write() as session:
        for kind, state, content in (*kinds, ("document", AttachmentState.FAILED, "")):
            file = Attachment(
                key=kind,
                kind=kind,
                state=state,
                sha=content,
                person_id=minh.person_id,
                case_id=case_id,
                channel="telegram",
                file_id=kind,
                created_at=now,
                next_at=now,
            )
            session.add(file)
    said = presses(app, "minh", f"case.files:{case_id}")
    assert "[ảnh: VH-2026-0001-1.jpg" in said
    assert "đang được tải về" in said
    assert "không tải về được" in said
    assert "trong đó 2 tệp chưa tải về được" in presses(app, "minh", f"case.open:{case_id}")


def test_a_long_case_is_cut_and_shown_whole_on_demand(app: App, days: Days, minh: Staff) -> None:
    text = "Rác " + "chất đống trước cửa " * 80
    case_id = days.raised("lan", Report(subject="moi-truong", text=text, latitude=20.94, longitude=106.31))
    card = presses(app, "minh", f"case.open:{case_id}")
    assert minh.unit == "kthtdt"
    assert text.strip() not in card
    assert "https://www.google.com/maps?q=20.940000,106.310000" in card
    assert text.strip() in presses(app, "minh", f"case.full:{case_id}")


def test_an_anonymous_owner_is_named_nowhere(app: App, days: Days, minh: Staff) -> None:
    case_id = days.raised("Nguyen Thi Binh", Report(subject="moi-truong", text=RUBBISH.text, anonymous=True))
    days.took(minh, case_id)
    card = presses(app, "minh", f"case.open:{case_id}") + presses(app, "minh", f"case.history:{case_id}")
    assert "Ẩn danh" in card
    assert "Binh" not in card
    assert "Không tìm thấy" in Owner(app, "minh").says("/timviec binh")


def test_a_template_shows_the_line_of_its_first_blank() -> None:
    assert passage("Dòng một.\nNgày …, cán bộ … kiểm tra.\nHết …") == "Ngày […], cán bộ … kiểm tra."


@pytest.mark.parametrize(("typed", "taken"), [("7", "7"), (" 03 ", "3"), ("30", "30")])
def test_days_of_an_extension(typed: str, taken: str) -> None:
    assert working_days(Text(typed)) == taken


@pytest.mark.parametrize("typed", ["0", "31", "-1", "ba", "٣", "1.5", ""])
def test_days_that_are_none(typed: str) -> None:
    assert not isinstance(working_days(Text(typed)), str)


def test_only_those_who_fit_are_offered_a_case(app: App, days: Days, minh: Staff, son: Staff) -> None:
    join(app, "hoa", Role.OFFICER, unit="kthtdt", name="Cán bộ Hòa")
    an = join(app, "an", Role.OFFICER, unit="vp", name="Cán bộ An")
    case_id, kept = days.raised("lan", RUBBISH), days.raised("lan", CONDUCT)
    days.took(minh, case_id)
    offered = presses(app, "minh", f"case.assign:{case_id}")
    assert [name in offered for name in ("Hòa", "Sơn", "Minh (", "An (")] == [True, True, False, False]
    assert "đã thay đổi" in presses(app, "minh", f"case.assign:{case_id}:{an.id}")
    assert days.case(case_id).assignee_id == minh.id
    assert "Sơn" in presses(app, "son", f"case.assign:{kept}")
    assert "Hòa" not in presses(app, "son", f"case.assign:{kept}")
    assert son.role == Role.LEADER
