"""Which entries a message is about."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq import Content, FaqIndex, Match, decide, fold

SMALL = FaqIndex(
    [
        ("dang-ky", ["đăng ký hộ kinh doanh ở đâu", "bán online có phải đăng ký không"]),
        ("mat-giay", ["mất giấy chứng nhận đăng ký", "xin cấp lại giấy bị rách"]),
        ("gio", ["mấy giờ mở cửa", "thứ bảy có làm việc không"]),
    ]
)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("dangkykinhdoanh o dau", "dang-ky"),
        ("ddawng kys hooj kinh doanh", "dang-ky"),
        ("hkd dk o dau z", "dang-ky"),
        ("rach giay roi", "mat-giay"),
        ("t7 may gio mo cua", "gio"),
        ("mấy giờ mở cửa", "gio"),
    ],
)
def test_finds_the_entry(typed: str, wanted: str) -> None:
    assert SMALL.match(typed)[0].id == wanted


@pytest.mark.parametrize("text", ["", "   ", "🙂", "???", "\u200b", "こんにちは", "xyzzy"])
def test_nothing_is_found_for_nothing(text: str) -> None:
    assert SMALL.match(text) == []


def test_an_index_of_nothing_finds_nothing() -> None:
    assert FaqIndex([]).match("đăng ký") == []
    assert FaqIndex([("a", [])]).match("đăng ký") == []
    assert FaqIndex([("a", ["", "🙂"])]).match("đăng ký") == []


def test_equal_matches_come_in_the_order_of_their_ids() -> None:
    twins = FaqIndex([("b", ["đăng ký"]), ("a", ["đăng ký"]), ("c", ["đăng ký"])])
    assert [match.id for match in twins.match("đăng ký")] == ["a", "b", "c"]


def test_an_id_given_twice_keeps_all_its_phrases() -> None:
    index = FaqIndex([("a", ["đăng ký"]), ("b", ["giờ làm"]), ("a", ["cấp lại giấy"])])
    assert index.match("cap lai giay")[0].id == "a"
    assert index.match("dang ky")[0].id == "a"


def test_what_is_not_ours_lowers_the_score() -> None:
    entries = [("thue", ["nộp thuế ở đâu"]), ("giay", ["mất giấy phép"])]
    alone = FaqIndex(entries).match("nộp phạt giao thông ở đâu")[0].score
    guarded = FaqIndex(entries, background=["nộp phạt giao thông"]).match("nộp phạt giao thông ở đâu")[0].score
    assert guarded < alone


def test_an_answer_helps_to_find_its_entry() -> None:
    entries = [("a", ["giờ làm việc"]), ("b", ["lệ phí"])]
    bodies = {"b": "Chứng thực bản sao 2.000 đồng một trang.", "unknown": "…"}
    assert FaqIndex(entries, bodies).match("chung thuc ban sao")[0].id == "b"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_matched_the_same_way_every_time(text: str) -> None:
    found = SMALL.match(text)
    assert found == SMALL.match(text)
    assert all(0 <= match.score <= 1 for match in found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_every_phrasing_finds_its_own_entry(content: Content, index: FaqIndex) -> None:
    texts = [(text, entry.id) for entry in content.entries.values() for text in (entry.question, *entry.phrasings)]
    missed = [text for text, wanted in texts if index.match(text, 1)[0].id != wanted]
    assert len(missed) <= len(texts) / 100, missed


def test_composed_and_decomposed_find_the_same(content: Content, index: FaqIndex) -> None:
    for entry in content.entries.values():
        decomposed = unicodedata.normalize("NFD", entry.question)
        assert index.match(decomposed) == index.match(entry.question)


def test_eight_threads_get_the_same_answers(content: Content, index: FaqIndex) -> None:
    texts = [entry.phrasings[0] for entry in content.entries.values()]
    alone = [index.match(text) for text in texts]

    def all_again(_: int) -> list[list[Match]]:
        return [index.match(text) for text in texts]

    with ThreadPoolExecutor(8) as threads:
        assert all(found == alone for found in threads.map(all_again, range(8)))


def test_two_indexes_of_the_same_entries_agree(content: Content, index: FaqIndex) -> None:
    again = FaqIndex(
        [(entry.id, (entry.question, *entry.phrasings)) for entry in reversed(list(content.entries.values()))],
        background=content.background,
    )
    question = content.entries["mc-phi-chung-thuc"].question
    assert again.match(question)[0].id == index.match(question)[0].id == "mc-phi-chung-thuc"


@pytest.mark.parametrize(
    ("typed", "kind", "best"),
    [
        ("ban online co phai dang ky ho kinh doanh k", "answer", "kd-ai-khong-phai-dang-ky"),
        ("sao y cccd o phuong bao nhieu 1 trang", "answer", "mc-phi-chung-thuc"),
        ("giấy tờ", "suggest", None),
        ("nấu phở bò cần bao nhiêu hồi quế", "none", None),
        ("", "none", None),
    ],
)
def test_what_is_decided(index: FaqIndex, typed: str, kind: str, best: str | None) -> None:
    decision = decide(typed, index)
    assert decision.kind == kind
    assert best is None or decision.matches[0].id == best


def test_the_folded_form_is_what_counts(index: FaqIndex) -> None:
    text = "muốn chuyển hộ lên công ty thì làm thế nào"
    assert index.match(fold(text))[0].id == index.match(text)[0].id
