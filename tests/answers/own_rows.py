"""The ward's own answers as rows, as the staff's side leaves them: one transaction each, and the version rises."""

from sqlmodel import col, select

from bot.feature import App
from db import entry_rows
from db.entries import EntryState, OwnEntry, Phrasing
from db.staff import Role
from faq import fold
from tests.crew import join

CATEGORY = "dang-ky-kinh-doanh"


def attach(app: App, entry: str, text: str) -> None:
    """Somebody says that this text asks for that entry."""
    staff = join(app, "canbo", Role.CLERK)
    with app.database.write() as session:
        session.add(Phrasing(entry=entry, text=text, folded=fold(text), staff_id=staff.id, added_at=app.clock()))
        entry_rows.bump(session)


def go_live(app: App, entry: str, question: str, short: str, *, category: str = CATEGORY, more: str = "") -> None:
    """Two people have made an entry; an older one is replaced."""
    author, second = join(app, "canbo", Role.CLERK), join(app, "lanhdao", Role.LEADER)
    end(app, entry, EntryState.REPLACED)
    row = OwnEntry(
        entry=entry,
        state=EntryState.LIVE,
        category=category,
        question=question,
        short=short,
        more=more,
        sources="UBND phường Việt Hòa",
        checked_on=app.clock().date(),
        author_id=author.id,
        written_at=app.clock(),
        approver_id=second.id,
    )
    with app.database.write() as session:
        session.add(row)
        entry_rows.bump(session)


def end(app: App, entry: str, state: EntryState = EntryState.RETIRED) -> None:
    """An entry of the ward is answered no more."""
    with app.database.write() as session:
        for row in session.exec(select(OwnEntry).where(OwnEntry.entry == entry, col(OwnEntry.state) == "live")):
            row.state = state
            session.add(row)
        entry_rows.bump(session)
