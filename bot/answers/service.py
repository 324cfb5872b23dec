"""What is written down of a question: how it was understood, what was chosen, whether it helped."""

from datetime import timedelta

from bot.answers.rules import Said, Understood
from bot.cases.outcome import numbers
from bot.core.masking import masked
from bot.feature import Turn
from db import unanswered_rows
from db.questions import QuestionRow, last_of, of_chat


def before(turn: Turn) -> Said | None:
    """What was asked last in this chat."""
    row = last_of(turn.session, turn.chat.id)
    if row is None:
        return None
    return Said(row.text, row.decision, row.entry, max(timedelta(0), turn.now - row.asked_at))


def log(turn: Turn, understood: Understood) -> QuestionRow:
    """Write down a typed question."""
    best = understood.best
    answered = understood.decision == "answer" and best is not None
    return _add(
        turn,
        text=masked(understood.text),
        decision=understood.decision,
        entry=best.id if best and answered else "",
        score=best.score if best else 0.0,
    )


def log_shown(turn: Turn, entry_id: str, text: str = "") -> QuestionRow:
    """Write down that an entry was opened from a button or a link; the words, where they had asked for it in words."""
    return _add(turn, text=text, decision="shown", entry=entry_id, score=1.0)


def _add(turn: Turn, *, text: str, decision: str, entry: str, score: float) -> QuestionRow:
    row = QuestionRow(
        key=turn.incoming.key,
        chat_id=turn.chat.id,
        person_id=turn.person.id,
        text=text,
        decision=decision,
        entry=entry,
        score=score,
        asked_at=turn.now,
    )
    turn.session.add(row)
    turn.session.flush()
    return row


def mark_chosen(turn: Turn, argument: str, entry_id: str) -> str:
    """One of the suggestions was right; the words that this person had asked it in, as they are kept."""
    row = asked_here(turn, argument)
    if row is None or row.decision not in {"suggest", "report"}:
        return ""
    row.entry = entry_id
    turn.session.add(row)
    # A difficulty that was told is no way of asking, and in a group anybody may press.
    return row.text if row.decision == "suggest" and row.person_id == turn.person.id else ""


def asked_here(turn: Turn, argument: str) -> QuestionRow | None:
    """A question of this chat by its number in a button, however that button was made."""
    named = numbers(argument)
    return of_chat(turn.session, named[0], turn.chat.id) if len(named) == 1 else None


def answered_here(turn: Turn, argument: str) -> QuestionRow | None:
    """The question of this chat to which an answer was given, by its number in a button."""
    row = asked_here(turn, argument)
    return row if row and row.entry else None


def add_remark(row: QuestionRow, remark: str) -> None:
    """What somebody wrote about the answer, after what they wrote before."""
    row.remark = "; ".join(part for part in (row.remark, masked(remark)) if part)


def mark(turn: Turn, argument: str, feedback: int, remark: str = "") -> QuestionRow | None:
    """Whether it helped, 1 or -1; None where the question is not this chat's."""
    row = asked_here(turn, argument)
    if row is None:
        return None
    row.feedback = feedback
    row.remark = masked(remark) or row.remark
    turn.session.add(row)
    if remark and row.entry:
        unanswered_rows.release_settled(turn.session, row)
    return row
