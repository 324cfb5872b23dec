"""Several workers on one database: every event once, those of a chat in their order, every message claimed once."""

import threading
from collections.abc import Callable

from sqlmodel import col, select

from bot.channels.terminal import Terminal, raw_line
from bot.feature import App
from bot.runtime.turn import Outcome, receive, take_one
from db import dispatch
from db.inbox import InboxRow, Scope
from db.outbox import OutboxRow
from db.questions import QuestionRow

WORKERS = 4
PEOPLE = 8
EACH = 6
SCOPE = Scope("terminal")


def together(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def say_everything(app: App, channel: Terminal) -> None:
    for number in range(EACH):
        for person in range(PEOPLE):
            key, raw = raw_line(f"p{person}", f"câu {number}", app.clock())
            receive(app, channel, key=key, chat=f"p{person}", raw=raw)


def test_workers_share_the_work_and_nothing_is_done_twice_or_out_of_order(app: App) -> None:
    channel = Terminal(app.say, files=app.files)
    say_everything(app, channel)
    outcomes: list[Outcome] = []

    def work() -> None:
        while (outcome := take_one(app, channel, SCOPE).outcome) is not Outcome.NOTHING_OPEN:
            outcomes.append(outcome)

    together(work)
    together(work)  # a worker that found only chats in other hands has nothing open, while more follows
    assert outcomes == [Outcome.HANDLED] * (PEOPLE * EACH)
    with app.database.read() as session:
        assert {row.state for row in session.exec(select(InboxRow))} == {"done"}
        asked = session.exec(select(QuestionRow.chat_id, QuestionRow.text).order_by(col(QuestionRow.id))).all()
    for chat in {chat for chat, _ in asked}:
        assert [text for who, text in asked if who == chat] == [f"câu {number}" for number in range(EACH)]


def test_every_message_is_claimed_by_one_of_them(app: App) -> None:
    channel = Terminal(app.say, files=app.files)
    say_everything(app, channel)
    while take_one(app, channel, SCOPE).outcome is not Outcome.NOTHING_OPEN:
        pass
    claimed: list[int] = []

    def work() -> None:
        while True:
            with app.database.write() as session:
                found = dispatch.claim(session, SCOPE, app.clock())
            if not found:
                return
            claimed.append(found[0][0].id)

    together(work)
    assert len(claimed) == len(set(claimed)) == PEOPLE
    with app.database.read() as session:
        first = session.exec(select(OutboxRow.id).where(OutboxRow.number == 1)).all()
    assert set(claimed) == set(first)
