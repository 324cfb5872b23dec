"""What officers at the door of a meeting read: who has just come, and how many are there."""

from bot.broadcasts import wording
from bot.core.clock import VIETNAM
from bot.core.replies import Button, Rows, column
from bot.feature import Turn, Work
from bot.meetings import arriving
from db import door, guests, meetings
from db.meetings import MOST_PARTY, Answer, Guest, Meeting

ASKED = {Answer.WAITING: "door.waits", Answer.DECLINED: "door.declined"}


def count(work: Work, meeting: Meeting) -> str:
    """How many are there, of how many who said that they come."""
    came, people = door.arrived(work.session, meeting.id)
    _, said = meetings.counted(work.session, meeting.id).get(Answer.COMING, (0, 0))
    return work.app.say.label("door.count", guests=came, people=people, expected=said)


def is_shut(turn: Turn, meeting: Meeting) -> bool:
    """Whether nobody is let in now; then it is said why."""
    if arriving.takes_place_today(meeting, turn.now):
        return False
    turn.reply(turn.say(arriving.why_not(meeting), **_essentials(turn, meeting)))
    return True


def elsewhere(turn: Turn, other: Meeting) -> None:
    """The code opens another door."""
    turn.reply(turn.say("door.other_meeting", **_essentials(turn, other)))


def _essentials(work: Work, meeting: Meeting) -> dict[str, object]:
    return {"title": meeting.title, "at": wording.moment(work, meeting.starts_at)}


def checked(turn: Turn, meeting: Meeting, met: tuple[Guest, bool] | None) -> None:
    """They are here, just now or since when; what was said wrong can be set right."""
    if met is None:
        turn.reply(turn.say("turn.old_button"))
        return
    guest, now = met
    values = {"name": name_of(turn, guest), "party": guest.came_party, "count": count(turn, meeting)}
    if not now:
        values["at"] = f"{(guest.came_at or turn.now).astimezone(VIETNAM):%H:%M}"
    turn.reply(turn.say("door.checked_in" if now else "door.before", **values), after(turn, guest))


def after(turn: Turn, guest: Guest) -> Rows:
    """To say with how many they really came, and that it was a mistake."""
    sizes = [Button(str(party), f"door.number:{guest.id}:{party}") for party in range(1, MOST_PARTY + 1)]
    mistake = turn.button("door.button_undo", f"door.undo:{guest.id}")
    return (tuple(sizes[:5]), tuple(sizes[5:]), (mistake,))


def ask(turn: Turn, meeting: Meeting, guest: Guest) -> None:
    """Somebody is here who did not say that they come: whether to let them in."""
    values = {"name": name_of(turn, guest), "party": arriving.expected(guest), "count": count(turn, meeting)}
    if guest.answer == Answer.WAITING:
        values["place"] = 1 + guests.ahead_in_line(turn.session, meeting.id, guest.turn or 0)
    key = ASKED.get(Answer(guest.answer), "door.lapsed")
    turn.reply(turn.say(key, **values), column((turn.button("door.button_admit", f"door.admit:{guest.id}"),)))


def name_of(work: Work, guest: Guest) -> str:
    """Who it is, as staff knows them."""
    return door.name_of(work.session, guest) or work.app.say.label("door.no_name", number=guest.id)
