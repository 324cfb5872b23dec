"""One import as staff see it: the progress, every mistake in words, and what came into the log."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.core.choices import plain
from bot.feature import App
from bot.papers.form import write_form
from bot.papers.sheets import Flaw, Unreadable
from bot.reports.imports import columns
from bot.reports.imports.rows import Remark
from bot.reports.imports.service import Checked, Said, check, write
from bot.text import Texts
from bot.ward import Ward
from db.cases import Case
from db.lock import Taken, only_server

Finish = Callable[[App, Checked], list[str]]
Review = Callable[[Texts, Checked], None]

FLAWS = {
    Flaw.NO_FILE: "imports.no_file",
    Flaw.TOO_LARGE: "imports.too_large",
    Flaw.TOO_MANY_ROWS: "imports.too_many_rows",
    Flaw.NO_SPREADSHEET: "imports.no_spreadsheet",
    Flaw.ENCRYPTED: "imports.encrypted",
    Flaw.DAMAGED: "imports.damaged",
    Flaw.NOT_OURS: "imports.not_ours",
    Flaw.HEADINGS_MISSING: "imports.headings_missing",
    Flaw.HEADING_TWICE: "imports.heading_twice",
    Flaw.SEVERAL_SHEETS: "imports.several_sheets",
}


def write_template(app: App, target: Path) -> None:
    """Write the sheet to fill in; a file that is there already is left alone. Raises typer.Exit."""
    if target.suffix.lower() != ".xlsx" or target.exists():
        raise _refused(app.say.label("imports.template_exists" if target.exists() else "imports.template_suffix"))
    try:
        write_form(columns.form(app.say, app.profile()), target)
    except OSError as error:
        raise _refused(app.say.label("imports.template_failed", reason=error.strerror or "")) from error
    typer.echo(app.say.label("imports.template_written", path=target))


def hold_back(say: Texts, checked: Checked) -> None:
    """What looks like something else waits until somebody has looked at it. Raises typer.Exit."""
    if checked.warnings:
        rows = list(dict.fromkeys(remark.row for remark in checked.warnings))
        raise _refused(say.label("imports.unreviewed", count=len(rows), rows=_numbers(rows)))


def let_through(_say: Texts, _checked: Checked) -> None:
    """Somebody has looked at it: it stands as it is."""


def import_file(app: App, file: Path, finish: Finish, review: Review = hold_back) -> None:
    """Check the file, then finish with it: log it, or only say what would be logged. Raises typer.Exit."""
    try:
        with only_server(app.database, "import"):
            with _bar(app.say, "imports.bar_check") as said:
                checked = check(app, file, said)
            _echo(_lines(app.say, checked.warnings, "imports.warning"), err=True)
            _refuse_mistakes(app.say, checked)
            review(app.say, checked)
            done = finish(app, checked)
    except Unreadable as error:
        titles = ", ".join(error.titles)
        raise _refused(app.say.label(FLAWS[error.flaw], **({"titles": titles} if titles else {}))) from error
    except Taken as error:
        raise _refused(app.say.label("imports.another")) from error
    _echo(_differences(app.say, checked), err=True)
    _echo([*_notes(app.say, checked), *done])


def log_all(app: App, checked: Checked) -> list[str]:
    """Log what is new, and say what came of it."""
    with _bar(app.say, "imports.bar_write") as said:
        return _result(app.say, app.profile(), checked, write(app, checked, said))


def log_nothing(app: App, checked: Checked) -> list[str]:
    """Say what would come of it."""
    return [app.say.label("imports.dry", count=len(checked.ready), known=len(checked.known))]


def _refuse_mistakes(say: Texts, checked: Checked) -> None:
    if not checked.filled.lines or len(checked.filled.lines) == len(checked.examples):
        raise _refused(say.label("imports.empty"))
    if checked.mistakes:
        _echo(_lines(say, checked.mistakes, "imports.mistake"), err=True)
        raise _refused(say.label("imports.refused", count=len(checked.mistakes)))


def _refused(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(2)


def _lines(say: Texts, remarks: Sequence[Remark], key: str) -> list[str]:
    return [
        say.label(
            key,
            row=remark.row,
            column=columns.title(say, remark.column),
            what=say.label(remark.what.key, **remark.what.values),
        )
        for remark in remarks
    ]


def _differences(say: Texts, checked: Checked) -> list[str]:
    if not checked.notices:
        return []
    lines = _lines(say, checked.notices, "imports.notice")
    return [*lines, say.label("imports.not_changed", count=len(lines))]


def _notes(say: Texts, checked: Checked) -> list[str]:
    """What was in the file and is not in the log."""
    notes = []
    if checked.examples:
        notes.append(say.label("imports.skipped_example", rows=_numbers(checked.examples)))
    if checked.filled.merged:
        notes.append(say.label("imports.skipped_merged", rows=_numbers(checked.filled.merged)))
    if others := _other_sheets(say, checked):
        notes.append(say.label("imports.skipped_sheets", titles=", ".join(others)))
    if checked.filled.strangers:
        notes.append(say.label("imports.skipped_columns", titles=", ".join(checked.filled.strangers)))
    return notes


def _other_sheets(say: Texts, checked: Checked) -> list[str]:
    """Without those that the form comes with."""
    of_form = {plain(say.label(key)) for key in ("imports.guide", "imports.lists")}
    return [name for name in checked.filled.others if plain(name) not in of_form]


def _numbers(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows))


def _result(say: Texts, ward: Ward, checked: Checked, logged: Sequence[Case]) -> list[str]:
    lines = [say.label("imports.done", count=len(logged), known=len(checked.known))]
    for _, of_year in groupby(logged, key=lambda case: case.year):
        codes = [case.code for case in of_year]
        lines.append(say.label("imports.codes", first=codes[0], last=codes[-1], count=len(codes)))
    units = Counter(case.unit for case in logged)
    shorts = {unit.id: unit.short for unit in ward.units}
    lines += [say.label("imports.of_unit", unit=shorts.get(unit, unit), count=count) for unit, count in units.items()]
    return lines


def _echo(lines: Sequence[str], *, err: bool = False) -> None:
    for line in lines:
        typer.echo(line, err=err)


@contextmanager
def _bar(say: Texts, key: str) -> Iterator[Said]:
    """A progress bar where somebody watches a terminal."""
    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = not sys.stderr.isatty()
    with Progress(*shown, console=Console(stderr=True), transient=True, disable=hidden) as progress:
        task = progress.add_task(say.label(key), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
