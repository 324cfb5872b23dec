"""/soanthongbao: an officer writes an announcement, sees it as it will arrive, tries it, and submits it."""

import re
from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot import dialogue
from bot.broadcasts import service, wording
from bot.broadcasts.history import last_event
from bot.broadcasts.officer import card, preview
from bot.broadcasts.officer.compose_flow import NAME, Questions
from bot.broadcasts.rules import COMPOSE, Act, sees
from bot.cases import enclosures
from bot.core.clock import Clock
from bot.core.events import File, Text
from bot.core.flow import Answers, Value
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.ward import Ward
from db import attachments, composed, drafts
from db.broadcasts import Broadcast, BroadcastState
from db.drafts import DraftRow, DraftState
from db.staff import Staff

NEW = "new"
LIVE = frozenset({DraftState.OPEN, DraftState.ASIDE})
PAST_OFFERED = 5
SHOWN = 8


class Composing:
    """The dialogue over the profile and the clock."""

    def __init__(self, profile: Callable[[], Ward], clock: Clock) -> None:
        self.questions = Questions(profile, clock)

    def feature(self) -> Feature:
        """The routes."""
        route = FlowRoute(
            self.questions.flow(),
            self.done,
            file=self.file,
            below=self.below,
            reads=preview.reads,
            offers=self.offers,
        )
        return Feature(
            name="composing",
            commands=(CommandRoute("soanthongbao", start, "composing.menu", WORDS, roles=COMPOSE),),
            buttons=(
                ButtonRoute("broadcast.new", start, roles=COMPOSE),
                ButtonRoute("broadcast.try", self.tried, roles=COMPOSE),
                ButtonRoute("broadcast.no_file", self.without_file, roles=COMPOSE),
                ButtonRoute("broadcast.again", again, roles=COMPOSE),
                ButtonRoute("broadcast.withdraw", withdraw, roles=COMPOSE),
            ),
            flows=(route,),
        )

    def below(self, turn: Turn, row: DraftRow) -> Sequence[Markup]:
        """The announcement goes ahead as a message of its own; then who gets it, and what is in the way."""
        staff = turn.staff
        if staff is None:
            return []
        draft = preview.draft_of(turn, row, self.questions)
        arriving = preview.as_it_arrives(turn, staff, draft)
        turn.replies.append(arriving)
        said = [*preview.recurring(turn, preview.answers_of(row)), *preview.summary(turn, staff, draft)]
        return [Markup(""), *said, *preview.hindrances(turn, row, self.questions, arriving)]

    def offers(self, turn: Turn, row: DraftRow) -> Rows:
        """To try it on oneself, and to leave the file out."""
        attached = preview.file_of(turn, row)
        without = [turn.button("composing.button_no_file", f"broadcast.no_file:{row.id}")] if attached else []
        return column([turn.button("composing.button_try", f"broadcast.try:{row.id}"), *without])

    def tried(self, turn: Turn, argument: str) -> None:
        """Send it to its author alone, as everybody will get it."""
        row = _own(turn, argument)
        if row is None or turn.staff is None:
            turn.reply(turn.say("turn.old_button"))
            return
        dialogue.take_up(turn, row)
        turn.replies.append(preview.as_it_arrives(turn, turn.staff, preview.draft_of(turn, row, self.questions)))
        dialogue.remind(turn, row, turn.say("composing.tried"))

    def without_file(self, turn: Turn, argument: str) -> None:
        """The file stays behind."""
        row = _own(turn, argument)
        if row is None:
            turn.reply(turn.say("turn.old_button"))
            return
        row.answers = {**row.answers, "no_file": True}
        dialogue.take_up(turn, row)
        dialogue.remind(turn, row, turn.say("composing.no_file"))

    def file(self, turn: Turn, row: DraftRow, sent: File) -> None:
        """A photo or document goes with it, the last one that was sent; what is written under it is the text."""
        if sent.kind not in preview.SENDABLE:
            dialogue.remind(turn, row, turn.say("composing.file_kind"))
            return
        said = enclosures.keep(turn, row, sent)
        row.answers = {name: value for name, value in row.answers.items() if name != "no_file"}
        if sent.caption.strip() and row.pending == "text":
            turn.reply(said)
            dialogue.said(turn, row, Text(sent.caption, sent.marked))
            return
        dialogue.remind(turn, row, turn.say("composing.file_kept"))

    def done(self, turn: Turn, row: DraftRow, answers: Answers) -> None:
        """Submitted, unless something is in the way; then the answers are there again."""
        if turn.staff is None:
            turn.reply(turn.say("turn.old_button"))
            return
        draft = preview.draft_of(turn, row, self.questions)
        arriving = preview.as_it_arrives(turn, turn.staff, draft)
        hindrances = preview.hindrances(turn, row, self.questions, arriving)
        if hindrances:
            turn.reply(wording.lines(hindrances))
            _begin_again(turn, row, answers)
            return
        broadcast = service.submit(turn, turn.staff, draft)
        if broadcast is None:
            turn.reply(turn.say("composing.refused"))
            return
        row.answers = {**row.answers, "broadcast": broadcast.id}
        said = "composing.submitted" if broadcast.needs_approval else "composing.scheduled"
        turn.reply(turn.say(said, number=wording.number(broadcast), when=card.when(turn, broadcast)))
        card.card(turn, broadcast)


WORDS = ("soạn thông báo", "gửi thông báo", "soạn thông báo mới")


def withdraw(turn: Turn, argument: str) -> None:
    """Take back what waits or has its time, to mend it."""
    broadcast = card.readable(turn, argument)
    if broadcast is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
    elif card.written(turn, broadcast) and service.withdraw(turn, turn.staff, broadcast.id):
        turn.reply(turn.say("composing.withdrawn", number=wording.number(broadcast)))
        again(turn, argument)
    else:
        turn.reply(turn.say("composing.moved_on", number=wording.number(broadcast)))
        card.card(turn, broadcast)


def again(turn: Turn, argument: str) -> None:
    """Mend what was returned or taken back, with everything that was answered before."""
    broadcast = card.readable(turn, argument)
    if broadcast is None or broadcast.state != BroadcastState.RETURNED or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
        return
    row = card.written(turn, broadcast) if broadcast.author_id == turn.staff.id else None
    if row is None:
        turn.reply(turn.say("composing.not_here"))
        return
    last = last_event(turn.session, broadcast.id, Act.RETURN, Act.WITHDRAW)
    if last and last.act == Act.RETURN:
        turn.reply(turn.say("composing.mend", reason=last.note))
    _begin_again(turn, row, {**preview.answers_of(row), "again": broadcast.id})


def start(turn: Turn, argument: str) -> None:
    """What is being written, waits or is under way, as buttons; where there is nothing, or below, a new one."""
    if turn.staff is None:
        return
    known = [each for each in composed.under_way(turn.session) if sees(turn.staff, each)]
    own = composed.to_mend(turn.session, turn.staff.id)
    rows = [*_unfinished(turn), *(_line(turn, each) for each in [*own, *known][:SHOWN])]
    if rows and argument != NEW:
        new = turn.button("composing.button_new", f"broadcast.new:{NEW}")
        turn.reply(turn.say("composing.under_way"), column([new, *rows]))
    else:
        _begin(turn, turn.staff)


def _begin(turn: Turn, staff: Staff) -> None:
    past = [each for each in composed.ended(turn.session, turn.now) if sees(staff, each)][:PAST_OFFERED]
    known: dict[str, Value] = {"me": staff.name}
    if past:
        known["past"] = [f"{each.id}={_title(turn, each)}" for each in past]
    dialogue.start(turn, NAME, known)


def _unfinished(turn: Turn) -> list[Button]:
    """What somebody laid aside while writing it, the newest; it has a title at least."""
    found = drafts.of_flow(turn.session, turn.person.id, NAME)
    aside = [row for row in found if row.state in LIVE and row.answers.get("head")][:1]
    return [
        turn.button("composing.line_unfinished", f"{dialogue.BUTTON}:{row.id}::resume", title=str(row.answers["head"]))
        for row in aside
    ]


def _line(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(
        turn.app.say.label(
            "composing.line",
            state=wording.state(turn, broadcast),
            number=wording.number(broadcast),
            title=broadcast.title[:40],
        ),
        f"broadcast.open:{broadcast.id}",
    )


def _title(turn: Turn, broadcast: Broadcast) -> str:
    return turn.app.say.label("composing.past_line", number=wording.number(broadcast), title=broadcast.title[:40])


def _own(turn: Turn, argument: str) -> DraftRow | None:
    number = int(argument) if re.fullmatch("[0-9]{1,9}", argument) else 0
    row = drafts.of_person(turn.session, number, turn.person.id)
    return row if row and row.flow == NAME and row.pending is None else None


def _begin_again(turn: Turn, row: DraftRow, answers: Answers) -> None:
    """The answers once more; the file stays with the dialogue in which it was sent."""
    known = {name: value for name, value in answers.items() if name != "broadcast"}
    if attachments.of_draft(turn.session, row.id):
        known["files_of"] = row.id
    dialogue.start(turn, NAME, known)
