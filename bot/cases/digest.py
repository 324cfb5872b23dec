"""What awaits everybody of the staff at the opening of a working day, in one short message; nothing to tell, none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from markupsafe import Markup
from sqlmodel import Session

from bot.cases import notices, wording
from bot.cases.owed import ask, each
from bot.core.clock import in_words, local_date
from bot.core.replies import Reply, column
from bot.feature import App, Work
from bot.people.staff import acting_for, stands_in_for
from db import due
from db.cases import Case
from db.clockwork import Daily, first_time
from db.due import Counts, Term
from db.staff import Role, Staff, all_serving

WINDOW = timedelta(hours=3)
"""After the opening; a digest that comes later than that tells nobody anything new."""

MOST_BUTTONS = 6

Line = tuple[str, int]


@dataclass(frozen=True)
class Contents:
    """Lines (a text and how many cases), the cases to show as buttons, how many are open in all where that is
    told too, and of whose work it tells besides one's own.
    """

    lines: Sequence[Line]
    cases: Sequence[Case]
    open: int = 0
    absent: Sequence[Staff] = ()


def send(app: App) -> None:
    """Send the digests that are due now; once a day to each."""
    calendar, now = app.profile().calendar, app.clock()
    today = local_date(now)
    opening = calendar.opening(today)
    if calendar.is_workday(today) and opening <= now < opening + WINDOW:
        waiting = ask(app, lambda session: _waiting(session, today))
        each(app, waiting, _send)


def _waiting(session: Session, today: date) -> list[int]:
    staff = [one.id for one in all_serving(session)]
    done = due.done_today(session, [_task(one) for one in staff], today)
    return [one for one in staff if _task(one) not in done]


def _task(staff_id: int) -> str:
    return f"digest:{staff_id}"


def _send(work: Work, staff_id: int) -> None:
    staff = work.session.get_one(Staff, staff_id)
    if staff.until is not None or not first_time(
        work.session, Daily(task=_task(staff_id), day=work.today, at=work.now)
    ):
        return
    if acting_for(work.session, staff, work.today).id != staff.id:
        return  # the substitute's digest tells of this work
    contents = CONTENTS[Role(staff.role)](work, staff)
    contents = replace(contents, lines=[*contents.lines, *_of_others(work, staff)])
    if any(count for _, count in contents.lines):
        work.tell(staff.person_id, _written(work, contents), f"digest:{staff_id}:{work.today}")


def _of_others(work: Work, staff: Staff) -> list[Line]:
    """What awaits somebody besides cases."""
    return [line for feature in work.app.features if feature.awaits for line in feature.awaits(work, staff)]


def _written(work: Work, contents: Contents) -> Reply:
    title = work.say("due.digest_title", weekday=wording.weekday(work, work.today), day=in_words(work.today))
    counted = (*contents.lines, ("due.digest_open", contents.open))
    lines = [title, *(work.say(key, count=count) for key, count in counted if count)]
    if contents.absent:
        lines.append(work.say("due.digest_absent", names=", ".join(one.name for one in contents.absent)))
    buttons = [notices.open_button(work, case) for case in _distinct(contents.cases)]
    return Reply(Markup("\n").join(lines), column(buttons))


def _distinct(found: Sequence[Case]) -> list[Case]:
    return list({case.id: case for case in found}.values())[:MOST_BUTTONS]


def _term(work: Work) -> Term:
    """New is what came since the working day before opened: what its digest could not tell."""
    calendar = work.ward.calendar
    since = calendar.opening(calendar.add(work.today, -1))
    return Term(since, work.today, calendar.add(work.today, work.ward.cases.warn_days))


def _own(work: Work, staff: Staff, unit: str = "") -> Contents:
    """What somebody handles, for absent colleagues too, and what nobody in the unit has taken."""
    absent = stands_in_for(work.session, staff, work.today)
    scope, term = due.of_officer([staff.id, *(one.id for one in absent)], unit), _term(work)
    counts = due.counts(work.session, scope, term)
    return Contents(_counted(counts), due.pressing(work.session, scope, term, MOST_BUTTONS), absent=absent)


def _counted(counts: Counts) -> list[Line]:
    return [("due.digest_new", counts.new), ("due.digest_due", counts.due), ("due.digest_late", counts.late)]


def _of_officer(work: Work, staff: Staff) -> Contents:
    return _own(work, staff, staff.unit)


def _of_leader(work: Work, _staff: Staff) -> Contents:
    """The whole ward, protected cases too, and the answers that wait."""
    term, waiting = _term(work), due.proposals(work.session, MOST_BUTTONS)
    counts = due.counts(work.session, due.EVERYTHING, term)
    lines = [
        ("due.digest_approve", due.count_proposals(work.session)),
        ("due.digest_protected", counts.protected),
        *_counted(counts),
    ]
    return Contents(lines, [*waiting, *due.pressing(work.session, due.EVERYTHING, term, MOST_BUTTONS)], counts.open)


def _of_desk(work: Work, staff: Staff) -> Contents:
    """Admin and clerk see that nothing lies about; protected cases are none of theirs."""
    own = _own(work, staff)
    free, undelivered = due.unassigned(work.session, MOST_BUTTONS), due.undelivered(work.session, MOST_BUTTONS)
    lines = [("due.digest_unassigned", free[0]), ("due.digest_undelivered", undelivered[0]), *own.lines]
    return replace(own, lines=lines, cases=[*undelivered[1], *free[1], *own.cases])


def _of_head(work: Work, staff: Staff) -> Contents:
    """A neighbourhood head hears what became of the cases logged for others."""
    own = _own(work, staff)
    count, answered = due.answered_for(work.session, staff.id, _term(work).since, MOST_BUTTONS)
    return replace(own, lines=[("due.digest_answered", count), *own.lines], cases=[*answered, *own.cases])


CONTENTS: dict[Role, Callable[[Work, Staff], Contents]] = {
    Role.OFFICER: _of_officer,
    Role.LEADER: _of_leader,
    Role.ADMIN: _of_desk,
    Role.CLERK: _of_desk,
    Role.HEAD: _of_head,
}
