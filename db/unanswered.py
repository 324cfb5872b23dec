"""What the FAQ could not answer, grouped by likeness, and the messages to those who asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.types import Moment

OPEN = text("settled_as = ''")
SETTLED = text("settled_as <> ''")
UNDONE = text("done_at IS NULL")


class QuestionGroup(SQLModel, table=True):
    """Questions that mean the same, under the words of the first one that is still known.

    `folded` is what its likeness is compared by, empty where that is still to be found. `entry` is the entry whose
    answer was marked wrong, empty where none was given. `asked` counts the questions,
    `reported` those of them whose answer somebody called wrong. `settled_as` is empty while the group waits for staff,
    `settled_with` the entry whose answer settled it, empty where none did.
    """

    __tablename__ = "question_group"
    __table_args__ = (
        # What somebody called wrong comes first, then what is asked most.
        Index("question_group_open", "reported", "asked", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        # New questions are compared with those asked last.
        Index("question_group_latest", "last_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("question_group_settled", "settled_at", "id", sqlite_where=SETTLED, postgresql_where=SETTLED),
        CheckConstraint(
            "settled_as IN ('', 'phrasing', 'entry', 'answered', 'dismissed')", name="question_group_settled_known"
        ),
        CheckConstraint("settled_as = '' OR settled_by IS NOT NULL", name="question_group_settled_by_somebody"),
        CheckConstraint("settled_as <> 'dismissed' OR reason <> ''", name="question_group_dismissed_with_reason"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    text: str
    folded: str
    entry: str = ""
    asked: int = 0
    reported: int = 0
    first_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    settled_as: str = ""
    settled_with: str = ""
    settled_by: int | None = Field(default=None, foreign_key="staff.id")
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    reason: str = ""


class AskerNotice(SQLModel, table=True):
    """A message to many who asked: the askers of a group, or, where there is none, who was given `entry`'s answer.

    It goes out in slices: `cursor` is the last question whose asker was told. `words` is what staff wrote, empty where
    the answer of `entry` is told. Questions from `since` to `until` count.
    """

    __tablename__ = "asker_notice"
    __table_args__ = (
        Index("asker_notice_undone", "id", sqlite_where=UNDONE, postgresql_where=UNDONE),
        # Who was sent this answer lately.
        Index("asker_notice_of_entry", "entry", "made_at"),
        # A changed answer is told once.
        UniqueConstraint("own_entry_id", name="asker_notice_once_an_entry"),
        CheckConstraint("words <> '' OR entry <> ''", name="asker_notice_says_something"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    group_id: int | None = Field(default=None, foreign_key="question_group.id", index=True)
    own_entry_id: int | None = Field(default=None, foreign_key="own_entry.id")
    entry: str = ""
    words: str = ""
    since: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    made_at: datetime = Field(sa_type=Moment)
    cursor: int = 0
    told: int = 0
    done_at: datetime | None = Field(default=None, sa_type=Moment)


class AnswerOptOut(SQLModel, table=True):
    """Who does not want to hear when an answer that they were given changes."""

    __tablename__ = "answer_opt_out"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    since: datetime = Field(sa_type=Moment)
