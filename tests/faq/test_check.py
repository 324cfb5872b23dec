"""The content passes its check, and every kind of damage is found."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from faq import Content, ContentError, defects, load_content
from faq.__main__ import app
from faq.check import load_facts
from faq.load import HERE
from faq.overlap import neighbours

CHECKED = date(2026, 11, 22)
FEE = "mot-cua-phi-le-phi/mc-phi-chung-thuc"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "content", tmp_path / "content")
    for name in ("categories.toml", "facts.json", "background.txt"):
        if (HERE / name).exists():
            shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def change(directory: Path, entry: str, old: str, new: str) -> None:
    file = directory / "content" / f"{entry}.md"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(directory: Path, on: date = CHECKED) -> str:
    return "\n".join(defects(load_content(directory), on))


def test_the_shipped_content_has_no_defect(content: Content) -> None:
    assert defects(content, CHECKED) == []


def lose_the_file(directory: Path) -> None:
    (directory / "content" / f"{FEE}.md").unlink()


def invent_an_entry(directory: Path) -> None:
    old = directory / "content" / f"{FEE}.md"
    text = old.read_text(encoding="utf-8").replace("id: mc-phi-chung-thuc", "id: mc-moi")
    old.with_name("mc-moi.md").write_text(text, encoding="utf-8")


def lose_a_figure(directory: Path) -> None:
    change(directory, FEE, "2.000 đồng/trang", "2.500 đồng/trang")


def lose_a_document(directory: Path) -> None:
    change(directory, FEE, "226/2016/TT-BTC", "227/2016/TT-BTC")


def change_the_confidence(directory: Path) -> None:
    change(directory, FEE, "confidence: high", "confidence: low")


def repeat_a_phrasing(directory: Path) -> None:
    line = first_phrasing(directory, FEE)
    change(directory, FEE, line, f"{line}\n{line}")


def break_a_placeholder(directory: Path) -> None:
    change(directory, "mot-cua-phi-le-phi/mc-gio-lam-viec", "{opening_hours}", "{hours}")


def open_a_placeholder(directory: Path) -> None:
    change(directory, FEE, "\n---\n", "\n---\nSố {center_phone}. ")


def relate_to_nothing(directory: Path) -> None:
    change(directory, FEE, "related:\n  - ", "related:\n  - mc-khong-co\n  - ")


def forget_whom_to_ask(directory: Path) -> None:
    file = directory / "content/mot-cua-phi-le-phi/mc-gio-lam-viec.md"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("ask:")]
    file.write_text("\n".join(lines), encoding="utf-8")


def talk_too_long(directory: Path) -> None:
    change(directory, FEE, "\n---\n", "\n---\n" + "rất " * 200)


def copy_a_neighbours_phrasing(directory: Path) -> None:
    line = first_phrasing(directory, "dang-ky-kinh-doanh/kd-dat-ten")
    change(directory, FEE, "phrasings:\n", f"phrasings:\n{line}\n")


def move_a_phrasing_to_a_stranger(directory: Path) -> None:
    line = first_phrasing(directory, "dang-ky-kinh-doanh/kd-dat-ten")
    change(directory, "dang-ky-kinh-doanh/kd-dat-ten", f"{line}\n", "")
    change(directory, FEE, "phrasings:\n", f"phrasings:\n{line}\n")


def first_phrasing(directory: Path, entry: str) -> str:
    text = (directory / "content" / f"{entry}.md").read_text(encoding="utf-8")
    return text.split("phrasings:\n")[1].split("\n")[0]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lose_the_file, "mc-phi-chung-thuc: the catalogue has this entry"),
        (invent_an_entry, "mc-moi: the catalogue has no such entry"),
        (lose_a_figure, "mc-phi-chung-thuc: the answer lost 2.000"),
        (lose_a_document, "lost the document 226/2016/TT-BTC"),
        (change_the_confidence, "the catalogue says category mot-cua-phi-le-phi and confidence high"),
        (repeat_a_phrasing, "mc-phi-chung-thuc: the phrasing"),
        (break_a_placeholder, "the placeholder {hours} does not exist"),
        (open_a_placeholder, "outside double square brackets"),
        (relate_to_nothing, "related names mc-khong-co"),
        (forget_whom_to_ask, "it must say whom to ask"),
        (talk_too_long, "170 at most"),
        (copy_a_neighbours_phrasing, "kd-dat-ten and mc-phi-chung-thuc: the phrasing"),
        (move_a_phrasing_to_a_stranger, "mc-phi-chung-thuc: 1 of its phrasings match"),
    ],
)
def test_damage_is_found(copy: Path, damage: Callable[[Path], None], sentence: str) -> None:
    damage(copy)
    assert sentence in found(copy)


def test_an_expired_entry_is_found(copy: Path) -> None:
    change(copy, "dang-ky-kinh-doanh/kd-dat-ten", "confidence: high", "confidence: high\nvalid_until: 2026-12-31")
    sentence = "kd-dat-ten: it expired on 2026-12-31."
    assert sentence not in found(copy, date(2026, 12, 31))
    assert sentence in found(copy, date(2027, 1, 1))


def test_the_command_says_what_is_wrong_and_fails(copy: Path) -> None:
    lose_a_figure(copy)
    result = CliRunner().invoke(app, ["check", "--directory", str(copy), "--on", "2026-11-22"])
    assert result.exit_code == 1
    assert "mc-phi-chung-thuc: the answer lost 2.000." in result.output
    assert "1 defects in 110 entries." in result.output


def test_the_pairs_that_take_each_others_phrasings_are_named_most_first(content: Content) -> None:
    said = re.compile(r"take (\d+) of each other's phrasings: (\d+) go to [\w-]+, (\d+) to ")
    numbers = [said.search(sentence).groups() for sentence in neighbours(content, most=8)]  # type: ignore[union-attr]
    taken = [(int(both), int(one) + int(other)) for both, one, other in numbers]
    assert len(taken) == 8
    assert taken == sorted(taken, reverse=True)
    assert all(both == apart for both, apart in taken)


def test_the_command_stops_at_a_broken_file(copy: Path) -> None:
    change(copy, FEE, "question:", "question: [")
    result = CliRunner().invoke(app, ["check", "--directory", str(copy)])
    assert result.exit_code == 2
    assert "mc-phi-chung-thuc.md: the front matter is not YAML" in result.output


def test_facts_that_cannot_be_read_are_named(copy: Path) -> None:
    (copy / "facts.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ContentError, match=r"facts\.json: not a catalogue of facts"):
        load_facts(copy / "facts.json")
