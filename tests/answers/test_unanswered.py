"""What was not answered finds its like, is settled once, forgets what is wiped; its askers are told once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from threading import Thread

import pytest
from sqlmodel import Session, col, select

from bot.answers.staff import grouping, settling, telling
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Sender
from bot.feature import App, Work
from bot.people.service import recognise, unite
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import entry_rows, questions
from db import unanswered_rows as rows
from db.entries import Phrasing
from db.outbox import Lane, OutboxRow
from db.people import Chat, Person
from db.questions import QuestionRow
from db.staff import Role
from db.unanswered import AnswerOptOut, AskerNotice, QuestionGroup
from tests.conftest import MORNING
from tests.crew import join
from tests.meetings.test_seats_simultaneous import together
from tests.people.test_registering import person

LATER = timedelta(minutes=11)
keys = count(1)


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    return on_both_databases


def work(app: App, session: Session) -> Work:
    return Work(app, session, app.clock(), app.profile())


def asks(app: App, who: str, text: str, decision: str = "none", *, private: bool = True, **values: object) -> int:
    """Somebody asked, as the log has it; the number of the question."""
    with app.database.write() as session:
        chat, person = recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock(), private=private)
        chat.heard_at = app.clock()
        row = QuestionRow(key=f"k{next(keys)}", chat_id=chat.id, text=text, decision=decision, asked_at=app.clock())
        row.person_id = person.id
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        return row.id


def grouped(app: App) -> list[tuple[str, int, int, str]]:
    """The groups after everything was put into them: words, how many asked and called it wrong, what became of it."""
    while grouping.due(app):
        pass
    with app.database.read() as session:
        found = session.exec(select(QuestionGroup).order_by(col(QuestionGroup.id)))
        return [(row.text, row.asked, row.reported, row.settled_as) for row in found]


def settled(app: App, settled_as: str, group_id: int = 1, *, entry: str = "", words: str = "") -> None:
    """An officer did it."""
    staff = join(app, "minh", Role.OFFICER, unit="kthtdt")
    with app.database.write() as session:
        group = rows.locked(session, group_id)
        assert group is not None
        settling.settle(
            work(app, session), group, settled_as, staff.id, "not_ours" if settled_as == "dismissed" else ""
        )
        if entry or words:
            settling.tell_askers(work(app, session), group, staff.id, entry=entry, words=words)


def told(app: App) -> list[tuple[str, str]]:
    """Who was told behind the answers, and about what."""
    rows = select(Chat.address, OutboxRow.body).join(Chat, col(Chat.id) == col(OutboxRow.chat_id))
    with app.database.read() as session:
        found = session.exec(rows.where(OutboxRow.lane == Lane.NOTICE).order_by(col(OutboxRow.id)))
        return [(who, body.split("«")[1].split("»")[0]) for who, body in found]


def test_questions_that_mean_the_same_are_one_group(app: App) -> None:
    asks(app, "lan", "nuôi chó trong chợ có được không")
    asks(app, "nam", "cho em hỏi nuoi cho trong cho co dc ko ạ")
    asks(app, "lan", "nuôi mèo trong chợ có được không")
    asks(app, "nam", "👍")
    asks(app, "lan", "12")
    assert grouped(app) == [
        ("nuôi chó trong chợ có được không", 2, 0, ""),
        ("nuôi mèo trong chợ có được không", 1, 0, ""),
        ("👍", 2, 0, ""),
    ]


def test_what_was_answered_or_is_small_talk_is_nobodys_task(app: App) -> None:
    asks(app, "lan", "mã số thuế", "answer", entry="th-hoi-co-quan-thue", feedback=1)
    asks(app, "lan", "chào", "smalltalk")
    asks(app, "lan", "đường hỏng", "report")
    asks(app, "lan", "", "shown", entry="th-hoi-co-quan-thue")
    assert grouped(app) == []


def test_suggestions_wait_for_a_choice(app: App, clock: FrozenClock) -> None:
    asks(app, "lan", "treo đèn lồng ở phố", "suggest")
    chosen = asks(app, "nam", "treo đèn lồng ở phố", "suggest")
    asks(app, "hoa", "bắn pháo giấy ở phố", "suggest", feedback=-1)
    assert grouped(app) == [("bắn pháo giấy ở phố", 1, 0, "")]
    with app.database.write() as session:
        session.get_one(QuestionRow, chosen).entry = "dd-via-he"
    clock.advance(LATER)
    assert grouped(app)[1:] == [("treo đèn lồng ở phố", 1, 0, "")]


def test_an_answer_called_wrong_is_apart_for_each_answer_that_was_given(app: App) -> None:
    asks(app, "lan", "phí bao nhiêu", "answer", entry="a", feedback=-1)
    asks(app, "lan", "phí bao nhiêu", "answer", entry="b", feedback=-1)
    asks(app, "lan", "phí bao nhiêu")
    asks(app, "lan", "", "shown", entry="a", feedback=-1)
    asks(app, "nam", "", "shown", entry="a", reported_at=app.clock())
    assert grouped(app) == [
        ("phí bao nhiêu", 1, 0, ""),
        ("phí bao nhiêu", 1, 0, ""),
        ("phí bao nhiêu", 1, 0, ""),
        ("", 2, 1, ""),
    ]


def test_what_is_called_wrong_stands_first_then_what_is_asked_most(app: App) -> None:
    for who in ("lan", "nam", "hoa"):
        asks(app, who, "mua vé xe buýt ở đâu")
    asks(app, "lan", "ai thắng trận tối qua")
    wrong = asks(app, "lan", "số tổng đài", "answer", entry="a", feedback=-1)
    grouped(app)
    with app.database.write() as session:
        rows.report(session, session.get_one(QuestionRow, wrong), app.clock())
        rows.report(session, session.get_one(QuestionRow, wrong), app.clock())
    with app.database.read() as session:
        shown = [(group.text, group.reported) for group in rows.open_page(session, 0, 9)]
        assert rows.count_open(session) == 3
        assert [group.text for group in rows.open_page(session, 1, 1)] == ["mua vé xe buýt ở đâu"]
    assert shown == [("số tổng đài", 1), ("mua vé xe buýt ở đâu", 0), ("ai thắng trận tối qua", 0)]


def test_what_was_dismissed_stays_dismissed_for_ninety_days_unless_it_is_a_report(app: App, clock: FrozenClock) -> None:
    asks(app, "lan", "ai thắng trận tối qua")
    grouped(app)
    settled(app, "dismissed")
    asks(app, "nam", "ai thang tran toi qua")
    assert grouped(app) == [("ai thắng trận tối qua", 2, 0, "dismissed")]
    clock.advance(grouping.SILENT)
    asks(app, "nam", "ai thắng trận tối qua")
    assert grouped(app)[1:] == [("ai thắng trận tối qua", 1, 0, "")]
    wrong = asks(app, "lan", "", "shown", entry="a", feedback=-1)
    grouped(app)
    settled(app, "dismissed", 3)
    with app.database.write() as session:
        assert rows.report(session, session.get_one(QuestionRow, wrong), app.clock())
    assert grouped(app)[2:] == [("", 1, 0, "dismissed"), ("", 1, 1, "")]


def test_what_is_said_against_an_answer_is_new_whatever_was_dismissed(app: App) -> None:
    asks(app, "lan", "", "shown", entry="a", feedback=-1, remark="unclear")
    asks(app, "lan", "phí bao nhiêu", "answer", entry="a", feedback=-1)
    grouped(app)
    settled(app, "dismissed", 1)
    settled(app, "dismissed", 2)
    asks(app, "nam", "", "shown", entry="a", feedback=-1, remark="wrong: Mức phạt đã đổi, nay là 5 triệu")
    asks(app, "nam", "phi bao nhieu", "answer", entry="a", feedback=-1)
    assert grouped(app)[2:] == [("", 1, 0, ""), ("phi bao nhieu", 1, 0, "")]


def test_many_settled_groups_hide_no_open_one(app: App, clock: FrozenClock) -> None:
    asks(app, "lan", "mua vé xe buýt ở đâu")
    asks(app, "lan", "ai thắng trận tối qua")
    asks(app, "lan", "hôm nay trời có mưa không")
    grouped(app)
    settled(app, "dismissed", 2)
    settled(app, "answered", 3, words="Không.")
    with app.database.read() as session:
        heads = rows.heads(session, clock() - grouping.SILENT, 1)
        assert [(head.id, head.open) for head in heads] == [(1, True), (2, False)]
        assert [head.id for head in rows.heads(session, clock(), 9)] == [1]


def test_what_is_asked_after_it_was_settled_is_a_new_group(app: App) -> None:
    asks(app, "lan", "ai thắng trận tối qua")
    grouped(app)
    settled(app, "answered", words="Chúng tôi không biết.")
    asks(app, "nam", "ai thắng trận tối qua")
    assert [group[1:] for group in grouped(app)] == [(1, 0, "answered"), (1, 0, "")]


def test_many_questions_are_put_in_slices_and_two_clocks_count_none_twice(app: App) -> None:
    for number in range(grouping.SLICE + 5):
        asks(app, f"p{number % 7}", f"câu hỏi về {['chó', 'mèo', 'gà', 'vịt'][number % 4]}")
    together(*[lambda: grouping.due(app)] * 4)
    assert sum(group[1] for group in grouped(app)) == grouping.SLICE + 5
    assert len(grouped(app)) == 4


def test_of_two_officers_one_settles_it(app: App) -> None:
    asks(app, "lan", "ai thắng trận tối qua")
    grouped(app)
    ids = [join(app, who, Role.OFFICER, unit="kthtdt").id for who in ("minh", "vu")]
    won = []

    def settles(staff_id: int) -> None:
        with app.database.write() as session:
            group = rows.locked(session, 1)
            if group and not group.settled_as:
                settling.settle(work(app, session), group, "dismissed", staff_id, "unclear")
                won.append(staff_id)

    together(lambda: settles(ids[0]), lambda: settles(ids[1]))
    assert len(won) == 1


def wiped(app: App, who: str, text: str) -> None:
    with app.database.write() as session:
        chat = session.exec(select(Chat).where(Chat.address == who)).one()
        questions.wipe(session, [chat.id], {text})


def test_what_is_wiped_is_no_group_any_more(app: App) -> None:
    asks(app, "lan", "bà Sáu chợ Con bán hàng giả")
    asks(app, "nam", "ba sau cho con ban hang gia")
    grouped(app)
    wiped(app, "lan", "bà Sáu chợ Con bán hàng giả")
    assert grouped(app) == [("ba sau cho con ban hang gia", 1, 0, "")]
    wiped(app, "nam", "ba sau cho con ban hang gia")
    assert grouped(app) == [("", 0, 0, "")]
    with app.database.read() as session:
        assert rows.open_page(session, 0, 9) == []
        assert rows.count_open(session) == 0


def meanwhile(app: App, first: Callable[[Session], object], second: Callable[[], object]) -> None:
    """The second begins after the first has read and written, and before it commits."""
    other = Thread(target=second)
    with app.database.write() as session:
        first(session)
        session.flush()
        other.start()
        other.join(0.5)  # on SQLite it waits from its beginning, on PostgreSQL where the first is in its way
    other.join()


def test_what_is_wiped_while_it_finds_its_group_names_none(app: App) -> None:
    asks(app, "lan", "bà Sáu chợ Con bán hàng giả")
    wipes = partial(wiped, app, "lan", "bà Sáu chợ Con bán hàng giả")
    meanwhile(app, lambda session: grouping.put(work(app, session)), wipes)
    assert grouped(app) == [("", 0, 0, "")]


def test_what_is_called_wrong_while_it_finds_its_group_is_counted_there(app: App) -> None:
    number = asks(app, "lan", "lệ phí môn bài bao nhiêu", "suggest", feedback=-1)

    def reports() -> None:
        with app.database.write() as session:
            question = session.get_one(QuestionRow, number)
            rows.report(session, question, app.clock())

    meanwhile(app, lambda session: grouping.put(work(app, session)), reports)
    assert grouped(app) == [("lệ phí môn bài bao nhiêu", 1, 1, "")]


def test_what_is_wiped_asks_for_no_entry_any_more(app: App) -> None:
    asks(app, "lan", "bà Sáu bán hàng giả")
    grouped(app)
    staff = join(app, "minh", Role.OFFICER, unit="kthtdt")
    with app.database.write() as session:
        group = rows.locked(session, 1)
        assert group is not None
        settling.attach(work(app, session), group, "dd-bien-hieu", staff.id, {"ba sau": "bà Sáu bán hàng giả"})
        settling.settle(work(app, session), group, "phrasing", staff.id)
        before = entry_rows.version(session)
    wiped(app, "lan", "bà Sáu bán hàng giả")
    assert grouped(app) == [("", 1, 0, "phrasing")]
    with app.database.read() as session:
        assert session.exec(select(Phrasing)).all() == []
        assert entry_rows.version(session) > before


def test_everybody_who_asked_is_told_once_in_slices(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "SLICE", 2)
    for who in ("lan", "nam", "lan", "hoa", "nam"):
        asks(app, who, f"ai thắng trận tối qua{' thế' * (who == 'hoa')}")
    asks(app, "nhom", "ai thắng trận tối qua", private=False)
    grouped(app)
    settled(app, "answered", words="Chúng tôi không theo dõi bóng đá.")
    with app.database.read() as session:
        assert rows.count_askers(session, 1) == 3
    tick(app)
    tick(app)
    assert sorted(who for who, _ in told(app)) == ["hoa", "lan", "nam"]
    with app.database.read() as session:
        notice = session.get_one(AskerNotice, 1)
        assert (notice.told, notice.done_at) == (3, app.clock())


def test_at_night_nobody_is_told(app: App, clock: FrozenClock) -> None:
    asks(app, "lan", "ai thắng trận tối qua")
    grouped(app)
    settled(app, "answered", words="Chúng tôi không theo dõi bóng đá.")
    clock.advance(timedelta(hours=13))
    tick(app)
    assert told(app) == []
    clock.advance(timedelta(hours=9))
    tick(app)
    assert told(app) == [("lan", "ai thắng trận tối qua")]


def changed(app: App, entry: str, since: datetime) -> None:
    with app.database.write() as session:
        now = app.clock()
        session.add(AskerNotice(entry=entry, since=since, until=now, made_at=now))


def test_a_changed_answer_is_told_to_whoever_was_given_it_lately_and_wants_to_hear(
    app: App, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "SLICE", 2)
    entry = "dd-bien-hieu"
    asks(app, "cu", "", "shown", entry=entry)
    clock.advance(timedelta(days=91))
    for who in ("lan", "nam", "lan", "hoa", "khac", "tu"):
        asks(app, who, "biển hiệu", "answer", entry=entry if who != "khac" else "a")
    with app.database.write() as session:
        session.add(AnswerOptOut(person_id=person(app, "nam"), since=app.clock()))
    changed(app, entry, app.clock() - timedelta(days=90))
    tick(app)
    assert sorted(who for who, _ in told(app)) == ["hoa", "lan", "tu"]


def test_who_does_not_want_to_hear_still_gets_the_answer_to_their_own_question(app: App) -> None:
    asks(app, "lan", "ai thắng trận tối qua")
    with app.database.write() as session:
        session.add(AnswerOptOut(person_id=person(app, "lan"), since=app.clock()))
    grouped(app)
    settled(app, "phrasing", entry="dd-bien-hieu")
    tick(app)
    assert told(app) == [("lan", "ai thắng trận tối qua")]


def test_an_answer_that_is_not_there_any_more_is_told_to_nobody(app: App) -> None:
    asks(app, "lan", "ai thắng trận tối qua")
    grouped(app)
    settled(app, "phrasing", entry="khong-con")
    tick(app)
    assert told(app) == []
    with app.database.read() as session:
        assert session.get_one(AskerNotice, 1).done_at is not None


@pytest.mark.parametrize("both", [True, False])
def test_two_phones_of_one_person_hear_no_more_than_one_of_them_wanted(app: App, both: bool) -> None:
    new, old = person(app, "new"), person(app, "old")
    with app.database.write() as session:
        for number in (new, old) if both else (new,):
            session.add(AnswerOptOut(person_id=number, since=MORNING))
    with app.database.write() as session:
        unite(session, session.get_one(Person, new), session.get_one(Person, old))
    with app.database.read() as session:
        assert [row.person_id for row in session.exec(select(AnswerOptOut))] == [old]
