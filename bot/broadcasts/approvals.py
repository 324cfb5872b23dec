"""What leaders and authors are told about approvals; each message once."""

from dataclasses import replace

from markupsafe import Markup

from bot.broadcasts import responsible, wording
from bot.broadcasts.audience import Audience
from bot.broadcasts.deciding import wrote
from bot.broadcasts.history import Proposal, last_event
from bot.broadcasts.rendering import reply_of
from bot.broadcasts.rules import Act
from bot.core.replies import Reply, Rows
from bot.feature import Work
from db.broadcasts import Broadcast, BroadcastEvent, BroadcastState, Recurrence
from db.staff import Role, Staff, with_role


def ask(work: Work, broadcast: Broadcast, event: BroadcastEvent) -> None:
    """Every leader but the author gets it exactly as it will arrive, then who gets it, with the two buttons."""
    shown = replace(reply_of(work.app, broadcast), rows=())
    _ask_leaders(
        work, broadcast.author_id, f"broadcast:{broadcast.id}:submit:{event.id}", shown, question(work, broadcast)
    )


def question(work: Work, broadcast: Broadcast) -> Reply:
    """What a leader decides on, with the buttons."""
    return Reply(_asked(work, broadcast), decide(work, broadcast))


def decide(work: Work, broadcast: Broadcast) -> Rows:
    """The two buttons alone; they name the submission that is read."""
    last = last_event(work.session, broadcast.id, Act.SUBMIT)
    named = f"{broadcast.id}:{last.id if last else 0}"
    return _two(work, f"broadcast.approve:{named}", f"broadcast.return:{named}")


def _two(work: Work, approve: str, send_back: str) -> Rows:
    return ((work.button("approving.button_approve", approve), work.button("approving.button_return", send_back)),)


def _asked(work: Work, broadcast: Broadcast) -> Markup:
    author = work.session.get_one(Staff, broadcast.author_id)
    key = "approving.ask_urgent" if broadcast.urgent else "approving.ask"
    chosen = Audience.from_json(broadcast.audience)
    return work.say(
        key,
        number=wording.number(broadcast),
        author=author.name,
        audience=wording.audience(work, chosen, broadcast.subject),
        people=broadcast.people,
        reached=broadcast.reachable,
        when=when(work, broadcast),
    )


def when(work: Work, broadcast: Broadcast) -> str:
    """Its time, and with a recurrence all of them: they are approved together."""
    if broadcast.recurrence_id:
        row = work.session.get_one(Recurrence, broadcast.recurrence_id)
        said = wording.recurrence(work, row)
        waits = broadcast.state == BroadcastState.PROPOSED
        return work.app.say.label("approving.again_and_again", recurrence=said) if waits else said
    if broadcast.send_at > work.now:
        return wording.moment(work, broadcast.send_at)
    if broadcast.state != BroadcastState.PROPOSED:
        return work.app.say.label("approving.at_once_now")
    if time_has_passed(work, broadcast):
        return work.app.say.label("approving.at_once_passed", when=wording.moment(work, broadcast.send_at))
    return work.app.say.label("approving.at_once")


def time_has_passed(work: Work, broadcast: Broadcast) -> bool:
    """Whether a time was set and has passed; what goes at once was submitted with that very moment."""
    submission = last_event(work.session, broadcast.id, Act.SUBMIT)
    return submission is not None and submission.at < broadcast.send_at <= work.now


def _ask_leaders(work: Work, author_id: int, dedupe: str, shown: Reply, asked: Reply) -> None:
    leaders = leaders_but(work, author_id)
    for leader in leaders:
        work.tell(leader.person_id, shown, f"{dedupe}:shown:{leader.id}")
        work.tell(leader.person_id, asked, f"{dedupe}:leader:{leader.id}")
    if not leaders:
        _nobody(work, author_id, dedupe)


def _nobody(work: Work, author_id: int, dedupe: str) -> None:
    """The author hears that it waits, and the admins that a leader is missing, where there are any."""
    admins = with_role(work.session, Role.ADMIN)
    key = "approving.nobody" if admins else "approving.nobody_at_all"
    responsible.tell(work, author_id, Reply(work.say(key)), f"{dedupe}:nobody")
    for admin in admins:
        work.tell(admin.person_id, Reply(work.say("approving.admin_nobody")), f"{dedupe}:admin:{admin.id}")


def _open(work: Work, broadcast: Broadcast) -> Rows:
    return (
        (work.button("composing.button_open", f"broadcast.open:{broadcast.id}", number=wording.number(broadcast)),),
    )


def _tell(work: Work, staff_id: int, broadcast: Broadcast, text: Markup, what: str) -> None:
    responsible.tell(work, staff_id, Reply(text, _open(work, broadcast)), f"broadcast:{broadcast.id}:{what}")


def approved(work: Work, broadcast: Broadcast, submission: int) -> None:
    """The author hears when it goes, each time that it was laid before a leader."""
    said = work.say(
        "approving.approved", number=wording.number(broadcast), title=broadcast.title, when=when(work, broadcast)
    )
    _tell(work, broadcast.author_id, broadcast, said, f"approved:{submission}")


def returned(work: Work, broadcast: Broadcast, reason: str, submission: int) -> None:
    """The author hears what is to be mended."""
    number = wording.number(broadcast)
    said = work.say("approving.returned", number=number, title=broadcast.title, reason=reason)
    _tell(work, broadcast.author_id, broadcast, said, f"returned:{submission}")


def cancelled(work: Work, broadcast: Broadcast, staff: Staff) -> None:
    """The author hears who stopped it."""
    number = wording.number(broadcast)
    said = work.say("approving.cancelled", number=number, title=broadcast.title, name=staff.name)
    _tell(work, broadcast.author_id, broadcast, said, "cancelled")


def withdrawn(work: Work, broadcast: Broadcast, submission: int) -> None:
    """The leaders who have it before them hear that there is nothing to decide any more."""
    said = work.say("approving.withdrawn", number=wording.number(broadcast), title=broadcast.title)
    for leader in leaders_but(work, broadcast.author_id):
        work.tell(leader.person_id, Reply(said), f"broadcast:{broadcast.id}:withdrawn:{submission}:{leader.id}")


def overtaken(work: Work, broadcast: Broadcast, submission: int) -> None:
    """The same where nobody took it back: it makes no sense any more."""
    said = work.say("approving.overtaken", number=wording.number(broadcast), title=broadcast.title)
    for leader in leaders_but(work, broadcast.author_id):
        work.tell(leader.person_id, Reply(said), f"broadcast:{broadcast.id}:overtaken:{submission}:{leader.id}")


def outgrown(work: Work, broadcast: Broadcast, submission: int) -> None:
    """The author hears why it has not left."""
    number = wording.number(broadcast)
    said = work.say("approving.outgrown", number=number, title=broadcast.title, people=broadcast.people)
    _tell(work, broadcast.author_id, broadcast, said, f"outgrown:{submission}")


def still_waits(work: Work, broadcast: Broadcast, submission: int) -> None:
    """Its time is near and nobody has decided: the leaders hear of it once more, and the author."""
    what = {"number": wording.number(broadcast), "title": broadcast.title, "when": when(work, broadcast)}
    asked = work.say("approving.still_waits", **what)
    for leader in leaders_but(work, broadcast.author_id):
        _tell(work, leader.id, broadcast, asked, f"still_waits:{submission}:{leader.id}")
    _tell(work, broadcast.author_id, broadcast, work.say("approving.not_decided", **what), f"not_decided:{submission}")


def ask_edit(work: Work, broadcast: Broadcast, proposal: Proposal) -> None:
    """Every leader but who wrote it gets the correction as it will stand."""
    author = proposal.by or broadcast.author_id
    asked, name = edit_question(work, broadcast, proposal), f"broadcast:{broadcast.id}:edit:{proposal.event}"
    leaders = leaders_but(work, author)
    for leader in leaders:
        work.tell(leader.person_id, asked, f"{name}:leader:{leader.id}")
    if not leaders:
        _nobody(work, author, name)


def edit_question(work: Work, broadcast: Broadcast, proposal: Proposal) -> Reply:
    """The correction with its two buttons, which name the proposal that was read."""
    named = f"{broadcast.id}:{proposal.event}"
    body = Markup(proposal.body)  # noqa: S704 - checked markup since it was written
    said = work.say("approving.ask_edit", number=wording.number(broadcast), title=proposal.title, body=body)
    return Reply(said, _two(work, f"broadcast.mend:{named}", f"broadcast.unmend:{named}"))


def leaders_but(work: Work, staff_id: int) -> list[Staff]:
    """The leaders, without the one whose work it is, in whatever role it was done."""
    return [one for one in with_role(work.session, Role.LEADER) if not wrote(work.session, one, staff_id)]


def edit_decided(work: Work, broadcast: Broadcast, by: int | None, event: BroadcastEvent) -> None:
    """Who proposed the correction hears what became of it."""
    number = wording.number(broadcast)
    if event.act == Act.APPROVE_EDIT:
        said = work.say("approving.edit_approved", number=number)
    else:
        said = work.say("approving.edit_returned", number=number, reason=event.note)
    _tell(work, by or broadcast.author_id, broadcast, said, f"edit:{event.id}")
