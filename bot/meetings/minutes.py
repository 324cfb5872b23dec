"""The minutes: written by an officer, sent to those who came, with five marks for the meeting under them."""

import re
from collections.abc import Callable, Sequence
from html import unescape

from markupsafe import Markup

from bot import dialogue
from bot.broadcasts import service, wording
from bot.broadcasts.audience import Audience
from bot.broadcasts.history import last_event
from bot.broadcasts.officer import compose_flow, preview
from bot.broadcasts.officer.card import readable
from bot.broadcasts.rules import COMPOSE, Act
from bot.broadcasts.service import Draft
from bot.cases import enclosures
from bot.cases.outcome import numbers
from bot.core.clock import Clock, in_words, local_date
from bot.core.events import File, Text
from bot.core.flow import Answers, Flow, Question, Value
from bot.core.replies import Button, Rows, column
from bot.feature import App, ButtonRoute, Feature, FlowRoute, NoticeKind, Turn, Work
from bot.meetings import hearing, questions
from bot.ward import Ward
from db import drafts, heard
from db.broadcasts import Broadcast, BroadcastState
from db.drafts import DraftRow
from db.meetings import Meeting, MeetingState, locked

NAME, KIND = "meeting_minutes", "minutes"
WRITTEN_ANEW = frozenset({BroadcastState.CANCELLED, BroadcastState.MISSED})
"""Minutes that reached nobody; others take their place."""


class Questions(compose_flow.Questions):
    """One question: the text, with a file if there is one."""

    def flow(self) -> Flow:
        """The dialogue."""
        return Flow(NAME, (Question("text", compose_flow.text, free=True, values=_about),))

    def draft(self, answers: Answers) -> Draft:
        """The minutes as an announcement to those who came."""
        again = answers.get("again")
        return Draft(
            title=str(answers["head"]),
            body=str(answers["text"]),
            audience=Audience(came=int(str(answers["meeting"]))),
            subject=str(answers.get("subject") or ""),
            kind=KIND,
            again=int(str(again)) if again else None,
        )

    def never_comes(self, _answers: Answers) -> bool:
        """Minutes are written once."""
        return False

    def is_past(self, _answers: Answers) -> bool:
        """They leave at once."""
        return False


def _about(answers: Answers) -> dict[str, object]:
    return {"title": answers["title"]}


class Minutes:
    """The dialogue over the profile and the clock."""

    def __init__(self, profile: Callable[[], Ward], clock: Clock) -> None:
        self.questions = Questions(profile, clock)

    def feature(self) -> Feature:
        """The routes."""
        route = FlowRoute(self.questions.flow(), self.done, file=file, below=self.below, reads=preview.reads)
        return Feature(
            name="meeting_minutes",
            buttons=(
                ButtonRoute("meeting.minutes", begin, roles=COMPOSE),
                ButtonRoute("meeting.minutes_again", again, roles=COMPOSE),
                ButtonRoute("meeting.mark", mark),
            ),
            flows=(route,),
            notices={KIND: NoticeKind("minutes.header", rows, again="meeting.minutes_again")},
        )

    def below(self, turn: Turn, row: DraftRow) -> Sequence[Markup]:
        """The minutes go ahead as they will arrive; then who gets them, and what is in the way."""
        if turn.staff is None:
            return []
        draft = preview.draft_of(turn, row, self.questions)
        arriving = preview.as_it_arrives(turn, turn.staff, draft)
        turn.replies.append(arriving)
        found = preview.hindrances(turn, row, self.questions, arriving)
        return [Markup(""), *preview.summary(turn, turn.staff, draft), *found]

    def done(self, turn: Turn, row: DraftRow, answers: Answers) -> None:
        """Submitted, unless something is in the way; with them the meeting counts as held."""
        meeting = questions.ours(turn, int(str(answers["meeting"])))
        if meeting is None or turn.staff is None:
            return
        draft = preview.draft_of(turn, row, self.questions)
        found = preview.hindrances(turn, row, self.questions, preview.as_it_arrives(turn, turn.staff, draft))
        if found:
            turn.reply(wording.lines(found))
            _begin(turn, {**answers, "files_of": row.id})
            return
        locked(turn.session, meeting.id)
        written = _written(turn, meeting)
        if written and written.id != draft.again:
            turn.reply(turn.say("minutes.written_before", text=Markup(draft.body)))  # noqa: S704 - the flow's own markup
            _show(turn, meeting, written)
            return
        broadcast = service.submit(turn, turn.staff, draft)
        if broadcast is None:
            turn.reply(turn.say("composing.refused"))
            return
        _held(turn, meeting, broadcast)
        key = "minutes.submitted" if broadcast.needs_approval else "minutes.sent"
        turn.reply(turn.say(key, number=wording.number(broadcast), people=broadcast.people), _open(turn, broadcast))


def _held(turn: Turn, meeting: Meeting, broadcast: Broadcast) -> None:
    meeting.minutes, meeting.minutes_id = _plain(broadcast.body), broadcast.id
    if meeting.state == MeetingState.CALLED:
        meeting.state, meeting.ended_at = MeetingState.HELD, turn.now
    turn.session.add(meeting)
    if turn.staff:
        hearing.record(turn, meeting.id, KIND, turn.staff, wording.number(broadcast))
    turn.session.flush()


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def begin(turn: Turn, argument: str) -> None:
    """Write them; where they were written, what became of them and what those who came thought of the meeting."""
    named = numbers(argument)
    meeting = questions.ours(turn, named[0] if named else 0)
    if meeting is None:
        return
    if written := _written(turn, meeting):
        _show(turn, meeting, written)
    elif hearing.has_begun(turn, meeting):
        day = in_words(local_date(meeting.starts_at))
        head = turn.app.say.label("minutes.title", title=meeting.title, day=day)
        _begin(turn, {"meeting": meeting.id, "title": meeting.title, "head": head, "subject": meeting.subject})
    else:
        turn.reply(turn.say("hearing.not_begun"))


def _written(work: Work, meeting: Meeting) -> Broadcast | None:
    """The minutes of a meeting, if there are any that reach somebody."""
    known = work.session.get(Broadcast, meeting.minutes_id) if meeting.minutes_id else None
    return known if known and known.state not in WRITTEN_ANEW else None


def _begin(turn: Turn, answers: Answers) -> None:
    known: dict[str, Value] = dict(answers)
    dialogue.start(turn, NAME, known)


def _show(turn: Turn, meeting: Meeting, broadcast: Broadcast) -> None:
    count, average = heard.marks(turn.session, meeting.id)
    lines = [turn.say("minutes.card", number=wording.number(broadcast), state=wording.state(turn, broadcast))]
    if count:
        lines.append(turn.say("minutes.marks", count=count, average=f"{average:.1f}".replace(".", ",")))
    rows = _open(turn, broadcast)
    if broadcast.state == BroadcastState.RETURNED and turn.staff and broadcast.author_id == turn.staff.id:
        rows = (*column([turn.button("composing.button_again", f"meeting.minutes_again:{broadcast.id}")]), *rows)
    turn.reply(wording.lines(lines), rows)


def _open(turn: Turn, broadcast: Broadcast) -> Rows:
    return column(
        [turn.button("composing.button_open", f"broadcast.open:{broadcast.id}", number=wording.number(broadcast))]
    )


def again(turn: Turn, argument: str) -> None:
    """Mend what was returned, with what was written before."""
    broadcast = readable(turn, argument)
    found = drafts.of_flow(turn.session, turn.person.id, NAME, limit=20)
    about = broadcast.audience.get("came") if broadcast and broadcast.kind == KIND else None
    row = next((each for each in found if each.answers.get("meeting") == about), None)
    mine = broadcast is not None and turn.staff is not None and broadcast.author_id == turn.staff.id
    if broadcast is None or row is None or not mine or broadcast.state != BroadcastState.RETURNED:
        turn.reply(turn.say("turn.old_button"))
        return
    last = last_event(turn.session, broadcast.id, Act.RETURN)
    if last:
        turn.reply(turn.say("composing.mend", reason=last.note))
    _begin(turn, {**preview.answers_of(row), "again": broadcast.id, "files_of": row.id})


def file(turn: Turn, row: DraftRow, sent: File) -> None:
    """The minutes on paper, a photo or a document; what is written under it is the text."""
    if sent.kind not in preview.SENDABLE:
        dialogue.remind(turn, row, turn.say("composing.file_kind"))
        return
    said = enclosures.keep(turn, row, sent)
    if sent.caption.strip() and row.pending == "text":
        turn.reply(said)
        dialogue.said(turn, row, Text(sent.caption, sent.marked))
        return
    dialogue.remind(turn, row, turn.say("composing.file_kept"))


def rows(app: App, broadcast: Broadcast) -> Rows:
    """Five marks; under what is only tried they lead nowhere."""
    meeting_id = broadcast.audience.get("came") if broadcast.id else 0
    return column(
        Button(app.say.label(f"mine.mark_{points}"), f"meeting.mark:{meeting_id}:{points}")
        for points in range(5, 0, -1)
    )


def mark(turn: Turn, argument: str) -> None:
    """What somebody who came thought of the meeting; another press changes it."""
    named = numbers(argument)
    if len(named) == 2 and hearing.mark(turn, turn.person.id, named[0], named[1]):
        turn.reply(turn.say("minutes.marked", points=named[1]))
    else:
        turn.reply(turn.say("turn.old_button"))
