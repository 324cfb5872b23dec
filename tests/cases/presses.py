"""Buttons pressed by their data, as an old message or a forger could."""

from markupsafe import Markup

from bot.core.events import ChatRef, Sender
from bot.core.replies import Button, Reply
from bot.feature import App
from bot.people.service import recognise
from db import outbox
from tests.terminal import Owner


def presses(app: App, who: str, data: str) -> str:
    """What the bot prints when somebody at the terminal presses a button that carries this."""
    owner = Owner(app, who)
    with app.database.write() as session:
        chat, _ = recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock())
        body = Reply(Markup("?"), ((Button("nút", data),),)).to_json()
        outbox.enqueue(session, chat, dedupe=f"press {who} {chat.last_number} {data}", body=body, at=app.clock())
    owner.waits()
    return owner.says("1")


def chooses(app: App, who: str, label: str) -> str:
    """What the bot prints when somebody types the label of a button that was offered."""
    return Owner(app, who).says(label)
