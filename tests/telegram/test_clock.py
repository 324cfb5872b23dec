"""The clock of a bot on Telegram: what is due is done by itself, files are fetched, new staff get their menu."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot.feature import App
from bot.settings import Settings
from db.attachments import Attachment, AttachmentState
from db.staff import Role
from tests.crew import join
from tests.telegram.conftest import LAN
from tests.telegram_bot import eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import PICTURE, User

MINH = 5513


@pytest.fixture
def lan(app: App, settings: Settings, server: TelegramServer, nothing_refused: None) -> Iterator[User]:
    """Somebody who talks with a bot whose clock hurries."""
    assert nothing_refused is None
    with serving(app, settings, server, every=0.2):
        yield User(server, LAN, "Lan")


def stored(app: App) -> list[Attachment]:
    with app.database.read() as session:
        return [row for row in session.exec(select(Attachment)) if row.state == AttachmentState.STORED]


def test_a_photo_is_fetched_by_itself(app: App, lan: User) -> None:
    lan.says("/phananh")
    lan.got()
    lan.presses("Đồng ý")
    lan.got()
    lan.sends_photo(content=PICTURE)
    assert eventually(lambda: len(stored(app)) == 1)
    assert app.files.read(stored(app)[0].sha) == PICTURE


@pytest.mark.usefixtures("lan")
def test_the_menu_follows_the_role(app: App, server: TelegramServer) -> None:
    minh = User(server, MINH, "Minh")
    minh.starts()
    minh.got()
    join(app, str(MINH), Role.OFFICER, unit="kthtdt", name="Cán bộ Minh", channel="telegram")

    def menus() -> dict[str, list[str]]:
        """The names of the commands, by the scope that they were published for."""
        published = server.world.commands.items()
        return {str(scope): [str(command["command"]) for command in shown] for scope, shown in published}

    assert eventually(lambda: any("viec" in names for names in menus().values()))
    with_desk = [scope for scope, names in menus().items() if "viec" in names]
    assert [str(MINH) in scope for scope in with_desk] == [True]
    assert all("moi" not in names for names in menus().values())
