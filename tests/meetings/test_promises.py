"""At the meeting: answers through the cases, promises as cases with a day, and the ledger that everybody reads."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.cases import letters, service
from bot.cases.rules import Act, Actor
from bot.channels.terminal import Terminal
from bot.core.clock import VIETNAM, FrozenClock
from bot.core.events import ChatRef, Command, Incoming, Press, Sender, What
from bot.feature import App
from bot.meetings import hearing, ledger
from bot.meetings.keeping import Standing, counted, standing
from bot.people.staff import leave
from bot.runtime.jobs import tick
from bot.runtime.turn import run
from bot.settings import Settings
from db.cases import Case, Status
from db.letters import Delivery, Letter, LetterState
from db.meetings import Meeting, MeetingState, Promise
from db.staff import Role, Staff
from tests.cases.days import Days
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import called, chair, change, meeting_of, organiser, work
from tests.meetings.test_questions import LOAN, PAVEMENT, PAVEMENT_AGAIN, asked, asks
from tests.terminal import Owner

ANSWER = "Tổ quản lý đô thị kẻ lại vạch vỉa hè từ ngày 15/12, hộ kinh doanh để xe phía trong vạch."
PROMISE = "Kẻ vạch để xe trên vỉa hè đường Nguyễn Lương Bằng, đoạn từ số 1 đến số 99"


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """SQLite and PostgreSQL in turn."""
    return on_both_databases


def begun(app: App, clock: FrozenClock, meeting_id: int) -> None:
    """The meeting goes on."""
    clock.now = meeting_of(app, meeting_id).starts_at + timedelta(minutes=30)
    assert app


def only_case(app: App) -> Case:
    with app.database.read() as session:
        return session.exec(select(Case).order_by(Case.id)).first()  # type: ignore[arg-type,return-value]


def promised(app: App, meeting_id: int, by: date, what: str = PROMISE, key: str = "p1") -> Promise:
    """The organiser writes a promise down."""
    minh = organiser(app)
    with app.database.write() as session:
        meeting = session.get_one(Meeting, meeting_id)
        found = hearing.promise(work(app, session, key), actor(minh), meeting, what, unit="kthtdt", due_on=by)
        assert found
        found.published_at = found.made_at  # a leader has seen it
        return found


def actor(staff: Staff) -> Actor:
    return Actor(staff.person_id, staff)


def answers(app: App, promise: Promise) -> Letter | None:
    """Somebody of the unit says that it was done."""
    minh = organiser(app)
    with app.database.write() as session:
        doing = work(app, session)
        service.take(doing, actor(minh), promise.case_id)
        return letters.reply(doing, actor(minh), promise.case_id, ANSWER, "Biên bản nghiệm thu 12/BB")


def test_nothing_is_answered_before_it_begins(app: App, meeting_id: int, clock: FrozenClock) -> None:
    asks(app, "lan", PAVEMENT, meeting_id)
    question = asked(app, meeting_id)[0].id
    for data in (f"meeting.answer:{question}", f"meeting.promise:{question}", f"meeting.promise_new:{meeting_id}"):
        assert "chưa diễn ra" in presses(app, "minh", data)
    assert "Ghi câu trả lời" not in presses(app, "minh", f"meeting.question:{question}")
    begun(app, clock, meeting_id)
    assert "Ghi câu trả lời" in presses(app, "minh", f"meeting.question:{question}")


def test_an_answer_goes_out_as_the_letter_of_the_case(app: App, meeting_id: int, clock: FrozenClock) -> None:
    asks(app, "lan", LOAN, meeting_id)
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.answer:{asked(app, meeting_id)[0].id}")
    assert "cần nêu nội dung" in Owner(app, "minh").says("Đã tiếp nhận, sẽ xem xét giải quyết")
    said = Owner(app, "minh").says(ANSWER, "gửi")
    assert "đã gửi câu trả lời cho người hỏi" in said
    heard_by_lan = Owner(app, "lan").waits()
    assert ANSWER in heard_by_lan
    assert "Trả lời tại buổi “Đối thoại về vỉa hè” ngày 11/12/2026" in heard_by_lan
    assert only_case(app).status == Status.ANSWERED
    assert asked(app, meeting_id)[0].answered
    assert "đã được trả lời" in _again(app, meeting_id)


def _again(app: App, meeting_id: int) -> str:
    presses(app, "minh", f"meeting.answer:{asked(app, meeting_id)[0].id}")
    return Owner(app, "minh").says(ANSWER, "gửi")


def test_where_a_leader_approves_the_answer_waits(app: App, meeting_id: int, clock: FrozenClock) -> None:
    chair(app)
    asks(app, "lan", PAVEMENT, meeting_id, subject="vỉa hè, biển hiệu, mặt bằng")
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.answer:{asked(app, meeting_id)[0].id}")
    assert "đã trình lãnh đạo duyệt" in Owner(app, "minh").says(ANSWER, "gửi")
    assert ANSWER not in Owner(app, "lan").waits()
    assert "Duyệt" in Owner(app, "son").waits()
    Owner(app, "son").says("1")
    assert ANSWER in Owner(app, "lan").waits()


def test_who_may_not_answer_hands_the_words_to_who_may(app: App, meeting_id: int, clock: FrozenClock) -> None:
    join(app, "vu", Role.OFFICER, unit="vhxh", name="Cán bộ Vũ")
    asks(app, "lan", "Hộ kinh doanh thuê hai người làm thì đóng bảo hiểm thế nào?", meeting_id, subject="lao động")
    Owner(app, "vu").waits()
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.answer:{asked(app, meeting_id)[0].id}")
    said = Owner(app, "minh").says(ANSWER, "gửi")
    assert "đã chuyển nội dung cho Phòng Văn hóa - Xã hội" in said
    assert ANSWER in Owner(app, "vu").waits()
    assert only_case(app).answered_at is None
    assert asked(app, meeting_id)[0].answered


def test_one_answer_for_all_who_asked_the_same(app: App, meeting_id: int, clock: FrozenClock) -> None:
    for who, text in (("lan", PAVEMENT), ("nam", PAVEMENT_AGAIN), ("hoa", LOAN)):
        asks(app, who, text, meeting_id)
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.answer:{asked(app, meeting_id)[0].id}")
    assert "Cả các câu hỏi giống nó" in Owner(app, "minh").says(ANSWER)
    preview = Owner(app, "minh").says("cả các câu hỏi giống nó")
    assert "VH-2026-0002" in preview
    said = Owner(app, "minh").says("gửi")
    assert said.count("đã gửi câu trả lời") == 2
    for who, got in (("lan", True), ("nam", True), ("hoa", False)):
        assert (ANSWER in Owner(app, who).waits()) == got


def test_a_promise_is_a_case_of_who_keeps_it_due_on_the_day_that_was_named(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    join(app, "vu", Role.OFFICER, unit="vhxh", name="Cán bộ Vũ")
    asks(app, "lan", LOAN, meeting_id)
    begun(app, clock, meeting_id)
    question = asked(app, meeting_id)[0].id
    presses(app, "minh", f"meeting.promise:{question}")
    owner = Owner(app, "minh")
    assert "chưa đủ" in owner.says("Sẽ xem xét, giải quyết theo quy định")
    owner.says("Mở lớp hướng dẫn vay vốn ưu đãi tại nhà văn hóa số 3")
    owner.says("phòng văn hóa - xã hội")
    assert "đã qua" in owner.says("1/12/2026")
    preview = owner.says("31/12")
    assert "31/12/2026" in preview
    said = owner.says("gửi")
    assert "VH-2026-0002" in said
    assert "đã gửi câu trả lời cho người hỏi" in said
    with app.database.read() as session:
        promise = session.exec(select(Promise)).one()
        case = session.get_one(Case, promise.case_id)
    assert (promise.question_id, promise.who, promise.due_on) == (
        question,
        "Phòng Văn hóa - Xã hội",
        date(2026, 12, 31),
    )
    assert (case.unit, case.due_on, case.reporter_id, case.protected) == ("vhxh", date(2026, 12, 31), None, False)
    assert "VH-2026-0002" in Owner(app, "vu").waits()
    told = Owner(app, "lan").waits()
    assert "UBND phường đã hứa: Mở lớp hướng dẫn vay vốn" in told
    assert "Mở lớp hướng dẫn" in presses(app, "minh", f"meeting.question:{question}")


def test_a_promise_without_a_question(app: App, meeting_id: int, clock: FrozenClock) -> None:
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.promise_new:{meeting_id}")
    said = Owner(app, "minh").says(
        "Gọi số 0912 345 678 để lắp ba đèn đường ngõ 12", "phòng kinh tế, hạ tầng và đô thị", "31/12"
    )
    assert "dãy số" in said
    assert "Đã ghi lời hứa" in Owner(app, "minh").says("gửi")
    assert "ngõ 12" not in Owner(app, "ai do").says("/camket")


def test_the_unit_is_reminded_and_the_answer_keeps_the_promise(app: App, meeting_id: int, clock: FrozenClock) -> None:
    minh, days = organiser(app), Days(app, clock)
    begun(app, clock, meeting_id)
    promise = promised(app, meeting_id, date(2026, 12, 25))
    days.until("2026-12-28 12:00")
    assert any(day.startswith("23/12") for day, _ in days.rungs())
    assert "quá hạn 3 ngày" in Owner(app, "lan").says("cam kết")
    letter = answers(app, promise)
    assert letter
    assert "trễ hạn" in Owner(app, "lan").says("/camket")
    with app.database.read() as session:
        kept = session.get_one(Letter, letter.id)
    assert (kept.state, kept.delivery) == (LetterState.SENT, Delivery.DELIVERED)
    assert "không đến" not in " ".join(days.heard("minh")).lower()
    days.until("2027-01-15 12:00")
    assert days.case(promise.case_id).status == Status.CLOSED
    assert "đã báo kết quả ngày 28/12/2026, trễ hạn" in Owner(app, "lan").says("/camket")
    assert minh


def test_nobody_takes_over_a_promise_to_everybody(app: App, meeting_id: int, clock: FrozenClock) -> None:
    begun(app, clock, meeting_id)
    promise = promised(app, meeting_id, date(2026, 12, 25))
    minh = organiser(app)
    with app.database.write() as session:
        doing = work(app, session)
        assert service.take(doing, actor(minh), promise.case_id)
        assert letters.request(doing, actor(minh), promise.case_id, "Xin cho biết thêm ở đoạn đường nào?") is None
        assert service.permit(doing, actor(minh), promise.case_id, Act.INVITE) is None


def test_the_same_event_promises_once(app: App, meeting_id: int, clock: FrozenClock) -> None:
    begun(app, clock, meeting_id)
    promised(app, meeting_id, date(2026, 12, 25))
    with pytest.raises(Exception, match=r"(?i)unique"):
        promised(app, meeting_id, date(2026, 12, 25))


def test_nobody_promises_without_a_role_or_before_the_day(app: App, meeting_id: int, clock: FrozenClock) -> None:
    minh = organiser(app)

    def tried(session: Session, who: Actor, unit: str = "kthtdt") -> Promise | None:
        meeting = session.get_one(Meeting, meeting_id)
        return hearing.promise(work(app, session, "k"), who, meeting, PROMISE, unit=unit, due_on=date(2026, 12, 31))

    with app.database.write() as session:
        assert tried(session, actor(minh)) is None
    begun(app, clock, meeting_id)
    with app.database.write() as session:
        assert tried(session, Actor(minh.person_id)) is None
        assert tried(session, actor(minh), "khong-co") is None
    change(app, meeting_id, state=MeetingState.CANCELLED)
    with app.database.write() as session:
        assert tried(session, actor(minh)) is None


def test_an_officer_whose_role_ended_in_the_middle_promises_nothing(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.promise_new:{meeting_id}")
    Owner(app, "minh").says(PROMISE, "phòng kinh tế, hạ tầng và đô thị", "31/12")
    minh = organiser(app)
    with app.database.write() as session:
        assert leave(work(app, session), minh.id)
    Owner(app, "minh").says("gửi")
    with app.database.read() as session:
        assert session.exec(select(Promise)).all() == []
        assert session.exec(select(Case)).all() == []


def test_the_ledger_turns_its_pages_the_newest_meeting_first(app: App, clock: FrozenClock) -> None:
    first, second = called(app, days=1, title="Đối thoại quý III"), called(app, days=2, title="Đối thoại quý IV")
    begun(app, clock, second)
    for number in range(4):
        promised(app, first, date(2026, 12, 10 + number), f"{PROMISE}, việc {number}", f"a{number}")
        promised(app, second, date(2026, 12, 20), f"{PROMISE}, việc {4 + number}", f"b{number}")
    one = Owner(app, "lan").says("/camket")
    two = Owner(app, "lan").says("1")
    found = [f"việc {number}" in one for number in range(8)]
    assert found == [False, False, False, True, True, True, True, True]
    assert [f"việc {number}" in two for number in range(8)] == [not each for each in found]
    assert one.index("quý IV") < one.index("quý III")
    assert "8 việc đã hứa" in two
    for forged in ("0:20261201:1", "1:20269999:1", "x", "1:2", "9" * 50):
        assert "8 việc đã hứa" in presses(app, "lan", f"ledger.page:{forged}")


def test_the_ledger_is_read_in_groups_too(app: App, meeting_id: int, clock: FrozenClock) -> None:
    begun(app, clock, meeting_id)
    promised(app, meeting_id, date(2026, 12, 31))
    assert PROMISE in in_group(app, Command("camket"))
    assert PROMISE in in_group(app, Press("ledger.page:9:20261231:9"))


def in_group(app: App, what: What) -> str:
    """What the bot says in a group to whoever says that there."""
    channel = Terminal(app.say, print, files=app.files)
    incoming = Incoming(
        f"group {what}", ChatRef("terminal", "nhom"), Sender("ai do", "Ai đó"), app.clock(), what, private=False
    )
    with app.database.write() as session:
        return " ".join(str(reply.text) for reply in run(app, channel, session, incoming, app.clock()).replies)


def test_the_next_invitation_opens_with_what_became_of_the_last_promises(app: App, clock: FrozenClock) -> None:
    def line() -> str:
        with app.database.read() as session:
            return str(ledger.last_time(work(app, session)))

    assert line() == ""
    before, last = called(app, days=1), called(app, days=2)
    called(app, days=30)
    begun(app, clock, last)
    promised(app, before, date(2026, 12, 5), key="old")
    kept = promised(app, last, date(2026, 12, 9), key="kept")
    promised(app, last, date(2026, 12, 9), key="late")
    promised(app, last, date(2026, 12, 31), key="open")
    assert answers(app, kept)
    clock.advance(timedelta(days=10))
    assert line() == "Kỳ trước (03/12/2026): 3 việc đã hứa, đã báo kết quả 1, đang thực hiện 1, quá hạn 1. Xem /camket."
    change(app, last, state=MeetingState.CANCELLED)
    assert "02/12/2026" in line()


AT = datetime(2026, 12, 10, 23, 30, tzinfo=VIETNAM)
DUE = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("status", "answered_at", "today", "expected"),
    [
        ("answered", AT, DUE, Standing.KEPT),
        ("closed", AT, DUE, Standing.KEPT),
        ("closed", AT + timedelta(hours=1), DUE, Standing.KEPT_LATE),
        ("working", None, DUE, Standing.OPEN),
        ("working", None, DUE + timedelta(days=1), Standing.LATE),
        ("working", AT, DUE + timedelta(days=1), Standing.LATE),
        ("forwarded", None, DUE + timedelta(days=1), Standing.LATE),
        ("waiting", None, DUE + timedelta(days=1), Standing.LATE),
        ("declined", AT, DUE, Standing.GIVEN_UP),
        ("withdrawn", None, DUE, Standing.GIVEN_UP),
        ("closed", None, DUE, Standing.GIVEN_UP),
    ],
)
def test_a_promise_is_kept_when_its_case_is_answered(
    status: str, answered_at: datetime | None, today: date, expected: Standing
) -> None:
    assert standing(DUE, status, answered_at, today) == expected
    assert counted([(DUE, status, answered_at)], today) == {expected: 1}


def test_an_extension_of_the_case_moves_no_promise(app: App, meeting_id: int, clock: FrozenClock) -> None:
    begun(app, clock, meeting_id)
    promise = promised(app, meeting_id, date(2026, 12, 15))
    minh = organiser(app)
    with app.database.write() as session:
        doing = work(app, session)
        service.take(doing, actor(minh), promise.case_id)
        assert service.extend(doing, actor(minh), promise.case_id, 10, "Chờ vật tư của nhà thầu")
    clock.now = datetime(2026, 12, 18, 9, 0, tzinfo=VIETNAM)
    tick(app)
    assert "quá hạn 3 ngày" in Owner(app, "lan").says("/camket")
