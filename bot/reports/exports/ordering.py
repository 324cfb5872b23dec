"""/xuat: staff order the table of cases, the usual one with a tap, any other one in a short dialogue."""

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup

from bot import dialogue
from bot.core.accept import one_of, words
from bot.core.clock import Clock, local_date
from bot.core.events import What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.core.replies import column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.people.absence import listed, row
from bot.reports import making, periods
from bot.reports.exports.rules import OPEN, Form, Protected, Selection, covered, selection_for
from bot.reports.orders import order, sweep, withdraw
from bot.reports.periods import ALL, Period
from db.cases import Status
from db.drafts import DraftRow
from db.staff import Role, Staff

FLOW = "export"
ROLES = frozenset({Role.CLERK, Role.LEADER, Role.OFFICER, Role.ADMIN})
LONGEST_REASON = 300
FEWEST_LETTERS = 5

WHAT = {
    ALL: "ordering.what_all",
    "open": "ordering.what_open",
    "overdue": "ordering.what_overdue",
    "answered": "ordering.what_answered",
    "subject": "ordering.what_subject",
    "unit": "ordering.what_unit",
}
FILES = {"xlsx": "ordering.file_xlsx", "csv": "ordering.file_csv", "json": "ordering.file_json"}
WITH_ATTACHMENTS = "zip"
FILES_IN_FULL = {**FILES, WITH_ATTACHMENTS: "ordering.file_zip"}


def feature(clock: Clock) -> Feature:
    """The routes of this feature, and the papers that are made; the clock tells its dialogue what today is."""
    return Feature(
        name="reports",
        commands=(CommandRoute("xuat", begin, "ordering.menu", ("xuất bảng",), roles=ROLES),),
        buttons=(
            ButtonRoute("export.now", at_once, roles=ROLES),
            ButtonRoute("export.choose", choose, roles=ROLES),
        ),
        flows=(FlowRoute(export_flow(clock), ordered, below=below),),
        due=(sweep,),
        staff_left=withdraw,
        makes={"export": making.table, "figures": making.picture},
    )


def export_flow(clock: Clock) -> Flow:
    """The dialogue: which cases, with people's names or without and what for, which file."""

    def today() -> date:
        return local_date(clock())

    return Flow(
        FLOW,
        (
            Question("period", periods.accept(today), choices=listed("periods")),
            Question("what", one_of(()), choices=_whats),
            Question("subject", one_of(()), choices=listed("subjects"), when=lambda answers: _is(answers, "subject")),
            Question("unit", one_of(()), choices=listed("units"), when=lambda answers: _is(answers, "unit")),
            Question("form", one_of(()), choices=_forms),
            Question("reason", reason, when=_in_full, free=True),
            Question("file", one_of(tuple(FILES)), choices=_choices(FILES), when=lambda answers: not _in_full(answers)),
            Question("file_in_full", one_of(tuple(FILES)), choices=_choices(FILES_IN_FULL), when=_in_full),
        ),
    )


def _is(answers: Answers, what: str) -> bool:
    return answers.get("what") == what


def _in_full(answers: Answers) -> bool:
    return answers.get("form") == Form.FULL


def _choices(labels: dict[str, str]) -> Callable[[Answers], list[Choice]]:
    choices = [Choice(value, label) for value, label in labels.items()]
    return lambda _answers: choices


def _whats(answers: Answers) -> list[Choice]:
    """Whoever sees one unit only is not asked which."""
    return [Choice(value, label) for value, label in WHAT.items() if value != "unit" or answers.get("units")]


def _forms(_answers: Answers) -> list[Choice]:
    return [Choice(Form.MASKED, "ordering.form_masked"), Choice(Form.FULL, "ordering.form_full")]


def reason(what: What) -> Value | Invalid:
    """What somebody needs people's names for; it is kept with the order."""
    text = words(LONGEST_REASON)(what)
    if isinstance(text, str) and sum(letter.isalpha() for letter in text) < FEWEST_LETTERS:
        return invalid("ordering.reason_too_short")
    return text


def begin(turn: Turn, _argument: str) -> None:
    """/xuat: the usual table with one tap, or another one."""
    usual = periods.month(turn.today)
    selection, protected = _may(turn, Selection(usual.since, usual.until))
    count = making.count(turn, selection, covered(Form.MASKED, protected))
    now = turn.button("ordering.button_now", f"export.now:{usual.until.isoformat()}")
    other = turn.button("ordering.button_choose", "export.choose")
    said = turn.say("ordering.begin", period=str(usual), count=making.grouped(count))
    turn.reply(Markup("\n\n").join((said, *_limits(turn))), column((now, other)))


def _staff(turn: Turn) -> Staff:
    if turn.staff is None or turn.staff.role not in ROLES:
        raise PermissionError("the route lets nobody else in")
    return turn.staff


def _may(turn: Turn, asked: Selection) -> tuple[Selection, Protected]:
    return selection_for(_staff(turn), asked)


def _limits(turn: Turn) -> list[Markup]:
    """What is not in the table though it was not left out by choice."""
    staff = _staff(turn)
    if staff.role != Role.OFFICER:
        return []
    unit = turn.ward.unit(staff.unit)
    return [turn.say("ordering.own_unit", unit=unit.name if unit else staff.unit)]


def at_once(turn: Turn, argument: str) -> None:
    """The table of the period that the button named, masked, as a spreadsheet."""
    try:
        period = periods.month(date.fromisoformat(argument))
    except ValueError:
        turn.reply(turn.say("turn.old_button"))
        return
    _order(turn, Selection(period.since, period.until), ("xlsx",))


def choose(turn: Turn, _argument: str) -> None:
    """Ask for everything. What can be chosen stands in the draft: its buttons mean the same when the month is over."""
    own = _staff(turn).role == Role.OFFICER
    subjects = [row(each.id, each.title) for each in turn.ward.subjects if not each.protected]
    units = [] if own else [row(each.id, each.name) for each in turn.ward.units]
    known: dict[str, Value] = {
        "periods": _periods(turn),
        "subjects": subjects,
        "units": units,
        "staff": _staff(turn).id,
    }
    dialogue.start(turn, FLOW, known)


def _periods(turn: Turn) -> list[str]:
    named: dict[str, Period] = {
        "ordering.period_month": periods.month(turn.today),
        "ordering.period_month_before": periods.month_before(turn.today),
        "ordering.period_quarter": periods.quarter(turn.today),
        "ordering.period_year": periods.year(turn.today),
    }
    rows = [row(period, turn.app.say.label(label, period=str(period))) for label, period in named.items()]
    return [*_once(rows), row(ALL, turn.app.say.label("ordering.period_all"))]


def _once(rows: Sequence[str]) -> list[str]:
    """In the first month of a quarter or a year two names may stand for the same days: the first is enough."""
    return list({each.partition("=")[0]: each for each in reversed(rows)}.values())[::-1]


def asked_for(answers: Answers) -> Selection:
    """What the answers choose."""
    period, what = Period.read(str(answers["period"])), str(answers["what"])
    return Selection(
        since=period.since if period else None,
        until=period.until if period else None,
        status={"open": OPEN, "answered": str(Status.ANSWERED)}.get(what, ""),
        subject=str(answers["subject"]) if what == "subject" else "",
        unit=str(answers["unit"]) if what == "unit" else "",
        overdue=what == "overdue",
    )


def below(turn: Turn, draft: DraftRow) -> list[Markup]:
    """Under the preview: how many cases it will be, and what is left out."""
    answers: Answers = draft.answers  # type: ignore[assignment]  # they were put there by this flow
    if not _same_role(turn, answers):
        return []
    selection, protected = _may(turn, asked_for(answers))
    count = making.count(turn, selection, covered(Form(str(answers["form"])), protected))
    left_out = [turn.say("ordering.left_out")] if protected is Protected.LEFT_OUT else []
    return [turn.say("ordering.count", count=making.grouped(count)), *_limits(turn), *left_out]


def _same_role(turn: Turn, answers: Answers) -> bool:
    """Roles and units end while a dialogue waits: what was chosen then is not made for what somebody is now."""
    return turn.staff is not None and turn.staff.role in ROLES and turn.staff.id == answers.get("staff")


def ordered(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """Everything is chosen."""
    if not _same_role(turn, answers):
        turn.reply(turn.say("ordering.role_changed"))
        return
    if not _in_full(answers):
        _order(turn, asked_for(answers), (str(answers["file"]),))
        return
    file = str(answers["file_in_full"])
    files = ("xlsx", WITH_ATTACHMENTS) if file == WITH_ATTACHMENTS else (file,)
    _order(turn, asked_for(answers), files, reason=str(answers["reason"]))


def _order(turn: Turn, asked: Selection, files: Sequence[str], *, reason: str = "") -> None:
    """The table that was asked for, and not what may be seen of it, is ordered: that is decided when it is made."""
    for file in files:
        order(turn, "export", {"selection": asked.to_json(), "format": file}, masked=not reason, reason=reason)
    turn.reply(turn.say("ordering.ordered"))
