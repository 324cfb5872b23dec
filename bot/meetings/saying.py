"""What becomes of an answer in a turn: the act, and what its person reads then."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.replies import Document, Reply, column
from bot.feature import Turn
from bot.meetings import guest_view, places, seats, telling
from bot.papers import qr
from db import guests
from db.broadcasts import Broadcast
from db.meetings import Answer, Guest, Meeting, MeetingState

Do = Callable[[Turn, Meeting], None]


def with_meeting(turn: Turn, meeting: Meeting | None, do: Do) -> None:
    """What was pressed, where there is such a meeting and its invitation is for whoever pressed."""
    if meeting is None or not is_known(turn, meeting):
        turn.reply(turn.say("turn.old_button"))
    elif meeting.state == MeetingState.CANCELLED:
        turn.reply(turn.say("guests.cancelled", title=meeting.title))
    else:
        do(turn, meeting)


def is_known(turn: Turn, meeting: Meeting) -> bool:
    """Whether the person of the turn may know of it: they are a guest already, or its invitation is for them.

    Nothing is said to a button that was made up: neither of a meeting that waits for approval, nor of one to which
    others are invited. An invitation may be read before the clock has called its meeting.
    """
    if meeting.state == MeetingState.PLANNED and not _has_left(turn, meeting):
        return False
    return mine(turn, meeting) is not None or guests.invited(turn.session, meeting.invitation_id, turn.person.id)


def _has_left(turn: Turn, meeting: Meeting) -> bool:
    invitation = turn.session.get(Broadcast, meeting.invitation_id) if meeting.invitation_id else None
    return invitation is not None and invitation.started_at is not None


def mine(turn: Turn, meeting: Meeting) -> Guest | None:
    """What the person of the turn answered."""
    return guests.guest_now(turn.session, meeting.id, turn.person.id)


def show(turn: Turn, meeting: Meeting) -> None:
    """Where they stand."""
    turn.replies.append(guest_view.shown(turn, meeting, mine(turn, meeting)))


def come(turn: Turn, meeting: Meeting) -> None:
    """Yes, for one person; whoever said something before sees it; where it is full they may wait."""
    held = seats.hold(turn, meeting.id, turn.person.id)
    guest = held.guest if held else None
    if held is None:
        _refused(turn, meeting, mine(turn, meeting))
    elif guest and guest.answer == Answer.OFFERED:
        _taken(turn, meeting, guest, came=False)
    elif guest and guest.answer in {Answer.COMING, Answer.WAITING}:
        turn.replies.append(guest_view.shown(turn, meeting, guest))
    elif held.is_full and places.may_come(meeting, guest, 1, turn.now):
        turn.replies.append(guest_view.full(turn, meeting))
    else:
        _seated(turn, held, 1)


def say_party(turn: Turn, meeting: Meeting, party: int, *, whole: bool = False) -> None:
    """Yes, for so many."""
    held = seats.hold(turn, meeting.id, turn.person.id)
    if held:
        _seated(turn, held, party, whole=whole)
    else:
        _refused(turn, meeting, mine(turn, meeting))


def _seated(turn: Turn, held: seats.Held, party: int, *, whole: bool = False) -> None:
    came = held.guest is not None and held.guest.answer == Answer.COMING
    guest = seats.seat(turn, held, party, whole=whole)
    if guest is None:
        _refused(turn, held.meeting, held.guest)
    elif guest.answer == Answer.COMING and not came:
        _hand_out(turn, held.meeting, guest)
    else:
        turn.replies.append(guest_view.shown(turn, held.meeting, guest))


def _refused(turn: Turn, meeting: Meeting, guest: Guest | None) -> None:
    """It is over, or too late; whoever is inside already reads that."""
    inside = guest is not None and guest.came_at is not None
    turn.replies.append(guest_view.shown(turn, meeting, guest) if inside else guest_view.closed(turn, meeting))


def decline(turn: Turn, meeting: Meeting) -> None:
    """No."""
    guest = seats.decline(turn, meeting.id, turn.person.id)
    if guest:
        turn.replies.append(guest_view.declined(turn, meeting))
    else:
        _refused(turn, meeting, mine(turn, meeting))


def accept(turn: Turn, meeting: Meeting) -> None:
    """Yes to what was offered."""
    held = seats.hold(turn, meeting.id, turn.person.id)
    if held is None:
        _refused(turn, meeting, mine(turn, meeting))
    elif held.guest is None:
        turn.replies.append(guest_view.shown(turn, meeting, None))
    else:
        _taken(turn, meeting, held.guest, came=held.guest.answer == Answer.COMING)


def _taken(turn: Turn, meeting: Meeting, guest: Guest, *, came: bool) -> None:
    if came or seats.take(turn, meeting, guest) is None:
        turn.replies.append(guest_view.shown(turn, meeting, guest))
    else:
        _hand_out(turn, meeting, guest)


def confirm(turn: Turn, meeting: Meeting) -> None:
    """Still yes."""
    guest = seats.confirm(turn, meeting.id, turn.person.id)
    if guest is None:
        come(turn, meeting)
        return
    rows = column((telling.ticket_button(turn, meeting), telling.quit_button(turn, meeting)))
    turn.reply(turn.say("guests.confirmed", **telling.essentials(turn, meeting), party=guest.party), rows)


def _hand_out(turn: Turn, meeting: Meeting, guest: Guest) -> None:
    """The file for the calendar, then the code that opens the door with what can still be changed."""
    file = _calendar(turn, meeting)
    if file:
        turn.replies.append(Reply(turn.say("guests.calendar"), (), file))
    shown = guest_view.shown(turn, meeting, guest)
    turn.replies.append(replace(shown, file=_picture(turn, guest)))


def _picture(turn: Turn, guest: Guest) -> Document:
    sha = turn.app.files.put(qr.png(turn.link(seats.payload(guest))))
    return Document(sha, "ma-vao-cua.png", "photo")


def _calendar(turn: Turn, meeting: Meeting) -> Document | None:
    """The file that was sent with the invitation, or with the last change."""
    notice = turn.session.get(Broadcast, guests.latest_notice(turn.session, meeting) or 0)
    if notice is None or not notice.file_sha:
        return None
    return Document(notice.file_sha, notice.file_name, "document")


def ticket_again(turn: Turn, meeting: Meeting) -> None:
    """The code that opens the door, also once it has begun."""
    guest = mine(turn, meeting)
    if guest is None or guest.answer != Answer.COMING:
        show(turn, meeting)
        return
    said = turn.say("guests.the_ticket", **telling.essentials(turn, meeting), party=guest.party, code=guest.code)
    turn.replies.append(Reply(said, (), _picture(turn, guest)))
