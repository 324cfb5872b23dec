"""A second person reads what was proposed, and lets it be answered or gives it back."""

from markupsafe import Markup

import faq
from bot import dialogue
from bot.answers.library import Library
from bot.answers.staff import proposing, telling_staff
from bot.answers.staff.entry_flow import RETURN, returning
from bot.answers.staff.lint import Askers
from bot.answers.staff.settling import settled_by_change, settled_by_entry
from bot.core.clock import in_words, local_date
from bot.core.flow import Answers
from bot.core.replies import Button, Reply, column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn, Work
from db import entry_rows, own_rows
from db.drafts import DraftRow
from db.entries import EntryState, OwnEntry
from db.staff import Role, Staff, with_role

STATES = {
    EntryState.WAITING: "entries.state_waiting",
    EntryState.RETURNED: "entries.state_returned",
    EntryState.LIVE: "entries.state_live",
    EntryState.REPLACED: "entries.state_replaced",
    EntryState.RETIRED: "entries.state_retired",
}


class Approving:
    """The second person's buttons over the library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.askers = Askers()

    def feature(self) -> Feature:
        """The routes; everybody who may read sees the buttons' refusals."""
        handlers = {"entry.version": version, "entry.approve": self.approve, "entry.return": ask_return}
        return Feature(
            name="entries_approving",
            buttons=tuple(ButtonRoute(name, do, roles=proposing.READERS) for name, do in handlers.items()),
            flows=(FlowRoute(returning(), returned),),
            staff_left=staff_left,
        )

    def approve(self, turn: Turn, argument: str) -> None:
        """It is answered from now on. Of two at once the second one is told, and an author is never the second."""
        own = own_rows.locked(turn.session, number(argument))
        why = proposing.refused(turn, turn.staff, own)
        if own is None or turn.staff is None or why:
            _refuse(turn, own, why)
            return
        # Before anything is looked up: who changes what is answered at the same time waits here.
        entry_rows.bump(turn.session)
        content = self.library.held(turn.session).content
        if twin := self.askers.twin(content, own.question, own.entry):
            turn.reply(turn.say("entries.twin", question=content.entries[twin].question))
            return
        proposing.approve(turn, turn.staff, own)
        _answered(turn, own, content.entries.get(own.entry))


def _answered(turn: Turn, own: OwnEntry, before: faq.Entry | None) -> None:
    """It is live: whoever waited for it is told."""
    if own.group_id:
        settled_by_entry(turn, own)
    said = [turn.say("entries.done", question=own.question)]
    if mended := settled_by_change(turn, own, before):
        said.append(turn.say("unanswered.mended", count=mended))
    turn.reply(Markup("\n\n").join(said), column((telling_staff.open_button(turn, own.entry),)))


def number(argument: str) -> int:
    """The number that a button names, 0 for none."""
    return int(argument) if argument.isascii() and argument.isdecimal() and len(argument) < 10 else 0


def _refuse(turn: Turn, own: OwnEntry | None, why: str) -> None:
    """Why not, and where it stands."""
    turn.reply(turn.say(why))
    if own and own.state != EntryState.WAITING:
        turn.reply(_standing(turn, own), column((telling_staff.open_button(turn, own.entry),)))


def _standing(turn: Turn, own: OwnEntry) -> Markup:
    day = in_words(local_date(own.decided_at or own.written_at))
    name = own_rows.name_of(turn.session, own.approver_id or own.author_id)
    return turn.say(STATES[EntryState(own.state)], question=own.question, name=name, day=day)


def version(turn: Turn, argument: str) -> None:
    """One version as people read it, or would, and what can be done about it."""
    own = turn.session.get(OwnEntry, number(argument))
    if own is None:
        turn.reply(turn.say("entries.decided"))
        return
    turn.replies += telling_staff.shown(turn, own)
    if own.state != EntryState.WAITING:
        turn.reply(_standing(turn, own), column(_after(turn, own)))
    elif proposing.refused(turn, turn.staff, own):
        turn.reply(telling_staff.question(turn, own), column(_by_author(turn, own)))
    else:
        turn.replies.append(Reply(telling_staff.question(turn, own), telling_staff.deciding(turn, own)))


def _after(turn: Turn, own: OwnEntry) -> list[Button]:
    author = turn.session.get_one(Staff, own.author_id)
    mine = turn.staff is not None and (author.id == turn.staff.id or author.until is not None)
    mends = own.state == EntryState.RETURNED and mine
    return [telling_staff.mend_button(turn, own)] if mends else []


def _by_author(turn: Turn, own: OwnEntry) -> list[Button]:
    mine = turn.staff is not None and proposing.is_author(turn.session, turn.staff, own)
    return [turn.button("entries.button_withdraw", f"entry.withdraw:{own.id}")] if mine else []


def ask_return(turn: Turn, argument: str) -> None:
    """What is to be mended."""
    own = turn.session.get(OwnEntry, number(argument))
    why = proposing.refused(turn, turn.staff, own)
    if own is None or why:
        _refuse(turn, own, why)
    else:
        dialogue.start(turn, RETURN, {"version": own.id, "question": own.question})


def returned(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """It goes back, unless somebody was first."""
    own_id, remark = int(str(answers["version"])), str(answers["remark"])
    if turn.staff is None:
        turn.reply(turn.say("entries.not_staff"))
        return
    if why := proposing.give_back(turn, turn.staff, own_id, remark):
        _refuse(turn, turn.session.get(OwnEntry, own_id), why)
        turn.reply(turn.say("entries.typed", remark=remark))
        return
    turn.reply(turn.say("entries.given_back"))


def staff_left(work: Work, staff: Staff) -> None:
    """What somebody was to mend is anybody's now; leaders and clerks hear of it once."""
    left = [own for own in own_rows.returned(work.session) if own.author_id == staff.id]
    if not left:
        return
    said = Reply(work.say("entries.left", name=staff.name, count=len(left)))
    for role in (Role.LEADER, Role.CLERK):
        for one in with_role(work.session, role):
            work.tell(one.person_id, said, f"staff:{staff.id}:entries_left:{one.id}")
