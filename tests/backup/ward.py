"""What the tests of backups fill a ward with, and how they compare two."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

import db.tables  # noqa: F401 - all tables are compared
from bot.backup.make import make_backup
from bot.settings import Settings
from db.attachments import Attachment, AttachmentState
from db.cases import Case, Status, next_number
from db.dossiers import Dossier
from db.drafts import DraftRow
from db.files import Files
from db.inbox import InboxRow
from db.outbox import OutboxRow, OutboxState
from db.people import Chat, Person
from db.session import Database
from db.staff import Role, Staff
from tests.conftest import MORNING

NOON = MORNING + timedelta(hours=3)
AWKWARD = 'Chợ "Mới", dòng 1\nDòng 2; \\N \\. \t, "" 🏪 \r\n'


def environment(settings: Settings) -> dict[str, str]:
    return {"DATABASE_URL": settings.database}


def filled(settings: Settings) -> str:
    """A ward with a case, its people and a photo; the photo's name in the store."""
    sha = Files(settings.data_dir / "files").put(b"\x89PNG and so on" * 1000)
    with closing(Database(settings.database)) as database, database.write() as session:
        fill(session, sha)
    return sha


def fill(session: Session, sha: str) -> None:
    """Rows that refer forwards, backwards and to their own table."""
    people = [Person(name=name, created_at=MORNING) for name in (AWKWARD, "", "NULL")]
    session.add_all(people)
    session.flush()
    staff = [
        Staff(person_id=person.id, role=Role.OFFICER, unit="kthtdt", name="Cán bộ", since=MORNING) for person in people
    ]
    session.add_all(staff)
    session.flush()
    staff[0].substitute_id = staff[2].id
    dossier = Dossier(
        year=2026,
        number=1,
        code="K-1",
        authority="thue",
        made_by=staff[1].id,
        created_at=MORNING,
        due_on=MORNING.date(),
    )
    session.add_all([dossier, Chat(channel="telegram", address="5", person_id=people[0].id, last_number=4)])
    session.flush()
    cases = [a_case(session, people[0].id), a_case(session, people[1].id)]
    session.add_all(cases)
    session.flush()
    cases[0].merged_into, cases[0].dossier_id = cases[1].id, dossier.id
    session.add(a_photo(people[0].id, cases[0].id, sha))
    answers: dict[str, object] = {"what": AWKWARD, "photos": [1, None, {"a": ""}]}
    session.add(DraftRow(person_id=people[0].id, flow="report", answers=answers, pending=None, updated_at=MORNING))
    session.add_all(a_message(number, state) for number, state in enumerate(UNDER_WAY, start=1))
    session.add(InboxRow(key="telegram:1:1", channel="telegram", chat="5", raw=f'"{AWKWARD}"', received_at=MORNING))


def a_case(session: Session, reporter: int) -> Case:
    number = next_number(session, 2026)
    return Case(
        key=f"telegram:1:{number}", code=f"VH-2026-{number:04}", year=2026, number=number, status=Status.RECEIVED,
        subject="tax", text=AWKWARD, unit="kthtdt", reporter_id=reporter, received_at=MORNING, acknowledge_by=NOON,
        due_on=MORNING.date(), latitude=20.94000000000001,
    )  # fmt: skip


def a_photo(person: int, case: int, sha: str) -> Attachment:
    return Attachment(
        key="telegram:1:9", person_id=person, case_id=case, channel="telegram", file_id="x", kind="photo", sha=sha,
        state=AttachmentState.STORED, created_at=MORNING, next_at=MORNING,
    )  # fmt: skip


UNDER_WAY = (OutboxState.SENT, OutboxState.READY, OutboxState.WIRE, OutboxState.READY)


def a_message(number: int, state: OutboxState) -> OutboxRow:
    return OutboxRow(
        dedupe=f"message:{number}", channel="telegram", chat_id=1, number=number, body="{}", state=state,
        created_at=MORNING, not_before=MORNING,
    )  # fmt: skip


Content = dict[str, list[dict[str, object]]]


def everything(settings: Settings) -> Content:
    """All rows of all tables."""
    with closing(Database(settings.database)) as database, database.read() as session:
        return {
            table.name: [dict(row) for row in session.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
            for table in SQLModel.metadata.sorted_tables
        }


def same_but_settled(before: Content, after: Content) -> None:
    """Row for row the same, apart from what a restore says that it changes."""
    for table in before.keys() - {"outbox", "case_count", "dossier_count"}:
        assert after[table] == before[table]
    touched = ("state", "reason", "settled_at")
    assert [without(row, touched) for row in after["outbox"]] == [without(row, touched) for row in before["outbox"]]


def without(row: dict[str, object], names: tuple[str, ...]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in names}


def backed_up(settings: Settings, into: Path) -> Path:
    return make_backup(settings, into, MORNING).folder
