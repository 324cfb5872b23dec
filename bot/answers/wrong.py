"""An owner calls an answer wrong: one tap, whoever minds it hears of it, and staff find it first in their list."""

import faq
from bot import dialogue
from bot.answers import service
from bot.answers.staff import telling_staff
from bot.core.flow import Answers
from bot.core.replies import Reply, Rows, column
from bot.feature import Turn
from db import unanswered_rows
from db.drafts import DraftRow


def report(turn: Turn, content: faq.Content, argument: str) -> None:
    """The tap; a second one changes nothing."""
    row = service.answered_here(turn, argument)
    if row is None:
        turn.reply(turn.say("turn.old_button"))
        return
    if row.reported_at is not None:
        turn.reply(turn.say("answers.wrong_already"), _more(turn, row.id))
        return
    unanswered_rows.report(turn.session, row, turn.now)
    _tell(turn, content, row.entry)
    thanks = "answers.wrong_thanks" if turn.incoming.private else "answers.wrong_thanks_group"
    turn.reply(turn.say(thanks), _more(turn, row.id))


def _more(turn: Turn, question_id: int) -> Rows:
    """What is wrong is asked in private only, and only if they wish."""
    button = turn.button("answers.button_write_more", f"faq.write:{question_id}")
    return column((button,)) if turn.incoming.private else ()


def _tell(turn: Turn, content: faq.Content, entry_id: str) -> None:
    """Each of those who mind the answer, once a day however many call it wrong; the list holds the rest."""
    entry = content.entries.get(entry_id)
    question, category = (entry.question, entry.category) if entry else (entry_id, "")
    said = Reply(
        turn.say("answers.wrong_told", question=question), column((telling_staff.open_button(turn, entry_id),))
    )
    for one in telling_staff.minders(turn, category):
        turn.tell(one.person_id, said, f"faq.wrong:{entry_id}:{turn.today}:{one.person_id}")


def write(turn: Turn, argument: str) -> None:
    """Somebody wants to say what is wrong."""
    row = service.answered_here(turn, argument)
    if row is None or row.reported_at is None:
        turn.reply(turn.say("turn.old_button"))
    else:
        dialogue.start(turn, "faq_wrong", {"question": argument})


def written(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """It stands beside the question in the log."""
    row = service.answered_here(turn, str(answers["question"]))
    said = str(answers.get("what") or "")
    if row and said:
        service.add_remark(row, said)
    turn.reply(turn.say("answers.wrong_written" if said else "answers.wrong_unwritten"))
