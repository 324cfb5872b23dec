"""Promises are read by all once a leader saw them, and mended until then; who supports a question hears its answer."""

import json
from datetime import date, timedelta

from sqlmodel import col, select

from bot.cases import service
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings.supporters import tell
from db.cases import Case
from db.meetings import MeetingEvent, MeetingQuestion, Promise
from db.staff import Role
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import TITLE, called, chair, invite, meeting_of, organiser, work
from tests.meetings.test_promises import ANSWER, PROMISE, actor, answers, begun, promised
from tests.meetings.test_questions import LOAN, PAVEMENT, asked, asks, worded
from tests.terminal import Owner


def told(app: App, meeting_id: int) -> int:
    """The organiser writes a promise down in chat; its number."""
    presses(app, "minh", f"meeting.promise_new:{meeting_id}")
    said = Owner(app, "minh").says(PROMISE, "phòng kinh tế, hạ tầng và đô thị", "31/12", "gửi")
    assert "Lãnh đạo xem xong" in said
    with app.database.read() as session:
        return session.exec(select(Promise.id).order_by(Promise.id.desc())).first() or 0  # type: ignore[attr-defined]


def test_nobody_reads_a_promise_before_a_leader_saw_it(app: App, meeting_id: int, clock: FrozenClock) -> None:
    chair(app)
    begun(app, clock, meeting_id)
    number = told(app, meeting_id)
    assert "chưa có lời hứa" in Owner(app, "ai do").says("/camket")
    assert "công khai" not in presses(app, "minh", f"promise.publish:{number}")
    assert PROMISE in Owner(app, "son").waits()
    assert "Đã công khai" in Owner(app, "son").says("1")
    assert PROMISE in Owner(app, "ai do").says("/camket")
    assert "Đã công khai" in presses(app, "son", f"promise.publish:{number}")


def test_its_author_mends_it_until_then_and_a_leader_until_it_is_kept(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    chair(app)
    join(app, "vu", Role.OFFICER, unit="kthtdt", name="Cán bộ Vũ")
    begun(app, clock, meeting_id)
    number = told(app, meeting_id)
    assert "không sửa được" in presses(app, "vu", f"promise.mend:{number}")
    presses(app, "minh", f"promise.mend:{number}")
    Owner(app, "minh").says("Lắp ba đèn đường ở ngõ 12 đường Nguyễn Lương Bằng", "30/12", "gửi")
    with app.database.read() as session:
        made = session.get_one(Promise, number)
        case = session.get_one(Case, made.case_id)
    assert (made.what, made.due_on, made.published_at) == (case.text, case.due_on, None)
    assert case.due_on == date(2026, 12, 30)
    presses(app, "son", f"promise.publish:{number}")
    assert "không sửa được" in presses(app, "minh", f"promise.mend:{number}")
    assert "Hạn đã công khai giữ nguyên" in presses(app, "son", f"promise.mend:{number}")
    Owner(app, "son").says("Lắp bốn đèn đường ở ngõ 12 đường Nguyễn Lương Bằng", "gửi")
    assert "bốn đèn" in Owner(app, "ai do").says("/camket")
    assert answers(app, made)
    assert "không sửa được" in presses(app, "son", f"promise.mend:{number}")


def row(app: App, number: int) -> tuple[Promise, Case]:
    with app.database.read() as session:
        made = session.get_one(Promise, number)
        return made, session.get_one(Case, made.case_id)


def mended_to(app: App, meeting_id: int) -> list[dict[str, object]]:
    """What stood before each mending."""
    with app.database.read() as session:
        rows = select(MeetingEvent.note).where(MeetingEvent.meeting_id == meeting_id)
        acts = rows.where(MeetingEvent.act == "mend_promise").order_by(col(MeetingEvent.id))
        return [json.loads(note) for note in session.exec(acts)]


def test_the_day_of_a_public_promise_stays_also_when_it_is_late(app: App, meeting_id: int, clock: FrozenClock) -> None:
    chair(app)
    begun(app, clock, meeting_id)
    number = told(app, meeting_id)
    presses(app, "son", f"promise.publish:{number}")
    clock.now += timedelta(days=60)
    presses(app, "son", f"promise.mend:{number}")
    Owner(app, "son").says("Lắp bốn đèn đường ở ngõ 12 đường Nguyễn Lương Bằng", "gửi")
    made, case = row(app, number)
    assert "bốn đèn" in made.what
    assert made.due_on == case.due_on == date(2026, 12, 31)
    assert mended_to(app, meeting_id) == [{"promise": number, "what": PROMISE, "due_on": "2026-12-31"}]


def test_a_day_that_was_typed_before_it_was_public_does_not_count_after(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    chair(app)
    begun(app, clock, meeting_id)
    number = told(app, meeting_id)
    presses(app, "minh", f"promise.publish:{number}")
    presses(app, "son", f"promise.mend:{number}")
    Owner(app, "son").says("Lắp bốn đèn đường ở ngõ 12 đường Nguyễn Lương Bằng", "31/01/2027")
    with app.database.write() as session:
        session.get_one(Promise, number).published_at = clock.now
    assert "không đổi được hạn" in Owner(app, "son").says("gửi")
    assert row(app, number)[0].due_on == date(2026, 12, 31)
    assert mended_to(app, meeting_id) == []


def test_mending_the_words_takes_no_extension_back(app: App, meeting_id: int, clock: FrozenClock) -> None:
    chair(app)
    begun(app, clock, meeting_id)
    number = told(app, meeting_id)
    presses(app, "son", f"promise.publish:{number}")
    with app.database.write() as session:
        session.get_one(Case, row(app, number)[0].case_id).due_on = date(2027, 1, 15)
    presses(app, "son", f"promise.mend:{number}")
    Owner(app, "son").says("Lắp bốn đèn đường ở ngõ 12 đường Nguyễn Lương Bằng", "gửi")
    made, case = row(app, number)
    assert (made.due_on, case.due_on) == (date(2026, 12, 31), date(2027, 1, 15))


def test_the_ledger_names_who_keeps_it_now(app: App, meeting_id: int, clock: FrozenClock) -> None:
    begun(app, clock, meeting_id)
    minh = organiser(app)
    made = promised(app, meeting_id, date(2026, 12, 31))
    with app.database.write() as session:
        assert service.transfer(work(app, session), actor(minh), made.case_id, "vhxh", "Việc của phòng ấy")
    assert "Phòng Văn hóa - Xã hội, hạn" in Owner(app, "lan").says("/camket")


def wanted(app: App, meeting_id: int, *, subject: str = "khác", text: str = LOAN) -> int:
    """Lan asks in public, nam supports it; the question."""
    asks(app, "lan", text, meeting_id, subject=subject)
    question = asked(app, meeting_id)[0].id
    worded(app, question, "Vay vốn ưu đãi ở đâu?")
    invite(app, meeting_id, "nam")
    presses(app, "nam", f"meeting.support:{question}")
    return question


def test_who_supports_a_question_hears_its_answer_once(app: App, meeting_id: int, clock: FrozenClock) -> None:
    question = wanted(app, meeting_id)
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.answer:{question}")
    assert "1 người khác quan tâm" in Owner(app, "minh").says(ANSWER)
    Owner(app, "minh").says("gửi")
    for _ in range(2):
        assert not tell(app)
    heard = Owner(app, "nam").waits()
    assert heard.count(ANSWER) == 1
    assert "Vay vốn ưu đãi ở đâu?" in heard
    with app.database.read() as session:
        assert session.get_one(MeetingQuestion, question).told_at == clock.now
    clock.advance(timedelta(hours=1))
    assert not tell(app)
    assert ANSWER not in Owner(app, "nam").waits()


def test_an_answer_that_waits_for_a_leader_waits_for_them_too(app: App, meeting_id: int, clock: FrozenClock) -> None:
    chair(app)
    question = wanted(app, meeting_id, subject="vỉa hè, biển hiệu, mặt bằng", text=PAVEMENT)
    begun(app, clock, meeting_id)
    presses(app, "minh", f"meeting.answer:{question}")
    Owner(app, "minh").says(ANSWER, "gửi")
    assert not tell(app)
    assert ANSWER not in Owner(app, "nam").waits()
    Owner(app, "son").waits()
    Owner(app, "son").says("1")
    assert not tell(app)
    assert ANSWER in Owner(app, "nam").waits()


def test_what_its_sender_has_got_is_not_replaced(app: App, meeting_id: int, clock: FrozenClock) -> None:
    question = wanted(app, meeting_id)
    begun(app, clock, meeting_id)
    for text in (ANSWER, f"{ANSWER} Thêm một câu khác hẳn."):
        presses(app, "minh", f"meeting.answer:{question}")
        Owner(app, "minh").says(text, "gửi")
    with app.database.read() as session:
        assert session.get_one(MeetingQuestion, question).answer == ANSWER


def test_the_newest_meeting_is_the_last_that_took_place(app: App, clock: FrozenClock) -> None:
    later, earlier = called(app, days=2, title="Đối thoại quý IV"), called(app, days=1, title="Đối thoại quý III")
    begun(app, clock, later)
    for number in range(4):
        promised(app, earlier, date(2026, 12, 20), f"{PROMISE}, việc {number}", f"a{number}")
        promised(app, later, date(2026, 12, 10), f"{PROMISE}, việc {4 + number}", f"b{number}")
    one = Owner(app, "lan").says("/camket")
    two = Owner(app, "lan").says("1")
    assert one.index("quý IV") < one.index("quý III")
    assert [f"việc {number}" in one for number in range(8)] == [f"việc {number}" not in two for number in range(8)]


def test_the_whole_invitation_leads_to_the_public_questions(app: App, meeting_id: int) -> None:
    question = wanted(app, meeting_id)
    said = presses(app, "nam", f"meeting.full:{meeting_of(app, meeting_id).invitation_id}")
    assert "Số: 01/GM-UBND" in said
    assert f"Tới dự: {TITLE}" in said
    assert "Cán bộ Minh" in said
    assert "Vay vốn ưu đãi ở đâu?" in Owner(app, "nam").says("Các câu hỏi đã gửi")
    assert question
