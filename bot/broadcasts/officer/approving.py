"""/duyetthongbao: leaders read what waits, let it go or give it back; corrections likewise."""

from markupsafe import Markup

from bot import dialogue
from bot.broadcasts import approvals, corrections, overdue, service, wording
from bot.broadcasts.deciding import may_now, wrote
from bot.broadcasts.history import proposed
from bot.broadcasts.officer import card
from bot.broadcasts.rules import Act, may
from bot.cases.answering import reason
from bot.core.flow import Answers, Flow, Question, Value
from bot.core.replies import Button, Reply, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn, Work
from db import composed
from db.broadcasts import Broadcast, BroadcastState
from db.drafts import DraftRow
from db.staff import Role, Staff

LEADERS = frozenset({Role.LEADER})
WORDS = ("duyệt thông báo", "thông báo chờ duyệt")
RETURN, UNMEND = "broadcast_return", "broadcast_unmend"
LONGEST_REASON = 1000


def feature() -> Feature:
    """The routes."""
    handlers = {
        "broadcast.approve": approve,
        "broadcast.return": ask_return,
        "broadcast.mend": mend,
        "broadcast.unmend": ask_unmend,
    }
    mended = Question("reason", reason(LONGEST_REASON), free=True, values=lambda given: {"number": given["number"]})
    return Feature(
        name="approving",
        commands=(CommandRoute("duyetthongbao", waiting, "approving.menu", WORDS, roles=LEADERS),),
        buttons=tuple(ButtonRoute(name, handler, roles=LEADERS) for name, handler in handlers.items()),
        flows=(
            FlowRoute(Flow(RETURN, (mended,), preview=False), returned),
            FlowRoute(Flow(UNMEND, (mended,), preview=False), unmended),
        ),
        due=(overdue.remind,),
        staff_left=staff_left,
    )


def waiting(turn: Turn, _argument: str) -> None:
    """What this leader may decide on; what they wrote themselves waits for another one."""
    leader = turn.staff
    found = [
        each for each in composed.waiting(turn.session) if leader and may_now(turn.session, leader, each, Act.APPROVE)
    ]
    edits = [each for each in _edited(turn, leader) if leader and may(leader, each, Act.APPROVE_EDIT)]
    buttons = [
        *(_line(turn, each, f"broadcast.open:{each.id}", "approving.line") for each in found),
        *(_line(turn, each, f"broadcast.open:{each.id}", "approving.line_edit") for each in edits),
    ]
    turn.reply(turn.say("approving.waiting" if buttons else "approving.nothing"), column(buttons))
    for each in edits:
        _show_edit(turn, each)


def _edited(turn: Turn, leader: Staff | None) -> list[Broadcast]:
    """Whose correction waits; one's own waits for another leader."""
    waiting = composed.with_proposal(turn.session, turn.now)
    proposals = ((each, proposed(turn.session, each.id)) for each in waiting)
    return [
        each for each, proposal in proposals if leader and proposal and not wrote(turn.session, leader, proposal.by)
    ]


def _line(turn: Turn, broadcast: Broadcast, data: str, key: str) -> Button:
    number = wording.number(broadcast)
    return Button(turn.app.say.label(key, number=number, title=broadcast.title[:40]), data)


def _show_edit(turn: Turn, broadcast: Broadcast) -> None:
    proposal = proposed(turn.session, broadcast.id)
    if proposal:
        turn.replies.append(approvals.edit_question(turn, broadcast, proposal))


def approve(turn: Turn, argument: str) -> None:
    """Let exactly what was read go. Of two leaders at once the second one is told."""
    named, broadcast = card.numbers(argument), card.readable(turn, argument)
    leader = turn.staff
    if broadcast is None or leader is None or len(named) != 2:
        turn.reply(turn.say("turn.old_button"))
        return
    past = approvals.time_has_passed(turn, broadcast)
    if service.approve(turn, leader, broadcast.id, named[1]) is None:
        _not_any_more(turn, broadcast)
        return
    key = "approving.done_now" if past else "approving.done"
    turn.reply(turn.say(key, number=wording.number(broadcast), when=card.when(turn, broadcast)))
    card.card(turn, broadcast)


def _not_any_more(turn: Turn, broadcast: Broadcast, typed: str = "") -> None:
    """Whoever was second hears where it stands."""
    said = turn.say(_why_not(turn, broadcast), number=wording.number(broadcast), state=wording.state(turn, broadcast))
    turn.reply(Markup("\n\n").join((said, turn.say("approving.typed", text=typed))) if typed else said)
    card.card(turn, broadcast)


def _why_not(turn: Turn, broadcast: Broadcast) -> str:
    if turn.staff is not None and wrote(turn.session, turn.staff, broadcast.author_id):
        return "approving.own"
    too_late = broadcast.state == BroadcastState.PROPOSED and service.has_expired(turn, broadcast)
    return "approving.too_late" if too_late else "approving.decided"


def ask_return(turn: Turn, argument: str) -> None:
    """What is to be mended."""
    named, broadcast = card.numbers(argument), card.readable(turn, argument)
    if broadcast is None or turn.staff is None or len(named) != 2:
        turn.reply(turn.say("turn.old_button"))
    elif not may_now(turn.session, turn.staff, broadcast, Act.RETURN):
        _not_any_more(turn, broadcast)
    else:
        _ask(turn, RETURN, broadcast, named[1])


def _ask(turn: Turn, flow: str, broadcast: Broadcast, event: int) -> None:
    known: dict[str, Value] = {"broadcast": broadcast.id, "event": event, "number": wording.number(broadcast)}
    dialogue.start(turn, flow, known)


def returned(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """It goes back, if it is still what was read."""
    _give_back(turn, answers, service.send_back, "approving.given_back")


def mend(turn: Turn, argument: str) -> None:
    """Correct what was sent by exactly the text that was read."""
    named, broadcast = card.numbers(argument), card.readable(turn, argument)
    if broadcast is None or turn.staff is None or len(named) != 2:
        turn.reply(turn.say("turn.old_button"))
    elif corrections.approve_edit(turn, turn.staff, broadcast.id, named[1]):
        turn.reply(turn.say("approving.mended", number=wording.number(broadcast)))
    else:
        _no_edit(turn, broadcast)


def ask_unmend(turn: Turn, argument: str) -> None:
    """What is to be mended in the correction."""
    named, broadcast = card.numbers(argument), card.readable(turn, argument)
    if broadcast is None or turn.staff is None or len(named) != 2:
        turn.reply(turn.say("turn.old_button"))
    elif corrections.waits_for(turn, turn.staff, broadcast.id, named[1]):
        _ask(turn, UNMEND, broadcast, named[1])
    else:
        _no_edit(turn, broadcast)


def _no_edit(turn: Turn, broadcast: Broadcast) -> None:
    """That correction is decided, another one took its place, or the leader wrote it."""
    waits = proposed(turn.session, broadcast.id)
    own = waits is not None and turn.staff is not None and wrote(turn.session, turn.staff, waits.by)
    turn.reply(turn.say("approving.own_edit" if own else "approving.edit_decided", number=wording.number(broadcast)))
    card.card(turn, broadcast)


def unmended(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The correction goes back."""
    _give_back(turn, answers, corrections.return_edit, "approving.edit_given_back")


def _give_back(turn: Turn, answers: Answers, do: service.GiveBack, key: str) -> None:
    broadcast = card.readable(turn, str(answers["broadcast"]))
    typed = str(answers["reason"])
    if broadcast is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
    elif do(turn, turn.staff, broadcast.id, int(str(answers["event"])), typed):
        turn.reply(turn.say(key, number=wording.number(broadcast)))
    else:
        _not_any_more(turn, broadcast, typed)


def staff_left(work: Work, staff: Staff) -> None:
    """What somebody wrote and has not left stays as it is; the leaders hear of it once."""
    left = composed.of_author(work.session, staff.id)
    if not left:
        return
    titles = Markup("\n").join(
        work.say(
            "approving.left_line",
            number=wording.number(each),
            title=each.title,
            state=wording.state(work, each),
        )
        for each in left
    )
    said = Reply(work.say("approving.left", name=staff.name, lines=titles))
    for leader in approvals.leaders_but(work, staff.id):
        work.tell(leader.person_id, said, f"staff:{staff.id}:broadcasts_left:{leader.id}")
