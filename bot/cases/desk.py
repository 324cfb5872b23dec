"""The desk of the staff: /viec with its lists, /timviec, and everything that can be done with a case."""

import re
from collections.abc import Callable
from datetime import date, datetime

from bot import dialogue
from bot.cases import answering, card, handling, handling_flows, wording
from bot.cases.actor import actor_of
from bot.cases.rules import Actor, late, sees
from bot.core.accept import phone, written
from bot.core.choices import plain
from bot.core.clock import VIETNAM
from bot.core.events import Text
from bot.core.flow import Answers, Flow, Question
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.ward import Ward
from db import case_lists
from db.case_lists import MANY, CaseList, Place, Reader, Sight
from db.cases import Case, Status
from db.drafts import DraftRow
from db.staff import Role

FIND = "case_find"
ON_A_PAGE = 8
LONGEST_SEARCH = 200
MOST_WORDS = 10
LONGEST_WORD = 40

TITLES = {
    CaseList.APPROVE: "desk.list_approve",
    CaseList.MINE: "desk.list_mine",
    CaseList.UNIT: "desk.list_unit",
    CaseList.ALL: "desk.list_all",
    CaseList.LOGGED: "desk.list_logged",
    CaseList.TODAY: "desk.list_today",
    CaseList.LATE: "desk.list_late",
    CaseList.FREE: "desk.list_free",
    CaseList.UNTOLD: "desk.list_untold",
}

_COMMON = (CaseList.TODAY, CaseList.LATE, CaseList.FREE, CaseList.UNTOLD)

LISTS: dict[Role, tuple[CaseList, ...]] = {
    Role.LEADER: (CaseList.APPROVE, CaseList.MINE, CaseList.ALL, *_COMMON),
    Role.OFFICER: (CaseList.MINE, CaseList.UNIT, *_COMMON),
    Role.CLERK: (CaseList.MINE, CaseList.ALL, *_COMMON),
    Role.ADMIN: (CaseList.MINE, CaseList.ALL, *_COMMON),
    Role.HEAD: (CaseList.MINE, CaseList.LOGGED, CaseList.UNTOLD),
}

SIGHTS = {
    Role.LEADER: Sight.EVERYTHING,
    Role.OFFICER: Sight.UNIT,
    Role.CLERK: Sight.UNPROTECTED,
    Role.ADMIN: Sight.UNPROTECTED,
    Role.HEAD: Sight.OWN,
}


def feature(profile: Callable[[], Ward]) -> Feature:
    """The routes of this feature; its dialogues offer what the profile has."""
    return Feature(
        name="desk",
        commands=(
            CommandRoute("viec", overview, "desk.menu", ("việc", "việc cần làm"), roles=handling.EVERYBODY),
            CommandRoute("timviec", find, "desk.menu_find", ("tìm việc", "tìm phiếu"), roles=handling.EVERYBODY),
        ),
        buttons=(
            ButtonRoute("viec", overview, roles=handling.EVERYBODY),
            ButtonRoute("viec.page", page, roles=handling.EVERYBODY),
            ButtonRoute("viec.found", found_page, roles=handling.EVERYBODY),
            *handling.routes(),
            *answering.button_routes(),
            *handling_flows.button_routes(),
        ),
        flows=(
            FlowRoute(Flow(FIND, (Question("words", written(LONGEST_SEARCH), free=True),), preview=False), found),
            *answering.flow_routes(profile),
            *handling_flows.flow_routes(profile),
        ),
        reads=reads,
    )


def reader_of(actor: Actor) -> Reader | None:
    """Whose lists the actor reads; None without a role."""
    staff = actor.staff
    return Reader(SIGHTS[Role(staff.role)], staff.id, actor.hands, staff.unit) if staff else None


def overview(turn: Turn, _argument: str) -> None:
    """/viec: how much there is to do, a button for each list that holds something."""
    reader = reader_of(actor_of(turn))
    if reader is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
        return
    counts = case_lists.counts(turn.session, LISTS[Role(turn.staff.role)], reader, turn.today)
    lists = [_list_button(turn, which, count) for which, count in counts.items() if count]
    turn.reply(turn.say("desk.overview" if lists else "desk.overview_empty"), column(lists))


def _list_button(turn: Turn, which: CaseList, count: int) -> Button:
    shown = str(count) if count < MANY else f"{MANY - 1}+"
    label = turn.app.say.label("desk.list_button", title=turn.app.say.label(TITLES[which]), count=shown)
    return Button(label, f"viec.page:{which}")


def page(turn: Turn, argument: str) -> None:
    """A page of a list, `late` or, after where the one before ended, `late:20261210:12`."""
    asked = re.fullmatch(r"([a-z]+)(?::(\d{8}):([1-9]\d{0,8}))?", argument)
    reader = reader_of(actor_of(turn))
    lists = LISTS[Role(turn.staff.role)] if turn.staff else ()
    if asked is None or reader is None or asked[1] not in lists:
        turn.reply(turn.say("turn.old_button"))
        return
    which, after = CaseList(asked[1]), Place(_day(asked[2]), int(asked[3])) if asked[2] else Place()
    rows = case_lists.page(turn.session, which, reader, turn.today, after=after, size=ON_A_PAGE + 1)
    title = turn.app.say.label(TITLES[which])
    said = turn.say("desk.list", title=title) if rows else turn.say("desk.list_empty", title=title)
    turn.reply(said, (*_rows(turn, rows[:ON_A_PAGE]), *_turning(turn, which, rows)))


def _day(digits: str) -> date:
    """The day of a button; one that was forged begins the list anew."""
    try:
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=VIETNAM).date()
    except ValueError:
        return date.min


def _turning(turn: Turn, which: CaseList, rows: list[Case]) -> Rows:
    back = turn.button("desk.lists", "viec")
    if len(rows) <= ON_A_PAGE:
        return ((back,),)
    last = rows[ON_A_PAGE - 1]
    return ((back, turn.button("desk.next", f"viec.page:{which}:{last.due_on:%Y%m%d}:{last.id}")),)


def _rows(turn: Turn, rows: list[Case]) -> Rows:
    return column(Button(line(turn, case), f"case.open:{case.id}") for case in rows)


def line(turn: Turn, case: Case) -> str:
    """A case in a list: its code, what its deadline means today, how it begins."""
    summary = wording.shortened(case.text, 30)
    return turn.app.say.label("desk.line", code=case.code, standing=_standing(turn, case), summary=summary)


def _standing(turn: Turn, case: Case) -> str:
    if case.status not in {Status.RECEIVED, Status.WORKING, Status.FORWARDED}:
        return wording.status(turn, case)
    say, left = turn.app.say, turn.ward.calendar.left(turn.today, case.due_on)
    if late(case, turn.today):
        return say.label("desk.row_late", days=-left)
    return say.label("desk.row_left", days=left) if left else say.label("desk.row_today")


def find(turn: Turn, argument: str) -> None:
    """/timviec: asks what for when nothing was said."""
    asked = argument.strip()
    dialogue.start(turn, FIND, {"words": asked[:LONGEST_SEARCH]} if asked else {})


def found(turn: Turn, row: DraftRow, answers: Answers) -> None:
    """What was searched for: a case by its code, otherwise a page of cases."""
    asked = str(answers["words"])
    if turn.staff is None:
        turn.reply(turn.say("turn.unknown_command"))
    elif case := _coded(turn, asked):
        card.show(turn, case)
    else:
        _found(turn, row, asked, before=NEWEST)


NEWEST = 2**31 - 1
CODE = re.compile(r"(?:[a-z]{1,6} ?)?(?:(20\d\d) ?)?0*([1-9]\d{0,5})")


def _coded(turn: Turn, asked: str) -> Case | None:
    """A code in any typed form, `vh 2026 12` or `0012`; without a year the newest of this year and the last."""
    code = CODE.fullmatch(plain(asked))
    if code is None:
        return None
    years = [int(code[1])] if code[1] else [turn.today.year, turn.today.year - 1]
    actor = actor_of(turn)
    numbered = case_lists.numbered(turn.session, int(code[2]), years)
    return next((case for case in numbered if sees(actor, case)), None)


def reads(turn: Turn, text: str) -> bool:
    """A whole code typed by staff shows the card of a case that they may see."""
    whole = re.fullmatch(rf"{turn.ward.cases.prefix.lower()} ?20\d\d \d{{1,6}}", plain(text))
    case = _coded(turn, text) if whole and turn.staff else None
    if case:
        card.show(turn, case)
    return case is not None


def found_page(turn: Turn, argument: str) -> None:
    """The next page of somebody's own search."""
    asked = re.fullmatch(r"([1-9]\d{0,8}):([1-9]\d{0,8})", argument)
    row = turn.session.get(DraftRow, int(asked[1])) if asked else None
    if asked is None or row is None or row.person_id != turn.person.id or row.flow != FIND:
        turn.reply(turn.say("turn.old_button"))
        return
    _found(turn, row, str(row.answers.get("words", "")), before=int(asked[2]))


def _found(turn: Turn, row: DraftRow, asked: str, *, before: int) -> None:
    reader, terms = reader_of(actor_of(turn)), _terms(turn, asked)
    size = ON_A_PAGE + 1
    rows = case_lists.search(turn.session, terms, reader, before=before, size=size) if reader and all(terms) else []
    more = ((turn.button("desk.next", f"viec.found:{row.id}:{rows[-2].id}"),),) if len(rows) > ON_A_PAGE else ()
    said = turn.say("desk.found" if rows else "desk.found_none", words=asked)
    turn.reply(said, (*_rows(turn, rows[:ON_A_PAGE]), *more))


def _terms(turn: Turn, asked: str) -> list[list[str]]:
    """The words that a case must have, each with its variants; the last one may be typed only in part."""
    number = phone(Text(asked))
    if isinstance(number, str):
        return [[number]]
    said = [word[:LONGEST_WORD] for word in plain(asked).split()[:MOST_WORDS]]
    *whole, last = said or [""]
    ending = case_lists.beginning_with(turn.session, last) if last else []
    return [*([word] for word in whole), ending]
