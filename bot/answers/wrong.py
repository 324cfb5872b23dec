"""An owner calls an answer wrong: one tap, whoever minds it hears of it, and staff find it first in their list."""

import faq
from bot import dialogue
from bot.answers import service
from bot.answers.staff import telling_staff
from bot.answers.staff.settling import readable
from bot.core.flow import Answers
from bot.core.replies import Reply, Rows, column
from bot.feature import Turn
from db import unanswered_rows
from db.questions import QuestionRow
from db.staff import Role, Staff, with_role


def report(turn: Turn, content: faq.Content, argument: str) -> None:
    """The tap; a second one changes nothing while staff still look at it."""
    row = service.answered_here(turn, argument)
    if row is None:
        turn.reply(turn.say("turn.old_button"))
        return
    if not unanswered_rows.report(turn.session, row, turn.now):
        turn.reply(turn.say("answers.wrong_already"), _more(turn, row.id))
        return
    _tell(turn, content, row)
    thanks = "answers.wrong_thanks" if turn.incoming.private else "answers.wrong_thanks_group"
    turn.reply(turn.say(thanks), _more(turn, row.id))


def _more(turn: Turn, question_id: int) -> Rows:
    """What is wrong is asked in private only, and only if they wish."""
    button = turn.button("answers.button_write_more", f"faq.write:{question_id}")
    return column((button,)) if turn.incoming.private else ()


def _tell(turn: Turn, content: faq.Content, row: QuestionRow) -> None:
    """Each of those who mind the answer, once a day however many call it wrong; the list holds the rest."""
    entry = content.entries.get(row.entry)
    for one in telling_staff.minders(turn, entry.category if entry else ""):
        said = _told(turn, content, row, one)
        turn.tell(one.person_id, said, f"faq.wrong:{row.entry}:{turn.today}:{one.person_id}")
    tell_leaders(turn, content, row)


def _told(turn: Turn, content: faq.Content, row: QuestionRow, staff: Staff) -> Reply:
    """An admin may read no words of askers, and is asked for somebody who may."""
    if staff.role == Role.ADMIN:
        return Reply(turn.say("answers.wrong_told_admin", question=_named(content, row)))
    said = turn.say("answers.wrong_told", question=_named(content, row))
    return Reply(said, column((telling_staff.open_button(turn, row.entry),)))


def tell_leaders(turn: Turn, content: faq.Content, row: QuestionRow) -> None:
    """What was said and leaders alone may read, they hear of, once a day for each answer."""
    if readable(None, row.text) and readable(None, row.remark):
        return
    said = turn.say("answers.locked_told", question=_named(content, row))
    reply = Reply(said, column((telling_staff.open_button(turn, row.entry),)))
    for one in with_role(turn.session, Role.LEADER):
        turn.tell(one.person_id, reply, f"faq.locked:{row.entry}:{turn.today}:{one.person_id}")


def _named(content: faq.Content, row: QuestionRow) -> str:
    entry = content.entries.get(row.entry)
    return entry.question if entry else row.entry


def write(turn: Turn, argument: str) -> None:
    """Somebody wants to say what is wrong."""
    row = service.answered_here(turn, argument)
    if row is None or row.reported_at is None:
        turn.reply(turn.say("turn.old_button"))
    else:
        dialogue.start(turn, "faq_wrong", {"question": argument})


def written(turn: Turn, content: faq.Content, answers: Answers) -> None:
    """It stands beside the question in the log; where staff were done with that, it waits for them anew."""
    row = service.answered_here(turn, str(answers["question"]))
    said = str(answers.get("what") or "")
    if row and said:
        service.add_remark(row, said)
        tell = _tell if unanswered_rows.report(turn.session, row, turn.now) else tell_leaders
        tell(turn, content, row)
    turn.reply(turn.say("answers.wrong_written" if said else "answers.wrong_unwritten"))
