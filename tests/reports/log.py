"""A log of cases in tests: rows put there directly, each with no more than what a test is about."""

from datetime import date, datetime
from itertools import count
from typing import Any

from bot.core.clock import VIETNAM
from bot.feature import App
from db.attachments import Attachment, AttachmentState
from db.cases import ENDED, Case, Status
from db.letters import Delivery, Kind, Letter
from db.people import Person

NUMBERS = count(1)


def at(written: str) -> datetime:
    """A moment in Vietnam: "2026-12-01 09:00"."""
    return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


def case(
    app: App, received: str, *, owner: str = "", answered: str = "", due: str = "2026-12-31", **given: Any
) -> Case:
    """A case; one that was answered is closed unless said otherwise."""
    number, moment = next(NUMBERS), at(received)
    status = Status(str(given.pop("status", Status.CLOSED if answered else Status.WORKING)))
    days: dict[str, Any] = {"acknowledge_by": moment, "due_on": date.fromisoformat(due)}
    first = {"answered_at": at(answered), "answered_due_on": date.fromisoformat(due)} if answered else {}
    ended = {"closed_at": at(answered or received)} if status in ENDED else {}
    plain: dict[str, Any] = {"subject": "moi-truong", "unit": "kthtdt", "text": "Rác ba ngày chưa ai dọn."}
    known: dict[str, Any] = {"key": f"log:{number}", "code": f"VH-2026-{number:04d}", "year": 2026, "number": number}
    with app.database.write() as session:
        if owner:
            person = Person(name=owner, created_at=moment)
            session.add(person)
            session.flush()
            given["reporter_id"] = person.id
        row = Case(**{**known, **plain, **days, **first, **ended, "received_at": moment, "status": status, **given})
        session.add(row)
    return row


def letter(app: App, about: Case, sent: str, text: str, basis: str = "Biên bản 05/BB-UBND", **given: Any) -> Letter:
    """A letter that has arrived."""
    plain: dict[str, Any] = {"kind": Kind.ANSWER, "officer": "Cán bộ Minh", "delivery": Delivery.DELIVERED}
    plain |= {"case_id": about.id, "text": text, "basis": basis, "created_at": at(sent), "sent_at": at(sent)}
    with app.database.write() as session:
        row = Letter(**(plain | given))
        session.add(row)
    return row


def attachment(app: App, about: Case, name: str, content: bytes, kind: str = "photo") -> str:
    """A file of a case, in the store; the name of its content."""
    sha, moment = app.files.put(content), at("2026-12-01 08:00")
    with app.database.write() as session:
        person = Person(name="", created_at=moment)
        session.add(person)
        session.flush()
        session.add(
            Attachment(
                key=f"file:{next(NUMBERS)}",
                person_id=person.id,
                case_id=about.id,
                channel="terminal",
                file_id=sha[:8],
                kind=kind,
                name=name,
                sha=sha,
                state=AttachmentState.STORED,
                created_at=moment,
                next_at=moment,
            )
        )
    return sha
