"""A group of questions is settled once: its askers are answered, it is dismissed, or an entry for it is live."""

from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup

import faq
from bot import dialogue
from bot.answers.library import Held, Library, entry_of
from bot.answers.rules import is_generic
from bot.answers.staff.grouping import SILENT
from bot.answers.staff.likeness import different
from bot.answers.staff.telling import signature
from bot.cases.answering import LONGEST_BASIS, answer_of_substance, basis, reason
from bot.cases.outcome import numbers
from bot.core.clock import VIETNAM
from bot.core.flow import Answers, Choice, Flow, Question
from bot.core.replies import Reply, Rows, column
from bot.feature import ButtonRoute, FlowRoute, Turn, Work
from db import asked_rows, entry_rows
from db import unanswered_rows as rows
from db.drafts import DraftRow
from db.entries import OwnEntry, Phrasing
from db.outbox import Lane
from db.staff import Role, Staff
from db.unanswered import AskerNotice, QuestionGroup

ROLES = frozenset({Role.LEADER, Role.OFFICER, Role.CLERK})
ANSWER, DISMISS = "unanswered_answer", "unanswered_dismiss"
LONGEST_REASON = 300
MOST = 20
"""So many wordings of a group are attached at most."""

REASONS = {"not_ours": "unanswered.reason_not_ours", "unclear": "unanswered.reason_unclear"}
HOW = {
    "phrasing": "unanswered.how_phrasing",
    "entry": "unanswered.how_entry",
    "answered": "unanswered.how_answered",
    "dismissed": "unanswered.how_dismissed",
}


class Settling:
    """The dialogues over what is answered at the moment."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def button_routes(self) -> tuple[ButtonRoute, ...]:
        """The buttons that begin these dialogues."""
        return (
            ButtonRoute("unans.answer", self.ask_answer, roles=ROLES),
            ButtonRoute("unans.drop", self.ask_reason, roles=ROLES),
        )

    def flow_routes(self) -> tuple[FlowRoute, ...]:
        """The dialogues."""
        why = Question(
            "reason", reason(LONGEST_REASON), choices=_reasons, free=True, values=lambda given: {"note": given["note"]}
        )
        answer = Question("text", answer_of_substance, free=True, values=lambda given: {"name": given["name"]})
        founded = Question("basis", basis(LONGEST_BASIS), free=True)
        return (
            FlowRoute(Flow(ANSWER, (answer, founded)), answered, below=below),
            FlowRoute(Flow(DISMISS, (why,), preview=False), self.dismissed),
        )

    def ask_answer(self, turn: Turn, argument: str) -> None:
        """What the askers are to be told."""
        group = open_group(turn, argument)
        if group and not rows.count_askers(turn.session, group.id):
            turn.reply(turn.say("unanswered.nobody_reached"), back(turn, group))
        elif group:
            named = title(self.library.held(turn.session), group)
            dialogue.start(turn, ANSWER, {"group": group.id, "name": named})

    def ask_reason(self, turn: Turn, argument: str) -> None:
        """Why it needs no answer."""
        group = open_group(turn, argument)
        if group:
            _ask_reason(turn, group)

    def dismissed(self, turn: Turn, _draft: DraftRow, answers: Answers) -> None:
        """It needs no answer, and asked again within 90 days it does not come back."""
        group = take(turn, int(str(answers["group"])))
        if group is None or turn.staff is None:
            return
        if group.reported and not answers.get("note"):
            turn.reply(turn.say("unanswered.reported_meanwhile", text=_reason_given(turn, str(answers["reason"]))))
            _ask_reason(turn, group)
            return
        settle(turn, group, "dismissed", turn.staff.id, str(answers["reason"]))
        self._tell_reporters(turn, group)
        turn.reply(turn.say("unanswered.dismissed", days=SILENT.days), back(turn, group))

    def _tell_reporters(self, turn: Turn, group: QuestionGroup) -> None:
        """Whoever called the answer wrong was promised to hear what came of it."""
        entry = self.library.held(turn.session).content.entries.get(group.entry)
        for row in rows.reported_in(turn.session, group.id) if group.reported else []:
            # Never the words of the group: they may be those of somebody else.
            named = row.text or (entry.question if entry else "")
            if row.person_id is not None:
                reply = Reply(_checked(turn, group, named))
                turn.tell(row.person_id, reply, f"faq.checked:{group.id}:{row.person_id}", Lane.NOTICE)


def _ask_reason(turn: Turn, group: QuestionGroup) -> None:
    """Whoever writes it knows whether a citizen reads it."""
    note = turn.app.say.label("unanswered.reason_is_read") if group.reported else ""
    dialogue.start(turn, DISMISS, {"group": group.id, "note": note})


def _checked(turn: Turn, group: QuestionGroup, named: str) -> Markup:
    said = [turn.say("unanswered.you_asked", question=named)] if named else []
    committee = turn.ward.names.committee
    return Markup("\n\n").join((*said, turn.say("unanswered.checked", committee=committee, reason=_why(turn, group))))


def _reasons(_answers: Answers) -> list[Choice]:
    return [Choice(name, key) for name, key in REASONS.items()]


def title(held: Held, group: QuestionGroup) -> str:
    """Its words, or the question of the entry that was opened."""
    entry = held.content.entries.get(group.entry)
    return group.text or (entry.question if entry else group.entry)


def readable(staff: Staff | None, text: str) -> bool:
    """Whether a colleague may read it: what accuses somebody is for leaders alone."""
    if staff is not None and staff.role == Role.LEADER:
        return True
    return faq.grievance(text) is None and not faq.is_about_official(text)


def group_of(turn: Turn, argument: str) -> QuestionGroup | None:
    """The group that a button names first, if this colleague may read it; otherwise they are told."""
    named = numbers(argument.partition(":")[0])
    group = turn.session.get(QuestionGroup, named[0]) if named else None
    if group is None or not readable(turn.staff, group.text):
        turn.reply(turn.say("turn.old_button" if group is None else "unanswered.leaders_only"))
        return None
    return group


def open_group(turn: Turn, argument: str) -> QuestionGroup | None:
    """The same, as long as nobody has settled it."""
    group = group_of(turn, argument)
    if group and group.settled_as:
        turn.reply(too_late(turn, group), back(turn, group))
        return None
    return group


def take(turn: Turn, group_id: int) -> QuestionGroup | None:
    """The group, for this colleague to settle now; of two at once the second one hears who was first."""
    group = rows.locked(turn.session, group_id)
    if group and group.settled_as:
        turn.reply(too_late(turn, group), back(turn, group))
        return None
    return group


def too_late(turn: Turn, group: QuestionGroup) -> Markup:
    """Who settled it, when and how."""
    return turn.say("unanswered.too_late", **settled(turn, group))


def settled(turn: Turn, group: QuestionGroup) -> dict[str, object]:
    """What is said of a settled group: who, when, how."""
    by = turn.session.get_one(Staff, group.settled_by)
    return {"who": by.name, "when": moment(group.settled_at or group.last_at), "how": _how(turn, group)}


def _how(turn: Turn, group: QuestionGroup) -> str:
    said = turn.app.say.label(HOW[group.settled_as])
    if not group.reason:
        return said
    return turn.app.say.label("unanswered.how_why", how=said, why=_why(turn, group))


def _why(turn: Turn, group: QuestionGroup) -> str:
    return _reason_given(turn, group.reason)


def _reason_given(turn: Turn, why: str) -> str:
    return turn.app.say.label(REASONS[why]) if why in REASONS else why


def moment(at: datetime) -> str:
    """As it stands on a card: 09:05 01/12/2026."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def settle(work: Work, group: QuestionGroup, settled_as: str, staff_id: int, why: str = "", *, entry: str = "") -> None:
    """It waits no longer, because of the answer of `entry` perhaps; the caller has it locked."""
    group.settled_as, group.settled_by, group.settled_at, group.reason = settled_as, staff_id, work.now, why
    group.settled_with = entry
    work.session.add(group)
    work.session.flush()


def tell_askers(work: Work, group: QuestionGroup, staff_id: int, *, entry: str = "", words: str = "") -> None:
    """Whoever asked it gets the answer: that of an entry, or these words."""
    notice = AskerNotice(
        group_id=group.id,
        entry=entry,
        words=words,
        since=group.first_at,
        until=work.now,
        staff_id=staff_id,
        made_at=work.now,
    )
    work.session.add(notice)
    work.session.flush()


def attach(work: Work, group: QuestionGroup, entry: str, staff_id: int, texts: Mapping[str, str]) -> None:
    """These texts, by what they fold to, ask for the entry from now on; the caller has raised the version."""
    for folded, text in texts.items():
        row = Phrasing(entry=entry, text=text, folded=folded, staff_id=staff_id, added_at=work.now)
        row.group_id = group.id
        work.session.add(row)


def _attach_all(work: Work, group: QuestionGroup, own: OwnEntry) -> None:
    """The words that its author had before them ask for it, unless they are its question or ask for another entry."""
    if group.entry == own.entry:
        return
    entry_rows.bump(work.session)
    last = rows.last_question(work.session, group.id, own.written_at)
    said = [each.text for each in rows.wordings(work.session, group.id, last)]
    texts = different(text for text in said if readable(None, text) and not is_generic(text))
    owners = rows.owners_of(work.session, texts.keys())
    kept = [folded for folded in texts if folded not in owners and folded != faq.fold(own.question)]
    attach(work, group, own.entry, own.author_id, {folded: texts[folded] for folded in kept[:MOST]})


def settled_by_entry(work: Work, own: OwnEntry) -> None:
    """An entry that was written for a group is live: its askers get it, unless the group was settled another way."""
    group = rows.locked(work.session, own.group_id) if own.group_id else None
    if group is None or group.settled_as or own.approver_id is None:
        return
    _attach_all(work, group, own)
    _tell_of(work, group, own, own.approver_id)


def _tell_of(work: Work, group: QuestionGroup, own: OwnEntry, staff_id: int) -> None:
    settle(work, group, "entry", staff_id, entry=own.entry)
    tell_askers(work, group, own.author_id, entry=own.entry)


def settled_by_change(work: Work, own: OwnEntry, before: faq.Entry | None) -> int:
    """Whoever called the answer wrong hears how it reads now, if it reads otherwise; how many groups that settles.

    Where the words may have asked for something else, or accuse somebody, the group waits for a person.
    """
    if own.approver_id is None or (before and _reads(before) == _reads(entry_of(own))):
        return 0
    found = rows.locked_all(work.session, asked_rows.called_wrong(work.session, own.entry))
    mended = [group for group in found if group.settled_as == "" and readable(None, group.text)]
    for group in mended:
        _tell_of(work, group, own, own.approver_id)
    return len(mended)


def _reads(entry: faq.Entry) -> tuple[str, ...]:
    return entry.short, entry.more, entry.ask


def below(turn: Turn, draft: DraftRow) -> list[Markup]:
    """Who gets it, and under whose name."""
    people = rows.count_askers(turn.session, int(str(draft.answers["group"])))
    return [turn.say("unanswered.goes_to", people=people, signed=signature(turn, turn.staff))]


def answered(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """The words and what they rest on go to everybody who asked, and the group is settled by that."""
    text = turn.app.say.label("unanswered.founded", text=answers["text"], basis=answers["basis"])
    group = take(turn, int(str(answers["group"])))
    if group is None or turn.staff is None:
        turn.reply(turn.say("unanswered.typed", text=text))
        return
    settle(turn, group, "answered", turn.staff.id)
    tell_askers(turn, group, turn.staff.id, words=text)
    turn.reply(turn.say("unanswered.goes_out", people=rows.count_askers(turn.session, group.id)), back(turn, group))


def back(turn: Turn, group: QuestionGroup) -> Rows:
    """To the group, and to the list."""
    shown = turn.button("unanswered.button_open", f"unans.open:{group.id}")
    return column((shown, turn.button("unanswered.button_list", "unans.list:1")))
