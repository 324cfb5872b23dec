"""What a question that is answered in words takes, and what it refuses."""

import pytest

from bot.core.accept import words, written
from bot.core.events import Place, Text, What
from bot.core.flow import Invalid


def refused(value: object) -> str:
    assert isinstance(value, Invalid)
    return value.key


@pytest.mark.parametrize("said", ["👍", "???", "…", "6", "12/5", "   "])
def test_no_words(said: str) -> None:
    assert refused(words(100)(Text(said))) == "flow.words_wanted"


@pytest.mark.parametrize("said", ["Bỏ qua", "gửi", "QUAY LẠI", "hủy", "tiếp", "ok", "Gửi ✅"])
def test_the_word_of_a_button_is_no_answer(said: str) -> None:
    assert refused(words(100)(Text(said))) == "flow.no_such_button"
    assert refused(written(100)(Text(said))) == "flow.no_such_button"


@pytest.mark.parametrize("said", ["số 12", "Quán OK", "gửi xe ngoài đường", "Ủy ban"])
def test_words(said: str) -> None:
    assert words(100)(Text(f" {said} ")) == said


def test_figures_where_they_may_be_the_answer() -> None:
    assert written(100)(Text("03/12/2026")) == "03/12/2026"
    assert refused(written(100)(Text("👍"))) == "flow.words_wanted"


@pytest.mark.parametrize("what", [Place(20.9, 106.3)])
def test_what_is_no_text(what: What) -> None:
    assert refused(words(100)(what)) == "flow.words_wanted"


def test_too_long_and_too_short() -> None:
    assert refused(words(5)(Text("sáu ký tự"))) == "flow.too_long"
    assert refused(words(100, fewest=2)(Text("rác"))) == "flow.too_short"
    assert words(100, fewest=2)(Text("rác thải")) == "rác thải"
