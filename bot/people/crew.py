"""Those who work for the ward in the chat: the list, who leaves, who is away."""

import re

from bot.core.clock import Clock, in_words, local_date
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.people import absence, codes, joining
from bot.people.staff import EVERYBODY, IN_CHARGE, is_last_admin, leave, title
from db.staff import Role, Staff, all_serving

ADMINS = frozenset({Role.ADMIN})
ON_A_PAGE = 10


def feature(clock: Clock) -> Feature:
    """The routes of this feature; the clock tells its dialogues what "tomorrow" is."""
    return Feature(
        name="staff",
        commands=(
            CommandRoute("moi", joining.begin_invitation, "staff.menu_invite", roles=ADMINS),
            CommandRoute("nhansu", crew, "staff.menu_crew", ("nhân sự",), roles=IN_CHARGE),
            CommandRoute("vang", absence.away, "staff.menu_away", ("báo vắng",), roles=EVERYBODY),
            CommandRoute("nhanviec", joining.enter),
        ),
        buttons=(
            ButtonRoute("crew.page", crew, roles=IN_CHARGE),
            ButtonRoute("crew.card", card, roles=IN_CHARGE),
            ButtonRoute("crew.leave", ask_leave, roles=IN_CHARGE),
            ButtonRoute("crew.left", left, roles=IN_CHARGE),
            ButtonRoute("crew.away", away, roles=IN_CHARGE),
            ButtonRoute("crew.back", absence.back, roles=EVERYBODY),
        ),
        flows=(
            FlowRoute(joining.invite_flow(), joining.invitation_given),
            FlowRoute(codes.code_flow(codes.INVITATION), joining.code_given),
            FlowRoute(joining.join_flow(), joining.name_given),
            FlowRoute(absence.away_flow(clock), absence.given),
        ),
        start_with={joining.LINK: joining.enter},
    )


def crew(turn: Turn, argument: str) -> None:
    """/nhansu: a page of everybody with a role, the first unless a button asks for another."""
    everybody = all_serving(turn.session)
    pages = max(1, -(-len(everybody) // ON_A_PAGE))
    page = min(int(argument), pages) if re.fullmatch(r"[1-9][0-9]{0,3}", argument) else 1
    shown = everybody[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    people = [Button(_line(turn, staff), f"crew.card:{staff.id}") for staff in shown]
    turn.reply(
        turn.say("staff.crew", count=len(everybody), page=page, pages=pages),
        (*column(people), _turning(turn, page, pages)) if pages > 1 else column(people),
    )


def _line(turn: Turn, staff: Staff) -> str:
    key = "staff.line_away" if staff.absent_on(turn.today) else "staff.line"
    return turn.app.say.label(key, name=staff.name, title=title(turn, staff).unescape())


def _turning(turn: Turn, page: int, pages: int) -> tuple[Button, ...]:
    back = (turn.button("staff.button_previous", f"crew.page:{page - 1}"),) if page > 1 else ()
    return (*back, turn.button("staff.button_next", f"crew.page:{page + 1}")) if page < pages else back


def _serving(turn: Turn, argument: str) -> Staff | None:
    """Whom a button names; who has left meanwhile, or never was, is answered as an old button."""
    staff = absence.named(turn, argument)
    if staff is None or staff.until is not None:
        turn.reply(turn.say("turn.old_button"))
        return None
    return staff


def card(turn: Turn, argument: str) -> None:
    """Somebody and what can be done about them."""
    staff = _serving(turn, argument)
    if staff is None:
        return
    away_or_back = turn.button("staff.button_away", f"crew.away:{staff.id}")
    said = turn.say("staff.card", name=staff.name, title=title(turn, staff), since=in_words(local_date(staff.since)))
    if absence.coming(staff, turn.today):
        said += "\n" + absence.absence(turn, staff)
        away_or_back = turn.button("staff.button_back", f"crew.back:{staff.id}")
    end = turn.button("staff.button_leave", f"crew.leave:{staff.id}")
    turn.reply(said, column((away_or_back, end, turn.button("staff.button_crew", "crew.page"))))


def ask_leave(turn: Turn, argument: str) -> None:
    """Confirm first: what somebody had to do goes back to the unit."""
    staff = _serving(turn, argument)
    if staff and is_last_admin(turn.session, staff):
        turn.reply(turn.say("staff.last_admin", name=staff.name))
    elif staff:
        sure = turn.button("staff.button_left", f"crew.left:{staff.id}")
        kept = turn.button("staff.button_keep", f"crew.card:{staff.id}")
        turn.reply(turn.say("staff.leave", name=staff.name, title=title(turn, staff)), column((sure, kept)))


def left(turn: Turn, argument: str) -> None:
    """The role ends now, unless nobody could invite any more."""
    staff = _serving(turn, argument)
    if staff and is_last_admin(turn.session, staff):
        turn.reply(turn.say("staff.last_admin", name=staff.name))
    elif staff and leave(turn, staff.id):
        turn.reply(turn.say("staff.left", name=staff.name))
    elif staff:
        turn.reply(turn.say("turn.old_button"))


def away(turn: Turn, argument: str) -> None:
    """Begin to say when somebody else is away."""
    if staff := _serving(turn, argument):
        absence.ask(turn, staff)
