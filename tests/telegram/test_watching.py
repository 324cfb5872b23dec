"""/guidi over Telegram: how far an announcement is stands in one message that is edited, also over a restart."""

import asyncio

import pytest
from sqlalchemy import update
from sqlmodel import col, select

import faq
from bot.app import compose
from bot.core.channel import TryLater
from bot.core.events import ChatRef
from bot.feature import App
from bot.runtime import watchers
from bot.settings import Settings
from db.outbox import OutboxRow, OutboxState
from db.staff import Role
from db.watches import Watch
from tests.botapi.faults import BAD_GATEWAY, DROPPED_BEFORE, FORBIDDEN, SERVER_ERROR, Fault, refusing
from tests.broadcasts.crowd import announce, people, rows_of
from tests.channels.client import connected
from tests.crew import join
from tests.telegram_bot import RunningClock, eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import User, hears

MINH = 7001
TICK = 0.1


def sent(app: App, broadcast_id: int, count: int) -> None:
    """As if so many had been sent by a channel that does not run here."""
    ids = [row.id for row in rows_of(app, broadcast_id)[:count]]
    with app.database.write() as session:
        session.execute(update(OutboxRow).where(col(OutboxRow.id).in_(ids)).values(state=OutboxState.SENT))


@pytest.mark.usefixtures("nothing_refused")
def test_one_message_tells_how_far_it_is_also_after_a_restart(  # noqa: PLR0917 - fixtures
    app: App,
    clock: RunningClock,
    settings: Settings,
    server: TelegramServer,
    content: faq.Content,
    index: faq.FaqIndex,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watchers, "EVERY", TICK)
    join(app, str(MINH), Role.OFFICER, unit="kthtdt", name="Cán bộ Minh", channel="telegram")
    people(app, 4, channel="terminal")
    broadcast_id = announce(app)
    minh = User(server, MINH, "Minh")
    server.person(minh.json, started=True)

    def bars() -> list[int]:
        return [each.message_id for each in server.delivered_to(MINH) if each.text.startswith("Thông báo số 01/2026: ")]

    with serving(app, settings, server, every=TICK):
        assert eventually(lambda: len(rows_of(app, broadcast_id)) == 4)
        minh.says("/guidi")
        minh.got()
        minh.presses("Đang gửi · 01/2026 · Nộp thuế quý IV")
        assert eventually(lambda: len(bars()) == 1)
        (bar,) = bars()
        assert "░ 0 %: đã gửi 0/4, còn khoảng 5 giây" in minh.sees(bar)
        sent(app, broadcast_id, 2)
        assert eventually(lambda: "▓▓▓▓▓▓░░░░░░ 50 %: đã gửi 2/4" in minh.sees(bar))
    again = compose(settings, clock=clock, content=content, index=index)
    with serving(again, settings, server, every=TICK):
        sent(again, broadcast_id, 4)
        assert eventually(lambda: minh.sees(bar).endswith("100 %: đã gửi 4/4, đã gửi"))
        assert eventually(lambda: watched(again) == 0)
    assert bars() == [bar]
    again.database.close()


def watched(app: App) -> int:
    with app.database.read() as session:
        return len(session.exec(select(Watch)).all())


@pytest.mark.usefixtures("nothing_refused")
def test_whose_role_has_ended_is_told_nothing_more(
    app: App, settings: Settings, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchers, "EVERY", TICK)
    staff = join(app, str(MINH), Role.OFFICER, unit="kthtdt", channel="telegram")
    people(app, 2, channel="terminal")
    broadcast_id = announce(app)
    minh = User(server, MINH, "Minh")
    server.person(minh.json, started=True)
    with serving(app, settings, server, every=TICK):
        assert eventually(lambda: len(rows_of(app, broadcast_id)) == 2)
        minh.says("/guidi")
        minh.got()
        minh.presses("Đang gửi · 01/2026 · Nộp thuế quý IV")
        minh.got()
        assert eventually(lambda: watched(app) == 1)
        with app.database.write() as session:
            staff.until = app.clock()
            session.add(staff)
        assert eventually(lambda: watched(app) == 0)
        sent(app, broadcast_id, 1)
        minh.says("/guidi")
        hears(minh, "chưa có lệnh này")
        assert not [each for each in server.delivered_to(MINH) if "50 %" in minh.sees(each.message_id)]


def shows(app: App, server: TelegramServer, over: str) -> str:
    async def show() -> str:
        async with connected(app, server) as channel:
            return await channel.show(ChatRef("telegram", str(MINH)), "50 %", over)

    return asyncio.run(show())


@pytest.mark.parametrize("fault", [SERVER_ERROR, BAD_GATEWAY, DROPPED_BEFORE])
def test_what_time_may_mend_is_to_be_shown_later(app: App, server: TelegramServer, fault: Fault) -> None:
    User(server, MINH, "Minh")
    server.fault(fault, on={"editMessageText"})
    with pytest.raises(TryLater):
        shows(app, server, "5")


@pytest.mark.parametrize("fault", [FORBIDDEN, refusing(400, "Bad Request: message to edit not found")])
def test_what_can_never_be_shown_is_passed_over(app: App, server: TelegramServer, fault: Fault) -> None:
    User(server, MINH, "Minh")
    server.fault(fault, on={"editMessageText"})
    assert shows(app, server, "5") == "5"
