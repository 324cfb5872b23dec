"""The measuring command on a small set."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from faq.__main__ import app

INDEX = [
    ("gio", "mấy giờ mở cửa"),
    ("gio", "thứ bảy có làm không"),
    ("phi", "lệ phí bao nhiêu tiền"),
    ("phi", "mất phí không"),
    ("giay", "cần giấy tờ gì"),
]
QUERIES = [
    ("gio", "may gio thi mo cua", "folded"),
    (["phi", "giay"], "lệ phí", "clean"),
    ("giay", "can nhung giay to gi", "folded"),
    ("giay", "mấy giờ", "clean"),
    (None, "con mèo nhà em bỏ ăn", "far"),
]


def written(file: Path, rows: list[dict[str, object]]) -> Path:
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return written(tmp_path / "index.jsonl", [{"label": label, "text": text} for label, text in INDEX])


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    rows: list[dict[str, object]] = [{"label": label, "text": text, "slice": part} for label, text, part in QUERIES]
    return written(tmp_path / "queries.jsonl", rows)


def test_figures_of_all_and_of_each_slice(index: Path, queries: Path) -> None:
    result = run("--index", index, "--queries", queries)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("all: 4 in scope, top-1 75.0 %, top-3 ")
    assert any(line.startswith("folded: 2 in scope, top-1 100.0 %") for line in lines)
    assert any(line.startswith("far: 0 in scope, 1 out of scope, answered directly 0.0 %") for line in lines)
    assert "AUROC, right label against out of scope: 1.000" in result.output
    assert "milliseconds a query: p50" in result.output


def test_misses_are_listed_by_the_entry_wanted(index: Path, queries: Path) -> None:
    assert "giay (1)\n  gio: mấy giờ" in run("--index", index, "--queries", queries, "--misses").output


def test_without_an_index_the_shipped_content_is_measured(tmp_path: Path) -> None:
    row: dict[str, object] = {"label": "mc-phi-chung-thuc", "text": "chứng thực bản sao bao nhiêu tiền một trang"}
    result = run("--queries", written(tmp_path / "one.jsonl", [row]))
    assert result.output.startswith("all: 1 in scope, top-1 100.0 %")


def test_without_a_file_the_projects_own_questions_are_measured(index: Path) -> None:
    lines = run("--index", index).output.splitlines()
    assert lines[0].startswith("all: 440 in scope")
    assert [line.partition(":")[0] for line in lines[1:7]] == ["clean", "folded", "chat", "story", "near", "far"]
    assert all("answered directly" in line for line in lines[:7])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no row in it"),
        ("{", "line 1: expected"),
        ('{"text": "a"}', "line 1: expected"),
        ('{"label": "a", "text": 1}', "text must be a string"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text(text, encoding="utf-8")
    result = run("--queries", file)
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    result = run("--queries", tmp_path / "nowhere.jsonl")
    assert result.exit_code == 2
    assert "nowhere.jsonl: cannot be read" in result.output
