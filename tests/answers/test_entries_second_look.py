"""What must not slip through between two people: lost versions, days nobody looked at, sources nobody can look up."""

from collections.abc import Iterator
from contextlib import closing

import pytest

import faq
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App, Work
from bot.people.staff import leave
from bot.settings import Settings
from db.staff import Role, serving
from db.unanswered import QuestionGroup
from tests.answers.entry_scene import (
    LATE,
    SHIPPED,
    SOURCE,
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
from tests.crew import join
from tests.people.test_registering import person

KEEP = "Giữ nguyên"
WORDS = "Không, chỉ sửa lời"
OURS = "Sàn nộp thuế thay ông/bà trên từng đơn hàng."
STORY = "hôm trước tôi ra phường gặp chú ở quầy số ba hỏi về cái quán nước của vợ tôi ở đầu ngõ " * 4


@pytest.fixture(scope="module")
def few(content: faq.Content) -> faq.Content:
    return small(content)


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, few: faq.Content) -> Iterator[App]:
    """One bot on SQLite, with a ward's staff."""
    with closing((made := compose(settings, clock=clock, content=few, index=faq.content_index(few))).database):
        ward_of(made)
        yield made


def labels(app: App, who: str, said: str) -> list[str]:
    return [button.label for button in offered(app, who, said)]


def becomes(app: App, who: str, role: Role, unit: str = "") -> None:
    """Somebody's role ends and another one begins."""
    with app.database.write() as session:
        now = serving(session, person(app, who))
        assert now
        leave(Work(app, session, app.clock(), app.profile()), now.id)
    join(app, who, role, unit=unit, name=f"{who} {role}")


def live(app: App, short: str, by: str = "minh") -> int:
    """The ward's answer on Shopee says this from now on."""
    own = rewrites(app, by, short, told=False)
    does(app, "hoa", f">entry.approve:{own.id}")
    return own.id


def test_an_author_in_a_new_role_is_no_second_person(app: App) -> None:
    own = proposes(app, "minh")
    becomes(app, "minh", Role.CLERK, "vp")
    assert "do chính ông/bà viết" in does(app, "minh", f">entry.approve:{own.id}")
    assert "do chính ông/bà viết" in does(app, "minh", f">entry.return:{own.id}")
    assert labels(app, "minh", f">entry.version:{own.id}") == ["Rút lại để sửa"]
    assert "Đã rút lại" in does(app, "minh", f">entry.withdraw:{own.id}")
    assert not any("đã rút lại để sửa" in body for body in told(app, "minh"))


def test_an_older_draft_does_not_silently_take_the_place_of_a_newer_answer(app: App) -> None:
    does(app, "minh", f">entry.rewrite:{SHIPPED}", KEEP, "Bản minh viết từ sáng.")
    number = live(app, OURS, "son")
    does(app, "minh", KEEP, KEEP, "Chưa, giữ ngày cũ", "Bỏ qua", "Bỏ qua", WORDS)
    said = does(app, "minh", "Gửi duyệt")
    assert "đã có bản mới của Lãnh đạo Sơn, ngày 01/12/2026" in said
    assert "Bản minh viết từ sáng." in said  # to look at it once more
    assert states(app) == ["live"]
    does(app, "minh", "Gửi duyệt")
    assert (states(app), versions(app)[-1].over_id) == (["live", "waiting"], None)
    assert "bắt đầu viết khi chưa có câu đang dùng hiện nay" in does(app, "hoa", f">entry.version:{number + 1}")


def test_a_draft_begun_over_the_live_answer_says_nothing_of_it(app: App) -> None:
    number = live(app, OURS)
    own = rewrites(app, "minh", "Bản thứ hai.", told=False)
    assert own.over_id == number
    assert "khi chưa có câu đang dùng" not in does(app, "hoa", f">entry.version:{own.id}")


def test_what_was_returned_is_held_against_what_is_live_when_it_is_mended(app: App) -> None:
    own = rewrites(app, "minh", "Bản cũ của minh.", told=False)
    does(app, "hoa", f">entry.return:{own.id}", "Ông/bà ghi rõ hơn giúp")
    live(app, OURS, "son")
    assert "đã có bản mới của Lãnh đạo Sơn" in does(app, "minh", f">entry.mend:{own.id}")


def test_after_the_wards_answer_is_gone_its_draft_says_so(app: App) -> None:
    number = live(app, OURS)
    does(app, "minh", f">entry.rewrite:{SHIPPED}", KEEP, "Bản mới.", KEEP, KEEP, "Chưa, giữ ngày cũ", "Bỏ qua")
    does(app, "son", f">entry.retired:{SHIPPED}:{number}")
    does(app, "minh", "Bỏ qua", WORDS)
    assert "đã được gỡ bỏ" in does(app, "minh", "Gửi duyệt")
    assert states(app) == ["retired"]


def test_what_was_looked_into_before_it_changed_is_not_prolonged(app: App) -> None:
    does(app, "minh", f">entry.prolong:{LATE}", "30/06/2027", "Đã kiểm tra lại, vẫn đúng")
    does(app, "son", f">entry.rewrite:{LATE}", KEEP, "Nội dung mới.", "Bỏ qua", KEEP, "Đã kiểm tra hôm nay", "Bỏ qua")
    does(app, "son", KEEP, WORDS, "Gửi duyệt")
    does(app, "hoa", f">entry.approve:{versions(app)[-1].id}")
    assert "vừa thay đổi" in does(app, "minh", "Gửi duyệt")
    assert states(app) == ["live"]


@pytest.mark.parametrize(
    ("sources", "day"),
    [
        ((KEEP, "Chưa, giữ ngày cũ"), "2026-11-22"),
        ((KEEP, "Đã kiểm tra hôm nay"), "2026-12-01"),
        ((SOURCE,), "2026-12-01"),
    ],
)
def test_the_day_of_checking_is_one_on_which_somebody_looked(app: App, sources: tuple[str, ...], day: str) -> None:
    does(app, "minh", f">entry.rewrite:{SHIPPED}", KEEP, OURS, KEEP, *sources, "Bỏ qua", "Bỏ qua", WORDS, "Gửi duyệt")
    (own,) = versions(app)
    assert str(own.checked_on) == day


def test_mending_the_words_later_is_no_looking_into_the_sources(app: App) -> None:
    own = rewrites(app, "minh", OURS)
    does(app, "hoa", f">entry.return:{own.id}", "Ông/bà ghi rõ hơn giúp")
    does(app, "minh", f">entry.mend:{own.id}", "Sửa: Trả lời ngắn", "Viết rõ hơn.", "Gửi duyệt")
    assert [str(each.checked_on) for each in versions(app)] == ["2026-11-22", "2026-11-22"]


@pytest.mark.parametrize(("asked", "kept"), [(STORY, False), ("Quán nước đầu ngõ có phải đăng ký?", True)])
def test_what_somebody_told_is_no_question_of_an_answer(app: App, asked: str, kept: bool) -> None:
    now = app.clock()
    with app.database.write() as session:
        session.add(group := QuestionGroup(text=asked, folded="quan nuoc", asked=1, first_at=now, last_at=now))
        session.flush()
        number = group.id
    assert (KEEP in labels(app, "minh", f">unans.new:{number}")) is kept


def test_staff_read_the_values_that_the_bot_fills_in_by_their_names(app: App) -> None:
    said = does(app, "minh", ">entry.rewrite:mc-gio-lam-viec", KEEP)
    assert "(giờ làm việc: {giờ làm việc})" in said
    assert "opening_hours" not in said
    does(app, "minh", "Một cửa làm giờ hành chính[[: {Giờ làm việc}]].", "Bỏ qua", KEEP, "Chưa, giữ ngày cũ")
    does(app, "minh", KEEP, "Bỏ qua", WORDS, "Gửi duyệt")
    assert versions(app)[-1].short == "Một cửa làm giờ hành chính[[: {opening_hours}]]."


def test_before_rewriting_it_is_said_what_the_brackets_are(app: App) -> None:
    assert "bot tự điền thông tin của phường" in does(app, "minh", ">entry.rewrite:mc-gio-lam-viec")
    assert "bot tự điền" not in does(app, "minh", f">entry.rewrite:{SHIPPED}")


def test_a_leader_has_those_told_who_read_what_is_taken_away(app: App) -> None:
    number = live(app, OURS)
    assert "Có báo cho người đã xem bản của phường trong 90 ngày" in does(app, "son", f">entry.retire:{SHIPPED}")
    does(app, "son", "Gỡ bỏ và báo người đã xem")
    (notice,) = notices(app)
    (own,) = versions(app)
    assert (notice.entry, notice.own_entry_id, notice.group_id) == (SHIPPED, None, None)
    assert (notice.since, notice.until) == (own.decided_at, app.clock())  # whoever read the original before is not
    assert (own.id, own.state) == (number, "retired")


def test_of_an_answer_of_the_wards_own_nothing_is_asked(app: App) -> None:
    own = proposes(app, "minh")
    does(app, "hoa", f">entry.approve:{own.id}")
    assert labels(app, "son", f">entry.retire:{own.entry}") == ["Đồng ý gỡ bỏ", "Giữ lại"]
    does(app, "son", f">entry.retired:{own.entry}:{own.id}:told")
    assert (states(app), notices(app)) == (["retired"], [])
