"""The questions of a group as a message to their askers needs them: who is told, and who heard of it another way."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from db.cases import Case
from db.drafts import DraftRow, DraftState
from db.questions import QuestionRow
from db.unanswered import OPEN, UNDONE, AskerNotice, QuestionGroup

REPORT = "case_report"
"""The dialogue in which a question becomes a case."""


def of_group(session: Session, group_id: int) -> list[QuestionRow]:
    """All its questions, the oldest first."""
    rows = select(QuestionRow).where(QuestionRow.group_id == group_id)
    return list(session.exec(rows.order_by(col(QuestionRow.id))))


def called_wrong(session: Session, entry: str) -> list[int]:
    """The groups that wait whose members called the answer of `entry` wrong, or opened it and found it no help.

    In the order of the partial index, so that only it is read.
    """
    group = QuestionGroup
    about = (col(group.reported) > 0) | (col(group.text) == "")
    rows = select(group.id).where(OPEN, group.entry == entry, about, col(group.asked) > 0)
    return list(session.exec(rows.order_by(col(group.reported).desc(), col(group.asked).desc())))


def filed(session: Session, group_id: int) -> dict[int, int]:
    """Whoever sent their question of this group to the ward as a case, with the case that answers it."""
    asked = select(QuestionRow.person_id).where(QuestionRow.group_id == group_id)
    sent = select(DraftRow).where(col(DraftRow.person_id).in_(asked), DraftRow.flow == REPORT)
    cases = {_number(row, "question"): row for row in session.exec(sent.where(DraftRow.state == DraftState.DONE))}
    if not cases:
        return {}
    found = select(QuestionRow.id).where(QuestionRow.group_id == group_id, col(QuestionRow.id).in_(cases))
    ours = [cases[number] for number in session.exec(found)]
    return {row.person_id: case for row in ours if (case := _number(row, "case"))}


def codes(session: Session, group_id: int) -> list[str]:
    """The codes of the cases that its questions became."""
    sent = filed(session, group_id)
    rows = select(Case.code).where(col(Case.id).in_(list(sent.values()))).order_by(col(Case.id))
    return list(session.exec(rows)) if sent else []


def _number(row: DraftRow, name: str) -> int:
    value = row.answers.get(name)
    return value if isinstance(value, int) else 0


def sent_before(session: Session, notice: AskerNotice) -> list[int]:
    """The groups whose askers were sent the answer of `notice.entry` between `notice.since` and the change."""
    made = col(AskerNotice.made_at)
    rows = select(AskerNotice).where(AskerNotice.entry == notice.entry, made >= notice.since, made < notice.made_at)
    return _groups(session.exec(rows))


def sent_since(session: Session, notice: AskerNotice) -> list[int]:
    """The groups whose askers are sent the changed answer of `notice.entry` as the answer to their question."""
    rows = select(AskerNotice).where(AskerNotice.entry == notice.entry, col(AskerNotice.made_at) >= notice.made_at)
    return _groups(session.exec(rows))


def _groups(found: Iterable[AskerNotice]) -> list[int]:
    return sorted({notice.group_id for notice in found if notice.group_id is not None})


def asked_in(session: Session, groups: Collection[int], people: Collection[int]) -> set[int]:
    """Those of these people who asked in one of these groups."""
    if not groups:
        return set()
    asked = select(QuestionRow.person_id).where(col(QuestionRow.group_id).in_(groups))
    found = session.exec(asked.where(col(QuestionRow.person_id).in_(people)).distinct())
    return {person for person in found if person is not None}


def reopen(session: Session, group: QuestionGroup, now: datetime) -> None:
    """A group waits again, the caller has it locked; what is still on its way to its askers goes out no further."""
    group.settled_as, group.settled_by, group.settled_at, group.reason = "", None, None, ""
    group.settled_with = ""
    session.add(group)
    rows = select(AskerNotice).where(AskerNotice.group_id == group.id, UNDONE).with_for_update()
    for notice in session.exec(rows.execution_options(populate_existing=True)):
        notice.done_at = now
        session.add(notice)
    session.flush()
