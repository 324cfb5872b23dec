"""How people asked becomes a way of asking for an entry, at once and for everybody; and is taken off again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

import faq
from bot import dialogue
from bot.answers import wording
from bot.answers.library import Held, Library
from bot.answers.rules import is_generic
from bot.answers.staff import settling
from bot.answers.staff.likeness import different
from bot.answers.staff.settling import MOST, ROLES
from bot.answers.staff.telling import short_of
from bot.cases.outcome import numbers
from bot.core.accept import words
from bot.core.flow import Answers, Flow, Question
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, FlowRoute, Turn
from db import asked_rows, entry_rows
from db import unanswered_rows as rows
from db.drafts import DraftRow
from db.questions import QuestionRow
from db.unanswered import QuestionGroup

FIND = "unanswered_find"
LONGEST_SEARCH = 200
FOUND = 6


@dataclass(frozen=True)
class Plan:
    """What becomes of the wordings of a group: `new` and `known` ones by what they fold to, those taken by another
    entry, and those that name no matter: whoever asks so means what was answered before.
    """

    new: dict[str, str]
    known: Collection[str]
    taken: Sequence[tuple[str, str]]
    generic: Sequence[str]

    def alone(self) -> "Plan":
        """The same with the most frequent of the new ones only."""
        return replace(self, new=dict(list(self.new.items())[:1]))

    def settles(self) -> set[str]:
        """The wordings that the entry answers from now on, by what they fold to."""
        return {*self.new, *self.known}


class Attaching:
    """The handlers over what is answered at the moment."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def button_routes(self) -> tuple[ButtonRoute, ...]:
        """The buttons."""
        handlers = {
            "unans.to": self.choose,
            "unans.all": self.attach_all,
            "unans.one": self.attach_first,
            "unans.find": ask_for_words,
            "unans.tell": self.tell,
            "unans.off": take_off,
        }
        return tuple(ButtonRoute(name, handler, roles=ROLES) for name, handler in handlers.items())

    def flow_routes(self) -> tuple[FlowRoute, ...]:
        """The search."""
        asked = Question("words", words(LONGEST_SEARCH), free=True)
        return (FlowRoute(Flow(FIND, (asked,), preview=False), self.found),)

    def found(self, turn: Turn, _draft: DraftRow, answers: Answers) -> None:
        """The entries that the words name, to choose one of."""
        group = settling.open_group(turn, str(answers["group"]))
        if group is None:
            return
        held = self.library.held(turn.session)
        entries = [held.content.entries[name] for name in _named(held, str(answers["words"]))]
        shown = [_choice(group, entry) for entry in entries]
        again = turn.button("unanswered.button_find_again", f"unans.find:{group.id}")
        said = turn.say("unanswered.found" if shown else "unanswered.found_none", words=str(answers["words"]))
        turn.reply(said, column((*shown, again, _back(turn, group))))

    def choose(self, turn: Turn, argument: str) -> None:
        """What would be attached to this entry, before anything is."""
        group = settling.open_group(turn, argument)
        held = self.library.held(turn.session)
        entry = held.content.entries.get(argument.partition(":")[2])
        if group is None or entry is None:
            if group:
                turn.reply(turn.say("answers.no_such_entry"), column((_back(turn, group),)))
            return
        last = rows.last_question(turn.session, group.id, turn.now)
        plan = _plan(turn, held, group, entry.id, last)
        said = [
            turn.say("unanswered.attach", question=entry.question, short=short_of(turn, entry)),
            *_lists(turn, held, plan),
        ]
        turn.reply(Markup("\n\n").join(said), column((*_acts(turn, plan, entry.id, last), _back(turn, group))))

    def attach_all(self, turn: Turn, argument: str) -> None:
        """Every wording that was shown."""
        if found := self._planned(turn, argument):
            self._write(turn, *found)

    def attach_first(self, turn: Turn, argument: str) -> None:
        """Only the most frequent one; what was asked in other words waits for staff as before."""
        if found := self._planned(turn, argument):
            group, entry, plan = found
            if plan.new:
                _move_out(turn, group, plan.alone())
            self._write(turn, group, entry, plan.alone())

    def _planned(self, turn: Turn, argument: str) -> tuple[QuestionGroup, faq.Entry, Plan] | None:
        """The group of a button, for this colleague to settle now, with what would be attached to which entry."""
        last, _, name = argument.partition(":")
        question = turn.session.get(QuestionRow, numbers(last)[0]) if numbers(last) else None
        if question is None or question.group_id is None or turn.staff is None:
            turn.reply(turn.say("turn.old_button"))
            return None
        if settling.open_group(turn, str(question.group_id)) is None:
            return None
        # Before anything is looked up: who attaches or retires at the same time waits here, and finds what was done.
        entry_rows.bump(turn.session)
        held = self.library.held(turn.session)
        entry = held.content.entries.get(name)
        if entry is None:
            turn.reply(turn.say("turn.old_button"))
            return None
        group = settling.take(turn, question.group_id)
        if group is None:
            return None
        return group, entry, _plan(turn, held, group, entry.id, question.id)

    def _write(self, turn: Turn, group: QuestionGroup, entry: faq.Entry, plan: Plan) -> None:
        staff_id = turn.staff.id if turn.staff else 0
        if not plan.settles():
            said = _lists(turn, self.library.held(turn.session), plan)
            turn.reply(Markup("\n\n").join(said), settling.back(turn, group))
            return
        settling.attach(turn, group, entry.id, staff_id, plan.new)
        settling.settle(turn, group, "phrasing", staff_id, entry=entry.id)
        said = [_attached(turn, plan, entry), *_told_at_once(turn, group, staff_id)]
        back = (button for row in settling.back(turn, group) for button in row)
        turn.reply(Markup("\n\n").join(said), column((*tell_button(turn, group, entry.id), *back)))

    def tell(self, turn: Turn, argument: str) -> None:
        """Whoever asked gets the answer of the entry, once."""
        seen = settling.group_of(turn, argument)
        entry = self.library.held(turn.session).content.entries.get(argument.partition(":")[2])
        group = rows.locked(turn.session, seen.id) if seen else None
        if group is None or entry is None or turn.staff is None:
            if seen:
                turn.reply(turn.say("turn.old_button"))
            return
        if not may_tell(turn, group):
            turn.reply(turn.say("unanswered.told_already"), settling.back(turn, group))
            return
        if group.settled_with != entry.id:
            turn.reply(turn.say("unanswered.tell_other"), settling.back(turn, group))
            return
        settling.tell_askers(turn, group, turn.staff.id, entry=entry.id)
        people = rows.count_askers(turn.session, group.id)
        turn.reply(turn.say("unanswered.goes_out", people=people), settling.back(turn, group))


def ask_for_words(turn: Turn, argument: str) -> None:
    """Which entry it is, in words of the colleague."""
    group = settling.open_group(turn, argument)
    if group:
        dialogue.start(turn, FIND, {"group": group.id})


def take_off(turn: Turn, argument: str) -> None:
    """It asks for that entry no more; a group from which nothing is attached any more waits again."""
    if not numbers(argument):
        turn.reply(turn.say("turn.old_button"))
        return
    entry_rows.bump(turn.session)
    row = rows.locked_phrasing(turn.session, numbers(argument)[0])
    if row is None or row.removed_at is not None:
        turn.reply(turn.say("unanswered.off_already"))
        return
    row.removed_at = turn.now
    turn.session.add(row)
    turn.session.flush()
    group = rows.locked(turn.session, row.group_id) if row.group_id else None
    turn.reply(turn.say("unanswered.off", text=row.text), settling.back(turn, group) if group else ())
    if group and group.settled_as == "phrasing" and not rows.attached_from(turn.session, group.id):
        asked_rows.reopen(turn.session, group, turn.now)
        turn.reply(turn.say("unanswered.reopened"))


def may_tell(turn: Turn, group: QuestionGroup) -> bool:
    """Whether the askers have still to get the answer to which their words were attached."""
    if group.settled_as != "phrasing" or group.settled_at is None:
        return False
    return rows.notices_since(turn.session, group.id, group.settled_at) == 0


def _move_out(turn: Turn, group: QuestionGroup, plan: Plan) -> None:
    """Whatever is not answered by this finds its like anew; the group stays known by the words that are attached."""
    for question in asked_rows.of_group(turn.session, group.id):
        if faq.fold(question.text) not in plan.settles():
            question.group_id = None
            group.asked -= 1
            group.reported -= question.reported_at is not None
            turn.session.add(question)
    group.text, group.folded = next(iter(plan.new.values())), ""
    turn.session.add(group)
    turn.session.flush()


def _attached(turn: Turn, plan: Plan, entry: faq.Entry) -> Markup:
    if not plan.new:
        return turn.say("unanswered.attached_known", question=entry.question)
    return turn.say("unanswered.attached", count=len(plan.new), question=entry.question)


def _told_at_once(turn: Turn, group: QuestionGroup, staff_id: int) -> list[Markup]:
    """Whoever called an answer wrong was promised to hear what came of it: nobody has to think of that."""
    people = rows.count_askers(turn.session, group.id) if group.reported else 0
    if not people:
        return []
    settling.tell_askers(turn, group, staff_id, entry=group.settled_with)
    return [turn.say("unanswered.goes_out", people=people)]


def tell_button(turn: Turn, group: QuestionGroup, entry: str) -> list[Button]:
    """To send it to those who asked, if there is anybody."""
    people = rows.count_askers(turn.session, group.id) if may_tell(turn, group) else 0
    return [turn.button("unanswered.button_tell", f"unans.tell:{group.id}:{entry}", people=people)] if people else []


def _choice(group: QuestionGroup, entry: faq.Entry) -> Button:
    return Button(wording.shortened(entry.question), f"unans.to:{group.id}:{entry.id}")


def _back(turn: Turn, group: QuestionGroup) -> Button:
    return turn.button("unanswered.button_open", f"unans.open:{group.id}")


def _named(held: Held, typed: str) -> list[str]:
    """The ids of the entries that have all the words in their question, then those that the index finds."""
    wanted = set(faq.fold(typed).split())
    titled = [name for name, entry in held.content.entries.items() if wanted <= set(faq.fold(entry.question).split())]
    near = [match.id for match in held.index.match(typed, FOUND)]
    return list(dict.fromkeys((*near[:1], *titled, *near)))[:FOUND]


def _plan(turn: Turn, held: Held, group: QuestionGroup, entry: str, until: int) -> Plan:
    said = [each.text for each in rows.wordings(turn.session, group.id, until)]
    texts = different(text for text in said if settling.readable(None, text))
    owners = _owners(held.content) | rows.owners_of(turn.session, texts.keys())
    free = {folded: text for folded, text in texts.items() if folded not in owners}
    new = [(folded, text) for folded, text in free.items() if not is_generic(text)]
    taken = [(text, owners[folded]) for folded, text in texts.items() if owners.get(folded, entry) != entry]
    known = {folded for folded in texts if owners.get(folded) == entry}
    return Plan(dict(new[:MOST]), known, taken, [text for text in free.values() if is_generic(text)])


def _owners(content: faq.Content) -> dict[str, str]:
    """Every text that asks for an entry already, folded, with that entry."""
    return {
        faq.fold(text): entry.id for entry in content.entries.values() for text in (entry.question, *entry.phrasings)
    }


def _lists(turn: Turn, held: Held, plan: Plan) -> list[Markup]:
    """What would be attached, what stands there already, and what belongs to another entry."""
    said = []
    if plan.new:
        lines = Markup("\n").join(turn.say("unanswered.bullet", text=text) for text in plan.new.values())
        said.append(turn.say("unanswered.attach_new", lines=lines))
    if plan.known:
        said.append(turn.say("unanswered.attach_known", count=len(plan.known)))
    said += [turn.say("unanswered.attach_generic", text=text) for text in plan.generic]
    for text, owner in plan.taken:
        other = held.content.entries.get(owner)
        said.append(turn.say("unanswered.attach_taken", text=text, question=other.question if other else owner))
    return said or [turn.say("unanswered.attach_nothing")]


def _acts(turn: Turn, plan: Plan, entry: str, last: int) -> list[Button]:
    if not plan.new:
        return [turn.button("unanswered.button_known", f"unans.all:{last}:{entry}")] if plan.known else []
    if len(plan.new) == 1:
        return [turn.button("unanswered.button_attach_this", f"unans.one:{last}:{entry}")]
    first = wording.shortened(next(iter(plan.new.values())))
    return [
        turn.button("unanswered.button_attach", f"unans.all:{last}:{entry}", count=len(plan.new)),
        turn.button("unanswered.button_attach_one", f"unans.one:{last}:{entry}", text=first),
    ]
