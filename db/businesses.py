"""What people said about their business, and which news they want: whom a notice concerns."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, delete, func, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment

WANTED = text("paused_at IS NULL")
NO_SYNC = {"synchronize_session": False}


class Business(SQLModel, table=True):
    """Somebody registered for news. `trade` and `neighbourhood` are ids of the ward profile, empty where not told."""

    __tablename__ = "business"
    __table_args__ = (
        CheckConstraint("kind IN ('household', 'company', 'cooperative', 'other')", name="business_kind_known"),
        Index("business_of_group", "neighbourhood", "person_id"),
        Index("business_of_kind", "kind", "person_id"),
        Index("business_of_trade", "trade", "person_id"),
    )

    person_id: int = Field(primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False})
    kind: str = "household"
    trade: str = ""
    neighbourhood: str = ""
    name: str = ""
    registered_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class Subscription(SQLModel, table=True):
    """Somebody wants the news of one subject; the empty subject is what concerns everybody. Paused ones stay known."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("subscription_wanted", "subject", "person_id", sqlite_where=WANTED, postgresql_where=WANTED),
    )

    person_id: int = Field(primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False})
    subject: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Moment)
    paused_at: datetime | None = Field(default=None, sa_type=Moment)


def business_of(session: Session, person_id: int) -> Business | None:
    """What somebody said about their business; None where they are not registered."""
    return session.get(Business, person_id)


def register(session: Session, person_id: int, now: datetime, **told: str) -> Business:
    """Keep what was told: any of `kind`, `trade`, `neighbourhood`, `name`. What is not told again stays as it was."""
    row = Business(person_id=person_id, registered_at=now, changed_at=now)
    session.execute(_insert(session, Business).values(row.model_dump()).on_conflict_do_nothing())
    changed = update(Business).where(col(Business.person_id) == person_id).values(changed_at=now, **told)
    session.execute(changed, execution_options=NO_SYNC)
    return session.get_one(Business, person_id, populate_existing=True)


def subscribe(session: Session, person_id: int, subject: str, now: datetime) -> None:
    """Want the news of a subject, unless it is known already: what somebody paused stays paused."""
    values = {"person_id": person_id, "subject": subject, "since": now, "paused_at": None}
    session.execute(_insert(session, Subscription).values(values).on_conflict_do_nothing())


def pause(session: Session, person_id: int, subject: str, now: datetime) -> None:
    """Want no more news of a subject, for now; of one that was never subscribed to as well. Twice is once."""
    values = {"person_id": person_id, "subject": subject, "since": now, "paused_at": now}
    paused = _insert(session, Subscription).values(values)
    kept = func.coalesce(Subscription.paused_at, now)
    session.execute(paused.on_conflict_do_update(index_elements=["person_id", "subject"], set_={"paused_at": kept}))


def resume(session: Session, person_id: int, subject: str, now: datetime) -> None:
    """Want the news of a subject, also of one that was paused: only ever because somebody asks for it."""
    values = {"person_id": person_id, "subject": subject, "since": now, "paused_at": None}
    wanted = _insert(session, Subscription).values(values)
    session.execute(wanted.on_conflict_do_update(index_elements=["person_id", "subject"], set_={"paused_at": None}))


def pause_all(session: Session, person_id: int, now: datetime) -> None:
    """Want no news at all; general news neither, however they came."""
    pause(session, person_id, "", now)
    rest = update(Subscription).where(col(Subscription.person_id) == person_id, WANTED).values(paused_at=now)
    session.execute(rest, execution_options=NO_SYNC)


def known_of(session: Session, person_id: int) -> dict[str, bool]:
    """The subjects that somebody ever subscribed to or paused, and whether they want them now."""
    rows = select(Subscription.subject, col(Subscription.paused_at).is_(None)).where(
        Subscription.person_id == person_id
    )
    return {subject: bool(wanted) for subject, wanted in session.exec(rows)}


def wanted_of(session: Session, person_id: int) -> frozenset[str]:
    """The subjects of which somebody wants the news; the empty one is what concerns everybody."""
    return frozenset(subject for subject, wanted in known_of(session, person_id).items() if wanted)


def make_room(session: Session, source: int, target: int) -> None:
    """Two people are one: leave of what both have one row, so that the rest of `source` can become the target's.

    The business is what was said last. A pause counts whoever of the two asked for it.
    """
    _keep_newer_business(session, source, target)
    mine = aliased(Subscription, name="mine")
    both = select(mine.subject).where(mine.person_id == target).scalar_subquery()
    theirs = select(Subscription.subject).where(
        Subscription.person_id == source, col(Subscription.paused_at).is_not(None)
    )
    paused = select(func.max(mine.paused_at)).where(mine.person_id == source, mine.subject == col(Subscription.subject))
    stays_quiet = update(Subscription).where(
        col(Subscription.person_id) == target, WANTED, col(Subscription.subject).in_(theirs)
    )
    session.execute(stays_quiet.values(paused_at=paused.scalar_subquery()), execution_options=NO_SYNC)
    twice = delete(Subscription).where(col(Subscription.person_id) == source, col(Subscription.subject).in_(both))
    session.execute(twice, execution_options=NO_SYNC)


def _keep_newer_business(session: Session, source: int, target: int) -> None:
    theirs, own = session.get(Business, source), session.get(Business, target)
    if theirs is None or own is None:
        return
    older = theirs if theirs.changed_at <= own.changed_at else own
    session.delete(older)
    session.flush()


def _insert(session: Session, table: type[SQLModel]) -> PostgresqlInsert | SqliteInsert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
