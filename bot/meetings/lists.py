"""Lists for the organiser: who comes, who does not, who waits, who is silent, also by neighbourhood group."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from bot.broadcasts import wording
from bot.broadcasts.rules import COMPOSE
from bot.cases.outcome import numbers
from bot.core.clock import VIETNAM
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, Feature, Turn, Work
from bot.meetings import card, sheet, silent
from db import door, invited
from db.invited import Line
from db.meetings import Answer, Meeting
from db.orders import Order

ON_A_PAGE = 15
SILENT, CAME = "silent", "came"
WHICH: dict[str, tuple[str, ...]] = {
    "coming": (Answer.COMING,),
    "declined": (Answer.DECLINED,),
    "waiting": (Answer.WAITING, Answer.OFFERED),
    "lapsed": (Answer.LAPSED,),
    "walked_in": (Answer.WALKED_IN,),
    CAME: (),
    SILENT: (),
}
"""The lists, and whose answers stand in them; buttons name them by their place here."""

LABELS = {
    "coming": "lists.coming",
    "declined": "lists.declined",
    "waiting": "lists.waiting",
    "lapsed": "lists.lapsed",
    "walked_in": "lists.walked_in",
    CAME: "lists.came",
    SILENT: "lists.silent",
}

Counted = Mapping[tuple[str, str], tuple[int, int]]
"""By group and answer how many guests, and with how many people."""


@dataclass(frozen=True)
class Which:
    """A list of a meeting, of one group or of all."""

    meeting: Meeting
    name: str
    group: str | None = None

    def page(self, number: int) -> str:
        """What a button says that opens a page of it."""
        data = f"lists.page:{self.meeting.id}:{1 + list(WHICH).index(self.name)}:{number}"
        return data if self.group is None else f"{data}:{self.group or silent.NO_GROUP}"


class Orders(Protocol):
    """How a paper is ordered; what orders stands above this part, and is handed in where the bot is composed."""

    def __call__(
        self, turn: Turn, kind: str, wanted: dict[str, object], *, masked: bool = True, reason: str = ""
    ) -> Order:
        """Order it for whoever's turn it is; the order is on record."""


class Lists:
    """The lists, with the way to order them as a table."""

    def __init__(self, order: Orders) -> None:
        self.order = order

    def feature(self) -> Feature:
        """The routes."""
        return Feature(
            name="meeting_lists",
            buttons=(
                ButtonRoute("meeting.lists", overview, roles=COMPOSE),
                ButtonRoute("lists.page", page, roles=COMPOSE),
                ButtonRoute("lists.groups", groups, roles=COMPOSE),
                ButtonRoute("lists.sheet", self.ordered, roles=COMPOSE),
            ),
            makes={sheet.KIND: sheet.guests},
        )

    def ordered(self, turn: Turn, argument: str) -> None:
        """The table of everybody; it has names and numbers, so who took it and what for stays on record."""
        meeting = _meeting(turn, argument)
        if meeting:
            reason = turn.app.say.label("lists.reason", title=meeting.title)
            self.order(turn, sheet.KIND, {"meeting": meeting.id}, masked=False, reason=reason)
            turn.reply(turn.say("lists.ordered"))


def _meeting(turn: Turn, argument: str) -> Meeting | None:
    """The meeting that a button names first; None, and said, where it is not for this colleague."""
    meeting = card.readable(turn, argument.partition(":")[0])
    if meeting is None:
        turn.reply(turn.say("turn.old_button"))
    return meeting


def overview(turn: Turn, argument: str) -> None:
    """How many of each, with the lists behind buttons."""
    meeting = _meeting(turn, argument)
    if meeting is None:
        return
    came, there = door.arrived(turn.session, meeting.id)
    lines = [turn.say("lists.overview", title=meeting.title, came=came, there=there)]
    counted, people = _totals(turn, meeting)
    for which in WHICH:
        if counted[which] and which not in {CAME, SILENT}:
            values = {"which": _label(turn, which), "count": counted[which], "people": people[which]}
            lines.append(turn.say("lists.line_count", **values))
    lines.append(turn.say("lists.line_silent", count=counted[SILENT]))
    turn.reply(wording.lines(lines), _ways(turn, meeting, counted | {CAME: came}))


def _totals(turn: Turn, meeting: Meeting) -> tuple[Counter[str], Counter[str]]:
    """How many are in each list, and with how many people."""
    counted: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for (_, answer), (number, party) in invited.counts(turn.session, meeting.id).items():
        which = _which(answer)
        counted[which] += number
        people[which] += party
    counted[SILENT] = invited.silent_count(turn.session, meeting)
    return counted, people


def _which(answer: str) -> str:
    return next(which for which, answers in WHICH.items() if answer in answers)


def _ways(turn: Turn, meeting: Meeting, counted: Mapping[str, int]) -> Rows:
    named = [which for which in WHICH if which != SILENT or silent.are_named(turn.session, meeting)]
    lists = [_list_button(turn, Which(meeting, which), counted[which]) for which in named if counted.get(which)]
    more = [
        turn.button("lists.button_groups", f"lists.groups:{meeting.id}"),
        turn.button("lists.button_sheet", f"lists.sheet:{meeting.id}"),
        *silent.ways(turn, meeting, counted[SILENT]),
    ]
    return column((*lists, *more))


def _list_button(turn: Turn, which: Which, count: int) -> Button:
    return turn.button("lists.button", which.page(1), which=_label(turn, which.name), count=count)


def _label(work: Work, which: str) -> str:
    return work.app.say.label(LABELS[which])


def page(turn: Turn, argument: str) -> None:
    """Some of one list, in the place of those before."""
    numbered, group = _read(argument)
    named, meeting = numbers(numbered), _meeting(turn, argument)
    if meeting is None:
        return
    which = Which(meeting, list(WHICH)[named[1] - 1], group) if len(named) == 3 and named[1] <= len(WHICH) else None
    if which is None or (which.name == SILENT and not silent.are_named(turn.session, meeting)):
        turn.reply(turn.say("turn.old_button"))
        return
    total = _count(turn, which)
    last = max(1, -(-total // ON_A_PAGE))
    _show(turn, which, min(named[2], last), total)
    turn.replaces = True


def _read(argument: str) -> tuple[str, str | None]:
    """The numbers of a button, and the group behind them if it names one."""
    parts = argument.split(":", 3)
    group = parts[3] if len(parts) == 4 else None
    return ":".join(parts[:3]), "" if group == silent.NO_GROUP else group


def _count(turn: Turn, which: Which) -> int:
    if which.name == SILENT:
        return invited.silent_count(turn.session, which.meeting, which.group)
    if which.name == CAME:
        return door.arrived(turn.session, which.meeting.id)[0]
    return invited.count(turn.session, which.meeting.id, WHICH[which.name], which.group)


def _show(turn: Turn, which: Which, at: int, total: int) -> None:
    first = (at - 1) * ON_A_PAGE
    found = _lines(turn, which, first)
    values = {"which": _named(turn, which), "title": which.meeting.title}
    if found:
        head = turn.say("lists.head", **values, first=first + 1, last=first + len(found), count=total)
    else:
        head = turn.say("lists.nobody", **values)
    said = [head, *(_line(turn, number, line, which.name) for number, line in enumerate(found, start=first + 1))]
    turning = [turn.button("lists.previous", which.page(at - 1))] if at > 1 else []
    turning += [turn.button("lists.next", which.page(at + 1))] if at * ON_A_PAGE < total else []
    back = turn.button("lists.button_back", f"meeting.lists:{which.meeting.id}")
    turn.reply(wording.lines(said), (*((tuple(turning),) if turning else ()), (back,)))


def _named(work: Work, which: Which) -> str:
    name = _label(work, which.name)
    if which.group is None:
        return name
    return name + work.app.say.label("lists.in_group", group=silent.group_name(work, which.group))


def _lines(turn: Turn, which: Which, first: int) -> list[Line]:
    here = {"first": first, "size": ON_A_PAGE}
    if which.name == SILENT:
        return invited.silent(turn.session, which.meeting, which.group, **here)
    if which.name == CAME:
        return invited.came(turn.session, which.meeting.id, **here)
    return invited.page(turn.session, which.meeting.id, WHICH[which.name], group=which.group, **here)


def _line(turn: Turn, number: int, line: Line, which: str) -> Markup:
    """A name, with how many people, of which group, and when they came."""
    label = turn.app.say.label
    group = label("lists.in_group", group=silent.group_name(turn, line.group)) if line.group else ""
    if line.came_at and which != SILENT:
        at = f"{line.came_at.astimezone(VIETNAM):%H:%M}"
        group += label("lists.arrived", party=line.came_party, at=at)
    values = {"number": number, "name": line.name or label("lists.no_name"), "group": group}
    if which in {SILENT, "declined"}:
        return turn.say("lists.line_alone", **values)
    return turn.say("lists.line", **values, party=line.party)


def groups(turn: Turn, argument: str) -> None:
    """The same figures of each neighbourhood group, with its list of calls."""
    meeting = _meeting(turn, argument)
    if meeting is None:
        return
    quiet = invited.silent_counts(turn.session, meeting)
    answers = invited.counts(turn.session, meeting.id)
    known = sorted(quiet.keys() | {group for group, _ in answers}, key=lambda group: (not group, group))
    lines = [turn.say("lists.groups", title=meeting.title)]
    lines += [_group(turn, group, answers, quiet.get(group, 0)) for group in known]
    rows = [button for group in known for button in _of_group(turn, meeting, group, answers, quiet.get(group, 0))]
    back = turn.button("lists.button_back", f"meeting.lists:{meeting.id}")
    turn.reply(wording.lines(lines), column((*rows, back)))


def _of_group(turn: Turn, meeting: Meeting, group: str, answers: Counted, quiet: int) -> list[Button]:
    """The lists of a group: who comes, who does not, whom to call."""
    named = quiet and silent.are_named(turn.session, meeting)
    row = [silent.list_button(turn, meeting, group, quiet)] if named else []
    for name in ("coming", "declined"):
        count = answers.get((group, name), (0, 0))[0]
        if count:
            which = Which(meeting, name, group)
            row.append(turn.button("lists.button", which.page(1), which=_named(turn, which), count=count))
    return row


def _group(turn: Turn, group: str, answers: Counted, quiet: int) -> Markup:
    def of(*which: str) -> int:
        return sum(answers.get((group, answer), (0, 0))[0] for answer in which)

    return turn.say(
        "lists.group",
        group=silent.group_name(turn, group),
        coming=of(Answer.COMING),
        people=answers.get((group, Answer.COMING), (0, 0))[1],
        declined=of(Answer.DECLINED),
        waiting=of(Answer.WAITING, Answer.OFFERED),
        silent=quiet,
    )
