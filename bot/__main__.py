"""The command line, `python -m bot …`: it parses, then calls."""

import asyncio
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

import faq
from bot import logs
from bot.answers.command_line import faq_commands
from bot.app import compose
from bot.broadcasts.officer.command_line import announce_command
from bot.core.clock import local_date, utc_now
from bot.feature import App
from bot.people.command_line import staff_commands
from bot.reports.exports.command_line import export_command
from bot.reports.imports.command_line import import_command
from bot.runtime.stop import CannotServe
from bot.settings import Settings, SettingsError
from bot.ward import ProfileError
from db.lock import Taken, only_server
from db.session import DatabaseTooNew

cli = typer.Typer(
    help="Việt Hòa Đồng Hành: a ward talks with its businesses in chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DEFAULT_NAME = "khach"
NAME = re.compile(r"[\w.-]{1,64}")


@contextmanager
def refusing() -> Iterator[None]:
    """What the person who starts the bot must mend ends it with one sentence and an exit code that says what."""
    try:
        yield
    except (SettingsError, ProfileError, faq.ContentError, DatabaseTooNew) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except (SQLAlchemyError, OSError) as error:
        kind = type(error).__name__
        typer.echo(f"The database or its folder cannot be used ({kind}): see DATABASE_URL and DATA_DIR.", err=True)
        raise typer.Exit(2) from error
    except Taken as taken:
        typer.echo("This person's chat is open in another terminal.", err=True)
        raise typer.Exit(5) from taken
    except CannotServe as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(reason.code) from reason


@contextmanager
def opened() -> Iterator[App]:
    """The bot for one command that works on its database. It answers nobody: its index, seconds of work, is empty."""
    with refusing():
        app = compose(Settings.load(), index=faq.FaqIndex([]))
        try:
            yield app
        finally:
            app.database.close()


def telegram_rate() -> float:
    """Messages a second that Telegram takes from the running bot."""
    from bot.channels.telegram import limits_for  # noqa: PLC0415 - spares the other commands its import

    with refusing():
        return limits_for(Settings.load().telegram_rate).rate


cli.add_typer(staff_commands(opened), name="staff")
cli.add_typer(faq_commands(opened), name="faq")
cli.command("export")(export_command(opened))
cli.command("import-cases")(import_command(opened))
cli.command("announce")(announce_command(opened, telegram_rate))


@cli.command()
def run() -> None:
    """Run the bot; without TELEGRAM_TOKEN, the chat in this terminal."""
    with refusing():
        settings = Settings.load()
        if settings.telegram_token:
            serve_telegram(settings)
        else:
            talk(settings, DEFAULT_NAME)


def serve_telegram(settings: Settings) -> None:
    """Serve Telegram until told to stop."""
    from bot.channels.telegram.serve import serve_until_signalled  # noqa: PLC0415 - spares the other commands its import

    logs.start(settings.log_level)
    app = compose(settings)
    try:
        asyncio.run(serve_until_signalled(app, settings))
    finally:
        app.database.close()


@cli.command()
def chat(
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Who you are: letters, digits, . _ -")
    ] = DEFAULT_NAME,
) -> None:
    """Chat in this terminal as somebody; several terminals may be several people."""
    if not NAME.fullmatch(name):
        typer.echo(f"--as takes 1 to 64 letters, digits, dots, dashes: {name!r} will not do.", err=True)
        raise typer.Exit(2)
    with refusing():
        talk(Settings.load(), name)


def talk(settings: Settings, name: str) -> None:
    """The chat in the terminal, until the end of input."""
    from bot.channels.terminal.chat import chat as terminal_chat  # noqa: PLC0415 - spares the other commands its import

    logs.start("WARNING" if settings.log_level == "INFO" else settings.log_level)
    app = compose(settings)
    try:
        with only_server(app.database, f"terminal-{name}"):
            asyncio.run(terminal_chat(app, name, settings.data_dir / "history"))
    except KeyboardInterrupt:
        pass
    finally:
        app.database.close()


@cli.command()
def ask(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line; the only form there is.")] = True,  # noqa: ARG001
) -> None:
    """Understand one question a line from standard input; nothing is written to the database."""
    from bot.answers.lines import understood_lines  # noqa: PLC0415 - spares the other commands its import

    with refusing():
        for line in understood_lines(sys.stdin):
            typer.echo(line)


@cli.command()
def reconcile(
    date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day, in Vietnam; by default yesterday.")
    ] = None,
) -> None:
    """Account for every message that came in on a day; exit 1 where one is not accounted for."""
    from bot.runtime.reconcile import account  # noqa: PLC0415 - spares the other commands its import

    with opened() as app:
        day = date.date() if date else local_date(app.clock()) - timedelta(days=1)
        found = account(app, day)
    for line in found.lines():
        typer.echo(line)
    raise typer.Exit(1 if found.gaps else 0)


@cli.command()
def check() -> None:
    """Say in words what is missing; exit 1 for what must not be missing."""
    from bot.check import findings  # noqa: PLC0415 - spares the other commands its import

    with refusing():
        found = findings(Settings.load())
    for finding in found:
        typer.echo(finding.sentence)
    raise typer.Exit(1 if any(finding.fatal for finding in found) else 0)


@cli.command()
def backup(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A folder of this ward's own, best on another disk.")],
    keep: Annotated[int | None, typer.Option(min=1, help="Remove all but the newest so many backups there.")] = None,
) -> None:
    """Copy the database, the attachments and the ward profile while the bot runs; exit 1 for damaged attachments."""
    from bot.backup.make import keep_newest, make_backup  # noqa: PLC0415 - spares the other commands its import
    from bot.backup.words import backup_line, backup_warnings  # noqa: PLC0415 - the same

    began = time.monotonic()
    with refusing():
        made = make_backup(Settings.load(), to, utc_now())
        if keep is not None:
            keep_newest(to, keep, made.folder)
    typer.echo(backup_line(made, time.monotonic() - began))
    warnings = backup_warnings(made)
    for warning in warnings:
        typer.echo(warning, err=True)
    raise typer.Exit(1 if warnings else 0)


@cli.command()
def restore(
    source: Annotated[
        Path, typer.Option("--from", metavar="BACKUP", help="One backup: the folder that `backup` made.")
    ],
) -> None:
    """Put a backup back into an empty place, while the bot does not run; say what became of what was under way."""
    from bot.backup.restore import restore as put_back  # noqa: PLC0415 - spares the other commands its import
    from bot.backup.words import restore_sentences  # noqa: PLC0415 - the same

    with refusing():
        settings = Settings.load()
        restored = put_back(settings, source, utc_now())
    for sentence in restore_sentences(restored, source, settings.ward_file):
        typer.echo(sentence)


if __name__ == "__main__":
    cli()
