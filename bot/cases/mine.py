"""/viecdagui: an owner's own cases, each with its card."""

import re
from collections.abc import Sequence

from markupsafe import Markup

from bot import dialogue
from bot.cases import wording
from bot.cases.actor import owner_of
from bot.cases.rules import Act, may
from bot.core.choices import plain
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn
from db import attachments, cases, letters
from db.cases import ENDED, Case, CaseEvent, Status
from db.letters import Kind, LetterState

WORDS = (
    "việc đã gửi",
    "các việc đã gửi",
    "phiếu của tôi",
    "phản ánh của tôi",
    "hồ sơ của tôi đâu",
    "xem phiếu đã gửi",
)
ASKING = frozenset(
    plain(
        "phiếu mã số của tôi mình em cháu xem tra cứu hộ việc tìm kiếm đến tới đâu rồi thế nào ra sao chưa bao giờ khi "
        "lâu xong có kết quả gì tình trạng thái tiến độ được giải quyết xử lý hỏi cho biết với vậy nhé nhỉ ạ ơi thưa "
        "hiện nay đang ở là thì về muốn xin làm ơn ông bà anh chị cán bộ trả lời mấy ngày hạn"
    ).split()
)
"""A code among nothing but these words asks where the case stands; without diacritics."""
PAGE = 8
LABEL = 60
OFFERED = 2
LONGEST_TEXT = 1500
NOTED = frozenset({Act.REQUEST, Act.SUPPLEMENT, Act.EXTEND, Act.FORWARD, Act.WITHDRAW, Act.DISPUTE})
"""The acts whose note the owner wrote or was told; every other note is between colleagues."""


def feature() -> Feature:
    """The routes."""
    return Feature(
        name="mine",
        commands=(CommandRoute("viecdagui", show_list, "mine.menu", WORDS),),
        buttons=(
            ButtonRoute("own.page", show_list),
            ButtonRoute("own.open", show),
            ButtonRoute("own.letters", show_letters),
        ),
        reads=reads,
    )


def number(argument: str) -> int:
    """A row's number out of a button; 0, which no row has, for anything else."""
    return int(argument) if re.fullmatch(r"[0-9]{1,9}", argument) else 0


def answering(turn: Turn, case: Case) -> str:
    """Who answers, as the owner is told."""
    if case.protected:
        return turn.app.say.label("mine.leaders", committee=turn.ward.names.committee)
    return wording.unit(turn, case.unit)


def to_add_to(turn: Turn) -> list[Case]:
    """The own open cases to which a file is perhaps an addition."""
    newest = cases.of_reporter(turn.session, turn.person.id, limit=PAGE)
    return [case for case in newest if case.status not in ENDED][:OFFERED]


def reads(turn: Turn, text: str) -> bool:
    """A code typed by its owner shows the case, and with more words it is something to add to it.

    To everybody else it is a message like any other, or what `asked_for` finds.
    """
    code, says_more = _typed(turn, text)
    case = cases.by_code(turn.session, code) if code else None
    if case is None or case.reporter_id != turn.person.id:
        return False
    if not says_more:
        _card(turn, case)
    elif may(owner_of(turn), case, Act.SUPPLEMENT, turn.today):
        dialogue.start(turn, "case_add", {"case": case.id, "text": text.strip()})
    else:
        moved_on(turn, case, text.strip())
    return True


def asked_for(turn: Turn, text: str) -> str:
    """The code in a message that asks for nothing else, whose case it may be; empty where there is none."""
    code, says_more = _typed(turn, text)
    return "" if says_more else code


def _typed(turn: Turn, text: str) -> tuple[str, bool]:
    """The code that somebody typed, in full, and whether they say more than to ask for its case."""
    prefix = turn.ward.cases.prefix
    typed = re.search(rf"\b{prefix.lower()} ?(\d{{4}}) ?(\d{{1,6}})\b", plain(text))
    if typed is None:
        return "", False
    words = plain(text).replace(typed[0], " ").split()
    return f"{prefix}-{typed[1]}-{int(typed[2]):04d}", any(word not in ASKING for word in words)


def show_list(turn: Turn, argument: str) -> None:
    """One page of the own cases, the newest first."""
    found = cases.of_reporter(turn.session, turn.person.id, after=number(argument), limit=PAGE + 1)
    rows = [Button(_label(turn, case), f"own.open:{case.id}") for case in found[:PAGE]]
    if not rows:
        turn.reply(turn.say("mine.none"), column((turn.button("mine.button_new", "case.new"),)))
        return
    if len(found) > PAGE:
        rows.append(turn.button("mine.button_older", f"own.page:{found[PAGE - 1].id}"))
    turn.reply(turn.say("mine.list"), column(rows))


def _label(turn: Turn, case: Case) -> str:
    return wording.shortened(f"{case.code} · {wording.status(turn, case)} · {' '.join(case.text.split())}", LABEL)


def show(turn: Turn, argument: str) -> None:
    """The card of an own case."""
    case = _own(turn, argument)
    if case:
        _card(turn, case)


def _own(turn: Turn, argument: str) -> Case | None:
    """Somebody else's case and none at all get the same answer."""
    case = turn.session.get(Case, number(argument))
    if case is not None and case.reporter_id == turn.person.id:
        return case
    turn.reply(turn.say("turn.old_button"))
    return None


def _card(turn: Turn, case: Case) -> None:
    lines = [
        turn.say(
            "mine.card",
            code=case.code,
            status=wording.status(turn, case),
            subject=wording.subject(turn, case),
            unit=answering(turn, case),
        ),
        *_term(turn, case),
        turn.say("mine.text", text=wording.shortened(case.text, LONGEST_TEXT)),
        *_what_else(turn, case),
        turn.say("mine.history", lines=Markup("\n").join(_line(turn, event) for event in _told(turn, case))),
    ]
    turn.reply(Markup("\n").join(lines), column(buttons(turn, case)))


def _term(turn: Turn, case: Case) -> list[Markup]:
    standing = wording.standing(turn, case)
    if case.status == Status.WAITING:
        return [turn.say("mine.paused", standing=standing)]
    if case.status in ENDED or case.status == Status.ANSWERED:
        return []
    return [turn.say("mine.term", deadline=wording.deadline(turn, case.due_on), standing=standing)]


def _what_else(turn: Turn, case: Case) -> list[Markup]:
    place = wording.place(turn, case)
    files = [each for each in attachments.of_case(turn.session, case.id) if each.person_id == turn.person.id]
    return [
        *([turn.say("mine.place", place=place)] if place else []),
        *([turn.say("mine.suggestion", suggestion=case.suggestion)] if case.suggestion else []),
        *([turn.say("enclosures.count", count=len(files))] if files else []),
    ]


def _told(turn: Turn, case: Case) -> Sequence[CaseEvent]:
    return [event for event in cases.history(turn.session, case.id) if event.told]


def _line(turn: Turn, event: CaseEvent) -> Markup:
    told = f"{event.data['mark']}/5" if event.act == Act.MARK else event.note if event.act in NOTED else ""
    note = f": {wording.shortened(told, 200)}" if told else ""
    what = turn.app.say.label(f"cases.act_{event.act}")
    return turn.say("cases.history_line", at=wording.moment(event.at), what=what, note=note)


def buttons(turn: Turn, case: Case) -> list[Button]:
    """Only what may be done now."""
    actor = owner_of(turn)
    known = {
        Act.CLEAR: ("cases.button_clear", "case.clear"),
        Act.DISPUTE: ("cases.button_dispute", "case.dispute"),
        Act.MARK: ("mine.button_rate", "case.rate"),
        Act.SUPPLEMENT: ("cases.button_add", "case.add"),
        Act.WITHDRAW: ("mine.withdraw", "case.withdraw"),
    }
    possible = [pair for act, pair in known.items() if may(actor, case, act, turn.today)]
    offered = [turn.button(key, f"{name}:{case.id}") for key, name in (*_reading(turn, case), *possible)]
    return [*offered, turn.button("mine.button_list", "own.page:0")]


def _reading(turn: Turn, case: Case) -> list[tuple[str, str]]:
    """What was sent can be read again; it is called an answer only where the ward has answered."""
    kinds = {letter.kind for letter in _letters(turn, case)}
    answered = not kinds.isdisjoint({Kind.ANSWER, Kind.CORRECTION})
    return [("mine.button_letters" if answered else "mine.button_sent", "own.letters")] if kinds else []


def _letters(turn: Turn, case: Case) -> list[letters.Letter]:
    return [each for each in letters.of_case(turn.session, case.id) if each.state == LetterState.SENT]


def show_letters(turn: Turn, argument: str) -> None:
    """Everything that the ward wrote about an own case."""
    case = _own(turn, argument)
    if case:
        for letter in _letters(turn, case):
            turn.reply(wording.letter(turn, case, letter))
        turn.reply(turn.say("mine.letters_end", code=case.code), column(buttons(turn, case)))


def allowed(turn: Turn, argument: str, act: Act) -> Case | None:
    """The own case if the act may be done now; otherwise where it stands is said."""
    case = _own(turn, argument)
    if case is None or may(owner_of(turn), case, act, turn.today):
        return case
    moved_on(turn, case)
    return None


def moved_on(turn: Turn, case: Case, typed: object = "") -> None:
    """What cannot be done any more is said; what was typed for it is given back."""
    turn.reply(turn.say("mine.moved_on", code=case.code))
    if typed:
        turn.reply(turn.say("mine.given_back", text=typed))
    _card(turn, case)
