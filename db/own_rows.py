"""The versions of the ward's own entries as staff find them: what waits, what was returned, what is live, by entry.

States in these queries stand as literals, as they do in the partial indexes that answer them.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.entries import KEPT, LIVE, RETURNED, UNSETTLED, WAITING, ContentVersion, OwnEntry, Phrasing, ShippedEntry
from db.staff import Staff
from db.unanswered import AskerNotice


def waiting(session: Session) -> list[OwnEntry]:
    """What a second person has before them, the oldest first."""
    return _by_age(session, select(OwnEntry).where(WAITING).order_by(OwnEntry.entry))


def returned(session: Session) -> list[OwnEntry]:
    """What is to be mended, the oldest first."""
    return _by_age(session, select(OwnEntry).where(RETURNED).order_by(col(OwnEntry.author_id)))


def live(session: Session) -> list[OwnEntry]:
    """What the ward answers itself, the oldest first."""
    return _by_age(session, select(OwnEntry).where(LIVE).order_by(OwnEntry.entry))


def _by_age(session: Session, rows: SelectOfScalar[OwnEntry]) -> list[OwnEntry]:
    """The rows come in the order of their partial index, so that only it is read."""
    return sorted(session.exec(rows), key=lambda row: row.id)


def waiting_of(session: Session, entry: str) -> OwnEntry | None:
    """The version of an entry that waits."""
    return session.exec(select(OwnEntry).where(OwnEntry.entry == entry, WAITING)).one_or_none()


def live_of(session: Session, entry: str, *, locked: bool = False) -> OwnEntry | None:
    """The version of an entry that is live, for somebody who is going to change it perhaps."""
    rows = select(OwnEntry).where(OwnEntry.entry == entry, LIVE)
    rows = rows.with_for_update() if locked else rows
    return session.exec(rows, execution_options={"populate_existing": locked}).one_or_none()


def locked(session: Session, own_id: int) -> OwnEntry | None:
    """One version as it stands now; whoever else wants to decide on it waits."""
    rows = select(OwnEntry).where(OwnEntry.id == own_id).with_for_update()
    return session.exec(rows, execution_options={"populate_existing": True}).one_or_none()


def is_taken(session: Session, entry: str) -> bool:
    """Whether an entry of that id ever was the ward's, live or not."""
    return session.exec(select(OwnEntry.id).where(OwnEntry.entry == entry).limit(1)).first() is not None


def phrasings(session: Session, entry: str) -> list[Phrasing]:
    """What the ward's people added to the ways to ask for an entry, the oldest first."""
    rows = select(Phrasing).where(Phrasing.entry == entry, KEPT).order_by(col(Phrasing.id))
    return list(session.exec(rows))


def shipped(session: Session, entries: Sequence[str]) -> dict[str, ShippedEntry]:
    """What was seen last of these shipped entries."""
    rows = select(ShippedEntry).where(col(ShippedEntry.entry).in_(entries))
    return {row.entry: row for row in session.exec(rows)}


def locked_shipped(session: Session, entry: str) -> ShippedEntry | None:
    """One of them; whoever else wants to decide on it waits."""
    rows = select(ShippedEntry).where(ShippedEntry.entry == entry).with_for_update()
    return session.exec(rows, execution_options={"populate_existing": True}).one_or_none()


def unsettled(session: Session) -> list[ShippedEntry]:
    """What a release changed and nobody has decided on, by entry."""
    return list(session.exec(select(ShippedEntry).where(UNSETTLED).order_by(ShippedEntry.entry)))


def notice_of(session: Session, own_id: int) -> AskerNotice | None:
    """The message to those who were given the answer before this version."""
    return session.exec(select(AskerNotice).where(AskerNotice.own_entry_id == own_id)).one_or_none()


def name_of(session: Session, staff_id: int | None) -> str:
    """Who did something, empty where nobody did."""
    staff = session.get(Staff, staff_id) if staff_id else None
    return staff.name if staff else ""


def lock(session: Session) -> None:
    """Whoever else changes what is answered, or compares what is shipped, waits."""
    session.exec(select(ContentVersion).where(ContentVersion.id == 1).with_for_update()).one()
