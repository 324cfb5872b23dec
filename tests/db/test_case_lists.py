"""The lists and the search of the desk: what they hold, who reads what in them, and that they run on indexes."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from bot.cases.desk import LISTS, reader_of
from bot.cases.rules import Actor, late, sees, words_of
from db import case_lists
from db.case_lists import CaseList, Place, Reader, Sight
from db.cases import ENDED, Case, Status, index_words
from db.letters import Delivery, Kind, Letter, LetterState
from db.people import Person
from db.session import Database
from db.staff import Role, Staff

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 12, 1)
CASES = 240
STREETS = ("Nguyễn Lương Bằng", "Chợ Mát", "Việt Hòa", "Đồng Niên")
STORIES = ("vỉa hè bị lấn chiếm", "rác chưa ai thu gom", "đèn đường hỏng", "thu gom rác chậm")

PEOPLE = (
    (Role.LEADER, ""),
    (Role.OFFICER, "kthtdt"),
    (Role.OFFICER, "vp"),
    (Role.CLERK, "vp"),
    (Role.ADMIN, ""),
    (Role.HEAD, ""),
)


class Ward:
    """A database with staff of every role and many cases of every kind."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            self.staff = [self._hired(session, role, unit) for role, unit in PEOPLE]
            chance = random.Random(4)
            self.cases = [self._case(session, chance, number) for number in range(1, CASES + 1)]
            self.failed, self.proposed = self._letters(session, chance)

    def _hired(self, session: Session, role: Role, unit: str) -> Staff:
        person = Person(name=role, created_at=NOW)
        session.add(person)
        session.flush()
        staff = Staff(person_id=person.id, role=role, unit=unit, name=f"{role} {unit}", since=NOW)
        session.add(staff)
        session.flush()
        return staff

    def _case(self, session: Session, chance: random.Random, number: int) -> Case:
        status = chance.choice(list(Status))
        answered = status in {Status.ANSWERED, Status.CLOSED}
        case = Case(
            key=f"k{number}",
            code=f"VH-2026-{number:04d}",
            year=2026,
            number=number,
            status=status,
            subject=chance.choice(("via-he", "moi-truong")),
            text=f"{chance.choice(STORIES)} số {number % 40}",
            place=chance.choice(STREETS),
            phone=f"09{number:08d}",
            protected=chance.random() < 0.2,
            logged_by=chance.choice([None, *(one.id for one in self.staff)]),
            unit=chance.choice(("kthtdt", "vp")),
            assignee_id=chance.choice([None, *(one.id for one in self.staff)]),
            received_at=NOW,
            acknowledge_by=NOW,
            due_on=TODAY + timedelta(days=chance.randint(-3, 3)),
            answered_at=NOW if answered else None,
            answered_due_on=TODAY if answered else None,
            closed_at=NOW if status in ENDED else None,
        )
        if number > 20 and not case.protected and chance.random() < 0.1:
            case.merged_into = chance.randint(1, 20)
        session.add(case)
        session.flush()
        index_words(session, case.id, words_of(case))
        return case

    def _letters(self, session: Session, chance: random.Random) -> tuple[set[int], set[int]]:
        chosen = [case.id for case in chance.sample(self.cases, 60)]
        for number, case_id in enumerate(chosen):
            sent = number < 40
            letter = Letter(
                case_id=case_id,
                kind=Kind.REQUEST,
                text="Xin gửi thêm ảnh",
                state=LetterState.SENT if sent else LetterState.PROPOSED,
                created_at=NOW,
                sent_at=NOW if sent else None,
                delivery=Delivery.FAILED if sent else Delivery.NONE,
            )
            session.add(letter)
        session.flush()
        return set(chosen[:40]), set(chosen[40:])

    def actors(self) -> list[Actor]:
        """Everybody, and an officer who stands in for another unit's."""
        substitute = self.staff[1]
        alone = [Actor(one.person_id, one) for one in self.staff]
        return [*alone, Actor(substitute.person_id, substitute, frozenset({self.staff[2].id}))]

    def holds(self, which: CaseList, actor: Actor, case: Case) -> bool:
        """The same rules, a case at a time."""
        staff = actor.staff
        assert staff
        opened = case.status in {Status.RECEIVED, Status.WORKING, Status.WAITING, Status.FORWARDED}
        own_unit = case.unit == staff.unit
        holds = {
            CaseList.APPROVE: case.id in self.proposed,
            CaseList.MINE: opened and case.assignee_id in actor.hands,
            CaseList.UNIT: opened and own_unit,
            CaseList.ALL: opened,
            CaseList.LOGGED: opened and case.logged_by == staff.id,
            CaseList.TODAY: opened and case.status != Status.WAITING and case.due_on == TODAY,
            CaseList.LATE: late(case, TODAY),
            CaseList.FREE: opened and case.assignee_id is None and (own_unit or staff.role != Role.OFFICER),
            CaseList.UNTOLD: case.id in self.failed,
        }
        alone = case.merged_into is None or which is CaseList.UNTOLD
        return holds[which] and alone and sees(actor, case)


@pytest.fixture
def ward(database_url: str) -> Iterator[Ward]:
    database = Database(database_url)
    yield Ward(database)
    database.close()


def of(actor: Actor) -> tuple[Reader, tuple[CaseList, ...]]:
    reader = reader_of(actor)
    assert reader
    assert actor.staff
    return reader, LISTS[Role(actor.staff.role)]


def turned(session: Session, which: CaseList, reader: Reader, size: int) -> Iterator[Case]:
    """All pages of a list, one after the other."""
    after = Place()
    while rows := case_lists.page(session, which, reader, TODAY, after=after, size=size):
        yield from rows
        after = Place(rows[-1].due_on, rows[-1].id)


def test_every_list_holds_what_the_rules_say(ward: Ward) -> None:
    with ward.database.read() as session:
        for actor in ward.actors():
            reader, lists = of(actor)
            counts = case_lists.counts(session, lists, reader, TODAY)
            for which in lists:
                wanted = [case for case in ward.cases if ward.holds(which, actor, case)]
                wanted.sort(key=lambda case: (case.due_on, case.id))
                found = [case.id for case in turned(session, which, reader, 7)]
                assert found == [case.id for case in wanted], (which, actor.staff)
                assert counts[which] == min(len(wanted), case_lists.MANY)


def test_something_is_in_every_list_that_somebody_has(ward: Ward) -> None:
    """Otherwise the test above would show nothing."""
    assert all(
        any(ward.holds(which, actor, case) for case in ward.cases) for actor in ward.actors() for which in of(actor)[1]
    )


@pytest.mark.parametrize(
    ("terms", "fits"),
    [
        ([["thu"], ["gom"]], lambda case: "thu gom" in case.text),
        ([["rac"], ["mat"]], lambda case: "rác" in case.text and "Mát" in case.place),
        ([["so"], ["7"]], lambda case: case.text.endswith(" số 7")),
        ([["0900000012"]], lambda case: case.number == 12),
        ([["khong"], ["co"]], lambda _case: False),
    ],
)
@pytest.mark.parametrize("frequent", [1, 1000])
def test_a_search_finds_what_may_be_read_newest_first(
    ward: Ward, terms: list[list[str]], fits: Callable[[Case], bool], frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_lists, "FREQUENT", frequent)
    with ward.database.read() as session:
        for actor in ward.actors():
            reader, _ = of(actor)
            wanted = [case.id for case in reversed(ward.cases) if fits(case) and sees(actor, case)]
            found = case_lists.search(session, terms, reader, before=2**31 - 1, size=5)
            assert [case.id for case in found] == wanted[:5]
            if len(wanted) > 5:
                more = case_lists.search(session, terms, reader, before=found[-1].id, size=CASES)
                assert [case.id for case in more] == wanted[5:]


def test_words_that_begin_like_this(ward: Ward) -> None:
    with ward.database.read() as session:
        assert case_lists.beginning_with(session, "ng") == ["nguyen"]
        assert case_lists.beginning_with(session, "chi") == ["chiem"]
        assert case_lists.beginning_with(session, "c")[:3] == ["cham", "chiem", "cho"]
        assert case_lists.beginning_with(session, "xyz") == []
        assert len(case_lists.beginning_with(session, "0")) == case_lists.ENDINGS


PARTIAL = (
    "case_open_of_unit",
    "case_open_of_assignee",
    "case_open_due",
    "case_open_of_subject",
    "case_unassigned",
    "letter_failed",
    "letter_one_proposed",
)


def steps(engine: Engine, ask: Callable[[Session], object], database: Database) -> list[str]:
    """What SQLite does for the statements that are asked."""
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    with database.read() as session:
        ask(session)
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]
            for statement, values in asked
            if statement.startswith(("SELECT", "WITH"))
        ]
        connection.rollback()
    return [str(step[3]) for plan in plans for step in plan]


READERS = [Reader(sight, 1, frozenset({1, 2}), "vp") for sight in Sight]
ASKED: list[Callable[[Session, Reader], object]] = [
    lambda session, reader: [
        case_lists.page(session, which, reader, TODAY, after=Place(), size=9) for which in CaseList
    ],
    lambda session, reader: case_lists.counts(session, list(CaseList), reader, TODAY),
    lambda session, reader: case_lists.search(session, [["rac"], ["cho", "choi"]], reader, before=9, size=9),
    lambda session, _reader: case_lists.beginning_with(session, "ra"),
    lambda session, _reader: case_lists.open_of_subject(session, "via-he", 200),
    lambda session, _reader: case_lists.numbered(session, 12, [2026, 2025]),
]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.sight.name)
def test_every_statement_runs_on_an_index(
    tmp_path_factory: pytest.TempPathFactory, ask: Callable[[Session, Reader], object], reader: Reader
) -> None:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('plans')}/ward.sqlite3")
    database.migrate()
    for step in steps(database.engine, lambda session: ask(session, reader), database):
        whole = re.match("SCAN (case|letter|case_word)( |$)", step)
        assert not whole or any(name in step for name in PARTIAL), step
    database.close()
