"""One row of a register as a petition, or everything that is wrong with it; pure over the ward profile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import faq
from bot.cases.intake import Petition
from bot.cases.report_flow import FEWEST_WORDS, LONGEST_NAME, LONGEST_PLACE, LONGEST_STORY, LONGEST_WISH
from bot.cases.service import Report
from bot.core.choices import plain
from bot.core.flow import Invalid, invalid
from bot.papers.sheets import Cell, Line
from bot.reports.imports import cells
from bot.reports.imports.columns import CHANNELS, COLUMNS, SLUGS
from bot.ward import Ward

LONGEST_NUMBER = 60
LONGEST_DOCUMENT = 300

Parsed = str | date | None
Parser = Callable[[Cell], str | date | Invalid]


@dataclass(frozen=True)
class Remark:
    """What is wrong, or to be looked at, in a row of the spreadsheet; `column` is a key of the columns."""

    row: int
    column: str
    what: Invalid


class Reader:
    """Reads rows as this ward, today, understands them."""

    def __init__(self, ward: Ward, today: date) -> None:
        self.ward = ward
        subjects = {plain(name): each.id for each in ward.subjects for name in (each.id, each.title)}
        units = {plain(name): each.id for each in ward.units for name in (each.id, each.short, each.name)}
        groups = {plain(name): each.id for each in ward.groups for name in (each.id, each.name)}
        channels = {plain(name): source for slug, source in CHANNELS.items() for name in (slug, source)}
        self.parsers: dict[str, Parser] = {
            "channel": lambda cell: cells.one_of(cell, channels, list(CHANNELS.values())),
            "number": lambda cell: cells.limited(cells.number_of(cell), LONGEST_NUMBER),
            "received": lambda cell: cells.received_on(cell, today),
            "business": lambda cell: cells.limited(cells.line_of(cell), LONGEST_NAME),
            "group": lambda cell: cells.one_of(cell, groups, [each.name for each in ward.groups]),
            "address": lambda cell: cells.limited(cells.line_of(cell), LONGEST_PLACE),
            "phone": cells.phone_of,
            "subject": lambda cell: cells.one_of(cell, subjects, [each.title for each in ward.subjects]),
            "text": _story,
            "suggestion": lambda cell: cells.limited(cells.text_of(cell), LONGEST_WISH),
            "document": lambda cell: cells.limited(cells.line_of(cell), LONGEST_DOCUMENT),
            "unit": lambda cell: cells.one_of(cell, units, [each.short for each in ward.units]),
            "due": cells.day_of,
            "note": lambda cell: cells.limited(cells.text_of(cell), LONGEST_WISH),
        }
        if not ward.groups:  # a ward that has listed none yet: what is written is part of the address
            self.parsers["group"] = lambda cell: cells.limited(cells.line_of(cell), LONGEST_PLACE)

    def petition(self, line: Line) -> tuple[Petition | None, list[Remark]]:
        """The petition of a row; None where anything is wrong with it."""
        values: dict[str, Parsed] = {}
        wrong: dict[str, Invalid] = {}
        for column in COLUMNS:
            parsed = self._parsed(column.key, line.cells, required=column.required)
            if isinstance(parsed, Invalid):
                wrong[column.key] = parsed
            else:
                values[column.key] = parsed
        wrong |= self._between(values, line.cells)
        if wrong:
            return None, [Remark(line.number, key, what) for key, what in wrong.items()]
        return self._made(values), []

    def _parsed(self, key: str, found: Mapping[str, Cell], *, required: bool) -> Parsed | Invalid:
        cell = found.get(key)
        if cell is None or not cells.line_of(cell):
            return invalid("imports.missing") if required else None
        return self.parsers[key](cell)

    def _between(self, values: Mapping[str, Parsed], found: Mapping[str, Cell]) -> dict[str, Invalid]:
        """What is wrong between two cells although each is right by itself."""
        wrong: dict[str, Invalid] = {}
        received, due = values.get("received"), values.get("due")
        if isinstance(received, date) and isinstance(due, date):
            term = cells.due_on(found["due"], received)
            wrong |= {"due": term} if isinstance(term, Invalid) else {}
        place = cells.limited(self._place(values), LONGEST_PLACE)
        return wrong | ({"address": place} if isinstance(place, Invalid) else {})

    def _place(self, values: Mapping[str, Parsed]) -> str:
        group = "" if self.ward.groups else _text(values, "group")
        return "; ".join(part for part in (group, _text(values, "address")) if part)

    def _made(self, values: Mapping[str, Parsed]) -> Petition:
        source, number, received, due = _text(values, "channel"), _text(values, "number"), *_days(values)
        report = Report(
            subject=_text(values, "subject"),
            text=_text(values, "text"),
            place=self._place(values),
            neighbourhood=_text(values, "group") if self.ward.groups else "",
            suggestion=_text(values, "suggestion"),
            business=_text(values, "business"),
            phone=_text(values, "phone"),
            document=_text(values, "document"),
        )
        key = cells.key_of(SLUGS[source], number)
        return Petition(key, number, source, received, report, _text(values, "unit"), due, _text(values, "note"))


def _text(values: Mapping[str, Parsed], key: str) -> str:
    return str(values.get(key) or "")


def _days(values: Mapping[str, Parsed]) -> tuple[date, date | None]:
    received, due = values["received"], values.get("due")
    if not isinstance(received, date):
        raise TypeError("a petition was received on a day")
    return received, due if isinstance(due, date) else None


def _story(cell: Cell) -> str | Invalid:
    text = cells.text_of(cell)
    if len(plain(text).split()) < FEWEST_WORDS or not any(character.isalpha() for character in text):
        return invalid("imports.too_short")
    return cells.limited(text, LONGEST_STORY)


def look_again(ward: Ward, row: int, petition: Petition) -> list[Remark]:
    """What somebody must look at before anybody is told of it; recognising it closes no way."""
    text, subject = petition.report.text, ward.subject(petition.report.subject)
    again = []
    if faq.grievance(text):
        again.append(Remark(row, "text", invalid("imports.other_procedure")))
    if faq.is_about_official(text) and subject and not subject.protected:
        again.append(Remark(row, "subject", invalid("imports.about_official", title=ward.protected.title)))
    return again
