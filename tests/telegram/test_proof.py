"""Forwarded messages over Telegram: from somebody, from somebody who hides, from the bot itself; in a group."""

from bot.feature import App
from db.broadcasts import Broadcast
from tests.broadcasts.notices import sent
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

GROUP = -4001
CODE = "K7M2P4QX"
TEXT = f"Đóng phí vệ sinh\n\nNộp vào tài khoản 1903 5551.\n\nMã xác minh: {CODE}"


def notice(app: App) -> int:
    return sent(app, "Đóng phí vệ sinh", body="Nộp vào tài khoản 1903 5551.", proof=CODE)


def test_a_forwarded_notice_is_checked(app: App, server: TelegramServer, lan: User) -> None:
    notice(app)
    lan.forwards(TEXT)
    assert "Khớp" in lan.got()[0]
    lan.forwards(TEXT.replace("5551", "5557"), of=User(server, 99, "Kẻ lạ"))
    assert "ĐÃ BỊ SỬA" in lan.got()[0]
    lan.forwards("/start xin chào")
    assert "không có trong sổ" in lan.got()[0]


def test_what_the_bot_said_itself_is_known_as_its_own(server: TelegramServer, lan: User) -> None:
    me = User(server, server.world.bot["id"], "Bot")
    me.json = dict(server.world.bot)
    lan.forwards("Phiếu VH-2026-0001 đã có trả lời.", of=me)
    assert "do chính kênh này gửi" in lan.got()[0]


def test_a_deep_link_leads_to_the_proof(app: App, lan: User) -> None:
    number = notice(app)
    with app.database.read() as session:
        proof = session.get_one(Broadcast, number).proof
    lan.starts(f"xm_{proof}")
    assert "Thông báo có thật" in lan.got()[0]


def test_in_a_group_it_is_proved_for_all(app: App, server: TelegramServer, lan: User) -> None:
    notice(app)
    server.add_group(GROUP, "Hội bán hàng", [lan.json])
    lan.says(f"/xacminh {CODE}", in_group=GROUP)
    (answer,) = lan.got(in_group=GROUP)
    assert "Thông báo có thật" in answer
    lan.says(f"xác minh {CODE}", in_group=GROUP, mention=True)
    assert "Thông báo có thật" in lan.got(in_group=GROUP)[0]
