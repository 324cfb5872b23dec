"""Owners who say nothing: they are reminded, and when they stay silent their case ends by rule.

Who was asked for more is told as often as the profile says before anything ends; who was answered, once. A reminder
that was missed while the bot was away is made up for, at most one a working day, and the end waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from markupsafe import Markup
from sqlmodel import Session

from bot.cases import ending, notices, wording
from bot.cases.owed import ask, each, is_open
from bot.cases.rules import CLOCK, Act
from bot.core.clock import VIETNAM, in_words, local_date
from bot.core.replies import Reply, Rows, column
from bot.feature import App, Work
from bot.ward import Ward
from db import cases, due, letters
from db.cases import Case, Status
from db.clockwork import Reminder, first_time


@dataclass(frozen=True)
class Patience:
    """How silence in one status goes: told after these working days, over after that many; `act` ends it."""

    status: Status
    told_after: tuple[int, ...]
    over_after: int
    act: Act

    def stage(self, days: int) -> str:
        """How the rungs of one reminder begin."""
        return f"{self.status}:{days}:"

    def over(self, ward: Ward, since: date, last_told: date | None) -> date:
        """The last day on which the owner can still speak: a whole working day after a reminder at the earliest."""
        last = ward.calendar.add(since, self.over_after)
        return max(last, ward.calendar.add(last_told, 1)) if last_told else last


def patiences(ward: Ward) -> tuple[Patience, Patience]:
    """The two silences: the owner was asked for more, or was answered."""
    rules = ward.cases
    return (
        Patience(Status.WAITING, rules.supplement_reminders, rules.supplement_days, Act.EXPIRE),
        Patience(Status.ANSWERED, (rules.remind_after_days,), rules.close_after_days, Act.LAPSE),
    )


def days_ago(ward: Ward, today: date, workdays: int) -> datetime:
    """What began before this moment is by `today` that many working days old, at least 1; today is a working day."""
    return midnight(ward.calendar.add(today, 1 - workdays))


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time.min, VIETNAM)


def remind(app: App) -> None:
    """Remind the owners who are due for it."""
    if not is_open(app):
        return
    ward, today = app.profile(), local_date(app.clock())
    stages = [
        (patience.status, days_ago(ward, today, days), patience.stage(days))
        for patience in patiences(ward)
        for days in patience.told_after
    ]
    each(app, ask(app, lambda session: _silent(session, stages)), _remind)


def _remind(work: Work, case_id: int) -> None:
    case = cases.locked(work.session, case_id)
    patience = _patience(work, case) if case else None
    if case is None or patience is None or case.silent_since is None:
        return
    told = due.told_since(work.session, case.id, f"{case.status}:", case.silent_since)
    stage = _next_stage(work, patience, local_date(case.silent_since), told)
    if stage and not any(local_date(one.at) == work.today for one in told):
        rung = f"{stage}{local_date(case.silent_since)}"
        if first_time(work.session, Reminder(case_id=case.id, rung=rung, at=work.now)):
            _tell(work, case, patience, rung)


def _patience(work: Work, case: Case) -> Patience | None:
    """The rule under which the case is silent; None where it is not, or has letters that did not arrive."""
    found = next((one for one in patiences(work.ward) if one.status == case.status), None)
    carried = case.status == Status.WAITING and case.merged_into is not None
    return found if not carried and ending.arrived(work.session, case.id) else None


def _next_stage(work: Work, patience: Patience, since: date, told: list[Reminder]) -> str:
    """The first reminder that is due and was not given; empty where there is none."""
    given = {one.rung for one in told}
    due_now = [days for days in patience.told_after if work.ward.calendar.add(since, days) <= work.today]
    stages = (patience.stage(days) for days in due_now)
    return next((stage for stage in stages if not any(rung.startswith(stage) for rung in given)), "")


def _tell(work: Work, case: Case, patience: Patience, rung: str) -> None:
    """The owner; where the bot does not reach them, those who handle the case, who can call."""
    since = local_date(case.silent_since or work.now)
    last = patience.over(work.ward, since, work.today)
    until = work.say("due.until", weekday=wording.weekday(work, last), day=in_words(last))
    key = f"reminder:{case.id}:{rung}"
    reached = case.reporter_id is not None and work.tell(case.reporter_id, _to_owner(work, case, until), f"{key}:owner")
    if not reached:
        asks = "due.staff_waiting" if case.status == Status.WAITING else "due.staff_answered"
        text = work.say(asks, code=case.code, until=until)
        for one in notices.handlers(work, case):
            work.tell(one.person_id, Reply(text, ((notices.open_button(work, case),),)), f"{key}:staff:{one.id}")


def _to_owner(work: Work, case: Case, until: Markup) -> Reply:
    if case.status == Status.ANSWERED:
        return Reply(
            work.say("due.owner_answered", code=case.code, until=until), column(notices.asked_after(work, case))
        )
    asked = letters.last_sent(work.session, case.id)
    text = wording.shortened(asked.text, 300) if asked else ""
    rows: Rows = ((work.button("cases.button_add", f"case.add:{case.id}"),),)
    return Reply(work.say("due.owner_waiting", code=case.code, text=text, until=until), rows)


def end(app: App) -> None:
    """End the cases whose owner stayed silent to the end."""
    if not is_open(app):
        return
    ward, today = app.profile(), local_date(app.clock())
    ends = [(patience.status, days_ago(ward, today, patience.over_after + 1), "") for patience in patiences(ward)]
    each(app, ask(app, lambda session: _silent(session, ends)), _end)


def _silent(session: Session, stages: Sequence[tuple[Status, datetime, str]]) -> list[int]:
    """The cases that have come to one of these stages, each of them once."""
    return list({case_id: None for stage in stages for case_id in due.silent(session, *stage)})


def _end(work: Work, case_id: int) -> None:
    case = cases.locked(work.session, case_id)
    patience = _patience(work, case) if case else None
    if case is None or patience is None or case.silent_since is None:
        return
    told = due.told_since(work.session, case.id, f"{case.status}:", case.silent_since)
    since = local_date(case.silent_since)
    last_told = local_date(told[-1].at) if told else None
    everything = len({one.rung.split(":")[1] for one in told} & set(map(str, patience.told_after)))
    if everything == len(patience.told_after) and work.today > patience.over(work.ward, since, last_told):
        ending.close(work, CLOCK, case.id, patience.act)
