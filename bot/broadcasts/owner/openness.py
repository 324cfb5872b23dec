"""Who may read an announcement again, whether it was sent to them or not; pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.broadcasts.audience import Audience
from db.broadcasts import BroadcastState
from db.notices import STARTED, Notice

OPEN_KINDS = frozenset({"notice"})
"""What is for everybody whom it concerns; an invitation is for those who were invited."""

OPEN_CHOICES = frozenset({"kinds", "trades", "subjects", "everyone"})
"""The fields of an audience by which no secret is chosen; one that is added later is none of them until it is here."""

IN_FORCE = (BroadcastState.SENDING, BroadcastState.SENT)
"""What was stopped half-way is perhaps wrong: only those read it who have it already."""


@dataclass(frozen=True)
class Reader:
    """Somebody who reads: what arrived with them, which news they want, and what they told when they registered."""

    received: frozenset[int] = frozenset()
    wanted: frozenset[str] = frozenset()
    registered: bool = False
    kind: str = ""
    trade: str = ""
    group: str = ""


def may_read(reader: Reader, notice: Notice, corrected: Callable[[int], Notice | None]) -> bool:
    """Whether it is this reader's to read; `corrected` finds what a correction corrects, and is read by the same."""
    if notice.state not in STARTED:
        return False
    if notice.id in reader.received:
        return True
    if notice.state not in IN_FORCE:
        return False
    if notice.corrects_id is not None:
        before = corrected(notice.corrects_id)
        return before is not None and before.id < notice.id and may_read(reader, before, corrected)
    audience = Audience.from_json(notice.audience)
    return _is_open_to(reader, notice.kind, audience) and concerns(reader, notice.subject, audience)


def _is_open_to(reader: Reader, kind: str, audience: Audience) -> bool:
    """As for everybody; one to some neighbourhood groups is open also to who lives in one of them."""
    theirs = bool(reader.group) and reader.group in audience.groups
    return is_open(kind, replace(audience, groups=()) if theirs else audience)


def is_open(kind: str, audience: Audience) -> bool:
    """Whether it tells nothing of those who got it; who has an open case, who was missed, who lives where is theirs."""
    return kind in OPEN_KINDS and audience.to_json().keys() <= OPEN_CHOICES


def concerns(reader: Reader, subject: str, audience: Audience) -> bool:
    """Whether somebody belongs to those for whom it was written.

    The general news concern everybody, also who wants none sent; whoever is not registered reads those alone.
    """
    if subject and subject not in reader.wanted and not audience.everyone:
        return False
    narrowed = (
        (audience.kinds, {reader.kind}),
        (audience.trades, {reader.trade}),
        (audience.groups, {reader.group}),
        (audience.subjects, reader.wanted),
    )
    return all(not asked or (reader.registered and not told.isdisjoint(asked)) for asked, told in narrowed)
