"""The figures, counted by hand on both databases: weeks of Vietnam, who may see what, and nothing at all."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

import faq
from bot.app import compose
from bot.core.clock import VIETNAM, FrozenClock
from bot.core.events import ChatRef, Sender
from bot.core.workdays import WorkCalendar
from bot.feature import App
from bot.people.service import recognise
from bot.reports.exports.table import Press
from bot.reports.figures.cases import age_bounds
from bot.reports.figures.drawing import FIGURES, draw, worded
from bot.reports.figures.questions import often
from bot.reports.figures.weeks import by_week, share, weeks
from bot.settings import Settings
from db import figures
from db.cases import Case, Status
from db.figures import Answered, Scope, Term
from db.questions import QuestionRow
from tests.db.test_plans import Asked, asked, scans

__all__ = ["asked"]

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=VIETNAM)
TODAY = NOW.date()
WARD, SEEN_BY_LEADERS = Scope(), Scope(protected=True)
LONG_AGO = NOW - timedelta(days=365)


@pytest.fixture
def app(on_both_databases: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex) -> Iterator[App]:
    composed = compose(on_both_databases, clock=clock, content=content, index=index)
    yield composed
    composed.database.close()


@pytest.fixture
def press(app: App) -> Press:
    return Press(app.database, app.files, app.say, app.profile(), NOW)


def at(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


def case(app: App, received: str, *, answered: str = "", due: str = "2026-12-31", **given: object) -> None:
    """A case; one that was answered is closed unless said otherwise."""
    with app.database.write() as session:
        number = len(session.exec(select(Case.id)).all()) + 1
        done = at(answered) if answered else None
        row: dict[str, Any] = {
            "key": f"event {number}",
            "code": f"VH-2026-{number:04d}",
            "year": 2026,
            "number": number,
            "status": Status.CLOSED if done else Status.WORKING,
            "subject": "via-he",
            "text": "Rác",
            "unit": "kthtdt",
            "received_at": at(received),
            "acknowledge_by": at(received),
            "due_on": date.fromisoformat(due),
            "answered_at": done,
            "answered_due_on": date.fromisoformat(due) if done else None,
            "closed_at": done,
        }
        session.add(Case(**(row | given)))


def question(app: App, moment: str, decision: str, text: str = "", *, who: str = "lan", **given: object) -> None:
    with app.database.write() as session:
        number = len(session.exec(select(QuestionRow.id)).all()) + 1
        chat, _ = recognise(session, ChatRef("terminal", who), Sender(who, who), NOW)
        row: dict[str, Any] = {
            "key": f"event {number}",
            "chat_id": chat.id,
            "text": text,
            "decision": decision,
            "asked_at": at(moment),
        }
        session.add(QuestionRow(**(row | given)))


def lines(press: Press, which: str, unit: str = "", *, protected: bool = False) -> list[str]:
    return [line.striptags() for line in worded(press, which, unit, protected=protected)]


# Weeks and shares


def test_weeks_are_those_of_iso_over_the_turn_of_the_year() -> None:
    found = weeks(date(2027, 1, 5), 3)
    assert [(week.number, week.first.isoformat()) for week in found] == [
        (52, "2026-12-21"),
        (53, "2026-12-28"),
        (1, "2027-01-04"),
    ]
    assert weeks(date(2026, 11, 29))[-1].first == date(2026, 11, 23)
    assert weeks(date(2026, 11, 30))[-1].first == date(2026, 11, 30)


def test_days_are_summed_into_their_weeks_and_others_left_out() -> None:
    counts = {date(2026, 11, 29): 1, date(2026, 11, 30): 2, date(2026, 12, 6): 4, date(2026, 11, 22): 8}
    assert by_week(weeks(date(2026, 12, 1), 2), counts) == [1, 6]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "–"), (0, 7, "0 %"), (7, 7, "100 %"), (1999, 2000, "99,9 %"), (1, 3, "33,3 %"), (96, 100, "96 %")],
)
def test_a_share_is_never_more_than_it_is(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


# Counts


def test_a_day_ends_at_midnight_in_vietnam(app: App) -> None:
    case(app, "2026-11-29 23:59", answered="2026-11-29 23:59", due="2026-11-29")
    case(app, "2026-11-30 00:00", answered="2026-11-30 00:00", due="2026-11-29")
    case(app, "2026-11-30 06:59", answered="2026-11-30 06:59", due="2026-11-30")
    question(app, "2026-11-29 23:59", "none", "a")
    question(app, "2026-11-30 00:00", "none", "b")
    sunday, monday = date(2026, 11, 29), date(2026, 11, 30)
    with app.database.read() as session:
        assert figures.received_by_day(session, WARD, LONG_AGO) == {sunday: 1, monday: 2}
        assert figures.answered_by_day(session, WARD, LONG_AGO) == {sunday: Answered(1, 1), monday: Answered(2, 1)}
        assert figures.questions_by_day(session, LONG_AGO) == {(sunday, "none"): 1, (monday, "none"): 1}


def test_protected_cases_are_counted_for_leaders_only_and_units_apart(app: App, press: Press) -> None:
    case(app, "2026-11-30 09:00", protected=True, unit="vp", due="2026-11-30")
    case(app, "2026-11-30 09:00", unit="vp")
    case(app, "2026-11-30 09:00", unit="kthtdt")
    day = date(2026, 11, 30)
    with app.database.read() as session:
        counted = [
            figures.received_by_day(session, scope, LONG_AGO)[day]
            for scope in (WARD, SEEN_BY_LEADERS, Scope("vp"), Scope("vp", protected=True), Scope("kthtdt"))
        ]
        assert counted == [2, 3, 1, 2, 1]
        assert figures.late_now(session, WARD, TODAY) == 0
        assert figures.late_now(session, SEEN_BY_LEADERS, TODAY) == 1
    for which in ("weeks", "open", "subjects"):
        assert lines(press, which) != lines(press, which, protected=True)
    assert "Không tính các phiếu chỉ lãnh đạo được xem." in lines(press, "open")[-1]
    assert "lãnh đạo" not in lines(press, "open", protected=True)[-1]


def test_a_term_by_what_became_of_its_cases(app: App) -> None:
    case(app, "2026-11-14 23:59", answered="2026-11-20 09:00")
    case(app, "2026-11-15 00:00", answered="2026-11-20 09:00", mark=5)
    case(app, "2026-11-16 09:00", answered="2026-11-20 09:00", due="2026-11-19", mark=3)
    case(app, "2026-11-17 09:00", answered="2026-11-20 09:00", due="2026-11-30", status=Status.WORKING, closed_at=None)
    case(app, "2026-11-18 09:00", due="2026-11-30", status=Status.WAITING)
    case(app, "2026-11-19 09:00", due="2026-12-01")
    case(app, "2026-11-20 09:00", status=Status.DECLINED, closed_at=NOW)
    case(app, "2026-12-15 00:00")
    with app.database.read() as session:
        found = figures.of_term(session, WARD, at("2026-11-15 00:00"), at("2026-12-15 00:00"), TODAY)
    assert found == Term(received=6, answered=2, on_time=1, late=1, marked=2, satisfied=1)


def test_ages_are_in_working_days_from_the_day_that_counts(press: Press) -> None:
    # Tuesday, 24 November is a holiday; what comes on a Friday after the closing counts from Monday.
    calendar: WorkCalendar = press.ward.calendar
    assert [f"{bound:%d/%m %H:%M}" for bound in age_bounds(calendar, NOW)] == [
        "20/11 17:00",
        "13/11 17:00",
        "30/10 17:00",
    ]
    sunday = age_bounds(calendar, at("2026-12-06 10:00"))
    assert sunday == age_bounds(calendar, at("2026-12-04 10:00"))


def test_open_cases_by_unit_and_age(app: App, press: Press) -> None:
    case(app, "2026-11-30 09:00")
    case(app, "2026-11-20 17:00", due="2026-11-30")
    case(app, "2026-11-20 16:59", due="2026-11-30", status=Status.FORWARDED)
    case(app, "2026-11-13 09:00", due="2026-11-30", status=Status.WAITING)
    case(app, "2026-08-03 09:00", due="2026-08-17", unit="vp")
    case(app, "2026-08-03 09:00", answered="2026-08-05 09:00", unit="vp")
    assert lines(press, "open")[1:-1] == [
        "• Phòng Kinh tế, Hạ tầng và Đô thị: 4 phiếu, quá hạn 2 (0–5 ngày: 2, 6–10 ngày: 1, 11–20 ngày: 1)",
        "• Văn phòng HĐND và UBND: 1 phiếu, quá hạn 1 (trên 20 ngày: 1)",
        "• Đang mở 5 phiếu, trong đó 3 phiếu quá hạn; 1 phiếu đã nhận hơn 20 ngày làm việc.",
    ]


def test_weeks_and_what_was_on_time(app: App, press: Press) -> None:
    case(app, "2026-11-23 09:00", answered="2026-11-27 09:00", due="2026-11-27")
    case(app, "2026-11-23 09:00", answered="2026-11-30 09:00", due="2026-11-27")
    case(app, "2026-11-29 23:59", due="2026-11-30")
    case(app, "2026-11-30 00:00")
    said = lines(press, "weeks")
    assert len(said) == 1 + 12 + 1 + 1
    assert said[-4:-1] == [
        "• Tuần 48 (23/11–29/11) nhận 3 phiếu, trả lời 1 phiếu; đúng hạn 100 % (chỉ tiêu 100 %)",
        "• Tuần 49 (30/11 đến nay) nhận 1 phiếu, trả lời 1 phiếu; đúng hạn 0 % (chỉ tiêu 100 %)",
        "• Cả 12 tuần nhận 4 phiếu, trả lời 2 phiếu; đúng hạn 50 % (chỉ tiêu 100 %)",
    ]
    assert lines(press, "on_time")[-4:-1] == [
        "• Tuần 49 (30/11 đến nay): 0 trên 1 phiếu trả lời đúng hạn, đạt 0 %",
        "• Cả 12 tuần: 1 trên 2 phiếu trả lời đúng hạn, đạt 50 %",
        "• Hiện còn 1 phiếu quá hạn chưa trả lời, không nằm trong tỷ lệ trên.",
    ]


def test_subjects_the_most_frequent_first_and_one_that_the_profile_lost(app: App, press: Press) -> None:
    for subject in ("thue", "via-he", "thue", "ngay-xua"):
        case(app, "2026-11-30 09:00", subject=subject)
    assert lines(press, "subjects")[1:-1] == [
        "• Thuế, hóa đơn: 2 phiếu (50 %)",
        "• ngay-xua: 1 phiếu (25 %)",
        "• Vỉa hè, biển hiệu, mặt bằng: 1 phiếu (25 %)",
    ]


def test_marks_and_the_share_of_the_satisfied(app: App, press: Press) -> None:
    for mark in (5, 4, 4, 1, None):
        case(app, "2026-11-23 09:00", answered="2026-11-27 09:00", mark=mark)
    case(app, "2026-06-23 09:00", answered="2026-06-27 09:00", mark=1)
    assert lines(press, "satisfaction")[1:-1] == [
        "• 5 – rất hài lòng: 1 phiếu",
        "• 4 – hài lòng: 2 phiếu",
        "• 3 – bình thường: 0 phiếu",
        "• 2 – chưa hài lòng: 0 phiếu",
        "• 1 – rất không hài lòng: 1 phiếu",
        "• 12 tuần gần nhất: 3 trên 4 phiếu được chấm 4 hoặc 5, đạt 75 % (chỉ tiêu từ 90 %).",
    ]


def test_questions_by_what_they_came_to(app: App, press: Press) -> None:
    for decision in ("answer", "answer", "answer", "suggest", "none", "smalltalk", "report", "shown"):
        question(app, "2026-11-30 09:00", decision)
    assert lines(press, "questions")[-2] == (
        "• Cả 12 tuần: 5 câu hỏi; trả lời ngay 3 (60 %), gợi ý để chọn 1, chưa trả lời được 1"
    )


def test_entries_by_their_titles_a_chosen_suggestion_counts_once(app: App, press: Press, content: faq.Content) -> None:
    first, second, *_ = content.entries
    question(app, "2026-11-30 09:00", "suggest", entry=first)
    question(app, "2026-11-30 09:00", "shown", entry=first)
    question(app, "2026-11-30 09:00", "answer", entry=second)
    question(app, "2026-11-30 09:00", "answer", entry=second)
    question(app, "2026-11-30 09:00", "answer", entry="gone")
    assert lines(press, "asked")[1:-1] == [
        f"• {content.entries[second].question}: 2 lượt",
        f"• {content.entries[first].question}: 1 lượt",
        "• gone: 1 lượt",
    ]


def test_unanswered_texts_are_grouped_and_single_ones_stay_untold(app: App, press: Press) -> None:
    for text in ("Mua vé số ở đâu?", "mua ve so o dau", "Mua vé số ở đâu?", "ông A nợ tiền tôi"):
        question(app, "2026-11-30 09:00", "none", text)
    question(app, "2026-11-30 09:00", "suggest", "mua vé số ở đâu", who="hoa", feedback=-1)
    for _ in range(3):
        question(app, "2026-11-30 09:00", "none", "bà Hoa nợ thuế phải không")
    for who in ("lan", "hoa"):
        question(app, "2026-11-30 09:00", "none", "gọi 0912 345 678 cho ai", who=who)
    question(app, "2026-11-30 09:00", "suggest", "chưa ai nói gì")
    question(app, "2026-11-30 09:00", "suggest", "chưa ai nói gì")
    question(app, "2026-11-30 09:00", "none")
    question(app, "2026-11-30 09:00", "none")
    assert lines(press, "unanswered")[1:-1] == ["• Mua vé số ở đâu?: 4 lượt", "• gọi ••• cho ai: 2 lượt"]


def test_no_more_than_ten_texts() -> None:
    both = frozenset({1, 2})
    found = often([(f"câu {number}", number, both) for number in range(1, 30)] + [("?!", 99, both)])
    assert found == [(f"câu {number}", number) for number in range(29, 19, -1)]


def test_people_s_texts_are_no_markup(app: App, press: Press, tmp_path: Path) -> None:
    for who in ("lan", "hoa"):
        question(app, "2026-11-30 09:00", "none", "<b>giá & $x</b>", who=who)
    assert "&lt;b&gt;giá &amp; $x&lt;/b&gt;" in str(worded(press, "unanswered", "")[1])
    assert "&lt;b&gt;" in str(draw(press, "unanswered", "", tmp_path / "figure.png"))


# Pictures


def wide(picture: Path) -> int:
    with Image.open(picture) as opened:
        return opened.width


@pytest.mark.parametrize("which", FIGURES)
def test_an_empty_database_is_said_to_be_empty(which: str, press: Press, tmp_path: Path) -> None:
    said = draw(press, which, "", tmp_path / "figure.png")
    assert "Số liệu tính đến 09 giờ 00, ngày 01/12/2026." in said
    assert len(lines(press, which)) in {3, 5}
    assert wide(tmp_path / "figure.png") == 1080


@pytest.mark.parametrize("which", FIGURES)
def test_every_figure_is_drawn_with_a_caption_that_fits_under_it(
    which: str, app: App, press: Press, tmp_path: Path
) -> None:
    for day in range(1, 31):
        case(app, f"2026-11-{day:02d} 09:00", answered=f"2026-11-{day:02d} 10:00", mark=1 + day % 5)
        case(app, f"2026-11-{day:02d} 09:00", unit="vp", subject="thue")
    for decision in ("none", "none", "answer", "suggest"):
        question(app, "2026-11-30 09:00", decision, "rất dài " * 60, entry="x")
    said = draw(press, which, "", tmp_path / "figure.png", protected=True)
    assert len(said.striptags()) < 1024
    assert wide(tmp_path / "figure.png") == 1080


def test_a_figure_that_does_not_exist_is_none(press: Press, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        draw(press, "tongquat", "", tmp_path / "figure.png")


DRAWN = """
import sys
from pathlib import Path
from typing import Any
from bot.app import compose
from bot.reports.exports.table import Press
from bot.reports.figures.drawing import draw
from bot.settings import Settings
assert "matplotlib" not in sys.modules
app = compose(Settings(data_dir=Path(sys.argv[1])))
assert "matplotlib" not in sys.modules
draw(Press(app.database, app.files, app.say, app.profile(), app.clock()), "weeks", "", Path(sys.argv[1]) / "a.png")
"""


def test_without_a_home_to_write_to_fonts_are_remembered_beside_the_data(tmp_path: Path) -> None:
    outside = {name: value for name, value in os.environ.items() if name not in {"MPLCONFIGDIR", "XDG_CACHE_HOME"}}
    environment = outside | {"HOME": "/proc/nowhere", "XDG_CONFIG_HOME": "/proc/nowhere"}
    command = [sys.executable, "-W", "error", "-c", DRAWN, str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert list((tmp_path / "matplotlib").glob("fontlist-*.json"))


class TestPlans:
    """On SQLite, whose plans can be read."""

    @pytest.fixture
    def app(self, settings: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex) -> Iterator[App]:
        composed = compose(settings, clock=clock, content=content, index=index)
        yield composed
        composed.database.close()

    @pytest.mark.parametrize("unit", ["", "vp"])
    def test_no_figure_reads_a_whole_table(self, app: App, press: Press, asked: Asked, unit: str) -> None:
        for which in FIGURES:
            worded(press, which, unit)
        with app.database.read() as session:
            figures.of_term(session, Scope(unit), LONG_AGO, NOW, TODAY)
        assert len(asked) > len(FIGURES)
        in_order_of_open = {(step, said) for step, said in scans(app, asked) if "case_open_" not in step}
        assert {step for step, _ in in_order_of_open if not step.startswith("SCAN (")} == set()
