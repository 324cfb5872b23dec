"""Papers over Telegram: the file arrives, one message tells how far it is, a crash sends it once, groups get none."""

from pathlib import Path

import pytest
from sqlmodel import select

from bot.app import compose
from bot.feature import App
from bot.settings import Settings
from db.orders import Order, OrderState
from db.staff import Role
from tests.crew import join
from tests.orders import put
from tests.process import kill_9, started
from tests.runtime.makers import PAPER, with_makers
from tests.telegram_bot import eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import User, hears

HOA = 5520
NOW = "Kỳ này, che thông tin, Excel"


@pytest.fixture
def hoa(app: App, server: TelegramServer, nothing_refused: None) -> User:
    """A clerk."""
    assert nothing_refused is None
    join(app, str(HOA), Role.CLERK, unit="ttpvhcc", name="Văn thư Hoa", channel="telegram")
    return _started(server)


def _started(server: TelegramServer) -> User:
    hoa = User(server, HOA, "Hoa")
    server.person(hoa.json, started=True)
    return hoa


def test_one_tap_and_the_table_arrives(app: App, settings: Settings, server: TelegramServer, hoa: User) -> None:
    with serving(app, settings, server):
        hoa.says("/xuat")
        assert "Bảng tổng hợp" in hoa.got()[0]
        hoa.presses(NOW)
        hears(hoa, "Số liệu tính đến")
        assert hoa.last.file_name == "Bang-tong-hop-kien-nghi-20261201-che-thong-tin.xlsx"
        assert (hoa.last.content or b"").startswith(b"PK")


def test_how_far_it_is_stands_in_one_message(app: App, settings: Settings, server: TelegramServer, hoa: User) -> None:
    with serving(with_makers(app), settings, server):
        hoa.starts()
        hoa.got()
        put(app, join(app, str(HOA), Role.CLERK, channel="telegram"), "slow")
        hears(hoa, "Hoa, {}")
        assert hoa.last.content == PAPER
        shown = [sent for sent in server.delivered_to(HOA) if sent.text.startswith("Đang lập… ")]
        assert len(shown) == 1
        assert "/30 phiếu" in shown[0].text
        assert set(shown[0].text.splitlines()[1]) <= set("▓░")
        assert server.wait_for(lambda: hoa.sees(shown[0].message_id) == "Đã lập xong.")


def test_in_a_group_it_is_for_the_private_chat(app: App, settings: Settings, server: TelegramServer, hoa: User) -> None:
    with serving(app, settings, server):
        hoa.starts()
        server.add_group(-100500, "Phường", [hoa.json])
        hoa.says("/xuat", in_group=-100500)
        assert "nhắn riêng" in hoa.got(in_group=-100500)[0]


def test_kill_9_between_order_and_file_sends_it_once(tmp_path: Path, server: TelegramServer) -> None:
    app = compose(Settings(data_dir=tmp_path))
    join(app, str(HOA), Role.CLERK, unit="ttpvhcc", name="Văn thư Hoa", channel="telegram")
    hoa, where = _started(server), {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url}
    process = started(tmp_path, "run", **where)
    try:
        hoa.says("/xuat")
        hoa.got(within=60)
        hoa.presses(NOW)
        assert eventually(lambda: states(app) == [OrderState.MAKING], 30)
        kill_9(process)
        process = started(tmp_path, "run", **where)
        assert eventually(lambda: states(app) == [OrderState.MADE], 60)
        hears(hoa, "Số liệu tính đến")
        assert hoa.got_nothing(1.0)
        assert len([sent for sent in server.delivered_to(HOA) if sent.file_name]) == 1
    finally:
        kill_9(process)
        app.database.close()


def states(app: App) -> list[str]:
    with app.database.read() as session:
        return list(session.exec(select(Order.state)))
