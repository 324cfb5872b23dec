"""Questions that were not answered: put with their like, listed for staff, and told about afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import text
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from db import questions
from db.asked_rows import filed, sent_before
from db.entries import KEPT, WAITING, OwnEntry, Phrasing
from db.people import Chat
from db.questions import UNGROUPED, QuestionRow
from db.unanswered import OPEN, SETTLED, UNDONE, AnswerOptOut, AskerNotice, QuestionGroup

MOST_MEMBERS = 500
"""How many different texts of a group are looked at; a group with more is a flood."""


@dataclass(frozen=True)
class Head:
    """A group as new questions are compared with it; `folded` is empty where it is still to be found."""

    id: int
    entry: str
    text: str
    folded: str
    open: bool


@dataclass(frozen=True)
class Wording:
    """One text in which a group was asked, and how often; `first` is the question in which it came first."""

    text: str
    count: int
    first: int


def lock_grouping(session: Session) -> None:
    """Until the transaction ends nobody else puts questions into groups; on SQLite nobody else writes at all."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('questions put into groups'))"))


def waits_for_group(session: Session, before: datetime) -> bool:
    """Whether there is anything to put into groups."""
    return session.exec(_ungrouped(before).limit(1)).first() is not None


def ungrouped(session: Session, before: datetime, limit: int) -> list[QuestionRow]:
    """What is to be put into groups, the oldest first, until the transaction ends for this one alone to change."""
    return questions.locked(session, _ungrouped(before).limit(limit))


def _ungrouped(before: datetime) -> SelectOfScalar[QuestionRow]:
    """What has no group; suggestions that were made since `before` may still be taken."""
    settled = sa.or_(
        col(QuestionRow.decision) != "suggest",
        col(QuestionRow.feedback) == -1,
        col(QuestionRow.reported_at).is_not(None),
        col(QuestionRow.asked_at) <= before,
    )
    return select(QuestionRow).where(UNGROUPED, settled).order_by(col(QuestionRow.id))


def heads(session: Session, dismissed_since: datetime, limit: int) -> list[Head]:
    """The groups that take new questions, so many of each: open ones, those asked last first, and those dismissed
    since then, the last first; each kind from its own index, however much was settled in all the years.
    """
    group = QuestionGroup
    columns = (col(group.id), col(group.entry), col(group.text), col(group.folded), col(group.settled_as) == "")
    rows = sa.select(*columns).where(col(group.asked) > 0).limit(limit)
    latest = rows.where(OPEN).order_by(col(group.last_at).desc())
    lately = rows.where(SETTLED, col(group.settled_as) == "dismissed", col(group.settled_at) > dismissed_since)
    dismissed = lately.order_by(col(group.settled_at).desc())
    return [Head(*row) for found in (latest, dismissed) for row in session.execute(found)]


def locked(session: Session, group_id: int) -> QuestionGroup | None:
    """The group as it stands now, until the transaction ends for this one alone to change."""
    return next(iter(locked_all(session, [group_id])), None)


def locked_all(session: Session, group_ids: Collection[int]) -> list[QuestionGroup]:
    """Several at once, always in the same order."""
    if not group_ids:
        return []
    rows = select(QuestionGroup).where(col(QuestionGroup.id).in_(group_ids)).order_by(col(QuestionGroup.id))
    return list(session.exec(rows.with_for_update().execution_options(populate_existing=True)))


def count_open(session: Session) -> int:
    """How many groups wait for staff."""
    # Named for the sake of the index that holds both.
    asked = sa.and_(col(QuestionGroup.reported) >= 0, col(QuestionGroup.asked) > 0)
    rows = sa.select(func.count()).select_from(QuestionGroup).where(OPEN, asked)
    return int(session.execute(rows).scalar_one())


def open_page(session: Session, skip: int, limit: int) -> list[QuestionGroup]:
    """The groups that wait, what was called wrong first, then what is asked most."""
    rows = select(QuestionGroup).where(OPEN, col(QuestionGroup.asked) > 0)
    first = (col(QuestionGroup.reported).desc(), col(QuestionGroup.asked).desc(), col(QuestionGroup.id).desc())
    return list(session.exec(rows.order_by(*first).offset(skip).limit(limit)))


def settled_lately(session: Session, limit: int) -> list[QuestionGroup]:
    """The groups that were settled last."""
    rows = select(QuestionGroup).where(SETTLED)
    newest = rows.order_by(col(QuestionGroup.settled_at).desc(), col(QuestionGroup.id).desc())
    return list(session.exec(newest.limit(limit)))


def wordings(session: Session, group_id: int, until: int | None = None) -> list[Wording]:
    """The texts in which it was asked, the most frequent first; up to a question, where one is named."""
    said, first = col(QuestionRow.text), func.min(col(QuestionRow.id))
    rows = sa.select(said, func.count(), first).where(col(QuestionRow.group_id) == group_id, said != "")
    if until is not None:
        rows = rows.where(col(QuestionRow.id) <= until)
    ordered = rows.group_by(said).order_by(func.count().desc(), first).limit(MOST_MEMBERS)
    return [Wording(*row) for row in session.execute(ordered)]


def last_question(session: Session, group_id: int, by: datetime) -> int:
    """The newest question of a group that was asked by then, 0 for none."""
    last = func.max(col(QuestionRow.id))
    rows = sa.select(last).where(col(QuestionRow.group_id) == group_id, col(QuestionRow.asked_at) <= by)
    return session.execute(rows).scalar_one() or 0


def remarks(session: Session, group_id: int, limit: int) -> list[str]:
    """What was said about the answer, the newest first."""
    rows = select(QuestionRow.remark).where(QuestionRow.group_id == group_id, QuestionRow.remark != "")
    return list(session.exec(rows.order_by(col(QuestionRow.id).desc()).limit(limit)))


def count_people(session: Session, group_id: int) -> int:
    """How many people asked it; of those who asked in one chat group nobody knows how many they were."""
    people = sa.select(func.count(sa.distinct(col(QuestionRow.person_id)))).where(col(QuestionRow.group_id) == group_id)
    return int(session.execute(people).scalar_one())


def count_askers(session: Session, group_id: int) -> int:
    """How many people asked it who can be told in private; who sent it as a case is answered there."""
    reached = sa.exists().where(
        col(Chat.person_id) == col(QuestionRow.person_id), col(Chat.private), col(Chat.gone_since).is_(None)
    )
    people = sa.select(func.count(sa.distinct(col(QuestionRow.person_id))))
    asked = people.where(col(QuestionRow.group_id) == group_id, reached)
    if sent := filed(session, group_id):
        asked = asked.where(col(QuestionRow.person_id).not_in(sent))
    return int(session.execute(asked).scalar_one())


def report(session: Session, question: QuestionRow, now: datetime) -> bool:
    """Its answer was called wrong: its group is shown first, and for one that was settled it waits anew.

    False where it was called wrong before and still waits for staff.
    """
    released = release_settled(session, question)
    if question.reported_at is not None and not released:
        return False
    question.reported_at = now
    group = locked(session, question.group_id) if question.group_id else None
    if group:
        group.reported += 1
    session.flush()
    return True


def release_settled(session: Session, question: QuestionRow) -> bool:
    """What is said of an answer after staff settled its group is new to them: whether it comes before them again."""
    session.flush()
    session.refresh(question, with_for_update=True)  # it may have found its group meanwhile
    group = locked(session, question.group_id) if question.group_id else None
    if group is None or group.settled_as == "":
        return False
    question.group_id = None
    session.flush()
    return True


def reported_entries(session: Session, limit: int) -> list[str]:
    """The entries of the groups that wait and were called wrong, one for each group."""
    rows = select(QuestionGroup.entry).where(OPEN, col(QuestionGroup.reported) > 0, col(QuestionGroup.asked) > 0)
    return list(session.exec(rows.order_by(col(QuestionGroup.reported).desc()).limit(limit)))


def reported_in(session: Session, group_id: int) -> list[QuestionRow]:
    """The questions of a group whose answer was called wrong."""
    rows = select(QuestionRow).where(QuestionRow.group_id == group_id, col(QuestionRow.reported_at).is_not(None))
    return list(session.exec(rows.order_by(col(QuestionRow.id)).limit(MOST_MEMBERS)))


def owners_of(session: Session, folded: Collection[str]) -> dict[str, str]:
    """The entries to which these folded texts were attached."""
    rows = sa.select(col(Phrasing.folded), col(Phrasing.entry)).where(KEPT, col(Phrasing.folded).in_(folded))
    return {row[0]: row[1] for row in session.execute(rows)}


def is_being_written(session: Session, group_id: int) -> bool:
    """Whether an answer that was written for this group waits for a second person."""
    return session.exec(select(OwnEntry.id).where(WAITING, OwnEntry.group_id == group_id).limit(1)).first() is not None


def attached_from(session: Session, group_id: int) -> list[Phrasing]:
    """The phrasings that came out of a group and are still kept."""
    rows = select(Phrasing).where(Phrasing.group_id == group_id, col(Phrasing.removed_at).is_(None))
    return list(session.exec(rows.order_by(col(Phrasing.id))))


def locked_phrasing(session: Session, phrasing_id: int) -> Phrasing | None:
    """The phrasing as it stands now, for this transaction alone to change."""
    rows = select(Phrasing).where(Phrasing.id == phrasing_id).with_for_update()
    return session.exec(rows.execution_options(populate_existing=True)).one_or_none()


def undone(session: Session) -> list[int]:
    """The messages to askers that are still going out."""
    return list(session.exec(select(AskerNotice.id).where(UNDONE).order_by(col(AskerNotice.id))))


def locked_notice(session: Session, notice_id: int) -> AskerNotice | None:
    """A message to askers that is still going out, for this transaction alone to go on with."""
    rows = select(AskerNotice).where(AskerNotice.id == notice_id, UNDONE).with_for_update()
    return session.exec(rows.execution_options(populate_existing=True)).one_or_none()


def notices_since(session: Session, group_id: int, since: datetime) -> int:
    """How many messages went to the askers of a group since then."""
    rows = sa.select(func.count()).where(col(AskerNotice.group_id) == group_id, col(AskerNotice.made_at) >= since)
    return int(session.execute(rows).scalar_one())


def next_asked(session: Session, notice: AskerNotice, limit: int) -> list[QuestionRow]:
    """The next questions whose askers are to be told, in one order that the cursor follows."""
    if notice.group_id is not None:
        rows = select(QuestionRow).where(QuestionRow.group_id == notice.group_id, QuestionRow.id > notice.cursor)
        return list(session.exec(rows.order_by(col(QuestionRow.id)).limit(limit)))
    at, number = col(QuestionRow.asked_at), col(QuestionRow.id)
    last = session.get(QuestionRow, notice.cursor) if notice.cursor else None
    since = max(notice.since, last.asked_at) if last else notice.since
    shown = sa.and_(col(QuestionRow.entry) == notice.entry, at >= since, at <= notice.until)
    sent = sent_before(session, notice)
    given = select(QuestionRow).where(sa.or_(shown, col(QuestionRow.group_id).in_(sent)) if sent else shown)
    if last:
        given = given.where(sa.or_(at > last.asked_at, number > last.id))
    return list(session.exec(given.order_by(at, number).limit(limit)))


def not_wanting(session: Session, people: Collection[int]) -> set[int]:
    """Those of these people who do not want to hear of changed answers."""
    rows = select(AnswerOptOut.person_id).where(col(AnswerOptOut.person_id).in_(people))
    return set(session.exec(rows))


def name_of(session: Session, notice: AskerNotice) -> str:
    """The words of the group that a notice answers, empty for none."""
    group = session.get(QuestionGroup, notice.group_id) if notice.group_id else None
    return group.text if group else ""


def make_room(session: Session, source_id: int, target_id: int) -> None:
    """Two people are one: whoever of them did not want to hear of changed answers does not want to."""
    theirs = select(AnswerOptOut.person_id).where(AnswerOptOut.person_id == target_id)
    twice = sa.delete(AnswerOptOut).where(col(AnswerOptOut.person_id) == source_id, theirs.exists())
    session.execute(twice, execution_options={"synchronize_session": False})


def put_into(session: Session, group: QuestionGroup, members: Sequence[QuestionRow]) -> None:
    """These questions belong to the group from now on, and are counted there."""
    for question in members:
        question.group_id = group.id
        session.add(question)
    group.asked += len(members)
    group.reported += sum(question.reported_at is not None for question in members)
    group.last_at = max(group.last_at, *(question.asked_at for question in members))
    session.add(group)
