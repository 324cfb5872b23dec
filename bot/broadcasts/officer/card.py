"""The card of an announcement: where it stands, what happened to it, and the acts that are allowed now."""

import re

from markupsafe import Markup

from bot.broadcasts import approvals, corrections, rules, wording
from bot.broadcasts.audience import Audience
from bot.broadcasts.deciding import may_now
from bot.broadcasts.history import proposed
from bot.broadcasts.officer import preview
from bot.broadcasts.officer.compose_flow import NAME as FLOW
from bot.broadcasts.rules import Act
from bot.core.clock import VIETNAM
from bot.core.replies import Button, Rows, column
from bot.feature import Turn
from db import composed, drafts
from db.broadcasts import Broadcast, BroadcastEvent, BroadcastState, Recurrence
from db.drafts import DraftRow
from db.staff import Staff

BUTTONS = {
    Act.PAUSE: "composing.button_pause",
    Act.GO_ON: "composing.button_go_on",
    Act.EDIT: "composing.button_correct",
    Act.NOTICE: "composing.button_correct",
    Act.CANCEL: "composing.button_cancel",
    Act.END: "composing.button_end",
}
ACTS = {
    Act.SUBMIT: "composing.act_submit",
    Act.APPROVE: "composing.act_approve",
    Act.RETURN: "composing.act_return",
    Act.WITHDRAW: "composing.act_withdraw",
    Act.STILL_WAITS: "composing.act_still_waits",
    Act.PAUSE: "composing.act_pause",
    Act.GO_ON: "composing.act_go_on",
    Act.CANCEL: "composing.act_cancel",
    Act.EDIT: "composing.act_edit",
    Act.NOTICE: "composing.act_notice",
    Act.END: "composing.act_end",
    Act.PROPOSE_EDIT: "composing.act_propose_edit",
    Act.APPROVE_EDIT: "composing.act_edit",
    Act.RETURN_EDIT: "composing.act_return_edit",
    Act.PLAN: "composing.act_plan",
    "start": "composing.act_start",
    "miss": "composing.act_miss",
    "correct": "composing.act_corrected",
    "end": "composing.act_ended",
}
WITH_REASON = frozenset({Act.RETURN, Act.RETURN_EDIT})
LATEST = 8
LOOKED_BACK = 50


def readable(turn: Turn, argument: str) -> Broadcast | None:
    """The announcement that a button names first, if this colleague may read it."""
    found = numbers(argument)
    broadcast = turn.session.get(Broadcast, found[0]) if found else None
    return broadcast if broadcast and turn.staff and rules.sees(turn.staff, broadcast) else None


def numbers(argument: str) -> list[int]:
    """The ids in a button's data; none in a forged one."""
    parts = argument.split(":")
    return [int(part) for part in parts] if all(re.fullmatch("[0-9]{1,9}", part) for part in parts) else []


def when(turn: Turn, broadcast: Broadcast) -> str:
    """Its time in words."""
    return approvals.when(turn, broadcast)


def card(turn: Turn, broadcast: Broadcast) -> None:
    """Show it to the colleague of the turn, who may read it."""
    if turn.staff is None:
        return
    chosen = Audience.from_json(broadcast.audience)
    said = turn.say(
        "composing.card",
        number=wording.number(broadcast),
        title=broadcast.title,
        state=wording.state(turn, broadcast),
        audience=wording.audience(turn, chosen, broadcast.subject),
        people=broadcast.people,
        when=_time(turn, broadcast),
        author=_name(turn, broadcast.author_id),
        text=preview.shortened(broadcast.body),
    )
    turn.reply(wording.lines([said, *_more(turn, broadcast), *_history(turn, broadcast)]), _rows(turn, broadcast))


def _time(turn: Turn, broadcast: Broadcast) -> str:
    """What goes once it is decided has no time of its own any more."""
    waits = broadcast.state == BroadcastState.PROPOSED and broadcast.recurrence_id is None
    return when(turn, broadcast) if waits else wording.moment(turn, broadcast.send_at)


def _more(turn: Turn, broadcast: Broadcast) -> list[Markup]:
    row = turn.session.get(Recurrence, broadcast.recurrence_id) if broadcast.recurrence_id else None
    said = [turn.say("composing.recurrence", recurrence=wording.recurrence(turn, row))] if row else []
    if row and row.ended_at:
        said.append(turn.say("composing.recurrence_ended"))
    if broadcast.state in composed.MENDABLE and proposed(turn.session, broadcast.id):
        said.append(turn.say("composing.edit_waits"))
    if rules.is_settled(broadcast):
        said.append(turn.say("composing.settled"))
    return said


def _history(turn: Turn, broadcast: Broadcast) -> list[Markup]:
    happened = composed.events(turn.session, broadcast.id)[-LATEST:]
    return [_event(turn, event) for event in happened if event.act in ACTS]


def _event(turn: Turn, event: BroadcastEvent) -> Markup:
    at = event.at.astimezone(VIETNAM)
    by = _name(turn, event.staff_id) if event.staff_id else turn.app.say.label("composing.by_clock")
    act = turn.app.say.label(ACTS[event.act])
    key = "composing.event_reason" if event.act in WITH_REASON else "composing.event"
    reason = {"reason": event.note} if event.act in WITH_REASON else {}
    return turn.say(key, at=f"{at:%H:%M %d/%m/%Y}", act=act, by=by, **reason)


def _name(turn: Turn, staff_id: int) -> str:
    return turn.session.get_one(Staff, staff_id).name


def _rows(turn: Turn, broadcast: Broadcast) -> Rows:
    staff = turn.staff
    allowed = rules.buttons(staff, broadcast) if staff else []
    if Act.EDIT in allowed and not corrections.edits(turn.app, broadcast):
        allowed.remove(Act.EDIT)
    if Act.EDIT in allowed and Act.NOTICE in allowed:
        allowed.remove(Act.NOTICE)
    buttons = [_button(turn, broadcast, act) for act in allowed if _sensible(turn, broadcast, act)]
    if staff and (mend := _mend(turn, staff, broadcast)):
        buttons.insert(0, mend)
    if staff and may_now(turn.session, staff, broadcast, Act.APPROVE):
        decide = approvals.decide(turn, broadcast)
        return (*decide, *column([_show(turn, broadcast), *buttons]))
    return column([_show(turn, broadcast), *buttons])


def _mend(turn: Turn, staff: Staff, broadcast: Broadcast) -> Button | None:
    """The way for its author to mend it, before it leaves, where the answers are still there."""
    kind = turn.app.routes.notices.get(broadcast.kind)
    if kind:
        returned = bool(kind.again) and rules.may(staff, broadcast, Act.SUBMIT)
        return turn.button("composing.button_again", f"{kind.again}:{broadcast.id}") if returned else None
    named = {Act.SUBMIT: ("composing.button_again", "again"), Act.WITHDRAW: ("composing.button_withdraw", "withdraw")}
    act = Act.SUBMIT if broadcast.state == BroadcastState.RETURNED else Act.WITHDRAW
    if not rules.may(staff, broadcast, act) or written(turn, broadcast) is None:
        return None
    key, data = named[act]
    return turn.button(key, f"broadcast.{data}:{broadcast.id}")


def written(turn: Turn, broadcast: Broadcast) -> DraftRow | None:
    """The dialogue in which the person of the turn wrote it, the last one; None of what came another way."""
    found = drafts.of_flow(turn.session, turn.person.id, FLOW, limit=LOOKED_BACK)
    return next((each for each in found if each.answers.get("broadcast") == broadcast.id), None)


def _show(turn: Turn, broadcast: Broadcast) -> Button:
    return turn.button("composing.button_show", f"broadcast.show:{broadcast.id}")


def _button(turn: Turn, broadcast: Broadcast, act: Act) -> Button:
    name = "correct" if act in {Act.EDIT, Act.NOTICE} else act
    return turn.button(BUTTONS[act], f"broadcast.{name}:{broadcast.id}")


def _sensible(turn: Turn, broadcast: Broadcast, act: Act) -> bool:
    if act == Act.NOTICE:
        return broadcast.started_at is not None
    if act == Act.END:
        row = turn.session.get(Recurrence, broadcast.recurrence_id)
        return row is not None and row.ended_at is None
    return True
