"""What is bold or a link in a message comes as small HTML: whole, escaped, only what is allowed."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.channels.telegram import updates
from bot.channels.telegram.marks import marked
from bot.channels.telegram.updates import Me
from bot.core.events import File, Text

URL = "https://dichvucong.gov.vn/?a=1&b=2"


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("Hạn 31/12", [MessageEntity("bold", 4, 5)], "Hạn <b>31/12</b>"),
        ("😀 Hạn & <b>", [MessageEntity("bold", 3, 3)], "😀 <b>Hạn</b> &amp; &lt;b&gt;"),
        ("abc", [MessageEntity("bold", 0, 2), MessageEntity("italic", 1, 2)], "<b>a</b><b><i>b</i></b><i>c</i>"),
        (
            "xem đây",
            [MessageEntity("text_link", 4, 3, url=URL)],
            'xem <a href="https://dichvucong.gov.vn/?a=1&amp;b=2">đây</a>',
        ),
        ("xem đây", [MessageEntity("text_link", 4, 3, url="javascript:x")], "xem đây"),
        ("a@b.vn", [MessageEntity("email", 0, 6)], ""),
        ("không có gì", [], ""),
    ],
)
def test_marks_become_tags(text: str, entities: list[MessageEntity], html: str) -> None:
    assert marked(text, entities) == html


MARKS = st.builds(MessageEntity, st.sampled_from(["bold", "italic"]), st.integers(0, 20), st.integers(1, 20))


@given(st.text(max_size=20), st.lists(MARKS, min_size=1, max_size=4))
def test_whatever_overlaps_every_tag_is_closed(text: str, entities: list[MessageEntity]) -> None:
    open_tags: list[str] = []
    for closing, tag in re.findall(r"<(/?)(\w+)>", marked(text, entities)):
        assert not closing or open_tags.pop() == tag
        open_tags += [] if closing else [tag]
    assert open_tags == []


def update(**message: object) -> str:
    person = {"id": 7, "is_bot": False, "first_name": "Lan"}
    whole = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": person, **message}
    return json.dumps({"update_id": 1, "message": whole})


def test_texts_and_captions_keep_their_marks() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 3}]
    said = updates.read(update(text="Hạn 31/12", entities=bold), Me(1, "bot"))
    assert said
    assert said.what == Text("Hạn 31/12", "<b>Hạn</b> 31/12")
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    sent = updates.read(update(photo=photo, caption="Hạn 31/12", caption_entities=bold), Me(1, "bot"))
    assert sent
    assert sent.what == File("f", "photo", caption="Hạn 31/12", marked="<b>Hạn</b> 31/12")
