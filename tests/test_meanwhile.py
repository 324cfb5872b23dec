"""Two at once on PostgreSQL, where nobody waits to begin: one commits while the other has read and not yet decided."""

from collections.abc import Callable
from threading import Thread

import pytest
from sqlmodel import select

from bot.answers.staff import grouping, proposing
from bot.broadcasts import corrections
from bot.cases import letters, service
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings import changing, hearing
from bot.meetings.hearing import Answered
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import entry_rows, own_rows, unanswered_rows
from db.entries import Phrasing
from db.meetings import MeetingQuestion
from db.staff import Role, Staff
from tests.answers.own_rows import go_live
from tests.answers.test_unanswered import asks, grouped, settled, work
from tests.broadcasts.composers import submitted
from tests.broadcasts.crowd import people, standing
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import called, chair, invite, meeting_of, organiser
from tests.meetings.test_changing import later, propose
from tests.meetings.test_promises import ANSWER, actor, begun
from tests.meetings.test_questions import PAVEMENT, asked
from tests.meetings.test_questions import asks as asks_meeting
from tests.terminal import Owner

Before = Callable[[object, str, Callable[[], object]], Callable[[], None]]


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    return on_both_databases


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Before:
    """Once, just before that function of ours runs, the other one begins: and commits, unless the first is in the way.

    Then it goes on when the first has committed; what `before` gives waits for its end.
    """

    def set_up(module: object, name: str, other: Callable[[], object]) -> Callable[[], None]:
        as_it_is, thread = getattr(module, name), Thread(target=other)

        def waited(*given: object, **named: object) -> object:
            monkeypatch.setattr(module, name, as_it_is)
            thread.start()
            thread.join(1)
            return as_it_is(*given, **named)

        monkeypatch.setattr(module, name, waited)
        return thread.join

    return set_up


def colleague(app: App) -> Staff:
    return join(app, "vu", Role.OFFICER, unit="kthtdt", name="Cán bộ Vũ")


def test_what_is_called_wrong_joins_no_group_that_was_dismissed_meanwhile(app: App, before: Before) -> None:
    words, entry = "biển hiệu cao bao nhiêu", "dd-bien-hieu"
    asks(app, "nam", words, "answer", entry=entry, reported_at=app.clock())
    grouped(app)
    asks(app, "lan", words, "answer", entry=entry, reported_at=app.clock())
    both_done = before(unanswered_rows, "locked_all", lambda: settled(app, "dismissed"))
    with app.database.write() as session:
        grouping.put(work(app, session))
    both_done()
    assert grouped(app)[1:] == [(words, 1, 1, "")]
    with app.database.read() as session:
        assert unanswered_rows.count_open(session) == 1


def test_words_are_not_attached_to_an_answer_that_was_retired_meanwhile(app: App, before: Before) -> None:
    go_live(app, "cho-dem", "Chợ đêm họp ngày nào?", "Tối thứ Sáu.")
    asks(app, "lan", "mấy giờ chợ tối mở cửa hàng")
    grouped(app)
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    presses(app, "minh", "unans.to:1:cho-dem")

    def retires() -> None:
        with app.database.write() as session:
            own = own_rows.live_of(session, "cho-dem")
            leader = session.exec(select(Staff).where(Staff.role == Role.LEADER)).one()
            assert own
            assert proposing.retire(work(app, session), leader, "cho-dem", own.id, shipped=False) == ""

    both_done = before(entry_rows, "bump", retires)
    assert "đã cũ" in presses(app, "minh", "unans.all:1:cho-dem")
    both_done()
    with app.database.read() as session:
        assert session.exec(select(Phrasing)).all() == []
    assert [group[3] for group in grouped(app)] == [""]


def test_a_new_chair_does_not_move_a_meeting_back(app: App, before: Before) -> None:
    meeting_id = called(app)
    invite(app, meeting_id, "lan")
    vu = colleague(app)
    moved = later(app, meeting_id)
    presses(app, "minh", f"meeting.change:{meeting_id}")
    minh = Owner(app, "minh")
    minh.says(app.say.label("meeting.change_chair"), "Bí thư Đảng ủy phường", "bỏ qua")
    was_moved = []
    both_done = before(changing, "propose", lambda: was_moved.append(propose(app, vu, meeting_id, moved)))
    minh.says("gửi")
    both_done()
    assert (meeting_of(app, meeting_id).starts_at == moved.starts_at) == (was_moved != [None])


def test_a_corrected_title_does_not_put_the_wrong_text_back(app: App, before: Before) -> None:
    people(app, 5)
    broadcast = submitted(app, join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh"))
    vu = colleague(app)
    tick(app)
    presses(app, "minh", f"broadcast.correct:{broadcast.id}")
    minh = Owner(app, "minh")
    minh.says(app.say.label("composing.correct_edit"), "Nộp thuế quý IV", app.say.label("composing.same_text"))

    def corrects() -> None:
        with app.database.write() as session:
            colleagues = session.get_one(Staff, vu.id)
            corrections.correct_by_edit(work(app, session), colleagues, broadcast.id, "Nộp thuế", "Hạn 30/11.")

    both_done = before(corrections, "correct_by_edit", corrects)
    minh.says("gửi")
    both_done()
    assert standing(app, broadcast.id).body == "Hạn 30/11."


def test_what_the_sender_has_got_is_not_replaced_by_what_is_noted_meanwhile(
    app: App, clock: FrozenClock, before: Before
) -> None:
    son, minh, meeting_id = chair(app), organiser(app), called(app)
    asks_meeting(app, "lan", PAVEMENT, meeting_id)
    begun(app, clock, meeting_id)
    (question,) = asked(app, meeting_id)
    with app.database.write() as session:
        service.take(work(app, session), actor(session.get_one(Staff, minh.id)), question.case_id)
        row = session.get_one(MeetingQuestion, question.id)
        row.answer, row.answered_at, row.answered_by = ANSWER, app.clock(), minh.id
        session.add(row)

    def replies() -> None:
        with app.database.write() as session:
            leader = actor(session.get_one(Staff, son.id))
            letters.reply(work(app, session), leader, question.case_id, ANSWER, "Biên bản 12/BB")

    both_done = before(letters, "reply", replies)
    with app.database.write() as session:
        row = session.get_one(MeetingQuestion, question.id, with_for_update=True)
        became = hearing.answer(work(app, session), actor(session.get_one(Staff, minh.id)), row, f"{ANSWER} Có camera.")
    both_done()
    assert became in {Answered.BEFORE, Answered.PROPOSED, Answered.SENT}
