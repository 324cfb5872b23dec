"""Replies keep their meaning through the outbox, and buttons their limits."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.core.choices import chosen, plain
from bot.core.replies import Button, Document, Kind, Reply, column, safe_name
from bot.core.split import split, utf16_units

labels = st.text(min_size=1, max_size=40)
buttons = st.one_of(
    st.builds(Button, labels, st.text(st.characters(max_codepoint=127), min_size=1, max_size=64)),
    labels.map(lambda label: Button(label, url="https://dichvucong.gov.vn")),
)


SHA = "0123456789abcdef" * 4
documents = st.builds(
    Document,
    st.just(SHA),
    st.text(max_size=120).map(lambda name: safe_name(name, "tep")),
    st.sampled_from(get_args(Kind)),
)


@given(st.text().map(Markup), st.lists(buttons, max_size=6), st.none() | documents)
def test_a_reply_survives_the_outbox(text: Markup, offered: list[Button], file: Document | None) -> None:
    reply = Reply(text, column(offered), file)
    assert Reply.from_json(reply.to_json()) == reply
    assert reply.buttons == tuple(offered)


def test_what_was_kept_before_there_were_files_is_read() -> None:
    kept = '{"text": "<b>một</b>", "rows": [[{"label": "Một", "data": "one"}]]}'
    assert Reply.from_json(kept) == Reply(Markup("<b>một</b>"), column((Button("Một", "one"),)))
    assert Reply.from_json(kept).to_json() == kept


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Giấy phép (1).pdf", "Giấy phép (1).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\ảnh\\sạp.jpg", "sạp.jpg"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ("a\nb\x00.pdf", "ab.pdf"),
        (".hidden", "hidden"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"),
        ("x" * 200, "x" * 100),
        ("a." + "x" * 200, "a." + "x" * 98),
        ("..", "tep"),
        ("a/", "tep"),
        ("", "tep"),
    ],
)
def test_names_of_files_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, "tep") == safe


@pytest.mark.parametrize("name", ["", "..", "a/b.pdf", "a\\b", "a\nb", " a", "x" * 101])
def test_a_file_with_another_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="safe name"):
        Document(SHA, name, "document")


@pytest.mark.parametrize("sha", ["", "abc", SHA.upper(), f"{SHA}\n", "../" * 21 + "x"])
def test_a_file_is_named_by_its_hash(sha: str) -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        Document(sha, "a.pdf", "document")


def test_a_file_is_of_a_kind_that_channels_send() -> None:
    with pytest.raises(ValueError, match="photo"):
        Reply.from_json(f'{{"text": "", "file": {{"sha": "{SHA}", "name": "a.pdf", "kind": "voice"}}}}')


FILE = Document(SHA, "a.pdf", "document")
ROWS = column((Button("Một", "one"),))


def test_a_text_that_fits_under_its_file_stays_there() -> None:
    for text in ("", "<b>" + "a" * 20 + "</b>", "🙏" * 10):
        reply = Reply(Markup(text), ROWS, FILE)
        assert split(reply, 40, 20) == [reply]


def test_a_longer_one_follows_it_in_parts_that_fit() -> None:
    for text in ("a" * 21, "🙏" * 11):
        assert split(Reply(Markup(text), ROWS, FILE), 40, 20) == [
            Reply(Markup(""), file=FILE),
            Reply(Markup(text), ROWS),
        ]
    file, *parts = split(Reply(Markup("chữ " * 50), ROWS, FILE), 40, 20)
    assert file == Reply(Markup(""), file=FILE)
    assert [part.rows for part in parts] == [(), (), (), (), ROWS]
    assert all(utf16_units(str(part.text)) <= 40 and part.file is None for part in parts)


def test_without_a_file_the_length_under_files_means_nothing() -> None:
    assert split(Reply(Markup("a" * 30), ROWS), 40, 20) == [Reply(Markup("a" * 30), ROWS)]


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
