"""What every channel must do. A channel's test module subclasses `Contract` and says how a person uses the channel."""

from collections.abc import Iterator
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.feature import App
from db.inbox import InboxRow
from db.questions import QuestionRow


class Guest(Protocol):
    """A person on the channel under test."""

    app: App

    def says(self, line: str) -> str:
        """Type a line; what the bot answers, as the person reads it."""

    def chooses(self, number: int) -> str:
        """Take the choice of that number, from 1, of the newest message; what the bot answers."""


QUESTION = "nộp hồ sơ trực tuyến thế nào"


class Contract:
    """The suite; `guest` is provided by the channel's own tests."""

    @pytest.fixture
    def guest(self) -> Iterator[Guest]:
        raise NotImplementedError

    def test_a_question_is_answered(self, guest: Guest) -> None:
        assert "dichvucong.gov.vn" in guest.says(QUESTION)

    def test_commands_are_understood(self, guest: Guest) -> None:
        assert "UBND phường Việt Hòa" in guest.says("/start")
        assert "/lienhe" in guest.says("/help")
        assert "115" in guest.says("/lienhe")

    def test_a_command_that_does_not_exist_is_refused_politely(self, guest: Guest) -> None:
        assert "/help" in guest.says("/khongco")

    def test_a_choice_can_be_taken(self, guest: Guest) -> None:
        assert "Dịch vụ công trực tuyến" in guest.says("/chude")
        assert "Cổng Dịch vụ công quốc gia" in guest.chooses(1)

    def test_a_choice_can_be_typed_without_diacritics(self, guest: Guest) -> None:
        guest.says("/start")
        assert "115" in guest.says("gap can bo, lien he")

    def test_markup_typed_by_people_stays_text(self, guest: Guest) -> None:
        said = guest.says("<b>nộp hồ sơ</b> & trực tuyến <script> thế nào")
        assert "&lt;" not in said
        assert "&amp;" not in said

    def test_every_event_is_kept_raw_and_handled(self, guest: Guest) -> None:
        for line in ("xin chào", QUESTION, "/start"):
            guest.says(line)
        with guest.app.database.read() as session:
            kept = session.exec(select(InboxRow)).all()
        assert [row.state for row in kept] == ["done"] * 3

    def test_any_text_is_answered(self, guest: Guest) -> None:
        # The property is made anew for each channel: one that several classes share is several to hypothesis.
        @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
        @given(text=st.text(alphabet=st.characters(codec=None, exclude_characters="\r\n"), min_size=1, max_size=300))
        def is_answered(text: str) -> None:
            printed = guest.says(text)
            if text.strip():
                assert printed
                assert printed != guest.app.say.label("turn.failed")

        is_answered()

    def test_the_log_holds_what_was_asked(self, guest: Guest) -> None:
        guest.says(QUESTION)
        with guest.app.database.read() as session:
            logged = session.exec(select(QuestionRow).order_by(col(QuestionRow.id))).all()
        assert [(row.text, row.decision) for row in logged] == [(QUESTION, "answer")]
