"""/chuatraloi: what the FAQ could not answer, or not rightly, most asked first; and what may be done about each."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.answers import wording
from bot.answers.library import Held, Library
from bot.answers.staff import attaching, grouping, settling, telling_staff, writing
from bot.answers.staff.attaching import Attaching
from bot.answers.staff.likeness import different
from bot.answers.staff.settling import ROLES, Settling, moment
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn, Work
from db import asked_rows
from db import unanswered_rows as rows
from db.staff import Role, Staff
from db.unanswered import QuestionGroup

PAGE = 8
EXAMPLES = 5
GUESSES = 3
REMARKS = 3
LINE = 40
NONE_OF_THESE = "none of these"
WORDS = ("câu hỏi chưa trả lời", "chưa trả lời", "câu chưa trả lời được")


class Unanswered:
    """The handlers over what is answered at the moment."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.attaching = Attaching(library)
        self.settling = Settling(library)

    def feature(self) -> Feature:
        """The routes."""
        return Feature(
            name="unanswered",
            commands=(CommandRoute("chuatraloi", self.command, "unanswered.menu", WORDS, roles=ROLES),),
            buttons=(
                ButtonRoute("unans.list", self.page, roles=ROLES),
                ButtonRoute("unans.done", self.done, roles=ROLES),
                ButtonRoute("unans.open", self.card, roles=ROLES),
                ButtonRoute("unans.new", write, roles=ROLES),
                ButtonRoute("unans.mend", rewrite, roles=ROLES),
                *self.settling.button_routes(),
                *self.attaching.button_routes(),
            ),
            flows=(*self.settling.flow_routes(), *self.attaching.flow_routes()),
            due=(grouping.due,),
            awaits=self.awaits,
        )

    def awaits(self, work: Work, staff: Staff) -> Sequence[tuple[str, int]]:
        """What stands in somebody's digest."""
        return telling_staff.awaits(work, self.library.held(work.session).content, staff)

    def command(self, turn: Turn, _argument: str) -> None:
        """The first page."""
        self.page(turn, "1")

    def page(self, turn: Turn, argument: str) -> None:
        """A page of the groups that wait; what came a moment ago is there too."""
        grouping.put_all(turn)
        count = rows.count_open(turn.session)
        pages = max(1, -(-count // PAGE))
        page = min(max(1, int(argument) if argument.isdecimal() else 1), pages)
        held = self.library.held(turn.session)
        shown = rows.open_page(turn.session, (page - 1) * PAGE, PAGE)
        said = (
            turn.say("unanswered.list", count=count, page=page, pages=pages) if count else turn.say("unanswered.none")
        )
        lines = column(_line(turn, held, group) for group in shown)
        turn.reply(said, (*lines, *_pages(turn, page, pages), *_settled_button(turn)))

    def done(self, turn: Turn, _argument: str) -> None:
        """What was settled last, to look at again or to take back."""
        held = self.library.held(turn.session)
        shown = rows.settled_lately(turn.session, PAGE)
        back = turn.button("unanswered.button_list", "unans.list:1")
        turn.reply(turn.say("unanswered.done"), column((*(_line(turn, held, group) for group in shown), back)))

    def card(self, turn: Turn, argument: str) -> None:
        """One group."""
        group = settling.group_of(turn, argument)
        if group is None:
            return
        held = self.library.held(turn.session)
        if group.settled_as:
            ended = turn.say("unanswered.card_settled", **settling.settled(turn, group))
            turn.reply(_joined([*_about(turn, held, group), ended]), _after(turn, group))
            return
        said = [*_about(turn, held, group), *_being_written(turn, group)]
        turn.reply(_joined(said), column((*_guesses(turn, held, group), *_acts(turn, held, group))))


def write(turn: Turn, argument: str) -> None:
    """A new answer, which a second person approves."""
    group = settling.open_group(turn, argument)
    if group:
        writing.begin(turn, group=group)


def rewrite(turn: Turn, argument: str) -> None:
    """Another wording of the answer that was called wrong."""
    group = settling.open_group(turn, argument)
    if group:
        writing.begin(turn, group=group, entry=group.entry)


def _joined(parts: list[Markup]) -> Markup:
    return Markup("\n\n").join(parts)


def _line(turn: Turn, held: Held, group: QuestionGroup) -> Button:
    readable = settling.readable(turn.staff, group.text)
    shown = _short(settling.title(held, group)) if readable else turn.app.say.label("unanswered.hidden")
    key = "unanswered.line_reported" if group.reported else "unanswered.line"
    return turn.button(key, f"unans.open:{group.id}", asked=group.asked, text=shown)


def _short(text: str) -> str:
    return text if len(text) <= LINE else text[: LINE - 1].rsplit(" ", 1)[0] + "…"


def _pages(turn: Turn, page: int, pages: int) -> Rows:
    before = [turn.button("answers.button_previous", f"unans.list:{page - 1}")] if page > 1 else []
    after = [turn.button("answers.button_next", f"unans.list:{page + 1}")] if page < pages else []
    return ((*before, *after),) if pages > 1 else ()


def _settled_button(turn: Turn) -> Rows:
    if not rows.settled_lately(turn.session, 1):
        return ()
    return column((turn.button("unanswered.button_done", "unans.done"),))


def _about(turn: Turn, held: Held, group: QuestionGroup) -> list[Markup]:
    """The words, how often and since when, the answer that was given, other wordings, what was said about it."""
    first, last = moment(group.first_at), moment(group.last_at)
    counts = {"asked": group.asked, "people": rows.count_people(turn.session, group.id)}
    said = [turn.say("unanswered.card", text=settling.title(held, group), **counts, first=first, last=last)]
    if group.reported:
        said.append(turn.say("unanswered.card_reported", count=group.reported))
    if cases := asked_rows.codes(turn.session, group.id):
        said.append(turn.say("unanswered.card_filed", codes=", ".join(cases)))
    if entry := held.content.entries.get(group.entry):
        given = turn.say("unanswered.card_entry", question=entry.question)
        said.append(given if group.text else turn.say("unanswered.card_opened"))
    said += _bullets(turn, "unanswered.card_examples", _examples(turn, group))
    return [*said, *_remarks(turn, group)]


def _examples(turn: Turn, group: QuestionGroup) -> list[str]:
    texts = [each.text for each in rows.wordings(turn.session, group.id)]
    own = different([group.text])
    others = {folded: text for folded, text in different(texts).items() if folded not in own}
    return [text for text in others.values() if settling.readable(turn.staff, text)][:EXAMPLES]


def _remarks(turn: Turn, group: QuestionGroup) -> list[Markup]:
    """What was said last; that there is more for leaders alone everybody sees, and leaders read that first."""
    kept = rows.remarks(turn.session, group.id, rows.MOST_MEMBERS)
    said = [text for text in kept if text != NONE_OF_THESE]
    locked = [text for text in said if not settling.readable(None, text)]
    shown = [text for text in said if settling.readable(None, text)][:REMARKS]
    leads = turn.staff is not None and turn.staff.role == Role.LEADER
    texts = [*locked[:REMARKS], *shown] if leads else shown
    hidden = [turn.say("unanswered.card_locked", count=len(locked))] if locked and not leads else []
    return [*_bullets(turn, "unanswered.card_remarks", [_remark(turn, text) for text in texts]), *hidden]


def _remark(turn: Turn, text: str) -> str:
    """As it is kept, "missing: giờ mở cửa", with the reason in words."""
    name, _, wish = text.partition(": ")
    key = f"answers.reason_{name}"
    said = turn.app.say.label(key) if key in turn.app.say.names() else name
    return turn.app.say.label("unanswered.remark", reason=said, wish=wish) if wish else said


def _bullets(turn: Turn, key: str, texts: list[str]) -> list[Markup]:
    lines = Markup("\n").join(turn.say("unanswered.bullet", text=text) for text in texts)
    return [turn.say(key, lines=lines)] if texts else []


def _being_written(turn: Turn, group: QuestionGroup) -> list[Markup]:
    return [turn.say("unanswered.being_written")] if rows.is_being_written(turn.session, group.id) else []


def _guesses(turn: Turn, held: Held, group: QuestionGroup) -> list[Button]:
    """The entries that it may be about; the one that was given already was called wrong."""
    near = held.index.match(group.text, GUESSES + 1) if _is_public(group) else []
    entries = [held.content.entries[match.id] for match in near if match.id != group.entry][:GUESSES]
    return [
        turn.button(
            "unanswered.button_about", f"unans.to:{group.id}:{entry.id}", question=wording.shortened(entry.question)
        )
        for entry in entries
    ]


def _is_public(group: QuestionGroup) -> bool:
    """Whether its words may ask for an answer that everybody reads."""
    return bool(group.text) and settling.readable(None, group.text)


def _acts(turn: Turn, held: Held, group: QuestionGroup) -> list[Button]:
    keys = ["find", "new"] if _is_public(group) else []
    keys += ["mend"] if group.entry in held.content.entries else []
    named = {
        "find": "unanswered.button_find",
        "new": "unanswered.button_new",
        "mend": "unanswered.button_mend",
        "answer": "unanswered.button_answer",
        "drop": "unanswered.button_drop",
    }
    acts = [turn.button(named[key], f"unans.{key}:{group.id}") for key in (*keys, "answer", "drop")]
    return [*acts, turn.button("unanswered.button_list", "unans.list:1")]


def _after(turn: Turn, group: QuestionGroup) -> Rows:
    """Of a settled group: to take off what was attached, to tell its askers."""
    attached = rows.attached_from(turn.session, group.id)
    off = [
        turn.button("unanswered.button_off", f"unans.off:{row.id}", text=wording.shortened(row.text))
        for row in attached
    ]
    tell = attaching.tell_button(turn, group, attached[0].entry) if attached else []
    return column((*tell, *off, turn.button("unanswered.button_list", "unans.list:1")))
