"""Replies keep their meaning through the outbox, and buttons their limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.core.choices import chosen, plain
from bot.core.replies import Button, Reply, column

labels = st.text(min_size=1, max_size=40)
buttons = st.one_of(
    st.builds(Button, labels, st.text(st.characters(max_codepoint=127), min_size=1, max_size=64)),
    labels.map(lambda label: Button(label, url="https://dichvucong.gov.vn")),
)


@given(st.text().map(Markup), st.lists(buttons, max_size=6))
def test_a_reply_survives_the_outbox(text: Markup, offered: list[Button]) -> None:
    reply = Reply(text, column(offered))
    assert Reply.from_json(reply.to_json()) == reply
    assert reply.buttons == tuple(offered)


@pytest.mark.parametrize("wrong", [{"data": "x" * 65}, {"data": "đ" * 33}, {}, {"data": "a", "url": "https://b"}])
def test_a_button_that_no_channel_could_carry_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="button"):
        Button("Gửi", **wrong)


OFFERED = column(
    (Button("Xem thêm", "more"), Button("👍 Đúng điều tôi hỏi", "good"), Button("Bản đồ", url="https://m"))
)
FLAT = tuple(button for row in OFFERED for button in row)


@pytest.mark.parametrize(
    ("typed", "data"),
    [
        ("1", "more"),
        (" 2. ", "good"),
        ("2)", "good"),
        ("Xem thêm", "more"),
        ("xem them", "more"),
        ("XEM THÊM!", "more"),
        ("dung dieu toi hoi", "good"),
        ("3", None),
        ("0", None),
        ("xem", None),
        ("bản đồ", None),
        ("", None),
        ("???", None),
        ("👍", "good"),
        ("👎", None),
    ],
)
def test_choices_by_number_label_or_label_without_marks(typed: str, data: str | None) -> None:
    button = chosen(typed, FLAT, numbered=True)
    assert (button.data if button else None) == data


def test_numbers_mean_nothing_where_they_were_not_shown() -> None:
    assert chosen("1", FLAT, numbered=False) is None
    assert chosen("xem thêm", FLAT, numbered=False) == FLAT[0]


def test_a_label_given_twice_chooses_nothing() -> None:
    assert chosen("có", (Button("Có", "a"), Button("Có", "b")), numbered=True) is None


@given(st.text())
def test_plain_is_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)
