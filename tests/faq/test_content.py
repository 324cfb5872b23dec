"""Reading the content and filling in the ward's values."""

from pathlib import Path

import pytest

from faq import Content, ContentError, load_content, placeholders, render
from faq.load import read_entry

PHONE = "Gọi trung tâm[[, số {center_phone}]] trong giờ làm việc[[ ({opening_hours})]]."


def test_all_entries_are_there_in_the_order_of_their_categories(content: Content) -> None:
    assert len(content.entries) == 110
    order = list(content.categories)
    seen = [order.index(entry.category) for entry in content.entries.values()]
    assert seen == sorted(seen)
    assert content.in_category(order[0])[0].category == order[0]


def test_an_entry_is_read(content: Content) -> None:
    entry = content.entries["mc-phi-chung-thuc"]
    assert entry.category == "mot-cua-phi-le-phi"
    assert "2.000 đồng/trang" in entry.short
    assert len(entry.phrasings) >= 12
    assert entry.checked_on.year == 2026


def test_the_hash_follows_the_content(content: Content) -> None:
    assert load_content().hash == content.hash


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Gọi trung tâm trong giờ làm việc."),
        ({"center_phone": ""}, "Gọi trung tâm trong giờ làm việc."),
        ({"center_phone": "0220 1"}, "Gọi trung tâm, số 0220 1 trong giờ làm việc."),
        ({"center_phone": "1", "opening_hours": "7:30"}, "Gọi trung tâm, số 1 trong giờ làm việc (7:30)."),
    ],
)
def test_a_clause_without_its_value_is_dropped(values: dict[str, str], text: str) -> None:
    assert render(PHONE, values) == text


def test_a_value_is_not_read_as_a_template() -> None:
    assert render("Đến[[ {center_address}]].", {"center_address": r"\1 {x}"}) == r"Đến \1 {x}."


def test_placeholders_are_listed_once() -> None:
    assert placeholders(f"{PHONE} {PHONE}") == ["center_phone", "opening_hours"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no front matter", "front matter"),
        ("---\nid: [\n---\nbody", "not YAML"),
        ("---\n- a\n---\nbody", "list of names"),
        ("---\nid: x\n---\nbody", "lacks category"),
    ],
)
def test_a_broken_file_is_named_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "x.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=reason) as broken:
        read_entry(file, {})
    assert str(file) in str(broken.value)


def test_a_directory_without_content_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no answers found"):
        load_content(tmp_path)
