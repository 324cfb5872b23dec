"""An answer that somebody calls wrong: kept once, told once a day to who minds it, in private and in groups."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

import faq
from bot.app import compose
from bot.channels.terminal import Terminal
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Incoming, Press, Sender, Text, What
from bot.feature import App, Turn
from bot.runtime.turn import run
from bot.settings import Settings
from db.questions import QuestionRow
from db.staff import Role
from tests.answers.own_rows import end, go_live
from tests.crew import join
from tests.terminal import Owner

ENTRY = "kd-dang-ky-ho-kinh-doanh"
TOLD = "Có người báo câu trả lời này sai"
WRONG = "câu trả lời này sai?"


@pytest.fixture
def app(on_both_databases: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex) -> Iterator[App]:
    composed = compose(on_both_databases, clock=clock, content=content, index=index)
    yield composed
    composed.database.close()


def question(app: App, number: int = 1) -> QuestionRow:
    with app.database.read() as session:
        return session.exec(select(QuestionRow).where(QuestionRow.id == number)).one()


def reports(app: App, who: str, entry: str = ENTRY) -> str:
    lan = Owner(app, who)
    lan.says(f"/start faq_{entry}")
    return lan.says(WRONG)


def test_the_unit_of_the_subject_hears_of_it_and_nobody_else(app: App) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    join(app, "hung", Role.OFFICER, unit="cap")
    join(app, "van", Role.CLERK)
    assert "sẽ nhắn lại cho ông/bà" in reports(app, "lan")
    assert question(app).reported_at == app.clock()
    assert TOLD in Owner(app, "minh").waits()
    assert [Owner(app, name).waits() for name in ("hung", "van")] == ["", ""]


def test_where_a_unit_has_nobody_the_clerks_hear_of_it(app: App) -> None:
    join(app, "van", Role.CLERK)
    join(app, "son", Role.LEADER)
    reports(app, "lan")
    assert TOLD in Owner(app, "van").waits()
    assert Owner(app, "son").waits() == ""


def test_who_minds_an_answer_hears_of_it_once_a_day(app: App, clock: FrozenClock) -> None:
    minh = Owner(app, "minh")
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    for who in ("lan", "nam", "hoa"):
        reports(app, who)
    assert minh.waits().count(TOLD) == 1
    reports(app, "lan", "kd-nhieu-dia-diem")
    assert minh.waits().count(TOLD) == 1
    clock.advance(timedelta(days=1))
    reports(app, "tam")
    assert minh.waits().count(TOLD) == 1


def test_a_second_press_changes_nothing(app: App, clock: FrozenClock) -> None:
    lan = Owner(app, "lan")
    reports(app, "lan")
    before = question(app)
    clock.advance(timedelta(minutes=5))
    assert "đã được báo là sai" in lan.says(WRONG)
    assert question(app) == before


def test_what_is_wrong_may_be_written_masked_and_more_than_once(app: App) -> None:
    lan = Owner(app, "lan")
    reports(app, "lan")
    assert "chuyển cho cán bộ phụ trách" in lan.says("1", "lệ phí ghi sai, gọi tôi 0912345678")
    assert question(app).remark == "lệ phí ghi sai, gọi tôi •••678"
    assert question(app).feedback == 0


def test_nothing_need_be_written(app: App) -> None:
    lan = Owner(app, "lan")
    reports(app, "lan")
    assert "việc báo sai đã được ghi nhận" in lan.says("1", "bỏ qua")
    assert question(app).remark == ""


def test_a_question_in_the_middle_is_answered(app: App) -> None:
    lan = Owner(app, "lan")
    reports(app, "lan")
    assert "Ông/bà hỏi: " in lan.says("1", "bán online có phải đăng ký hộ kinh doanh không")
    assert question(app).reported_at is not None


def in_group(app: App, what: What, key: str) -> Turn:
    where = ChatRef("terminal", "cho")
    incoming = Incoming(key, where, Sender("ai do", "Ai đó"), app.clock(), what, private=False)
    with app.database.write() as session:
        return run(app, Terminal(app.say, files=app.files), session, incoming, app.clock())


def test_in_a_group_one_tap_reports_and_asks_nothing(app: App) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    answered = in_group(app, Text("bán online có phải đăng ký hộ kinh doanh không"), "a")
    button = next(one for one in answered.replies[0].buttons if one.data.startswith("faq.wrong:"))
    thanked = in_group(app, Press(button.data), "b").replies[0]
    assert thanked.rows == ()
    assert "nhắn lại" not in thanked.text
    assert question(app).reported_at is not None
    assert TOLD in Owner(app, "minh").waits()
    assert in_group(app, Press(button.data), "c").replies[0].rows == ()


@pytest.mark.parametrize("data", ["faq.wrong:1", "faq.wrong:99", "faq.wrong:x", "faq.wrong:"])
def test_nobody_reports_an_answer_of_another_chat(app: App, data: str) -> None:
    Owner(app, "lan").says(f"/start faq_{ENTRY}")
    assert in_group(app, Press(data), "a").replies[0].text == app.say("turn.old_button")
    assert question(app).reported_at is None


def test_an_answer_that_is_no_more_can_still_be_called_wrong(app: App) -> None:
    join(app, "van", Role.CLERK)
    go_live(app, "rieng-cho-mat", "Chợ Mát họp mấy giờ?", "Từ 5 giờ đến 11 giờ.")
    lan = Owner(app, "lan")
    lan.says("/start faq_rieng-cho-mat")
    end(app, "rieng-cho-mat")
    assert "Cảm ơn ông/bà" in lan.says(WRONG)
    assert TOLD in Owner(app, "van").waits()
