"""The columns of the register that is filled in and imported, as headings to look for and as fields to offer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.cases.behalf import COUNTER, GROUP
from bot.core.choices import plain
from bot.papers.form import Entry, Field, Form
from bot.papers.sheets import Heading
from bot.text import Texts
from bot.ward import Ward

CHANNELS = {"van-ban": "văn bản", "ttpvhcc": COUNTER, "tdp": GROUP, "doi-thoai": "đối thoại", "pakn": "pakn"}
"""How a petition came, by the name that stands in its key; the values are those of `Case.source`."""

SLUGS = {source: slug for slug, source in CHANNELS.items()}


def _none(_ward: Ward) -> Sequence[str]:
    return ()


def _subjects(ward: Ward) -> Sequence[str]:
    return [subject.title for subject in ward.subjects]


@dataclass(frozen=True)
class Column:
    """A column; its title, hint and example are texts named after its key; `shown` is the choice of the example."""

    key: str
    entry: Entry
    width: float
    required: bool = False
    others: Sequence[str] = ()
    choices: Callable[[Ward], Sequence[str]] = _none
    shown: int = 0


COLUMNS = (
    Column("channel", Entry.TEXT, 13, required=True, choices=lambda _ward: tuple(CHANNELS.values())),
    Column("number", Entry.TEXT, 20, required=True, others=("Số đến", "Mã phiếu nguồn", "Số, ký hiệu")),
    Column("received", Entry.DAY, 14, required=True, others=("Ngày nhận", "Ngày đến")),
    Column("business", Entry.TEXT, 28, others=("Tên DN", "Tên doanh nghiệp, HTX, hộ kinh doanh", "Đơn vị kiến nghị")),
    Column("group", Entry.TEXT, 18, others=("TDP",), choices=lambda ward: [group.name for group in ward.groups]),
    Column("address", Entry.TEXT, 28),
    Column("phone", Entry.TEXT, 14, others=("Số điện thoại", "SĐT")),
    Column("subject", Entry.TEXT, 30, required=True, choices=_subjects, shown=-1),
    Column("text", Entry.LONG_TEXT, 60, required=True, others=("Nội dung khó khăn, vướng mắc",)),
    Column("suggestion", Entry.LONG_TEXT, 40, others=("Đề xuất", "Kiến nghị")),
    Column("document", Entry.LONG_TEXT, 30, others=("Văn bản liên quan", "Thủ tục liên quan")),
    Column("unit", Entry.TEXT, 18, others=("Đơn vị xử lý",), choices=lambda ward: [unit.short for unit in ward.units]),
    Column("due", Entry.DAY, 14, others=("Hạn", "Hạn xử lý")),
    Column("note", Entry.LONG_TEXT, 30),
)

EXAMPLE_DAYS = {"received": date(2026, 12, 1), "due": date(2026, 12, 15)}


@cache
def _is_example() -> str:
    return plain("ví dụ")


def is_example(number: str) -> bool:
    """Whether a row is the example that the form comes with."""
    return plain(number).startswith(_is_example())


def title(say: Texts, key: str) -> str:
    """What heads a column."""
    return say.label(f"imports.title_{key}")


def headings(say: Texts) -> list[Heading]:
    """The columns as they are looked for."""
    return [Heading(column.key, title(say, column.key), column.others, column.required) for column in COLUMNS]


def form(say: Texts, ward: Ward) -> Form:
    """The columns as a workbook to fill in, with the choices of this ward."""
    return Form(
        sheet=say.label("imports.sheet"),
        guide=say.label("imports.guide"),
        lists=say.label("imports.lists"),
        guide_headings=(say.label("imports.guide_column"), say.label("imports.guide_hint")),
        guide_lines=[say.label(f"imports.guide_line_{number}") for number in (1, 2, 3)],
        wrong_choice=say.label("imports.wrong_choice"),
        fields=[_field(say, ward, column) for column in COLUMNS],
    )


def _field(say: Texts, ward: Ward, column: Column) -> Field:
    star = "*" if column.required else ""
    return Field(
        title=title(say, column.key) + star,
        hint=say.label(f"imports.hint_{column.key}"),
        example=EXAMPLE_DAYS.get(column.key) or _example(say, ward, column),
        entry=column.entry,
        width=column.width,
        choices=column.choices(ward),
    )


def _example(say: Texts, ward: Ward, column: Column) -> str:
    """A choice of this ward where there are choices, so that the example can be copied."""
    choices = column.choices(ward)
    return choices[column.shown] if choices else say.label(f"imports.example_{column.key}")
