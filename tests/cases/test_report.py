"""What a report leaves in the tables: the case, its files, the consent; and nothing where it was no petition."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.cases import service
from bot.cases.report_flow import report_of
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, File, Incoming, Phone, Sender, Text
from bot.core.replies import Reply
from bot.feature import App, Work
from bot.people.service import recognise
from bot.runtime.turn import run
from bot.ward import Ward
from db.attachments import Attachment, AttachmentState
from db.call_backs import CallBack
from db.cases import Case
from db.people import Consent
from db.session import Database
from db.staff import Role
from tests.cases.presses import presses
from tests.conftest import MORNING
from tests.crew import join
from tests.terminal import Owner

GRIEVANCE = "tôi khiếu nại quyết định xử phạt số 1234567 của phường, phạt oan quán Sao Mai"
MEGABYTE = 1024 * 1024


@pytest.fixture
def lan(app: App) -> Owner:
    return Owner(app, "lan")


def sends(owner: Owner, file: File, key: str, album: str = "") -> list[Reply]:
    """A file with a size of its own, perhaps of an album."""
    now = owner.app.clock()
    event = Incoming(key, ChatRef("terminal", owner.name), Sender(owner.name), now, file, album=album)
    with owner.app.database.write() as session:
        return run(owner.app, owner.channel, session, event, now).replies


def cases(app: App) -> list[Case]:
    with app.database.read() as session:
        return list(session.exec(select(Case)))


def files(app: App) -> list[Attachment]:
    with app.database.read() as session:
        return list(session.exec(select(Attachment)))


def reported(lan: Owner, *, business: str = "Tạp hóa Lan", phone: str = "0912345678") -> str:
    """From /phananh to the receipt."""
    lan.says("/phananh", "đồng ý", "Rác thải, môi trường", "rác ba hôm không ai dọn", "12 phố Chợ", "bỏ qua", business)
    return lan.says(*([phone] if business != "ẩn danh" else []), "gửi")


def test_what_was_answered_is_the_case(lan: Owner) -> None:
    reported(lan)
    case = cases(lan.app)[0]
    assert (case.subject, case.unit, case.text) == ("moi-truong", "kthtdt", "rác ba hôm không ai dọn")
    assert (case.place, case.business, case.phone, case.anonymous) == ("12 phố Chợ", "Tạp hóa Lan", "0912345678", False)


def test_consent_is_kept_with_its_version_and_asked_once(lan: Owner) -> None:
    reported(lan)
    with lan.app.database.read() as session:
        assert [row.version for row in session.exec(select(Consent))] == ["2026-11"]
    assert "lĩnh vực nào" in lan.says("/phananh")


def test_a_phone_given_before_becoming_anonymous_is_kept_nowhere_in_the_case(lan: Owner) -> None:
    lan.says("/phananh", "đồng ý", "Rác thải, môi trường", "rác ba hôm không ai dọn", "12 phố Chợ", "bỏ qua")
    shown = lan.says("Tạp hóa Lan", "0912345678", "Sửa: Người gửi", "ẩn danh")
    assert "0912345678" not in shown.rsplit("Phản ánh, kiến nghị", 1)[-1]
    lan.says("gửi")
    case = cases(lan.app)[0]
    assert (case.anonymous, case.business, case.phone) == (True, "", "")


def test_a_named_anonymous_case_is_refused_by_the_database(database_url: str) -> None:
    database = Database(database_url)
    row = Case(
        key="k",
        code="VH-2026-0001",
        year=2026,
        number=1,
        subject="khac",
        text="…",
        unit="kthtdt",
        anonymous=True,
        phone="0912345678",
        received_at=MORNING,
        acknowledge_by=MORNING,
        due_on=MORNING.date(),
    )
    with pytest.raises(IntegrityError, match=r"case_anonymous_has_no_name"), database.write() as session:
        session.add(row)
    database.close()


def test_the_same_event_logs_one_case(app: App, lan: Owner) -> None:
    reported(lan)
    key = cases(app)[0].key
    with pytest.raises(IntegrityError, match="case"):
        log_again(app, key)
    assert len(cases(app)) == 1


def log_again(app: App, key: str) -> None:
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile(), key)
        service.log(work, Actor(1), Report("khac", "lần nữa"), reporter_id=1)


def test_an_old_send_button_sends_nothing_again(app: App, lan: Owner) -> None:
    reported(lan)
    assert "đã cũ" in presses(app, "lan", "flow:1::send")
    assert len(cases(app)) == 1


def test_the_offer_under_a_question_makes_one_case_and_is_nobody_elses(app: App, lan: Owner) -> None:
    lan.says("cống tắc cả tuần nay không ai xử lý")
    assert "đã cũ" in presses(app, "hoa", "case.from:1")
    presses(app, "lan", "case.from:1")
    lan.says("đồng ý", "Điện, nước, đường, thoát nước", "bỏ qua", "bỏ qua", "ẩn danh", "gửi")
    assert "Phiếu VH-2026-0001" in presses(app, "lan", "case.from:1")
    assert len(cases(app)) == 1


def test_files_of_an_album_are_all_kept_and_spoken_of_once(lan: Owner) -> None:
    lan.says("/phananh", "đồng ý", "Rác thải, môi trường")
    album = [File(f"f{number}", "photo", size=1000, caption="rác đầy chợ" * (number == 1)) for number in (1, 2, 3)]
    for number, photo in enumerate(album):
        sends(lan, photo, f"photo{number}", album="album:1")
    printed = lan.waits()
    assert printed.count("Đã nhận tệp") == 1
    assert "Việc này ở đâu" in printed
    lan.says("bỏ qua", "bỏ qua", "ẩn danh")
    assert "Tệp đính kèm: 3" in lan.says("/chude", "làm tiếp")
    lan.says("gửi")
    assert [each.case_id for each in files(lan.app)] == [1, 1, 1]


def test_too_large_and_too_many_lose_nothing_else(lan: Owner) -> None:
    lan.says("/phananh", "đồng ý", "Rác thải, môi trường")
    sends(lan, File("huge", "document", size=21 * MEGABYTE, caption="rác đầy chợ"), "huge")
    refused = lan.waits()
    assert "lớn hơn 20 MB" in refused
    assert "Việc này ở đâu" in refused
    for number in range(12):
        sends(lan, File(f"f{number}", "photo", size=1000), f"photo{number}", album="album:1")
    printed = lan.waits()
    assert printed.count("tối đa 10 tệp") == 1
    lan.says("bỏ qua", "bỏ qua", "ẩn danh", "gửi")
    assert len(files(lan.app)) == 10
    assert cases(lan.app)[0].text == "rác đầy chợ"


def test_a_location_is_kept_in_degrees(lan: Owner) -> None:
    lan.says(
        "/phananh",
        "đồng ý",
        "Rác thải, môi trường",
        "rác đầy chợ",
        "[vị trí 20.94, 106.31]",
        "bỏ qua",
        "ẩn danh",
        "gửi",
    )
    case = cases(lan.app)[0]
    assert (case.latitude, case.longitude, case.place) == (20.94, 106.31, "")


def test_somebody_elses_contact_is_no_phone(lan: Owner) -> None:
    lan.says("/phananh", "đồng ý", "Rác thải, môi trường", "rác đầy chợ", "bỏ qua", "bỏ qua", "Lan")
    now = lan.app.clock()
    event = Incoming("c", ChatRef("terminal", "lan"), Sender("lan"), now, Phone("0912345678", own=False))
    with lan.app.database.write() as session:
        replies = run(lan.app, lan.channel, session, event, now).replies
    assert "không phải của ông/bà" in str(replies[0].text)


def test_a_subject_that_left_the_profile_becomes_the_general_one_and_protection_stays(app: App) -> None:
    ward: Ward = app.profile()
    fewer = ward.model_copy(update={"subjects": tuple(one for one in ward.subjects if one.id != "thue")})
    assert report_of(fewer, {"subject": "thue", "what": "x", "business": "y"}).subject == "khac"
    protected = report_of(fewer, {"subject": "protected", "what": "x", "business": "y"})
    assert (protected.subject, protected.protected) == ("can-bo", True)


def test_a_unit_without_staff_loses_nothing(lan: Owner) -> None:
    assert "VH-2026-0001" in reported(lan)
    assert len(cases(lan.app)) == 1


def leaves(lan: Owner) -> str:
    """A grievance, written twice and shown in a preview, with a photo that was fetched."""
    lan.says(GRIEVANCE, "/phananh", "đồng ý", "Vỉa hè, biển hiệu, mặt bằng", "vỉa hè bị lấn chiếm trước quán Sao Mai")
    sends(lan, File("f1", "photo", name="Sao Mai.jpg", size=10), "photo1")
    with lan.app.database.write() as session:
        photo = session.exec(select(Attachment)).one()
        photo.sha, photo.state = lan.app.files.put(b"Sao Mai"), AttachmentState.STORED
        session.add(photo)
    lan.says("quán Sao Mai", "bỏ qua", "quán Sao Mai", "0987000111", "Sửa: Nội dung", GRIEVANCE)
    return lan.says("Khiếu nại quyết định, hành vi hành chính")


def test_a_grievance_is_wiped_from_every_table_and_from_the_file(app: App, lan: Owner, tmp_path: Path) -> None:
    assert "đã được xóa" in leaves(lan)
    for text in ("1234567", "Sao Mai", "0987000111"):
        assert holding(app, text) == []
    assert cases(app) == []
    assert files(app) == []
    assert list(app.files.names()) == []
    on_disk(app, tmp_path)


def holding(app: App, text: str) -> list[str]:
    """The columns of all tables in which the text stands."""
    tables = sa.MetaData()
    tables.reflect(app.database.engine)
    found = []
    with Session(app.database.engine) as session:
        for table in tables.tables.values():
            for column in table.columns:
                where = sa.cast(column, sa.String).contains(text)
                escaped = sa.cast(column, sa.String).contains(text.encode("unicode_escape").decode())
                if session.execute(sa.select(column).where(where | escaped)).first():
                    found.append(f"{table.name}.{column.name}")
    return found


def on_disk(app: App, folder: Path) -> None:
    """Not even the bytes of the file hold it, once the log is folded in."""
    app.database.close()
    path = next(folder.glob("*.sqlite3"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = path.read_bytes()
    assert b"1234567" not in content
    assert b"Sao Mai" not in content


TOLD = "tôi tố cáo ông Trần Văn C phó chủ tịch phường ăn hối lộ, gọi 0987000111"


def test_a_denunciation_told_outside_of_a_report_is_wiped_by_its_own_sender_only(app: App, lan: Owner) -> None:
    assert "Khiếu nại, tố cáo, tin báo tội phạm" in lan.says(TOLD)
    assert "đã cũ" in presses(app, "hoa", "other.way:1")
    assert "inbox.raw" in holding(app, "Trần Văn C")
    assert "UBND thành phố Hải Phòng" in presses(app, "lan", "other.way:1")
    nothing_of(app, "Trần Văn C", "0987000111")
    assert "đã cũ" in presses(app, "lan", "other.way:1")


def nothing_of(app: App, *texts: str) -> None:
    assert [place for text in texts for place in holding(app, text)] == []


@pytest.mark.parametrize("then", [(), ("hủy",), ("đồng ý",), ("/chude",)])
def test_a_report_begun_from_it_is_wiped_with_it(app: App, lan: Owner, then: tuple[str, ...]) -> None:
    lan.says(TOLD)
    presses(app, "lan", "case.from:1")
    lan.says(*then)
    printed = presses(app, "lan", "other.way:1")
    assert "đã được xóa" in printed
    assert "đang dở" not in printed
    nothing_of(app, "Trần Văn C", "0987000111")
    with app.database.read() as session:
        assert session.execute(sa.text("SELECT state, answers FROM draft")).one() == ("cancelled", "{}")


def test_what_was_sent_as_a_petition_is_shown_and_protected(app: App, lan: Owner) -> None:
    lan.says(TOLD)
    presses(app, "lan", "case.from:1")
    lan.says("đồng ý", "vỉa hè", "bỏ qua", "bỏ qua", "ẩn danh", "gửi")
    assert "Phiếu VH-2026-0001" in presses(app, "lan", "other.way:1")
    assert [(case.text, case.protected) for case in cases(app)] == [(TOLD, True)]


def test_a_grievance_that_an_offered_report_became_takes_the_question_with_it(app: App, lan: Owner) -> None:
    lan.says("cống trước quán Sao Mai tắc cả tuần nay không ai xử lý")
    presses(app, "lan", "case.from:1")
    lan.says("đồng ý", "Điện, nước, đường, thoát nước", "bỏ qua", "bỏ qua", "ẩn danh", "Sửa: Nội dung", GRIEVANCE)
    assert "đã được xóa" in lan.says("Khiếu nại quyết định, hành vi hành chính")
    nothing_of(app, "Sao Mai")


def test_whoever_agreed_and_stopped_is_not_asked_again(lan: Owner) -> None:
    lan.says("/phananh", "đồng ý", "hủy")
    assert "lĩnh vực nào" in lan.says("/phananh")


def test_a_code_typed_alone_is_written_down_nowhere_as_a_question(app: App, lan: Owner) -> None:
    assert "không dùng được" in lan.says("CFGHJ-23456")
    with app.database.read() as session:
        assert session.execute(sa.text("SELECT count(*) FROM question")).scalar() == 0
        assert session.execute(sa.text("SELECT answers FROM draft")).scalar() == "{}"


def test_what_remains_of_a_call_back_is_a_number_and_its_kind(app: App, lan: Owner) -> None:
    join(app, "tuan", Role.LEADER)
    leaves(lan)
    lan.says("nhờ gọi lại", "0912345678")
    with app.database.read() as session:
        wish = session.exec(select(CallBack)).one()
    assert (wish.kind, wish.phone, wish.done_at) == ("complaint", "0912345678", None)
    assert "đã cũ" in presses(app, "lan", "other.called:1")
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    assert "đã cũ" in presses(app, "minh", "other.called:1")
    assert "đã gọi lại" in presses(app, "tuan", "other.called:1")


def test_every_event_of_a_wiped_report_stays_counted(app: App, lan: Owner) -> None:
    leaves(lan)
    with app.database.read() as session:
        outcomes = session.execute(sa.text("SELECT outcome FROM inbox WHERE reason = 'wiped'")).scalars().all()
    assert len(outcomes) >= 3
    assert all(outcomes)


def test_a_question_under_a_photo_is_answered_and_the_photo_kept(lan: Owner) -> None:
    printed = lan.says("[ảnh a.jpg] nộp hồ sơ trực tuyến thế nào?")
    assert "dichvucong.gov.vn" in printed
    assert "Gửi phản ánh kèm tệp này" in printed
    assert len(files(lan.app)) == 1


def test_photos_of_another_day_are_another_offer(lan: Owner, clock: FrozenClock) -> None:
    lan.says("[ảnh a.jpg]")
    clock.now = MORNING.replace(day=3)
    lan.says("[ảnh b.jpg]")
    assert len({each.draft_id for each in files(lan.app)}) == 2


def test_nobody_begins_a_report_in_a_group(app: App) -> None:
    chat = ChatRef("terminal", "group")
    with app.database.write() as session:
        recognise(session, chat, Sender("lan"), app.clock(), private=False)
        asked = Incoming("g", chat, Sender("lan"), app.clock(), Text("cống tắc cả tuần không ai xử lý"), private=False)
        replies = run(app, Owner(app).channel, session, asked, app.clock()).replies
    assert all(not button.data.startswith("case.") for reply in replies for button in reply.buttons)
