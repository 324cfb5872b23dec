"""Who is told what of a case: every change to its owner, once; every task to those whose task it is."""

from collections.abc import Iterable

from markupsafe import Markup

from bot.cases import wording
from bot.cases.rules import Act
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import Work
from bot.people.staff import acting_for
from db import cases
from db.cases import Case, CaseEvent
from db.letters import Kind, Letter
from db.staff import Role, Staff, with_role


def owner(work: Work, case: Case, event: CaseEvent, text: Markup, rows: Rows = ()) -> None:
    """Tell the owner of one event, once; whoever did it gets the answer to their own button instead."""
    if case.reporter_id is not None and case.reporter_id != event.person_id:
        work.tell(case.reporter_id, Reply(text, rows), f"case:{case.id}:event:{event.number}:owner")


def staff(
    work: Work, case: Case, event: CaseEvent | None, people: Iterable[Staff], *, text: Markup, rows: Rows = ()
) -> None:
    """Tell staff of one event (None: of its logging), each once, with a button that opens the case."""
    opened = (*rows, (open_button(work, case),))
    for one in people:
        work.tell(
            one.person_id, Reply(text, opened), f"case:{case.id}:event:{event.number if event else 1}:staff:{one.id}"
        )


def open_button(work: Work, case: Case) -> Button:
    """A button that shows the case card."""
    return work.button("cases.button_open", f"case.open:{case.id}", code=case.code)


def handlers(work: Work, case: Case) -> list[Staff]:
    """Whose task the case is today: its assignee or the substitute, else the unit, else leaders, else the admin.

    Leaders hear too of what comes to a unit that is all away.

    A protected case is a task of leaders alone.
    """
    if case.assignee_id is not None:
        assignee = work.session.get_one(Staff, case.assignee_id)
        acting = acting_for(work.session, assignee, work.today)
        again = acting.id == case.not_again_id and acting.id != assignee.id
        if assignee.until is None and not again and (acting.role == Role.LEADER or not case.protected):
            return [acting]
    leaders = with_role(work.session, Role.LEADER)
    if case.protected:
        return leaders
    unit = with_role(work.session, Role.OFFICER, case.unit)
    present = [officer for officer in unit if not officer.absent_on(work.today)]
    return present or [*unit, *leaders] or with_role(work.session, Role.ADMIN)


def no_leader(work: Work, dedupe: str) -> None:
    """Where nobody leads, the admins hear that something waits for a leader; neither of what nor of which case."""
    if with_role(work.session, Role.LEADER):
        return
    for one in with_role(work.session, Role.ADMIN):
        work.tell(one.person_id, Reply(work.say("cases.admin_no_leader")), f"{dedupe}:no_leader:{one.id}")


def new_case(work: Work, case: Case, event: CaseEvent | None = None) -> None:
    """A case without assignee lies before a unit, for the first time or again."""
    key = "cases.staff_new_protected" if case.protected else "cases.staff_new"
    text = work.say(
        key,
        code=case.code,
        subject=wording.subject(work, case),
        summary=wording.shortened(case.text, 200),
        deadline=wording.deadline(work, case.due_on),
    )
    staff(work, case, event, handlers(work, case), text=text)
    if case.protected:
        no_leader(work, f"case:{case.id}:event:{event.number if event else 1}")


def being_handled(work: Work, case: Case, event: CaseEvent) -> None:
    """The owner hears that somebody has taken the case."""
    text = work.say(
        "cases.owner_working",
        code=case.code,
        unit=wording.handled_by(work, case),
        deadline=wording.deadline(work, case.due_on),
    )
    owner(work, case, event, text)


def assigned(work: Work, case: Case, to: Staff, event: CaseEvent) -> None:
    """The one who was given the case hears of it."""
    if to.person_id != event.person_id:
        text = work.say("cases.staff_assigned", code=case.code, deadline=wording.deadline(work, case.due_on))
        staff(work, case, event, handlers(work, case), text=text)


def transferred(work: Work, case: Case, event: CaseEvent) -> None:
    """The owner hears who answers now."""
    owner(work, case, event, work.say("cases.owner_transferred", code=case.code, unit=wording.unit(work, case.unit)))


def supplemented(work: Work, case: Case, event: CaseEvent) -> None:
    """Those who handle the case hear that the owner added something, and who handles the one it is answered with."""
    text = work.say("cases.staff_supplemented", code=case.code, text=wording.shortened(event.note, 300))
    staff(work, case, event, handlers(work, case), text=text)
    main = work.session.get(Case, case.merged_into) if case.merged_into else None
    for one in handlers(work, main) if main else []:
        rows = ((open_button(work, main or case),),)
        work.tell(one.person_id, Reply(text, rows), f"case:{case.id}:event:{event.number}:staff:{one.id}")


def extended(work: Work, case: Case, event: CaseEvent) -> None:
    """The owner hears of the new date and the reason."""
    text = work.say(
        "cases.owner_extended", code=case.code, deadline=wording.deadline(work, case.due_on), reason=event.note
    )
    owner(work, case, event, text)


def forwarded(work: Work, case: Case, event: CaseEvent) -> None:
    """The owner hears where the case went and when an answer is due."""
    text = work.say(
        "cases.owner_forwarded",
        code=case.code,
        authority=wording.authority(work, case.authority),
        deadline=wording.deadline(work, case.due_on),
        reason=event.note,
    )
    owner(work, case, event, text)


def withdrawn(work: Work, case: Case, event: CaseEvent) -> None:
    """Those who handle the case hear that it is over."""
    staff(work, case, event, handlers(work, case), text=work.say("cases.staff_withdrawn", code=case.code))


def disputed(work: Work, case: Case, event: CaseEvent, to: Staff | None) -> None:
    """The next one hears of it, and the leaders do."""
    text = work.say(
        "cases.staff_disputed",
        code=case.code,
        reason=wording.shortened(event.note, 300),
        deadline=wording.deadline(work, case.due_on),
    )
    told = {one.id: one for one in (*([to] if to else handlers(work, case)), *with_role(work.session, Role.LEADER))}
    staff(work, case, event, told.values(), text=text)


def closed(work: Work, case: Case, event: CaseEvent) -> None:
    """The owner hears that the case has ended; where the clock ended it, its handlers do too."""
    owner(work, case, event, work.say(f"cases.owner_closed_{event.act}", code=case.code))
    if event.act in {Act.EXPIRE, Act.LAPSE}:
        text = work.say(f"cases.staff_closed_{event.act}", code=case.code)
        staff(work, case, event, handlers(work, case), text=text)


def to_approve(work: Work, case: Case, letter: Letter, event: CaseEvent) -> None:
    """Leaders get a proposal with its two buttons."""
    rows = (
        (
            work.button("cases.button_approve", f"case.approve:{case.id}:{letter.id}"),
            work.button("cases.button_return", f"case.return:{case.id}:{letter.id}"),
        ),
    )
    text = work.say(
        "cases.staff_to_approve", code=case.code, officer=letter.officer, text=letter.text, basis=letter.basis
    )
    leaders = [one for one in with_role(work.session, Role.LEADER) if one.id != letter.staff_id]
    staff(work, case, event, leaders, text=text, rows=rows)
    no_leader(work, f"case:{case.id}:event:{event.number}")


def returned(work: Work, case: Case, event: CaseEvent) -> None:
    """The officer gets a proposal back."""
    text = work.say("cases.staff_returned", code=case.code, reason=event.note)
    staff(work, case, event, handlers(work, case), text=text)


def letter(work: Work, case: Case, written: Letter, dedupe: str = "") -> int:
    """Write the letter to the owner, as `letter:<id>` or so named; how many messages, 0 where nobody is reached."""
    if case.reporter_id is None:
        return 0
    answers = written.kind in {Kind.ANSWER, Kind.CORRECTION}
    rows: Rows = column(asked_after(work, case)) if answers else ()
    if written.kind == Kind.REQUEST:
        rows = ((work.button("cases.button_add", f"case.add:{case.id}"),),)
    return work.tell(
        case.reporter_id, Reply(wording.letter(work, case, written), rows), dedupe or f"letter:{written.id}"
    )


def asked_after(work: Work, case: Case) -> list[Button]:
    """What an owner can say to an answer."""
    return [
        work.button("cases.button_clear", f"case.clear:{case.id}"),
        work.button("cases.button_dispute", f"case.dispute:{case.id}"),
    ]


def undelivered(work: Work, case: Case, written: Letter) -> None:
    """A letter that did not arrive comes back as a task."""
    text = work.say("cases.staff_undelivered", code=case.code)
    last = cases.last_event(work.session, case.id)
    attempt = f"letter:{written.id}:undelivered:{last.number if last else 0}"  # a letter can fail to arrive twice
    for one in handlers(work, case):
        rows = (
            (work.button("cases.button_tell", f"case.tell:{case.id}"),),
            (open_button(work, case),),
        )
        work.tell(one.person_id, Reply(text, rows), f"{attempt}:staff:{one.id}")
