"""What stands in a cell of a register, as a value, or the sentence that says how to write it; pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from rapidfuzz import fuzz, process

from bot.core import accept
from bot.core.choices import plain
from bot.core.clock import in_words
from bot.core.events import Text
from bot.core.flow import Invalid, invalid
from bot.papers.sheets import Cell

EARLIEST = date(2020, 1, 1)
"""What was received before this day belongs to no log of the ward's; it is a slip of the pen."""
LONGEST_TERM = timedelta(days=2 * 366)
NEAREST = 3
FEW = 6
SHOWN = 60

_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_SPREADSHEET_DAYS = range(43_831, 73_051)
"""2020 to 2099 in the numbers behind a spreadsheet's dates, for cells that lost their format."""
_SPREADSHEET_ZERO = date(1899, 12, 30)
_AROUND_SIGNS = re.compile(r"\s*([/.:_-])\s*")
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")


def text_of(cell: Cell | None) -> str:
    """What people see in the cell, without spaces around it; a number that is whole shows no decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return in_words(cell.date())
    if isinstance(cell, date):
        return in_words(cell)
    text = re.sub(r"\r\n?|_x000D_\n?", "\n", str(cell))
    lines = (" ".join(line.split()) for line in _UNWANTED.sub("", unicodedata.normalize("NFC", text)).split("\n"))
    return "\n".join(lines).strip()


def line_of(cell: Cell | None) -> str:
    """The same on one line."""
    return " ".join(text_of(cell).split())


def limited(text: str, longest: int) -> str | Invalid:
    """The text, if it is no longer than that many characters."""
    if len(text) > longest:
        return invalid("imports.too_long", length=len(text), longest=longest)
    return text


def number_of(cell: Cell | None) -> str:
    """The number of a paper as it is written; what a spreadsheet made of it by itself is undone."""
    return re.sub(r"^(\d+)\.0$", r"\1", line_of(cell))


def key_of(slug: str, number: str) -> str:
    """What names a petition for good: how it came and its number, however that is spaced and spelt."""
    written = unicodedata.normalize("NFKC", number).casefold()
    spaced = _AROUND_SIGNS.sub(r"\1", " ".join(written.split()))
    return f"import:{slug}:{spaced}"


def day_of(cell: Cell | None) -> date | Invalid:
    """A date, as a date or as day/month/year."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in _SPREADSHEET_DAYS:
        return _SPREADSHEET_ZERO + timedelta(days=int(cell))
    written = line_of(cell)
    found, iso = _DAY.fullmatch(written), _ISO_DAY.fullmatch(written)
    year, month, day = (found[3], found[2], found[1]) if found else iso.groups() if iso else ("0", "0", "0")
    try:
        return datetime(int(year), int(month), int(day), tzinfo=UTC).date()
    except ValueError:
        return invalid("imports.no_day", said=shown(written))


def received_on(cell: Cell | None, today: date) -> date | Invalid:
    """The day of receipt, which is not in the future."""
    day = day_of(cell)
    if isinstance(day, Invalid):
        return day
    if day > today:
        return invalid("imports.future", day=in_words(day))
    return invalid("imports.too_early", day=in_words(day)) if day < EARLIEST else day


def due_on(cell: Cell | None, received: date) -> date | Invalid:
    """The last day for the answer."""
    day = day_of(cell)
    if isinstance(day, Invalid):
        return day
    if day < received:
        return invalid("imports.due_too_early", day=in_words(day), received=in_words(received))
    return invalid("imports.due_too_late", day=in_words(day)) if day > received + LONGEST_TERM else day


def phone_of(cell: Cell | None) -> str | Invalid:
    """One telephone number; the zero in front that a spreadsheet took away is put back."""
    written = line_of(cell)
    digits = re.sub(r"[\s.()-]", "", written)
    if re.fullmatch(r"[35789]\d{8}|2\d{9}", digits):
        digits = f"0{digits}"
    number = accept.phone(Text(digits))
    return number if isinstance(number, str) else invalid("imports.no_phone", said=shown(written))


def one_of(cell: Cell | None, names: Mapping[str, str], titles: Sequence[str]) -> str | Invalid:
    """What the cell names, by any of its names in plain spelling; otherwise the titles that come nearest."""
    written = line_of(cell)
    named = names.get(plain(written))
    return named or invalid("imports.unknown", said=shown(written), nearest="; ".join(nearest(written, titles)))


def nearest(said: str, titles: Sequence[str]) -> list[str]:
    """The few of the titles that look most like it; all of them where they are few."""
    if len(titles) <= FEW:
        return list(titles)
    found = process.extract(plain(said), {title: plain(title) for title in titles}, scorer=fuzz.WRatio, limit=NEAREST)
    return [title for _, _, title in found]


def shown(text: str) -> str:
    """The beginning of what was written, to be told apart by."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
