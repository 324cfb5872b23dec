"""What the ward itself answers, as rows: the version of all of it, the live entries, the phrasings kept."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Update
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from db.entries import KEPT, LIVE, ContentVersion, OwnEntry, Phrasing

BUMPED = "content version bumped"


def version(session: Session) -> int:
    """The number that rises with every change of what is answered."""
    return session.exec(_version()).one()


def bump(session: Session) -> None:
    """What is answered changes in this transaction; two such transactions wait for each other here."""
    session.flush()
    session.connection().execute(_bump())
    session.info[BUMPED] = True


def bumped(session: Session) -> bool:
    """Whether the version that this session reads is one of its own, which may still be rolled back."""
    return BUMPED in session.info


def live(session: Session) -> Sequence[OwnEntry]:
    """The ward's entries that are answered, in the order of their ids in the FAQ."""
    return session.exec(_live()).all()


def kept(session: Session) -> Sequence[tuple[str, str]]:
    """The entry and the text of every phrasing that somebody attached."""
    return session.exec(_kept()).all()


@cache
def _version() -> SelectOfScalar[int]:
    return select(ContentVersion.number).where(ContentVersion.id == 1)


@cache
def _bump() -> Update:
    return update(ContentVersion).where(col(ContentVersion.id) == 1).values(number=ContentVersion.number + 1)


@cache
def _live() -> SelectOfScalar[OwnEntry]:
    return select(OwnEntry).where(LIVE).order_by(OwnEntry.entry)


@cache
def _kept() -> Select[str, str]:
    return select(Phrasing.entry, Phrasing.text).where(KEPT).order_by(Phrasing.folded)
