"""The lists of those whom an announcement did not reach, in which heads mark what a call or a visit achieved."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.broadcasts import wording
from bot.broadcasts.heads import passing_on, unreached
from bot.broadcasts.heads.passing_on import NOBODY, Groups
from bot.broadcasts.heads.unreached import LIST, NO_GROUP, TOLD_LIST, name_of, page_data
from bot.broadcasts.officer import card
from bot.cases.wording import shortened
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import ButtonRoute, Feature, Turn
from bot.people.staff import EVERYBODY
from db import visits
from db.broadcasts import Broadcast
from db.visits import TOLD, Missed

RESULTS = {
    "told": "visiting.told",
    "absent": "visiting.absent",
    "moved": "visiting.moved",
    "refused": "visiting.refused",
}
ON_A_PAGE = 10
LABEL = 40
WHO, MARK, GROUPS = "visit.who", "visit.mark", "visit.groups"


@dataclass(frozen=True)
class Place:
    """A page of the list of a group, from 1."""

    broadcast: Broadcast
    group: str
    which: str = LIST
    page: int = 1

    def data(self) -> str:
        """What a button carries that opens it."""
        return page_data(self.which, self.broadcast.id, self.group, self.page)


def feature() -> Feature:
    """The routes."""
    handlers = {
        GROUPS: groups,
        LIST: _opens(LIST),
        TOLD_LIST: _opens(TOLD_LIST),
        WHO: who,
        MARK: mark,
    }
    routes = tuple(ButtonRoute(name, handler, roles=EVERYBODY) for name, handler in handlers.items())
    return Feature(name="visiting", buttons=routes)


def announced(turn: Turn, number: str) -> tuple[Broadcast, Groups] | None:
    """An announcement, and whose people the person of the turn may see of it; None for whom it is nothing."""
    found = card.numbers(number)
    broadcast = turn.session.get(Broadcast, found[0]) if len(found) == 1 else None
    seen = passing_on.visible(turn, broadcast) if broadcast else NOBODY
    return (broadcast, seen) if broadcast and seen != NOBODY else None


def groups(turn: Turn, argument: str) -> None:
    """The groups in which people were not reached, and how many were told since; the list itself where it is one."""
    found = announced(turn, argument)
    if found is None:
        turn.reply(turn.say("turn.old_button"))
        return
    broadcast, seen = found
    counted = visits.counts(turn.session, broadcast.id)
    shown = sorted((group for group in counted if _is_in(group, seen)), key=lambda group: (not group, group))
    below = column(unreached.ways(turn, broadcast))
    if len(shown) == 1:
        page = _list(turn, Place(broadcast, shown[0]))
        turn.replies.append(replace(page, rows=(*page.rows, *below)))
        return
    rows = column(_group(turn, Place(broadcast, group), counted[group]) for group in shown)
    turn.reply(turn.say("visiting.groups" if rows else "visiting.nobody", **_number(broadcast)), (*rows, *below))


def _number(broadcast: Broadcast) -> dict[str, str]:
    return {"number": wording.number(broadcast)}


def _group(turn: Turn, place: Place, results: dict[str, int]) -> Button:
    values = {"group": name_of(turn, place.group), "told": results.get(TOLD, 0), "total": sum(results.values())}
    return turn.button("visiting.line_group", place.data(), **values)


def _opens(which: str) -> Callable[[Turn, str], None]:
    def handle(turn: Turn, argument: str) -> None:
        place = _place(turn, argument, which)
        if place:
            _in_place(turn, _list(turn, place))
        else:
            turn.reply(turn.say("turn.old_button"))

    return handle


def _place(turn: Turn, argument: str, which: str) -> Place | None:
    number, _, rest = argument.partition(":")
    page, _, named = rest.partition(":")
    found, at, group = announced(turn, number), card.numbers(page), "" if named == NO_GROUP else named
    if found is None or not at or not _is_in(group, found[1]):
        return None
    return Place(found[0], group, which, max(at[0], 1))


def _is_in(group: str, seen: Groups) -> bool:
    return seen is None or group in seen


def _in_place(turn: Turn, reply: Reply) -> None:
    turn.replies.append(reply)
    turn.replaces = True


def _list(turn: Turn, place: Place) -> Reply:
    """The page; the last one where it has become shorter meanwhile."""
    counted = visits.counts(turn.session, place.broadcast.id, (place.group,)).get(place.group, {})
    listed = counted.get(TOLD, 0) if place.which == TOLD_LIST else unreached.left(counted)
    last = max(1, -(-listed // ON_A_PAGE))
    place = replace(place, page=min(place.page, last))
    people = _page(turn, place)
    buttons = column(_person(turn, place, person) for person in people)
    rows = (*buttons, *_turning(turn, place, last), *_other_list(turn, place, counted.get(TOLD, 0)))
    return Reply(wording.lines([_head(turn, place, counted), *_lines(turn, place, people)]), rows)


def _page(turn: Turn, place: Place) -> list[Missed]:
    first, told = (place.page - 1) * ON_A_PAGE, place.which == TOLD_LIST
    return visits.page(turn.session, place.broadcast.id, (place.group,), told=told, first=first, size=ON_A_PAGE)


def _head(turn: Turn, place: Place, counted: dict[str, int]) -> Markup:
    key = "visiting.list_told" if place.which == TOLD_LIST else "visiting.list"
    total, told = sum(counted.values()), counted.get(TOLD, 0)
    return turn.say(key, group=name_of(turn, place.group), total=total, told=told, **_number(place.broadcast))


def _lines(turn: Turn, place: Place, people: list[Missed]) -> list[Markup]:
    if not people:
        return [turn.say("visiting.none_told" if place.which == TOLD_LIST else "visiting.all_told")]
    hint = turn.say("visiting.hint_told" if place.which == TOLD_LIST else "visiting.hint")
    return [hint, *(_line(turn, person) for person in people)]


def _line(turn: Turn, person: Missed) -> Markup:
    values = {"name": _name(turn, person), "phone": _phone(turn, person)}
    if person.result in {"", TOLD}:
        return turn.say("visiting.line", **values)
    return turn.say("visiting.line_marked", **values, result=turn.app.say.label(RESULTS[person.result]))


def _name(turn: Turn, person: Missed) -> str:
    return shortened(person.name, LABEL) or turn.app.say.label("visiting.no_name", number=person.person_id)


def _phone(turn: Turn, person: Missed) -> str:
    return person.phone or turn.app.say.label("visiting.no_phone")


def _person(turn: Turn, place: Place, person: Missed) -> Button:
    return Button(_name(turn, person), f"{WHO}:{place.broadcast.id}:{person.person_id}")


def _turning(turn: Turn, place: Place, last: int) -> Rows:
    back = replace(place, page=place.page - 1)
    on = replace(place, page=place.page + 1)
    buttons = [turn.button("visiting.button_previous", back.data())] if place.page > 1 else []
    buttons += [turn.button("visiting.button_next", on.data())] if place.page < last else []
    return (tuple(buttons),) if buttons else ()


def _other_list(turn: Turn, place: Place, told: int) -> Rows:
    """From those who are to be told to those who were, where there are any, and back."""
    if place.which == TOLD_LIST:
        return column([turn.button("visiting.button_list", replace(place, which=LIST, page=1).data())])
    other = replace(place, which=TOLD_LIST, page=1)
    return column([turn.button("visiting.button_told", other.data(), count=told)] if told else [])


def _somebody(turn: Turn, number: str, person_id: str) -> tuple[Broadcast, Missed] | None:
    """Somebody of a group that the person of the turn looks after, not reached by that announcement."""
    found, ids = announced(turn, number), card.numbers(person_id)
    person = visits.one(turn.session, found[0].id, ids[0]) if found and len(ids) == 1 else None
    return (found[0], person) if found and person and _is_in(person.group, found[1]) else None


def who(turn: Turn, argument: str) -> None:
    """Somebody, and what can be marked."""
    number, _, person_id = argument.partition(":")
    found = _somebody(turn, number, person_id)
    if found is None:
        turn.reply(turn.say("turn.old_button"))
        return
    broadcast, person = found
    said = turn.say("visiting.person", name=_name(turn, person), phone=_phone(turn, person), **_number(broadcast))
    if person.result:
        said += "\n" + turn.say("visiting.person_result", result=turn.app.say.label(RESULTS[person.result]))
    marks = [
        turn.button(label, f"{MARK}:{broadcast.id}:{person.person_id}:{result}") for result, label in RESULTS.items()
    ]
    back = turn.button("visiting.button_list", Place(broadcast, person.group).data())
    _in_place(turn, Reply(said, (tuple(marks[:2]), tuple(marks[2:]), (back,))))


def mark(turn: Turn, argument: str) -> None:
    """What the call or the visit achieved; another press says otherwise, and the last word counts."""
    number, _, rest = argument.partition(":")
    person_id, _, result = rest.partition(":")
    found = _somebody(turn, number, person_id)
    if found is None or turn.staff is None or result not in RESULTS:
        turn.reply(turn.say("turn.old_button"))
        return
    broadcast, person = found
    visits.record(turn.session, (broadcast.id, person.person_id), result, staff_id=turn.staff.id, now=turn.now)
    said = turn.say("visiting.marked", name=_name(turn, person), result=turn.app.say.label(RESULTS[result]))
    page = _list(turn, Place(broadcast, person.group))
    mend = turn.button("visiting.button_mend", f"{WHO}:{broadcast.id}:{person.person_id}", name=_name(turn, person))
    _in_place(turn, replace(page, text=Markup("\n\n").join((said, page.text)), rows=(*page.rows, (mend,))))
