"""Questions for a meeting: asked as cases, alike ones together, public in the ward's words, supported once."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings import hearing
from bot.meetings.likeness import alike, grouped, like_of, moved, typed_order
from bot.people.service import unite
from bot.people.staff import leave
from bot.settings import Settings
from db import attachments, heard
from db.broadcasts import Broadcast
from db.cases import Case
from db.heard import Asked
from db.meetings import MeetingQuestion, MeetingState, Support
from db.people import Person
from db.staff import Role
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import chair, change, invite, meeting_of, organiser, person_of, work
from tests.terminal import Owner

PAVEMENT = "Vỉa hè đường Nguyễn Lương Bằng bị lấn chiếm, bao giờ phường dẹp?"
PAVEMENT_AGAIN = "Bao giờ phường dẹp lấn chiếm vỉa hè đường Nguyễn Lương Bằng"
FLOOD = "Đường Nguyễn Lương Bằng hay ngập khi mưa, bao giờ sửa cống thoát nước?"
DENUNCIATION = "Tôi tố cáo cán bộ A nhận tiền của tôi khi làm giấy phép"
LOAN = "Cho tôi hỏi vay vốn ưu đãi ở đâu, điều kiện thế nào?"


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """SQLite and PostgreSQL in turn."""
    return on_both_databases


def asks(app: App, who: str, text: str, meeting_id: int, *, name: str = "ẩn danh", subject: str = "khác") -> str:
    """The whole dialogue from the button under the invitation; what is said at its end."""
    invite(app, meeting_id, who)
    said = presses(app, who, f"meeting.ask_new:{meeting_id}")
    if "đọc giúp" in said:
        Owner(app, who).says("đồng ý")
    owner = Owner(app, who)
    owner.says(subject)
    said = owner.says(text)
    if "Ẩn danh" in said:
        said = owner.says(name)
    if "Số điện thoại" in said:
        owner.says("bỏ qua")
    return owner.says("gửi")


def asked(app: App, meeting_id: int) -> list[Asked]:
    """The list of a meeting."""
    with app.database.read() as session:
        return heard.asked(session, meeting_id)


def worded(app: App, question_id: int, wording: str) -> None:
    """The organiser wrote it for all to read."""
    minh = organiser(app)
    with app.database.write() as session:
        assert hearing.word(work(app, session), minh, question_id, wording)


def test_a_question_becomes_a_case_of_the_meeting(app: App, meeting_id: int) -> None:
    said = asks(app, "lan", PAVEMENT, meeting_id)
    assert "đã vào danh sách" in said
    assert "VH-2026-0001" in said
    assert "Hạn trả lời: trước 17h00" in said
    assert [(each.code, each.text) for each in asked(app, meeting_id)] == [("VH-2026-0001", PAVEMENT)]
    with app.database.read() as session:
        case = session.exec(select(Case)).one()
    assert (case.source, case.anonymous, case.logged_by) == (hearing.SOURCE, True, None)


def test_the_button_under_the_invitation_asks_at_once_or_shows_what_others_asked(app: App, meeting_id: int) -> None:
    invitation = meeting_of(app, meeting_id).invitation_id
    assert "đọc giúp" in presses(app, "nam", f"meeting.ask:{invitation}")
    asks(app, "lan", PAVEMENT, meeting_id)
    assert PAVEMENT not in presses(app, "nam", f"meeting.ask:{invitation}")
    worded(app, asked(app, meeting_id)[0].id, "Bao giờ dẹp lấn chiếm vỉa hè?")
    said = presses(app, "nam", f"meeting.ask:{invitation}")
    assert "1. Bao giờ dẹp lấn chiếm vỉa hè?" in said
    assert "1 người quan tâm" in said
    assert "Gửi câu hỏi của tôi" in said


@pytest.mark.parametrize(
    ("protected", "lines"),
    [
        (True, ("khác", DENUNCIATION, "Phản ánh, kiến nghị với UBND phường", "Chỉ lãnh đạo UBND phường xem")),
        (False, ("khác", DENUNCIATION, "Phản ánh, kiến nghị với UBND phường", "2")),
        (True, ("thái độ, hành vi cán bộ", "Cán bộ một cửa quát tôi, bắt đi lại ba lần")),
    ],
)
def test_a_denunciation_is_never_a_question_of_the_meeting(
    app: App, meeting_id: int, protected: bool, lines: tuple[str, ...]
) -> None:
    presses(app, "lan", f"meeting.ask_new:{meeting_id}")
    said = Owner(app, "lan").says("đồng ý", *lines, "ẩn danh", "gửi")
    assert "không đưa vào danh sách" in said
    assert asked(app, meeting_id) == []
    with app.database.read() as session:
        assert session.exec(select(MeetingQuestion)).all() == []
        assert [case.protected for case in session.exec(select(Case))] == [protected]


def test_what_is_no_petition_is_shown_its_way_and_forgotten(app: App, meeting_id: int) -> None:
    presses(app, "lan", f"meeting.ask_new:{meeting_id}")
    owner = Owner(app, "lan")
    owner.says("đồng ý", "khác")
    owner.says("Tôi tố cáo ông chủ quán bên cạnh bán hàng giả, trốn thuế")
    said = owner.says("2")
    assert "xóa" in said.lower()
    with app.database.read() as session:
        assert session.exec(select(Case)).all() == []


def test_a_file_goes_with_the_question(app: App, meeting_id: int, tmp_path: Path) -> None:
    paper = tmp_path / "don.pdf"
    paper.write_bytes(b"%PDF-1.4 don")
    presses(app, "lan", f"meeting.ask_new:{meeting_id}")
    owner = Owner(app, "lan")
    owner.says("đồng ý", "khác")
    assert "Ẩn danh" in owner.says(f"[tệp {paper}] {LOAN}")
    assert "Tệp" in owner.says("ẩn danh")
    owner.says("gửi")
    question = asked(app, meeting_id)[0]
    assert question.text == LOAN
    with app.database.read() as session:
        assert [each.name for each in attachments.of_case(session, question.case_id)] == ["don.pdf"]


def test_no_questions_once_it_has_begun_or_is_off(app: App, meeting_id: int, clock: FrozenClock) -> None:
    presses(app, "nam", f"meeting.ask_new:{meeting_id}")
    change(app, meeting_id, state=MeetingState.CANCELLED)
    assert "không nhận câu hỏi nữa" in presses(app, "lan", f"meeting.ask_new:{meeting_id}")
    change(app, meeting_id, state=MeetingState.CALLED)
    clock.now = meeting_of(app, meeting_id).starts_at
    assert "không nhận câu hỏi nữa" in presses(app, "lan", f"meeting.ask_new:{meeting_id}")
    change(app, meeting_id, state=MeetingState.PLANNED)
    with app.database.write() as session:
        session.get_one(Broadcast, meeting_of(app, meeting_id).invitation_id).started_at = None
    assert "Đối thoại" not in presses(app, "lan", f"meeting.ask_new:{meeting_id}")


def test_a_dialogue_that_ends_too_late_is_a_case_of_its_own(app: App, meeting_id: int, clock: FrozenClock) -> None:
    presses(app, "lan", f"meeting.ask_new:{meeting_id}")
    Owner(app, "lan").says("đồng ý", "khác", LOAN, "ẩn danh")
    clock.now = meeting_of(app, meeting_id).starts_at
    said = Owner(app, "lan").says("gửi")
    assert "không đưa vào danh sách" in said
    assert "VH-2026-0001" in said


def test_support_counts_once_and_not_for_ones_own(app: App, meeting_id: int) -> None:
    asks(app, "lan", PAVEMENT, meeting_id)
    question = asked(app, meeting_id)[0].id
    assert "quan tâm" not in presses(app, "nam", f"meeting.support:{question}")
    worded(app, question, "Bao giờ dẹp lấn chiếm vỉa hè?")
    assert "2 người quan tâm" in presses(app, "nam", f"meeting.support:{question}")
    assert "chỉ tính một lần" in presses(app, "nam", f"meeting.support:{question}")
    assert "của chính ông/bà" in presses(app, "lan", f"meeting.support:{question}")
    invite(app, meeting_id, "hoa")
    assert "3 người quan tâm" in presses(app, "hoa", f"meeting.support:{question}")
    assert "tôi cũng quan tâm" not in presses(app, "hoa", f"meeting.heard:{meeting_id}")
    with app.database.read() as session:
        assert len(session.exec(select(Support)).all()) == 2
    assert asked(app, meeting_id)[0].supports == 2


def test_two_people_who_are_one_support_once(app: App, meeting_id: int) -> None:
    asks(app, "lan", PAVEMENT, meeting_id)
    question = asked(app, meeting_id)[0].id
    worded(app, question, "Bao giờ dẹp lấn chiếm vỉa hè?")
    for who in ("nam", "hoa", "ba"):
        invite(app, meeting_id, who)
        presses(app, who, f"meeting.support:{question}")
    people = {who: person_of(app, who) for who in ("lan", "nam", "hoa", "ba")}
    with app.database.write() as session:
        for source, target in (("hoa", "nam"), ("ba", "lan")):
            unite(session, session.get_one(Person, people[source]), session.get_one(Person, people[target]))
    assert asked(app, meeting_id)[0].supports == 1


def test_staff_see_it_and_others_do_not(app: App, meeting_id: int) -> None:
    asks(app, "lan", PAVEMENT, meeting_id, name="Quán phở Lan")
    question = asked(app, meeting_id)[0].id
    chair(app)
    join(app, "vu", Role.OFFICER, unit="vhxh")
    join(app, "tri", Role.ADMIN)
    for who in ("minh", "son"):
        said = presses(app, who, f"meeting.question:{question}")
        assert PAVEMENT in said
        assert "Quán phở Lan" not in said
    for who in ("vu", "tri", "lan", "nam"):
        for data in (f"meeting.questions:{meeting_id}", f"meeting.question:{question}", f"meeting.word:{question}"):
            assert PAVEMENT not in presses(app, who, data)


def test_the_wording_warns_of_numbers_and_names(app: App, meeting_id: int) -> None:
    asks(app, "lan", PAVEMENT, meeting_id, name="Quán phở Lan")
    question = asked(app, meeting_id)[0].id
    presses(app, "minh", f"meeting.word:{question}")
    said = Owner(app, "minh").says("Quán phở Lan (0912 345 678) hỏi bao giờ dẹp vỉa hè?")
    assert "dãy số" in said
    assert "tên người gửi" in said
    Owner(app, "minh").says("sửa: lời công khai")
    said = Owner(app, "minh").says("Bao giờ phường dẹp lấn chiếm vỉa hè?")
    assert "⚠️" not in said
    assert "Đã đăng" in Owner(app, "minh").says("gửi")
    assert "Bao giờ phường dẹp" in presses(app, "nam", f"meeting.heard:{meeting_id}")
    assert "Đã gỡ" in presses(app, "minh", f"meeting.unword:{question}")
    assert "Bao giờ phường dẹp" not in presses(app, "nam", f"meeting.heard:{meeting_id}")


def test_what_is_withdrawn_is_on_no_list(app: App, meeting_id: int) -> None:
    asks(app, "lan", PAVEMENT, meeting_id)
    question = asked(app, meeting_id)[0].id
    worded(app, question, "Bao giờ dẹp lấn chiếm vỉa hè?")
    with app.database.write() as session:
        case = session.exec(select(Case)).one()
        case.status, case.closed_at = "withdrawn", app.clock()  # type: ignore[assignment]  # as the database has it
        session.add(case)
    assert asked(app, meeting_id) == []
    assert "chưa có câu hỏi nào" in presses(app, "nam", f"meeting.heard:{meeting_id}")
    assert "không còn trong danh sách" in presses(app, "minh", f"meeting.question:{question}")


def test_the_chair_orders_them(app: App, meeting_id: int) -> None:
    for who, text in (("lan", PAVEMENT), ("nam", FLOOD), ("hoa", LOAN), ("ba", PAVEMENT_AGAIN)):
        asks(app, who, text, meeting_id)
    said = presses(app, "minh", f"meeting.questions:{meeting_id}")
    assert "4 câu, gộp thành 3 nhóm" in said
    assert "2 câu, 2 người quan tâm" in said
    heads = [group[0].id for group in grouped(asked(app, meeting_id))]
    presses(app, "minh", f"meeting.move:{heads[0]}:2")
    assert order(app, meeting_id) == [FLOOD, PAVEMENT, LOAN]
    presses(app, "minh", f"meeting.move:{heads[0]}:1")
    presses(app, "minh", f"meeting.move:{heads[0]}:1")
    assert order(app, meeting_id) == [PAVEMENT, FLOOD, LOAN]
    presses(app, "minh", f"meeting.order:{meeting_id}")
    assert "cách nhau bằng dấu phẩy" in Owner(app, "minh").says("ba trước")
    said = Owner(app, "minh").says("3,1")
    assert order(app, meeting_id) == [LOAN, PAVEMENT, FLOOD]
    assert said.index("vay vốn") < said.index("Vỉa hè") < said.index("ngập")


def order(app: App, meeting_id: int) -> list[str]:
    """The first question of each group as the chair has them."""
    return [group[0].text for group in grouped(asked(app, meeting_id))]


def test_an_order_that_was_begun_keeps_what_its_numbers_meant(app: App, meeting_id: int) -> None:
    for who, text in (("lan", PAVEMENT), ("nam", FLOOD)):
        asks(app, who, text, meeting_id)
    presses(app, "minh", f"meeting.order:{meeting_id}")
    presses(app, "son", f"meeting.order:{meeting_id}")
    chair(app)
    head = grouped(asked(app, meeting_id))[0][0].id
    presses(app, "son", f"meeting.move:{head}:2")
    asks(app, "hoa", LOAN, meeting_id)
    presses(app, "minh", f"meeting.order:{meeting_id}")
    Owner(app, "minh").says("3,2,1")
    assert order(app, meeting_id) == [LOAN, PAVEMENT, FLOOD]
    presses(app, "minh", f"meeting.order:{meeting_id}")
    assert "Có số không đúng" in Owner(app, "minh").says("1,2,9")
    assert order(app, meeting_id) == [LOAN, PAVEMENT, FLOOD]


def test_an_officer_whose_role_ended_reads_nothing(app: App, meeting_id: int, clock: FrozenClock) -> None:
    asks(app, "lan", PAVEMENT, meeting_id)
    question = asked(app, meeting_id)[0].id
    presses(app, "minh", f"meeting.word:{question}")
    minh = organiser(app)
    with app.database.write() as session:
        assert leave(work(app, session), minh.id)
    Owner(app, "minh").says("Bao giờ dẹp vỉa hè?", "gửi")
    assert asked(app, meeting_id)[0].wording == ""
    assert PAVEMENT not in presses(app, "minh", f"meeting.questions:{meeting_id}")
    assert clock.now


def of(number: int, text: str) -> Asked:
    """A question of that number."""
    return Asked(number, number, f"VH-2026-{number:04}", text, "received", None, "", answered=False)


def linked(texts: list[str]) -> list[Asked]:
    """The questions as they came in, each put to those like it."""
    questions: list[Asked] = []
    for number, text in enumerate(texts, start=1):
        questions.append(replace(of(number, text), like_id=like_of(questions, text)))
    return questions


def test_where_the_first_was_withdrawn_the_next_stands_for_it() -> None:
    first, second = linked([PAVEMENT, PAVEMENT_AGAIN])
    assert second.like_id == first.id == like_of([second], PAVEMENT)


def test_alike_questions_stand_together_under_the_first() -> None:
    texts = [PAVEMENT, FLOOD, PAVEMENT_AGAIN, LOAN, "Vay vốn ưu đãi cho hộ kinh doanh ở đâu, điều kiện gì?", "vỉa hè"]
    groups = grouped(linked(texts))
    assert [[each.id for each in group] for group in groups] == [[1, 3], [2], [4, 5], [6]]
    assert alike("may tinh tien co bat buoc khong", "hoa don dien tu tu may tinh tien co bat buoc voi ho nho khong")
    assert not alike("via he duong nguyen luong bang bi lan chiem", "cong duong nguyen luong bang bao gio duoc sua")


TEXTS = st.lists(st.text("abc đê", max_size=12), max_size=8)


@given(TEXTS, st.randoms(use_true_random=False))
def test_every_question_is_in_one_group_whatever_the_order(texts: list[str], chance: object) -> None:
    questions = linked(texts)
    before = {frozenset(each.id for each in group) for group in grouped(questions)}
    chance.shuffle(questions)  # type: ignore[attr-defined]  # a Random
    groups = grouped(questions)
    assert {frozenset(each.id for each in group) for group in groups} == before
    assert sorted(each.id for group in groups for each in group) == sorted(each.id for each in questions)


@given(st.integers(1, 9), st.data())
def test_a_typed_order_is_always_all_of_them(count: int, data: st.DataObject) -> None:
    named = data.draw(st.lists(st.integers(1, count), unique=True, min_size=1))
    places = typed_order(", ".join(map(str, named)), count)
    assert places is not None
    assert places[: len(named)] == [number - 1 for number in named]
    assert sorted(places) == list(range(count))


@pytest.mark.parametrize("typed", ["", "một", "0", "1,1", "4", "1,,x", "1 2 3 4", "-1", "9" * 600])
def test_what_is_no_order(typed: str) -> None:
    assert typed_order(typed, 3) is None


def test_moving_beyond_the_end_moves_nothing() -> None:
    groups = [[of(1, "a")], [of(2, "b")]]
    assert moved(groups, 0, -1) == groups == moved(groups, 1, 1)
    assert moved(groups, 0, 1) == groups[::-1]
