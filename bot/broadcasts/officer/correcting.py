"""What was sent and is wrong: a new text in its place, a correction to the same people, or both."""

from bot import dialogue
from bot.broadcasts import rules, service, wording
from bot.broadcasts.officer import card
from bot.broadcasts.officer.compose_flow import LONGEST_TITLE, text
from bot.broadcasts.officer.preview import shortened, visible_units
from bot.broadcasts.rendering import reply_of
from bot.broadcasts.rules import COMPOSE, Act
from bot.core.accept import one_of
from bot.core.channel import CAPTION
from bot.core.flow import Answers, Choice, Flow, Question, Value
from bot.feature import SMALLEST_TEXT, ButtonRoute, Feature, FlowRoute, Turn
from db.broadcasts import Broadcast, BroadcastState
from db.drafts import DraftRow
from db.staff import Staff

NAME = "broadcast_correct"
GOING = frozenset({BroadcastState.SENDING, BroadcastState.PAUSED})
EDIT, NOTICE, BOTH = "edit", "notice", "both"


def feature() -> Feature:
    """The routes."""
    about = Question("text", text, free=True, values=lambda given: {"number": given["number"]})
    how = Question("how", one_of(()), choices=_ways)
    route = FlowRoute(Flow(NAME, (how, about)), done, reads=_reads)
    return Feature(name="correcting", buttons=(ButtonRoute("broadcast.correct", begin, roles=COMPOSE),), flows=(route,))


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
    edits = rules.may(turn.staff, broadcast, Act.EDIT)
    notice = rules.may(turn.staff, broadcast, Act.NOTICE) and broadcast.started_at is not None
    if not edits and not notice:
        turn.reply(turn.say("composing.moved_on", number=wording.number(broadcast)))
        card.card(turn, broadcast)
        return
    known: dict[str, Value] = {"broadcast": broadcast.id, "number": wording.number(broadcast), "edits": edits}
    known["going"] = broadcast.state in GOING
    dialogue.start(turn, NAME, known)


def _reads(_turn: Turn, row: DraftRow, name: str) -> str | None:
    return shortened(str(row.answers["text"])) if name == "text" else None


def done(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """In place, as a notice, or both; each asks for leave again."""
    broadcast = card.readable(turn, str(answers["broadcast"]))
    if broadcast is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
        return
    body, how = str(answers["text"]), str(answers["how"])
    if over := _over(turn, broadcast, body):
        turn.reply(turn.say("composing.too_long", over=over))
        dialogue.start(turn, NAME, {name: value for name, value in answers.items() if name != "text"})
        return
    if how in {EDIT, BOTH}:
        _edit(turn, turn.staff, broadcast, body)
    if how in {NOTICE, BOTH}:
        _notice(turn, turn.staff, broadcast, body)


def _over(turn: Turn, broadcast: Broadcast, body: str) -> int:
    """How much too long it would be in its place."""
    now = visible_units(reply_of(turn.app, broadcast).text) - visible_units(broadcast.body)
    return max(0, now + visible_units(body) - (CAPTION if broadcast.file_sha else SMALLEST_TEXT))


def _edit(turn: Turn, staff: Staff, broadcast: Broadcast, body: str) -> None:
    edited = service.correct_by_edit(turn, staff, broadcast.id, body)
    number = wording.number(broadcast)
    if edited is None:
        turn.reply(turn.say("composing.moved_on", number=number))
    else:
        key = "composing.edit_submitted" if edited.needs_approval else "composing.edited"
        turn.reply(turn.say(key, number=number))


def _notice(turn: Turn, staff: Staff, broadcast: Broadcast, body: str) -> None:
    number = wording.number(broadcast)
    title = turn.app.say.label("composing.correction_title", number=number, title=broadcast.title)
    made = service.correct_by_notice(turn, staff, broadcast.id, title[: 2 * LONGEST_TITLE], body)
    if made is None:
        turn.reply(turn.say("composing.moved_on", number=number))
        return
    key = "composing.submitted" if made.needs_approval else "composing.scheduled"
    turn.reply(turn.say(key, number=wording.number(made), when=card.when(turn, made)))
