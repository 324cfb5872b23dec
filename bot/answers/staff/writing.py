"""Writing an answer of the ward: begun from nothing, from what people asked, or over an answer that there is."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from markupsafe import Markup

import faq
from bot import dialogue
from bot.answers.library import Library, entry_of
from bot.answers.staff import lint, proposing, telling_staff
from bot.answers.staff.entry_flow import KEEP, NAME, NO, PROLONG, WAS, YES, Questions, parts
from bot.answers.staff.lint import Askers, slug
from bot.answers.wording import shortened
from bot.core.clock import Clock, in_words, local_date
from bot.core.flow import Answers, Value
from bot.core.replies import column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn, Work
from db import own_rows
from db.drafts import DraftRow
from db.entries import EntryState, OwnEntry
from db.staff import Staff
from db.unanswered import QuestionGroup

SHOWN = ("question", "short", "more", "sources", "ask")
"""Answers that the preview shortens: they stand above it as people will read them."""


def begin(turn: Turn, *, group: QuestionGroup | None = None, entry: str = "") -> None:
    """Start the dialogue for a new entry, with the words of a `group` to begin from, or over `entry`."""
    waits = own_rows.waiting_of(turn.session, entry) if entry else None
    if waits:
        see = turn.button("entries.button_version", f"entry.version:{waits.id}")
        turn.reply(turn.say("entries.waits_already"), column((see,)))
        return
    # What is named here tells the dialogue in hand apart from one about another entry.
    known: dict[str, Value] = {"entry": entry, "group": group.id if group else None, "mends": None}
    known["over"] = live_id(turn, entry)
    dialogue.start(turn, NAME, known | ({f"{WAS}question": group.text} if group and not entry else {}))


class Writing:
    """The dialogues over the library and the clock."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self.library = library
        self.questions = Questions(library, clock)
        self.askers = Askers()

    def feature(self) -> Feature:
        """The routes."""
        handlers = {
            "entry.new": self.new,
            "entry.rewrite": self.rewrite,
            "entry.prolong": self.prolong,
            "entry.mend": self.mend,
            "entry.withdraw": self.withdraw,
        }
        return Feature(
            name="writing",
            buttons=tuple(ButtonRoute(name, do, roles=proposing.READERS) for name, do in handlers.items()),
            flows=(
                FlowRoute(self.questions.flow(), self.done, below=self.below, reads=self.reads),
                FlowRoute(self.questions.prolonging(), self.prolonged, reads=_reads_day),
            ),
        )

    def new(self, turn: Turn, _argument: str) -> None:
        """An entry from nothing."""
        begin(turn)

    def rewrite(self, turn: Turn, argument: str) -> None:
        """An answer in the place of the one that there is."""
        entry = self.library.held(turn.session).content.entries.get(argument)
        if entry is None:
            turn.reply(turn.say("entries.gone"))
            return
        if faq.placeholders(f"{entry.body}{entry.ask}"):
            turn.reply(turn.say("entries.filled_in", sample=lint.SAMPLE))
        begin(turn, entry=argument)

    def prolong(self, turn: Turn, argument: str) -> None:
        """It holds longer: somebody looked at its sources again."""
        entry = self.library.held(turn.session).content.entries.get(argument)
        if entry is None:
            turn.reply(turn.say("entries.gone"))
        elif own_rows.waiting_of(turn.session, argument):
            turn.reply(turn.say("entries.waits_already"))
        else:
            sources = "\n".join(f"– {source}" for source in entry.sources)
            known: dict[str, Value] = {"entry": entry.id, "question": entry.question, "sources": sources}
            dialogue.start(turn, PROLONG, known | {"over": live_id(turn, entry.id)})

    def mend(self, turn: Turn, argument: str) -> None:
        """What was returned, with everything that was written."""
        own = self._to_mend(turn, argument)
        if own is None:
            turn.reply(turn.say("entries.decided"))
            return
        if own.remark:
            turn.reply(turn.say("entries.remark", remark=own.remark))
        self.library.held(turn.session)
        begin_again(turn, own)

    def _to_mend(self, turn: Turn, argument: str) -> OwnEntry | None:
        """Its author mends it, or anybody where that one serves no more."""
        own = turn.session.get(OwnEntry, int(argument)) if argument.isdecimal() and len(argument) < 10 else None
        if own is None or turn.staff is None or own.state != EntryState.RETURNED:
            return None
        author = turn.session.get_one(Staff, own.author_id)
        return own if author.id == turn.staff.id or author.until is not None else None

    def withdraw(self, turn: Turn, argument: str) -> None:
        """Take back what waits, to mend it."""
        number = int(argument) if argument.isdecimal() and len(argument) < 10 else 0
        own = proposing.withdraw(turn, turn.staff, number) if turn.staff else None
        if own is None:
            turn.reply(turn.say("entries.decided"))
            return
        turn.reply(turn.say("entries.taken_back"))
        begin_again(turn, own)

    def below(self, turn: Turn, row: DraftRow) -> Sequence[Markup]:
        """The answer goes ahead as people will read it; then what is in the way."""
        answers = _answers(row)
        self.library.held(turn.session)
        turn.replies += telling_staff.shown(turn, self.questions.version(answers))
        hindrances = self.hindrances(turn, answers)
        return [Markup(""), *hindrances] if hindrances else []

    def reads(self, _turn: Turn, row: DraftRow, name: str) -> str | None:
        """Long answers in short, and what is kept as what it is."""
        if name in SHOWN:
            return shortened(" ".join(lint.readable(self.questions.given(_answers(row), name)).split()))
        return _day(self.questions.given(_answers(row), name)) if name == "until" else None

    def hindrances(self, turn: Turn, answers: Answers) -> list[Markup]:
        """Why it cannot be proposed as it is."""
        own, content = self.questions.version(answers), self.library.held(turn.session).content
        found = []
        if twin := self.askers.twin(content, own.question, own.entry):
            found.append(turn.say("entries.twin", question=content.entries[twin].question))
        if waits := next((each for each in own_rows.waiting(turn.session) if _same(each, own)), None):
            author = own_rows.name_of(turn.session, waits.author_id)
            found.append(turn.say("entries.waits_too", question=waits.question, author=author))
        if own.valid_until and own.valid_until < turn.today:
            found.append(turn.say("entries.day_past"))
        return [*found, *_moved(turn, own, answers)]

    def done(self, turn: Turn, _row: DraftRow, answers: Answers) -> None:
        """Proposed, unless something is in the way; then the answers are there again."""
        if turn.staff is None or not proposing.may(turn.staff, proposing.READERS):
            turn.reply(turn.say("entries.not_staff"))
            return
        self.library.held(turn.session)
        if hindrances := self.hindrances(turn, answers):
            turn.reply(Markup("\n\n").join(hindrances))
            dialogue.start(turn, NAME, {**answers, "seen": live_id(turn, str(answers.get("entry") or ""))})
            return
        own = self.questions.version(answers)
        own.entry = own.entry or self._new_id(turn, own.question)
        self._propose(turn, turn.staff, own, int(str(answers.get("mends") or 0)))

    def _propose(self, turn: Turn, staff: Staff, own: OwnEntry, mends: int = 0) -> None:
        if why := proposing.propose(turn, staff, own, mends):
            turn.reply(turn.say(why))
            return
        see = turn.button("entries.button_version", f"entry.version:{own.id}")
        turn.reply(turn.say("entries.proposed", question=own.question), column((see,)))

    def _new_id(self, turn: Turn, question: str) -> str:
        """The first that neither was shipped nor ever was the ward's."""
        number = 1
        while (name := slug(question, number)) in self.library.shipped.entries or own_rows.is_taken(turn.session, name):
            number += 1
        return name

    def prolonged(self, turn: Turn, _row: DraftRow, answers: Answers) -> None:
        """The same answer with another last day, checked today."""
        entry = self.library.held(turn.session).content.entries.get(str(answers["entry"]))
        if turn.staff is None or not proposing.may(turn.staff, proposing.READERS):
            turn.reply(turn.say("entries.not_staff"))
        elif entry is None:
            turn.reply(turn.say("entries.gone"))
        elif answers.get("over") != live_id(turn, entry.id):
            turn.reply(turn.say("entries.moved_on"), column((telling_staff.open_button(turn, entry.id),)))
        else:
            self._propose(turn, turn.staff, self._longer(turn, entry.id, date.fromisoformat(str(answers["until"]))))

    def _longer(self, turn: Turn, entry: str, until: date) -> OwnEntry:
        """Of an override the original that it was written against stays the one it was."""
        held = self.library.held(turn.session).content.entries[entry]
        same = self.questions.version({**parts(held), "entry": entry, "until": until.isoformat()})
        before = own_rows.live_of(turn.session, entry)
        same.replaces = before.replaces if before else same.replaces
        same.over_id = before.id if before else None
        return same


def begin_again(turn: Turn, own: OwnEntry) -> None:
    """The dialogue as it stood when a version was proposed: every answer is kept until it is changed."""
    was = {**parts(entry_of(own)), "sources": own.sources}
    known: dict[str, Value] = {f"{WAS}{name}": value for name, value in was.items()}
    known |= {name: KEEP if value else None for name, value in was.items()}
    known |= {"category": own.category, "substance": YES if own.substance else NO}
    known |= {"checked": NO, "entry": own.entry, "mends": own.id, "over": own.over_id}
    dialogue.start(turn, NAME, known | ({"group": own.group_id} if own.group_id else {}))


def live_id(work: Work, entry: str) -> int | None:
    """The ward's version of an entry that is answered at the moment."""
    live = own_rows.live_of(work.session, entry) if entry else None
    return live.id if live else None


def _moved(turn: Turn, own: OwnEntry, answers: Answers) -> list[Markup]:
    """Something else is answered than its author began with: they hear of it once, and look again."""
    live = own_rows.live_of(turn.session, own.entry) if own.entry else None
    now = live.id if live else None
    if now == own.over_id or ("seen" in answers and answers["seen"] == now):
        return []
    if live is None:
        return [turn.say("entries.moved_away")]
    day = in_words(local_date(live.decided_at or live.written_at))
    return [turn.say("entries.moved", author=own_rows.name_of(turn.session, live.author_id), day=day)]


def _same(waits: OwnEntry, own: OwnEntry) -> bool:
    """Whether two versions are of one entry, or ask the same."""
    return waits.entry == own.entry or faq.fold(waits.question) == faq.fold(own.question)


def _answers(row: DraftRow) -> Answers:
    return cast("Answers", row.answers)


def _reads_day(_turn: Turn, row: DraftRow, name: str) -> str | None:
    return _day(str(row.answers["until"])) if name == "until" else None


def _day(written: str) -> str:
    return in_words(date.fromisoformat(written))
