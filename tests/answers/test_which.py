"""Two entries that are close are asked apart, in one tap; nobody is guessed for."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

import faq
from bot.answers import wording
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.settings import Settings
from bot.text import Texts
from db.questions import QuestionRow
from tests.terminal import Owner

CLOSE = ("kd-dang-ky-ho-kinh-doanh", "mc-le-phi-dkkd-0-dong")


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, content: faq.Content) -> Iterator[App]:
    """A bot that knows two entries, so that whatever is not clear lies between them."""
    two = faq.Content({name: content.entries[name] for name in CLOSE}, content.categories, (), "two")
    composed = compose(settings, clock=clock, content=two, index=faq.content_index(two))
    yield composed
    composed.database.close()


def logged(app: App) -> list[tuple[str, str, int]]:
    with app.database.read() as session:
        rows = session.exec(select(QuestionRow).order_by("id")).all()
        return [(row.decision, row.entry, row.feedback) for row in rows]


def test_one_tap_says_which_is_meant_and_the_log_learns_it(app: App) -> None:
    lan = Owner(app, "lan")
    asked = lan.says("kinh doanh")
    assert "Ông/bà hỏi về:" in asked
    assert "hay:" in asked
    assert asked.index("Cả hai đều không phải") > asked.index("hay:")
    assert "Ông/bà hỏi: " in lan.says("1")
    decisions = logged(app)
    assert decisions[0][0] == "suggest"
    assert decisions[0][1] in CLOSE
    assert decisions[1] == ("shown", decisions[0][1], 0)


def test_neither_leaves_the_question_to_the_staff(app: App) -> None:
    lan = Owner(app, "lan")
    lan.says("kinh doanh")
    assert "Bot đã ghi lại câu hỏi" in lan.says("cả hai đều không phải")
    assert logged(app) == [("suggest", "", -1)]


def test_both_questions_stand_in_full_and_the_labels_are_short(content: faq.Content) -> None:
    close = [content.entries[name] for name in CLOSE]
    shown = wording.which(Texts(), close, 7)
    for entry in close:
        assert f"<b>{entry.question}</b>" in shown.text
    labels = [button.label for button in shown.buttons]
    assert [button.data for button in shown.buttons] == [*(f"faq.show:{name}:7" for name in CLOSE), "faq.none:7"]
    assert all(len(label) <= wording.SHORT for label in labels)
    assert len(set(labels)) == len(labels)


def test_labels_that_begin_alike_show_what_differs() -> None:
    begin = "Hộ kinh doanh đăng ký thay đổi địa chỉ, "
    first, second = wording.apart(f"{begin}ngành nghề thì nộp gì?", f"{begin}chủ hộ thì nộp gì?")
    assert first.startswith("… ngành nghề")
    assert second.startswith("… chủ hộ")
