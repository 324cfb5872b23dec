"""/cautraloi: what the staff have to do about the answers, in lists, and any answer by its words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import faq
from bot import dialogue
from bot.answers.library import Library
from bot.answers.staff.entry_flow import FIND, finding
from bot.answers.staff.proposing import READERS
from bot.answers.wording import shortened
from bot.core.choices import plain
from bot.core.clock import in_words
from bot.core.flow import Answers
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from db import own_rows
from db.drafts import DraftRow
from db.staff import Staff

WORDS = ("câu trả lời", "các câu trả lời")
ON_A_PAGE = 8
FOUND = 8


@dataclass(frozen=True)
class Listed:
    """One of the lists: what it is called on its button and above it, and its lines."""

    button: str
    head: str
    lines: Callable[[Turn], Sequence[Button]]


class Entries:
    """The lists over the library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.lists = {
            "waiting": Listed("entries.button_waiting", "entries.head_waiting", _waiting),
            "returned": Listed("entries.button_returned", "entries.head_returned", _returned),
            "expiring": Listed("entries.button_expiring", "entries.head_expiring", self.expiring),
            "original": Listed("entries.button_original", "entries.head_original", self.outdated),
            "released": Listed("entries.button_released", "entries.head_released", self.released),
            "own": Listed("entries.button_own", "entries.head_own", _own),
        }

    def feature(self) -> Feature:
        """The routes."""
        handlers = {"entry.home": self.home, "entry.list": self.page, "entry.find": ask_words}
        return Feature(
            name="entries",
            commands=(CommandRoute("cautraloi", self.home, "entries.menu", WORDS, roles=READERS),),
            buttons=tuple(ButtonRoute(name, do, roles=READERS) for name, do in handlers.items()),
            flows=(FlowRoute(finding(), self.found),),
        )

    def home(self, turn: Turn, argument: str) -> None:
        """How much there is of what; words behind the command are looked for."""
        if argument.strip():
            self.search(turn, argument)
            return
        counts = {name: len(listed.lines(turn)) for name, listed in self.lists.items()}
        lists = [
            turn.button(self.lists[name].button, f"entry.list:{name}", count=count)
            for name, count in counts.items()
            if count
        ]
        find, new = turn.button("entries.button_find", "entry.find"), turn.button("entries.button_new", "entry.new")
        turn.reply(turn.say("entries.home" if lists else "entries.home_quiet"), column([*lists, find, new]))

    def page(self, turn: Turn, argument: str) -> None:
        """One page of a list; a page beyond its ends is the nearest one."""
        name, _, number = argument.partition(":")
        listed = self.lists.get(name)
        if listed is None:
            turn.reply(turn.say("turn.old_button"))
            return
        lines = listed.lines(turn)
        pages = max(1, -(-len(lines) // ON_A_PAGE))
        at = min(max(1, int(number) if number.isdecimal() and len(number) < 4 else 1), pages)
        turned = [("answers.button_previous", at - 1)] if at > 1 else []
        turned += [("answers.button_next", at + 1)] if at < pages else []
        paging = [turn.button(key, f"entry.list:{name}:{other}") for key, other in turned]
        shown = lines[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]
        home = turn.button("entries.button_home", "entry.home")
        turn.reply(turn.say(listed.head if lines else "entries.none"), column([*shown, *paging, home]))

    def expiring(self, turn: Turn) -> list[Button]:
        """What ends soon or has ended, the earliest first."""
        last = turn.today + timedelta(days=turn.ward.faq.warn_days)
        entries = self.library.held(turn.session).content.entries.values()
        dated = [(entry.valid_until, entry) for entry in entries if entry.valid_until and entry.valid_until <= last]
        return [
            _dated(turn, "entries.line_expired" if day < turn.today else "entries.line_expiring", entry)
            for day, entry in sorted(dated, key=lambda pair: (pair[0], pair[1].id))
        ]

    def outdated(self, turn: Turn) -> list[Button]:
        """What the ward wrote over an answer that is another one by now."""
        rows = own_rows.live(turn.session)
        found = [row for row in rows if is_outdated(self.library.shipped, row.entry, row.replaces)]
        return [Button(shortened(row.question), f"entry.open:{row.entry}") for row in found]

    def released(self, turn: Turn) -> list[Button]:
        """What a release changed, whose readers somebody is to decide on."""
        entries = self.library.shipped.entries
        found = [row.entry for row in own_rows.unsettled(turn.session) if row.entry in entries]
        return [Button(shortened(entries[name].question), f"entry.released:{name}") for name in found]

    def found(self, turn: Turn, _row: DraftRow, answers: Answers) -> None:
        """The words are told."""
        if turn.staff:
            self.search(turn, str(answers["words"]))
        else:
            turn.reply(turn.say("entries.not_staff"))

    def search(self, turn: Turn, words: str) -> None:
        """The nearest entries, those first whose question holds the words."""
        held, said = self.library.held(turn.session), plain(words)
        entries = held.content.entries
        holding = [entry.id for entry in entries.values() if said and said in plain(f"{entry.question} {entry.id}")]
        near = [match.id for match in held.index.match(words, FOUND)]
        names = list(dict.fromkeys([*holding[:FOUND], *near]))[:FOUND]
        shown = [Button(shortened(entries[name].question), f"entry.open:{name}") for name in names]
        again, new = turn.button("entries.button_find", "entry.find"), turn.button("entries.button_new", "entry.new")
        turn.reply(turn.say("entries.found" if shown else "entries.not_found"), column([*shown, again, new]))


def ask_words(turn: Turn, _argument: str) -> None:
    """Which entry."""
    dialogue.start(turn, FIND, {})


def is_outdated(shipped: faq.Content, entry: str, replaces: str) -> bool:
    """Whether the shipped answer that a version was written against has changed or gone."""
    original = shipped.entries.get(entry)
    return bool(replaces) and (original is None or faq.entry_hash(original) != replaces)


def _waiting(turn: Turn) -> list[Button]:
    return [Button(shortened(row.question), f"entry.version:{row.id}") for row in own_rows.waiting(turn.session)]


def _returned(turn: Turn) -> list[Button]:
    """One's own, and those of whom serves no more."""
    rows = own_rows.returned(turn.session)
    authors = {row.author_id: turn.session.get_one(Staff, row.author_id) for row in rows}
    left = {number for number, author in authors.items() if author.until is not None}
    me = turn.staff.id if turn.staff else 0
    mine = [row for row in rows if row.author_id == me or row.author_id in left]
    return [Button(shortened(row.question), f"entry.version:{row.id}") for row in mine]


def _own(turn: Turn) -> list[Button]:
    return [Button(shortened(row.question), f"entry.open:{row.entry}") for row in own_rows.live(turn.session)]


def _dated(turn: Turn, key: str, entry: faq.Entry) -> Button:
    day = in_words(entry.valid_until) if entry.valid_until else ""
    return turn.button(key, f"entry.open:{entry.id}", day=day, question=shortened(entry.question))
