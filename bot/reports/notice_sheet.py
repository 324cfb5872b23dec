"""The A4 sheet of an announcement, ordered by whoever passes it on and made like every other paper."""

from bot.broadcasts.heads import sheet, unreached
from bot.broadcasts.heads.visiting import announced
from bot.feature import ButtonRoute, Feature, Job, Made, Said, Turn
from bot.papers.letter import docx
from bot.people.staff import EVERYBODY
from bot.reports.orders import order
from db.broadcasts import Broadcast

KIND = "notice_sheet"
PROOF = "xm"
"""The deep link that checks a code."""


def feature() -> Feature:
    """The route, and what is made."""
    button = ButtonRoute(unreached.SHEET, ordered, roles=EVERYBODY)
    return Feature(name="notice_sheet", buttons=(button,), makes={KIND: make})


def ordered(turn: Turn, argument: str) -> None:
    """Have it made; it is sent by itself."""
    found = announced(turn, argument)
    if found is None:
        turn.reply(turn.say("turn.old_button"))
        return
    link = turn.link(f"{PROOF}_{found[0].proof}")
    order(turn, KIND, {"broadcast": found[0].id, "link": link if link.startswith("https://") else ""})
    turn.reply(turn.say("sheet.ordered"))


def make(job: Job, _said: Said) -> Made:
    """A Word file, which can be printed anywhere and completed with a number and a signature."""
    with job.database.read() as session:
        broadcast = session.get_one(Broadcast, int(str(job.wanted["broadcast"])))
    name = f"thong-bao-{broadcast.number:02}-{broadcast.year}.docx"
    paper = docx(sheet.letter(job.say, job.ward, broadcast, str(job.wanted["link"])))
    (job.folder / name).write_bytes(paper)
    number = f"{broadcast.number:02}/{broadcast.year}"
    return Made(name, 0, job.say("sheet.caption", number=number, title=broadcast.title))
