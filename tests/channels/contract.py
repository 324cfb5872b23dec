"""What every channel must do. A channel's test module subclasses `Contract` and says how a person uses the channel."""

from collections.abc import Iterator
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from sqlmodel import col, select

from bot.core.channel import Gone, Refused
from bot.core.events import File
from bot.core.replies import Button, Document, Kind, Reply, column
from bot.feature import App
from db import outbox
from db.inbox import InboxRow
from db.outbox import OutboxRow
from db.people import Chat
from db.questions import QuestionRow
from tests.telegram_user import PICTURE


class Guest(Protocol):
    """A person on the channel under test."""

    app: App

    def says(self, line: str) -> str:
        """Type a line; what the bot answers, as the person reads it."""

    def chooses(self, number: int) -> str:
        """Take the choice of that number, from 1, of the newest message; what the bot answers."""

    def sends_photo(self, content: bytes, caption: str) -> str:
        """Send a picture with words under it; what the bot answers."""

    def waits(self) -> str:
        """What the bot says next by itself."""

    def was_given(self) -> tuple[str, bytes]:
        """The name and the content of the file that came last."""

    def fetches(self, file_id: str, limit: int) -> bytes:
        """The channel's own `fetch`."""

    def shows(self, text: str, over: str = "") -> str:
        """The channel's own `show` to this person."""

    def sees(self, message: str) -> str:
        """What a passing message of that id says now; empty where the channel shows none."""

    def sent(self) -> File:
        """The file that this person sent last, as the channel reads it."""


def newest(app: App) -> str:
    """The newest raw event."""
    with app.database.read() as session:
        return session.exec(select(InboxRow).order_by(col(InboxRow.id).desc())).first().raw  # type: ignore[union-attr]


def enqueue(app: App, reply: Reply, dedupe: str) -> None:
    """A message to the only chat that there is."""
    with app.database.write() as session:
        chat = session.exec(select(Chat)).one()
        outbox.enqueue(session, chat, dedupe=dedupe, body=reply.to_json(), at=app.clock())


def rows(app: App) -> list[str]:
    """All messages that were ever put in the outbox."""
    with app.database.read() as session:
        return [name for name in session.exec(select(OutboxRow.dedupe).order_by(col(OutboxRow.id))) if name]


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

    def test_a_photo_is_read_with_its_words_and_can_be_fetched(self, guest: Guest) -> None:
        assert "dichvucong.gov.vn" in guest.sends_photo(PICTURE, QUESTION)
        photo = guest.sent()
        assert (photo.kind, photo.size, photo.caption) == ("photo", len(PICTURE), QUESTION)
        assert guest.fetches(photo.file_id, len(PICTURE)) == PICTURE

    def test_a_file_that_is_larger_than_wanted_is_refused(self, guest: Guest) -> None:
        guest.sends_photo(PICTURE, QUESTION)
        with pytest.raises(Refused):
            guest.fetches(guest.sent().file_id, len(PICTURE) - 1)

    def test_a_file_that_is_not_there_is_gone(self, guest: Guest) -> None:
        with pytest.raises(Gone):
            guest.fetches("khong-co.jpg", 1_000)

    @pytest.mark.parametrize(("kind", "name"), [("photo", "mã.png"), ("document", "Giấy hẹn (1).pdf")])
    def test_a_file_reaches_people_with_its_words_and_choices(self, guest: Guest, kind: Kind, name: str) -> None:
        guest.says("/start")
        file = Document(guest.app.files.put(PICTURE), name, kind)
        enqueue(guest.app, Reply(Markup("Đây <b>ạ</b>."), column((Button("Gặp cán bộ", "contact"),)), file), "file")
        said = guest.waits()
        assert "Đây ạ." in said
        assert "Gặp cán bộ" in said
        assert guest.was_given() == (name, PICTURE)
        assert "115" in guest.chooses(1)

    def test_a_passing_message_stands_over_the_one_before_and_is_no_row(self, guest: Guest) -> None:
        guest.says("/start")
        before = rows(guest.app)
        first = guest.shows("Đang lập… 10 % <b>")
        assert guest.shows("Đang lập… 20 % <b>", first) == first
        assert guest.sees(first) == ("Đang lập… 20 % <b>" if first else "")
        assert rows(guest.app) == before

    def test_a_passing_message_that_cannot_be_shown_is_passed_over(self, guest: Guest) -> None:
        guest.says("/start")
        missing = guest.shows("10 %") and "987654"
        assert guest.shows("20 %", missing) == missing

    def test_a_file_needs_no_words(self, guest: Guest) -> None:
        guest.says("/start")
        file = Document(guest.app.files.put(PICTURE), "mã.png", "photo")
        enqueue(guest.app, Reply(Markup(""), file=file), "file")
        guest.waits()
        assert guest.was_given() == ("mã.png", PICTURE)
