"""The ward's table of difficulties and petitions as a file, and the files of its cases as a ZIP."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.core.choices import plain
from bot.core.clock import VIETNAM, in_words, local_date
from bot.papers import archive, csv_file, json_file
from bot.papers.table import Column, Table
from bot.reports.exports.gather import Clerk
from bot.reports.exports.rules import COLUMNS, OPEN, STATES, Form, Protected, Selection, State, covered
from bot.text import Texts
from bot.ward import Ward
from db import export_rows
from db.cases import Status
from db.export_rows import Line, StoredFile, Wanted
from db.files import Files
from db.session import Database

Said = Callable[[int, int], None]
Write = Callable[[Table, Path, Callable[[int], None]], int]

FORMATS = ("xlsx", "csv", "json")


@dataclass(frozen=True)
class Press:
    """All that making a paper needs; `now` is the moment as of which it is."""

    database: Database
    files: Files
    say: Texts
    ward: Ward
    now: datetime


def export(  # noqa: PLR0917 - the contract with those who order papers
    press: Press,
    selection: Selection,
    form: Form,
    protected: Protected,
    format: str,  # noqa: A002 - what it is
    target: Path,
    said: Said,
) -> int:
    """Write the table; gives its rows. `said` is told how many are written, of how many.

    Raises KeyError for an unknown format, OSError when the file cannot be written.
    """
    write, shown = _writer(format), covered(form, protected)
    wanted = wanted_of(selection, shown, local_date(press.now))
    with press.database.snapshot() as session:
        count = export_rows.count(session, wanted)
        said(0, count)
        lines = export_rows.lines(session, wanted)
        rows = write(_table(press, selection, form, shown, lines), target, lambda done: said(done, count))
    said(rows, rows)
    return rows


def _writer(name: str) -> Write:
    if name == "xlsx":
        from bot.papers import xlsx  # noqa: PLC0415 - spares the other forms its import

        return xlsx.write
    return {"csv": csv_file.write, "json": json_file.write}[name]


def wanted_of(selection: Selection, protected: Protected, today: date) -> Wanted:
    """The same for the database, as of that day. Raises ValueError for an unknown status."""
    statuses = _statuses(selection.status)
    return Wanted(
        since=_midnight(selection.since) if selection.since else None,
        until=_midnight(selection.until + timedelta(days=1)) if selection.until else None,
        statuses=statuses,
        answered=Status.ANSWERED in statuses,
        unit=selection.unit,
        subject=selection.subject,
        late_on=today if selection.overdue else None,
        protected=protected is not Protected.LEFT_OUT,
    )


def _statuses(status: str) -> tuple[Status, ...]:
    if status == OPEN:
        return (Status.RECEIVED, Status.WORKING, Status.WAITING, Status.FORWARDED)
    return (Status(status),) if status else ()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _table(press: Press, selection: Selection, form: Form, protected: Protected, lines: Iterator[Line]) -> Table:
    say = press.say.label
    clerk = Clerk(press.say, press.ward, local_date(press.now), form, protected)
    return Table(
        title=say("reports.title"),
        lines=_lines(press, selection, form),
        columns=[Column(each.key, say(each.title), each.kind, each.width) for each in COLUMNS],
        rows=clerk.rows(lines),
        totals=clerk.totals,
        notes=_notes(press.say, form, protected),
        sheet=say("reports.sheet"),
        meta={"created": press.now.astimezone(VIETNAM).isoformat(), "shortened": say("reports.shortened")},
    )


def _lines(press: Press, selection: Selection, form: Form) -> list[str]:
    say, now = press.say.label, press.now.astimezone(VIETNAM)
    as_of = say("reports.line_as_of", hour=f"{now:%H}", minute=f"{now:%M}", day=in_words(now.date()))
    what = [period_in_words(press.say, selection), *filters_in_words(press.say, press.ward, selection)]
    return [
        say("reports.line_committee", committee=press.ward.names.committee),
        "; ".join(what),
        say("reports.line_masked" if form == Form.MASKED else "reports.line_full"),
        as_of,
    ]


def period_in_words(say: Texts, selection: Selection) -> str:
    """When the cases were received."""
    since, until = (day and in_words(day) for day in (selection.since, selection.until))
    if since and until:
        return say.label("reports.line_period", since=since, until=until)
    if since:
        return say.label("reports.line_since", since=since)
    return say.label("reports.line_until", until=until) if until else say.label("reports.line_always")


def filters_in_words(say: Texts, ward: Ward, selection: Selection) -> list[str]:
    """What else they have in common."""
    unit, subject = ward.unit(selection.unit), ward.subject(selection.subject)
    status = _STATUSES.get(selection.status)
    given = (
        selection.unit and say.label("reports.line_unit", unit=unit.name if unit else selection.unit),
        selection.subject
        and say.label("reports.line_subject", subject=subject.title if subject else selection.subject),
        say.label("reports.line_open") if selection.status == OPEN else "",
        status and say.label("reports.line_status", status=say.label(status)),
        say.label("reports.line_overdue") if selection.overdue else "",
    )
    return [words for words in given if words]


_STATUSES: dict[str, str] = {
    Status.RECEIVED: "cases.status_received",
    Status.WORKING: "cases.status_working",
    Status.WAITING: "cases.status_waiting",
    Status.ANSWERED: STATES[State.ANSWERED],
    Status.FORWARDED: "cases.status_forwarded",
    Status.DECLINED: "cases.status_declined",
    Status.WITHDRAWN: "cases.status_withdrawn",
    Status.CLOSED: "cases.status_closed",
}


def _notes(say: Texts, form: Form, protected: Protected) -> list[str]:
    masked = ["reports.note_masked"] if form == Form.MASKED else []
    left_out = ["reports.note_left_out"] if protected is Protected.LEFT_OUT else []
    return [say.label(key) for key in (*masked, *left_out, "reports.note_on_time", "reports.note_by_hand")]


def export_attachments(  # noqa: PLR0917 - as above
    press: Press, selection: Selection, form: Form, protected: Protected, target: Path, said: Said
) -> int:
    """Pack the files of the chosen cases under made names; gives how many, fewer than told where the store lacks some.

    Raises ValueError in the masked form: nobody can say what photos and papers show. Covered cases give none.
    """
    if form == Form.MASKED:
        raise ValueError("what photos and papers show cannot be masked")
    shown = protected if protected is Protected.SHOWN else Protected.LEFT_OUT
    wanted = wanted_of(selection, shown, local_date(press.now))
    with press.database.snapshot() as session:
        count = export_rows.count_files(session, wanted)
        said(0, count)
        entries = _named(press.files, export_rows.files(session, wanted))
        return archive.write_zip(entries, target, lambda done: said(done, count))


_ENDINGS = {"photo": ".jpg", "voice": ".ogg", "audio": ".mp3", "video": ".mp4"}


def _named(store: Files, files: Iterator[StoredFile]) -> Iterator[tuple[str, Path]]:
    """What people call their files may say who they are: code and number do not."""
    code, number = "", 0
    for file in files:
        code, number = file.code, number + 1 if file.code == code else 1
        if store.has(file.sha):
            yield f"{code}-{number}{_ending(file)}", store.path(file.sha)


def _ending(file: StoredFile) -> str:
    found = re.search(r"\.([A-Za-z0-9]{1,5})$", file.name)
    return f".{found[1].lower()}" if found else _ENDINGS.get(file.kind, ".bin")


def file_name(
    say: Texts,
    selection: Selection,  # noqa: ARG001 - what was chosen stands in the file; the name stays short
    form: Form,
    format: str,  # noqa: A002 - what it is
    now: datetime,
) -> str:
    """What the file is called: ASCII without spaces, with the day of making and the form."""
    stem = plain(say.label("reports.file")).capitalize()
    which = plain(say.label("reports.file_masked" if form == Form.MASKED else "reports.file_full"))
    words = [*stem.split(), f"{local_date(now):%Y%m%d}", *which.split()]
    return f"{'-'.join(words)}.{format}"
