"""Photos, voice messages and files that people sent: first known to the platform, then kept here."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment


class AttachmentState(StrEnum):
    """Whether the content is in the file store; `failed` was told to the sender."""

    WAITING = "waiting"
    STORED = "stored"
    FAILED = "failed"


WAITING = text("state = 'waiting'")
STORED = text("state = 'stored'")
OF_DRAFT = text("draft_id IS NOT NULL")
OF_CASE = text("case_id IS NOT NULL")
TO_PASS_ON = text("letter_id IS NOT NULL AND state = 'stored' AND NOT passed_on")
LOST = text("state = 'failed' AND NOT passed_on")


class Attachment(SQLModel, table=True):
    """One file. `file_id` is the channel's name for it; `sha` names the content in the file store once it is there.

    What belongs to a letter is passed on to the owner of the case after it; that a file failed is passed on to whoever
    sent it.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        # One event brings one file.
        UniqueConstraint("key", name="attachment_once_an_event"),
        CheckConstraint("state IN ('waiting', 'stored', 'failed')", name="attachment_state_known"),
        CheckConstraint("(state = 'stored') = (sha <> '')", name="attachment_stored_has_its_content"),
        Index("attachment_waiting", "channel", "next_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("attachment_of_content", "sha", sqlite_where=STORED, postgresql_where=STORED),
        Index("attachment_of_draft", "draft_id", sqlite_where=OF_DRAFT, postgresql_where=OF_DRAFT),
        Index("attachment_of_case", "case_id", sqlite_where=OF_CASE, postgresql_where=OF_CASE),
        Index("attachment_to_pass_on", "id", sqlite_where=TO_PASS_ON, postgresql_where=TO_PASS_ON),
        Index("attachment_lost", "id", sqlite_where=LOST, postgresql_where=LOST),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    draft_id: int | None = Field(default=None, foreign_key="draft.id")
    case_id: int | None = Field(default=None, foreign_key="case.id")
    letter_id: int | None = Field(default=None, foreign_key="letter.id")
    passed_on: bool = False
    channel: str
    file_id: str
    kind: str
    name: str = ""
    size: int | None = None
    sha: str = ""
    state: AttachmentState = Field(default=AttachmentState.WAITING, sa_type=String)
    tries: int = 0
    reason: str = ""
    created_at: datetime = Field(sa_type=Moment)
    next_at: datetime = Field(sa_type=Moment)


def of_draft(session: Session, draft_id: int) -> list[Attachment]:
    """What was sent in a dialogue."""
    return list(
        session.exec(select(Attachment).where(OF_DRAFT, Attachment.draft_id == draft_id).order_by(col(Attachment.id)))
    )


def hand_over(session: Session, draft_id: int, case_id: int) -> int:
    """What was sent in a dialogue belongs to the case; how many files."""
    found = of_draft(session, draft_id)
    for attachment in found:
        attachment.case_id = case_id
        session.add(attachment)
    session.flush()
    return len(found)


def discard(session: Session, draft_id: int) -> set[str]:
    """Forget what was sent in a dialogue; the contents that nothing refers to any more."""
    rows = select(Attachment).where(OF_DRAFT, Attachment.draft_id == draft_id).order_by(col(Attachment.id))
    found = session.exec(rows.with_for_update(), execution_options={"populate_existing": True}).all()
    for attachment in found:
        session.delete(attachment)
    session.flush()
    return {each.sha for each in found if each.sha and not refers_to(session, each.sha)}


def of_case(session: Session, case_id: int) -> list[Attachment]:
    """What belongs to a case."""
    return list(
        session.exec(select(Attachment).where(OF_CASE, Attachment.case_id == case_id).order_by(col(Attachment.id)))
    )


def enclose(session: Session, files: Sequence[Attachment], case_id: int, letter_id: int) -> None:
    """These files of a dialogue belong to a letter from now on."""
    for file in files:
        file.case_id, file.letter_id, file.draft_id = case_id, letter_id, None
        session.add(file)
    session.flush()


COPIED = ("person_id", "channel", "file_id", "kind", "name", "size", "sha", "state", "created_at", "next_at")


def enclose_copies(session: Session, letter: tuple[int, int], copy: tuple[int, int]) -> None:
    """The same files belong to the same letter to another owner, too; both are given as (case id, letter id)."""
    for file in of_case(session, letter[0]):
        if file.letter_id == letter[1]:
            kept = {name: getattr(file, name) for name in COPIED}
            session.add(Attachment(**kept, key=f"{file.key}>{copy[1]}", case_id=copy[0], letter_id=copy[1]))
    session.flush()


def waiting(session: Session, channel: str, now: datetime, limit: int) -> list[Attachment]:
    """What is to be fetched now, the longest-waiting first."""
    rows = select(Attachment).where(WAITING, Attachment.channel == channel, Attachment.next_at <= now)
    return list(session.exec(rows.order_by(col(Attachment.next_at)).limit(limit)))


def refers_to(session: Session, sha: str) -> bool:
    """Whether any attachment has this content."""
    return session.exec(select(Attachment.id).where(STORED, Attachment.sha == sha).limit(1)).first() is not None
