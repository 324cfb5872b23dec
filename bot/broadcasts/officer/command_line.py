"""`python -m bot announce …`: writes an announcement as the chat does; the running bot sends it."""

import hashlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from html import unescape
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from bot.broadcasts import service, wording
from bot.broadcasts.officer.command_wait import wait_until_sent
from bot.broadcasts.officer.command_words import Mistake, Words
from bot.broadcasts.officer.preview import visible_units
from bot.broadcasts.owner.likeness import visible
from bot.broadcasts.rendering import reply_of
from bot.broadcasts.rules import COMPOSE
from bot.broadcasts.service import Draft
from bot.core.choices import plain
from bot.core.clock import local_date
from bot.feature import SMALLEST_TEXT, App, Work
from db.broadcasts import Broadcast
from db.staff import Staff, all_serving

Opened = Callable[[], AbstractContextManager[App]]

STDIN = Path("-")
AGAIN_AT_MOST = 20
"""Times that the same text can be announced on one day."""


class Late(StrEnum):
    """What becomes of it when the bot was down at its time."""

    SEND = "send"
    DROP = "drop"


@dataclass(frozen=True)
class Asked:
    """One call of the command, as it was typed."""

    content: bytes
    title: str
    audience: tuple[str, ...]
    at: str = ""
    subject: str = ""
    by: str = ""
    urgent: bool = False
    late: str = "send"
    again: bool = False

    @property
    def digest(self) -> str:
        """What makes two calls the same: title and text."""
        return hashlib.sha256(self.title.strip().encode() + b"\0" + self.content).hexdigest()[:16]


def announce_command(opened: Opened, rate: Callable[[], float]) -> Callable[..., None]:
    """The command, over whatever opens the bot for it; `rate` is how many messages a second go out."""

    def announce(
        *,
        file: Annotated[Path, typer.Option("--file", metavar="F", help="The text, UTF-8; - is standard input.")],
        title: Annotated[str, typer.Option("--title", metavar="T", help="One line, at most 80 letters.")],
        audience: Annotated[
            list[str],
            typer.Option(
                "--audience",
                metavar="WHOM",
                help="all, or subject:ID, group:ID, kind:ID, trade:ID; repeat it for more. everyone with --urgent.",
            ),
        ],
        at: Annotated[str, typer.Option("--at", help='When, in Vietnam: "2026-12-25 08:00"; else at once.')] = "",
        subject: Annotated[str, typer.Option("--subject", help="Kind of news; by default the general one.")] = "",
        by: Annotated[str, typer.Option("--by", help="Who announces: a number of `staff list`, or a name.")] = "",
        urgent: Annotated[bool, typer.Option("--urgent", help="In quiet hours too; a leader must approve.")] = False,
        late: Annotated[Late, typer.Option("--late", help="If the bot was down at that time.")] = Late.SEND,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, write nothing.")] = False,
        wait: Annotated[bool, typer.Option("--wait", help="Stay until it is sent; Ctrl-C leaves it going.")] = False,
        again: Annotated[bool, typer.Option("--again", help="Although the same went out within a day.")] = False,
    ) -> None:
        """Announce the text of a file to the ward's businesses; a leader is asked in the chat where one must be."""
        asked = Asked(_content(file), title, tuple(audience), at, subject.strip(), by, urgent, late.value, again)
        with opened() as app:
            try:
                if dry_run:
                    _dry(app, asked, rate())
                    return
                broadcast = _submit(app, asked, rate())
            except Mistake as mistake:
                typer.echo(str(mistake), err=True)
                raise typer.Exit(2) from mistake
            if wait:
                raise typer.Exit(wait_until_sent(app, broadcast))

    return announce


def _content(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
    except OSError as error:
        typer.echo(f"--file {file}: không đọc được ({error.strerror or type(error).__name__}).", err=True)
        raise typer.Exit(2) from error


def _draft(work: Work, asked: Asked, author: Staff) -> Draft:
    """Raises Mistake."""
    words = Words(work.app.say, work.ward)
    draft = Draft(
        title=words.title(asked.title),
        body=words.body(asked.content),
        audience=words.audience(asked.audience, urgent=asked.urgent),
        subject=words.subject(asked.subject),
        urgent=asked.urgent,
        late=asked.late,
        send_at=words.moment(asked.at, work.now),
    )
    over = visible_units(reply_of(work.app, service.unsaved(work, author, draft)).text) - SMALLEST_TEXT
    if over > 0:
        raise words.refuse("announce.over", over=over)
    return draft


def _author(work: Work, by: str) -> Staff:
    """Who announces: the only one who may, or the one named. Raises Mistake."""
    words = Words(work.app.say, work.ward)
    may = [one for one in all_serving(work.session) if one.role in COMPOSE]
    named = [one for one in may if not by.strip() or by.strip() == str(one.id)]
    named = named or [one for one in may if plain(one.name) == plain(by)]
    named = named or [one for one in may if plain(by) in plain(one.name)]
    if len(named) != 1:
        listed = "\n".join(f"{one.id}  {one.name} ({one.role})" for one in (named or may))
        key = "announce.by" if may else "announce.nobody"
        raise words.refuse(key, **({"word": by.strip() or "…", "known": listed} if may else {}))
    return named[0]


def _submit(app: App, asked: Asked, rate: float) -> Broadcast:
    try:
        with app.database.write() as session:
            work = Work(app, session, app.clock(), app.profile())
            author = _author(work, asked.by)
            draft = _draft(work, asked, author)
            broadcast = service.submit(work, author, draft, key=_key(work, asked))
            if broadcast is None:
                raise Words(app.say, work.ward).refuse("announce.may_not", name=author.name)
            said = _told(work, broadcast, rate)
    except IntegrityError as error:
        raise Words(app.say, app.profile()).refuse("announce.meanwhile") from error
    typer.echo("\n".join(said))
    return broadcast


def _dry(app: App, asked: Asked, rate: float) -> None:
    """Everything but the writing."""
    with app.database.read() as session:
        work = Work(app, session, app.clock(), app.profile())
        author = _author(work, asked.by)
        draft = _draft(work, asked, author)
        known = _known(work, asked)
        broadcast = service.unsaved(work, author, draft)
        service.count(work, broadcast)
        broadcast.needs_approval = service.is_to_be_approved(work, broadcast)
        said = [visible(str(reply_of(app, broadcast).text)), "", *_plan(work, broadcast, rate)]
    if known and not asked.again:
        said.append(app.say.label("announce.again", number=wording.number(known[0])))
    typer.echo("\n".join([*said, app.say.label("announce.dry")]))


def _known(work: Work, asked: Asked) -> list[Broadcast]:
    """The same title and text, announced within the last 24 hours, the newest first."""
    days = (work.today, work.today - timedelta(days=1))
    keys = [_named(asked, f"{day}", count) for day in days for count in range(AGAIN_AT_MOST)]
    rows = select(Broadcast).where(col(Broadcast.key).in_(keys), Broadcast.created_at > work.now - timedelta(days=1))
    return list(work.session.exec(rows.order_by(col(Broadcast.id).desc())))


def _named(asked: Asked, day: str, count: int) -> str:
    return f"command:{asked.digest}:{day}:{count}"


def _key(work: Work, asked: Asked) -> str:
    """The first name of the day that is free, so that two calls at once cannot both have it. Raises Mistake."""
    known = _known(work, asked)
    if known and not asked.again:
        raise Words(work.app.say, work.ward).refuse("announce.again", number=wording.number(known[0]))
    names = [_named(asked, f"{work.today}", count) for count in range(AGAIN_AT_MOST)]
    taken = set(work.session.exec(select(Broadcast.key).where(col(Broadcast.key).in_(names))))
    free = [name for name in names if name not in taken]
    if not free:
        raise Words(work.app.say, work.ward).refuse("announce.too_often", most=AGAIN_AT_MOST)
    return free[0]


def _told(work: Work, broadcast: Broadcast, rate: float) -> list[str]:
    """What was done."""
    label, number = work.app.say.label, wording.number(broadcast)
    return [
        label("announce.written", number=number, title=broadcast.title, proof=broadcast.proof),
        *_plan(work, broadcast, rate),
        label("announce.watch"),
    ]


def _plan(work: Work, broadcast: Broadcast, rate: float) -> list[str]:
    """Who gets it, how long that takes, who decides, when it goes."""
    label = work.app.say.label
    took = wording.duration(work, broadcast.reachable, rate)
    said = [label("announce.people", people=broadcast.people, reached=broadcast.reachable, duration=took)]
    said.append(label("announce.approval" if broadcast.needs_approval else "announce.no_approval"))
    later = broadcast.send_at > work.now
    said.append(label("announce.at", when=wording.moment(work, broadcast.send_at)) if later else label("announce.now"))
    quiet = work.ward.broadcasts.quiet_until(broadcast.send_at)
    if quiet and not broadcast.urgent:
        said.append(label("announce.quiet", until=wording.moment(work, quiet)))
    if not work.ward.calendar.is_workday(local_date(broadcast.send_at)):
        said.append(label("announce.day_off"))
    return [unescape(line) for line in said]
