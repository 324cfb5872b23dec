"""The figures of the FAQ, counted by hand on both databases: weeks of Vietnam, subjects, and who may see them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import faq
from bot.answers.staff import weeks
from bot.app import compose
from bot.channels.terminal import Terminal
from bot.core.clock import VIETNAM, FrozenClock
from bot.core.events import ChatRef, Incoming, Press, Sender
from bot.feature import App
from bot.people.service import recognise
from bot.runtime.turn import run
from bot.settings import Settings
from db import question_figures
from db.question_figures import Asked, Cell
from db.questions import QuestionRow
from db.staff import Role
from tests.answers.own_rows import end, go_live
from tests.crew import join
from tests.db.test_plans import Asked as Statements
from tests.db.test_plans import asked, scans
from tests.terminal import Owner

__all__ = ["asked"]

MONDAY = date(2026, 11, 30)
LICENCE, FEE = "kd-dang-ky-ho-kinh-doanh", "mc-le-phi-dkkd-0-dong"


@pytest.fixture
def app(on_both_databases: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex) -> Iterator[App]:
    composed = compose(on_both_databases, clock=clock, content=content, index=index)
    yield composed
    composed.database.close()


def at(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


def question(app: App, when: str, decision: str = "answer", entry: str = "", **given: Any) -> None:
    """One question of somebody."""
    with app.database.write() as session:
        chat, person = recognise(session, ChatRef("terminal", "ai"), Sender("ai"), app.clock())
        named: dict[str, Any] = {
            "key": f"{when} {decision} {entry} {given}",
            "chat_id": chat.id,
            "person_id": person.id,
            "text": "hỏi",
        }
        row = QuestionRow(**named, decision=decision, entry=entry, asked_at=at(when))
        for name, value in given.items():
            setattr(row, name, value)
        session.add(row)


def counted(app: App, count: int = 2) -> list[Cell]:
    with app.database.read() as session:
        found = question_figures.by_week_and_entry(session, weeks.bounds(weeks.up_to(MONDAY, count)))
    return sorted(found, key=lambda cell: (cell.week, cell.entry))


def test_a_week_goes_from_monday_to_sunday_in_vietnam(app: App) -> None:
    for when in ("2026-11-22 23:59", "2026-11-23 00:00", "2026-11-29 23:59", "2026-11-30 00:00", "2026-12-07 00:00"):
        question(app, when, entry=LICENCE)
    assert counted(app) == [
        Cell(0, LICENCE, Asked(asked=2, answered=2)),
        Cell(1, LICENCE, Asked(asked=1, answered=1)),
    ]
    assert counted(app, 1) == [Cell(0, LICENCE, Asked(asked=1, answered=1))]


def test_each_way_of_ending_counts_where_it_belongs(app: App) -> None:
    when = "2026-12-01 08:00"
    question(app, when, entry=LICENCE, feedback=1)
    question(app, when, entry=LICENCE, feedback=-1, reported_at=at(when))
    question(app, when, "suggest")
    question(app, when, "suggest", feedback=-1, remark="none of these")
    question(app, when, "suggest", FEE)
    question(app, when, "shown", FEE, feedback=1)
    question(app, when, "none")
    question(app, when, "smalltalk")
    question(app, when, "report")
    assert counted(app, 1) == [
        Cell(0, "", Asked(asked=3, suggested=2, unanswered=1)),
        Cell(0, LICENCE, Asked(asked=2, answered=2, helped=1, failed=1, reported=1)),
        Cell(0, FEE, Asked(asked=1, suggested=1, chosen=1, helped=1)),
    ]


def test_entries_are_ranked_by_what_they_answered(app: App) -> None:
    for minute, (decision, entry) in enumerate(
        (("answer", FEE), ("answer", LICENCE), ("suggest", LICENCE), ("suggest", ""), ("shown", FEE), ("shown", FEE))
    ):
        question(app, f"2026-12-01 08:{minute:02}", decision, entry)
    begun, *_, ended = weeks.bounds([MONDAY])
    with app.database.read() as session:
        assert question_figures.most_asked(session, begun, ended, 5) == [(LICENCE, 2), (FEE, 1)]
        assert question_figures.most_asked(session, begun, ended, 1) == [(LICENCE, 2)]
        assert question_figures.most_asked(session, ended, ended + timedelta(days=7), 5) == []


def test_a_question_that_became_a_case_counts_once(app: App) -> None:
    lan = Owner(app, "lan")
    lan.says("con tàu vũ trụ bay lên sao hỏa mấy giờ")
    lan.says("gửi câu hỏi này đến ubnd phường", "đồng ý", "Quán Lan", "0912345678")
    assert "VH-2026" in lan.says("gửi"), lan.read()
    assert sum((cell.counts for cell in counted(app, 1)), Asked()) == Asked(asked=1, unanswered=1, passed_on=1)
    assert {(cell.week, cell.entry) for cell in counted(app, 1)} == {(0, "")}


def test_without_a_question_there_is_nothing_to_show(app: App) -> None:
    join(app, "son", Role.LEADER)
    shown = Owner(app, "son").says("/hoidap")
    assert shown.count("Không có câu hỏi nào.") == 2
    assert "Trước đó" not in shown
    assert "không có" in Owner(app, "son").says("/hoidap", "theo chủ đề, 8 tuần")


def test_the_numbers_are_read_by_staff_alone(app: App) -> None:
    question(app, "2026-12-01 08:00", entry=LICENCE)
    for who, role, unit in (
        ("son", Role.LEADER, ""),
        ("minh", Role.OFFICER, "kthtdt"),
        ("van", Role.CLERK, ""),
        ("quan", Role.ADMIN, ""),
    ):
        join(app, who, role, unit=unit)
        assert "Được hỏi: 1 câu" in Owner(app, who).says("/hoidap")
    join(app, "tam", Role.HEAD, neighbourhood="tdp1")
    for who in ("tam", "lan"):
        assert app.say("turn.unknown_command") == Owner(app, who).says("/hoidap")


def test_an_admin_sees_numbers_and_no_way_to_the_words(app: App, clock: FrozenClock) -> None:
    Owner(app, "lan").says("con tàu vũ trụ bay lên sao hỏa mấy giờ")
    join(app, "van", Role.CLERK)
    join(app, "quan", Role.ADMIN)
    clock.advance(timedelta(hours=2))
    assert "Đang chờ cán bộ" not in Owner(app, "quan").says("/hoidap")
    Owner(app, "van").says("/chuatraloi")
    assert "Đang chờ cán bộ: 1 nhóm câu hỏi. Gõ /chuatraloi" in Owner(app, "van").says("/hoidap")
    shown = Owner(app, "quan").says("/hoidap", "theo chủ đề, 8 tuần", "chưa rõ chủ đề")
    assert "Đang chờ cán bộ: 1 nhóm câu hỏi." in shown
    assert "/chuatraloi" not in shown
    assert "sao hỏa" not in shown


def test_earlier_and_later_as_far_as_there_are_questions(app: App) -> None:
    join(app, "son", Role.LEADER)
    son = Owner(app, "son")
    question(app, "2026-11-10 08:00", entry=LICENCE)
    question(app, "2026-12-01 08:00", "none")
    shown = son.says("/hoidap")
    assert "Tuần này (30/11–06/12)" in shown
    assert "Tuần 23/11–29/11" in shown
    assert "Sau đó" not in shown
    assert "Tuần 23/11–29/11" in son.says("trước đó")
    oldest = son.says("trước đó")
    assert "Tuần 16/11–22/11" in oldest
    assert "Tuần 09/11–15/11\n• Được hỏi: 1 câu" in oldest
    assert "Trước đó" not in oldest
    assert "Tuần 23/11–29/11" in son.says("sau đó")


def test_a_subject_week_by_week(app: App) -> None:
    join(app, "son", Role.LEADER)
    for when in ("2026-11-24 08:00", "2026-12-01 08:00", "2026-12-02 08:00"):
        question(app, when, entry=LICENCE)
    question(app, "2026-12-02 09:00", entry=FEE, feedback=1)
    son = Owner(app, "son")
    shown = son.says("/hoidap", "theo chủ đề, 8 tuần")
    assert "• Cả phường: hỏi 4, trả lời ngay 4, 👍 1" in shown
    assert "• Đăng ký hộ kinh doanh, hợp tác xã, doanh nghiệp: hỏi 3, trả lời ngay 3" in shown
    weekly = son.says("đăng ký hộ kinh doanh, hợp tác xã, doanh nghiệp")
    assert "• 23/11–29/11: hỏi 1, trả lời ngay 1\n• 30/11–06/12: hỏi 2, trả lời ngay 2" in weekly
    assert "• 12/10–18/10: không có" in weekly
    assert "• Cả 8 tuần: hỏi 3, trả lời ngay 3" in weekly


def test_what_was_asked_back_stands_in_every_subject_and_week(app: App) -> None:
    join(app, "son", Role.LEADER)
    for entry in (LICENCE, ""):
        question(app, "2026-12-01 08:00", "suggest", entry)
    son = Owner(app, "son")
    shown = son.says("/hoidap", "theo chủ đề, 8 tuần")
    assert "• Cả phường: hỏi 2, hỏi lại 2, chọn trong gợi ý 1" in shown
    assert "• Chưa rõ chủ đề: hỏi 1, hỏi lại 1" in shown
    assert "• 30/11–06/12: hỏi 2, hỏi lại 2, chọn trong gợi ý 1" in son.says("cả phường")


def test_an_entry_that_is_no_more_is_still_counted(app: App) -> None:
    join(app, "son", Role.LEADER)
    go_live(app, "rieng-cho-mat", "Chợ Mát họp mấy giờ?", "Từ 5 giờ đến 11 giờ.")
    end(app, "rieng-cho-mat")
    question(app, "2026-12-01 08:00", entry="rieng-cho-mat")
    assert "Câu trả lời đã bỏ: hỏi 1" in Owner(app, "son").says("/hoidap", "theo chủ đề, 8 tuần")


@pytest.mark.parametrize(
    ("argument", "week"),
    [
        ("2026-12-03", MONDAY),
        ("2027-01-04", MONDAY),
        ("2026-11-25", date(2026, 11, 23)),
        ("0001-01-01", date(2026, 10, 5)),
        ("", MONDAY),
        ("x", MONDAY),
    ],
)
def test_a_button_names_a_week_that_there_is(argument: str, week: date) -> None:
    assert weeks.asked_for(argument, date(2026, 10, 5), MONDAY) == week


@pytest.mark.parametrize("argument", ["", "2026-11-30", "x:khong-co", ":"])
def test_a_strange_button_is_an_old_one(app: App, argument: str) -> None:
    join(app, "son", Role.LEADER)
    where, press = ChatRef("terminal", "son"), Press(f"hoidap.weeks:{argument}")
    with app.database.write() as session:
        incoming = Incoming("a", where, Sender("son"), app.clock(), press)
        turn = run(app, Terminal(app.say, files=app.files), session, incoming, app.clock())
    assert turn.replies[0].text == app.say("turn.old_button")


class TestPlans:
    """On SQLite every statement of the figures runs on an index."""

    @pytest.fixture
    def app(self, settings: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex) -> Iterator[App]:
        composed = compose(settings, clock=clock, content=content, index=index)
        yield composed
        composed.database.close()

    def test_no_figure_reads_a_whole_table(self, app: App, asked: Statements) -> None:
        join(app, "son", Role.LEADER)
        question(app, "2026-12-01 08:00", entry=LICENCE)
        asked.clear()
        Owner(app, "son").says("/hoidap", "theo chủ đề, 8 tuần", "cả phường")
        assert any("week_number" in statement for statement, _ in asked)
        # What waits for staff is counted in the index of what waits.
        assert [step for step, _ in scans(app, asked) if "question_group_open" not in step] == []
