"""Random acts by random people: no forbidden state is reached, nothing is lost, and the history is complete."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from bot.cases import ending, gathering, letters, service
from bot.cases.rules import MAY, MOVES, Act, Actor, Standing, may
from bot.cases.service import Report
from bot.core.clock import FrozenClock, local_date
from bot.core.events import ChatRef, Sender
from bot.feature import App, Work
from bot.people.service import recognise
from bot.people.staff import leave, stands_in_for
from bot.runtime.jobs import tick
from db.cases import ENDED, Case, CaseEvent, last_event
from db.letters import Letter
from db.outbox import OutboxRow, OutboxState
from db.people import Chat, chat_of
from db.session import Database
from db.staff import Role, Staff, serving
from tests.cases.fairness import check_fair
from tests.conftest import MORNING
from tests.crew import join

OWNERS = ("lan", "hoa", "tu")
CREW = {
    "minh": (Role.OFFICER, "kthtdt"),
    "binh": (Role.OFFICER, "kthtdt"),
    "cuong": (Role.OFFICER, "vhxh"),
    "hai": (Role.LEADER, ""),
    "dung": (Role.CLERK, "vp"),
    "quan": (Role.ADMIN, ""),
    "giang": (Role.HEAD, ""),
}
TEXT = "Tổ quản lý đã nạo vét cống trước cửa hàng ngày 08/12/2026."
BASIS = "Biên bản 12/BB"
WAITS = timedelta(hours=7), timedelta(days=1), timedelta(days=3), timedelta(days=12)
LATER = frozenset({Act.EXTEND, Act.SUPPLEMENT, Act.DISPUTE, Act.FORWARD})
"""The acts that may set another date; each is told to the owner."""

ANEW = frozenset({Act.DISPUTE, Act.FORWARD})
"""A date of its own, which may be the earlier one; whatever else sets another date sets a later one."""

people = st.sampled_from([*OWNERS, *CREW])
which = st.integers(0, 5)


ACTS: dict[str, Callable[[Work, Actor, int, int], object]] = {
    "take": lambda work, actor, case, _n: service.take(work, actor, case),
    "assign": lambda work, actor, case, n: service.assign(work, actor, case, work.session.get_one(Staff, 1 + n % 7)),
    "transfer": lambda work, actor, case, n: service.transfer(work, actor, case, ("vhxh", "kthtdt")[n % 2], "nhầm"),
    "request": lambda work, actor, case, _n: letters.request(work, actor, case, "Xin cho biết địa chỉ cụ thể?"),
    "supplement": lambda work, actor, case, n: service.supplement(work, actor, case, f"bổ sung {n}"),
    "note": lambda work, actor, case, n: service.note(work, actor, case, f"ghi chú {n}"),
    "reply": lambda work, actor, case, _n: letters.reply(work, actor, case, TEXT, BASIS),
    "hollow": lambda work, actor, case, _n: letters.reply(work, actor, case, "Đã tiếp nhận", BASIS),
    "approve": lambda work, actor, case, _n: letters.approve(work, actor, case),
    "return": lambda work, actor, case, _n: letters.give_back(work, actor, case, "nêu rõ hơn"),
    "correct": lambda work, actor, case, _n: letters.correct(work, actor, case, TEXT, BASIS),
    "extend": lambda work, actor, case, n: service.extend(work, actor, case, n, "chờ xác minh"),
    "forward": lambda work, actor, case, _n: gathering.forward(work, actor, case, "thue", text="kiến nghị"),
    "relay": lambda work, actor, case, _n: letters.relay(work, actor, case, TEXT, BASIS),
    "decline": lambda work, actor, case, _n: letters.decline(work, actor, case, "không thuộc phường", "Điện lực"),
    "merge": lambda work, actor, case, n: service.merge(work, actor, case, 1 + n),
    "split": lambda work, actor, case, _n: service.split(work, actor, case),
    "tell": lambda work, actor, case, _n: letters.tell(work, actor, case, "gọi điện"),
    "close": lambda work, actor, case, _n: ending.close(work, actor, case),
    "withdraw": lambda work, actor, case, _n: ending.withdraw(work, actor, case, "đã xong"),
    "clear": lambda work, actor, case, _n: ending.clear(work, actor, case),
    "mark": lambda work, actor, case, n: ending.mark(work, actor, case, 1 + n % 5),
    "dispute": lambda work, actor, case, _n: ending.dispute(work, actor, case, "chưa làm"),
}


class Ward(RuleBasedStateMachine):
    """A ward with seven members of staff and three owners; `empty` is set by the test."""

    empty: App
    file: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        copy = Path(self.folder.name) / "ward.sqlite3"
        shutil.copy(self.file, copy)
        self.clock = FrozenClock(MORNING)
        self.app = replace(self.empty, database=Database(f"sqlite:///{copy}"), clock=self.clock)
        self.said: list[tuple[int, str]] = []
        self.steps = 0

    def teardown(self) -> None:
        self.app.database.close()
        self.folder.cleanup()

    @rule(who=st.sampled_from(OWNERS), subject=st.sampled_from(["khac", "via-he", "can-bo"]))
    def report(self, who: str, subject: str) -> None:
        def log(work: Work, actor: Actor) -> None:
            if len(work.session.exec(select(Case.id)).all()) < 6:
                told = f"câu chuyện {work.key}"
                case = service.log(work, actor, Report(subject, told), reporter_id=actor.person_id)
                self.said.append((case.id, told))

        self._work(who, log)

    @rule(who=people, act=st.sampled_from(sorted(ACTS)), case=which, argument=which)
    def try_anything(self, who: str, act: str, case: int, argument: int) -> None:
        self._act(who, act, 1 + case, argument)

    @rule(seed=st.integers(0, 2**16), argument=which)
    def do_what_is_allowed(self, seed: int, argument: int) -> None:
        """Several in a row: left to pure chance, few acts would ever be allowed."""
        chance = random.Random(seed)
        for _ in range(6):
            act = chance.choice(sorted(ACTS))
            able = self._able(Act(act) if act in set(Act) else Act.REPLY)
            if able:
                who, case = chance.choice(able)
                self._act(who, act, case, argument)
                self.nothing_is_forbidden_and_nothing_is_lost()

    def _able(self, act: Act) -> list[tuple[str, int]]:
        """Who may do it to which case now."""
        found: list[tuple[str, int]] = []
        with self.app.database.read() as session:
            cases = session.exec(select(Case).order_by(col(Case.id))).all()
            for who in [*OWNERS, *CREW]:
                chat = chat_of(session, "terminal", who)
                actor = Actor(chat.person_id, serving(session, chat.person_id)) if chat else Actor(0)
                found += [(who, case.id) for case in cases if may(actor, case, act, local_date(self.clock.now))]
        return found

    def _act(self, who: str, act: str, case: int, argument: int) -> None:
        def do(work: Work, actor: Actor) -> None:
            before = {one.id: one.model_copy() for one in work.session.exec(select(Case))}
            done = ACTS[act](work, actor, case, argument)
            if done is not None:
                assert act != "hollow"
                check_fair(actor, act, before[case])
                self._not_earlier(work, before)
            if done is not None and act in {"supplement", "note"}:
                self.said.append((case, {"supplement": f"bổ sung {argument}", "note": f"ghi chú {argument}"}[act]))

        self._work(who, do)

    def _not_earlier(self, work: Work, before: dict[int, Case]) -> None:
        """No date moves but by the acts that tell of it, and none of them but a new start moves it forward."""
        for case in work.session.exec(select(Case)):
            was = before.get(case.id)
            if was is None or case.due_on == was.due_on:
                continue
            last = last_event(work.session, case.id)
            assert last
            assert last.act in LATER
            assert last.act in ANEW or case.due_on > was.due_on

    @rule(state=st.sampled_from([OutboxState.SENT, OutboxState.SENT, OutboxState.DEAD, OutboxState.DOUBT]))
    def platform(self, state: OutboxState) -> None:
        with self.app.database.write() as session:
            for row in session.exec(select(OutboxRow).where(OutboxRow.state == OutboxState.READY)).all():
                row.state, row.settled_at = state, self.clock.now

    @rule(by=st.sampled_from(WAITS))
    def wait(self, by: timedelta) -> None:
        self.clock.advance(by)
        tick(self.app)

    @rule(who=st.sampled_from(["minh", "cuong"]))
    def leaves(self, who: str) -> None:
        def end(work: Work, actor: Actor) -> None:
            if actor.staff:
                leave(work, actor.staff.id)

        self._work(who, end)

    def _work(self, who: str, do: Callable[[Work, Actor], None]) -> None:
        self.steps += 1
        with self.app.database.write() as session:
            _, person = recognise(session, ChatRef("terminal", who), Sender(who, who), self.clock.now)
            staff = serving(session, person.id)
            work = Work(self.app, session, self.clock.now, self.app.profile(), f"{self.steps}:{who}")
            absent = stands_in_for(session, staff, work.today) if staff else []
            do(work, Actor(person.id, staff, frozenset(one.id for one in absent)))

    @invariant()
    def nothing_is_forbidden_and_nothing_is_lost(self) -> None:
        with self.app.database.read() as session:
            cases = {case.id: case for case in session.exec(select(Case))}
            events = session.exec(select(CaseEvent).order_by(col(CaseEvent.case_id), col(CaseEvent.number))).all()
            roles = {staff.id: staff for staff in session.exec(select(Staff))}
            written = session.exec(select(Letter)).all()
            sent = {name for name in session.exec(select(OutboxRow.dedupe)) if name}
            reached = set(session.exec(select(Chat.person_id).where(col(Chat.gone_since).is_(None))))
        for case in cases.values():
            self._whole(case, cases, [event for event in events if event.case_id == case.id], roles)
            self._letters(case, [letter for letter in written if letter.case_id == case.id])
        texts = {(event.case_id, event.note) for event in events} | {(case.id, case.text) for case in cases.values()}
        assert set(self.said) <= texts
        self._told(events, cases, sent, reached)

    def _whole(self, case: Case, cases: dict[int, Case], history: list[CaseEvent], roles: dict[int, Staff]) -> None:
        assert [event.number for event in history] == list(range(1, len(history) + 1))
        assert history[0].act == Act.LOG
        assert history[-1].after == case.status
        for earlier, event in pairwise(history):
            assert event.before == earlier.after
            assert MOVES[(event.before, Act(event.act))] == event.after  # type: ignore[index]
            self._allowed(case, event, roles)
        assert (case.status in ENDED) == (case.closed_at is not None)
        if case.merged_into is not None:
            main = cases[case.merged_into]
            assert main.merged_into is None
            assert not main.protected
            assert not case.protected
        assert case.disputes == sum(event.act == Act.DISPUTE for event in history)
        assert case.extensions == sum(event.act == Act.EXTEND for event in history)

    def _allowed(self, case: Case, event: CaseEvent, roles: dict[int, Staff]) -> None:
        staff = roles.get(event.staff_id) if event.staff_id else None
        if event.person_id is None:
            assert Standing.CLOCK in MAY[Act(event.act)] or event.act == Act.SPLIT
        elif staff is None:
            assert event.person_id == case.reporter_id
            assert Standing.OWNER in MAY[Act(event.act)]
        elif case.protected:
            assert staff.role == Role.LEADER
        elif staff.role in {Role.CLERK, Role.ADMIN, Role.HEAD}:
            unlike_them = {Act.REPLY, Act.APPROVE, Act.DECLINE, Act.EXTEND, Act.CLOSE, Act.REQUEST, Act.FORWARD}
            assert event.act not in unlike_them or event.data.get("mirrored")

    def _letters(self, case: Case, written: list[Letter]) -> None:
        assert sum(letter.state == "proposed" for letter in written) <= 1
        assert case.status != "answered" or any(letter.kind == "answer" and letter.sent_at for letter in written)
        if case.silent_since:
            assert all(letter.delivery not in {"pending", "failed"} for letter in written[-1:])

    def _told(self, events: object, cases: dict[int, Case], sent: set[str], reached: set[int]) -> None:
        assert isinstance(events, list)
        for event in events:
            reporter = cases[event.case_id].reporter_id
            silent = {Act.REPLY, Act.APPROVE, Act.RELAY, Act.DECLINE, Act.REQUEST, Act.CORRECT, Act.TELL}
            if not event.told or event.person_id == reporter or reporter not in reached:
                continue
            if event.act in silent:
                written = event.data["letters"] if event.act == Act.TELL else [event.data["letter"]]
                assert written
                assert all(f"letter:{letter}#1" in sent for letter in written)
            elif event.act in LATER | {Act.TAKE, Act.TRANSFER, Act.EXPIRE, Act.LAPSE, Act.CLOSE}:
                assert f"case:{event.case_id}:event:{event.number}:owner#1" in sent


def test_random_acts_by_random_people(app: App, tmp_path: Path) -> None:
    for who, (role, unit) in CREW.items():
        join(app, who, role, unit=unit, name=f"Cán bộ {who}")
    for who in OWNERS:
        with app.database.write() as session:
            recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock())
    app.database.close()
    Ward.empty, Ward.file = app, tmp_path / "dong-hanh.sqlite3"
    chance = settings(
        max_examples=12,
        stateful_step_count=50,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Ward, settings=chance)


@pytest.mark.drill
def test_many_more_random_acts(app: App, tmp_path: Path) -> None:
    for who, (role, unit) in CREW.items():
        join(app, who, role, unit=unit, name=f"Cán bộ {who}")
    app.database.close()
    Ward.empty, Ward.file = app, tmp_path / "dong-hanh.sqlite3"
    chance = settings(
        max_examples=1_000, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Ward, settings=chance)
