"""One entry before the staff: what it is, where it comes from, how people ask for it, and what can be done about it."""

from collections.abc import Iterator
from dataclasses import replace

from markupsafe import Markup

import faq
from bot.answers import wording
from bot.answers.library import Library
from bot.answers.staff import proposing, telling_staff
from bot.answers.staff.approving import number
from bot.answers.staff.entries import is_outdated
from bot.core.clock import in_words, local_date
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, Feature, Handler, Turn
from db import own_rows
from db.entries import OwnEntry, Phrasing

ON_CARD = 5
ON_A_PAGE = 10
TOLD = "told"
"""On the button that takes an answer away, and tells those who read it."""


class EntryCard:
    """The card and its buttons over the library."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def feature(self) -> Feature:
        """The routes."""
        handlers: dict[str, Handler] = {
            "entry.open": self.open,
            "entry.view": self.view,
            "entry.original": self.original,
            "entry.phrasings": self.phrasings,
            "entry.retire": self.ask_retire,
            "entry.retired": self.retire,
        }
        buttons = tuple(ButtonRoute(name, do, roles=proposing.READERS) for name, do in handlers.items())
        return Feature(name="entry_card", buttons=buttons)

    def open(self, turn: Turn, argument: str) -> None:
        """The card."""
        entry = self._entry(turn, argument)
        if entry is None:
            return
        own = own_rows.live_of(turn.session, entry.id)
        lines = [turn.say("entries.card", question=entry.question), *self._standing(turn, entry, own)]
        lines += _facts(turn, self.library, entry)
        turn.reply(Markup("\n").join(lines), column(self._ways(turn, entry, own)))

    def _entry(self, turn: Turn, argument: str) -> faq.Entry | None:
        entry = self.library.held(turn.session).content.entries.get(argument)
        if entry is None:
            turn.reply(turn.say("entries.gone"))
        return entry

    def _standing(self, turn: Turn, entry: faq.Entry, own: OwnEntry | None) -> Iterator[Markup]:
        """Whose it is, and what is to be looked at."""
        if own is None:
            yield turn.say("entries.of_shipped")
            return
        rewritten = entry.id in self.library.shipped.entries
        yield turn.say(
            "entries.of_override" if rewritten else "entries.of_ward",
            author=own_rows.name_of(turn.session, own.author_id),
            approver=own_rows.name_of(turn.session, own.approver_id),
            day=in_words(local_date(own.decided_at or own.written_at)),
        )
        if is_outdated(self.library.shipped, entry.id, own.replaces):
            yield turn.say("entries.outdated" if rewritten else "entries.original_gone")

    def _ways(self, turn: Turn, entry: faq.Entry, own: OwnEntry | None) -> Iterator[Button]:
        yield turn.button("entries.button_view", f"entry.view:{entry.id}")
        if own and entry.id in self.library.shipped.entries:
            yield turn.button("entries.button_see_original", f"entry.original:{entry.id}")
        if waits := own_rows.waiting_of(turn.session, entry.id):
            yield turn.button("entries.button_version", f"entry.version:{waits.id}")
        else:
            yield turn.button("entries.button_rewrite", f"entry.rewrite:{entry.id}")
            if entry.valid_until:
                yield turn.button("entries.button_prolong", f"entry.prolong:{entry.id}")
        if count := len(own_rows.phrasings(turn.session, entry.id)):
            yield turn.button("entries.button_phrasings", f"entry.phrasings:{entry.id}", count=count)
        if own and proposing.may(turn.staff, proposing.LEADERS):
            yield turn.button("entries.button_retire", f"entry.retire:{entry.id}")

    def view(self, turn: Turn, argument: str) -> None:
        """As people read it; that staff look counts as no question."""
        entry = self._entry(turn, argument)
        if entry:
            self._show(turn, entry)

    def original(self, turn: Turn, argument: str) -> None:
        """The shipped answer behind the ward's."""
        entry = self.library.shipped.entries.get(argument)
        if entry:
            self._show(turn, entry)
        else:
            turn.reply(turn.say("entries.gone"))

    def _show(self, turn: Turn, entry: faq.Entry) -> None:
        content, say = self.library.held(turn.session).content, turn.app.say
        answer = wording.answer(say, turn.ward, content, entry, today=turn.today, question_id=0)
        parts = [answer, wording.more(say, turn.ward, entry, turn.today)] if entry.more else [answer]
        turn.replies += [replace(part, rows=()) for part in parts]

    def phrasings(self, turn: Turn, argument: str) -> None:
        """A page of what was added to the ways to ask, each to be taken away."""
        name, _, page = argument.partition(":")
        entry = self._entry(turn, name)
        if entry:
            self._list(turn, entry, int(page) if page.isdecimal() and len(page) < 4 else 1)

    def _list(self, turn: Turn, entry: faq.Entry, page: int) -> None:
        rows = own_rows.phrasings(turn.session, entry.id)
        pages = max(1, -(-len(rows) // ON_A_PAGE))
        at = min(max(1, page), pages)
        shown = rows[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]
        lines = [turn.say("entries.phrasings", question=entry.question), *(_phrasing(turn, row) for row in shown)]
        turned = [("answers.button_previous", at - 1)] if at > 1 else []
        turned += [("answers.button_next", at + 1)] if at < pages else []
        buttons = [turn.button("entries.button_forget", f"unans.off:{row.id}", text=row.text[:40]) for row in shown]
        buttons += [turn.button(key, f"entry.phrasings:{entry.id}:{number}") for key, number in turned]
        turn.reply(Markup("\n").join(lines), column([*buttons, telling_staff.open_button(turn, entry.id)]))

    def ask_retire(self, turn: Turn, argument: str) -> None:
        """Confirm first: people are not answered so any more."""
        entry = self._entry(turn, argument)
        own = own_rows.live_of(turn.session, argument) if entry else None
        if entry is None:
            return
        if own is None or not proposing.may(turn.staff, proposing.LEADERS):
            turn.reply(turn.say("entries.leader_retires" if own else "entries.moved_on"))
            return
        shipped, named = self._is_shipped(entry.id), f"entry.retired:{entry.id}:{own.id}"
        key = "entries.ask_retire_override" if shipped else "entries.ask_retire_own"
        quietly = "entries.button_retire_quietly" if shipped else "entries.button_retire_sure"
        told = [turn.button("entries.button_retire_told", f"{named}:{TOLD}")] if shipped else []
        keep = turn.button("entries.button_retire_not", f"entry.open:{entry.id}")
        said = turn.say(key, question=entry.question, **({"days": turn.ward.faq.tell_days} if shipped else {}))
        turn.reply(said, column((*told, turn.button(quietly, named), keep)))

    def _is_shipped(self, name: str) -> bool:
        return name in self.library.shipped.entries

    def retire(self, turn: Turn, argument: str) -> None:
        """The ward's answer goes; of an override the shipped one is answered again."""
        name, version, told = (*argument.split(":"), "", "")[:3]
        if turn.staff is None:
            return
        shipped, own = self._is_shipped(name), own_rows.live_of(turn.session, name)
        if why := proposing.retire(turn, turn.staff, name, number(version), shipped=shipped):
            turn.reply(turn.say(why))
            return
        if own and shipped and told == TOLD:
            proposing.tell_readers(turn, turn.staff, own)
        turn.reply(turn.say("entries.retired_override" if shipped else "entries.retired_own"))


def _facts(turn: Turn, library: Library, entry: faq.Entry) -> Iterator[Markup]:
    """Category, sources, days, and the phrasings that were added, the first ones."""
    yield turn.say("entries.category", title=library.shipped.categories[entry.category])
    yield turn.say("entries.sources")
    yield from (turn.say("answers.source", source=source) for source in entry.sources)
    yield turn.say("entries.checked_on", day=in_words(entry.checked_on))
    if entry.valid_until:
        ended = entry.valid_until < turn.today
        yield turn.say("entries.expired" if ended else "entries.valid_until", day=in_words(entry.valid_until))
    rows = own_rows.phrasings(turn.session, entry.id)
    if rows:
        yield turn.say("entries.added", count=len(rows))
        yield from (turn.say("entries.added_line", text=row.text) for row in rows[:ON_CARD])


def _phrasing(turn: Turn, row: Phrasing) -> Markup:
    name = own_rows.name_of(turn.session, row.staff_id)
    return turn.say("entries.phrasing", text=row.text, name=name, day=in_words(local_date(row.added_at)))
