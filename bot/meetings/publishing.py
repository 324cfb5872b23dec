"""A promise goes into /camket once a leader has seen it; who wrote it down mends it until then, a leader until kept."""

import json
from collections.abc import Callable
from datetime import date

from bot import dialogue
from bot.cases import wording
from bot.cases.outcome import numbers
from bot.core.events import What
from bot.core.flow import Answers, Flow, Invalid, Question, Value
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn, Work
from bot.meetings import hearing, rules
from bot.meetings.keeping import KEEPABLE
from bot.meetings.public_wording import READERS, promised, reads, warnings
from db.cases import Case
from db.drafts import DraftRow
from db.meetings import Meeting, Promise
from db.staff import Role, Staff, with_role

MEND = "meeting_mend"
LEADERS = frozenset({Role.LEADER})


def feature(by: Callable[[What], Value | Invalid]) -> Feature:
    """The routes; `by` reads the day as in the dialogue in which promises are made."""
    flow = Flow(MEND, (Question("what", promised, free=True), Question("by", by, free=True, when=_has_no_day)))
    return Feature(
        name="meeting_publishing",
        buttons=(
            ButtonRoute("promise.open", opened, roles=READERS),
            ButtonRoute("promise.publish", publish, roles=LEADERS),
            ButtonRoute("promise.mend", mend, roles=READERS),
        ),
        flows=(FlowRoute(flow, mended, below=warnings, reads=reads),),
    )


def tell_leaders(work: Work, made: Promise) -> None:
    """It waits for one of them to see it."""
    if made.published_at is not None:
        return
    for leader in with_role(work.session, Role.LEADER):
        reply = Reply(work.say("publishing.wanted", **_values(work, made)), _rows(work, leader, made))
        work.tell(leader.person_id, reply, f"{work.key}:promise:{made.id}:staff:{leader.id}")


def _values(work: Work, made: Promise) -> dict[str, object]:
    meeting = work.session.get_one(Meeting, made.meeting_id)
    due = wording.deadline(work, made.due_on)
    return {"title": meeting.title, "what": made.what, "who": made.who, "due": due}


def may_mend(work: Work, staff: Staff, made: Promise) -> bool:
    """Its author while nobody else has read it, a leader until it is kept."""
    case = work.session.get_one(Case, made.case_id)
    its_author = staff.id == made.made_by and made.published_at is None
    return case.status in KEEPABLE and (staff.role == Role.LEADER or its_author)


def button(work: Work, made: Promise) -> Button:
    """To look at one promise."""
    return work.button("publishing.button_open", f"promise.open:{made.id}", what=wording.shortened(made.what, 40))


def _rows(work: Work, staff: Staff, made: Promise) -> Rows:
    may_publish = staff.role == Role.LEADER and made.published_at is None
    found = [work.button("publishing.button_publish", f"promise.publish:{made.id}")] if may_publish else []
    if may_mend(work, staff, made):
        found.append(work.button("publishing.button_mend", f"promise.mend:{made.id}"))
    return column(found)


def _ours(turn: Turn, argument: str) -> tuple[Promise, Staff] | None:
    """The promise that a button names, as it stands now; otherwise the button is old."""
    named = numbers(argument)
    made = turn.session.get(Promise, named[0], with_for_update=True) if named else None
    meeting = turn.session.get_one(Meeting, made.meeting_id) if made else None
    if made and meeting and turn.staff and rules.sees(turn.staff, meeting):
        return made, turn.staff
    turn.reply(turn.say("turn.old_button"))
    return None


def opened(turn: Turn, argument: str) -> None:
    """What was promised, and whether everybody reads it."""
    found = _ours(turn, argument)
    if found:
        _show(turn, *found)


def _show(turn: Turn, made: Promise, staff: Staff) -> None:
    key = "publishing.card" if made.published_at else "publishing.card_waits"
    turn.reply(turn.say(key, **_values(turn, made)), _rows(turn, staff, made))


def publish(turn: Turn, argument: str) -> None:
    """A leader has seen it: everybody reads it from now on; a second press changes nothing."""
    found = _ours(turn, argument)
    if found is None:
        return
    made, staff = found
    if made.published_at is None:
        made.published_at = turn.now
        turn.session.add(made)
        hearing.record(turn, made.meeting_id, "publish_promise", staff, str(made.id))
        turn.session.flush()
    _show(turn, made, staff)


def _has_no_day(answers: Answers) -> bool:
    """A day that people have read is not asked for again: put off, a broken promise would be one that is kept."""
    return not answers.get("public")


def mend(turn: Turn, argument: str) -> None:
    """Other words, and another day where nobody has read it; later more time is given to its case."""
    found = _ours(turn, argument)
    if found and may_mend(turn, found[1], found[0]):
        is_public = found[0].published_at is not None
        key = "publishing.as_it_is_public" if is_public else "publishing.as_it_is"
        turn.reply(turn.say(key, **_values(turn, found[0])))
        dialogue.start(turn, MEND, {"promise": found[0].id, "public": is_public})
    elif found:
        turn.reply(turn.say("publishing.too_late"))


def mended(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """So it reads now, in its case too; who keeps it is told, and a leader sees it anew where none had."""
    found = _ours(turn, str(answers["promise"]))
    if found is None:
        return
    made, staff = found
    if not may_mend(turn, staff, made):
        turn.reply(turn.say("publishing.too_late"))
        return
    if made.published_at is not None and _has_no_day(answers):
        turn.reply(turn.say("publishing.day_stays"))
        return
    before = made.due_on
    hearing.record(turn, made.meeting_id, "mend_promise", staff, _kept(made))
    made.what, made.due_on = str(answers["what"]), _day(answers, before)
    turn.session.add(made)
    hearing.mend_case(turn, made, before)
    tell_leaders(turn, made)
    _show(turn, made, staff)


def _day(answers: Answers, before: date) -> date:
    return date.fromisoformat(str(answers["by"])) if answers.get("by") else before


def _kept(made: Promise) -> str:
    """As it was before it was mended."""
    before = {"promise": made.id, "what": made.what, "due_on": made.due_on.isoformat()}
    return json.dumps(before, ensure_ascii=False)
