"""What becomes of an answer in a turn: the act, and what its person reads then."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.replies import Document, Reply, column
from bot.feature import Turn
from bot.meetings import guest_view, places, seats, telling
from bot.papers import qr
from db import guests
from db.broadcasts import Broadcast
from db.meetings import Answer, Guest, Meeting, MeetingState, locked

Do = Callable[[Turn, Meeting], None]


def with_meeting(turn: Turn, meeting: Meeting | None, do: Do) -> None:
    """What was pressed, where there is such a meeting and people were told of it."""
    if meeting is None or (meeting.state == MeetingState.PLANNED and not _has_left(turn, meeting)):
        turn.reply(turn.say("turn.old_button"))
    elif meeting.state == MeetingState.CANCELLED:
        turn.reply(turn.say("guests.cancelled", title=meeting.title))
    else:
        do(turn, meeting)


def _has_left(turn: Turn, meeting: Meeting) -> bool:
    """The invitation may be read before the clock has called the meeting."""
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
    locked(turn.session, meeting.id)
    guest = mine(turn, meeting)
    if guest and guest.answer == Answer.OFFERED:
        accept(turn, meeting)
    elif guest and guest.answer in {Answer.COMING, Answer.WAITING}:
        show(turn, meeting)
    elif places.free(meeting) <= 0 and places.may_come(meeting, guest, 1, turn.now):
        turn.replies.append(guest_view.full(turn, meeting))
    else:
        say_party(turn, meeting, 1)


def say_party(turn: Turn, meeting: Meeting, party: int, *, whole: bool = False) -> None:
    """Yes, for so many."""
    before = mine(turn, meeting)
    came = before is not None and before.answer == Answer.COMING
    guest = seats.come(turn, meeting.id, turn.person.id, party, whole=whole)
    if guest is None:
        turn.replies.append(guest_view.closed(turn, meeting))
    elif guest.answer == Answer.COMING and not came:
        _hand_out(turn, meeting, guest)
    else:
        turn.replies.append(guest_view.shown(turn, meeting, guest))


def decline(turn: Turn, meeting: Meeting) -> None:
    """No."""
    guest = seats.decline(turn, meeting.id, turn.person.id)
    turn.replies.append(guest_view.declined(turn, meeting) if guest else guest_view.closed(turn, meeting))


def accept(turn: Turn, meeting: Meeting) -> None:
    """Yes to what was offered."""
    before = mine(turn, meeting)
    came = before is not None and before.answer == Answer.COMING
    guest = seats.accept(turn, before.id) if before else None
    if guest is None and not places.is_ahead(meeting, turn.now):
        turn.replies.append(guest_view.closed(turn, meeting))
    elif guest is None or came:
        show(turn, meeting)
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
