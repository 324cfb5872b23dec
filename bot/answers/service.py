"""What is written down of a question: how it was understood, what was chosen, whether it helped."""

from datetime import timedelta

from bot.answers.rules import Said, Understood
from bot.core.masking import masked
from bot.feature import Turn
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


def log_shown(turn: Turn, entry_id: str) -> QuestionRow:
    """Write down that an entry was opened from a button or a link."""
    return _add(turn, text="", decision="shown", entry=entry_id, score=1.0)


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


def mark_chosen(turn: Turn, question_id: int, entry_id: str) -> None:
    """One of the suggestions was right."""
    row = of_chat(turn.session, question_id, turn.chat.id)
    if row and row.decision in {"suggest", "report"}:
        row.entry = entry_id
        turn.session.add(row)


def answered_here(turn: Turn, argument: str) -> QuestionRow | None:
    """The question of this chat to which an answer was given, by its number in a button."""
    row = of_chat(turn.session, int(argument), turn.chat.id) if argument.isdecimal() else None
    return row if row and row.entry else None


def add_remark(row: QuestionRow, remark: str) -> None:
    """What somebody wrote about the answer, after what they wrote before."""
    row.remark = "; ".join(part for part in (row.remark, masked(remark)) if part)


def mark(turn: Turn, question_id: int, feedback: int, remark: str = "") -> bool:
    """Whether it helped, 1 or -1; False where the question is not this chat's."""
    row = of_chat(turn.session, question_id, turn.chat.id)
    if row is None:
        return False
    row.feedback = feedback
    row.remark = masked(remark) or row.remark
    turn.session.add(row)
    return True
