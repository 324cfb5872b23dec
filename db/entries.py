"""The ward's own FAQ: entries written in the chat, phrasings attached to entries, and the version of all of it.

The shipped files are the beginning; what stands here wins by id.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, text
from sqlmodel import Field, SQLModel

from db.types import Moment


class EntryState(StrEnum):
    """Where an entry of the ward stands: a second person makes it live; a newer one replaces it."""

    WAITING = "waiting"
    RETURNED = "returned"
    LIVE = "live"
    REPLACED = "replaced"
    RETIRED = "retired"


WAITING = text("state = 'waiting'")
LIVE = text("state = 'live'")
RETURNED = text("state = 'returned'")
KEPT = text("removed_at IS NULL")
UNSETTLED = text("changed_at IS NOT NULL AND settled_at IS NULL")


class OwnEntry(SQLModel, table=True):
    """One wording of an entry, as its author proposed it; rows are never changed in substance, a newer one follows.

    `entry` is the id in the FAQ, a shipped one for an override. `sources` holds a source a line. `replaces` is the hash
    of the shipped entry that it was written against, empty for a new one. `over_id` is the ward's version that was
    live when its author began, which may be another one by the time it is proposed. `substance` says that whoever was
    given the answer before should hear of it. `group_id` is what people asked that led to it.
    """

    __tablename__ = "own_entry"
    __table_args__ = (
        Index("own_entry_one_live", "entry", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("own_entry_one_waiting", "entry", unique=True, sqlite_where=WAITING, postgresql_where=WAITING),
        Index("own_entry_returned", "author_id", sqlite_where=RETURNED, postgresql_where=RETURNED),
        CheckConstraint(
            "state IN ('waiting', 'returned', 'live', 'replaced', 'retired')", name="own_entry_state_known"
        ),
        CheckConstraint("approver_id IS NULL OR approver_id <> author_id", name="own_entry_second_person"),
        CheckConstraint(
            "state IN ('waiting', 'returned') OR approver_id IS NOT NULL", name="own_entry_live_is_approved"
        ),
        CheckConstraint("question <> '' AND short <> ''", name="own_entry_answers"),
        # A legal fact has its source; an answer of the ward's own names who answers for it.
        CheckConstraint("sources <> ''", name="own_entry_has_a_source"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    entry: str = Field(index=True)
    state: EntryState = Field(default=EntryState.WAITING, sa_type=String)
    category: str
    question: str
    short: str
    more: str = ""
    ask: str = ""
    sources: str
    checked_on: date
    valid_until: date | None = None
    replaces: str = ""
    over_id: int | None = None
    substance: bool = False
    author_id: int = Field(foreign_key="staff.id")
    written_at: datetime = Field(sa_type=Moment)
    approver_id: int | None = Field(default=None, foreign_key="staff.id")
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    remark: str = ""
    group_id: int | None = Field(default=None, foreign_key="question_group.id")


class Phrasing(SQLModel, table=True):
    """One more way in which people ask for an entry; `folded` is the text as the matcher compares it."""

    __tablename__ = "phrasing"
    __table_args__ = (
        # The same words cannot ask for two entries.
        Index("phrasing_once", "folded", unique=True, sqlite_where=KEPT, postgresql_where=KEPT),
        CheckConstraint("folded <> ''", name="phrasing_says_something"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    entry: str = Field(index=True)
    text: str
    folded: str
    staff_id: int = Field(foreign_key="staff.id")
    added_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
    group_id: int | None = Field(default=None, foreign_key="question_group.id", index=True)


class ContentVersion(SQLModel, table=True):
    """One row: its number rises in every transaction that changes what is answered; processes compare theirs."""

    __tablename__ = "content_version"
    __table_args__ = (CheckConstraint("id = 1", name="content_version_is_one"),)

    id: int = Field(default=1, primary_key=True)
    number: int = 0


class ShippedEntry(SQLModel, table=True):
    """The hash of a shipped entry as this database saw it last: a release that changes an answer is noticed.

    That was at `changed_at`, and at `settled_at` staff decided whether to tell who was given the answer before.
    """

    __tablename__ = "shipped_entry"
    __table_args__ = (
        Index("shipped_entry_unsettled", "entry", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
        CheckConstraint("settled_at IS NULL OR settled_by IS NOT NULL", name="shipped_entry_settled_by_somebody"),
    )

    entry: str = Field(primary_key=True)
    hash: str
    seen_at: datetime = Field(sa_type=Moment)
    changed_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_by: int | None = Field(default=None, foreign_key="staff.id")
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
