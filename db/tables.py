"""Every table, imported so that SQLModel's metadata is whole."""

from db.drafts import DraftRow
from db.inbox import InboxRow
from db.outbox import OutboxRow
from db.people import Chat, Person
from db.questions import QuestionRow

__all__ = ["Chat", "DraftRow", "InboxRow", "OutboxRow", "Person", "QuestionRow"]
