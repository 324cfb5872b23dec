"""`python -m bot staff …`: the first invitation, and what must work without the chat."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from bot.core.clock import VIETNAM, in_words, local_date
from bot.feature import App, Work
from bot.people import codes
from bot.people.joining import LINK
from bot.people.staff import Offer, invite, leave, mistake
from db.staff import Invitation, Role, Staff, all_serving

Opened = Callable[[], AbstractContextManager[App]]


def staff_commands(opened: Opened) -> typer.Typer:
    """The commands, over whatever opens the bot for one of them."""
    staff = typer.Typer(help="Who works for the ward in the chat.", no_args_is_help=True)

    @staff.command("invite")
    def invite_one(
        role: Annotated[Role, typer.Option(help="What they will be.")],
        unit: Annotated[str, typer.Option(help="Id of a unit of the ward profile: officer and clerk.")] = "",
        group: Annotated[str, typer.Option(help="Id of a neighbourhood group of the ward profile: head.")] = "",
        name: Annotated[str, typer.Option(help="Name and title as owners read it; without it they are asked.")] = "",
    ) -> None:
        """Print a one-time code with which somebody takes up a role in the chat."""
        with opened() as app:
            _invite(app, Offer(role, unit.strip(), group.strip(), name.strip()))

    @staff.command("list")
    def list_all() -> None:
        """Print everybody who has a role: number, role, unit or group, name."""
        with opened() as app, app.database.read() as session:
            for one in all_serving(session):
                typer.echo(_line(one))

    @staff.command("remove")
    def remove(
        number: Annotated[int, typer.Argument(help="The number that `staff list` shows.", min=1, max=2**31 - 1)],
    ) -> None:
        """End a role; open cases go back to the unit. The last admin can be removed here, and only here."""
        with opened() as app:
            _remove(app, number)

    return staff


def _invite(app: App, offer: Offer) -> None:
    wrong = mistake(app.profile(), offer)
    if wrong:
        typer.echo(wrong, err=True)
        raise typer.Exit(2)
    with app.database.write() as session:
        invitation, code = invite(Work(app, session, app.clock(), app.profile()), offer)
    for line in _told(invitation, code):
        typer.echo(line)


def _told(invitation: Invitation, code: str) -> list[str]:
    where = invitation.unit or invitation.neighbourhood
    until = f"{invitation.expires_at.astimezone(VIETNAM):%H:%M on %d/%m/%Y}"
    return [
        f"Invitation as {invitation.role}{f' ({where})' if where else ''}, to be used once, until {until}.",
        f"Code: {codes.shown(code)}",
        f"In the chat: /start {LINK}_{code}   or: /nhanviec {codes.shown(code)}",
        f"As a link: https://t.me/<bot>?start={LINK}_{code}   with your bot's user name for <bot>",
    ]


def _line(staff: Staff) -> str:
    where = staff.unit or staff.neighbourhood or "-"
    since = f"since {in_words(local_date(staff.since))}"
    fields = [str(staff.id), str(staff.role), where, staff.name, since]
    if staff.absent_from and staff.absent_until:
        fields.append(f"away {in_words(staff.absent_from)} to {in_words(staff.absent_until)}")
    return "\t".join(fields)


def _remove(app: App, number: int) -> None:
    with app.database.write() as session:
        left = leave(Work(app, session, app.clock(), app.profile()), number)
    if left is None:
        typer.echo(f"Nobody serves with the number {number}: see `python -m bot staff list`.", err=True)
        raise typer.Exit(2)
    typer.echo(f"{left.name} no longer has the role {left.role}.")
