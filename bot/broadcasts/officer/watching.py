"""/guidi: how far an announcement is, whom it reached, and who was told by hand since."""

from collections.abc import Iterable
from itertools import islice

from markupsafe import Markup

from bot.broadcasts import rules, wording
from bot.broadcasts.heads import passing_on, unreached
from bot.broadcasts.heads.visiting import GROUPS
from bot.broadcasts.officer import card
from bot.broadcasts.rules import GOING, Act
from bot.cases.wording import shortened
from bot.core.bar import bar, grouped, percent
from bot.core.clock import VIETNAM
from bot.core.replies import Button, Reply, column
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn, Work
from bot.people.staff import EVERYBODY
from db import broadcast_rows, composed, visits, watches
from db.broadcasts import Broadcast, BroadcastState
from db.staff import Role, Staff
from db.visits import TOLD

WORDS = ("gửi đi", "thông báo đã gửi", "tiến độ gửi", "kết quả gửi", "kết quả gửi thông báo")
SHOWN = 10
LOOKED_THROUGH = 20
LABEL = 60
ACTS = (Act.PAUSE, Act.GO_ON, Act.CANCEL)

NAMES = {
    "sent": "watching.sent",
    "gone": "watching.gone",
    "failed": "watching.failed",
    "doubt": "watching.doubt",
    "waiting": "watching.waiting",
    "held": "watching.held",
    "cancelled": "watching.cancelled",
    "unreached": "watching.unreached",
}
ALWAYS = "sent"
NOT_REACHED = ("gone", "failed", "doubt", "unreached")

Tally = dict[str, int]


def feature() -> Feature:
    """The routes."""
    return Feature(
        name="watching",
        commands=(CommandRoute("guidi", show_list, "watching.menu", WORDS, roles=EVERYBODY),),
        buttons=(
            ButtonRoute("watch.list", show_list, roles=EVERYBODY),
            ButtonRoute("watch.open", open_one, roles=EVERYBODY),
            ButtonRoute("watch.again", look_again, roles=EVERYBODY),
        ),
    )


def sees(staff: Staff, broadcast: Broadcast) -> bool:
    """Whether somebody may see how far it is: who may read it, and the admin, who sees numbers alone."""
    return rules.sees(staff, broadcast) or (staff.role == Role.ADMIN and staff.until is None)


def show_list(turn: Turn, _argument: str) -> None:
    """What goes out, and what went out of late."""
    if turn.staff and turn.staff.role == Role.HEAD:
        _list_of_head(turn)
        return
    shown = [each for each in _lately(turn) if turn.staff and sees(turn.staff, each)][:SHOWN]
    rows = [Button(_label(turn, each), f"watch.open:{each.id}") for each in shown]
    turn.reply(turn.say("watching.list" if rows else "watching.none"), column(rows))


def _lately(turn: Turn) -> list[Broadcast]:
    """Those that go out first, then the rest, the newest first."""
    found = composed.lately(turn.session, turn.now, *GOING, BroadcastState.SENT, BroadcastState.CANCELLED)
    begun = [each for each in found if each.started_at is not None]
    return sorted(begun, key=lambda each: each.state not in GOING)


def _label(turn: Turn, broadcast: Broadcast) -> str:
    number, state = wording.number(broadcast), wording.state(turn, broadcast)
    return shortened(turn.app.say.label("composing.line", state=state, number=number, title=broadcast.title), LABEL)


def _list_of_head(turn: Turn) -> None:
    """The announcements that the head may read aloud, and whom of the group they did not reach."""
    lines = (_line_of_head(turn, broadcast) for broadcast in _lately(turn)[:LOOKED_THROUGH])
    rows = list(islice((line for line in lines if line), SHOWN))
    turn.reply(turn.say("watching.list_head" if rows else "watching.none_head"), column(rows))


def _line_of_head(turn: Turn, broadcast: Broadcast) -> Button | None:
    groups = passing_on.visible(turn, broadcast)
    if not groups:
        return None
    told, total = _sums(visits.counts(turn.session, broadcast.id, groups).values())
    values = {"number": wording.number(broadcast), "title": broadcast.title}
    label = turn.app.say.label("watching.line_head_all", **values)
    if total:
        label = turn.app.say.label("watching.line_head", **values, told=told, total=total)
    return Button(shortened(label, LABEL), f"{GROUPS}:{broadcast.id}")


def _sums(counted: Iterable[Tally]) -> tuple[int, int]:
    """How many were told, of how many."""
    found = list(counted)
    return sum(results.get(TOLD, 0) for results in found), sum(sum(results.values()) for results in found)


def open_one(turn: Turn, argument: str) -> None:
    """One of them; while it goes out a message tells how far it is by itself, where the channel can change it."""
    broadcast = _seen(turn, argument)
    if broadcast is None:
        turn.reply(turn.say("turn.old_button"))
        return
    turn.replies.append(_card(turn, broadcast))
    if turn.edits and broadcast.state in GOING:
        watches.begin(turn.session, broadcast.id, turn.chat.id)


def look_again(turn: Turn, argument: str) -> None:
    """The same card with the numbers of this moment in its place."""
    broadcast = _seen(turn, argument)
    if broadcast is None:
        turn.reply(turn.say("turn.old_button"))
        return
    turn.replies.append(_card(turn, broadcast))
    turn.replaces = True


def _seen(turn: Turn, argument: str) -> Broadcast | None:
    found = card.numbers(argument)
    broadcast = turn.session.get(Broadcast, found[0]) if len(found) == 1 else None
    return broadcast if broadcast and broadcast.started_at and turn.staff and sees(turn.staff, broadcast) else None


def _card(turn: Turn, broadcast: Broadcast) -> Reply:
    tally = broadcast_rows.tally(turn.session, broadcast.id)
    at = f"{turn.now.astimezone(VIETNAM):%H:%M}"
    values = {"number": wording.number(broadcast), "state": wording.state(turn, broadcast), "title": broadcast.title}
    said = [turn.say("watching.card", **values, at=at)]
    if broadcast.state in GOING:
        said.append(Markup.escape(far(turn, broadcast, tally, turn.rate)))
    said += [turn.say(key, count=grouped(tally[name])) for name, key in NAMES.items() if tally[name] or name == ALWAYS]
    missed = sum(tally[name] for name in NOT_REACHED)
    said += _by_group(turn, broadcast) if missed else []
    return Reply(wording.lines(said), column(_buttons(turn, broadcast, missed)))


def _by_group(turn: Turn, broadcast: Broadcast) -> list[Markup]:
    """What became of it in each group, and how many of those whom it did not reach were told by hand."""
    sent = broadcast_rows.sent_by_group(turn.session, broadcast.id)
    counted, heads = visits.counts(turn.session, broadcast.id), passing_on.heads_by_group(turn)
    told, total = _sums(counted.values())
    said = [turn.say("watching.told", told=told, total=total)]
    groups = sent.keys() | counted.keys()
    shown = sorted(groups, key=lambda name: (not name, name)) if groups - {""} else []
    rows = (
        _group(turn, group, sent.get(group, 0), counted.get(group, {}), headless=group not in heads) for group in shown
    )
    return [*said, *rows]


def _group(turn: Turn, group: str, sent: int, results: dict[str, int], *, headless: bool) -> Markup:
    total = sum(results.values())
    values = {"group": unreached.name_of(turn, group), "sent": sent}
    if not total:
        return turn.say("watching.group", **values)
    key = "watching.group_headless" if headless else "watching.group_told"
    return turn.say(key, **values, total=total, told=results.get(TOLD, 0))


def _buttons(turn: Turn, broadcast: Broadcast, missed: int) -> list[Button]:
    rows = []
    if broadcast.state in GOING:
        rows.append(turn.button("watching.button_again", f"watch.again:{broadcast.id}"))
    if turn.staff is None or not rules.sees(turn.staff, broadcast):
        return rows
    if missed and passing_on.shows_names(turn.session, broadcast):
        rows.append(turn.button("watching.button_missed", f"{GROUPS}:{broadcast.id}"))
    rows += unreached.ways(turn, broadcast)
    allowed = [act for act in ACTS if rules.may(turn.staff, broadcast, act)]
    rows += [turn.button(card.BUTTONS[act], f"broadcast.{act}:{broadcast.id}") for act in allowed]
    return [
        *rows,
        turn.button("composing.button_open", f"broadcast.open:{broadcast.id}", number=wording.number(broadcast)),
    ]


def far(work: Work, broadcast: Broadcast, tally: Tally, rate: float) -> str:
    """A bar, the share, the numbers, and how long the rest takes at so many messages a second."""
    done = sum(tally[name] for name in broadcast_rows.DONE)
    total = done + tally["waiting"] + tally["held"]
    if broadcast.fanned_at is None:
        total = max(total, broadcast.people - tally["unreached"])
    values = {"bar": bar(done, total), "percent": percent(done, total), "done": grouped(done), "total": grouped(total)}
    return work.app.say.label("watching.far", **values, rest=_rest(work, broadcast, total - done, rate))


def _rest(work: Work, broadcast: Broadcast, messages: int, rate: float) -> str:
    quiet = None if broadcast.urgent else work.ward.broadcasts.quiet_until(work.now)
    if broadcast.state == BroadcastState.PAUSED:
        return work.app.say.label("watching.paused")
    if broadcast.state != BroadcastState.SENDING or not messages:
        return wording.state(work, broadcast).lower()
    if quiet:
        return work.app.say.label("watching.quiet", until=wording.moment(work, quiet))
    return work.app.say.label("watching.rest", duration=wording.duration(work, messages, rate))
