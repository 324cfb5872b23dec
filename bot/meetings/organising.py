"""/doithoai: an officer calls a meeting, sees the invitation as it will arrive, tries it, and submits it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from markupsafe import Markup

from bot import dialogue
from bot.broadcasts import service, wording
from bot.broadcasts.approvals import leaders_but, when
from bot.broadcasts.history import last_event
from bot.broadcasts.officer import compose_flow, preview
from bot.broadcasts.officer.card import readable
from bot.broadcasts.rules import COMPOSE, Act
from bot.broadcasts.rules import sees as sees_notice
from bot.broadcasts.service import Draft
from bot.core.channel import CAPTION
from bot.core.clock import Clock
from bot.core.flow import Answers, Value
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn, Work
from bot.meetings import card, invitation, rules
from bot.meetings.invitation import KIND
from bot.meetings.life import happened, settle
from bot.meetings.organise_flow import NAME, Questions, spot_of, told
from bot.ward import Ward
from db import called, composed, drafts
from db.broadcasts import Broadcast, BroadcastState
from db.drafts import DraftRow, DraftState
from db.meetings import Meeting, MeetingState, locked, of_invitation
from db.staff import Staff

NEW = "new"
LIVE = frozenset({DraftState.OPEN, DraftState.ASIDE})
WORDS = ("buổi đối thoại", "tổ chức đối thoại", "soạn giấy mời đối thoại")
SHOWN, RECENT, PAST_OFFERED = 8, 4, 5
MOMENTS = frozenset({"starts", "closes"})
OPTIONAL = ("map", "people", "prepare")
LONG = frozenset({"people", "agenda", "prepare"})


class Organising:
    """The dialogue over the profile and the clock."""

    def __init__(self, profile: Callable[[], Ward], clock: Clock) -> None:
        self.questions = Questions(profile, clock)

    def feature(self) -> Feature:
        """The routes."""
        route = FlowRoute(
            self.questions.flow(), self.done, below=self.below, answered=named, reads=reads, offers=offers
        )
        return Feature(
            name="meeting_organising",
            commands=(CommandRoute("doithoai", start, "meeting.menu", WORDS, roles=COMPOSE),),
            buttons=(
                ButtonRoute("meeting.new", start, roles=COMPOSE),
                ButtonRoute("meeting.try", self.tried, roles=COMPOSE),
                ButtonRoute("meeting.again", again, roles=COMPOSE),
            ),
            flows=(route,),
            staff_left=staff_left,
        )

    def meeting(self, turn: Turn, staff: Staff, row: DraftRow) -> Meeting:
        """The meeting as it would be, still without its invitation."""
        answers = preview.answers_of(row)
        return Meeting(
            key=turn.key,
            uid=str(answers["uid"]),
            unit=staff.unit,
            author_id=staff.id,
            created_at=turn.now,
            **told(answers),
        )

    def draft(self, turn: Turn, row: DraftRow, meeting: Meeting) -> Draft:
        """Its invitation, with the calendar file."""
        answers = preview.answers_of(row)
        again = answers.get("again")
        draft = Draft(
            title=meeting.title,
            body=str(invitation.body(turn, meeting)),
            audience=compose_flow.audience_of(answers),
            subject=meeting.subject,
            signer=str(answers["signer"]),
            send_at=compose_flow.when_of(answers),
            again=int(str(again)) if again else None,
            kind=KIND,
            expires_at=meeting.closes_at,
        )
        file = invitation.file_of(turn, meeting, datetime.fromisoformat(str(answers["stamp"])))
        return replace(draft, file_sha=file.sha, file_name=file.name, file_kind=file.kind)

    def arriving(self, turn: Turn, staff: Staff, row: DraftRow) -> tuple[Meeting, Draft, Reply]:
        """The invitation as everybody will see it, but for its number and its code."""
        meeting = self.meeting(turn, staff, row)
        draft = self.draft(turn, row, meeting)
        above = invitation.rows_of(turn.app, 0, spot_of(preview.answers_of(row)))
        return meeting, draft, invitation.shown(preview.as_it_arrives(turn, staff, draft), above)

    def below(self, turn: Turn, row: DraftRow) -> Sequence[Markup]:
        """The invitation and the whole of it go ahead as messages of their own; then who gets it, what hinders it."""
        if turn.staff is None:
            return []
        meeting, draft, arriving = self.arriving(turn, turn.staff, row)
        turn.replies += [arriving, Reply(invitation.whole(turn, meeting))]
        numbers = preview.counted(turn, draft)
        said = preview.summary_of(turn, turn.staff, draft, numbers)
        nobody = [] if numbers[0] else [turn.say("meeting.nobody")]
        return [Markup(""), *said, *nobody, *self._few_days(turn, row), *self._hindrances(turn, row, arriving)]

    def _few_days(self, turn: Turn, row: DraftRow) -> list[Markup]:
        answers = preview.answers_of(row)
        if not self.questions.is_late(answers):
            return []
        return [turn.say("meeting.few_days", **self.questions.days(answers))]

    def _hindrances(self, turn: Turn, row: DraftRow, arriving: Reply) -> list[Markup]:
        found = [turn.say(key) for key in self.questions.hindrances(preview.answers_of(row))]
        over = preview.visible_units(arriving.text) - CAPTION
        return [*found, turn.say("composing.too_long_file", over=over)] if over > 0 else found

    def tried(self, turn: Turn, argument: str) -> None:
        """Send it to its author alone, as everybody will get it."""
        row = _own(turn, argument)
        if row is None or turn.staff is None:
            turn.reply(turn.say("turn.old_button"))
            return
        dialogue.take_up(turn, row)
        turn.replies.append(self.arriving(turn, turn.staff, row)[2])
        dialogue.remind(turn, row, turn.say("meeting.tried"))

    def done(self, turn: Turn, row: DraftRow, answers: Answers) -> None:
        """Called, unless something is in the way; then the answers are there again."""
        if turn.staff is None:
            turn.reply(turn.say("meeting.not_any_more"))
            return
        meeting, draft, arriving = self.arriving(turn, turn.staff, row)
        if hindrances := self._hindrances(turn, row, arriving):
            turn.reply(wording.lines(hindrances))
            _begin_again(turn, answers)
            return
        if draft.again and not _waits(turn, draft.again):
            turn.reply(turn.say("meeting.moved_on"))
            return
        broadcast = service.submit(turn, turn.staff, draft)
        if broadcast is None:
            turn.reply(turn.say("composing.refused"))
            return
        row.answers = {**row.answers, "broadcast": broadcast.id}
        kept = self.kept(turn, turn.staff, meeting, broadcast, answers)
        said = "meeting.submitted" if broadcast.needs_approval else "meeting.scheduled"
        turn.reply(turn.say(said, number=wording.number(broadcast), when=when(turn, broadcast)))
        card.card(turn, kept)

    def kept(self, work: Work, staff: Staff, meeting: Meeting, broadcast: Broadcast, answers: Answers) -> Meeting:
        """The meeting of that invitation, made or mended, in the transaction that submits it."""
        known = of_invitation(work.session, broadcast.id)
        if known:
            meeting = known
            meeting.sqlmodel_update(told(answers))
        meeting.invitation_id = broadcast.id
        work.session.add(meeting)
        work.session.flush()
        happened(work, meeting, "mended" if known else "planned", staff)
        settle(work, meeting, broadcast)
        if broadcast.needs_approval:
            show_leaders(work, meeting, broadcast)
        return meeting


def show_leaders(work: Work, meeting: Meeting, broadcast: Broadcast) -> None:
    """Who approves reads what people will read, also behind the button."""
    submitted = last_event(work.session, broadcast.id, Act.SUBMIT)
    text = wording.lines(
        [work.say("meeting.leaders_read", number=wording.number(broadcast)), invitation.whole(work, meeting)]
    )
    for leader in leaders_but(work, broadcast.author_id):
        name = f"meeting:{meeting.id}:whole:{submitted.id if submitted else 0}:{leader.id}"
        work.tell(leader.person_id, Reply(text), name)


def named(turn: Turn, row: DraftRow, _question: str) -> None:
    """Give the meeting the name that it has in calendars, once; all its files are made of that and this moment."""
    if "uid" not in row.answers:
        row.answers = {**row.answers, "uid": str(uuid4()), "stamp": turn.now.isoformat()}


def reads(turn: Turn, row: DraftRow, name: str) -> str | None:
    """How an answer reads in the preview; None as it stands."""
    value = str(row.answers[name])
    if name in MOMENTS:
        return wording.moment(turn, datetime.fromisoformat(value))
    return preview.shortened(Markup.escape(value)) if name in LONG else preview.reads(turn, row, name)


def offers(turn: Turn, row: DraftRow) -> Rows:
    """To tell what was skipped after all, and to try it on oneself."""
    skipped = [name for name in OPTIONAL if row.answers.get(name) is None]
    add = [
        turn.button(
            "meeting.add",
            f"{dialogue.BUTTON}:{row.id}:{name}:change",
            title=turn.app.say.label(f"flow.{NAME}.{name}_short"),
        )
        for name in skipped
    ]
    return column([*add, turn.button("composing.button_try", f"meeting.try:{row.id}")])


def start(turn: Turn, argument: str) -> None:
    """The meetings ahead and the last ones as buttons; where there is none, or below, a new one."""
    if turn.staff is None:
        return
    rows = [*_unfinished(turn), *_known(turn, turn.staff)]
    if rows and argument != NEW:
        new = turn.button("meeting.button_new", f"meeting.new:{NEW}")
        turn.reply(turn.say("meeting.list"), column([new, *rows]))
    else:
        _begin(turn, turn.staff)


def _known(turn: Turn, staff: Staff) -> list[Button]:
    ahead = [each for each in called.open_ones(turn.session, turn.now) if rules.sees(staff, each)]
    past = [each for each in called.recent(turn.session, turn.now, RECENT) if rules.sees(staff, each)]
    return [card.line(turn, each) for each in (*ahead[:SHOWN], *past)]


def _unfinished(turn: Turn) -> list[Button]:
    """What somebody laid aside while writing it, the newest; it has a title at least."""
    found = drafts.of_flow(turn.session, turn.person.id, NAME)
    aside = [row for row in found if row.state in LIVE and row.answers.get("head")][:1]
    return [
        turn.button("meeting.line_unfinished", f"{dialogue.BUTTON}:{row.id}::resume", title=str(row.answers["head"]))
        for row in aside
    ]


def _begin(turn: Turn, staff: Staff) -> None:
    """Ask as for announcements; an invitation is never urgent."""
    past = [each for each in composed.ended(turn.session, turn.now) if sees_notice(staff, each)][:PAST_OFFERED]
    known: dict[str, Value] = {"me": staff.name, "urgent": "no"}
    if past:
        known["past"] = [f"{each.id}={_past_line(turn, each)}" for each in past]
    dialogue.start(turn, NAME, known)


def _past_line(turn: Turn, broadcast: Broadcast) -> str:
    return turn.app.say.label("composing.past_line", number=wording.number(broadcast), title=broadcast.title[:40])


def _own(turn: Turn, argument: str) -> DraftRow | None:
    number = int(argument) if re.fullmatch("[0-9]{1,9}", argument) else 0
    row = drafts.of_person(turn.session, number, turn.person.id)
    return row if row and row.flow == NAME and row.pending is None else None


def _waits(work: Work, broadcast_id: int) -> bool:
    """Whether the meeting of a returned invitation may still be called; nobody gives it up from now on."""
    known = of_invitation(work.session, broadcast_id)
    meeting = locked(work.session, known.id) if known else None
    return meeting is not None and meeting.state == MeetingState.PLANNED


def _begin_again(turn: Turn, answers: Answers) -> None:
    dialogue.start(turn, NAME, {name: value for name, value in answers.items() if name != "broadcast"})


def again(turn: Turn, argument: str) -> None:
    """Mend an invitation that was returned, with everything that was answered before."""
    broadcast = readable(turn, argument)
    meeting = of_invitation(turn.session, broadcast.id) if broadcast else None
    is_open = meeting is not None and meeting.state == MeetingState.PLANNED
    if broadcast is None or broadcast.state != BroadcastState.RETURNED or turn.staff is None or not is_open:
        turn.reply(turn.say("turn.old_button"))
        return
    found = drafts.of_flow(turn.session, turn.person.id, NAME, limit=20)
    row = next((each for each in found if each.answers.get("broadcast") == broadcast.id), None)
    if row is None or broadcast.author_id != turn.staff.id:
        turn.reply(turn.say("composing.not_yours"))
        return
    last = last_event(turn.session, broadcast.id, Act.RETURN)
    if last:
        turn.reply(turn.say("composing.mend", reason=last.note))
    _begin_again(turn, {**preview.answers_of(row), "again": broadcast.id})


FLOWS = (
    NAME,
    "meeting_change",
    "meeting_cancel",
    "meeting_resize",
    "meeting_door",
    "meeting_walk_in",
    "meeting_word",
    "meeting_order",
    "meeting_answer",
    "meeting_promise",
    "meeting_mend",
    "meeting_minutes",
)
"""The dialogues about meetings that are only for staff."""


def staff_left(work: Work, staff: Staff) -> None:
    """Whose role ends is asked nothing more about meetings; those that they called stay with their unit."""
    open_drafts = [
        row for flow in FLOWS for row in drafts.of_flow(work.session, staff.person_id, flow) if row.state in LIVE
    ]
    for row in open_drafts:
        row.state, row.updated_at = DraftState.CANCELLED, work.now
        work.session.add(row)
    if open_drafts:
        said = Reply(work.say("meeting.not_any_more"))
        work.tell(staff.person_id, said, f"staff:{staff.id}:meeting_drafts")
