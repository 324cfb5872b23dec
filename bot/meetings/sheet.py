"""The guests of a meeting as a spreadsheet: everybody who answered, came, or is silent."""

from collections.abc import Iterator

from sqlmodel import Session

from bot.core.clock import VIETNAM, in_words
from bot.feature import Job, Made, Said
from bot.meetings import rules, silent
from bot.papers.table import Column, Kind, Row, Table, Total
from db import invited
from db.invited import Line
from db.meetings import Answer, Meeting

KIND = "meeting_guests"

ANSWERS = {
    "": "lists.silent",
    Answer.COMING: "lists.coming",
    Answer.DECLINED: "lists.declined",
    Answer.WAITING: "lists.waiting",
    Answer.OFFERED: "lists.waiting",
    Answer.LAPSED: "lists.lapsed",
    Answer.WALKED_IN: "lists.walked_in",
}

COLUMNS = (
    ("number", "lists.column_number", Kind.NUMBER, 5),
    ("name", "lists.column_name", Kind.TEXT, 30),
    ("group", "lists.column_group", Kind.TEXT, 20),
    ("phone", "lists.column_phone", Kind.TEXT, 14),
    ("answer", "lists.column_answer", Kind.TEXT, 18),
    ("party", "lists.column_party", Kind.NUMBER, 10),
    ("came", "lists.column_came", Kind.NUMBER, 10),
    ("came_at", "lists.column_at", Kind.TEXT, 8),
    ("note", "lists.column_note", Kind.TEXT, 30),
)


class Writer:
    """Writes the rows and counts for the totals as they go by."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.coming = self.came = self.rows = 0

    def row(self, line: Line) -> Row:
        """Somebody."""
        self.rows += 1
        self.coming += line.party if line.answer == Answer.COMING else 0
        self.came += line.came_party or 0
        say, group = self.job.say.label, self.job.ward.group(line.group)
        result = silent.LABELS.get(line.result, "")
        return (
            self.rows,
            line.name,
            group.name if group else line.group,
            line.phone,
            say(ANSWERS[line.answer]),
            line.party or None,
            line.came_party,
            f"{line.came_at.astimezone(VIETNAM):%H:%M}" if line.came_at else "",
            line.reason or (say(result) if result else ""),
        )

    def totals(self) -> list[Total]:
        """The people who were announced, and those who were there."""
        say = self.job.say.label
        return [
            Total("coming", say("lists.total_coming"), self.coming),
            Total("came", say("lists.total_came"), self.came),
        ]


def guests(job: Job, said: Said) -> Made:
    """Make it. Raises PermissionError where whoever ordered it may not read of that meeting any more."""
    from bot.papers import xlsx  # noqa: PLC0415 - spares every other turn its import

    number, writer = int(str(job.wanted["meeting"])), Writer(job)
    name = job.say.label("lists.sheet_name", number=number)
    with job.database.snapshot() as session:
        meeting = session.get_one(Meeting, number)
        if not rules.sees(job.staff, meeting):
            raise PermissionError("the guests of a meeting are for those who organise it")
        rows: Iterator[Row] = map(writer.row, _lines_of(session, meeting))
        count = xlsx.write(_table(job, meeting, writer, rows), job.folder / name, lambda done: said(done, done))
        caption = job.say("lists.caption", title=meeting.title, count=count)
    return Made(name, count, caption)


def _lines_of(session: Session, meeting: Meeting) -> Iterator[Line]:
    """Everybody whom the organiser may see."""
    found = invited.everybody(session, meeting)
    return found if silent.are_named(session, meeting) else (line for line in found if line.answer)


def _table(job: Job, meeting: Meeting, writer: Writer, rows: Iterator[Row]) -> Table:
    say = job.say.label
    return Table(
        title=say("lists.sheet_title"),
        lines=_lines(job, meeting),
        columns=[Column(key, say(title), kind, width) for key, title, kind, width in COLUMNS],
        rows=rows,
        totals=writer.totals,
        sheet=say("lists.sheet"),
        meta={"created": job.now.astimezone(VIETNAM).isoformat(), "shortened": say("lists.sheet_short")},
    )


def _lines(job: Job, meeting: Meeting) -> list[str]:
    say, now, starts = job.say.label, job.now.astimezone(VIETNAM), meeting.starts_at.astimezone(VIETNAM)
    at = f"{starts:%H:%M} {in_words(starts.date())}"
    made = {"hour": f"{now:%H}", "minute": f"{now:%M}", "day": in_words(now.date()), "staff": job.staff.name}
    return [
        say("lists.sheet_meeting", title=meeting.title, at=at, place=meeting.place),
        say("lists.sheet_as_of", **made),
        say("lists.sheet_personal"),
    ]
