"""What was sent and is wrong: a new text in its place, a correction to the same people, or both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from bot import dialogue
from bot.broadcasts import corrections, rules, wording
from bot.broadcasts.officer import card
from bot.broadcasts.officer.compose_flow import LONGEST_TITLE, text
from bot.broadcasts.officer.preview import shortened, visible_units
from bot.broadcasts.rendering import reply_of
from bot.broadcasts.rules import COMPOSE, GOING, Act
from bot.core.accept import one_of, words
from bot.core.channel import CAPTION
from bot.core.flow import Answers, Choice, Flow, Question, Value
from bot.feature import SMALLEST_TEXT, ButtonRoute, Feature, FlowRoute, Turn
from db import broadcast_rows
from db.broadcasts import Broadcast, BroadcastState
from db.drafts import DraftRow
from db.staff import Staff

NAME = "broadcast_correct"
EDIT, NOTICE, BOTH = "edit", "notice", "both"
SAME = "same"
EDIT_MARK = 48
"""Characters by which the footer grows at the first correction, and some more."""


def feature() -> Feature:
    """The routes."""
    how = Question("how", one_of(()), choices=_ways)
    head = Question("head", words(LONGEST_TITLE), choices=_same("composing.same_title"), when=_in_place, free=True)
    about = Question("text", text, choices=_same_text, free=True, values=lambda given: {"number": given["number"]})
    route = FlowRoute(Flow(NAME, (how, head, about)), done, reads=_reads, below=_below)
    return Feature(name="correcting", buttons=(ButtonRoute("broadcast.correct", begin, roles=COMPOSE),), flows=(route,))


def _in_place(answers: Answers) -> bool:
    return answers.get("how") in {EDIT, BOTH}


def _same(label: str) -> Callable[[Answers], list[Choice]]:
    return lambda _answers: [Choice(SAME, label)]


def _same_text(answers: Answers) -> list[Choice]:
    """Where the title alone was wrong."""
    return [Choice(SAME, "composing.same_text")] if answers.get("head", SAME) != SAME else []


def _ways(answers: Answers) -> list[Choice]:
    """A notice alone would leave the wrong text to those whom it has not reached yet."""
    edits = [Choice(EDIT, "composing.correct_edit")] if answers.get("edits") else []
    notice = [] if answers.get("going") else [Choice(NOTICE, "composing.correct_notice")]
    return [*edits, *notice, *([Choice(BOTH, "composing.correct_both")] if edits else [])]


def begin(turn: Turn, argument: str) -> None:
    """Ask for the right text, and how it is to reach those who have the wrong one."""
    broadcast = card.readable(turn, argument)
    if broadcast is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
        return
    edits = rules.may(turn.staff, broadcast, Act.EDIT) and corrections.edits(turn.app, broadcast)
    notice = rules.may(turn.staff, broadcast, Act.NOTICE) and broadcast.started_at is not None
    if not edits and not notice:
        turn.reply(turn.say("composing.moved_on", number=wording.number(broadcast)))
        card.card(turn, broadcast)
        return
    known: dict[str, Value] = {"broadcast": broadcast.id, "number": wording.number(broadcast), "edits": edits}
    known["going"] = broadcast.state in GOING
    turn.replies.append(replace(reply_of(turn.app, broadcast), rows=()))
    dialogue.start(turn, NAME, known)


def _reads(_turn: Turn, row: DraftRow, name: str) -> str | None:
    value = str(row.answers[name])
    return shortened(value) if name == "text" and value != SAME else None


def _below(turn: Turn, row: DraftRow) -> Sequence[Markup]:
    """What would stand in the place of the wrong one goes ahead, as it will look."""
    broadcast = card.readable(turn, str(row.answers["broadcast"]))
    if broadcast and row.answers["how"] != NOTICE:
        title, body = _right(broadcast, row.answers)
        values = {name: getattr(broadcast, name) for name in Broadcast.model_fields}
        changed = {"title": title, "body": body, "version": broadcast.version + 1, "edited_at": turn.now}
        turn.replies.append(replace(reply_of(turn.app, Broadcast(**(values | changed))), rows=()))
    return []


def _right(broadcast: Broadcast, answers: Mapping[str, object]) -> tuple[str, str]:
    """Title and text as they are to be."""
    title, body = str(answers.get("head") or SAME), str(answers["text"])
    return broadcast.title if title == SAME else title, broadcast.body if body == SAME else body


def done(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """In place, as a notice, or both; each asks for leave again."""
    broadcast = card.readable(turn, str(answers["broadcast"]))
    if broadcast is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
        return
    broadcast_rows.locked(turn.session, broadcast.id)  # what stays as it is stays as it is now
    (title, body), how = _right(broadcast, answers), str(answers["how"])
    if (title, body) == (broadcast.title, broadcast.body):
        _once_more(turn, answers, turn.say("composing.nothing_changed"))
        return
    if over := _over(turn, broadcast, title, body):
        _once_more(turn, answers, turn.say("composing.too_long", over=over))
        return
    if how in {EDIT, BOTH}:
        _edit(turn, turn.staff, broadcast, title, body)
    if how in {NOTICE, BOTH}:
        _notice(turn, turn.staff, broadcast, title, body)


def _once_more(turn: Turn, answers: Answers, said: Markup) -> None:
    turn.reply(said)
    dialogue.start(turn, NAME, {name: value for name, value in answers.items() if name not in {"head", "text"}})


def _over(turn: Turn, broadcast: Broadcast, title: str, body: str) -> int:
    """How much too long it would be in its place."""
    around = visible_units(reply_of(turn.app, broadcast).text)
    now = around - visible_units(broadcast.body) - visible_units(str(escape(broadcast.title)))
    new = visible_units(body) + visible_units(str(escape(title))) + EDIT_MARK
    return max(0, now + new - (CAPTION if broadcast.file_sha else SMALLEST_TEXT))


def _edit(turn: Turn, staff: Staff, broadcast: Broadcast, title: str, body: str) -> None:
    """Where a leader has to look at it first, the wrong one goes on leaving meanwhile: that is said."""
    edited = corrections.correct_by_edit(turn, staff, broadcast.id, title, body)
    number = wording.number(broadcast)
    if edited is None:
        turn.reply(turn.say("composing.moved_on", number=number))
    elif not edited.needs_approval:
        turn.reply(turn.say("composing.edited", number=number))
    else:
        going = edited.state == BroadcastState.SENDING
        turn.reply(turn.say("composing.edit_submitted_going" if going else "composing.edit_submitted", number=number))
    card.card(turn, broadcast)


def _notice(turn: Turn, staff: Staff, broadcast: Broadcast, title: str, body: str) -> None:
    number = wording.number(broadcast)
    named = turn.app.say.label("composing.correction_title", number=number, title=title)
    made = corrections.correct_by_notice(turn, staff, broadcast.id, named[: 2 * LONGEST_TITLE], body)
    if made is None:
        turn.reply(turn.say("composing.moved_on", number=number))
        return
    key = "composing.submitted" if made.needs_approval else "composing.scheduled"
    turn.reply(turn.say(key, number=wording.number(made), when=card.when(turn, made)))
