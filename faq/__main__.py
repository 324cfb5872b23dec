"""The command line of the FAQ: check the content, measure the matcher."""

import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from faq.check import defects, load_facts
from faq.evaluate import evaluated, misses, own_rows, read_index, read_rows, report
from faq.index import content_index
from faq.load import HERE, ContentError, load_content
from faq.overlap import neighbours

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Check the FAQ's content and measure its matcher.")

FAILED = 1
BROKEN = 2


@app.command()
def check(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which answers must be valid.")
    ] = None,
    directory: Annotated[Path, typer.Option(help="Where content/, categories.toml and facts.json are.")] = HERE,
    pairs: Annotated[int, typer.Option(min=0, help="So many pairs of entries that take each other's phrasings.")] = 5,
) -> None:
    """Say what is wrong with the content; exit 1 if anything is. Pairs of close entries are named, but no defect."""
    try:
        content = load_content(directory)
        found = defects(content, on.date() if on else _today(), load_facts(directory / "facts.json"))
    except ContentError as error:
        _stop(error)
    for sentence in (*neighbours(content, pairs), *found):
        print(sentence)
    if found:
        print(f"{len(found)} defects in {len(content.entries)} entries.")
        raise typer.Exit(FAILED)
    print(f"{len(content.entries)} entries, no defect.")


@app.command()
def evaluate(
    queries: Annotated[
        Path | None,
        typer.Option(
            help='Rows {"label", "text"}; a label may be a list, or null: out of scope. '
            "Without it, the project's own evaluation questions."
        ),
    ] = None,
    index: Annotated[
        Path | None, typer.Option(help="Rows to build the index from; without it, the shipped content.")
    ] = None,
    show_misses: Annotated[bool, typer.Option("--misses", help="List the wrong answers by the entry wanted.")] = False,
) -> None:
    """Print top-1, top-3, MRR, AUROC where a label is null, decisions and milliseconds a query."""
    try:
        rows = read_rows(queries) if queries else own_rows()
        begun = time.perf_counter()
        built = read_index(index) if index else content_index(load_content())
        build_seconds = time.perf_counter() - begun
    except ContentError as error:
        _stop(error)
    results = evaluated(built, rows)
    print(report(results, build_seconds))
    if show_misses:
        print(misses(results))


def _today() -> date:
    return datetime.now().astimezone().date()


def _stop(error: ContentError) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(BROKEN) from error


if __name__ == "__main__":
    app()
