"""Logged for somebody at the stall, claimed by them; and everything of a person brought to another phone."""

import re
from datetime import timedelta

import pytest
from sqlmodel import Session, SQLModel, select

from bot.cases import letters, service
from bot.cases.rules import Actor
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Sender
from bot.feature import App, Work
from bot.papers import qr
from bot.people.service import MOVED, recognise, unite
from bot.settings import Settings
from db.attachments import Attachment
from db.cases import Case, CaseEvent, Status
from db.claims import Claim
from db.drafts import DraftRow, DraftState
from db.letters import Delivery, Letter
from db.people import Chat, Consent, Person
from db.staff import Role, Staff
from tests.cases.presses import presses
from tests.crew import join
from tests.terminal import Owner

CODE = re.compile(r"[2-9A-Z]{5}-[2-9A-Z]{5}")
STORY = "Rác đầu ngõ ba ngày chưa ai thu gom"
ANSWER = "Tổ thu gom đã dọn sạch ngày 02/12/2026, từ nay thu hai lần mỗi ngày."


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """A code is used once on both databases."""
    return on_both_databases


def logged(app: App, who: str = "minh") -> str:
    """An officer logs something for a seller; the code on the screen."""
    said = Owner(app, who).says(
        "/ghiho", "Rác thải, môi trường", STORY, "Ngõ 12", "Bỏ qua", "Quán cô Lan", "0912345678", "Người gửi đồng ý"
    )
    assert "Quán cô Lan" in said
    codes = CODE.findall(Owner(app, who).says("Gửi"))
    assert len(codes) == 1
    return str(codes[0])


def the_case(app: App) -> Case:
    with app.database.read() as session:
        return session.exec(select(Case)).one()


def work(app: App, session: Session) -> Work:
    return Work(app, session, app.clock(), app.profile(), key="an event of the test")


def test_what_is_logged_for_somebody_has_no_owner_and_says_who_wrote_it_down(app: App, minh: Staff) -> None:
    logged(app)
    case = the_case(app)
    assert (case.reporter_id, case.logged_by, case.source) == (None, minh.id, "TTPVHCC")
    assert (case.business, case.phone, case.place, case.text) == ("Quán cô Lan", "0912345678", "Ngõ 12", STORY)
    assert case.acknowledged_at is None
    with app.database.read() as session:
        event = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id)).first()
    assert event
    assert event.note == "Cán bộ Minh ghi hộ; người gửi đồng ý bằng lời"


def test_a_head_logs_for_the_neighbourhood_and_names_nobody(app: App) -> None:
    head = join(app, "tho", Role.HEAD, name="Tổ trưởng Thọ")
    said = Owner(app, "tho").says(
        "/ghiho", "Rác thải, môi trường", STORY, "Bỏ qua", "Bỏ qua", "Không nêu tên", "Bỏ qua", "Người gửi đồng ý"
    )
    assert "Chưa có số điện thoại" in said
    Owner(app, "tho").says("Gửi")
    case = the_case(app)
    assert (case.source, case.logged_by, case.business, case.anonymous) == ("TDP", head.id, "", False)


def test_conduct_of_officials_is_not_offered(app: App, minh: Staff) -> None:
    assert minh
    said = Owner(app, "minh").says("/ghiho")
    assert "Thái độ, hành vi cán bộ" not in said
    assert "người gửi tự gửi bằng /phananh" in said


def test_the_picture_holds_what_opens_the_bot_with_the_code(app: App, minh: Staff) -> None:
    assert minh
    code = logged(app).replace("-", "")
    pictures = [path.read_bytes() for path in app.files.folder.rglob("*") if path.is_file()]
    assert pictures == [qr.png(f"/start nhan_{code}")]


def test_nobody_but_staff_logs_for_others(app: App) -> None:
    assert "chưa có lệnh này" in Owner(app, "la").says("/ghiho")


def test_a_seller_reads_confirms_and_gets_the_answer_that_had_found_nobody(app: App, minh: Staff) -> None:
    code = logged(app)
    with app.database.write() as session:
        case = session.exec(select(Case)).one()
        actor = Actor(minh.person_id, minh)
        assert service.take(work(app, session), actor, case.id)
        assert letters.reply(work(app, session), actor, case.id, ANSWER, "Biên bản 02/12/2026")
        assert [letter.delivery for letter in session.exec(select(Letter))] == [Delivery.FAILED]
    shown = Owner(app, "lan").says(f"/start nhan_{code.replace('-', '')}")
    assert STORY in shown
    assert "Quán cô Lan" in shown
    said = Owner(app, "lan").says("Đúng là việc của tôi")
    assert "đã nhận phiếu VH-2026-0001" in said
    assert ANSWER in said
    assert "đã xác nhận và theo dõi" in Owner(app, "minh").waits()
    case = the_case(app)
    with app.database.read() as session:
        lan = session.exec(select(Chat).where(Chat.address == "lan")).one().person_id
        assert case.reporter_id == lan
        assert session.get(Consent, (lan, app.profile().cases.consent_version))
        letter = session.exec(select(Letter)).one()
        assert (letter.delivery, letter.parts) == (Delivery.PENDING, 1)
    assert "VH-2026-0001" in Owner(app, "lan").says("/viecdagui")
    assert the_case(app).status == Status.ANSWERED


def refused(said: str) -> bool:
    return said.startswith("Mã này không dùng được")


def test_wrong_used_expired_and_replaced_codes_are_answered_alike(app: App, minh: Staff, clock: FrozenClock) -> None:
    assert minh
    first = logged(app)
    assert refused(Owner(app, "la").says("/nhanphieu 22222-22222"))
    second = CODE.findall(presses(app, "minh", f"case.invite:{the_case(app).id}"))[0]
    assert refused(Owner(app, "lan").says(f"/nhanphieu {first}"))
    clock.now += timedelta(days=7)
    assert refused(Owner(app, "lan").says(f"/nhanphieu {second}"))
    clock.now -= timedelta(days=1)
    Owner(app, "lan").says(f"/nhanphieu {second.lower().replace('-', ' ')}", "Đúng là việc của tôi")
    assert the_case(app).reporter_id
    assert refused(Owner(app, "hoa").says(f"/nhanphieu {second}"))
    assert "không cấp mã nhận phiếu được" in presses(app, "minh", f"case.invite:{the_case(app).id}")


def test_two_who_have_read_the_case_and_only_the_first_gets_it(app: App, minh: Staff) -> None:
    assert minh
    code = logged(app)
    for who in ("lan", "hoa"):
        assert STORY in Owner(app, who).says(f"/nhanphieu {code}")
    Owner(app, "lan").says("Đúng là việc của tôi")
    assert refused(Owner(app, "hoa").says("Đúng là việc của tôi"))


def test_somebody_else_leaves_the_code_to_its_owner(app: App, minh: Staff) -> None:
    assert minh
    code = logged(app)
    Owner(app, "hoa").says(f"/nhanphieu {code}", "Không phải")
    Owner(app, "lan").says(f"/nhanphieu {code}", "Đúng là việc của tôi")
    assert the_case(app).reporter_id


def test_who_handles_a_case_cannot_become_its_owner(app: App, minh: Staff) -> None:
    assert minh
    code = logged(app)
    assert "chỉ người gửi mới nhận được" in Owner(app, "minh").says(f"/nhanphieu {code}", "Đúng là việc của tôi")
    assert the_case(app).reporter_id is None


def test_guessing_ends_after_ten_wrong_codes_even_with_the_right_one(app: App, minh: Staff, clock: FrozenClock) -> None:
    assert minh
    code = logged(app)
    for _ in range(10):
        assert refused(Owner(app, "la").says("/nhanphieu 22222-22222"))
    assert "chưa đúng nhiều lần" in Owner(app, "la").says(f"/nhanphieu {code}")
    clock.now += timedelta(hours=1, seconds=1)
    assert STORY in Owner(app, "la").says(f"/nhanphieu {code}")


def test_another_officer_and_a_stranger_get_no_code(app: App, minh: Staff) -> None:
    assert minh
    logged(app)
    join(app, "chi", Role.OFFICER, unit="vhxh", name="Cán bộ Chi")
    for who in ("chi", "la"):
        assert presses(app, who, f"case.invite:{the_case(app).id}").startswith("Nút này đã cũ")
    with app.database.read() as session:
        assert len(list(session.exec(select(Claim)))) == 1


def moved(app: App, old: str, new: str) -> str:
    code = CODE.findall(Owner(app, old).says("/doimay"))[0]
    return Owner(app, new).says(f"/nhanphieu {code}", "Đúng, mã do chính tôi lấy")


def person_of(app: App, who: str) -> int:
    with app.database.read() as session:
        return session.exec(select(Chat).where(Chat.address == who)).one().person_id


def test_a_new_phone_has_the_cases_and_the_old_one_hears_of_it_and_can_undo_it(app: App, minh: Staff) -> None:
    assert minh
    code = logged(app)
    Owner(app, "lan").says(f"/nhanphieu {code}", "Đúng là việc của tôi")
    assert "Xong" in moved(app, "lan", "lanmoi")
    assert "VH-2026-0001" in Owner(app, "lanmoi").says("/viecdagui")
    assert person_of(app, "lan") == person_of(app, "lanmoi")
    assert "Vừa có thiết bị mới" in Owner(app, "lan").waits()
    assert "Đã ngắt" in Owner(app, "lan").says("1")
    assert "VH-2026-0001" not in Owner(app, "lanmoi").says("/viecdagui")
    assert "VH-2026-0001" in Owner(app, "lan").says("/viecdagui")
    with app.database.read() as session:
        new = session.exec(select(Chat).where(Chat.address == "lanmoi")).one().id
    assert presses(app, "lan", f"chat.leave:{new}").startswith("Nút này đã cũ")


def test_the_new_phone_cannot_cut_off_the_old_one_by_its_button(app: App) -> None:
    moved(app, "lan", "lanmoi")
    with app.database.read() as session:
        new = session.exec(select(Chat).where(Chat.address == "lanmoi")).one().id
    assert presses(app, "lanmoi", f"chat.leave:{new}").startswith("Nút này đã cũ")
    assert presses(app, "la", f"chat.leave:{new}").startswith("Nút này đã cũ")
    assert person_of(app, "lan") == person_of(app, "lanmoi")


def test_a_role_comes_along_to_a_new_phone_but_is_never_brought_to_somebody_else(app: App, minh: Staff) -> None:
    assert "đang có vai trò cán bộ" in moved(app, "lan", "minh")
    assert person_of(app, "lan") != minh.person_id
    assert "Xong" in moved(app, "minh", "minhmoi")
    assert "/ghiho" in Owner(app, "minhmoi").says("/help")


def test_a_code_for_oneself_changes_nothing_and_a_newer_one_replaces_it(app: App) -> None:
    first = CODE.findall(Owner(app, "lan").says("/doimay"))[0]
    assert "đang dùng" in Owner(app, "lan").says(f"/nhanphieu {first}")
    Owner(app, "lan").says("/doimay")
    assert refused(Owner(app, "la").says(f"/nhanphieu {first}"))


def two(app: App, session: Session) -> tuple[Person, Person]:
    now = app.clock()
    pairs = [recognise(session, ChatRef("terminal", who), Sender(who, who), now)[1] for who in ("old", "new")]
    return pairs[0], pairs[1]


def test_two_people_become_one_with_a_dialogue_in_hand_on_both_sides(app: App) -> None:
    now, version = app.clock(), app.profile().cases.consent_version
    with app.database.write() as session:
        old, new = two(app, session)
        for person in (old, new):
            session.add(DraftRow(person_id=person.id, flow="case_report", updated_at=now))
            session.add(Consent(person_id=person.id, version=version, at=now))
        session.add(Consent(person_id=new.id, version="other", at=now))
        session.add(
            Attachment(
                key="a photo",
                person_id=new.id,
                channel="terminal",
                file_id="x",
                kind="photo",
                created_at=now,
                next_at=now,
            )
        )
        session.flush()
        unite(session, new, old)
        kept_id = old.id
    with app.database.read() as session:
        drafts = session.exec(select(DraftRow).order_by(DraftRow.id)).all()  # type: ignore[arg-type]
        assert [(draft.person_id, draft.state) for draft in drafts] == [
            (kept_id, DraftState.OPEN),
            (kept_id, DraftState.ASIDE),
        ]
        assert {(row.person_id, row.version) for row in session.exec(select(Consent))} == {
            (kept_id, version),
            (kept_id, "other"),
        }
        assert session.exec(select(Attachment)).one().person_id == kept_id
        assert {chat.person_id for chat in session.exec(select(Chat))} == {kept_id}


def test_a_dialogue_of_the_new_phone_stays_in_hand_where_the_old_one_had_none(app: App) -> None:
    with app.database.write() as session:
        old, new = two(app, session)
        session.add(DraftRow(person_id=new.id, flow="case_report", updated_at=app.clock()))
        session.flush()
        unite(session, new, old)
        assert session.exec(select(DraftRow)).one().state == DraftState.OPEN


HISTORY = {
    "case_event.person_id",
    "claim.used_by",
    "invitation.used_by",
    "paper_order.person_id",
    "staff.person_id",
}
"""Who somebody was when it happened; a role is never united."""

APART = {"outbox.person_id"}
"""What `db.uniting` moves where it can: the messages of announcements, of which both may have one."""


def test_every_column_that_names_a_person_is_moved_or_is_history() -> None:
    naming = {
        f"{table.name}.{key.parent.name}"
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "person.id"
    }
    assert naming == {*MOVED} | HISTORY | APART
