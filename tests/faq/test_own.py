"""A ward's own answers beside the shipped ones, and texts that somebody settled."""

import logging
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import faq
from faq import Content, Entry, FaqIndex
from faq.load import read_entry

SHIPPED = "kd-dang-ky-ho-kinh-doanh"
NEW = Entry(
    id="rieng-cho-dem",
    category="dang-ky-kinh-doanh",
    question="Bán hàng ở chợ đêm Việt Hòa thì xin chỗ ở đâu?",
    phrasings=(),
    related=(),
    sources=("UBND phường Việt Hòa",),
    checked_on=date(2026, 11, 23),
    confidence="high",
    ask="",
    valid_until=None,
    short="Ông/bà hỏi tổ quản lý chợ đêm.",
    more="",
)
SMALL = FaqIndex([("a", ["đăng ký hộ kinh doanh"]), ("b", ["giờ làm việc", "mấy giờ mở cửa"])])
BOTH = ("a", "b")


def test_nothing_of_its_own_leaves_the_content_as_it_is(content: Content) -> None:
    assert faq.with_own(content, [], {}) is content
    assert faq.with_own(content, [], {SHIPPED: content.entries[SHIPPED].phrasings[:1]}) is content


def test_a_new_entry_stands_in_its_category(content: Content) -> None:
    merged = faq.with_own(content, [NEW], {})
    assert merged.entries[NEW.id] == NEW
    assert NEW in merged.in_category(NEW.category)
    ids = [entry.id for entry in merged.in_category(NEW.category)]
    assert ids == sorted(ids)
    assert merged.hash != content.hash
    assert merged.background == content.background


def test_the_wards_own_wins_by_id_and_keeps_how_people_ask(content: Content) -> None:
    shipped = content.entries[SHIPPED]
    own = replace(NEW, id=SHIPPED, question="Mở quán thì đăng ký ở đâu?")
    merged = faq.with_own(content, [own], {SHIPPED: ["quán mới của tôi", shipped.phrasings[0].upper()]}).entries[
        SHIPPED
    ]
    assert (merged.question, merged.short) == (own.question, own.short)
    assert merged.phrasings == (*shipped.phrasings, shipped.question, "quán mới của tôi")
    assert merged.related == shipped.related
    assert len(faq.with_own(content, [own], {}).entries) == len(content.entries)


def test_what_does_not_fit_is_left_out_and_logged(content: Content, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="faq")
    strange = [replace(NEW, category="khong-con"), replace(NEW, id="../x"), replace(NEW, id="a" * 41)]
    assert faq.with_own(content, strange, {"khong-co": ["một câu"]}) is content
    assert len(caplog.records) == 4
    assert "khong-con" in caplog.text
    assert "một câu" not in caplog.text


def test_phrasings_change_how_an_entry_is_found_not_what_it_is(content: Content) -> None:
    entry = content.entries[SHIPPED]
    assert faq.entry_hash(
        replace(entry, phrasings=("khác",), related=(), checked_on=date(2027, 1, 1))
    ) == faq.entry_hash(entry)
    changes: list[dict[str, object]] = [
        {"question": "Khác?"},
        {"short": "Khác."},
        {"more": "Khác."},
        {"sources": (*entry.sources, "Khác")},
        {"ask": "Hỏi nơi khác."},
        {"valid_until": date(2027, 1, 1)},
    ]
    hashes = {faq.entry_hash(replace(entry, **change)) for change in changes}  # type: ignore[arg-type]
    assert len(hashes | {faq.entry_hash(entry)}) == len(changes) + 1


def read_back(entry: Entry, directory: Path) -> Entry:
    file = directory / entry.category / f"{entry.id}.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(faq.written(entry), encoding="utf-8", newline="\n")
    return read_entry(file, {entry.category: "Title"})


def test_every_shipped_entry_is_written_as_it_was_read(content: Content, tmp_path: Path) -> None:
    for entry in content.entries.values():
        assert read_back(entry, tmp_path) == entry


LINE = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=60)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200)


ENTRIES = st.builds(
    partial(replace, NEW),
    question=LINE.map(str.strip).filter(bool),
    phrasings=st.lists(LINE.map(str.strip), min_size=1, max_size=3).map(tuple),
    sources=st.lists(LINE.map(str.strip), min_size=1, max_size=3).map(tuple),
    short=TEXT.map(str.strip).filter(bool),
    more=TEXT.map(str.strip),
    ask=LINE.map(str.strip),
    valid_until=st.none() | st.dates(),
)


@given(ENTRIES)
def test_whatever_staff_write_is_read_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, entry: Entry) -> None:
    assert read_back(entry, tmp_path_factory.getbasetemp()) == entry


def test_an_entry_without_phrasings_is_written_with_its_question(tmp_path: Path) -> None:
    assert read_back(NEW, tmp_path).phrasings == (NEW.question,)


def best(index: FaqIndex, text: str) -> str:
    decided = faq.decide(text, index)
    return decided.matches[0].id if decided.kind == "answer" else ""


def test_a_settled_text_is_answered_however_it_is_typed() -> None:
    settled = SMALL.with_exact({"b": ["Xin hỏi: ông Tám còn bán không?"]}, BOTH)
    for text in ("xin hỏi ông Tám còn bán không", "XIN HOI ong tam con ban ko?"):
        assert best(SMALL, text) == ""
        assert best(settled, text) == "b"


def test_a_settled_text_goes_before_the_phrasing_of_another() -> None:
    assert SMALL.match("đăng ký hộ kinh doanh")[0].id == "a"
    settled = SMALL.with_exact({"b": ["đăng ký hộ kinh doanh"]}, BOTH)
    assert best(settled, "dang ky ho kinh doanh") == "b"
    assert [match.id for match in settled.match("dang ky ho kinh doanh")] == ["b", "a"]


def test_an_entry_that_the_index_does_not_know_yet_is_found_by_a_settled_text() -> None:
    assert best(SMALL.with_exact({"c": ["nấm linh chi"]}, ("a", "b", "c")), "nam linh chi") == "c"
    assert best(FaqIndex([]).with_exact({"c": ["nấm linh chi"]}, ("c",)), "nấm linh chi") == "c"


def test_what_is_not_among_the_entries_is_not_found() -> None:
    left = SMALL.with_exact({}, ("b",))
    assert left.match("đăng ký hộ kinh doanh") == []
    assert [match.id for match in left.match("mấy giờ mở cửa")] == ["b"]


def test_a_text_settled_for_two_entries_settles_nothing() -> None:
    unsettled = SMALL.with_exact({"a": ["nấm linh chi"], "b": ["nam linh chi"]}, BOTH)
    assert unsettled.match("nấm linh chi") == SMALL.match("nấm linh chi")


def test_the_index_itself_stays_as_it_is_and_no_limit_is_passed() -> None:
    settled = SMALL.with_exact({"b": ["đăng ký hộ kinh doanh", "🙂"]}, BOTH)
    assert SMALL.match("đăng ký hộ kinh doanh")[0].id == "a"
    assert len(settled.match("đăng ký hộ kinh doanh", limit=1)) == 1
    assert settled.match("🙂") == []
