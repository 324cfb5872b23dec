"""Letters and files that arrive, and what becomes of those that do not."""

from datetime import UTC, timedelta

import pytest
from sqlmodel import col, select

from bot.runtime.jobs import tick
from bot.settings import Settings
from db.attachments import Attachment, AttachmentState
from db.cases import Case
from db.letters import Delivery
from db.outbox import OutboxRow, OutboxState
from db.people import Chat
from db.staff import Staff
from tests.cases.days import ANSWER, Days, sent, taken


@pytest.fixture
def settings(with_saturday: Settings) -> Settings:
    """On both databases."""
    return with_saturday


def test_a_letter_that_was_sent_has_arrived(days: Days, minh: Staff) -> None:
    case_id, letter_id = sent(days, minh)
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.PENDING
    days.platform()
    days.clock.advance(timedelta(minutes=5))
    tick(days.app)
    assert days.letter(letter_id).delivered_at == days.clock.now.astimezone(UTC)
    assert days.case(case_id).silent_since == days.clock.now.astimezone(UTC)


@pytest.mark.parametrize("state", [OutboxState.DEAD, OutboxState.DOUBT])
def test_a_letter_that_did_not_arrive_is_a_task(days: Days, minh: Staff, state: OutboxState) -> None:
    case_id, letter_id = sent(days, minh)
    days.platform(state, "lan")
    tick(days.app)
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.FAILED
    assert days.letter(letter_id).reason == "blocked"
    assert [text.count("[Đã báo cho người gửi]") for text in days.heard("minh", "letter:")] == [1]
    assert days.case(case_id).silent_since is None


def another_chat(days: Days, case_id: int) -> None:
    with days.app.database.write() as session:
        person_id = session.get_one(Case, case_id).reporter_id
        assert person_id
        session.add(Chat(channel="terminal", address="lan2", person_id=person_id))


def test_a_letter_goes_once_more_to_another_chat_of_the_owner(days: Days, minh: Staff) -> None:
    case_id, letter_id = sent(days, minh)
    another_chat(days, case_id)
    days.blocks("lan")
    tick(days.app)
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.PENDING
    assert ANSWER in days.heard("lan2")[0]
    days.platform()
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.DELIVERED
    assert days.heard("minh", "letter:") == []


def test_a_letter_that_is_refused_in_both_chats_is_a_task(days: Days, minh: Staff) -> None:
    case_id, letter_id = sent(days, minh)
    another_chat(days, case_id)
    days.blocks("lan")
    tick(days.app)
    days.blocks("lan2")
    tick(days.app)
    assert days.letter(letter_id).delivery == Delivery.FAILED
    assert len(days.heard("minh", "letter:")) == 1


def test_more_letters_than_one_slice_wait_out_an_outage(
    days: Days, minh: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cases.arrivals.SLICE", 2)
    letters = [days.answered(minh, taken(days, minh, f"owner{number}")) for number in range(5)]
    days.platform(OutboxState.SENT, "owner4")
    tick(days.app)
    assert [days.letter(one).delivery for one in letters] == ["pending"] * 4 + ["delivered"]


def test_an_owner_whom_nobody_told_is_remembered(days: Days, minh: Staff) -> None:
    sent(days, minh)
    days.blocks("lan")
    days.until("2026-12-02 18:00")
    assert days.rungs() == []
    days.until("2026-12-08 18:00")
    assert days.rungs() == [("03/12 08:00", "untold:1")]
    assert all("vẫn chưa được báo" in days.heard(who, "reminder:")[0] for who in ("minh", "hai"))


def attachment(days: Days, person_id: int, kind: str) -> Attachment:
    """A file of that person that belongs to the first case."""
    at = days.clock.now
    return Attachment(
        key="1", person_id=person_id, case_id=1, channel="terminal", file_id="x", kind=kind, created_at=at, next_at=at
    )


def test_a_file_follows_its_letter_once_it_has_arrived(days: Days, minh: Staff) -> None:
    _, letter_id = sent(days, minh)
    with days.app.database.write() as session:
        file = attachment(days, minh.person_id, "photo")
        file.letter_id, file.state, file.sha = letter_id, AttachmentState.STORED, days.app.files.put(b"photo")
        session.add(file)
    tick(days.app)
    assert days.heard("lan", "attachment:") == []
    days.platform()
    for _ in range(3):
        tick(days.app)
    assert days.heard("lan", "attachment:") == ["Tệp kèm câu trả lời phiếu VH-2026-0001"]
    with days.app.database.read() as session:
        body = session.exec(select(OutboxRow.body).where(col(OutboxRow.dedupe).startswith("attachment:"))).one()
    assert '"name": "anh-1.jpg"' in body


def test_a_file_that_could_not_be_kept_is_told_to_who_sent_it(days: Days, minh: Staff) -> None:
    case_id = taken(days, minh, "lan")
    owner = days.case(case_id).reporter_id
    assert owner
    with days.app.database.write() as session:
        file = attachment(days, owner, "document")
        file.name, file.state = "hop-dong.pdf", AttachmentState.FAILED
        session.add(file)
    tick(days.app)
    tick(days.app)
    assert ["hop-dong.pdf" in text for text in days.heard("lan", "attachment:")] == [True]
    assert ["hop-dong.pdf" in text for text in days.heard("minh", "attachment:")] == [True]
