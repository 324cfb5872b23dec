"""How the papers of this part are made out of an order, in whatever process makes them."""

from collections.abc import Mapping

from markupsafe import Markup

from bot.core.clock import VIETNAM, in_words
from bot.feature import Job, Made, Said, Turn
from bot.reports.exports.rules import Form, Protected, Selection, selection_for
from bot.reports.exports.table import (
    Press,
    export,
    export_attachments,
    file_name,
    filters_in_words,
    period_in_words,
    wanted_of,
)
from bot.reports.figures import drawing
from db import export_rows
from db.staff import Role

ATTACHMENTS = "zip"


def count(turn: Turn, selection: Selection, protected: Protected) -> int:
    """How many cases the table would have now."""
    return export_rows.count(turn.session, wanted_of(selection, protected, turn.today))


def grouped(number: int) -> str:
    """A number as offices write it: 100.000."""
    return f"{number:,}".replace(",", ".")


def table(job: Job, said: Said) -> Made:
    """The table of cases, or the files that came with them, as whoever ordered it may have them now."""
    form = Form.MASKED if job.masked else Form.FULL
    asked, wanted = job.wanted["selection"], str(job.wanted["format"])
    selection, protected = selection_for(job.staff, Selection.from_json(asked if isinstance(asked, Mapping) else {}))
    name = file_name(job.say, selection, form, wanted, job.now)
    target = job.folder / name
    if wanted == ATTACHMENTS:
        rows = export_attachments(_press(job), selection, form, protected, target, said)
    else:
        rows = export(_press(job), selection, form, protected, wanted, target, said)
    return Made(name, rows, _caption(job, selection, form, wanted, rows))


def _press(job: Job) -> Press:
    return Press(job.database, job.files, job.say, job.ward, job.now)


def _caption(job: Job, selection: Selection, form: Form, wanted: str, rows: int) -> Markup:
    say, local = job.say, job.now.astimezone(VIETNAM)
    chosen = "; ".join((period_in_words(say, selection), *filters_in_words(say, job.ward, selection)))
    what = "ordering.caption_files" if wanted == ATTACHMENTS else "ordering.caption_table"
    lines = [
        say(what, count=grouped(rows), chosen=chosen),
        say("ordering.caption_masked" if form is Form.MASKED else "ordering.caption_full"),
        say("ordering.caption_now", hour=f"{local:%H}", minute=f"{local:%M}", day=in_words(local.date())),
    ]
    return Markup("\n").join(lines)


def picture(job: Job, _said: Said) -> Made:
    """Figures as a picture with their words."""
    which, unit = str(job.wanted["which"]), str(job.wanted.get("unit") or "")
    name = f"thong-ke-{which}.png"
    protected = job.staff.role == Role.LEADER
    return Made(name, 0, drawing.draw(_press(job), which, unit, job.folder / name, protected=protected), "photo")
