"""Ordering a paper: a row in the transaction of the turn; the workshop makes it, and sends it by itself."""

from datetime import timedelta

from sqlmodel import Session

from bot.feature import App, Turn, Work
from db import attachments, orders, outbox
from db.orders import Order
from db.staff import Staff

KEPT_FOR = timedelta(days=7)
AT_ONCE = 50
MESSAGE = "order"
"""How the messages with papers are named in the outbox: order:12#1."""


def order(turn: Turn, kind: str, wanted: dict[str, object], *, masked: bool = True, reason: str = "") -> Order:
    """Order a paper of a kind that some feature `makes`, for this chat and the role of this person.

    Nothing is said here: the handler replies that it is being made. The same paper that is ordered already, by an
    earlier try of this turn or by a press a moment ago, is given back and not made twice.
    """
    if turn.staff is None:
        raise ValueError("papers are made for those who have a role")
    key = f"{turn.key}:{wanted.get('format', kind)}"
    made = Order(
        key=key,
        kind=kind,
        chat_id=turn.chat.id,
        person_id=turn.person.id,
        staff_id=turn.staff.id,
        wanted=wanted,
        masked=masked,
        reason=reason,
        asked_at=turn.now,
    )
    same = orders.same_open(turn.session, made) or orders.by_key(turn.session, key)
    if same:
        return same
    turn.session.add(made)
    turn.session.flush()
    return made


def withdraw(work: Work, staff: Staff) -> None:
    """A role has ended: what was made for it and waits to be sent does not leave any more."""
    for row in orders.kept_of(work.session, staff.id):
        outbox.drop(work.session, f"{MESSAGE}:{row.id}#1", "the role has ended")
        sha, row.sha = row.sha, ""
        work.session.add(row)
        work.session.flush()
        discard(work.app, work.session, sha)


def sweep(app: App) -> None:
    """A paper stays in the store for some days, for messages that are sent late; that it was made stays on record."""
    with app.database.write() as session:
        for row in orders.kept_until(session, app.clock() - KEPT_FOR, AT_ONCE):
            sha, row.sha = row.sha, ""
            session.add(row)
            session.flush()
            discard(app, session, sha)


def discard(app: App, session: Session, sha: str) -> None:
    """Take a paper out of the store, unless another order or a case has the same content."""
    if not (orders.keeps(session, sha) or attachments.refers_to(session, sha)):
        app.files.remove(sha)
