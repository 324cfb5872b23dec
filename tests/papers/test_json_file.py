"""JSON files, read again."""

import json
import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.papers import json_file
from bot.papers.json_file import HALVES
from bot.papers.plain_text import REPLACEMENT
from bot.papers.table import Row, Table
from tests.papers.tables import COLUMNS, META, ROW, TEXTS, table, telling


def test_the_whole_format(tmp_path: Path) -> None:
    rows: list[Row] = [ROW, (2, "", date(2026, 2, 8), "x", None)]
    assert json_file.write(table(rows), tmp_path / "a.json") == 2
    read = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert list(read) == ["format", "title", "lines", "meta", "columns", "rows", "totals", "notes"]
    assert read["format"] == "dong-hanh/1"
    assert read["meta"] == {"created": META["created"]}
    assert read["columns"] == [{"key": column.key, "title": column.title} for column in COLUMNS]
    first = {"number": 1, "code": "VH-2026-0001", "received": {"day": "2026-12-01", "word": "bot"}}
    assert read["rows"][0] == first | {"story": "Cống tắc", "due": "2026-12-15"}
    assert read["rows"][1] == {"number": 2, "code": "", "received": "2026-02-08", "story": "x", "due": None}
    on_time = {"key": "on_time", "title": "Tỷ lệ đúng hạn", "value": 0.964, "percent": True, "target": "chỉ tiêu 100 %"}
    assert read["totals"][1] == on_time
    assert read["totals"][2]["value"] is None
    assert read["notes"] == ["Ghi chú một."]


def test_it_is_readable_text_with_a_row_a_line(tmp_path: Path) -> None:
    json_file.write(table(telling("đồng", "b")), tmp_path / "a.json")
    lines = (tmp_path / "a.json").read_text("utf-8").splitlines()
    assert '"story": "đồng"' in lines[6]
    assert not (tmp_path / "a.json").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_table_without_rows(tmp_path: Path) -> None:
    assert json_file.write(Table("Bảng", (), COLUMNS, iter(())), tmp_path / "a.json") == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["rows"] == []


@settings(deadline=None)
@given(text=TEXTS)
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.json"
    json_file.write(table(telling(text, "ở" * 40_000)), path)
    stories = [row["story"] for row in json.loads(path.read_bytes())["rows"]]
    assert stories == [HALVES.sub(REPLACEMENT, text), "ở" * 40_000]


def test_a_number_that_json_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_file.write(table([(math.nan, "", None, "", None)]), tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_a_row_of_another_length_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="argument"):
        json_file.write(table([(1, "x")]), tmp_path / "a.json")
