"""What is typed is cleaned of what no database can hold, and of nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import clean


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_becomes_storable(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\0" not in cleaned
    assert clean(cleaned) == cleaned
    assert json.loads(json.dumps(cleaned)) == cleaned


def test_vietnamese_lines_and_emoji_stay() -> None:
    text = "Đăng ký hộ kinh doanh\nở phường ạ 🙏\tcảm ơn"
    assert clean(text) == text


def test_control_characters_and_half_surrogates_go() -> None:
    assert clean("a\0b\x1b[1m") == "ab[1m"
    assert clean("a\ud800b") == "a\ufffdb"
