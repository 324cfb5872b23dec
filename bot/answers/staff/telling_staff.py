"""What the staff hear of the ward's own entries: each message once."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

import faq
from bot.answers import wording
from bot.answers.library import entry_of
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import Work
from bot.people.staff import acting_for
from db import own_rows, unanswered_rows
from db.entries import OwnEntry
from db.staff import Role, Staff, with_role

MINDING = frozenset({Role.LEADER, Role.OFFICER, Role.CLERK})
"""Who may read what was asked; a substitute with another role may not."""

MOST_REPORTED = 200
"""So many reported answers are counted for somebody at most."""


def shown(work: Work, own: OwnEntry) -> list[Reply]:
    """A version exactly as people will read it, the part for those who want more as a message of its own."""
    entry = entry_of(own)
    alone = faq.Content({entry.id: entry}, {}, (), "")
    answer = wording.answer(work.app.say, work.ward, alone, entry, today=work.today, question_id=0)
    parts = [answer, wording.more(work.app.say, work.ward, entry, work.today)] if entry.more else [answer]
    return [replace(part, rows=()) for part in parts]


def seconds(work: Work, author_id: int) -> list[Staff]:
    """Who may be the second person: whoever wrote it in an earlier role is not."""
    author, roles = work.session.get_one(Staff, author_id), (Role.LEADER, Role.CLERK)
    return [one for role in roles for one in with_role(work.session, role) if one.person_id != author.person_id]


def ask(work: Work, own: OwnEntry) -> None:
    """Every leader and clerk but the author reads it, and gets the two buttons."""
    asked = seconds(work, own.author_id)
    for one in asked:
        for number, part in enumerate(shown(work, own), start=1):
            work.tell(one.person_id, part, f"entry:{own.id}:shown{number}:{one.id}")
        work.tell(one.person_id, Reply(question(work, own), deciding(work, own)), f"entry:{own.id}:ask:{one.id}")
    if not asked:
        _nobody(work, own)


def _nobody(work: Work, own: OwnEntry) -> None:
    """The author hears that it waits, and the admins that somebody is missing."""
    author = work.session.get_one(Staff, own.author_id)
    work.tell(author.person_id, Reply(work.say("entries.nobody")), f"entry:{own.id}:nobody")
    for admin in with_role(work.session, Role.ADMIN):
        work.tell(admin.person_id, Reply(work.say("entries.admin_nobody")), f"entry:{own.id}:admin:{admin.id}")


def question(work: Work, own: OwnEntry) -> Markup:
    """Who proposes what, and whether something else than its author began with is answered by now."""
    live = own_rows.live_of(work.session, own.entry)
    kind = "entries.ask_rewrite" if own.replaces or live else "entries.ask_new"
    lines = [work.say(kind, author=own_rows.name_of(work.session, own.author_id), question=own.question)]
    lines += [work.say("entries.ask_substance")] if own.substance else []
    lines += [work.say("entries.ask_moved")] if own.over_id != (live.id if live else None) else []
    return Markup("\n").join(lines)


def deciding(work: Work, own: OwnEntry) -> Rows:
    """The two buttons; a version never changes, so its number names what was read."""
    approve = work.button("entries.button_approve", f"entry.approve:{own.id}")
    return ((approve, work.button("entries.button_return", f"entry.return:{own.id}")),)


def _author(work: Work, own: OwnEntry, text: Markup, rows: Rows, what: str) -> None:
    """Whoever serves no more hears nothing of it."""
    author = work.session.get_one(Staff, own.author_id)
    if author.until is None:
        work.tell(author.person_id, Reply(text, rows), f"entry:{own.id}:{what}")


def approved(work: Work, own: OwnEntry) -> None:
    """The author hears that it is answered now."""
    said = work.say("entries.approved", question=own.question, name=own_rows.name_of(work.session, own.approver_id))
    _author(work, own, said, column((open_button(work, own.entry),)), "approved")


def returned(work: Work, own: OwnEntry) -> None:
    """The author hears what is to be mended, with the button that begins it."""
    said = work.say("entries.returned", question=own.question, remark=own.remark)
    _author(work, own, said, column((mend_button(work, own),)), "returned")


def withdrawn(work: Work, own: OwnEntry) -> None:
    """Those who have it before them hear that there is nothing to decide any more."""
    said = Reply(work.say("entries.withdrawn", question=own.question))
    for one in seconds(work, own.author_id):
        work.tell(one.person_id, said, f"entry:{own.id}:withdrawn:{one.id}")


def retired(work: Work, own: OwnEntry, by: Staff) -> None:
    """The author hears who took it away."""
    if own.author_id != by.id:
        _author(work, own, work.say("entries.retired_told", question=own.question, name=by.name), (), "retired")


def open_button(work: Work, entry: str) -> Button:
    """To see the card of an entry."""
    return work.button("entries.button_open", f"entry.open:{entry}")


def mend_button(work: Work, own: OwnEntry) -> Button:
    """To mend what was returned."""
    return work.button("entries.button_mend", f"entry.mend:{own.id}")


def task(work: Work, staff: Staff, said: Markup, *buttons: Button) -> Reply:
    """Something to do about answers, for one of those who mind them; an admin is asked for somebody who may do it."""
    if staff.role == Role.ADMIN:
        return Reply(Markup("\n\n").join((said, work.say("entries.admin_alone"))))
    return Reply(said, column(buttons))


def minders(work: Work, category: str) -> list[Staff]:
    """Whose task an answer of a category is: the unit, else the clerks, else the leaders, else the admins.

    For whoever is absent their substitute does it.
    """
    acting = [_acting(work, one) for one in _minders(work, category)]
    return list({one.id: one for one in acting}.values())


def _acting(work: Work, staff: Staff) -> Staff:
    acting = acting_for(work.session, staff, work.today)
    return acting if acting.role in MINDING else staff


def _minders(work: Work, category: str) -> list[Staff]:
    unit = work.ward.faq.unit_of(category)
    own = [one for role in (Role.OFFICER, Role.CLERK) for one in with_role(work.session, role, unit)] if unit else []
    others = (with_role(work.session, role) for role in (Role.CLERK, Role.LEADER, Role.ADMIN))
    return own or next((found for found in others if found), [])


def awaits(work: Work, content: faq.Content, staff: Staff) -> Sequence[tuple[str, int]]:
    """Of what somebody hears at the opening of a day: the answers called wrong, the entries that wait for them."""
    if staff.role not in MINDING:
        return ()
    return (
        ("due.digest_reported", _reported(work, content, staff)),
        ("due.digest_entries", sum(staff in seconds(work, own.author_id) for own in own_rows.waiting(work.session))),
    )


def _reported(work: Work, content: faq.Content, staff: Staff) -> int:
    """How many groups wait whose answer somebody called wrong: a leader hears of all."""
    found = unanswered_rows.reported_entries(work.session, MOST_REPORTED)
    if staff.role == Role.LEADER:
        return len(found)
    categories = [content.entries[name].category if name in content.entries else "" for name in found]
    minded = {category for category in set(categories) if staff in minders(work, category)}
    return sum(category in minded for category in categories)
