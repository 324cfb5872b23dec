"""Whom an announcement did not reach: when it has ended the heads of their groups are told, once."""

from collections.abc import Mapping

from bot.broadcasts import wording
from bot.broadcasts.heads import passing_on
from bot.core.replies import Button, Reply, column
from bot.feature import Work
from db import visits
from db.broadcasts import Broadcast
from db.visits import TOLD

LIST, TOLD_LIST = "visit.list", "visit.told"
LOUD, SHEET = "passing.loud", "passing.sheet"
NO_GROUP = "-"
"""What stands for the empty group in a button."""


def tell_heads(work: Work, broadcast: Broadcast) -> None:
    """Each head, or who stands in: whom of the group it did not reach, and what to read aloud and to post.

    Most sellers of a group never registered: the loudspeaker is for them, so its text comes though nobody was missed.
    """
    heads = passing_on.heads_by_group(work)
    if not heads or not passing_on.heads_get(work.session, broadcast):
        return
    counted = visits.counts(work.session, broadcast.id)
    missed = {group: left(counted.get(group, {})) for group in heads}
    told = set()
    for group, leading in sorted(heads.items(), key=lambda one: not missed[one[0]]):
        for head, does_it in passing_on.doing(work, leading):
            if missed[group] or does_it.id not in told:
                reply = _told(work, broadcast, group, missed[group])
                work.tell(does_it.person_id, reply, f"broadcast:{broadcast.id}:head:{head.id}")
            told.add(does_it.id)


def tell_heads_again(work: Work, broadcast: Broadcast) -> None:
    """After a correction in place: each head of somebody who was told the words before it."""
    counted = visits.outdated(work.session, broadcast.id)
    if not counted or not passing_on.heads_get(work.session, broadcast):
        return
    for group, leading in passing_on.heads_by_group(work).items():
        if group in counted:
            values = {"number": wording.number(broadcast), "title": broadcast.title, "count": counted[group]}
            opens = work.button("visiting.button_list", page_data(LIST, broadcast.id, group))
            said = work.say("visiting.head_again", group=name_of(work, group), **values)
            reply = Reply(said, column([opens, *ways(work, broadcast)]))
            for head, does_it in passing_on.doing(work, leading):
                key = f"broadcast:{broadcast.id}:head:{head.id}:{broadcast.version}"
                work.tell(does_it.person_id, reply, key)


def left(results: Mapping[str, int]) -> int:
    """How many are still to be told, of what `visits.counts` counts in a group."""
    return sum(results.values()) - results.get(TOLD, 0)


def _told(work: Work, broadcast: Broadcast, group: str, count: int) -> Reply:
    values = {"number": wording.number(broadcast), "title": broadcast.title}
    if not count:
        return Reply(work.say("visiting.head_all", **values), column(ways(work, broadcast)))
    values["group"] = name_of(work, group)
    opens = work.button("visiting.button_list", page_data(LIST, broadcast.id, group))
    return Reply(work.say("visiting.head", **values, count=count), column([opens, *ways(work, broadcast)]))


def page_data(which: str, broadcast_id: int, group: str, page: int = 1) -> str:
    """The button that opens a page of a list."""
    return f"{which}:{broadcast_id}:{page}:{group or NO_GROUP}"


def ways(work: Work, broadcast: Broadcast) -> list[Button]:
    """To read it aloud, and to post it."""
    loud = work.button("visiting.button_loud", f"{LOUD}:{broadcast.id}")
    return [loud, work.button("visiting.button_sheet", f"{SHEET}:{broadcast.id}")]


def name_of(work: Work, group: str) -> str:
    """The group as people call it; one that has left the profile keeps its id."""
    known = work.ward.group(group)
    return (known.name if known else group) or work.app.say.label("visiting.no_group")
