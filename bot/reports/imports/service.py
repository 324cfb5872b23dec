"""A register that was filled in comes into the log: every row checked first, then all of them or none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from bot.cases.intake import Petition, Ready, made_ready, take_in
from bot.core.clock import local_date
from bot.core.flow import invalid
from bot.feature import App, Work
from bot.papers.sheets import Filled, read
from bot.reports.imports.cells import line_of
from bot.reports.imports.columns import headings, is_example
from bot.reports.imports.known import differences, logged
from bot.reports.imports.rows import Reader, Remark, look_again
from bot.ward import Ward
from db import cases
from db.cases import Case

Said = Callable[[int, int], None]
"""Hears how many of how many are done."""


@dataclass
class Checked:
    """What a register holds.

    `ready` are new; `known` were imported before, by their codes; nothing is written while there is a mistake.
    `warnings` are what somebody must have looked at; `notices` are where a row that was imported before says something
    else than the log, which stays as it is.
    """

    filled: Filled
    ready: list[Ready] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    mistakes: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)


def check(app: App, path: Path, said: Said) -> Checked:
    """Read the file and check every row. Raises Unreadable."""
    filled = read(path, headings(app.say))
    checked, ward = Checked(filled), app.profile()
    rows = _rows(ward, app, checked)
    with app.database.read() as session:
        new = _new(session, checked, rows)
        checked.notices += _notices(session, ward, checked, rows)
    for number, (row, petition) in enumerate(new, start=1):
        checked.warnings += look_again(ward, row, petition)
        checked.ready.append(made_ready(ward, petition))
        said(number, len(new))
    return checked


def _rows(ward: Ward, app: App, checked: Checked) -> list[tuple[int, Petition]]:
    """The rows that are right by themselves, each number once."""
    reader = Reader(ward, local_date(app.clock()))
    rows: dict[str, tuple[int, Petition]] = {}
    for line in checked.filled.lines:
        if is_example(line_of(line.cells.get("number"))):
            checked.examples.append(line.number)
            continue
        petition, wrong = reader.petition(line)
        checked.mistakes += wrong
        if petition and petition.key in rows:
            checked.mistakes.append(Remark(line.number, "number", invalid("imports.twice", row=rows[petition.key][0])))
        elif petition:
            rows[petition.key] = (line.number, petition)
    return list(rows.values())


def _new(session: Session, checked: Checked, rows: Sequence[tuple[int, Petition]]) -> list[tuple[int, Petition]]:
    """Without those that the log has; what it has under the same number with another text is a mistake."""
    known = cases.of_keys(session, [petition.key for _, petition in rows])
    for row, petition in rows:
        code, text = known.get(petition.key, ("", ""))
        if code and text.split() != petition.report.text.split():
            what = invalid("imports.other_text", code=code, number=petition.number)
            checked.mistakes.append(Remark(row, "number", what))
        elif code:
            checked.known.append(code)
    checked.mistakes.sort(key=lambda remark: remark.row)
    return [(row, petition) for row, petition in rows if petition.key not in known]


def _notices(session: Session, ward: Ward, checked: Checked, rows: Sequence[tuple[int, Petition]]) -> Iterator[Remark]:
    """Where rows that were imported before were corrected since, or the log was."""
    known = logged(session, checked.known)
    for row, petition in rows:
        if case := known.get(petition.key):
            yield from differences(ward, row, petition, case)


def write(app: App, checked: Checked, said: Said) -> list[Case]:
    """Log what is new, in one transaction; the cases in the order of their codes. Nobody else imports meanwhile."""
    total = len(checked.ready)
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile())
        return take_in(work, checked.ready, lambda done: said(done, total)) if total else []
