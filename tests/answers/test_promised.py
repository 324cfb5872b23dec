"""Who called an answer wrong, or asked what was not answered, hears the right thing once, whatever staff do."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

import faq
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import asked_rows
from db import unanswered_rows as rows
from db.drafts import DraftRow, DraftState
from db.entries import OwnEntry, Phrasing
from db.questions import QuestionRow
from db.unanswered import QuestionGroup
from tests.answers.entry_scene import (
    LATE,
    SHIPPED,
    does,
    notices,
    offered,
    proposes,
    rewrites,
    small,
    states,
    told,
    versions,
    ward_of,
)
from tests.answers.own_rows import end
from tests.answers.test_unanswered import asks, grouped
from tests.meetings.test_seats_simultaneous import together
from tests.people.test_registering import person

OTHER = "mc-gio-lam-viec"
THIRD = "pa-gui-o-dau"
WRITTEN = "Bán trên sàn thì **sàn khấu trừ thuế**, ông/bà không phải kê khai phần đó."
ANSWER = "Chợ đêm tắt nhạc trước 22 giờ, ai bật loa to sau giờ đó bị nhắc nhở."
BASIS = "Thông báo 12/TB-UBND ngày 20/11/2026"


@pytest.fixture
def few(content: faq.Content) -> faq.Content:
    return small(content)


@pytest.fixture
def app(on_both_databases: Settings, clock: FrozenClock, few: faq.Content) -> Iterator[App]:
    composed = compose(on_both_databases, clock=clock, content=few, index=faq.content_index(few))
    ward_of(composed)
    yield composed
    composed.database.close()


def group(app: App, number: int = 1) -> QuestionGroup:
    with app.database.read() as session:
        return session.get_one(QuestionGroup, number)


def attached(app: App) -> list[str]:
    with app.database.read() as session:
        return list(session.exec(select(Phrasing.text).order_by(col(Phrasing.id))))


def last(app: App) -> int:
    with app.database.read() as session:
        return session.exec(select(QuestionRow.id).order_by(col(QuestionRow.id).desc()).limit(1)).one()


def attaches(app: App, entry: str, how: str = "all", who: str = "minh") -> str:
    return does(app, who, f">unans.{how}:{last(app)}:{entry}")


def called_wrong(app: App, who: str, entry: str = SHIPPED, text: str = "") -> None:
    asks(app, who, text, "answer" if text else "shown", entry=entry, reported_at=app.clock())
    grouped(app)


def approves(app: App, number: int) -> str:
    return does(app, "son", f">entry.approve:{number}")


def heard(app: App, who: str) -> Sequence[str]:
    tick(app)
    return told(app, who)


def test_an_answer_mended_from_its_own_card_is_told_to_whoever_called_it_wrong(app: App) -> None:
    called_wrong(app, "lan")
    asks(app, "nam", "", "shown", entry=SHIPPED)
    said = approves(app, rewrites(app, "minh", WRITTEN).id)
    assert "Đã đóng 1 nhóm" in said
    assert (group(app).settled_as, group(app).settled_with) == ("entry", SHIPPED)
    (lan,) = heard(app, "lan")
    assert "sàn khấu trừ thuế" in lan
    (nam,) = heard(app, "nam")
    assert "nay đã thay đổi" in nam


def test_an_answer_that_reads_as_before_settles_nothing(app: App, few: faq.Content) -> None:
    called_wrong(app, "lan")
    own = rewrites(app, "minh", few.entries[SHIPPED].short, told=False)
    assert "Đã đóng" not in approves(app, own.id)
    assert group(app).settled_as == ""


def test_a_question_that_may_have_meant_something_else_waits_for_a_person(app: App) -> None:
    asks(app, "lan", "bán nước mía trên sàn gỗ", "answer", entry=SHIPPED, feedback=-1)
    grouped(app)
    approves(app, rewrites(app, "minh", WRITTEN, told=False).id)
    assert group(app).settled_as == ""
    assert notices(app) == []


def test_what_accuses_somebody_waits_for_a_leader(app: App) -> None:
    called_wrong(app, "lan", text="cán bộ một cửa chửi tôi khi hỏi thuế bán trên sàn")
    approves(app, rewrites(app, "minh", WRITTEN, told=False).id)
    assert group(app).settled_as == ""


def test_a_report_attached_to_another_entry_is_answered_at_once(app: App) -> None:
    called_wrong(app, "lan", text="mấy giờ phường mở cửa vậy")
    said = attaches(app, OTHER)
    assert "Câu trả lời đang được gửi đến 1 người" in said
    assert [(one.group_id, one.entry) for one in notices(app)] == [(1, OTHER)]
    assert len(heard(app, "lan")) == 1


def test_an_entry_taken_away_before_the_morning_brings_its_group_back(app: App, clock: FrozenClock) -> None:
    called_wrong(app, "lan", text="mấy giờ phường mở cửa vậy")
    clock.advance(timedelta(hours=13))
    does(app, "minh", ">unans.new:1", "Giữ nguyên", "Một cửa, thời hạn, phí và lệ phí", ANSWER, "Bỏ qua", BASIS)
    does(app, "minh", "Bỏ qua", "Bỏ qua", "Gửi duyệt")
    (own,) = versions(app)
    approves(app, own.id)
    assert group(app).settled_as == "entry"
    end(app, own.entry)
    clock.advance(timedelta(hours=9))
    minh = heard(app, "minh")[-1]
    assert "đã được gỡ trước khi gửi hết" in minh
    assert "Đã gửi" not in minh
    assert (group(app).settled_as, group(app).settled_with) == ("", "")
    assert heard(app, "lan") == []


@pytest.mark.parametrize("how", ["all", "one"])
def test_words_that_name_no_matter_are_not_attached(app: App, how: str) -> None:
    asks(app, "lan", "phí bao nhiêu")
    grouped(app)
    assert "không nói rõ việc gì" in does(app, "minh", f">unans.to:1:{OTHER}")
    assert f"unans.{how}" not in {button.data[:9] for button in offered(app, "minh", f">unans.to:1:{OTHER}")}
    assert "không nói rõ việc gì" in attaches(app, OTHER, how)
    assert (attached(app), group(app).settled_as) == ([], "")


def test_words_that_name_no_matter_ask_for_no_new_entry(app: App) -> None:
    asks(app, "lan", "phí bao nhiêu")
    grouped(app)
    question = "Phí gửi xe ở chợ đêm là bao nhiêu?"
    does(app, "minh", ">unans.new:1", question, "Một cửa, thời hạn, phí và lệ phí", ANSWER, "Bỏ qua", BASIS)
    does(app, "minh", "Bỏ qua", "Bỏ qua", "Gửi duyệt")
    (own,) = versions(app)
    approves(app, own.id)
    assert (attached(app), group(app).settled_as) == ([], "entry")


def test_a_button_of_before_sends_no_answer_that_was_taken_off(app: App) -> None:
    asks(app, "lan", "mấy giờ phường mở cửa vậy")
    grouped(app)
    attaches(app, THIRD)
    does(app, "son", ">unans.off:1")
    attaches(app, OTHER, who="son")
    assert "nhóm nay gắn với một câu trả lời khác" in does(app, "minh", f">unans.tell:1:{THIRD}")
    assert notices(app) == []
    assert "đang được gửi đến 1 người" in does(app, "son", f">unans.tell:1:{OTHER}")


def test_what_waits_for_the_morning_does_not_leave_when_it_was_taken_off(app: App, clock: FrozenClock) -> None:
    asks(app, "lan", "mấy giờ phường mở cửa vậy")
    grouped(app)
    clock.advance(timedelta(hours=13))
    attaches(app, THIRD)
    does(app, "minh", f">unans.tell:1:{THIRD}")
    does(app, "son", ">unans.off:1")
    clock.advance(timedelta(hours=9))
    assert heard(app, "lan") == []


def test_an_expired_answer_says_so_to_whoever_gets_it_and_to_whoever_attaches_it(
    app: App, clock: FrozenClock, few: faq.Content
) -> None:
    clock.now = clock.now.replace(year=2027, month=2)
    asks(app, "lan", "mấy giờ phường mở cửa vậy")
    grouped(app)
    assert "nay có thể đã thay đổi" in does(app, "minh", f">unans.to:1:{LATE}")
    attaches(app, LATE)
    does(app, "minh", f">unans.tell:1:{LATE}")
    (lan,) = heard(app, "lan")
    assert "nay có thể đã thay đổi" in lan
    assert few.entries[LATE].valid_until == date(2026, 12, 30)
    assert "nay có thể đã thay đổi" in does(app, "tam", f">faq.more:{LATE}")


def test_whoever_was_sent_an_answer_hears_that_it_changed(app: App, clock: FrozenClock) -> None:
    asks(app, "lan", "tôi lên mạng buôn bán thì nhà nước tính sao")
    grouped(app)
    attaches(app, SHIPPED)
    does(app, "minh", f">unans.tell:1:{SHIPPED}")
    assert len(heard(app, "lan")) == 1
    clock.advance(timedelta(days=3))
    approves(app, rewrites(app, "minh", WRITTEN).id)
    (_, changed) = heard(app, "lan")
    assert "đã gửi cho ông/bà nay đã thay đổi" in changed
    clock.advance(timedelta(days=91))
    approves(app, rewrites(app, "minh", f"{WRITTEN} Sàn nộp thay.").id)
    assert len(heard(app, "lan")) == 2


def test_only_this_one_leaves_the_others_waiting(app: App) -> None:
    for who, text in (("lan", "thả bóng bay in tên quán ở chợ"), ("nam", "thả bóng bay in tên quán ở chợ hả")):
        asks(app, who, text)
    asks(app, "hoa", "thả bóng bay in tên quán ở chợ")
    asks(app, "tam", "ở chợ thả bóng bay in tên quán đêm rằm")
    assert [each[1] for each in grouped(app)] == [4]
    said = attaches(app, OTHER, "one")
    assert "Gắn cả" not in said
    assert attached(app) == ["thả bóng bay in tên quán ở chợ"]
    waiting = [each for each in grouped(app) if each[3] == ""]
    assert sum(each[1] for each in waiting) == 2
    assert (group(app).settled_as, group(app).asked) == ("phrasing", 2)
    with app.database.read() as session:
        assert rows.count_askers(session, 1) == 2


def test_a_reason_that_was_written_before_somebody_objected_is_read_by_nobody(app: App) -> None:
    asks(app, "lan", "", "shown", entry=SHIPPED, feedback=-1)
    grouped(app)
    does(app, "minh", ">unans.drop:1")
    with app.database.write() as session:
        rows.report(session, session.get_one(QuestionRow, last(app)), app.clock())
    said = does(app, "minh", "Bà này hôm nào cũng chê, kệ")
    assert "Chưa bỏ qua" in said
    assert "Người báo câu trả lời sai sẽ đọc lý do này" in said
    assert (heard(app, "lan"), group(app).settled_as) == ([], "")
    does(app, "minh", "Mức thuế vẫn đúng theo nghị định")
    (lan,) = heard(app, "lan")
    assert "Mức thuế vẫn đúng theo nghị định" in lan
    assert group(app).settled_as == "dismissed"


def test_nobody_reads_the_words_of_somebody_else(app: App, few: faq.Content) -> None:
    asks(app, "lan", "bà Sáu bán trên sàn", "answer", entry=SHIPPED, feedback=-1)
    asks(app, "nam", "bà Sáu bán trên sàn ạ", "answer", entry=SHIPPED, reported_at=app.clock())
    grouped(app)
    with app.database.write() as session:
        session.get_one(QuestionRow, last(app)).text = ""
    does(app, "minh", ">unans.drop:1", "Mức thuế vẫn đúng theo nghị định")
    (nam,) = heard(app, "nam")
    assert "bà Sáu" not in nam
    assert few.entries[SHIPPED].question in nam


def files(app: App, who: str, number: int, case: int) -> None:
    """Their question became a case."""
    with app.database.write() as session:
        answers: dict[str, object] = {"question": number, "case": case}
        session.add(
            DraftRow(
                person_id=person(app, who),
                flow=asked_rows.REPORT,
                answers=answers,
                state=DraftState.DONE,
                updated_at=app.clock(),
            )
        )


def test_an_answer_to_many_rests_on_something_and_passes_over_who_sent_a_case(app: App) -> None:
    number = asks(app, "lan", "mấy giờ ban đêm phải tắt nhạc ngoài chợ đêm")
    asks(app, "nam", "mấy giờ ban đêm phải tắt nhạc ngoài chợ đêm")
    files(app, "lan", number, 1)
    grouped(app)
    assert "lượt hỏi của 2 người" in does(app, "minh", ">unans.open:1")
    assert "ghi rõ căn cứ" in does(app, "minh", ">unans.answer:1", ANSWER, "không")
    assert "Gửi riêng đến 1 người đã hỏi" in does(app, "minh", BASIS)
    does(app, "minh", "Gửi")
    (nam,) = heard(app, "nam")
    assert f"Căn cứ: {BASIS}" in nam
    assert heard(app, "lan") == []


def test_a_case_of_another_question_changes_nothing(app: App) -> None:
    other = asks(app, "lan", "ai thắng trận tối qua")
    asks(app, "lan", "mấy giờ ban đêm phải tắt nhạc ngoài chợ đêm")
    files(app, "lan", other, 1)
    grouped(app)
    with app.database.read() as session:
        assert rows.count_askers(session, 2) == 1
        assert asked_rows.filed(session, 2) == {}
        assert asked_rows.filed(session, 1) == {person(app, "lan"): 1}


def test_of_two_that_ask_the_same_one_is_approved(app: App) -> None:
    first = proposes(app, "minh")
    with app.database.write() as session:
        copied = ("category", "question", "short", "sources", "checked_on", "author_id", "written_at")
        session.add(OwnEntry(entry="rieng-cho-dem-2", **{name: getattr(first, name) for name in copied}))
    together(lambda: approves(app, first.id), lambda: does(app, "hoa", f">entry.approve:{first.id + 1}"))
    assert sorted(states(app)) == ["live", "waiting"]
