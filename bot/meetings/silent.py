"""Who has not answered: one more reminder, once a meeting, and the lists by which neighbourhood heads call them."""

from datetime import timedelta

from markupsafe import Markup
from sqlmodel import Session

from bot.broadcasts import service, stopping, wording
from bot.broadcasts.audience import Audience
from bot.broadcasts.heads import passing_on
from bot.broadcasts.officer import preview
from bot.broadcasts.rules import COMPOSE
from bot.broadcasts.service import Draft
from bot.cases.outcome import numbers
from bot.cases.owed import ask as now_in
from bot.cases.owed import each
from bot.cases.wording import shortened
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import App, ButtonRoute, Feature, NoticeKind, Turn, Work
from bot.meetings import card, invitation, life, places, rules, telling
from bot.people.staff import EVERYBODY
from db import broadcast_rows, called, guests, invited, meetings, visits
from db.broadcasts import Broadcast, BroadcastState
from db.invited import RESULTS, Line
from db.meetings import Meeting, MeetingState, locked
from db.outbox import enqueued
from db.staff import Role, Staff

KIND = "meeting_reminder"
DONE, TOLD = "remind_silent", "silent_told"
REACHED_NOBODY = frozenset({BroadcastState.RETURNED, BroadcastState.CANCELLED, BroadcastState.MISSED})
ON_A_PAGE = 10
DAY = timedelta(days=1)
LABEL = 40
NO_GROUP = "-"
"""What stands for the empty group in a button."""

LABELS = {
    "told": "silent.told",
    "absent": "silent.absent",
    "moved": "silent.moved",
    "refused": "silent.refused",
}


def feature() -> Feature:
    """The routes."""
    return Feature(
        name="meeting_silent",
        buttons=(
            ButtonRoute("silent.remind", ask, roles=COMPOSE),
            ButtonRoute("silent.send", send, roles=COMPOSE),
            ButtonRoute("silent.heads", tell_heads, roles=COMPOSE),
            ButtonRoute("silent.list", show_list, roles=EVERYBODY),
            ButtonRoute("silent.who", who, roles=EVERYBODY),
            ButtonRoute("silent.mark", mark, roles=EVERYBODY),
        ),
        due=(tell_organisers,),
        notices={KIND: NoticeKind("silent.header", rows, again="", edits=False)},
    )


def rows(app: App, broadcast: Broadcast) -> Rows:
    """The buttons of the invitation; under what is not submitted yet they lead nowhere."""
    with app.database.read() as session:
        meeting = session.get(Meeting, broadcast.audience.get("silent"))
    number = meeting.invitation_id if meeting and broadcast.id else 0
    return invitation.rows_of(app, number or 0, invitation.spot_of(meeting) if meeting else None)


def may_still(meeting: Meeting, work: Work) -> bool:
    """Whether an answer could still come of it."""
    return meeting.state == MeetingState.CALLED and work.now < meeting.closes_at


def ways(work: Work, meeting: Meeting, count: int) -> list[Button]:
    """What can be done about so many who are silent."""
    if not count or not may_still(meeting, work):
        return []
    remind = [work.button("silent.button_remind", f"silent.remind:{meeting.id}")]
    heads = [work.button("silent.button_heads", f"silent.heads:{meeting.id}")]
    return [*([] if _reminder(work, meeting) else remind), *(heads if are_named(work.session, meeting) else [])]


def are_named(session: Session, meeting: Meeting) -> bool:
    """Whether anybody may see who is silent: not where being invited tells that somebody has an open case."""
    sent = called.invitation(session, meeting)
    return sent is not None and passing_on.heads_get(session, sent)


def tell_organisers(app: App) -> None:
    """A day before the closing time who called the meeting hears once how many have not answered."""
    each(app, [meeting.id for meeting in now_in(app, meetings.ahead) if _is_owed(app, meeting)], _tell_organiser)


def _is_owed(app: App, meeting: Meeting) -> bool:
    if not meeting.closes_at - DAY <= app.clock() < meeting.closes_at:
        return False
    return not any(event.act == TOLD for event in now_in(app, lambda session: called.events(session, meeting.id)))


def _tell_organiser(work: Work, meeting_id: int) -> None:
    meeting = locked(work.session, meeting_id)
    if meeting is None or not may_still(meeting, work) or work.ward.broadcasts.quiet_until(work.now):
        return
    count = invited.silent_count(work.session, meeting)
    if count:
        closes = wording.moment(work, meeting.closes_at)
        ways_on = ways(work, meeting, count)
        life.tell_author(work, meeting, TOLD, "silent.organiser", *ways_on, count=count, closes=closes)
    life.happened(work, meeting, TOLD)


def _key(meeting: Meeting, attempt: int) -> str:
    """The key of the reminder, which no two announcements have: the database refuses a second one."""
    return f"meeting:{meeting.id}:silent:{attempt}"


def _reminder(work: Work, meeting: Meeting) -> Broadcast | None:
    """The reminder that went out or is on its way; one that reached nobody is none."""
    found = invited.latest_reminder(work.session, _key(meeting, 0)[:-1])
    return None if found is None or _is_lost(work, meeting, found) else found


def _is_lost(work: Work, meeting: Meeting, broadcast: Broadcast) -> bool:
    """Whether it reached nobody, or a change of the meeting has overtaken it before it had reached everybody."""
    if broadcast.state not in REACHED_NOBODY or broadcast.started_at is None:
        return broadcast.state in REACHED_NOBODY
    changed = guests.changed_at(work.session, meeting)
    return changed is not None and broadcast.created_at <= changed


def stop(work: Work, meeting: Meeting) -> None:
    """A change takes back the reminder that has not reached everybody and says something else; another may follow."""
    found = invited.latest_reminder(work.session, _key(meeting, 0)[:-1])
    reminder = broadcast_rows.locked(work.session, found.id) if found else None
    still_right = meeting.state == MeetingState.CALLED and reminder and reminder.body == _draft(work, meeting).body
    if reminder and not still_right and stopping.stop(work, reminder):
        life.tell_author(work, meeting, f"silent:{reminder.id}:stopped", "silent.stopped")


def _draft(work: Work, meeting: Meeting) -> Draft:
    said = {
        "when": invitation.when(work, meeting.starts_at),
        "place": meeting.place,
        "closes": wording.moment(work, meeting.closes_at),
        "contact": meeting.contact,
    }
    return Draft(
        title=meeting.title,
        body=str(work.say("silent.body", **said)),
        audience=Audience(silent=meeting.id),
        subject=meeting.subject,
        late="drop",
        kind=KIND,
        expires_at=meeting.closes_at,
    )


def _hinders(turn: Turn, meeting: Meeting, count: int) -> Markup | None:
    before = _reminder(turn, meeting)
    if not may_still(meeting, turn):
        return turn.say("silent.over")
    if before:
        return turn.say("silent.before", number=wording.number(before))
    return None if count else turn.say("silent.nobody")


def ask(turn: Turn, argument: str) -> None:
    """The reminder as it will arrive, and how many get it."""
    meeting = card.readable(turn, argument)
    if meeting is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
        return
    count = invited.silent_count(turn.session, meeting)
    hindrance = _hinders(turn, meeting, count)
    if hindrance:
        turn.reply(hindrance)
        return
    turn.replies.append(preview.as_it_arrives(turn, turn.staff, _draft(turn, meeting)))
    turn.reply(
        turn.say("silent.ask", count=count), column([turn.button("silent.button_send", f"silent.send:{argument}")])
    )


def send(turn: Turn, argument: str) -> None:
    """Remind them: once a meeting, and never after the closing."""
    meeting = card.readable(turn, argument)
    meeting = locked(turn.session, meeting.id) if meeting else None
    if meeting is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
        return
    count = invited.silent_count(turn.session, meeting)
    hindrance = _hinders(turn, meeting, count)
    attempt = invited.reminders(turn.session, _key(meeting, 0)[:-1])
    sent = None if hindrance else service.submit(turn, turn.staff, _draft(turn, meeting), key=_key(meeting, attempt))
    if sent is None:
        turn.reply(hindrance or turn.say("composing.refused"))
        return
    life.happened(turn, meeting, DONE, turn.staff, wording.number(sent))
    key = "silent.submitted" if sent.needs_approval else "silent.scheduled"
    values = {"number": wording.number(sent)} | ({} if sent.needs_approval else {"people": sent.people})
    opens = turn.button("composing.button_open", f"broadcast.open:{sent.id}", number=wording.number(sent))
    turn.reply(turn.say(key, **values), column([opens]))


def group_name(work: Work, group: str) -> str:
    """The group as people call it; one that has left the profile keeps its id."""
    known = work.ward.group(group)
    return (known.name if known else group) or work.app.say.label("lists.no_group")


def list_button(work: Work, meeting: Meeting, group: str, count: int) -> Button:
    """The list of calls of a group."""
    return work.button("silent.button_list", _page(meeting, group, 1), group=group_name(work, group), count=count)


def _page(meeting: Meeting, group: str, number: int) -> str:
    return f"silent.list:{meeting.id}:{number}:{group or NO_GROUP}"


def tell_heads(turn: Turn, argument: str) -> None:
    """Each head in whose group somebody is silent gets the list, once; a substitute does it meanwhile."""
    meeting = card.readable(turn, argument)
    if meeting is None or not are_named(turn.session, meeting):
        turn.reply(turn.say("turn.old_button"))
    elif not may_still(meeting, turn):
        turn.reply(turn.say("silent.over"))
    else:
        _tell_heads(turn, meeting)


def _tell_heads(turn: Turn, meeting: Meeting) -> None:
    quiet = invited.silent_counts(turn.session, meeting)
    leading = passing_on.heads_by_group(turn)
    concerned = {group: passing_on.doing(turn, leading[group]) for group in leading if quiet.get(group)}
    heads = [(group, head, does_it) for group, doing in concerned.items() for head, does_it in doing]
    before = enqueued(turn.session, {f"{_named(meeting, head)}#1" for _, head, _ in heads})
    anew = [each for each in heads if f"{_named(meeting, each[1])}#1" not in before]
    told = sum(bool(_tell_head(turn, meeting, (group, quiet[group]), head, by)) for group, head, by in anew)
    if told:
        turn.reply(turn.say("silent.heads_told", count=told))
    else:
        turn.reply(turn.say("silent.heads_before", count=len(before)) if before else turn.say("silent.no_heads"))


def _named(meeting: Meeting, head: Staff) -> str:
    return f"meeting:{meeting.id}:silent:head:{head.id}"


def _tell_head(work: Work, meeting: Meeting, quiet: tuple[str, int], head: Staff, does_it: Staff) -> int:
    """`quiet` is the group and how many are silent there."""
    group, count = quiet
    values = telling.essentials(work, meeting) | {
        "group": group_name(work, group),
        "count": count,
        "closes": wording.moment(work, meeting.closes_at),
    }
    opens = work.button("silent.button_call", _page(meeting, group, 1))
    reply = Reply(work.say("silent.head", **values), column([opens]))
    return work.tell(does_it.person_id, reply, _named(meeting, head))


def _sees(turn: Turn, meeting: Meeting, group: str) -> bool:
    """The organisers all groups, a head their own and those of whom they stand in for; while there is still time."""
    if turn.staff is None or not places.is_ahead(meeting, turn.now) or not are_named(turn.session, meeting):
        return False
    if rules.sees(turn.staff, meeting) and turn.staff.role != Role.HEAD:
        return True
    mine = passing_on.groups_of(turn.session, turn.ward, turn.staff, turn.today)
    return group in mine and may_still(meeting, turn)


def show_list(turn: Turn, argument: str) -> None:
    """The silent of a group with their numbers."""
    number, _, rest = argument.partition(":")
    at, _, named = rest.partition(":")
    found, group = numbers(f"{number}:{at}"), "" if named == NO_GROUP else named
    meeting = turn.session.get(Meeting, found[0]) if len(found) == 2 else None
    if meeting is None or not _sees(turn, meeting, group):
        turn.reply(turn.say("turn.old_button"))
        return
    _show(turn, meeting, group, found[1])
    turn.replaces = True


def _show(turn: Turn, meeting: Meeting, group: str, at: int) -> None:
    count = invited.silent_count(turn.session, meeting, group)
    at = min(at, max(1, -(-count // ON_A_PAGE)))
    first = (at - 1) * ON_A_PAGE
    found = invited.silent(turn.session, meeting, group, first=first, size=ON_A_PAGE)
    values = {"group": group_name(turn, group), "count": count, "title": meeting.title}
    head = turn.say("silent.list", **values, at=wording.moment(turn, meeting.starts_at))
    said = [head, *(_line(turn, number, line) for number, line in enumerate(found, start=first + 1))]
    people = [Button(_name(turn, line), f"silent.who:{meeting.id}:{line.person_id}") for line in found]
    turning = [turn.button("lists.previous", _page(meeting, group, at - 1))] if at > 1 else []
    turning += [turn.button("lists.next", _page(meeting, group, at + 1))] if at * ON_A_PAGE < count else []
    turn.reply(wording.lines(said), (*column(people), *((tuple(turning),) if turning else ())))


def _name(work: Work, line: Line) -> str:
    return shortened(line.name, LABEL) or work.app.say.label("lists.no_name")


def _phone(work: Work, line: Line) -> str:
    return line.phone or work.app.say.label("silent.no_phone")


def _line(work: Work, number: int, line: Line) -> Markup:
    label = work.app.say.label
    result = label("silent.with_result", result=label(LABELS[line.result])) if line.result else ""
    return work.say("silent.line", number=number, name=_name(work, line), phone=_phone(work, line), result=result)


def _somebody(turn: Turn, argument: str) -> tuple[Meeting, Line, list[int]] | None:
    """Somebody silent whom the person of the turn may call."""
    named = numbers(argument)
    meeting = turn.session.get(Meeting, named[0]) if len(named) > 1 else None
    line = invited.one_silent(turn.session, meeting, named[1]) if meeting else None
    return (meeting, line, named) if meeting and line and _sees(turn, meeting, line.group) else None


def who(turn: Turn, argument: str) -> None:
    """Somebody, and what a call may achieve."""
    found = _somebody(turn, argument)
    if found is None:
        turn.reply(turn.say("turn.old_button"))
        return
    meeting, line, _ = found
    data = f"silent.mark:{meeting.id}:{line.person_id}"
    marks = [turn.button(LABELS[result], f"{data}:{at}") for at, result in enumerate(RESULTS, start=1)]
    turn.reply(turn.say("silent.person", name=_name(turn, line), phone=_phone(turn, line)), column(marks))


def mark(turn: Turn, argument: str) -> None:
    """What it achieved; said again, the last word counts."""
    found = _somebody(turn, argument)
    valid = found is not None and len(found[2]) == 3 and found[2][2] <= len(RESULTS)
    if found is None or not valid or turn.staff is None or found[0].invitation_id is None:
        turn.reply(turn.say("turn.old_button"))
        return
    meeting, line, named = found
    whom = meeting.invitation_id or 0, named[1]
    visits.record(turn.session, whom, RESULTS[named[2] - 1], staff_id=turn.staff.id, now=turn.now)
    _show(turn, meeting, line.group, 1)
