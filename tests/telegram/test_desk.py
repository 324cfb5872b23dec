"""The main path of the desk over Telegram: notice, card, taking, an answer with a photo as its evidence."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot.cases import service
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.core.events import ChatRef, Sender
from bot.feature import App, Work
from bot.people.service import recognise
from bot.settings import Settings
from db.attachments import Attachment, AttachmentState
from db.cases import Case, Status
from db.staff import Role
from tests.crew import join
from tests.telegram.conftest import LAN
from tests.telegram_bot import eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import PICTURE, User, hears

MINH, SON = 5513, 5514
STORY = "Xe ba gác chiếm vỉa hè trước quán cả ngày"
ANSWER = "Đội quản lý đô thị đã nhắc nhở chủ xe và kẻ vạch ngày 01/12/2026."


@pytest.fixture
def people(
    app: App, settings: Settings, server: TelegramServer, nothing_refused: None
) -> Iterator[tuple[User, User, User]]:
    """A shop owner, an officer and a leader who talk with a running bot."""
    assert nothing_refused is None
    lan, minh, son = (User(server, *one) for one in ((LAN, "Lan"), (MINH, "Minh"), (SON, "Sơn")))
    join(app, str(MINH), Role.OFFICER, unit="kthtdt", name="Cán bộ Minh", channel="telegram")
    join(app, str(SON), Role.LEADER, name="Lãnh đạo Sơn", channel="telegram")
    for staff in (minh, son):
        server.person(staff.json, started=True)
    with serving(app, settings, server, every=0.5):
        for user in (lan, minh, son):
            user.starts()
            hears(user, "Kính chào")
        yield lan, minh, son


def raised(app: App) -> int:
    """The owner's report."""
    with app.database.write() as session:
        _, person = recognise(session, ChatRef("telegram", str(LAN)), Sender(str(LAN), "Lan"), app.clock())
        work = Work(app, session, app.clock(), app.profile(), "phan anh")
        report = Report(subject="via-he", text=STORY, latitude=20.94, longitude=106.31)
        return service.log(work, Actor(person.id), report, reporter_id=person.id).id


def stored(app: App) -> bool:
    with app.database.read() as session:
        files = session.exec(select(Attachment)).all()
    return [file.state for file in files] == [AttachmentState.STORED]


def test_from_the_notice_to_the_approved_answer(app: App, people: tuple[User, User, User]) -> None:
    lan, minh, son = people
    case_id = raised(app)
    hears(minh, "Phiếu mới")
    minh.presses("Mở phiếu VH-2026-0001")
    hears(minh, STORY)
    assert "Bản đồ" in minh.last.buttons
    minh.presses("Nhận xử lý")
    hears(minh, "Người xử lý: Cán bộ Minh")
    hears(lan, "đang được Phòng Kinh tế, Hạ tầng và Đô thị xử lý")
    minh.presses("Trả lời")
    hears(minh, "gõ câu trả lời")
    minh.says(ANSWER)
    hears(minh, "Căn cứ là gì?")
    minh.sends_photo(content=PICTURE)
    hears(minh, "Căn cứ là gì?")
    minh.presses("Tệp kèm theo")
    assert "Tệp kèm theo" in hears(minh, "xem lại")
    minh.presses("Gửi")
    hears(minh, "chờ lãnh đạo duyệt")
    hears(son, ANSWER)
    assert eventually(lambda: stored(app))
    son.presses("Duyệt và gửi")
    hears(son, "Đã gửi cho người phản ánh")
    assert "Người trả lời: Cán bộ Minh" in hears(lan, ANSWER)
    assert "Đã rõ" in lan.last.buttons
    assert lan.received()[0].content == PICTURE
    with app.database.read() as session:
        assert session.get_one(Case, case_id).status == Status.ANSWERED
    son.presses("Xem cả phiếu")
    hears(son, "Tệp đính kèm: 1")
    son.presses("Xem tệp")
    hears(son, "Phiếu VH-2026-0001, tệp 1")
    assert son.last.content == PICTURE
