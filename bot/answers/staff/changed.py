"""Answers that a release changed: leaders and the unit hear of it once, and decide whether their readers shall."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import faq
from bot.answers.library import Library, entry_of
from bot.answers.staff import telling_staff
from bot.answers.staff.entries import is_outdated
from bot.answers.staff.proposing import READERS
from bot.answers.wording import shortened
from bot.core.clock import in_words, local_date
from bot.core.replies import Button, column
from bot.feature import App, ButtonRoute, Feature, Turn, Work
from db import entry_rows, own_rows
from db.entries import EntryState, OwnEntry, ShippedEntry
from db.staff import Role, Staff, with_role
from db.unanswered import AskerNotice

HASH = 8
"""How much of a hash stands on a button, to know which change was read about."""

AT_ONCE = 10
"""How many changed answers stand in one message."""


class Changed:
    """What is shipped, held against what this database saw last: once in the life of a process, because it is fixed."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._compared = False

    def feature(self) -> Feature:
        """The routes, and what is due."""
        return Feature(
            name="entries_changed",
            buttons=(
                ButtonRoute("entry.released", self.card, roles=READERS),
                ButtonRoute("entry.tell", self.tell, roles=READERS),
                ButtonRoute("entry.untold", self.leave, roles=READERS),
            ),
            due=(self.compare,),
        )

    def compare(self, app: App) -> None:
        """What was never seen is kept in silence; what differs from then is told."""
        if self._compared:
            return
        hashes = {name: faq.entry_hash(entry) for name, entry in self.library.shipped.entries.items()}
        with app.database.read() as session:
            known = own_rows.shipped(session, list(hashes))
            same = all(name in known and known[name].hash == seen for name, seen in hashes.items())
        if not same:
            with app.database.write() as session:
                self._note(Work(app, session, app.clock(), app.profile()), hashes)
        self._compared = True

    def _note(self, work: Work, hashes: dict[str, str]) -> None:
        own_rows.lock(work.session)
        known = own_rows.shipped(work.session, list(hashes))
        for name in hashes.keys() - known.keys():
            work.session.add(ShippedEntry(entry=name, hash=hashes[name], seen_at=work.now))
        taken_in = self._taken_in(work, hashes)
        changed = sorted(name for name, row in known.items() if row.hash != hashes[name])
        answered = [name for name in changed if self._is_answered(work, known[name], hashes[name], taken_in)]
        work.session.flush()
        self._ask(work, answered, _named("".join(hashes[name] for name in answered)))

    def _taken_in(self, work: Work, hashes: dict[str, str]) -> set[str]:
        """The entries that are shipped as the ward wrote them, so that its own are not needed any more.

        One that is shipped otherwise is a rewritten one from now on, and its unit is warned.
        """
        shipped = [own for own in own_rows.live(work.session) if own.entry in hashes]
        same = [own for own in shipped if faq.entry_hash(entry_of(own)) == hashes[own.entry]]
        for own in same:
            own.state = EntryState.REPLACED
        for own in (*shipped, *own_rows.waiting(work.session)):
            if own.state != EntryState.REPLACED and own.entry in hashes and not own.replaces:
                own.replaces = hashes[own.entry]
                _warn(work, own, "entries.now_shipped", own.replaces)
        if same:
            entry_rows.bump(work.session)
        return {own.entry for own in same}

    def _is_answered(self, work: Work, row: ShippedEntry, seen: str, taken_in: set[str]) -> bool:
        """Whether people are given the new text; where the ward's own stands over it, its unit is warned instead."""
        row.hash, row.seen_at = seen, work.now
        own = own_rows.live_of(work.session, row.entry)
        is_new = own is None and row.entry not in taken_in
        row.changed_at, row.settled_at, row.settled_by = work.now if is_new else None, None, None
        if own and is_outdated(self.library.shipped, row.entry, own.replaces):
            _warn(work, own, "entries.override_outdated", seen)
        return is_new

    def _ask(self, work: Work, names: Sequence[str], change: str) -> None:
        """Each hears of what is theirs, leaders of everything."""
        theirs: dict[int, tuple[Staff, list[str]]] = {}
        for name in names:
            category = self.library.shipped.entries[name].category
            people = [*with_role(work.session, Role.LEADER), *telling_staff.minders(work, category)]
            for one in {one.id: one for one in people}.values():
                theirs.setdefault(one.id, (one, []))[1].append(name)
        for one, listed in theirs.values():
            for first in range(0, len(listed), AT_ONCE):
                buttons = [self._button(name) for name in listed[first : first + AT_ONCE]]
                said = work.say("entries.release_changed", count=len(buttons))
                reply = telling_staff.task(work, one, said, *buttons)
                work.tell(one.person_id, reply, f"faq.changed:{change}:{first}:{one.id}")

    def _button(self, name: str) -> Button:
        return Button(shortened(self.library.shipped.entries[name].question), f"entry.released:{name}")

    def card(self, turn: Turn, argument: str) -> None:
        """The answer as it is now, and whether those who read the old one shall hear of it."""
        entry = self.library.shipped.entries.get(argument)
        row = turn.session.get(ShippedEntry, argument)
        if entry is None or row is None or row.changed_at is None or row.settled_at:
            turn.reply(turn.say("entries.release_decided"))
            return
        named = f"{entry.id}:{row.hash[:HASH]}"
        said = turn.say(
            "entries.released",
            question=entry.question,
            day=in_words(local_date(row.changed_at)),
            days=turn.ward.faq.tell_days,
        )
        tell = turn.button("entries.button_tell", f"entry.tell:{named}")
        leave = turn.button("entries.button_untold", f"entry.untold:{named}")
        view = turn.button("entries.button_view", f"entry.view:{entry.id}")
        turn.reply(said, column((view, tell, leave)))

    def tell(self, turn: Turn, argument: str) -> None:
        """Those who were given the answer before it changed hear of it."""
        row = self._settle(turn, argument)
        if row is None or row.changed_at is None:
            return
        notice = AskerNotice(
            entry=row.entry,
            since=row.changed_at - timedelta(days=turn.ward.faq.tell_days),
            until=row.changed_at,
            staff_id=row.settled_by,
            made_at=turn.now,
        )
        turn.session.add(notice)
        turn.reply(turn.say("entries.release_told"))

    def leave(self, turn: Turn, argument: str) -> None:
        """The change is none that anybody has to hear of."""
        if self._settle(turn, argument):
            turn.reply(turn.say("entries.release_left"))

    def _settle(self, turn: Turn, argument: str) -> ShippedEntry | None:
        """Decided by whoever is first, about the change that they read of."""
        name, _, seen = argument.partition(":")
        row = own_rows.locked_shipped(turn.session, name)
        open_still = row is not None and row.changed_at is not None and row.settled_at is None
        if row is None or not open_still or row.hash[:HASH] != seen or turn.staff is None:
            turn.reply(turn.say("entries.release_decided"))
            return None
        row.settled_by, row.settled_at = turn.staff.id, turn.now
        return row


def _warn(work: Work, own: OwnEntry, key: str, seen: str) -> None:
    """The unit hears that the ward's own stands over another answer that is shipped."""
    said, opened = work.say(key, question=own.question), telling_staff.open_button(work, own.entry)
    for one in telling_staff.minders(work, own.category):
        reply = telling_staff.task(work, one, said, opened)
        work.tell(one.person_id, reply, f"faq.override:{own.id}:{seen[:HASH]}:{one.id}")


def _named(hashes: str) -> str:
    """One change of many answers, in short."""
    return hashlib.sha256(hashes.encode()).hexdigest()[:HASH]
