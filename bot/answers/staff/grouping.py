"""What was not answered is put with its like, a slice at a time: by the clock, and before staff look at the list."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from bot.answers.staff.likeness import Heads, key_of
from bot.feature import App, Work
from db import unanswered_rows as rows
from db.questions import QuestionRow
from db.unanswered import QuestionGroup

SLICE = 200
COMPARED = 2000
"""The groups asked last that a question is compared with."""

CHOOSES_WITHIN = timedelta(minutes=10)
"""How long somebody may still choose one of the suggestions."""

SILENT = timedelta(days=90)
"""How long a question that was dismissed is dismissed again without a word."""

MOST_SLICES = 5
"""So much is put into groups before a list is shown; the clock does the rest."""


def due(app: App) -> bool:
    """One slice; whether there may be more."""
    with app.database.read() as session:
        if not rows.waits_for_group(session, app.clock() - CHOOSES_WITHIN):
            return False
    with app.database.write() as session:
        return put(Work(app, session, app.clock(), app.profile())) == SLICE


def put_all(work: Work) -> None:
    """What came until now."""
    for _ in range(MOST_SLICES):
        if put(work) < SLICE:
            return


def put(work: Work) -> int:
    """Put one slice of questions into groups; how many were looked at.

    Whoever asks what was dismissed lately is counted there; what is said against an answer always comes to staff.
    """
    rows.lock_grouping(work.session)
    questions = rows.ungrouped(work.session, work.now - CHOOSES_WITHIN, SLICE)
    if questions:
        _Putting(work).put(questions)
    return len(questions)


def _objects(question: QuestionRow) -> bool:
    """Whether somebody finds fault with an answer: what was dismissed before was another fault perhaps."""
    return question.reported_at is not None or (question.entry != "" and question.feedback == -1)


def _takes(group: QuestionGroup, question: QuestionRow) -> bool:
    """Whether the question belongs there as the group stands now, locked: it may have been settled meanwhile."""
    return group.settled_as == "" or (group.settled_as == "dismissed" and not _objects(question))


class _Putting:
    """The groups as they stand at the beginning of a slice, and those that it adds."""

    def __init__(self, work: Work) -> None:
        self.session = work.session
        self.open, self.dismissed = Heads(), Heads()
        for head in rows.heads(self.session, work.now - SILENT, COMPARED):
            heads = self.open if head.open else self.dismissed
            heads.add(head.entry, head.folded or key_of(head.text), head.id)

    def put(self, questions: Sequence[QuestionRow]) -> None:
        """Every question finds its group or begins one; what a group that was settled meanwhile does not take waits."""
        members: defaultdict[int, list[QuestionRow]] = defaultdict(list)
        for question in questions:
            members[self._group_of(question)].append(question)
        for group in rows.locked_all(self.session, members.keys()):
            if fits := [question for question in members[group.id] if _takes(group, question)]:
                rows.put_into(self.session, group, fits)
        self.session.flush()

    def _group_of(self, question: QuestionRow) -> int:
        key = key_of(question.text)
        found = self.open.nearest(question.entry, key)
        silent = None if _objects(question) else self.dismissed.nearest(question.entry, key)
        if silent and (found is None or silent[1] > found[1]):
            return silent[0]
        return found[0] if found else self._begin(question, key)

    def _begin(self, question: QuestionRow, key: str) -> int:
        group = QuestionGroup(
            text=question.text,
            folded=key,
            entry=question.entry,
            first_at=question.asked_at,
            last_at=question.asked_at,
        )
        self.session.add(group)
        self.session.flush()
        self.open.add(group.entry, key, group.id)
        return group.id
