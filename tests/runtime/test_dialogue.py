"""A dialogue in the chat: saved between lines, set aside for a question, taken up again, refused to others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.core.events import ChatRef, Incoming, Press, Sender, Unsupported, What
from bot.core.replies import Reply
from bot.feature import App
from bot.runtime.turn import run
from db.drafts import DraftRow
from tests.terminal import Owner
from tests.visit import with_visit


@pytest.fixture
def lan(app: App, tmp_path: Path) -> Owner:
    return Owner(with_visit(app, tmp_path), "lan")


@pytest.fixture
def minh(lan: Owner) -> Owner:
    return Owner(lan.app, "minh")


def at_preview(lan: Owner) -> str:
    return lan.says("/hen", "Lan", "12 phố Chợ", "0912 345 678")


def last(printed: str) -> str:
    return printed.rsplit("\n\n", 1)[-1]


def sends(owner: Owner, what: What) -> list[Reply]:
    """Something that a terminal cannot type."""
    now = owner.app.clock()
    event = Incoming(f"made:{what}", ChatRef("terminal", owner.name), Sender(owner.name), now, what)
    with owner.app.database.write() as session:
        return run(owner.app, owner.channel, session, event, now).replies


def drafts(app: App) -> Iterator[tuple[str, str | None]]:
    with app.database.read() as session:
        return iter([(row.state, row.pending) for row in session.exec(select(DraftRow))])


def test_from_the_first_question_to_the_end(lan: Owner) -> None:
    assert "Ông/bà tên gì?" in lan.says("/hen")
    assert "Ông/bà ở đâu?" in lan.says("Lan")
    assert "Số điện thoại" in lan.says("12 phố Chợ")
    shown = lan.says("0912 345 678")
    assert "Tên: Lan" in shown
    assert "Số điện thoại: 0912345678" in shown
    assert lan.says("Gửi") == "Đã hẹn Lan ở 12 phố Chợ, số 0912345678."
    assert list(drafts(lan.app)) == [("done", None)]


def test_one_answer_is_changed_from_the_preview(lan: Owner) -> None:
    at_preview(lan)
    assert "Ông/bà ở đâu?" in lan.says("Sửa: Nơi ở")
    assert "Nơi ở: 15 phố Chợ" in lan.says("15 phố Chợ")


def test_skip_and_back(lan: Owner) -> None:
    lan.says("/hen", "Lan", "12 phố Chợ")
    assert "Ông/bà ở đâu?" in lan.says("Quay lại")
    assert "Nơi ở: 15" in lan.says("15", "bỏ qua")


def test_a_mistake_keeps_what_was_answered(lan: Owner) -> None:
    lan.says("/hen", "Lan", "12 phố Chợ")
    assert "10 chữ số" in lan.says("không có")
    assert "Nơi ở: 12 phố Chợ" in lan.says("0912345678")


def test_a_question_is_answered_and_never_filed_as_an_address(lan: Owner) -> None:
    lan.says("/hen", "Lan")
    shown = lan.says("nộp hồ sơ trực tuyến thế nào?")
    assert "dichvucong.gov.vn" in shown
    assert "Hẹn gặp" in shown
    assert "Ông/bà ở đâu?" in lan.says("Làm tiếp")
    assert "Số điện thoại" in lan.says("12 phố Chợ")


def test_a_command_sets_the_dialogue_aside(lan: Owner) -> None:
    lan.says("/hen", "Lan")
    assert "Làm tiếp" in lan.says("/lienhe")
    assert lan.says("Bỏ").startswith("Đã hủy")
    assert list(drafts(lan.app)) == [("cancelled", "where")]


def test_the_same_dialogue_again_goes_on_where_it_stands(lan: Owner) -> None:
    lan.says("/hen", "Lan", "/hen", "ngõ 5")
    assert list(drafts(lan.app)) == [("open", "number")]


def test_another_dialogue_sets_the_first_aside(lan: Owner) -> None:
    lan.says("/hen", "Lan", "/nhanphieu")
    assert sorted(drafts(lan.app)) == [("aside", "where"), ("open", "code")]


def test_a_button_of_somebody_elses_dialogue_tells_nothing(lan: Owner, minh: Owner) -> None:
    at_preview(lan)
    minh.says("/hen", "Minh")
    with lan.app.database.read() as session:
        hers = session.exec(select(DraftRow).order_by(col(DraftRow.id))).first()
    assert hers
    replies = sends(minh, Press(f"flow:{hers.id}::send"))
    assert [reply.text for reply in replies] == [lan.app.say("turn.old_button")]
    assert ("open", None) in set(drafts(lan.app))


def test_a_sticker_leaves_the_dialogue_where_it_is(lan: Owner) -> None:
    lan.says("/hen", "Lan")
    assert [reply.text for reply in sends(lan, Unsupported("sticker"))] == [lan.app.say("turn.unsupported")]
    assert list(drafts(lan.app)) == [("open", "where")]
