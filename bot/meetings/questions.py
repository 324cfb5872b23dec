"""The chair's list of questions: alike ones together, in the order that is wanted, each in its public wording."""

from collections.abc import Sequence

from markupsafe import Markup

from bot import dialogue
from bot.cases import card, wording
from bot.cases.outcome import numbers
from bot.core.accept import words
from bot.core.events import Text, What
from bot.core.flow import Answers, Flow, Invalid, Question, Value, invalid
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn
from bot.meetings import hearing, publishing, rules
from bot.meetings.likeness import Group, grouped, head_of, moved, typed_order, wanted_by
from bot.meetings.public_wording import READERS, warnings
from db import heard
from db.cases import Case
from db.drafts import DraftRow
from db.meetings import Meeting, MeetingQuestion, locked

WORD, ORDER = "meeting_word", "meeting_order"
LONGEST_WORDING = 500
LONGEST_NAME = 120
LONGEST_TEXT = 1500
PAGE = 6
MOST_OF_GROUP = 20


def feature() -> Feature:
    """The routes."""
    handlers = {
        "meeting.questions": show_list,
        "meeting.question": show,
        "meeting.group": show_group,
        "meeting.move": move,
        "meeting.order": ask_order,
        "meeting.word": ask_word,
        "meeting.unword": unword,
    }
    return Feature(
        name="meeting_questions",
        buttons=tuple(ButtonRoute(name, handler, roles=READERS) for name, handler in handlers.items()),
        flows=(
            FlowRoute(Flow(WORD, (Question("wording", words(LONGEST_WORDING), free=True),)), worded, below=warnings),
            FlowRoute(Flow(ORDER, (Question("order", _order, free=True),), preview=False), ordered),
        ),
    )


def ours(turn: Turn, meeting_id: int) -> Meeting | None:
    """The meeting, if this colleague may read it; otherwise they are told no more than of a button that never was."""
    meeting = turn.session.get(Meeting, meeting_id)
    if meeting and turn.staff and rules.sees(turn.staff, meeting):
        return meeting
    turn.reply(turn.say("turn.old_button"))
    return None


def ours_of(turn: Turn, argument: str) -> tuple[Meeting, MeetingQuestion] | None:
    """The question that a button names first, if it may be read; one that only leaders read is on no list."""
    named = numbers(argument)
    row = turn.session.get(MeetingQuestion, named[0]) if named else None
    meeting = ours(turn, row.meeting_id if row else 0)
    if row is None or meeting is None:
        return None
    if hearing.may_be_public(turn.session.get_one(Case, row.case_id)):
        return meeting, row
    turn.reply(turn.say("turn.old_button"))
    return None


def show_list(turn: Turn, argument: str) -> None:
    """One page, `<meeting>` or `<meeting>:<page>`."""
    named = numbers(argument)
    meeting = ours(turn, named[0] if named else 0)
    if meeting:
        _page(turn, meeting, grouped(heard.asked(turn.session, meeting.id)), named[1] if len(named) > 1 else 1)


def _page(turn: Turn, meeting: Meeting, groups: Sequence[Group], page: int) -> None:
    at = (page - 1) * PAGE
    shown = list(enumerate(groups[at : at + PAGE], start=at + 1))
    total = sum(map(len, groups))
    key = "hearing.list" if groups else "hearing.list_empty"
    values = {"count": total, "groups": len(groups)} if groups else {}
    lines = [turn.say(key, title=meeting.title, **values), *(_line(turn, place, group) for place, group in shown)]
    rows = [_row(turn, place, group, len(groups)) for place, group in shown]
    turn.reply(Markup("\n\n").join(lines), (*rows, *_below(turn, meeting, len(groups), page)))


def _line(turn: Turn, place: int, group: Group) -> Markup:
    head = head_of(group)
    done = all(each.answered or hearing.is_ended(each.status) for each in group)
    state = turn.app.say.label("hearing.state_answered" if done else _state_of_wording(group))
    name = wording.shortened(head.name, LONGEST_NAME)
    return turn.say("hearing.group", place=place, name=name, count=len(group), people=wanted_by(group), state=state)


def _state_of_wording(group: Group) -> str:
    return "hearing.state_worded" if any(each.wording for each in group) else "hearing.state_unworded"


def _row(turn: Turn, place: int, group: Group, last: int) -> tuple[Button, ...]:
    head = head_of(group)
    opened = f"meeting.group:{head.id}" if len(group) > 1 else f"meeting.question:{head.id}"
    row = [turn.button("hearing.button_open", opened, place=place)]
    if place > 1:
        row.append(turn.button("hearing.button_up", f"meeting.move:{head.id}:1", place=place))
    if place < last:
        row.append(turn.button("hearing.button_down", f"meeting.move:{head.id}:2", place=place))
    return tuple(row)


def _below(turn: Turn, meeting: Meeting, last: int, page: int) -> Rows:
    rows: list[Button] = []
    if page * PAGE < last:
        rows.append(turn.button("hearing.next", f"meeting.questions:{meeting.id}:{page + 1}"))
    if last > 1:
        rows.append(turn.button("hearing.button_order", f"meeting.order:{meeting.id}"))
    if hearing.has_begun(turn, meeting):
        rows.append(turn.button("hearing.button_promise_other", f"meeting.promise_new:{meeting.id}"))
    return column(rows)


def move(turn: Turn, argument: str) -> None:
    """One place up (`<question>:1`) or down (`:2`) with those like it."""
    found, named = ours_of(turn, argument), numbers(argument)
    if found is None or turn.staff is None:
        return
    meeting, row = found
    locked(turn.session, meeting.id)
    groups = grouped(heard.asked(turn.session, meeting.id))
    at = next((place for place, group in enumerate(groups) if row.id in {each.id for each in group}), None)
    if at is None:
        turn.reply(turn.say("turn.old_button"))
        return
    by = 1 if named[1:] == [2] else -1
    groups = moved(groups, at, by)
    hearing.order(turn, turn.staff, meeting.id, groups)
    turn.replaces = True
    _page(turn, meeting, groups, max(0, min(at + by, len(groups) - 1)) // PAGE + 1)


def ask_order(turn: Turn, argument: str) -> None:
    """The whole order, typed; the dialogue keeps what the numbers meant when it began."""
    named = numbers(argument)
    meeting = ours(turn, named[0] if named else 0)
    if meeting:
        groups = grouped(heard.asked(turn.session, meeting.id))
        heads = [str(head_of(group).id) for group in groups]
        dialogue.start(turn, ORDER, {"meeting": meeting.id, "heads": heads})


def _order(what: What) -> Value | Invalid:
    typed = what.text.strip() if isinstance(what, Text) else ""
    return typed if typed_order(typed, 9999) is not None else invalid("hearing.order_wanted")


def ordered(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The groups in the order that was typed; what came in meanwhile stands behind."""
    meeting = ours(turn, int(str(answers["meeting"])))
    if meeting is None or turn.staff is None:
        return
    known = answers["heads"]
    heads = [int(head) for head in known] if isinstance(known, list) else []
    places = typed_order(str(answers["order"]), len(heads))
    locked(turn.session, meeting.id)
    groups = grouped(heard.asked(turn.session, meeting.id))
    if places is None:
        turn.reply(turn.say("hearing.order_unknown", count=len(heads)))
    else:
        wanted = {heads[place]: number for number, place in enumerate(places)}
        groups.sort(key=lambda group: wanted.get(head_of(group).id, len(wanted)))
        hearing.order(turn, turn.staff, meeting.id, groups)
    _page(turn, meeting, groups, 1)


def show_group(turn: Turn, argument: str) -> None:
    """The questions that are alike, each with its button."""
    found = ours_of(turn, argument)
    if found is None:
        return
    meeting, row = found
    group = group_of(turn, meeting, row.id)
    lines = [
        turn.say("hearing.of_group", code=each.code, text=wording.shortened(each.name, LONGEST_NAME))
        for each in group[:MOST_OF_GROUP]
    ]
    buttons = [
        turn.button("hearing.button_question", f"meeting.question:{each.id}", code=each.code)
        for each in group[:MOST_OF_GROUP]
    ]
    said = Markup("\n").join((turn.say("hearing.group_title", count=len(group)), *lines))
    turn.reply(said, column([*buttons, _back(turn, meeting)]))


def group_of(turn: Turn, meeting: Meeting, question_id: int) -> Group:
    """The question and those like it; empty where it is on the list no more."""
    groups = grouped(heard.asked(turn.session, meeting.id))
    return next((group for group in groups if question_id in {each.id for each in group}), [])


def _back(turn: Turn, meeting: Meeting) -> Button:
    return turn.button("hearing.button_back", f"meeting.questions:{meeting.id}")


def show(turn: Turn, argument: str) -> None:
    """One question: as it was asked, as others read it, and what was said to it."""
    found = ours_of(turn, argument)
    if found:
        show_question(turn, *found)


def show_question(turn: Turn, meeting: Meeting, row: MeetingQuestion) -> None:
    """The card of a question. Who asked stands on the card of the case, for those who may read that."""
    question = heard.one(turn.session, row.id)
    if question is None:
        turn.reply(turn.say("hearing.withdrawn"), column((_back(turn, meeting),)))
        return
    case = turn.session.get_one(Case, row.case_id)
    lines = [
        turn.say(
            "hearing.card",
            code=case.code,
            status=wording.status(turn, case),
            subject=wording.subject(turn, case),
            unit=wording.unit(turn, case.unit),
            text=wording.shortened(case.text, LONGEST_TEXT),
        ),
        turn.say("hearing.card_worded", wording=row.wording) if row.wording else turn.say("hearing.card_unworded"),
        turn.say("hearing.card_people", count=1 + question.supports),
        *_said(turn, row),
    ]
    turn.reply(Markup("\n").join(lines), column(_acts(turn, meeting, row, case)))


def _said(turn: Turn, row: MeetingQuestion) -> list[Markup]:
    answered = [turn.say("hearing.card_answer", text=wording.shortened(row.answer, LONGEST_TEXT))] if row.answer else []
    return [
        *answered,
        *(
            turn.say("hearing.card_promise", what=made.what, who=made.who, due=wording.deadline(turn, made.due_on))
            for made in heard.promises_of(turn.session, row.id)
        ),
    ]


def _acts(turn: Turn, meeting: Meeting, row: MeetingQuestion, case: Case) -> list[Button]:
    buttons: list[Button] = []
    if hearing.has_begun(turn, meeting):
        buttons.append(turn.button("hearing.button_answer", f"meeting.answer:{row.id}"))
        buttons.append(turn.button("hearing.button_promise", f"meeting.promise:{row.id}"))
    key = "hearing.button_reword" if row.wording else "hearing.button_word"
    buttons.append(turn.button(key, f"meeting.word:{row.id}"))
    if row.wording:
        buttons.append(turn.button("hearing.button_unword", f"meeting.unword:{row.id}"))
    buttons += [publishing.button(turn, made) for made in heard.promises_of(turn.session, row.id)]
    if card.readable(turn, str(case.id)):
        buttons.append(turn.button("hearing.button_case", f"case.open:{case.id}", code=case.code))
    return [*buttons, _back(turn, meeting)]


def ask_word(turn: Turn, argument: str) -> None:
    """The public wording, written by a person from the beginning: nothing of what was asked is put into it."""
    found = ours_of(turn, argument)
    if found:
        _, row = found
        case = turn.session.get_one(Case, row.case_id)
        turn.reply(turn.say("hearing.as_asked", text=wording.shortened(case.text, LONGEST_TEXT)))
        dialogue.start(turn, WORD, {"question": row.id})


def worded(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """Others may read it now."""
    found = ours_of(turn, str(answers["question"]))
    if found and turn.staff and hearing.word(turn, turn.staff, found[1].id, str(answers["wording"])):
        turn.reply(turn.say("hearing.worded"))
        show_question(turn, *found)


def unword(turn: Turn, argument: str) -> None:
    """Nobody else reads it any more."""
    found = ours_of(turn, argument)
    if found and turn.staff and hearing.word(turn, turn.staff, found[1].id, ""):
        turn.reply(turn.say("hearing.unworded"))
        show_question(turn, *found)
