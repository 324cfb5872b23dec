"""The card of a case as staff see it: what was raised, where it stands, and the acts that are allowed now."""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from bot.cases import wording
from bot.cases.actor import actor_of
from bot.cases.likeness import similar
from bot.cases.rules import Act, Actor, buttons, may, sees
from bot.core.replies import Button, Rows, column
from bot.feature import Turn
from db import attachments, case_lists, cases, letters
from db.attachments import Attachment, AttachmentState
from db.cases import Case, CaseEvent, Status
from db.letters import Delivery, Kind, Letter, LetterState
from db.staff import Staff

LONGEST_TEXT = 600
LONGEST_NOTE = 160
LAST_EVENTS = 8
LAST_LETTERS = 3
OPEN_STATUSES = frozenset({Status.RECEIVED, Status.WORKING, Status.WAITING, Status.FORWARDED})
COMPARED = 200
"""So many of the newest open cases of the subject are looked through for similar ones."""

LABELS: dict[Act, str] = {
    Act.TAKE: "desk.do_take",
    Act.REPLY: "desk.do_reply",
    Act.REQUEST: "desk.do_request",
    Act.ASSIGN: "desk.do_assign",
    Act.TRANSFER: "desk.do_transfer",
    Act.NOTE: "desk.do_note",
    Act.EXTEND: "desk.do_extend",
    Act.FORWARD: "desk.do_forward",
    Act.DECLINE: "desk.do_decline",
    Act.CORRECT: "desk.do_correct",
    Act.TELL: "cases.button_tell",
    Act.INVITE: "desk.do_invite",
    Act.SPLIT: "desk.do_split",
    Act.CLOSE: "desk.do_close",
}

KINDS = {
    Kind.ANSWER: "desk.letter_answer",
    Kind.CORRECTION: "desk.letter_correction",
    Kind.REQUEST: "desk.letter_request",
    Kind.DECLINE: "desk.letter_decline",
}

ARRIVAL = {
    Delivery.NONE: "desk.letter_pending",
    Delivery.PENDING: "desk.letter_pending",
    Delivery.DELIVERED: "desk.letter_delivered",
    Delivery.FAILED: "desk.letter_failed",
    Delivery.TOLD: "desk.letter_told",
}


def readable(turn: Turn, argument: str) -> Case | None:
    """The case behind a button, if this person may read it as staff; None looks the same as a case that never was."""
    case = turn.session.get(Case, int(argument)) if re.fullmatch("[1-9][0-9]{0,8}", argument) else None
    return case if case and sees(actor_of(turn), case) else None


def show(turn: Turn, case: Case) -> None:
    """The whole card."""
    actor = actor_of(turn)
    written, files = letters.of_case(turn.session, case.id), attachments.of_case(turn.session, case.id)
    parts = [
        _head(turn, case),
        *_around(turn, case),
        _what(turn, case),
        *_files(turn, files),
        *_letters(turn, written),
        *_proposal(turn, written),
        _history(turn, case),
    ]
    alike = _similar(turn, actor, case)
    if alike:
        parts.append(turn.say("desk.similar", codes=", ".join(other.code for other in alike)))
    merging = [_merge(turn, case, other) for other in alike if may(actor, other, Act.MERGE, turn.today)]
    merging *= may(actor, case, Act.MERGE, turn.today)
    rows = (
        *_reading(turn, case, files),
        *_approval(turn, actor, case, written),
        *_acts(turn, actor, case, written),
        *column(merging),
    )
    turn.reply(Markup("\n\n").join(parts), rows)


def show_short(turn: Turn, case: Case) -> None:
    """After an act: where the case stands, and what can be done next."""
    actor = actor_of(turn)
    written = letters.of_case(turn.session, case.id)
    rows = (*_approval(turn, actor, case, written), *_acts(turn, actor, case, written))
    turn.reply(_head(turn, case), (*rows, (turn.button("desk.whole", f"case.open:{case.id}"),)))


def back(turn: Turn, case: Case) -> Rows:
    """The button that shows the card again."""
    return ((turn.button("desk.back", f"case.open:{case.id}"),),)


def full_text(turn: Turn, case: Case) -> Markup:
    """What was raised, uncut."""
    title = turn.say("desk.full_title", code=case.code)
    return Markup("\n\n").join((title, *_raised(turn, case.text, case.suggestion)))


def full_history(turn: Turn, case: Case) -> Markup:
    """The whole history, and every letter in its words."""
    lines = [_event(turn, event, event.note) for event in cases.history(turn.session, case.id)]
    written = [_letter(turn, one, one.text) for one in letters.of_case(turn.session, case.id)]
    title = turn.say("desk.history_title", code=case.code)
    return Markup("\n\n").join((title, Markup("\n").join(lines), *written))


def _head(turn: Turn, case: Case) -> Markup:
    lines = [
        turn.say("desk.head", code=case.code, status=wording.status(turn, case), subject=wording.subject(turn, case)),
        _deadline(turn, case),
        turn.say("desk.handled", unit=wording.unit(turn, case.unit), assignee=_name(turn, case.assignee_id)),
    ]
    if case.protected:
        lines.append(turn.say("desk.protected"))
    return Markup("\n").join(lines)


def _deadline(turn: Turn, case: Case) -> Markup:
    deadline = wording.deadline(turn, case.due_on)
    return turn.say("desk.deadline", deadline=deadline, standing=wording.standing(turn, case))


def _name(turn: Turn, staff_id: int | None) -> str:
    staff = turn.session.get(Staff, staff_id) if staff_id else None
    return staff.name if staff else turn.app.say.label("desk.nobody")


def _around(turn: Turn, case: Case) -> list[Markup]:
    """Who raised it, where it is, what happened to its deadline, with which others it is answered."""
    lines = [turn.say("desk.raised_by", who=_raised_by(turn, case), day=wording.received_on(case))]
    if case.logged_by:
        lines.append(turn.say("desk.logged_by", name=_name(turn, case.logged_by)))
    if place := wording.place(turn, case):
        lines.append(turn.say("desk.place", place=place))
    if case.authority:
        lines.append(turn.say("desk.authority", authority=wording.authority(turn, case.authority)))
    if case.extensions or case.disputes:
        lines.append(turn.say("desk.counted", extensions=case.extensions, disputes=case.disputes))
    if case.mark is not None:
        lines.append(turn.say("desk.mark", mark=case.mark))
    return [Markup("\n").join((*lines, *_merged(turn, case)))]


def _raised_by(turn: Turn, case: Case) -> str:
    """Never the name that somebody has in the chat."""
    if case.anonymous:
        return turn.app.say.label("desk.anonymous")
    said = ", ".join(part for part in (case.business, case.phone) if part)
    return said or turn.app.say.label("desk.unnamed")


def _merged(turn: Turn, case: Case) -> list[Markup]:
    main = turn.session.get(Case, case.merged_into) if case.merged_into else None
    if main:
        return [turn.say("desk.merged_into", code=main.code)]
    followers = cases.followers(turn.session, case.id)
    codes = ", ".join(follower.code for follower in followers)
    return [turn.say("desk.followers", count=len(followers), codes=codes)] if followers else []


def _what(turn: Turn, case: Case) -> Markup:
    return Markup("\n").join(_raised(turn, _cut(case.text), _cut(case.suggestion)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else wording.shortened(text, LONGEST_TEXT)


def _raised(turn: Turn, text: str, suggestion: str) -> list[Markup]:
    said = [turn.say("desk.text", text=text)]
    return [*said, turn.say("desk.suggestion", text=suggestion)] if suggestion else said


def _is_cut(case: Case) -> bool:
    return max(len(case.text), len(case.suggestion)) > LONGEST_TEXT


def _files(turn: Turn, files: Sequence[Attachment]) -> list[Markup]:
    if not files:
        return []
    missing = sum(file.state != AttachmentState.STORED for file in files)
    key = "desk.files_missing" if missing else "desk.files"
    return [turn.say(key, count=len(files), **({"missing": missing} if missing else {}))]


def _letters(turn: Turn, written: Sequence[Letter]) -> list[Markup]:
    sent = [letter for letter in written if letter.state == LetterState.SENT]
    lines = [_letter(turn, letter, wording.shortened(letter.text, LONGEST_NOTE)) for letter in sent[-LAST_LETTERS:]]
    return [Markup("\n").join(lines)] if lines else []


def _letter(turn: Turn, letter: Letter, text: str) -> Markup:
    kind, at = turn.say(KINDS[Kind(letter.kind)]), wording.moment(letter.sent_at or letter.created_at)
    said = turn.say("desk.letter", kind=kind, at=at, arrival=_arrival(turn, letter), text=text)
    return Markup("\n").join((said, *_founded(turn, letter)))


def _founded(turn: Turn, letter: Letter) -> list[Markup]:
    """What the letter rests on, or where it sends the owner."""
    key = "desk.letter_where" if letter.kind == Kind.DECLINE else "desk.letter_basis"
    return [turn.say(key, basis=letter.basis)] if letter.basis else []


def _arrival(turn: Turn, letter: Letter) -> Markup:
    if letter.state == LetterState.RETURNED:
        return turn.say("desk.letter_returned")
    if letter.state == LetterState.PROPOSED:
        return turn.say("desk.letter_proposed")
    how = {"how": letter.reason} if letter.delivery == Delivery.TOLD else {}
    return turn.say(ARRIVAL[Delivery(letter.delivery)], **how)


def _proposal(turn: Turn, written: Iterable[Letter]) -> list[Markup]:
    return [
        turn.say("desk.proposal", officer=letter.officer, text=wording.shortened(letter.text, 1200), basis=letter.basis)
        for letter in written
        if letter.state == LetterState.PROPOSED
    ]


def _history(turn: Turn, case: Case) -> Markup:
    events = cases.history(turn.session, case.id)[-LAST_EVENTS:]
    lines = [_event(turn, event, wording.shortened(event.note, LONGEST_NOTE)) for event in events]
    return Markup("\n").join((turn.say("desk.history"), *lines))


def _event(turn: Turn, event: CaseEvent, note: str) -> Markup:
    what = turn.app.say.label(f"cases.act_{event.act}")
    who = f" ({_name(turn, event.staff_id)})" if event.staff_id else ""
    return turn.say(
        "cases.history_line", at=wording.moment(event.at), what=what + who, note=f": {note}" if note else ""
    )


def _similar(turn: Turn, actor: Actor, case: Case) -> list[Case]:
    """Open cases that may be about the same matter, of those that this person may read."""
    if case.status not in OPEN_STATUSES or case.protected or case.merged_into is not None:
        return []
    others = case_lists.open_of_subject(turn.session, case.subject, COMPARED)
    found = [turn.session.get_one(Case, other.id) for other in similar(case, others)]
    return [other for other in found if sees(actor, other)]


def _merge(turn: Turn, case: Case, other: Case) -> Button:
    return turn.button("desk.do_merge", f"case.merge:{case.id}:{other.id}", code=other.code)


def _reading(turn: Turn, case: Case, files: Sequence[Attachment]) -> Rows:
    """Buttons that show more."""
    more = [turn.button("desk.all_history", f"case.history:{case.id}")]
    if _is_cut(case):
        more.append(turn.button("desk.full", f"case.full:{case.id}"))
    if files:
        more.append(turn.button("desk.open_files", f"case.files:{case.id}"))
    if case.latitude is not None and case.longitude is not None:
        address = f"https://www.google.com/maps?q={case.latitude:.6f},{case.longitude:.6f}"
        more.append(Button(turn.app.say.label("desk.map"), url=address))
    return (tuple(more),)


def _approval(turn: Turn, actor: Actor, case: Case, written: Iterable[Letter]) -> Rows:
    waiting = [letter for letter in written if letter.state == LetterState.PROPOSED]
    if not waiting or not may(actor, case, Act.APPROVE, turn.today):
        return ()
    approve = turn.button("cases.button_approve", f"case.approve:{case.id}:{waiting[0].id}")
    return ((approve, turn.button("cases.button_return", f"case.return:{case.id}:{waiting[0].id}")),)


def _acts(turn: Turn, actor: Actor, case: Case, written: Iterable[Letter]) -> Rows:
    """Two a row; telling only where something did not arrive, closing only where everything did."""
    deliveries = {letter.delivery for letter in written}
    hidden = set() if deliveries.isdisjoint({Delivery.PENDING, Delivery.FAILED}) else {Act.CLOSE}
    hidden |= set() if Delivery.FAILED in deliveries else {Act.TELL}
    shown = [act for act in buttons(actor, case, turn.today) if act not in hidden and _is_known(turn, act)]
    row = [turn.button(LABELS[act], f"case.{act}:{case.id}") for act in shown]
    return tuple(tuple(row[at : at + 2]) for at in range(0, len(row), 2))


def _is_known(turn: Turn, act: Act) -> bool:
    return act in LABELS and f"case.{act}" in turn.app.routes.buttons
