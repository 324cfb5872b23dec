"""The ward's own entries: written by one, made live by another, taken away by a leader; on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import Barrier

import pytest
from sqlalchemy import event

import faq
from bot.answers.staff import proposing
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App, Work
from bot.people.staff import leave
from bot.settings import Settings
from db import own_rows
from db.entries import OwnEntry
from db.staff import Role, Staff, serving
from db.unanswered import QuestionGroup
from tests.answers.entry_scene import (
    NEW,
    SHIPPED,
    SHORT,
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
    writes,
)
from tests.answers.own_rows import attach
from tests.crew import join
from tests.people.test_registering import person

OTHER = "Bán trên Shopee thì sàn nộp thuế thay, ông/bà chỉ khai phần bán tại cửa hàng."


@pytest.fixture(scope="module")
def few(content: faq.Content) -> faq.Content:
    return small(content)


@pytest.fixture(scope="module")
def few_index(few: faq.Content) -> faq.FaqIndex:
    return faq.content_index(few)


@pytest.fixture
def bots(
    on_both_databases: Settings, clock: FrozenClock, few: faq.Content, few_index: faq.FaqIndex
) -> Iterator[list[App]]:
    """Two bots on one database, with a ward's staff."""
    with ExitStack() as stack:
        made = [compose(on_both_databases, clock=clock, content=few, index=few_index) for _ in range(2)]
        for one in made:
            stack.enter_context(closing(one.database))
        ward_of(made[0])
        yield made


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, few: faq.Content, few_index: faq.FaqIndex) -> Iterator[App]:
    """One bot on SQLite."""
    with closing((made := compose(settings, clock=clock, content=few, index=few_index)).database):
        ward_of(made)
        yield made


def staff(app: App, who: str) -> Staff:
    with app.database.read() as session:
        found = serving(session, person(app, who))
    assert found
    return found


def removed(app: App, who: str) -> None:
    """Somebody's role ends."""
    number = staff(app, who).id
    with app.database.write() as session:
        assert leave(Work(app, session, app.clock(), app.profile()), number)


def test_a_new_entry_is_answered_in_every_process_after_a_second_person(bots: list[App]) -> None:
    here, there = bots
    shown = writes(here, "minh")
    assert "Chợ đêm họp tối thứ Sáu, thứ Bảy, từ 18h đến 23h." in shown  # as people will read it
    assert "Đã gửi duyệt" in does(here, "minh", "Gửi duyệt")
    assert "18h đến 23h" not in does(there, "lan", NEW)
    own = versions(here)[-1]
    assert (own.entry, own.state) == ("rieng-cho-dem-ngo-quyen-hop-nhung-ngay", "waiting")
    assert "Đã duyệt" in does(there, "hoa", f">entry.approve:{own.id}")
    assert "18h đến 23h" in does(here, "lan", NEW)
    assert "18h đến 23h" in does(there, "lan", NEW.upper())
    assert any("đã được Văn thư Hoa duyệt" in body for body in told(here, "minh"))


def test_two_people_approve_at_the_same_moment(bots: list[App]) -> None:
    own = proposes(bots[0], "minh")
    both = Barrier(2)

    def press(pair: tuple[App, str]) -> str:
        both.wait(timeout=30)
        return does(*pair, f">entry.approve:{own.id}")

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(press, zip(bots, ("hoa", "son"), strict=True)))
    assert sorted("Đã duyệt" in each for each in said) == [False, True]
    assert sorted("đã được quyết định trước đó" in each for each in said) == [False, True]
    assert states(bots[0]) == ["live"]


def test_a_newer_version_replaces_the_live_one(bots: list[App]) -> None:
    app = bots[0]
    first = rewrites(app, "minh", OTHER)
    does(app, "hoa", f">entry.approve:{first.id}")
    again = does(app, "minh", f">entry.rewrite:{SHIPPED}", "Giữ nguyên", "Bản thứ hai của câu trả lời này.")
    assert "Phần thêm" in again
    does(app, "minh", "Giữ nguyên", "Giữ nguyên", "Chưa, giữ ngày cũ", "Bỏ qua", "Bỏ qua")
    does(app, "minh", "Không, chỉ sửa lời", "Gửi duyệt")
    does(app, "son", f">entry.approve:{versions(app)[-1].id}")
    assert states(app) == ["replaced", "live"]
    assert [notice.own_entry_id for notice in notices(app)] == [first.id]  # the second one only mends the words
    assert "Bản thứ hai" in does(bots[1], "lan", f">faq.show:{SHIPPED}")


def test_an_author_is_never_the_second_person(app: App) -> None:
    own = proposes(app, "hoa")
    assert "do chính ông/bà viết" in does(app, "hoa", f">entry.approve:{own.id}")
    assert "do chính ông/bà viết" in does(app, "hoa", f">entry.return:{own.id}")
    assert [button.data for button in offered(app, "hoa", f">entry.version:{own.id}")] == [f"entry.withdraw:{own.id}"]
    assert told(app, "hoa") == []
    assert states(app) == ["waiting"]


def test_an_officer_reads_what_waits_and_does_not_decide(app: App) -> None:
    join(app, "tam", Role.OFFICER, unit="vp")
    own = proposes(app, "minh")
    assert "lãnh đạo hoặc văn thư duyệt" in does(app, "tam", f">entry.approve:{own.id}")
    assert "18h đến 23h" in does(app, "tam", f">entry.version:{own.id}")
    assert "Nút này đã cũ" in does(app, "lan", f">entry.version:{own.id}")


def test_an_officer_is_removed_in_the_middle(app: App) -> None:
    writes(app, "minh")
    removed(app, "minh")
    assert "chỉ dành cho cán bộ đang làm nhiệm vụ" in does(app, "minh", "Gửi duyệt")
    assert versions(app) == []


def test_a_second_person_is_removed_in_the_middle(app: App) -> None:
    own = proposes(app, "minh")
    does(app, "son", f">entry.return:{own.id}")
    removed(app, "son")
    assert "chỉ dành cho cán bộ" in does(app, "son", "Thiếu số điện thoại của ban quản lý chợ")
    assert "Nút này đã cũ" in does(app, "son", f">entry.approve:{own.id}")
    assert states(app) == ["waiting"]


def test_what_is_returned_is_mended_with_everything_that_was_written(app: App) -> None:
    own = proposes(app, "minh")
    does(app, "son", f">entry.return:{own.id}")
    assert "Đã trả lại" in does(app, "son", "Thiếu số điện thoại của ban quản lý chợ")
    assert any("Thiếu số điện thoại" in body for body in told(app, "minh"))
    shown = does(app, "minh", f">entry.mend:{own.id}")
    assert "Ý kiến của người duyệt: Thiếu số điện thoại" in shown
    assert "18h đến 23h" in shown
    does(app, "minh", "Sửa: Trả lời ngắn", SHORT + " Hỏi thêm: 0220 000 000.", "Gửi duyệt")
    assert states(app) == ["replaced", "waiting"]
    assert [row.entry for row in versions(app)] == [own.entry, own.entry]
    does(app, "hoa", f">entry.approve:{versions(app)[-1].id}")
    assert "0220 000 000" in does(app, "lan", NEW)


def test_an_author_takes_back_what_waits(app: App) -> None:
    own = proposes(app, "minh")
    assert "Đã rút lại" in does(app, "minh", f">entry.withdraw:{own.id}")
    assert "người viết đã rút lại" in does(app, "hoa", f">entry.approve:{own.id}")
    does(app, "minh", "Gửi duyệt")
    assert states(app) == ["waiting"]
    assert versions(app)[0].id != own.id


def test_what_an_author_left_unmended_is_anybodys(app: App) -> None:
    own = proposes(app, "minh")
    does(app, "son", f">entry.return:{own.id}", "Thiếu số điện thoại của ban quản lý chợ")
    assert "đã được quyết định" in does(app, "hoa", f">entry.mend:{own.id}")
    removed(app, "minh")
    assert any("ai cũng sửa được" in body for body in told(app, "hoa"))
    does(app, "hoa", f">entry.mend:{own.id}", "Gửi duyệt")
    assert states(app) == ["replaced", "waiting"]


def test_a_rewritten_answer_knows_its_original_and_tells_those_who_read_it(app: App, few: faq.Content) -> None:
    own = rewrites(app, "minh", OTHER)
    assert own.replaces == faq.entry_hash(few.entries[SHIPPED])
    assert own.sources.splitlines() == list(few.entries[SHIPPED].sources)
    assert own.more == few.entries[SHIPPED].more
    does(app, "hoa", f">entry.approve:{own.id}")
    (notice,) = notices(app)
    assert (notice.entry, notice.own_entry_id, (notice.until - notice.since).days) == (SHIPPED, own.id, 90)
    card = does(app, "minh", f">entry.open:{SHIPPED}")
    assert "Phường viết lại câu có sẵn. Người viết: Cán bộ Minh. Người duyệt: Văn thư Hoa" in card
    assert few.entries[SHIPPED].short[:40] in does(app, "minh", f">entry.original:{SHIPPED}")


def test_a_leader_takes_an_override_away_and_the_original_is_answered(app: App, few: faq.Content) -> None:
    own = rewrites(app, "minh", OTHER)
    does(app, "hoa", f">entry.approve:{own.id}")
    assert "do lãnh đạo quyết định" in does(app, "hoa", f">entry.retired:{SHIPPED}:{own.id}")
    assert "theo bản gốc" in does(app, "son", f">entry.retire:{SHIPPED}")
    assert "Đã gỡ bỏ bản của phường" in does(app, "son", "Gỡ bỏ, không cần báo")
    assert notices(app)[1:] == []  # of what it had said itself those who read the original were told
    assert "vừa thay đổi" in does(app, "son", f">entry.retired:{SHIPPED}:{own.id}")
    assert few.entries[SHIPPED].short[:40] in does(app, "lan", f">faq.show:{SHIPPED}")
    assert states(app) == ["retired"]


def test_an_own_entry_goes_with_its_phrasings(app: App) -> None:
    own = proposes(app, "minh")
    does(app, "hoa", f">entry.approve:{own.id}")
    attach(app, own.entry, "chợ đêm mở hôm nào")
    assert "18h đến 23h" in does(app, "lan", "chợ đêm mở hôm nào")
    assert "chợ đêm mở hôm nào (canbo" in does(app, "minh", f">entry.phrasings:{own.entry}")
    does(app, "son", f">entry.retire:{own.entry}", "Đồng ý gỡ bỏ")
    assert "18h đến 23h" not in does(app, "lan", "chợ đêm mở hôm nào")
    assert "không còn nữa" in does(app, "minh", f">entry.open:{own.entry}")
    with app.database.read() as session:
        assert own_rows.phrasings(session, own.entry) == []


def test_a_phrasing_is_taken_away(app: App) -> None:
    attach(app, SHIPPED, "chợ mạng có phải đóng gì")
    buttons = offered(app, "minh", f">entry.phrasings:{SHIPPED}")
    does(app, "minh", f">{buttons[0].data}")
    assert "Cách hỏi" not in [button.label[:8] for button in offered(app, "minh", f">entry.open:{SHIPPED}")]


def test_while_one_waits_no_other_is_written(app: App) -> None:
    own = rewrites(app, "minh", OTHER)
    assert "đang có một bản chờ duyệt" in does(app, "hoa", f">entry.rewrite:{SHIPPED}")
    assert "đang có một bản chờ duyệt" in does(app, "hoa", f">entry.prolong:{SHIPPED}")
    assert "Xem bản chờ duyệt" in [button.label for button in offered(app, "hoa", f">entry.open:{SHIPPED}")]
    with app.database.write() as session:
        twice = OwnEntry(**own.model_dump(exclude={"id", "state"}))
        assert proposing.propose(Work(app, session, app.clock(), app.profile()), staff(app, "hoa"), twice) != ""


def test_an_entry_that_was_written_for_a_group_settles_it(app: App) -> None:
    now, author = app.clock(), staff(app, "minh")
    with app.database.write() as session:
        group = QuestionGroup(text="chợ đêm họp hôm nào", folded="cho dem", asked=1, first_at=now, last_at=now)
        session.add(group)
        session.flush()
        session.add(
            OwnEntry(
                entry="rieng-cho-dem",
                category="mot-cua-phi-le-phi",
                question=NEW,
                short=SHORT,
                sources="UBND phường, thông báo 12",
                checked_on=now.date(),
                author_id=author.id,
                written_at=now,
                group_id=group.id,
            )
        )
    (own,) = versions(app)
    does(app, "hoa", f">entry.approve:{own.id}")
    with app.database.read() as session:
        assert session.get_one(QuestionGroup, group.id).settled_as == "entry"
    assert [(notice.group_id, notice.entry) for notice in notices(app)] == [(group.id, own.entry)]


def test_what_asks_the_same_as_another_is_refused(app: App, few: faq.Content) -> None:
    shown = writes(app, "minh", few.entries[SHIPPED].phrasings[0])
    assert f"trùng với một câu trả lời khác: {few.entries[SHIPPED].question}" in shown
    assert "trùng với một câu trả lời khác" in does(app, "minh", "Gửi duyệt")
    assert versions(app) == []
    does(app, "minh", "Hủy")
    proposes(app, "hoa")
    assert "Đang có bản chờ duyệt cho câu này, người viết Văn thư Hoa" in writes(app, "minh", NEW.upper())


def test_what_became_the_same_meanwhile_is_not_approved(app: App) -> None:
    own = proposes(app, "minh")
    attach(app, SHIPPED, NEW)
    assert "trùng với một câu trả lời khác" in does(app, "hoa", f">entry.approve:{own.id}")
    assert states(app) == ["waiting"]


def test_two_questions_of_the_same_words_have_two_ids(app: App) -> None:
    first = proposes(app, "minh")
    does(app, "hoa", f">entry.approve:{first.id}")
    second = proposes(app, "minh", "Chợ đêm Ngô Quyền họp những ngày nào trong dịp Tết?")
    assert (second.entry, len(second.entry)) == (f"{first.entry}-2", 40)


def test_where_nobody_can_be_the_second_person_the_author_hears(app: App) -> None:
    join(app, "quan", Role.ADMIN)
    removed(app, "hoa")
    proposes(app, "son")
    assert any("Chưa có lãnh đạo hoặc văn thư nào khác" in body for body in told(app, "son"))
    assert any("/moi" in body for body in told(app, "quan"))


def test_no_query_reads_a_whole_table(app: App) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_more: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            asked.append((statement, tuple(values)))

    own = rewrites(app, "minh", OTHER)
    event.listen(app.database.engine, "before_cursor_execute", note)
    writes(app, "hoa")
    does(
        app,
        "hoa",
        "Gửi duyệt",
        "/cautraloi",
        f">entry.version:{own.id}",
        f">entry.approve:{own.id}",
        f">entry.open:{SHIPPED}",
    )
    does(app, "son", "/cautraloi shopee", f">entry.retire:{SHIPPED}", "Gỡ bỏ và báo người đã xem", ">entry.list:own")
    event.remove(app.database.engine, "before_cursor_execute", note)
    with app.database.engine.connect() as connection:
        plans = {
            (str(step[3]), statement)
            for statement, values in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        }
        connection.rollback()
    scans = {(step, statement) for step, statement in plans if step.startswith("SCAN") and "INDEX" not in step}
    assert {(step, statement) for step, statement in scans if step != "SCAN CONSTANT ROW"} == set()
