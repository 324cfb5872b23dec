"""What is said against an answer after staff looked at it, or that leaders alone may read; who hears of what waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

import faq
from bot.answers.staff import grouping
from bot.app import compose
from bot.core.clock import VIETNAM, FrozenClock, local_date
from bot.feature import App, Work
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.entries import EntryState, OwnEntry
from db.questions import QuestionRow
from db.staff import Role, all_serving
from tests.answers.own_rows import CATEGORY
from tests.answers.test_reported import ENTRY, TOLD, question, reports
from tests.crew import join
from tests.people.test_registering import presses
from tests.terminal import Owner

LOCKED = "hôm qua cán bộ thuế thu của tôi 2% chứ không phải 1%"


@pytest.fixture
def app(on_both_databases: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex) -> Iterator[App]:
    composed = compose(on_both_databases, clock=clock, content=content, index=index)
    yield composed
    composed.database.close()


def dismisses(app: App, who: str, reason: str = "Đã kiểm tra, nội dung đúng") -> None:
    """Somebody of the staff looks at the first group of the list and dismisses it."""
    Owner(app, who).says("/chuatraloi", "1", "bỏ qua nhóm này", reason)


def test_a_second_objection_after_the_first_was_settled_is_looked_at_anew(app: App, clock: FrozenClock) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    join(app, "son", Role.LEADER)
    reports(app, "lan")
    dismisses(app, "son")
    assert "chưa sửa" in Owner(app, "lan").waits()
    Owner(app, "minh").waits()
    clock.advance(timedelta(days=2))
    assert "Bot đã báo cán bộ phụ trách" in presses(app, "lan", "faq.wrong:1")[0]
    assert TOLD in Owner(app, "minh").waits()
    assert "1 nhóm" in Owner(app, "minh").says("/chuatraloi")
    assert "đã được báo là sai" in presses(app, "lan", "faq.wrong:1")[0]
    dismisses(app, "son")
    assert "chưa sửa" in Owner(app, "lan").waits()


def test_what_is_written_after_it_was_settled_comes_before_staff(app: App, clock: FrozenClock) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    join(app, "son", Role.LEADER)
    reports(app, "lan")
    dismisses(app, "son")
    Owner(app, "minh").waits()
    clock.advance(timedelta(days=2))
    presses(app, "lan", "faq.write:1")
    Owner(app, "lan").says("Lệ phí nay là 100 nghìn")
    minh = Owner(app, "minh")
    assert TOLD in minh.waits()
    assert "Lệ phí nay là 100 nghìn" in minh.says("/chuatraloi", "1")


def test_a_thumb_down_with_words_after_it_was_settled_comes_before_staff(app: App) -> None:
    join(app, "son", Role.LEADER)
    lan = Owner(app, "lan")
    lan.says(f"/start faq_{ENTRY}")
    lan.says("👎 chưa đúng", "khó hiểu", "bỏ qua")
    dismisses(app, "son")
    lan.says(f"/start faq_{ENTRY}")
    presses(app, "lan", "faq.bad:1")
    lan.says("nội dung có chỗ sai", "Mức phạt đã đổi")
    assert "Mức phạt đã đổi" in Owner(app, "son").says("/chuatraloi", "1")


def test_what_leaders_alone_read_is_seen_to_be_there_and_leaders_hear_of_it(app: App) -> None:
    for who, role, unit in (("minh", Role.OFFICER, "kthtdt"), ("son", Role.LEADER, "")):
        join(app, who, role, unit=unit)
    for who, said in (("lan", "sai số tiền"), ("nam", "sai ngày"), ("hoa", "sai nơi nộp"), ("tu", "sai mẫu đơn")):
        reports(app, who)
        Owner(app, who).says("1", said)
    assert "chỉ lãnh đạo đọc" not in Owner(app, "son").waits()
    for who in ("tam", "ba"):
        reports(app, who)
        Owner(app, who).says("1", LOCKED)
    for who in ("n1", "n2", "n3"):
        reports(app, who)
        Owner(app, who).says("1", LOCKED)
    assert Owner(app, "son").waits().count("chỉ lãnh đạo đọc được") == 1
    shown = Owner(app, "minh").says("/chuatraloi", "1")
    assert [said in shown for said in ("sai số tiền", "sai ngày", "sai nơi nộp", "sai mẫu đơn", "2%")] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert "🔒 5 lời nói thêm" in shown
    shown = Owner(app, "son").says("/chuatraloi", "1")
    assert shown.count(LOCKED) == 3
    assert "sai mẫu đơn" in shown
    assert "🔒" not in shown


def test_a_question_that_leaders_alone_read_is_told_to_leaders(app: App) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    join(app, "son", Role.LEADER)
    lan = Owner(app, "lan")
    lan.says(f"/start faq_{ENTRY}")
    lan.says("👎 chưa đúng", "nội dung có chỗ sai", LOCKED)
    assert "chỉ lãnh đạo đọc được" in Owner(app, "son").waits()
    assert Owner(app, "minh").waits() == ""


def away(app: App, who: str, substitute: str, clock: FrozenClock) -> None:
    with app.database.write() as session:
        staff = {row.name: row for row in all_serving(session)}
        row, day = staff[who], local_date(clock())
        row.absent_from, row.absent_until, row.substitute_id = day, day + timedelta(days=3), staff[substitute].id


def test_whoever_stands_in_hears_of_it_unless_they_may_not_read_it(app: App, clock: FrozenClock) -> None:
    for who, role, unit in (("minh", Role.OFFICER, "kthtdt"), ("van", Role.CLERK, ""), ("quan", Role.ADMIN, "")):
        join(app, who, role, unit=unit)
    away(app, "minh", "van", clock)
    reports(app, "lan")
    assert TOLD in Owner(app, "van").waits()
    assert Owner(app, "minh").waits() == ""
    away(app, "minh", "quan", clock)
    clock.advance(timedelta(days=1))
    reports(app, "nam")
    assert TOLD in Owner(app, "minh").waits()
    assert Owner(app, "quan").waits() == ""


def test_where_there_is_only_an_admin_they_are_asked_for_somebody(app: App) -> None:
    join(app, "quan", Role.ADMIN)
    reports(app, "lan")
    told = Owner(app, "quan").waits()
    assert "Mời bằng lệnh /moi" in told
    assert "/chuatraloi" not in told
    assert "1." not in told


def test_what_waits_stands_in_the_digest_of_every_working_day(app: App, clock: FrozenClock) -> None:
    minded = "bị báo sai, cần kiểm tra: 1 (xem /chuatraloi)"
    for who, role, unit in (
        ("minh", Role.OFFICER, "kthtdt"),
        ("hung", Role.OFFICER, "cap"),
        ("son", Role.LEADER, ""),
        ("quan", Role.ADMIN, ""),
    ):
        join(app, who, role, unit=unit)
    reports(app, "lan")
    waits(app)
    with app.database.write() as session:
        grouping.put(Work(app, session, app.clock(), app.profile()))
    for name in ("minh", "hung", "son", "quan"):
        Owner(app, name).waits()
    for day in (2, 3):
        clock.now = datetime(2026, 12, day, 8, tzinfo=VIETNAM)
        tick(app)
        heard = {name: Owner(app, name).waits() for name in ("minh", "hung", "son", "quan")}
        assert [minded in heard[name] for name in heard] == [True, False, True, False]
        assert ["chờ ông/bà duyệt: 1" in heard[name] for name in heard] == [False, False, True, False]


def waits(app: App) -> None:
    """A version that a second person has before them."""
    author = join(app, "minh", Role.OFFICER, unit="kthtdt")
    row = OwnEntry(
        entry="rieng-cho-dem",
        state=EntryState.WAITING,
        category=CATEGORY,
        question="Chợ đêm họp mấy giờ?",
        short="Từ 18 giờ.",
        sources="UBND phường",
        checked_on=local_date(app.clock()),
        author_id=author.id,
        written_at=app.clock(),
    )
    with app.database.write() as session:
        session.add(row)


@pytest.mark.parametrize("name", ["faq.good", "faq.bad", "faq.wrong", "faq.none", "faq.write", f"faq.show:{ENTRY}"])
def test_a_forged_number_is_an_old_button(app: App, name: str) -> None:
    Owner(app, "lan").says(f"/start faq_{ENTRY}")
    for number in ("9" * 20, "0", "٣", "1:1"):
        said = presses(app, "lan", f"{name}:{number}")[0]
        assert ("Ông/bà hỏi" if "show" in name else str(app.say("turn.old_button"))) in said


def test_the_words_stay_with_a_question_whose_suggestion_was_wrong(app: App) -> None:
    join(app, "son", Role.LEADER)
    lan = Owner(app, "lan")
    asked = lan.says("treo đèn lồng ở phố")
    assert "1." in asked
    with app.database.read() as session:
        assert session.exec(select(QuestionRow.decision)).one() == "suggest"
    lan.says("1")
    lan.says("câu trả lời này sai?")
    shown = Owner(app, "son").says("/chuatraloi", "1")
    assert "«treo đèn lồng ở phố»" in shown
    assert "Đây là câu hỏi về câu khác" in shown
    shown_row = question(app, 2)
    assert (shown_row.text, shown_row.decision, shown_row.reported_at) == ("treo đèn lồng ở phố", "shown", app.clock())
