"""`announce --wait`: a bar until an announcement has gone out; it reads the database and sends nothing."""

import time
from contextlib import suppress

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from bot.broadcasts import wording
from bot.feature import App, Work
from db import broadcast_rows
from db.broadcasts import Broadcast, BroadcastState

SECONDS = 2.0
"""Between two looks, each of which counts everybody."""
ENDED = (BroadcastState.SENT, BroadcastState.CANCELLED, BroadcastState.MISSED, BroadcastState.RETURNED)
OPEN = ("waiting", "held")


def wait_until_sent(app: App, broadcast: Broadcast) -> int:
    """The exit code: 0 once it is sent, 1 where it was stopped or sent back, 130 where nobody waits any longer."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("", total=None)
            while not _look(app, broadcast.id, progress, task):
                time.sleep(SECONDS)
    except KeyboardInterrupt:
        typer.echo(app.say.label("announce.left"))
        return 130
    return _ended(app, broadcast.id)


def _look(app: App, broadcast_id: int, progress: Progress, task: TaskID) -> bool:
    """Move the bar; whether it is over."""
    with app.database.read() as session:
        now = session.get_one(Broadcast, broadcast_id)
        tally = (
            broadcast_rows.tally(session, broadcast_id) if now.started_at else dict.fromkeys(broadcast_rows.NAMES, 0)
        )
        said = wording.state(Work(app, session, app.clock(), app.profile()), now)
    done, waiting = (sum(tally[name] for name in names) for names in (broadcast_rows.DONE, OPEN))
    known = now.fanned_at is not None
    total = done + waiting if known else max(done + waiting, now.people)
    progress.update(task, description=said, completed=done, total=total or None)
    return now.state in ENDED


def _ended(app: App, broadcast_id: int) -> int:
    with app.database.read() as session:
        now = session.get_one(Broadcast, broadcast_id)
        tally = broadcast_rows.tally(session, broadcast_id)
        state = wording.state(Work(app, session, app.clock(), app.profile()), now)
    numbers = {name: tally[name] for name in ("sent", "gone", "failed", "doubt", "unreached")}
    with suppress(BrokenPipeError):
        typer.echo(app.say.label("announce.ended", number=wording.number(now), state=state, **numbers))
    return 0 if now.state == BroadcastState.SENT else 1
