"""A thousand owners report at once: nothing lost, nothing twice, no number given twice or left out."""

import json
import threading
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.channels.terminal import Terminal
from bot.core.channel import Limits, Sent
from bot.core.events import ChatRef, Incoming, Press, Sender
from bot.core.replies import Reply
from bot.feature import App
from bot.people.service import recognise
from bot.runtime.turn import Outcome, receive, take_one
from db.accounts import outcomes, unaccounted
from db.cases import Case, CaseEvent
from db.drafts import DraftRow
from db.inbox import InboxRow, InboxState, Scope
from db.outbox import OutboxRow
from db.staff import Role
from tests.crew import join

OWNERS = 1_000
WORKERS = 4
SCOPE = Scope("terminal")


@dataclass
class Presses:
    """A channel on which people only press: the raw event is the button's data."""

    terminal: Terminal
    name: str = "terminal"

    @property
    def limits(self) -> Limits:
        return self.terminal.limits

    def read(self, raw: str) -> Incoming:
        kept = json.loads(raw)
        chat = ChatRef(self.name, kept["who"])
        return Incoming(raw, chat, Sender(kept["who"]), datetime.fromisoformat(kept["at"]), Press(kept["data"]))

    def deep_link(self, payload: str) -> str:
        return self.terminal.deep_link(payload)

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        return await self.terminal.send(to, reply)

    async def edit(self, to: ChatRef, message: str, reply: Reply) -> Sent:
        return await self.terminal.edit(to, message, reply)

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        return await self.terminal.show(to, text, over)

    async def fetch(self, file_id: str, limit: int) -> bytes:
        return await self.terminal.fetch(file_id, limit)


def ready_to_send(app: App, session: Session, number: int) -> int:
    """An owner before the preview; the draft."""
    _, person = recognise(session, ChatRef("terminal", f"p{number}"), Sender(f"p{number}"), app.clock())
    answers: dict[str, object] = {
        "consent": "2026-11",
        "subject": "moi-truong",
        "what": f"rác trước cửa hàng số {number}",
        "where": f"{number} phố Chợ",
        "suggestion": None,
        "business": f"Cửa hàng số {number}",
        "phone": None,
    }
    draft = DraftRow(person_id=person.id, flow="case_report", answers=answers, updated_at=app.clock())
    session.add(draft)
    session.flush()
    return draft.id


def test_a_thousand_owners_send_at_once(app: App) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")
    channel = Presses(Terminal(app.say, files=app.files))
    with app.database.write() as session:
        drafts = [ready_to_send(app, session, number) for number in range(OWNERS)]
    for number, draft in enumerate(drafts):
        raw = json.dumps({"who": f"p{number}", "data": f"flow:{draft}::send", "at": app.clock().isoformat()})
        for time in range(1 + (number % 10 == 0)):  # every tenth is impatient and presses twice
            receive(app, channel, key=f"send {number} {time}", chat=f"p{number}", raw=raw)
    take_everything(app, channel)
    check_that_nothing_is_lost(app)


def take_everything(app: App, channel: Presses) -> None:
    def work() -> None:
        while take_one(app, channel, SCOPE).outcome is not Outcome.NOTHING_OPEN:
            pass

    for _ in range(2):  # a worker that found only chats in other hands has nothing open, while more follows
        threads = [threading.Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def check_that_nothing_is_lost(app: App) -> None:
    with app.database.read() as session:
        assert set(session.exec(select(InboxRow.state))) == {InboxState.DONE}
        cases = session.exec(select(Case).order_by(col(Case.number))).all()
        events = session.exec(select(CaseEvent.case_id)).all()
        told = {name for name in session.exec(select(OutboxRow.dedupe)) if name}
        begin, end = app.clock().replace(hour=0), app.clock().replace(hour=23)
        gaps, headings = unaccounted(session, begin, end, app.clock()), dict(outcomes(session, begin, end))
    assert [case.number for case in cases] == list(range(1, OWNERS + 1))
    assert {case.text for case in cases} == {f"rác trước cửa hàng số {number}" for number in range(OWNERS)}
    assert sorted(events) == sorted(case.id for case in cases)
    assert all(f"{case.key}#1" in told for case in cases), "every owner has the receipt"
    assert all(any(name.startswith(f"case:{case.id}:event:1:staff:") for name in told) for case in cases[:20])
    assert gaps == []
    assert headings["case"] == OWNERS
    assert sum(headings.values()) == OWNERS + OWNERS // 10
