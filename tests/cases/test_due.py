"""What the clock owes about cases: each reminder once, in office hours, of where a case stands now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, update
from sqlmodel import Session, col, func, select

from bot.cases import owed, service
from bot.cases.rules import Actor
from bot.feature import App, Work
from bot.runtime.jobs import tick
from db.attachments import Attachment, AttachmentState
from db.cases import Case, CaseEvent, Status
from db.clockwork import Daily, Reminder
from db.letters import Delivery
from db.outbox import OutboxRow, OutboxState
from db.people import Chat
from db.session import Database
from db.staff import Role, Staff
from tests.cases.days import ANSWER, NOISE, Days
from tests.crew import join


def ladder(days: Days) -> list[tuple[str, str]]:
    return [one for one in days.rungs() if one[1] != "acknowledge"]


@pytest.mark.parametrize(
    ("raised", "until", "rungs"),
    [
        pytest.param(
            "2026-11-16 09:00",
            "2026-12-03 18:00",
            [
                ("27/11 08:00", "warn:2026-12-01"),
                ("01/12 08:00", "due:2026-12-01"),
                ("02/12 08:00", "late:2026-12-02"),
                ("02/12 08:00", "leader:2026-12-01"),
                ("03/12 08:00", "late:2026-12-03"),
            ],
            id="24/11 is no working day, nor is the weekend",
        ),
        pytest.param(
            "2026-11-20 09:00",
            "2026-12-07 18:00",
            [
                ("03/12 08:00", "warn:2026-12-05"),
                ("05/12 08:00", "due:2026-12-05"),
                ("07/12 08:00", "late:2026-12-07"),
                ("07/12 08:00", "leader:2026-12-05"),
            ],
            id="due on a Saturday that is worked instead",
        ),
        pytest.param(
            "2026-11-27 17:30",
            "2026-12-12 18:00",
            [("09/12 08:00", "warn:2026-12-11"), ("11/12 08:00", "due:2026-12-11")],
            id="after hours counts from Monday; nothing on a Saturday that is off",
        ),
    ],
)
def test_the_ladder(days: Days, minh: Staff, raised: str, until: str, rungs: list[tuple[str, str]]) -> None:
    days.at(raised)
    days.took(minh, days.raised())
    days.at(f"{raised[:10]} 20:00")
    days.until(until)
    assert ladder(days) == rungs
    assert len(days.heard("minh", "reminder:")) == sum(not rung.startswith("leader") for _, rung in rungs)
    assert len(days.heard("hai", "reminder:")) == sum(rung.startswith("leader") for _, rung in rungs)


def test_nobody_looked_at_it(days: Days) -> None:
    days.raised()
    days.until("2026-12-02 09:00")
    assert days.rungs() == []
    days.until("2026-12-04 18:00")
    assert days.rungs() == [("02/12 10:00", "acknowledge")]
    assert "chưa có cán bộ nào nhận" in days.heard("minh", "reminder:")[0]
    assert "[Mở phiếu VH-2026-0001]" in days.heard("hai", "reminder:")[0]


def test_who_looked_is_not_reminded_to_look(days: Days, minh: Staff) -> None:
    days.took(minh, days.raised())
    days.until("2026-12-04 18:00")
    assert days.rungs() == []


def test_a_protected_case_is_told_to_leaders_alone(days: Days) -> None:
    join(days.app, "vy", Role.OFFICER, unit="vp")
    days.raised(report=replace(NOISE, subject="can-bo"))
    days.until("2026-12-17 18:00")
    assert days.heard("minh") == days.heard("vy") == []
    told = days.heard("hai", "reminder:")
    assert [("quá hạn" in text, "Báo cáo" in text) for text in told] == [(False, False)] * 3 + [(True, False)] * 3


def test_a_bot_that_was_away_says_only_where_the_case_stands(days: Days, minh: Staff) -> None:
    days.took(minh, days.raised())
    days.at("2026-12-22 10:00")
    tick(days.app)
    assert [rung for _, rung in days.rungs()] == ["late:2026-12-22", "leader:2026-12-14"]
    days.at("2026-12-22 18:00")
    tick(days.app)
    assert len(days.rungs()) == 2


def test_an_extension_is_a_new_ladder(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    days.until("2026-12-10 20:00")
    assert [rung for _, rung in days.rungs()] == ["warn:2026-12-14"]
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        assert service.extend(work, Actor(minh.person_id, minh), case_id, 3, "Chờ kết quả đo tiếng ồn")
    days.until("2026-12-18 07:00")
    assert [rung for _, rung in days.rungs()][1:] == ["warn:2026-12-17", "due:2026-12-17"]


def test_who_waits_or_is_answered_or_merged_is_not_on_the_ladder(days: Days, minh: Staff) -> None:
    waiting, answered, merged, main = (days.raised(who) for who in ("lan", "hoa", "mai", "cuc"))
    for case_id in (waiting, answered, merged, main):
        days.took(minh, case_id)
    days.asked(minh, waiting)
    days.answered(minh, answered)
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        assert service.merge(work, Actor(minh.person_id, minh), merged, main)
    days.at("2026-12-14 09:00")
    tick(days.app)
    with days.app.database.read() as session:
        assert [row.case_id for row in session.exec(select(Reminder))] == [main]


# Two processes, and one that is killed.


def test_two_processes_may_tick_at_once(days: Days, minh: Staff) -> None:
    for number in range(8):
        days.took(minh, days.raised(f"owner{number}"))
    days.at("2026-12-16 08:00")
    other = replace(days.app, database=Database(days.app.database.url.render_as_string(hide_password=False)))
    start = Barrier(2)

    def run(app: App) -> None:
        start.wait()
        tick(app)

    threads = [Thread(target=run, args=(app,)) for app in (days.app, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tick(days.app)  # where the two were in each other's way, one of them left something to the next
    other.database.close()
    assert len(days.heard("minh", "reminder:")) == len(days.heard("hai", "reminder:")) == 8
    assert len(days.heard("minh", "digest:")) == len(days.heard("hai", "digest:")) == 1


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def statements(app: App, seen: Callable[[str], None]) -> Iterator[None]:
    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen(statement)

    event.listen(app.database.engine, "before_cursor_execute", listen)
    yield
    event.remove(app.database.engine, "before_cursor_execute", listen)


def killed_at(app: App, last: int) -> bool:
    """One tick that ends at that statement; False where it came to its end before."""
    done = 0

    def seen(_statement: str) -> None:
        nonlocal done
        done += 1
        if done == last:
            raise Killed

    with statements(app, seen):
        try:
            tick(app)
        except Killed:
            return True
    return False


def traces(days: Days) -> int:
    with days.app.database.read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (OutboxRow, Reminder, Daily)
        )


def test_a_restart_between_any_two_statements_loses_and_doubles_nothing(days: Days, minh: Staff) -> None:
    first, second, third = (days.raised(who) for who in ("lan", "hoa", "mai"))
    for case_id in (first, second, third):
        days.took(minh, case_id)
    days.answered(minh, second)
    days.platform()
    days.at("2026-12-16 08:00")
    last, before = 1, traces(days)
    while killed_at(days.app, last):
        # What was committed is done: the rest is killed at each of its statements again.
        last, before = (last + 1 if traces(days) == before else 1), traces(days)
    assert len(days.heard("minh", "reminder:")) == len(days.heard("hai", "reminder:")) == 2
    assert len(days.heard("minh", "digest:")) == len(days.heard("hai", "digest:")) == 1
    assert days.case(second).silent_since == days.clock.now


def test_what_fails_for_one_holds_up_no_other(days: Days, caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def do(_work: Work, one: int) -> None:
        if one == 2:
            raise RuntimeError
        done.append(one)

    owed.each(days.app, [1, 2, 3], do)
    assert done == [1, 3]
    assert "do not done for 2" in caplog.text


# Owners who say nothing.


def asked(days: Days, minh: Staff) -> int:
    case_id = days.raised()
    days.took(minh, case_id)
    days.asked(minh, case_id)
    days.until("2026-12-01 10:00")
    assert days.case(case_id).silent_since == days.clock.now
    return case_id


def silence(days: Days) -> list[tuple[str, str]]:
    return [one for one in days.rungs() if one[1].startswith(("waiting", "answered"))]


def test_who_was_asked_for_more_is_told_twice_before_it_ends(days: Days, minh: Staff) -> None:
    case_id = asked(days, minh)
    days.until("2026-12-14 18:00")
    assert silence(days) == [("04/12 08:00", "waiting:3:2026-12-01"), ("09/12 08:00", "waiting:7:2026-12-01")]
    told = days.heard("lan", "reminder:")
    assert "đến hết thứ Hai, 14/12/2026" in told[0]
    assert all("quán nào, mấy giờ" in text and "[Bổ sung]" in text for text in told)
    assert days.case(case_id).status == Status.WAITING
    days.until("2026-12-15 08:00")
    assert days.case(case_id).status == Status.CLOSED
    assert "chưa nhận được bổ sung" in days.heard("lan")[-1]


def test_reminders_that_were_missed_are_made_up_for_before_it_ends(days: Days, minh: Staff) -> None:
    case_id = asked(days, minh)
    days.at("2026-12-21 07:00")
    days.until("2026-12-23 18:00")
    assert silence(days) == [("21/12 08:00", "waiting:3:2026-12-01"), ("22/12 08:00", "waiting:7:2026-12-01")]
    assert "đến hết thứ Tư, 23/12/2026" in days.heard("lan", "reminder:")[1]
    assert days.case(case_id).status == Status.WAITING
    days.until("2026-12-24 08:00")
    assert days.case(case_id).status == Status.CLOSED


def test_who_adds_something_is_not_reminded_and_a_second_silence_counts_anew(days: Days, minh: Staff) -> None:
    case_id = asked(days, minh)
    days.until("2026-12-04 09:00")
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        assert service.supplement(work, Actor(days.case(case_id).reporter_id), case_id, "Quán số 12, từ 19 giờ")
    days.asked(minh, case_id)
    days.until("2026-12-14 18:00")
    rungs = ["waiting:3:2026-12-01", "waiting:3:2026-12-04", "waiting:7:2026-12-04"]
    assert [rung for _, rung in silence(days)] == rungs


def test_who_was_answered_is_reminded_once(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.until("2026-12-07 18:00")
    assert silence(days) == [("04/12 08:00", "answered:3:2026-12-01")]
    assert "[Đã rõ] [Chưa thỏa đáng]" in days.heard("lan", "reminder:")[0]
    assert days.case(case_id).status == Status.ANSWERED
    days.until("2026-12-08 08:00")
    assert days.case(case_id).status == Status.CLOSED
    with days.app.database.read() as session:
        last = session.exec(select(CaseEvent).order_by(col(CaseEvent.id).desc())).first()
    assert last
    assert (last.act, last.person_id) == ("lapse", None)


def test_nobody_is_silent_about_what_did_not_arrive(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.blocks("lan")
    days.until("2026-12-23 18:00")
    assert silence(days) == []
    assert days.case(case_id).status == Status.ANSWERED


def test_who_is_not_reached_by_the_bot_is_reminded_by_people(days: Days, minh: Staff) -> None:
    asked(days, minh)
    days.blocks("lan")
    days.until("2026-12-04 18:00")
    assert "không nhắn được cho người gửi" in days.heard("minh", "reminder:1:waiting")[0]


# Letters.


def sent(days: Days, minh: Staff) -> tuple[int, int]:
    case_id = days.raised()
    days.took(minh, case_id)
    return case_id, days.answered(minh, case_id)


def test_a_letter_that_was_sent_has_arrived(days: Days, minh: Staff) -> None:
    case_id, letter_id = sent(days, minh)
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.PENDING
    days.platform()
    days.clock.advance(timedelta(minutes=5))
    tick(days.app)
    assert days.letter(letter_id).delivered_at == days.clock.now.astimezone(UTC)
    assert days.case(case_id).silent_since == days.clock.now.astimezone(UTC)


@pytest.mark.parametrize("state", [OutboxState.DEAD, OutboxState.DOUBT])
def test_a_letter_that_did_not_arrive_is_a_task(days: Days, minh: Staff, state: OutboxState) -> None:
    case_id, letter_id = sent(days, minh)
    days.platform(state, "lan")
    tick(days.app)
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.FAILED
    assert days.letter(letter_id).reason == "blocked"
    assert [text.count("[Đã báo cho người gửi]") for text in days.heard("minh", "letter:")] == [1]
    assert days.case(case_id).silent_since is None


def another_chat(days: Days, case_id: int) -> None:
    with days.app.database.write() as session:
        person_id = session.get_one(Case, case_id).reporter_id
        assert person_id
        session.add(Chat(channel="terminal", address="lan2", person_id=person_id))


def test_a_letter_goes_once_more_to_another_chat_of_the_owner(days: Days, minh: Staff) -> None:
    case_id, letter_id = sent(days, minh)
    another_chat(days, case_id)
    days.blocks("lan")
    tick(days.app)
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.PENDING
    assert ANSWER in days.heard("lan2")[0]
    days.platform()
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.DELIVERED
    assert days.heard("minh", "letter:") == []


def test_a_letter_that_is_refused_in_both_chats_is_a_task(days: Days, minh: Staff) -> None:
    case_id, letter_id = sent(days, minh)
    another_chat(days, case_id)
    days.blocks("lan")
    tick(days.app)
    days.blocks("lan2")
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.FAILED
    assert len(days.heard("minh", "letter:")) == 1


def test_more_letters_than_one_slice_wait_out_an_outage(
    days: Days, minh: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cases.arrivals.SLICE", 2)
    letters = [days.answered(minh, taken(days, minh, f"owner{number}")) for number in range(5)]
    days.platform(OutboxState.SENT, "owner4")
    tick(days.app)
    assert [days.letter(one).delivery for one in letters] == ["pending"] * 4 + ["delivered"]


def taken(days: Days, minh: Staff, who: str) -> int:
    case_id = days.raised(who)
    days.took(minh, case_id)
    return case_id


def test_an_owner_whom_nobody_told_is_remembered(days: Days, minh: Staff) -> None:
    sent(days, minh)
    days.blocks("lan")
    days.until("2026-12-02 18:00")
    assert days.rungs() == []
    days.until("2026-12-08 18:00")
    assert days.rungs() == [("03/12 08:00", "untold:1")]
    assert all("vẫn chưa được báo" in days.heard(who, "reminder:")[0] for who in ("minh", "hai"))


# Files.


def attachment(days: Days, person_id: int, kind: str) -> Attachment:
    """A file of that person that belongs to the first case."""
    at = days.clock.now
    return Attachment(
        key="1", person_id=person_id, case_id=1, channel="terminal", file_id="x", kind=kind, created_at=at, next_at=at
    )


def test_a_file_follows_its_letter_once_it_has_arrived(days: Days, minh: Staff) -> None:
    _, letter_id = sent(days, minh)
    with days.app.database.write() as session:
        file = attachment(days, minh.person_id, "photo")
        file.letter_id, file.state, file.sha = letter_id, AttachmentState.STORED, days.app.files.put(b"photo")
        session.add(file)
    tick(days.app)
    assert days.heard("lan", "attachment:") == []
    days.platform()
    for _ in range(3):
        tick(days.app)
    assert days.heard("lan", "attachment:") == ["Tệp kèm câu trả lời phiếu VH-2026-0001"]
    with days.app.database.read() as session:
        body = session.exec(select(OutboxRow.body).where(col(OutboxRow.dedupe).startswith("attachment:"))).one()
    assert '"name": "anh-1.jpg"' in body


def test_a_file_that_could_not_be_kept_is_told_to_who_sent_it(days: Days, minh: Staff) -> None:
    case_id = taken(days, minh, "lan")
    owner = days.case(case_id).reporter_id
    assert owner
    with days.app.database.write() as session:
        file = attachment(days, owner, "document")
        file.name, file.state = "hop-dong.pdf", AttachmentState.FAILED
        session.add(file)
    tick(days.app)
    tick(days.app)
    assert ["hop-dong.pdf" in text for text in days.heard("lan", "attachment:")] == [True]
    assert ["hop-dong.pdf" in text for text in days.heard("minh", "attachment:")] == [True]


def test_who_leaves_hands_back_what_is_open(days: Days, minh: Staff) -> None:
    case_id = taken(days, minh, "lan")
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        for feature in days.app.features:
            if feature.staff_left:
                feature.staff_left(work, minh)
    assert (days.case(case_id).assignee_id, days.case(case_id).status) == (None, Status.RECEIVED)


# How much it costs.


def many(session: Session, due_on: date, count: int, now: datetime) -> None:
    for number in range(1, count + 1):
        session.add(
            Case(
                key=f"case {number}",
                code=f"VH-2026-{number:04d}",
                year=2026,
                number=number,
                subject="khac",
                text="",
                unit="kthtdt",
                received_at=now,
                acknowledge_by=now,
                acknowledged_at=now,
                due_on=due_on,
                status=Status.WORKING,
            )
        )


def counted(app: App) -> int:
    seen: list[str] = []
    with statements(app, seen.append):
        tick(app)
    return len(seen)


def test_a_thousand_open_cases_cost_a_tick_few_statements(days: Days) -> None:
    with days.app.database.write() as session:
        many(session, date(2026, 12, 31), 1000, days.clock.now)
    tick(days.app)
    nothing_due = counted(days.app)
    assert nothing_due <= 50
    with days.app.database.write() as session:
        session.execute(update(Case).values(due_on=date(2026, 12, 3)))
    assert counted(days.app) <= nothing_due + 1000 * 12
    assert len(days.heard("minh", "reminder:")) == 1000
    assert counted(days.app) == nothing_due


def test_everything_that_is_due_is_found_by_an_index(days: Days, minh: Staff) -> None:
    if not days.app.database.is_sqlite:
        pytest.skip("PostgreSQL reads small tables without an index")
    for role in (Role.ADMIN, Role.HEAD):
        join(days.app, role, role, name=role)
    sent(days, minh)
    days.raised("hoa")
    days.platform()
    seen: list[tuple[str, object]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(days.app.database.engine, "before_cursor_execute", listen)
    days.until("2026-12-04 09:00")
    event.remove(days.app.database.engine, "before_cursor_execute", listen)
    slow: set[str] = set()
    with days.app.database.engine.connect() as connection:
        for statement, parameters in dict(seen).items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
            slow |= {f"{row[-1]}: {statement}" for row in plan if row[-1].startswith("SCAN") and "INDEX" not in row[-1]}
    assert slow == set()
