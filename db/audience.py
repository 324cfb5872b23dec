"""Whom a broadcast concerns.

An audience is plain named data, as `bot.broadcasts.audience.Audience` writes it.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, SQLColumnExpression, exists, func, literal, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from db.broadcasts import Unreached, Visit
from db.businesses import Business, Subscription
from db.cases import Case
from db.meetings import Guest, Meeting
from db.outbox import OutboxRow, OutboxState
from db.people import Chat, Person
from db.visits import TOLD, heard_other_words

Kept = Mapping[str, object]
Column = SQLColumnExpression[Any]

NOT_REACHED = (OutboxState.DEAD, OutboxState.DOUBT)


def count(session: Session, audience: Kept, subject: str) -> tuple[int, int]:
    """How many people a broadcast of this subject would concern, and how many of them the bot can write to."""
    people = people_of(audience, subject, literal(0)).subquery()
    reached = func.count().filter(exists().where(*here(Chat, people.c.person_id)))
    row = session.execute(sa.select(func.count(), reached).select_from(people)).one()
    return int(row[0]), int(row[1])


def count_up_to(session: Session, audience: Kept, subject: str, most: int) -> int:
    """How many it would concern, as far as it matters: looks for no more than `most`."""
    people = people_of(audience, subject, literal(0)).limit(most).subquery()
    return int(session.execute(sa.select(func.count()).select_from(people)).scalar_one())


ATTENDED = ("terminal",)
"""Channels in which something arrives only while its person looks on; somebody is written to elsewhere if possible."""


def is_free(audience: Kept) -> bool:
    """Whether it reaches people whatever news they want."""
    return any(audience.get(name) for name in ("everyone", "reached", *OF_MEETING))


def is_wanted(audience: Kept, wants: bool | None) -> bool:
    """Whether it may reach somebody who wants its news, paused them (False), or never said either (None).

    What is sent whatever news people want is for all of them, but for a reminder: that they may stop.
    """
    if audience.get("silent"):
        return wants is not False
    return bool(wants) or is_free(audience)


OF_MEETING = ("coming", "came", "silent")
"""The fields that name a meeting."""


def people_of(audience: Kept, subject: str, after: Column) -> Select[int]:
    """The ids of those whom it concerns, on an index that has them in their order; those up to `after` may be left out.

    What few are among many, such as who has an open case, is looked up first and not asked of everybody.
    """
    if audience.get("coming") or audience.get("came"):
        return _guests(audience, after)
    return _whoever(audience, after) if is_free(audience) else _subscribed(audience, subject, after)


def _subscribed(audience: Kept, subject: str, after: Column) -> Select[int]:
    person = col(Subscription.person_id)
    wanting = sa.select(person).where(text("subscription.paused_at IS NULL"), col(Subscription.subject) == subject)
    registered = wanting.join(Business, col(Business.person_id) == person)
    return registered.where(*_chosen(audience), *_known(audience, person, after))


def _whoever(audience: Kept, after: Column) -> Select[int]:
    if audience.get("reached") or audience.get("silent"):
        got = _got(audience["reached"], after) if audience.get("reached") else _silent(audience["silent"], after)
        return got.where(*_known(audience, got.selected_columns[0], after))
    person = col(Person.id)
    rows: Select[int] = sa.select(person.label("person_id")).where(person > after, *_known(audience, person, after))
    writes = sa.select(col(Chat.person_id)).where(col(Chat.person_id) == person, col(Chat.private)).limit(1)
    registered = sa.select(col(Business.person_id)).where(col(Business.person_id) == person, *_chosen(audience))
    if any(audience.get(name) for name in CHOSEN):
        return rows.where(registered.exists())
    # Two EXISTS with an OR between them would make PostgreSQL read all chats for every slice.
    return rows.where(func.coalesce(writes.scalar_subquery(), registered.scalar_subquery()).is_not(None))


def _guests(audience: Kept, after: Column) -> Select[int]:
    """Who comes to a meeting, or was there; only people whom the bot knows."""
    rows: Select[int] = sa.select(col(Guest.person_id).label("person_id")).where(col(Guest.person_id).is_not(None))
    if audience.get("coming"):
        rows = rows.where(col(Guest.meeting_id) == audience["coming"], col(Guest.answer) == "coming")
    if audience.get("came"):
        rows = rows.where(col(Guest.meeting_id) == audience["came"], col(Guest.came_at).is_not(None))
    return rows.where(*_known(audience, col(Guest.person_id), after))


def _got(broadcast_id: object, after: Column) -> Select[Any]:
    """Who has it, for certain or perhaps."""
    return _rows_of("got_row", broadcast_id, (OutboxState.SENT, OutboxState.DOUBT), after)


def _silent(meeting_id: object, after: Column) -> Select[Any]:
    """Who has got the invitation to a meeting, has not answered it, and did not pause such news."""
    called = sa.select(col(Meeting.invitation_id)).where(col(Meeting.id) == meeting_id, col(Meeting.state) == "called")
    invited = _got(called.scalar_subquery(), after)
    person = invited.selected_columns[0]
    answered = exists().where(col(Guest.meeting_id) == meeting_id, col(Guest.person_id) == person)
    return invited.where(~answered, ~_paused(meeting_id, person))


def _paused(meeting_id: object, person: Column) -> Column:
    """Whether somebody wants no news of the meeting's subject: they have the invitation, and need no reminder."""
    subject = sa.select(col(Meeting.subject)).where(col(Meeting.id) == meeting_id).scalar_subquery()
    theirs = aliased(Subscription, name="theirs")
    return exists().where(
        col(theirs.person_id) == person, col(theirs.subject) == subject, col(theirs.paused_at).is_not(None)
    )


CHOSEN = {"kinds": Business.kind, "trades": Business.trade, "groups": Business.neighbourhood}


def _chosen(audience: Kept) -> list[Column]:
    return [col(column).in_(_listed(audience, name)) for name, column in CHOSEN.items() if audience.get(name)]


def _listed(audience: Kept, name: str) -> list[str]:
    listed = audience.get(name)
    return [str(value) for value in listed] if isinstance(listed, list | tuple) else []


def _known(audience: Kept, person: Column, after: Column) -> list[Column]:
    """What is asked about somebody in other tables."""
    asked: list[Column] = []
    if audience.get("subjects"):
        asked.append(_wants(person, _listed(audience, "subjects")))
    if audience.get("cases"):
        asked.append(person.in_(_with_open_case(str(audience["cases"]), after)))
    if audience.get("missed"):
        asked += [person.in_(_missed(audience["missed"], after)), was_missed(audience["missed"], person)]
    return asked


def _wants(person: Column, subjects: list[str]) -> Column:
    other = aliased(Subscription, name="other")
    return exists().where(
        col(other.person_id) == person, col(other.subject).in_(subjects), text("other.paused_at IS NULL")
    )


def _with_open_case(subject: str, after: Column) -> Select[Any]:
    """Nobody whose case is protected: that somebody has one is not told, not even by a notice that does not arrive."""
    is_open = text("\"case\".status IN ('received', 'working', 'waiting', 'forwarded')")
    reporter = col(Case.reporter_id)
    return sa.select(reporter).where(is_open, col(Case.subject) == subject, ~col(Case.protected), reporter > after)


def _missed(broadcast_id: object, after: Column) -> sa.CompoundSelect[int]:
    """Everybody without a chat, and those whose message failed or is in doubt, told otherwise since or not."""
    nowhere = sa.select(col(Unreached.person_id)).where(
        col(Unreached.broadcast_id) == broadcast_id, col(Unreached.person_id) > after
    )
    return nowhere.union(_rows_of("failed_row", broadcast_id, NOT_REACHED, after))


def was_missed(broadcast_id: object, person: Column) -> Column:
    """Whether the bot did not reach somebody with a broadcast, and nobody has told them otherwise since."""
    no_chat = exists().where(col(Unreached.broadcast_id) == broadcast_id, col(Unreached.person_id) == person)
    told = exists().where(
        col(Visit.broadcast_id) == broadcast_id,
        col(Visit.person_id) == person,
        col(Visit.result) == TOLD,
        ~heard_other_words(),
    )
    return (no_chat | _has_row(broadcast_id, person, NOT_REACHED)) & ~told


def _rows_of(name: str, broadcast_id: object, states: tuple[OutboxState, ...], after: Column) -> Select[Any]:
    row = aliased(OutboxRow, name=name)
    return sa.select(col(row.person_id)).where(
        text(f"{name}.broadcast_id IS NOT NULL"),
        col(row.broadcast_id) == broadcast_id,
        col(row.state).in_(states),
        col(row.person_id) > after,
        col(row.edits_id).is_(None),
    )


def _has_row(broadcast_id: object, person: Column, states: tuple[OutboxState, ...]) -> Column:
    row = aliased(OutboxRow, name="earlier_row")
    return exists().where(
        text("earlier_row.broadcast_id IS NOT NULL"),
        col(row.broadcast_id) == broadcast_id,
        col(row.state).in_(states),
        col(row.person_id) == person,
        col(row.edits_id).is_(None),
    )


def here(chat: type[Chat], person: Column) -> list[Column]:
    """Whether that is a chat in which the bot may write to somebody."""
    return [col(chat.person_id) == person, col(chat.private), col(chat.gone_since).is_(None)]
