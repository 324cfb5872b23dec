"""The Telegram process on SQLite and on PostgreSQL: everybody answered in order, one server a database."""

import pytest

from bot.feature import App
from bot.runtime.stop import CannotServe
from bot.settings import Settings
from tests.telegram_bot import serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import User


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """Each database in turn."""
    return on_both_databases


def test_everybody_is_answered_in_the_order_of_asking(app: App, settings: Settings, server: TelegramServer) -> None:
    with serving(app, settings, server):
        people = [User(server, 7000 + number, "Ban") for number in range(12)]
        for line in ("/start", "/lienhe", "/help"):
            for person in people:
                person.says(line)
        for person in people:
            first, second, third = person.got(3, within=30)
            assert first.startswith("Kính chào")
            assert second.startswith("Trung tâm")
            assert third.startswith("Cách dùng")
        assert server.refusals == []


def test_one_process_serves_a_database(app: App, settings: Settings, server: TelegramServer) -> None:
    with serving(app, settings, server):
        lan = User(server, 5512, "Lan")
        lan.says("/lienhe")
        lan.got()
        with pytest.raises(CannotServe, match="already serves") as refused, serving(app, settings, server):
            pass
    assert refused.value.code == 5
