"""Charts: every label whole, inside the picture and apart from the others; the letters of Vietnamese, and people's."""

import io
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from bot.papers.chart import Bar, Bars, Chart, Columns, Goal, Series, Step
from bot.papers.charts import ROOM, WIDTH, figure, png
from bot.papers.lettering import drawable, width, wrapped

VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
VIETNAMESE = VOWELS + VOWELS.upper() + "đĐ–…“”₫%"
STEPS = [Step(f"T{number}", f"{number:02d}/11") for number in range(17, 29)]


def columns(*values: Sequence[float | None], stacked: bool = False, goal: Goal | None = None) -> Columns:
    written = [["–" if one is None else f"{one:,.0f}".replace(",", ".") for one in series] for series in values]
    sums = [[f"{sum(one or 0 for one in step):,.0f}" for step in zip(*values, strict=True)]]
    return Columns(
        title="Phiếu nhận và trả lời theo tuần",
        lines=["Phòng Kinh tế, Hạ tầng và Đô thị, 12 tuần gần nhất"],
        steps=STEPS,
        series=[Series(f"Phiếu đã trả lời {at}", series) for at, series in enumerate(values)],
        shown=sums if stacked else written,
        empty="chưa có số liệu",
        stacked=stacked,
        top=100 if goal else None,
        unit=" %" if goal else "",
        goal=goal,
        foot="Số liệu tính đến 09 giờ 00, ngày 01/12/2026. Không tính các phiếu chỉ lãnh đạo được xem.",
    )


def bars(*rows: Bar, names: tuple[str, ...] = ()) -> Bars:
    return Bars("Phiếu đang mở theo đơn vị", ["Cả phường"], rows, "chưa có số liệu", names, "Số liệu tính đến nay.")


def texts(chart: Chart) -> list[tuple[str, Bbox]]:
    """Every text of the picture and where it stands, in pixels."""
    drawn = figure(chart)
    canvas = drawn.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    shown = [one for one in drawn.findobj(Text) if isinstance(one, Text) and one.get_text()]
    return [(one.get_text(), one.get_window_extent(renderer)) for one in shown]


def assert_readable(chart: Chart) -> None:
    placed, (wide, high) = texts(chart), figure(chart).bbox.size
    for said, box in placed:
        assert box.x0 >= 0, said
        assert box.y0 >= 0, said
        assert box.x1 <= wide, said
        assert box.y1 <= high, said
    for (one, first), (other, second) in combinations(placed, 2):
        assert not first.padded(-1).overlaps(second.padded(-1)), (one, other)


RAGGED: list[float | None] = [3, 5, 12, 9, 0, 7, 14, 22, 10, 8, 99, 12]
SHARES: list[float | None] = [96.3, 100, None, 50, 0, 8, 100, 97.5, 88, 100, 96, 100]

CHARTS: dict[str, Chart] = {
    "two beside one another": columns(RAGGED, RAGGED[::-1]),
    "thousands": columns([value and value * 1234 for value in RAGGED], RAGGED),
    "upon one another": columns(RAGGED, RAGGED, RAGGED, stacked=True),
    "a single one": columns([0] * 11 + [1], [0] * 12),
    "shares with their goal": columns(SHARES, goal=Goal(100, "Chỉ tiêu 100 %")),
    "nothing": columns([0] * 12),
    "parts by age": bars(
        Bar("Phòng Kinh tế, Hạ tầng và Đô thị", [5, 12, 3, 2], "22 phiếu, quá hạn 3"),
        Bar("Trung tâm Phục vụ hành chính công " * 3, [1, 0, 1000, 1], "1.002 phiếu, quá hạn 1.000"),
        Bar("Công an phường", [0, 0, 0, 1], "1 phiếu"),
        names=("0–5 ngày", "6–10 ngày", "11–20 ngày", "trên 20 ngày"),
    ),
    "a share of a whole": bars(
        Bar("Hài lòng", [0.67], "67 %", of=1, goal=Goal(0.9, "Chỉ tiêu từ 90 %")),
        Bar("5", [0], "0"),
        Bar("4", [7], "7"),
    ),
    "people's texts": bars(
        Bar("giá $5 hay $6 \\alpha _x^2 😀🧾 thế\u202e nào\nhai dòng\x00", [3], "3 lượt"),
        Bar("khôngdấucách" * 30, [2], "2 lượt"),
        Bar("مرحبا 你好", [2], "2 lượt"),
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_label_is_whole_and_apart_from_the_others(name: str) -> None:
    assert_readable(CHARTS[name])


@pytest.mark.parametrize("name", CHARTS)
def test_pictures_are_as_wide_as_a_phone_wants_and_hold_something(name: str) -> None:
    picture = Image.open(io.BytesIO(png(CHARTS[name])))
    assert picture.format == "PNG"
    assert picture.width == WIDTH
    assert len(picture.convert("RGB").getcolors(1_000_000) or ()) > 10


def test_the_same_values_are_the_same_picture() -> None:
    assert png(CHARTS["a share of a whole"]) == png(CHARTS["a share of a whole"])


def test_nothing_says_so_instead_of_an_empty_frame() -> None:
    said = [text for text, _ in texts(columns([0] * 12))]
    assert "chưa có số liệu" in said
    assert not {"T17", "T28"} & set(said)


def test_a_goal_is_named_and_no_number_stands_on_its_line() -> None:
    placed = dict(texts(CHARTS["shares with their goal"]))
    assert "Chỉ tiêu 100 %" in placed
    line = placed["100 %"].y0 + placed["100 %"].height / 2
    assert not placed["96"].y0 <= line <= placed["96"].y1


def test_every_letter_of_vietnamese_is_drawn() -> None:
    assert drawable(VIETNAMESE) == VIETNAMESE
    png(bars(Bar(VIETNAMESE, [1], "1")))


def test_letters_taken_apart_are_put_together_and_unknown_ones_left_out() -> None:
    assert drawable("phu\u031bo\u031b\u0300ng  \x00\u202e🧾\n năm") == "phường năm"


few = settings(max_examples=25, deadline=None)


@few
@given(st.text(max_size=300), st.floats(10, 1e6))
def test_whatever_people_write_stays_readable(said: str, value: float) -> None:
    assert_readable(bars(Bar(said, [value], f"{value:.0f} lượt"), Bar("sau đó", [1], "1 lượt")))


@few
@given(
    st.lists(st.integers(0, 3000), min_size=12, max_size=12), st.lists(st.integers(0, 3000), min_size=12, max_size=12)
)
def test_whatever_the_counts_are(some: list[float | None], others: list[float | None]) -> None:
    assert_readable(columns(some, others))
    assert_readable(columns(some, others, stacked=True))


@settings(deadline=None)
@given(st.text(max_size=400))
def test_lines_fit_and_lose_nothing_without_a_mark(said: str) -> None:
    lines = wrapped(said, 30, ROOM)
    assert len(lines) <= 2
    assert all(width(line, 30) <= ROOM for line in lines)
    whole = drawable(said).replace(" ", "")
    assert "".join(lines).replace(" ", "") == whole or lines[-1].endswith("…")
