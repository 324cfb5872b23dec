"""`python -m bot export …`: the ward's table as a file, for whoever runs the bot."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from uuid import uuid4

import typer

from bot.feature import App
from bot.reports.exports.rules import OPEN, Form, Protected, Selection
from bot.reports.exports.table import FORMATS, Press, Said, export, export_attachments
from bot.ward import Ward
from db.cases import Status
from db.orders import Order, OrderState

Opened = Callable[[], AbstractContextManager[App]]

STDOUT = Path("-")
COMMAND = "python -m bot export"
DAY = ["%Y-%m-%d", "%d/%m/%Y"]


class Format(StrEnum):
    """What the file can be."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True)
class Asked:
    """One call of the command, with nothing left to refuse but what the profile knows."""

    selection: Selection
    format: str
    out: Path
    form: Form
    attachments: bool
    over: bool
    reason: str

    @property
    def protected(self) -> Protected:
        """Who runs the bot sees all; what is to be shown around shows no protected case."""
        return Protected.SHOWN if self.form == Form.FULL else Protected.COVERED


def export_command(opened: Opened) -> Callable[..., None]:
    """The command, over whatever opens the bot for it."""

    def export_cases(
        *,
        out: Annotated[Path, typer.Option("--out", metavar="F", help="The file; - is standard output: CSV or JSON.")],
        form: Annotated[
            Format | None, typer.Option("--format", help="What the file is; by default its ending says so.")
        ] = None,
        since: Annotated[datetime | None, typer.Option(formats=DAY, help="Received on that day or later.")] = None,
        until: Annotated[datetime | None, typer.Option(formats=DAY, help="Received on that day or before.")] = None,
        status: Annotated[
            str, typer.Option(help=f"{OPEN}, or one of {', '.join(Status)}; answered includes closed with an answer.")
        ] = "",
        unit: Annotated[str, typer.Option(help="Id of a unit of the ward profile.")] = "",
        subject: Annotated[str, typer.Option(help="Id of a subject of the ward profile.")] = "",
        overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue and not answered.")] = False,
        public: Annotated[
            bool, typer.Option("--public", help="Without names, numbers, addresses, content of protected cases.")
        ] = False,
        attachments: Annotated[
            bool, typer.Option("--attachments", help="The files of the cases too, as F.zip beside it.")
        ] = False,
        force: Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")] = False,
        reason: Annotated[str, typer.Option(help="What it is for; kept with the record of the export.")] = "",
    ) -> None:
        """Write the ward's table of difficulties and petitions, sixteen columns and the totals, to a file."""
        first, last = since and since.date(), until and until.date()
        asked = Asked(
            selection=Selection(first, last, status.strip(), unit.strip(), subject.strip(), overdue),
            format=form.value if form else out.suffix.lower().removeprefix("."),
            out=out,
            form=Form.MASKED if public else Form.FULL,
            attachments=attachments,
            over=force,
            reason=reason.strip() or COMMAND,
        )
        _refuse(_mistake_of_call(asked, named=form is not None))
        with opened() as app:
            _refuse(_mistake_of_ids(app.profile(), asked.selection))
            _run(app, asked)

    return export_cases


def _refuse(mistake: str) -> None:
    if mistake:
        typer.echo(mistake, err=True)
        raise typer.Exit(2)


def _mistake_of_call(asked: Asked, *, named: bool) -> str:
    """What is wrong with the options by themselves, as a sentence; empty when nothing is."""
    selection, ending = asked.selection, asked.out.suffix.lower().removeprefix(".")
    if mistake := _mistake_of_days(selection.since, selection.until):
        return mistake
    if asked.attachments and asked.form == Form.MASKED:
        return "--attachments and --public exclude each other: nobody can say what photos and papers show."
    if asked.out == STDOUT:
        return _mistake_of_stdout(asked, named=named)
    if not named and ending not in FORMATS:
        return f"--out {asked.out} does not end in .xlsx, .csv or .json: name the --format."
    if named and ending in FORMATS and ending != asked.format:
        return f"--format {asked.format} and --out {asked.out} contradict each other."
    return _mistake_of_place(asked)


def _mistake_of_days(since: date | None, until: date | None) -> str:
    if since and until and since > until:
        return f"--since {since} lies after --until {until}."
    known = all(2000 <= day.year <= 2100 for day in (since, until) if day)
    return "" if known else "--since and --until are days of the years 2000 to 2100."


def _mistake_of_stdout(asked: Asked, *, named: bool) -> str:
    if not named or asked.format == Format.XLSX:
        return "To standard output goes --format csv or --format json."
    return "With --attachments a file is wanted as --out, beside which the ZIP can stand." if asked.attachments else ""


def _mistake_of_place(asked: Asked) -> str:
    out = asked.out
    try:
        if out.is_dir():
            return f"--out {out} is a folder, a file is wanted."
        if out.exists() and not asked.over:
            return f"--out {out} is there already: name another file, or write over it with --force."
        return "" if out.parent.is_dir() else f"--out {out}: there is no folder {out.parent}."
    except OSError as error:
        return f"--out {out} cannot be written ({error.strerror})."


def _mistake_of_ids(ward: Ward, selection: Selection) -> str:
    known = {
        "status": [OPEN, *Status],
        "unit": [unit.id for unit in ward.units],
        "subject": [subject.id for subject in ward.subjects],
    }
    for name, ids in known.items():
        given = getattr(selection, name)
        if given and given not in ids:
            return f"--{name} {given!r} is unknown; known are {', '.join(ids)}."
    return ""


def _run(app: App, asked: Asked) -> None:
    press = Press(app.database, app.files, app.say, app.profile(), app.clock())
    order = _record(app, asked)
    try:
        rows, files = _made(press, asked)
    except OSError as error:
        typer.echo(f"{asked.out} cannot be written ({error.strerror or type(error).__name__}).", err=True)
        raise typer.Exit(2) from error
    with app.database.write() as session:
        order.state, order.rows, order.made_at = OrderState.MADE, rows, app.clock()
        session.add(order)
    form = "without what says who people are" if asked.form == Form.MASKED else "in full: keep it safe"
    to_stdout = asked.out == STDOUT
    typer.echo(f"{rows:,} cases to {'standard output' if to_stdout else asked.out}, {form}.", err=to_stdout)
    for line in files:
        typer.echo(line)


def _record(app: App, asked: Asked) -> Order:
    """Who looks through the exports finds this one, failed until it is made, so that no kill leaves it out."""
    now = app.clock()
    order = Order(
        key=f"command:{uuid4().hex}",
        kind="export",
        wanted=asked.selection.to_json() | {"format": asked.format, "attachments": asked.attachments},
        masked=asked.form == Form.MASKED,
        reason=asked.reason,
        state=OrderState.FAILED,
        tries=1,
        name=asked.out.name,
        asked_at=now,
    )
    with app.database.write() as session:
        session.add(order)
    return order


def _made(press: Press, asked: Asked) -> tuple[int, list[str]]:
    """The rows written, and what is to be said of the files."""
    with _bar() as shown, TemporaryDirectory() as folder:
        target = Path(folder) / f"table.{asked.format}" if asked.out == STDOUT else asked.out
        wanted = (press, asked.selection, asked.form, asked.protected)
        rows = export(*wanted, asked.format, target, shown("cases"))
        if asked.out == STDOUT:
            with target.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        return rows, _files(wanted, asked.out, shown("files")) if asked.attachments else []


Wanted = tuple[Press, Selection, Form, Protected]


def _files(wanted: Wanted, out: Path, said: Said) -> list[str]:
    of_how_many = [0]

    def noted(done: int, count: int) -> None:
        of_how_many[0] = count
        said(done, count)

    target = out.with_name(f"{out.name}.zip")
    packed = export_attachments(*wanted, target, noted)
    missing = of_how_many[0] - packed
    lacking = [f"{missing:,} files are missing in the store: see `python -m bot backup`."] if missing else []
    return [f"{packed:,} files to {target}.", *lacking]


@contextmanager
def _bar() -> Iterator[Callable[[str], Said]]:
    """A bar for each thing counted, on standard error if somebody looks at it."""
    from rich.console import Console  # noqa: PLC0415 - spares the other commands its import
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn  # noqa: PLC0415 - the same

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def update(task: TaskID, done: int, count: int) -> None:
            progress.update(task, completed=done, total=count)

        yield lambda what: partial(update, progress.add_task(what, total=None))
