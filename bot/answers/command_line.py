"""`python -m bot faq export`: what the ward answers itself, as files for the next version's content."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

import faq
from bot.answers.library import own_content
from bot.feature import App

Opened = Callable[[], AbstractContextManager[App]]


def faq_commands(opened: Opened) -> typer.Typer:
    """The commands, over whatever opens the bot for one of them."""
    commands = typer.Typer(help="What the ward answers itself.", no_args_is_help=True)

    @commands.callback()
    def _of_the_faq() -> None:
        """A command of its own name, though it be the only one."""

    @commands.command("export")
    def export(
        out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new or an empty folder.")],
    ) -> None:
        """Write the ward's own entries, and those with phrasings added, as files to copy into faq/content."""
        _refuse(_mistake_of_place(out))
        shipped = faq.load_content()
        with opened() as app, app.database.read() as session:
            content = own_content(session, shipped).content
        entries = faq.differing(content, shipped)
        try:
            _write(entries, out)
        except OSError as error:
            _refuse(f"--out {out} cannot be written ({error.strerror or type(error).__name__}).")
        for line in _told(entries, shipped, out):
            typer.echo(line)

    return commands


def _refuse(mistake: str) -> None:
    if mistake:
        typer.echo(mistake, err=True)
        raise typer.Exit(2)


def _mistake_of_place(out: Path) -> str:
    try:
        if not out.exists():
            return ""
        if not out.is_dir():
            return f"--out {out} is a file, a folder is wanted."
        return f"--out {out} is not empty: name a new or an empty folder." if any(out.iterdir()) else ""
    except OSError as error:
        return f"--out {out} cannot be read ({error.strerror or type(error).__name__})."


def _write(entries: Iterable[faq.Entry], out: Path) -> None:
    from rich.console import Console  # noqa: PLC0415 - spares the other commands its import
    from rich.progress import track  # noqa: PLC0415 - the same

    console = Console(stderr=True)
    out.mkdir(parents=True, exist_ok=True)
    shown = track(list(entries), "entries", console=console, transient=True, disable=not console.is_terminal)
    for entry in shown:
        file = out / entry.category / f"{entry.id}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(faq.written(entry), encoding="utf-8", newline="\n")


def _told(entries: list[faq.Entry], shipped: faq.Content, out: Path) -> list[str]:
    """How many, and what the files do not do by themselves."""
    if not entries:
        return ["The ward has no entries or phrasings of its own: nothing to write."]
    lines = [f"{len(entries):,} entries to {out}: copy what it holds into faq/content, then `python -m faq check`."]
    if new := [entry.id for entry in entries if entry.id not in shipped.entries]:
        lines.append(
            f"The catalogue of facts wants a row for each new one, not in faq/facts.json yet: {', '.join(new)}."
        )
    for entry in entries:
        before = shipped.entries.get(entry.id)
        # Two files of one id would be refused.
        if before and before.category != entry.category:
            lines.append(f"Remove faq/content/{before.category}/{entry.id}.md: it is in {entry.category} now.")
    return lines
