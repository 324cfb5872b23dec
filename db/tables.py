"""Every table, imported so that SQLModel's metadata is whole."""

from db.attachments import Attachment
from db.broadcasts import Broadcast, BroadcastCount, BroadcastEvent, Recurrence, Unreached, Visit
from db.businesses import Business, Subscription
from db.call_backs import CallBack
from db.cases import Case, CaseCount, CaseEvent, CaseWord
from db.claims import Claim
from db.clockwork import Daily, Reminder
from db.dossiers import Dossier, DossierCount
from db.drafts import DraftRow
from db.entries import ContentVersion, OwnEntry, Phrasing, ShippedEntry
from db.inbox import InboxRow
from db.letters import Letter
from db.meetings import Guest, Meeting, MeetingChange, MeetingEvent, MeetingQuestion, Promise, Support
from db.orders import Order
from db.outbox import OutboxRow
from db.people import Chat, Consent, Person
from db.questions import QuestionRow
from db.staff import Invitation, Staff
from db.unanswered import AnswerOptOut, AskerNotice, QuestionGroup
from db.watches import Watch

__all__ = [
    "AnswerOptOut",
    "AskerNotice",
    "Attachment",
    "Broadcast",
    "BroadcastCount",
    "BroadcastEvent",
    "Business",
    "CallBack",
    "Case",
    "CaseCount",
    "CaseEvent",
    "CaseWord",
    "Chat",
    "Claim",
    "Consent",
    "ContentVersion",
    "Daily",
    "Dossier",
    "DossierCount",
    "DraftRow",
    "Guest",
    "InboxRow",
    "Invitation",
    "Letter",
    "Meeting",
    "MeetingChange",
    "MeetingEvent",
    "MeetingQuestion",
    "Order",
    "OutboxRow",
    "OwnEntry",
    "Person",
    "Phrasing",
    "Promise",
    "QuestionGroup",
    "QuestionRow",
    "Recurrence",
    "Reminder",
    "ShippedEntry",
    "Staff",
    "Subscription",
    "Support",
    "Unreached",
    "Visit",
    "Watch",
]
