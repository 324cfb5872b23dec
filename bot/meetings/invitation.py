"""The invitation to a meeting: the short text that arrives, what is under it, and the whole of it at a press."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlmodel import Session

from bot.broadcasts import wording
from bot.cases.wording import weekday
from bot.core.clock import VIETNAM, in_words, local_date
from bot.core.replies import Button, Document, Reply, Rows, column
from bot.feature import App, ButtonRoute, Feature, NoticeKind, Turn, Work
from bot.meetings import ledger, rules, saying
from db import called
from db.broadcasts import Broadcast
from db.meetings import Meeting, MeetingChange, MeetingState, of_invitation

KIND, CHANGED, CALLED_OFF = "invitation", "meeting_change", "meeting_cancel"


@dataclass(frozen=True)
class Spot:
    """A point on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    @property
    def link(self) -> str:
        """The address that opens it in a map."""
        return f"https://www.google.com/maps/search/?api=1&query={self.latitude},{self.longitude}"


def feature() -> Feature:
    """The kinds of notices about meetings, and the whole invitation."""
    kinds = {
        KIND: NoticeKind("meeting.header", rows, again="meeting.again", edits=False),
        CHANGED: NoticeKind("meeting.header_change", change_rows, edits=False, ready=counts),
        CALLED_OFF: NoticeKind("meeting.header_cancel", no_rows, edits=False, ready=counts),
    }
    return Feature(name="meeting_invitation", buttons=(ButtonRoute("meeting.full", full),), notices=kinds)


def counts(session: Session, notice: Broadcast) -> bool:
    """Whether the change that it tells is applied: who presses “Tôi vẫn tham dự” says it of the new time."""
    change = called.change_of_notice(session, notice.id)
    return change is None or change.sequence is not None


def spot_of(place: Meeting | MeetingChange) -> Spot | None:
    """Where it is on the map, if somebody said so."""
    if place.latitude is None or place.longitude is None:
        return None
    return Spot(place.latitude, place.longitude)


def rows(app: App, broadcast: Broadcast) -> Rows:
    """What stands under an invitation; of one that is only tried the buttons lead nowhere."""
    with app.database.read() as session:
        meeting = of_invitation(session, broadcast.id) if broadcast.id else None
    return rows_of(app, broadcast.id or 0, spot_of(meeting) if meeting else None)


def rows_of(app: App, broadcast_id: int, spot: Spot | None) -> Rows:
    """The same of a meeting that is not in the database yet."""
    label = app.say.label
    answers = (
        Button(label("meeting.come"), f"meeting.come:{broadcast_id}"),
        Button(label("meeting.decline"), f"meeting.decline:{broadcast_id}"),
    )
    ask = Button(label("meeting.ask"), f"meeting.ask:{broadcast_id}")
    whole = Button(label("meeting.full"), f"meeting.full:{broadcast_id}")
    return (answers, *column([ask, whole]), *map_rows(app, spot))


def map_rows(app: App, spot: Spot | None) -> Rows:
    """The link to the map."""
    return column([Button(app.say.label("meeting.map"), url=spot.link)]) if spot else ()


def change_rows(app: App, broadcast: Broadcast) -> Rows:
    """What stands under the notice of a change."""
    with app.database.read() as session:
        change = called.change_of_notice(session, broadcast.id) if broadcast.id else None
        meeting = session.get_one(Meeting, change.meeting_id) if change else None
    return change_rows_of(app, meeting, spot_of(change), moves=change.moves) if change and meeting else ()


def change_rows_of(app: App, meeting: Meeting, spot: Spot | None, *, moves: bool) -> Rows:
    """The same of a change that is not in the database yet; who is told no other time or place has nothing to say."""
    label = app.say.label
    still = Button(label("meeting.confirm"), f"meeting.confirm:{meeting.id}")
    quits = Button(label("meeting.quit"), f"meeting.quit:{meeting.id}")
    whole = Button(label("meeting.full"), f"meeting.full:{meeting.invitation_id}")
    return (*column([still, quits] if moves else [whole]), *map_rows(app, spot))


def no_rows(_app: App, _broadcast: Broadcast) -> Rows:
    """Nothing is left to be answered."""
    return ()


def body(work: Work, meeting: Meeting) -> Markup:
    """What arrives, short enough to stand under the calendar file; what became of the last promises comes first."""
    said = work.say(
        "meeting.body",
        when=when(work, meeting.starts_at),
        place=meeting.place,
        chair=meeting.chair,
        closes=wording.moment(work, meeting.closes_at),
        contact=meeting.contact,
    )
    return wording.lines([line for line in (ledger.last_time(work), said) if line])


def when(work: Work, at: datetime) -> str:
    """As invitations have it: "08 giờ 00, thứ Năm, ngày 03/12/2026"."""
    local = at.astimezone(VIETNAM)
    day = local.date()
    said = {"hour": f"{local:%H}", "minute": f"{local:%M}", "weekday": weekday(work, day), "day": in_words(day)}
    return work.app.say.label("meeting.when", **said)


def whole(work: Work, meeting: Meeting) -> Markup:
    """Everything that stands in an invitation on paper (Decree 30/2020, form 1.6)."""
    sent = called.invitation(work.session, meeting)
    parts = [
        *([_number(work, sent)] if sent else []),
        work.say("meeting.whole_title"),
        work.say("meeting.whole_invites", committee=work.ward.names.committee),
        work.say("meeting.whole_what", text=meeting.title),
        work.say("meeting.whole_chair", text=meeting.chair),
        work.say("meeting.whole_when", text=when(work, meeting.starts_at)),
        work.say("meeting.whole_place", text=meeting.place),
        *_unless_empty(work, "meeting.whole_people", meeting.takes_part),
        *_unless_empty(work, "meeting.whole_agenda", meeting.agenda),
        *_unless_empty(work, "meeting.whole_prepare", meeting.prepare),
        *([work.say("meeting.whole_capacity", count=meeting.capacity)] if meeting.capacity else []),
        work.say("meeting.whole_closes", text=wording.moment(work, meeting.closes_at)),
        work.say("meeting.whole_contact", text=meeting.contact),
        work.say("meeting.whole_note"),
        *([_signed(work, sent)] if sent else []),
    ]
    return wording.lines(parts)


def _number(work: Work, sent: Broadcast) -> Markup:
    day = in_words(local_date(sent.started_at or sent.send_at or sent.created_at))
    return work.say("meeting.whole_number", number=f"{sent.number:02}", day=day)


def _signed(work: Work, sent: Broadcast) -> Markup:
    unit = work.ward.unit(sent.unit)
    return work.say("notice.signed", unit=unit.name if unit else work.ward.names.committee, signer=sent.signer)


def _unless_empty(work: Work, key: str, text: str) -> list[Markup]:
    return [work.say(key, text=text)] if text else []


def full(turn: Turn, argument: str) -> None:
    """The whole invitation, to anybody who has it; a meeting that was called off says so first."""
    number = int(argument) if argument.isascii() and argument.isdecimal() and len(argument) < 10 else 0
    meeting = of_invitation(turn.session, number)
    if meeting is None or not _is_open_to(turn, meeting):
        turn.reply(turn.say("turn.old_button"))
        return
    off = [turn.say("meeting.is_off")] if meeting.state == MeetingState.CANCELLED else []
    asked = column([turn.button("hearing.button_public", f"meeting.heard:{meeting.id}")])
    turn.reply(wording.lines([*off, whole(turn, meeting)]), (*asked, *map_rows(turn.app, spot_of(meeting))))


def _is_open_to(turn: Turn, meeting: Meeting) -> bool:
    """Those read it whom it invites, and who organises it."""
    return saying.is_known(turn, meeting) or (turn.staff is not None and rules.sees(turn.staff, meeting))


def file_of(work: Work, meeting: Meeting, at: datetime, *, off: bool = False) -> Document:
    """The calendar file, in the store; the same row and moment make the same file."""
    from bot.meetings import calendar_file  # noqa: PLC0415 - a twentieth of every start, spared

    words = calendar_file.Words(
        organizer=work.ward.names.committee,
        description=work.app.say.label("meeting.calendar", chair=meeting.chair, contact=meeting.contact),
        reminder=work.app.say.label("meeting.calendar_reminder", title=meeting.title),
    )
    make = calendar_file.cancelled if off else calendar_file.published
    return Document(work.app.files.put(make(meeting, words, at)), calendar_file.name(meeting), "document")


def shown(reply: Reply, above: Rows) -> Reply:
    """A notice as it will arrive, with the buttons of a meeting that is not in the database yet."""
    return Reply(reply.text, (*above, *reply.rows[-1:]), reply.file)
