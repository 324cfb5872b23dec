"""On Telegram: an officer logs for a seller at the stall, whose phone scans the picture and follows the case."""

import re

import pytest
from sqlmodel import select

from bot.feature import App
from bot.papers import qr
from bot.settings import Settings
from db.attachments import Attachment
from db.cases import Case
from db.staff import Role
from tests.crew import join
from tests.telegram.conftest import LAN
from tests.telegram_bot import serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

MINH, NEW = 7001, 5513
STORY = "Rác đầu ngõ ba ngày chưa ai thu gom"

pytestmark = pytest.mark.usefixtures("nothing_refused")


def scanned(user: User) -> str:
    """The payload in the picture that was received last: the picture is the code of that address and of no other."""
    given = re.search(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", user.last.text)
    assert given
    payload = f"nhan_{given[0].replace('-', '')}"
    assert user.last.content == qr.png(f"https://t.me/viethoa_test_bot?start={payload}")
    return payload


def test_logged_at_the_stall_scanned_and_followed(app: App, settings: Settings, server: TelegramServer) -> None:
    join(app, str(MINH), Role.OFFICER, unit="kthtdt", name="Cán bộ Minh", channel="telegram")
    minh, lan = User(server, MINH, "Minh"), User(server, LAN, "Lan")
    server.person(minh.json, started=True)
    with serving(app, settings, server):
        minh.says("/ghiho")
        minh.got(2)
        minh.presses("Rác thải, môi trường")
        minh.got()
        minh.sends_photo(STORY)
        minh.got(2)
        minh.shares_location(20.94, 106.31)
        minh.got()
        minh.presses("Bỏ qua")
        minh.got()
        minh.says("Quán cô Lan")
        minh.got()
        minh.says("0912 345 678")
        minh.got()
        minh.presses("Người gửi đồng ý")
        assert "Quán cô Lan" in minh.got()[0]
        minh.presses("Gửi")
        assert "Đã ghi phiếu VH-2026-0001" in "".join(minh.got(3))
        payload = scanned(minh)
        lan.starts(payload)
        shown, asked = lan.got(2)
        assert STORY in shown
        assert "Đây có đúng là việc của ông/bà không?" in asked
        lan.presses("Đúng là việc của tôi")
        assert "đã nhận phiếu VH-2026-0001" in lan.got()[0]
        assert "đã xác nhận và theo dõi" in minh.got()[0]
        lan.starts(payload)
        assert "Mã này không dùng được" in lan.got()[0]
    with app.database.read() as session:
        case = session.exec(select(Case)).one()
        assert (case.latitude, case.longitude, case.reporter_id is not None) == (20.94, 106.31, True)
        assert session.exec(select(Attachment)).one().case_id == case.id


def test_a_new_account_and_the_old_one_hears_of_it(app: App, settings: Settings, server: TelegramServer) -> None:
    with serving(app, settings, server):
        lan, new = User(server, LAN, "Lan"), User(server, NEW, "Lan")
        lan.says("/doimay")
        lan.got()
        new.starts(scanned(lan))
        new.got(2)
        new.presses("Đúng, mã do chính tôi lấy")
        assert "Xong" in new.got()[0]
        assert "Vừa có thiết bị mới" in lan.got()[0]
        lan.presses("Không phải tôi, ngắt thiết bị đó")
        assert "Đã ngắt" in lan.got()[0]
