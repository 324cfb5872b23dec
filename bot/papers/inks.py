"""The formats of a spreadsheet's cells: each is made once, because a book takes only so many."""

from typing import Any

from bot.papers.layout import TITLE_SIZE
from bot.papers.plain_text import one_line
from bot.papers.table import Kind, Total

DAY = "dd/mm/yyyy"
MOST_WORDS = 100
"""Words beside days that get a number format of their own; Excel takes 200 to 250 such formats in a book."""

LONGEST_FORMAT = 255
"""Characters of a number format."""

CELL = {"border": 1, "valign": "top", "text_wrap": True}
MIDDLE = {"align": "center"}
FIGURE = {"border": 1, "valign": "top", "align": "center", "shrink": True}
"""Numbers and days do not go on on the next line; without shrinking a narrow column shows ###."""
GREY = "#EDEDED"


class Inks:
    """The formats of one book."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format(
            {"bold": True, "font_size": TITLE_SIZE, "text_wrap": True, "valign": "vcenter", **MIDDLE}
        )
        self.line = book.add_format({"italic": True, "text_wrap": True, "valign": "vcenter", **MIDDLE})
        self.header = book.add_format({**CELL, **MIDDLE, "bold": True, "valign": "vcenter", "bg_color": GREY})
        self.number = book.add_format(FIGURE)
        self.day = book.add_format({**FIGURE, "num_format": DAY})
        self.empty = book.add_format(CELL)
        self.note = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
        self.total = book.add_format({**CELL, "valign": "vcenter"})
        self.value = self._value("General")
        self.target = book.add_format({**CELL, **MIDDLE, "valign": "vcenter"})
        self._values = {style: self._value(style) for style in ("0.0%", "#,##0", "#,##0.0")}
        self._texts: dict[tuple[Kind, int], Any] = {}
        self._days: dict[str, Any] = {}

    def _value(self, style: str) -> Any:
        return self.book.add_format({**CELL, **MIDDLE, "valign": "vcenter", "bold": True, "num_format": style})

    def value_of(self, total: Total) -> Any:
        """How the value of a total is written: a share as percent, a count whole."""
        if total.percent:
            return self._values["0.0%"]
        return self._values["#,##0" if isinstance(total.value, int) else "#,##0.0"]

    def text(self, kind: Kind, size: int) -> Any:
        """For text in a column of that kind; a hidden apostrophe keeps it text when somebody edits it in Excel."""
        if (kind, size) not in self._texts:
            beside = {} if kind is Kind.TEXT else MIDDLE
            self._texts[kind, size] = self.book.add_format({**CELL, **beside, "font_size": size, "quote_prefix": True})
        return self._texts[kind, size]

    def day_and(self, word: str) -> Any | None:
        """For a day that shows the word behind it; None when no number format can do that."""
        if word not in self._days and len(self._days) < MOST_WORDS:
            style = DAY + _quoted(" · " + one_line(word))
            fits = len(style) <= LONGEST_FORMAT
            self._days[word] = self.book.add_format({**FIGURE, "num_format": style}) if fits else None
        return self._days.get(word)

    def words(self) -> list[str]:
        """The words that stood beside days so far."""
        return list(self._days)


def _quoted(text: str) -> str:
    """Literal text in a number format: a quotation mark stands outside the quotes, behind a backslash."""
    return '\\"'.join(f'"{part}"' if part else "" for part in text.split('"'))
