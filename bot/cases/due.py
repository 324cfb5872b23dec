"""What the clock owes about deadlines: who has not looked, what is due, what is late, what nobody was told.

Each reminder is a rung that is kept once with its case, so that a restart, a second process or a tick that comes twice
sends nothing twice. A bot that was away sends only where a case stands now.
"""

from collections.abc import Iterable

from markupsafe import Markup

from bot.cases import arrivals, digest, ending, notices, silence, wording
from bot.cases.owed import ask, each, is_open
from bot.cases.rules import late
from bot.core.clock import local_date
from bot.core.replies import Reply, Rows
from bot.feature import App, Feature, Work
from db import cases, due
from db.cases import Case, Status
from db.clockwork import Reminder, first_time
from db.letters import Delivery, Letter
from db.staff import Role, Staff, with_role

TOLD_WITHIN = 2
"""Working days within which an owner whom the bot did not reach is told otherwise."""


def feature() -> Feature:
    """What is due of cases, and whose cases go back when somebody leaves."""
    return Feature(
        name="cases_due",
        due=(
            arrivals.settle_letters,
            arrivals.pass_on_files,
            arrivals.tell_lost_files,
            digest.send,
            acknowledge,
            climb,
            escalate,
            remind_untold,
            silence.remind,
            silence.end,
        ),
        staff_left=_hand_back,
    )


def _hand_back(work: Work, staff: Staff) -> None:
    ending.hand_back(work, staff)


def acknowledge(app: App) -> None:
    """Cases that no human has looked at within the working hours of the profile: the unit and the leaders hear."""
    if is_open(app):
        each(app, ask(app, lambda session: due.unacknowledged(session, app.clock())), _acknowledge)


def _acknowledge(work: Work, case_id: int) -> None:
    case = cases.locked(work.session, case_id)
    unseen = case and case.status == Status.RECEIVED and case.acknowledged_at is None and case.merged_into is None
    if case and unseen and _first(work, case, "acknowledge"):
        people = [*notices.handlers(work, case), *with_role(work.session, Role.LEADER)]
        _remind(work, case, "acknowledge", people, text=work.say("due.acknowledge", **_what(work, case)))


def climb(app: App) -> None:
    """The ladder: some working days before the deadline, on the day, then every working day while it is late."""
    if not is_open(app):
        return
    ward, today = app.profile(), local_date(app.clock())
    until = ward.calendar.add(today, ward.cases.warn_days)
    each(app, ask(app, lambda session: due.on_ladder(session, today, until)), _climb)


def _climb(work: Work, case_id: int) -> None:
    case = cases.locked(work.session, case_id)
    until = work.ward.calendar.add(work.today, work.ward.cases.warn_days)
    if case is None or not _owes(work, case) or case.due_on > until:
        return
    rung = due.rung(case.due_on, work.today)
    if _first(work, case, rung):
        _remind(work, case, rung, _handlers(work, case), text=_where_it_stands(work, case))


def _where_it_stands(work: Work, case: Case) -> Markup:
    if case.due_on == work.today:
        return work.say("due.today", **_what(work, case))
    key = "due.late" if late(case, work.today) else "due.warn"
    return work.say(key, **_what(work, case), standing=wording.standing(work, case))


def escalate(app: App) -> None:
    """The leaders hear once of every deadline that has passed."""
    if is_open(app):
        each(app, ask(app, lambda session: due.to_escalate(session, local_date(app.clock()))), _escalate)


def _escalate(work: Work, case_id: int) -> None:
    case = cases.locked(work.session, case_id)
    if case is None or not _owes(work, case) or not late(case, work.today):
        return
    rung = due.escalation(case.due_on)
    if _first(work, case, rung):
        handlers = _handlers(work, case)
        told = {one.id for one in handlers}
        leaders = [one for one in with_role(work.session, Role.LEADER) if one.id not in told]
        names = ", ".join(one.name for one in handlers)
        standing, unit = wording.standing(work, case), wording.unit(work, case.unit)
        text = work.say("due.leader", **_what(work, case), standing=standing, unit=unit, names=names)
        _remind(work, case, rung, leaders, text=text)


def remind_untold(app: App) -> None:
    """An owner who did not get a letter and whom nobody has told for some working days: officer and leaders hear."""
    if is_open(app):
        before = silence.days_ago(app.profile(), local_date(app.clock()), TOLD_WITHIN)
        each(app, ask(app, lambda session: due.untold(session, before)), _remind_untold)


def _remind_untold(work: Work, letter_id: int) -> None:
    letter = work.session.get_one(Letter, letter_id)
    case = cases.locked(work.session, letter.case_id)
    work.session.refresh(letter)
    rung = due.untold_rung(letter.id)
    if case and letter.delivery == Delivery.FAILED and _first(work, case, rung):
        people = [*notices.handlers(work, case), *with_role(work.session, Role.LEADER)]
        rows = ((work.button("cases.button_tell", f"case.tell:{case.id}"),),)
        text = work.say("due.untold", code=case.code, days=TOLD_WITHIN)
        _remind(work, case, rung, people, text=text, rows=rows)


def _owes(work: Work, case: Case) -> bool:
    """A merged case is carried by its main one, unless its own deadline is the earlier."""
    main = work.session.get(Case, case.merged_into) if case.merged_into else None
    return case.status in due.OWED and (main is None or case.due_on < main.due_on)


def _handlers(work: Work, case: Case) -> list[Staff]:
    """Those who handle the case with which this one is answered."""
    main = work.session.get(Case, case.merged_into) if case.merged_into else None
    return notices.handlers(work, main or case)


def _first(work: Work, case: Case, rung: str) -> bool:
    return first_time(work.session, Reminder(case_id=case.id, rung=rung, at=work.now))


def _what(work: Work, case: Case) -> dict[str, str]:
    deadline = wording.deadline(work, case.due_on)
    return {"code": case.code, "subject": wording.subject(work, case), "deadline": deadline}


def _remind(work: Work, case: Case, rung: str, people: Iterable[Staff], *, text: Markup, rows: Rows = ()) -> None:
    opened = (*rows, (notices.open_button(work, case),))
    told = {one.id: one.person_id for one in people}
    if not told:
        notices.no_leader(work, f"reminder:{case.id}:{rung}")
    for staff_id, person_id in told.items():
        work.tell(person_id, Reply(text, opened), f"reminder:{case.id}:{rung}:staff:{staff_id}")
