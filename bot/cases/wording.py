"""How a case, its history and its lists look; values in, texts out."""

from datetime import date, datetime

from markupsafe import Markup

from bot.cases.rules import late, on_time
from bot.core.clock import VIETNAM, in_words, local_date
from bot.feature import Work
from db.attachments import Attachment
from db.cases import Case, Status
from db.letters import Kind, Letter

SUMMARY = 60


def deadline(work: Work, day: date) -> str:
    """A due date as it is promised: "trước 17h00 thứ Năm, 10/12/2026"."""
    closing = work.ward.calendar.closing(day)
    hour = f"{closing.hour}h{closing.minute:02d}"
    return work.app.say.label("cases.deadline", hour=hour, weekday=weekday(work, day), day=in_words(day))


def weekday(work: Work, day: date) -> str:
    """The day of the week."""
    return work.app.say.label(f"cases.weekday_{day.weekday()}")


def status(work: Work, case: Case) -> str:
    """Where the case stands, in the ward's words."""
    return work.app.say.label(f"cases.status_{case.status}")


def subject(work: Work, case: Case) -> str:
    """The title of the subject; the id where the profile has it no more."""
    found = work.ward.subject(case.subject)
    return found.title if found else case.subject


def unit(work: Work, name: str) -> str:
    """The name of a unit; the id where the profile has it no more."""
    found = work.ward.unit(name)
    return found.name if found else name


def handled_by(work: Work, case: Case) -> str:
    """Who works on the case, as the owner is told; of a protected one no unit."""
    leaders = work.app.say.label("cases.leaders", committee=work.ward.names.committee)
    return leaders if case.protected else unit(work, case.unit)


def staff_file(case: Case, file: Attachment, plain_name: str = "") -> str:
    """What a file is called to staff; that of an unnamed sender is named by its number, because names tell."""
    if not case.anonymous or file.letter_id is not None:
        return file.name or plain_name
    dot, ending = (file.name or plain_name).rpartition(".")[1:]
    return f"tep-{file.id}{dot}{ending if dot else ''}"


def authority(work: Work, name: str) -> str:
    """The name of an authority; the id where the profile has it no more."""
    found = work.ward.authority(name)
    return found.name if found else name


def place(work: Work, case: Case) -> str:
    """Where it is: the neighbourhood group, what was typed, the coordinates."""
    group = work.ward.group(case.neighbourhood)
    spot = f"{case.latitude:.5f}, {case.longitude:.5f}" if case.latitude is not None and case.longitude else ""
    return "; ".join(part for part in (group.name if group else "", case.place, spot) if part)


def shortened(text: str, longest: int = SUMMARY) -> str:
    """The beginning of a text, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rsplit(" ", 1)[0] + "…"


def moment(at: datetime) -> str:
    """A moment as people read it: 09:05 05/12/2026."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def standing(work: Work, case: Case) -> str:
    """What its deadline means today: late, on time, or how long is left."""
    if case.status == Status.WAITING:
        return work.app.say.label("cases.standing_paused", left=max(0, case.days_left or 0))
    if late(case, work.today):
        return work.app.say.label("cases.standing_late", days=-work.ward.calendar.left(work.today, case.due_on))
    punctual = on_time(case)
    if punctual is not None and case.status not in {Status.WORKING, Status.RECEIVED, Status.FORWARDED}:
        return work.app.say.label("cases.standing_on_time" if punctual else "cases.standing_was_late")
    return work.app.say.label("cases.standing_left", left=work.ward.calendar.left(work.today, case.due_on))


def letter(work: Work, case: Case, written: Letter) -> Markup:
    """A letter as its owner reads it."""
    values: dict[str, object] = {"code": case.code, "text": written.text, "officer": written.officer}
    if written.kind == Kind.REQUEST:
        return work.say("cases.letter_request", **values, days=work.ward.cases.supplement_days)
    if written.kind == Kind.DECLINE:
        return work.say("cases.letter_decline", **values, basis=written.basis)
    key = "cases.letter_answer" if written.kind == Kind.ANSWER else "cases.letter_correction"
    return work.say(key, **values, basis=written.basis, committee=work.ward.names.committee)


def received_on(case: Case) -> str:
    """The day of receipt."""
    return in_words(local_date(case.received_at))
