"""Papers that were ordered are made once, aside, again after a failure, and never for a role that has ended."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context

import pytest
from sqlmodel import col, select

from bot.channels.terminal import Terminal
from bot.core.clock import FrozenClock
from bot.core.replies import Reply
from bot.feature import App
from bot.reports.orders import sweep
from bot.runtime.delivery import Delivery
from bot.runtime.workbench import Aside, Bench, Here, NotMade
from bot.runtime.workshop import Workshop
from bot.runtime.writer import Writer
from db import orders
from db.inbox import Scope
from db.orders import Order
from db.outbox import OutboxRow
from db.session import Database
from db.staff import Role, Staff
from tests.crew import join
from tests.orders import put
from tests.runtime.makers import PAPER, PHONE, with_makers
from tests.telegram_bot import eventually

SCOPE = Scope("terminal")


@pytest.fixture
def makers(app: App) -> App:
    """The bot with the papers of the tests."""
    return with_makers(app)


@pytest.fixture
def hoa(app: App) -> Staff:
    """A clerk."""
    return join(app, "hoa", Role.CLERK, unit="ttpvhcc", name="Hoa")


def order(app: App, staff: Staff, kind: str, times: int = 1) -> None:
    known = len(all_orders(app))
    for number in range(known, known + times):
        put(app, staff, kind, key=f"key {number}", wanted={"n": number})


def all_orders(app: App) -> list[Order]:
    with app.database.read() as session:
        return list(session.exec(select(Order).order_by(col(Order.id))))


def sent(app: App) -> list[Reply]:
    with app.database.read() as session:
        return [Reply.from_json(row.body) for row in session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))]


def at_work(app: App, bench: Bench, work: Callable[[Workshop], Awaitable[object]], upload: int = 1 << 40) -> None:
    channel = Terminal(app.say, files=app.files)
    channel.limits = replace(channel.limits, upload=upload)
    writer = Writer()

    async def run() -> None:
        with Workshop(app, Delivery(app, channel, SCOPE, writer), bench) as workshop:
            await work(workshop)

    try:
        asyncio.run(run())
    finally:
        writer.close()


def make_all(app: App, bench: Bench, upload: int = 1 << 40) -> None:
    at_work(app, bench, Workshop.recover_and_make, upload)


def test_another_process_makes_it_with_the_frozen_clock_and_the_ward(makers: App, hoa: Staff) -> None:
    assert makers.profile().calendar.is_open(makers.clock())  # it is remembered, and no process can be given it
    order(makers, hoa, "paper", times=2)
    make_all(makers, Aside())
    first, second = sent(makers)
    assert "Việt Hòa, 2026-12-01T09:00:00+07:00, Hoa, {'n': 0}" in first.text.unescape()
    assert first.text.rpartition(" ")[2] == second.text.rpartition(" ")[2]
    assert first.file
    assert makers.files.read(first.file.sha) == PAPER
    assert [(row.state, row.rows, row.name, row.tries) for row in all_orders(makers)] == [
        ("made", 1, "giay.txt", 1)
    ] * 2
    assert not list(makers.files.folder.glob(".new-*"))


@pytest.mark.parametrize(("kind", "bench"), [("broken", Here), ("broken", Aside), ("killed", Aside)])
def test_what_fails_three_times_is_told(
    makers: App, hoa: Staff, kind: str, bench: Callable[[], Bench], caplog: pytest.LogCaptureFixture
) -> None:
    order(makers, hoa, kind)
    make_all(makers, bench())
    assert [(row.state, row.tries, row.sha) for row in all_orders(makers)] == [("failed", 3, "")]
    assert [reply.text for reply in sent(makers)] == [makers.say("ordering.failed")]
    assert PHONE not in caplog.text
    assert caplog.text.count("not made") == 3


def test_a_process_that_was_killed_costs_one_try(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "killed_once")
    make_all(makers, Aside())
    assert [(row.state, row.tries) for row in all_orders(makers)] == [("made", 2)]
    assert len(sent(makers)) == 1


def test_a_stop_in_the_middle_costs_no_try_and_ends_the_process(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "slow")
    bench, pids = Aside(), list[int | None]()

    async def stop(workshop: Workshop) -> None:
        stopping = asyncio.Event()
        running = asyncio.create_task(workshop.run(stopping))
        await asyncio.to_thread(eventually, lambda: all_orders(makers)[0].state == "making" and bench.pid is not None)
        stopping.set()
        await running
        pids.append(bench.pid)

    at_work(makers, bench, stop)
    assert [(row.state, row.tries) for row in all_orders(makers)] == [("ordered", 0)]
    assert pids == [None]
    assert not sent(makers)


def test_a_crash_makes_it_again_and_sends_it_once(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "paper")
    with makers.database.write() as session:
        claimed = orders.claim(session, SCOPE)
        assert claimed
        claimed.sha = makers.files.put(b"of the first try")
        session.add(claimed)
    make_all(makers, Here())
    make_all(makers, Here())
    assert [(row.state, row.tries) for row in all_orders(makers)] == [("made", 2)]
    assert list(makers.files.names()) == [sent(makers)[0].file.sha]  # type: ignore[union-attr]
    assert len(sent(makers)) == 1


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_role_that_ended_gets_nothing(makers: App, hoa: Staff, when: str) -> None:
    order(makers, hoa, "paper")

    def leave() -> None:
        with makers.database.write() as session:
            session.get_one(Staff, hoa.id).until = makers.clock()

    class Leaving(Here):
        async def make(self, *arguments: object) -> object:  # type: ignore[override]
            made = await super().make(*arguments)  # type: ignore[arg-type]
            leave()
            return made

    if when == "before":
        leave()
    make_all(makers, Leaving())  # type: ignore[arg-type]
    assert [(row.state, row.sha) for row in all_orders(makers)] == [("failed", "")]
    assert (sent(makers), list(makers.files.names())) == ([], [])


def test_what_the_channel_cannot_carry_is_told_with_another_way(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "large")
    make_all(makers, Here(), upload=2 << 20)
    assert "lớn hơn 2 MB" in sent(makers)[0].text
    assert [(row.state, row.tries) for row in all_orders(makers)] == [("failed", 1)]
    assert not list(makers.files.names())


def test_contents_leave_the_store_after_a_week_and_the_record_stays(
    makers: App, hoa: Staff, clock: FrozenClock
) -> None:
    order(makers, hoa, "paper")
    make_all(makers, Here())
    clock.advance(timedelta(days=6))
    order(makers, hoa, "paper")
    make_all(makers, Here())
    for passing, kept in ((0, 2), (2, 1), (7, 0)):
        clock.advance(timedelta(days=passing))
        sweep(makers)
        assert len([row for row in all_orders(makers) if row.sha]) == kept
        assert len(list(makers.files.names())) == min(kept, 1)  # the two have the same content
    assert [row.state for row in all_orders(makers)] == ["made"] * 2


def claim_all(url: str, begin: int, taken: "object") -> None:
    database = Database(url)
    while True:
        with database.write() as session:
            claimed = orders.claim(session, SCOPE)
        if claimed is None:
            break
        taken.put((begin, claimed.id))  # type: ignore[attr-defined]
    taken.put(None)  # type: ignore[attr-defined]
    database.close()


def test_two_processes_never_claim_the_same(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "paper", times=40)
    spawn = get_context("spawn")
    taken = spawn.Queue()
    url = makers.database.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=claim_all, args=(url, number, taken)) for number in range(2)]
    for process in processes:
        process.start()
    found, ended = list[int](), 0
    while ended < len(processes):
        got = taken.get(timeout=60)
        found, ended = ([*found, got[1]], ended) if got else (found, ended + 1)
    for process in processes:
        process.join()
    taken.close()
    assert sorted(found) == [row.id for row in all_orders(makers)]


def test_another_chat_makes_its_own_only(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "paper")
    with makers.database.write() as session:
        assert orders.claim(session, Scope("terminal", "minh")) is None
        assert orders.claim(session, Scope("telegram")) is None
        assert orders.claim(session, Scope("terminal", "hoa"))


def test_the_process_ends_when_there_was_nothing_to_do(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "paper")
    bench = Aside(idle=0.05)

    async def make_and_rest(workshop: Workshop) -> None:
        await workshop.make_one()
        await asyncio.sleep(0.3)
        assert bench.pid is None

    at_work(makers, bench, make_and_rest)
    assert threading.active_count() < 20


def test_a_try_that_failed_says_where_without_what(makers: App, hoa: Staff) -> None:
    order(makers, hoa, "broken")

    async def fail(workshop: Workshop) -> None:
        claimed = workshop.book.claim()
        assert claimed
        job = workshop.book.job(claimed[0], makers.files.folder)
        assert job
        with pytest.raises(NotMade, match=r"makers\.py") as caught:
            await workshop.bench.make(makers.routes.makes["broken"], job, lambda _done, _of: None)
        assert PHONE not in str(caught.value)

    at_work(makers, Here(), fail)
