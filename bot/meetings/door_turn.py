"""What both ways through the door share: whose door it is, and going on with the codes that were being typed."""

from dataclasses import replace

from bot import dialogue
from bot.feature import Turn
from bot.meetings import rules
from db.drafts import DraftState, in_hand, set_aside_since
from db.meetings import Meeting
from db.staff import Staff

CODES = "meeting_door"


def ours(turn: Turn, number: int) -> tuple[Meeting, Staff] | None:
    """A meeting whose door the person of the turn may keep."""
    meeting = turn.session.get(Meeting, number)
    may = meeting is not None and turn.staff is not None and rules.sees(turn.staff, meeting)
    return (meeting, turn.staff) if may and meeting and turn.staff else None


def go_on(turn: Turn, meeting_id: int | None) -> None:
    """Back to the codes of that meeting, if they were being typed and nothing else is asked now.

    What became of the last code and the question for the next one are one message.
    """
    if meeting_id is None or in_hand(turn.session, turn.person.id) is not None:
        return
    said = turn.replies.pop()
    dialogue.start(turn, CODES, {"meeting": meeting_id})
    asks = turn.replies.pop()
    turn.replies.append(replace(said, text=said.text + "\n\n" + asks.text, rows=(*said.rows, *asks.rows)))


def typed_for(turn: Turn) -> int | None:
    """The meeting whose codes were being typed until this press; that has ended, for `go_on` to begin it again."""
    row = set_aside_since(turn.session, turn.person.id, turn.now)
    if row is None or row.flow != CODES:
        return None
    row.state = DraftState.DONE
    turn.session.add(row)
    turn.session.flush()
    return int(str(row.answers["meeting"]))
