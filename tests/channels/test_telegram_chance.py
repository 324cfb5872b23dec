"""Odd updates: whatever Telegram or somebody else sends, each raw one is kept, none stops the bot."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from sqlmodel import select
from telegram import Bot

from bot.channels.telegram import Telegram
from bot.channels.telegram.updates import Me, Unreadable, chat_of, key_of, read
from bot.core.events import Incoming
from bot.feature import App
from bot.runtime.turn import Outcome, receive, take_one
from db.inbox import InboxRow, Scope
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

ME = Me(123456, "viethoa_test_bot")
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    "",
    "x",
    "\ud800",
    "\0",
    "🙏" * 500,
    [],
    {},
    [[]],
    {"id": "x"},
    "1e999",
]


def sensible_updates() -> list[dict[str, Any]]:
    """One of each kind, as the platform would send them."""
    with TelegramServer() as server:
        lan = User(server, 5512, "Lan")
        message = lan.says("nộp hồ sơ ở đâu")
        lan.starts("faq_th-nguong-1-ty")
        lan.edits(message, "nộp phí ở đâu")
        lan.sends_album(b"\x89PNG\r\n\x1a\n1", b"\x89PNG\r\n\x1a\n2", caption="ảnh")
        for act in (lan.sends_sticker, lan.sends_voice, lan.sends_dice, lan.sends_story, lan.shares_contact):
            act()
        lan.sends_poll("?", "a", "b")
        lan.shares_location()
        lan.sends_document("đơn.pdf", caption="/start")
        lan.forwards("tin giả")
        lan.blocks_bot()
        server.add_group(-400, "Chợ", [lan.json])
        lan.says("giờ làm việc", in_group=-400, mention=True)
        server.migrate_group(-400, -1001)
        return [json.loads(json.dumps(update)) for update in server.world.queue.take(0, 100, 0.0)]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside an update."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from places(inner, (*path, name))


def spoiled(update: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The update with one to three of its parts made odd, or gone."""
    made = json.loads(json.dumps(update))
    for _ in range(chance.randint(1, 3)):
        inside = [path for path in places(made) if path]
        if not inside:
            break
        *above, last = chance.choice(inside)
        part = made
        for name in above:
            part = part[name]
        if isinstance(part, dict) and chance.random() < 0.3:
            del part[last]
        else:
            part[last] = deepcopy(chance.choice(ODD))
    return made if isinstance(made, dict) else {}


@pytest.fixture(scope="module")
def sensible() -> list[dict[str, Any]]:
    updates = sensible_updates()
    assert len(updates) >= 18
    return updates


def test_what_is_sensible_is_read(sensible: list[dict[str, Any]]) -> None:
    kinds = Counter(type(found.what).__name__ for update in sensible if (found := read(json.dumps(update), ME)))
    assert kinds >= Counter(
        {"Text": 3, "Command": 1, "File": 4, "Unsupported": 4, "Phone": 1, "Place": 1, "Presence": 1, "Moved": 1}
    )


def test_twenty_thousand_odd_updates_through_the_parser(sensible: list[dict[str, Any]]) -> None:
    chance = random.Random(20_000)
    outcomes: Counter[str] = Counter()
    for _ in range(20_000):
        update = spoiled(chance.choice(sensible), chance)
        assert isinstance(chat_of(update), str)
        assert key_of(ME.id, update) == key_of(ME.id, json.loads(json.dumps(update)))
        try:
            found = read(json.dumps(update), ME)
            outcomes["read" if isinstance(found, Incoming) else "passed over"] += 1
        except Unreadable:
            outcomes["unreadable"] += 1
    assert min(outcomes[kind] for kind in ("read", "passed over", "unreadable")) > 100


async def telegram(app: App, server: TelegramServer) -> Telegram:
    bot = Bot(server.token, base_url=f"{server.url}/bot")
    async with bot:
        return Telegram(bot, files=app.files)


def test_two_thousand_odd_updates_through_whole_turns(app: App, sensible: list[dict[str, Any]]) -> None:
    chance = random.Random(2_000)
    with TelegramServer() as server:
        channel = asyncio.run(telegram(app, server))
    kept = 0
    for number in range(2_000):
        update = {**spoiled(chance.choice(sensible), chance), "number": number}
        kept += receive(app, channel, key=key_of(ME.id, update), chat=chat_of(update), raw=json.dumps(update))
    while take_one(app, channel, Scope("telegram")).outcome is not Outcome.NOTHING_OPEN:
        pass
    with app.database.read() as session:
        states = Counter(session.exec(select(InboxRow.state)))
    assert kept == 2_000
    assert states.total() == 2_000
    assert states["open"] == 0
    assert states["done"] > 500
