"""Long messages: every part fits, nothing is lost, no markup is cut open."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bot.core.replies import Button, Reply, column
from bot.core.split import split, utf16_units

LIMIT = 40


class Plain(HTMLParser):
    """The visible text, checking on the way that tags are whole."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def squeezed(text: str) -> str:
    return "".join(text.split())


pieces = st.one_of(
    st.text(max_size=60).map(lambda text: str(escape(text))),
    st.text(min_size=1, max_size=90).map(lambda text: f"<b>{escape(text)}</b>"),
    st.text(min_size=1, max_size=90).map(lambda text: f"<blockquote expandable>a <i>{escape(text)}</i></blockquote>"),
    st.just("\n\n"),
    st.just(" "),
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_parts_fit_and_hold_everything(html: str) -> None:
    parts = split(Reply(Markup(html)), LIMIT)
    shown = [Plain(str(part.text)).text for part in parts]
    assert all(utf16_units(text) <= LIMIT for text in shown)
    assert squeezed("".join(shown)) == squeezed(Plain(html).text)


def test_a_short_message_is_left_alone() -> None:
    reply = Reply(Markup("<b>ngắn</b>"), column((Button("Một", "one"),)))
    assert split(reply, LIMIT) == [reply]


def test_a_paragraph_is_the_first_choice_and_markup_stays_whole() -> None:
    reply = Reply(
        Markup("Câu đầu ngắn.\n\nCâu sau <b>có chữ đậm không bị cắt</b> ở giữa"), column((Button("Một", "one"),))
    )
    first, second, *rest = split(reply, LIMIT)
    assert first == Reply(Markup("Câu đầu ngắn."))
    assert str(second.text).startswith("Câu sau")
    assert "<b>có chữ đậm không bị cắt</b>" in str((rest or [second])[0].text)
    assert (rest or [second])[-1].rows == reply.rows


def test_emoji_count_twice() -> None:
    assert [len(str(part.text)) for part in split(Reply(Markup("🙏" * 30)), LIMIT)] == [20, 10]
