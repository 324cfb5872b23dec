"""`python -m bot import-cases …`: registers on paper and of the national portal come into the log.

What it says about the file is in Vietnamese, because it is for whoever filled the file in; how it is called is in
English, like every other command.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

from bot.feature import App

Opened = Callable[[], AbstractContextManager[App]]

Sheet = Annotated[Path | None, typer.Argument(metavar="FILE", help="The filled-in sheet: .xlsx, .xls or .ods.")]
Out = Annotated[Path | None, typer.Option("--template", metavar="OUT.xlsx", help="Write the sheet to fill in.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")]
Reviewed = Annotated[
    bool, typer.Option("--reviewed", help="Somebody has read the rows that were asked about: log them as they are.")
]


def import_command(opened: Opened) -> Callable[[Path | None, Path | None, bool, bool], None]:
    """The command, over whatever opens the bot for it."""

    def import_cases(
        file: Sheet = None, template: Out = None, dry_run: Dry = False, reviewed: Reviewed = False
    ) -> None:
        """Log paper petitions and those of the national portal from a spreadsheet: all rows, or none and exit 2."""
        from bot.reports.imports import run  # noqa: PLC0415 - spares the other commands its import

        if (file is None) == (template is None):
            typer.echo("Name the file to import, or with --template the sheet to write.", err=True)
            raise typer.Exit(2)
        with opened() as app:
            if template:
                run.write_template(app, template)
            elif file:
                finish = run.log_nothing if dry_run else run.log_all
                run.import_file(app, file, finish, run.let_through if reviewed else run.hold_back)

    return import_cases
