"""Who may pass an announcement on by hand, to whose neighbours; each press asks again."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlmodel import Session

from bot.broadcasts import rules
from bot.broadcasts.audience import Audience
from bot.core.choices import plain
from bot.feature import Turn, Work
from bot.people.staff import acting_for, stands_in_for
from bot.ward import Ward
from db.broadcasts import Broadcast
from db.meetings import Meeting
from db.staff import Role, Staff, with_role

Groups = frozenset[str] | None
"""The neighbourhood groups whose people somebody may see; None is all of them, also those of no group."""

NOBODY: frozenset[str] = frozenset()


def group_of(ward: Ward, head: Staff) -> str:
    """The id of a head's group, also where it was typed before the profile had groups; empty where it has none."""
    named = ward.group(head.neighbourhood)
    if named:
        return named.id
    typed = plain(head.neighbourhood)
    return next((group.id for group in ward.groups if plain(group.name) == typed), "")


def is_for_heads(broadcast: Broadcast, earlier: Callable[[int], Broadcast | None]) -> bool:
    """Whether whom it concerns tells heads nothing that is not theirs to know, such as who has an open case.

    One for those whom an earlier one reached, or did not, is as that one is. Minutes and reminders of a meeting are for
    its guests: nothing to read aloud to a whole group, nor is who was there.
    """
    audience = Audience.from_json(broadcast.audience)
    if audience.cases or meeting_of(audience):
        return False
    before = audience.missed or audience.reached
    if not before:
        return True
    found = earlier(before) if before < broadcast.id else None
    return found is not None and is_for_heads(found, earlier)


def meeting_of(audience: Audience) -> int:
    """The meeting whose guests it concerns, 0 where none."""
    return audience.coming or audience.came or audience.silent


def shows_names(session: Session, broadcast: Broadcast) -> bool:
    """Whether who may read it may also see whom it did not reach: guests of a meeting as far as its invitation does."""
    number = meeting_of(Audience.from_json(broadcast.audience))
    meeting = session.get(Meeting, number) if number else None
    invitation = session.get(Broadcast, meeting.invitation_id) if meeting and meeting.invitation_id else None
    return heads_get(session, invitation or broadcast)


def heads_get(session: Session, broadcast: Broadcast) -> bool:
    """The same, looked up."""
    return is_for_heads(broadcast, lambda number: session.get(Broadcast, number))


def groups_of(session: Session, ward: Ward, staff: Staff, day: date) -> frozenset[str]:
    """The groups that somebody looks after on that day: their own, and those of heads who are absent."""
    heads = [one for one in (staff, *stands_in_for(session, staff, day)) if one.role == Role.HEAD]
    return frozenset(group_of(ward, head) for head in heads) - {""}


def visible(turn: Turn, broadcast: Broadcast) -> Groups:
    """Of which groups the person of the turn may see who was not reached by an announcement that has left.

    Nobody sees it of one to whoever has an open case: among them is who reported anonymously.
    """
    if turn.staff is None or broadcast.started_at is None or not shows_names(turn.session, broadcast):
        return NOBODY
    if rules.sees(turn.staff, broadcast):
        return None
    if broadcast.ended_at is None or not heads_get(turn.session, broadcast):
        return NOBODY
    return groups_of(turn.session, turn.ward, turn.staff, turn.today)


def heads_by_group(work: Work) -> dict[str, list[Staff]]:
    """The heads of each group, the longest-serving first."""
    found: dict[str, list[Staff]] = {}
    for head in with_role(work.session, Role.HEAD):
        group = group_of(work.ward, head)
        if group:
            found.setdefault(group, []).append(head)
    return found


def doing(work: Work, leading: Sequence[Staff]) -> list[tuple[Staff, Staff]]:
    """The heads of a group, each with who does it today; whoever does it for several of them hears of one."""
    found: dict[int, tuple[Staff, Staff]] = {}
    for head in leading:
        does_it = acting_for(work.session, head, work.today)
        found.setdefault(does_it.id, (head, does_it))
    return list(found.values())
