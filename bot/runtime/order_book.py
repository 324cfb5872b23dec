"""What becomes of an order, each step one transaction: taken, made, sent once, failed, made again after a crash."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from sqlmodel import Session

from bot.core.channel import Limits
from bot.core.events import ChatRef
from bot.core.replies import Document, Reply
from bot.core.split import split
from bot.feature import App, Job, Made
from bot.reports.orders import discard
from db import orders, outbox
from db.inbox import Scope
from db.orders import Order, OrderState
from db.people import Chat
from db.staff import Staff, serving

TRIES = 3


@dataclass(frozen=True)
class OrderBook:
    """The orders of one scope, which one process makes. All methods wait for the database."""

    app: App
    scope: Scope
    limits: Limits

    def waits(self) -> bool:
        """Whether there is something to make."""
        with self.app.database.read() as session:
            return orders.waits(session, self.scope)

    def claim(self) -> tuple[Order, ChatRef] | None:
        """Take the oldest, and the chat that waits for it; two processes never take the same."""
        with self.app.database.write() as session:
            order = orders.claim(session, self.scope)
            return (order, self._chat(session, order)) if order else None

    def _chat(self, session: Session, order: Order) -> ChatRef:
        chat = session.get_one(Chat, order.chat_id)
        return ChatRef(chat.channel, chat.address)

    def job(self, order: Order, folder: Path) -> Job | None:
        """What to make it from; None where the role has ended: then it fails, and nothing is said."""
        with self._being_made(order) as session:
            staff = self._ordered_by(session, order) if session else None
            if session is None or staff is None:
                return None
            session.expunge(staff)
        app, ward, now = self.app, self.app.profile(), self.app.clock()
        return Job(app.database, app.files, app.say, ward, now, order.wanted, order.masked, staff, folder)

    @contextmanager
    def _being_made(self, order: Order) -> Iterator[Session | None]:
        """A transaction, if the order is still being made for somebody whose role is the same; else it fails."""
        with self.app.database.write() as session:
            row = orders.being_made(session, order.id)
            if row and self._ordered_by(session, row) is None:
                self._empty(session, row)
                row.state = OrderState.FAILED
                row = None
            yield session if row else None

    def _ordered_by(self, session: Session, order: Order) -> Staff | None:
        """Whoever ordered it, in the same role; a row of staff never gets another role or unit."""
        staff = serving(session, order.person_id) if order.person_id else None
        return staff if staff and staff.id == order.staff_id else None

    def note(self, order: Order, sha: str) -> bool:
        """The paper's content, before it is in the store: nothing is there that no row knows of. False: leave it."""
        with self._being_made(order) as session:
            if session:
                session.get_one(Order, order.id).sha = sha
            return session is not None

    def settle(self, order: Order, made: Made, sha: str) -> None:
        """It is made, and its message goes out, once, however often it was made."""
        with self._being_made(order) as session:
            if session is None:
                return
            row = session.get_one(Order, order.id)
            row.state, row.made_at = OrderState.MADE, self.app.clock()
            row.rows, row.name, row.sha = made.rows, made.name, sha
            self._send(session, row, Reply(made.caption, file=Document(sha, made.name, made.kind)))

    def too_large(self, order: Order) -> None:
        """The channel cannot carry it; trying again helps nobody."""
        with self._being_made(order) as session:
            if session:
                why = self.app.say("ordering.too_large", megabytes=self.limits.upload >> 20)
                self._end(session, session.get_one(Order, order.id), why)

    def failed(self, order: Order) -> None:
        """It is tried again, and after the third time its person is told."""
        with self._being_made(order) as session:
            if session:
                self._again(session, session.get_one(Order, order.id))

    def give_back(self, order: Order) -> None:
        """A stop in the middle costs no try."""
        with self._being_made(order) as session:
            if session:
                row = session.get_one(Order, order.id)
                self._empty(session, row)
                row.state, row.tries = OrderState.ORDERED, row.tries - 1

    def recover(self) -> None:
        """At the start: what a crash left in the middle is tried again."""
        with self.app.database.read() as session:
            left = orders.under_way(session, self.scope)
        for order in left:
            self.failed(order)

    def _again(self, session: Session, row: Order) -> None:
        self._empty(session, row)
        row.state = OrderState.ORDERED
        if row.tries >= TRIES:
            self._end(session, row, self.app.say("ordering.failed"))

    def _end(self, session: Session, row: Order, why: Markup) -> None:
        row.state = OrderState.FAILED
        self._send(session, row, Reply(why), ":failed")

    def _empty(self, session: Session, row: Order) -> None:
        """Whatever was put in the store for it already."""
        sha, row.sha = row.sha, ""
        session.flush()
        if sha:
            discard(self.app, session, sha)

    def _send(self, session: Session, row: Order, reply: Reply, mark: str = "") -> None:
        chat = session.get_one(Chat, row.chat_id)
        for number, part in enumerate(split(reply, self.limits.text, self.limits.caption), start=1):
            dedupe = f"order:{row.id}{mark}#{number}"
            outbox.enqueue(session, chat, dedupe=dedupe, body=part.to_json(), at=self.app.clock())
