"""The staff and what they do about the ward's own entries, in a few words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import uuid4

from sqlmodel import col, select

import faq
from bot.core.events import ChatRef, Command, Incoming, Press, Sender, Text, What
from bot.core.replies import Button
from bot.feature import App, Turn
from bot.runtime.turn import run
from db.entries import OwnEntry
from db.outbox import OutboxRow
from db.people import chat_of
from db.staff import Role
from db.unanswered import AskerNotice
from tests.crew import join
from tests.terminal import Owner

SOURCE = "UBND phường, thông báo 12/TB-UBND ngày 20/11/2026"
NEW = "Chợ đêm Ngô Quyền họp những ngày nào?"
SHORT = "Chợ đêm họp **tối thứ Sáu, thứ Bảy**, từ 18h đến 23h."
SHIPPED = "th-ban-tren-san"
LATE = "th-gia-han-nop-2026"
ENTRIES = (SHIPPED, LATE, "kd-dang-ky-ho-kinh-doanh", "mc-gio-lam-viec", "pa-gui-o-dau")


def small(content: faq.Content) -> faq.Content:
    """A few of the shipped answers, one of which ends soon: their index is built at once."""
    entries = {name: replace(content.entries[name], related=()) for name in ENTRIES}
    entries[LATE] = replace(entries[LATE], valid_until=date(2026, 12, 30))
    return replace(content, entries=entries, background=(), hash="small")


def ward_of(app: App) -> None:
    """An officer, a clerk and a leader."""
    join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")
    join(app, "hoa", Role.CLERK, unit="vp", name="Văn thư Hoa")
    join(app, "son", Role.LEADER, name="Lãnh đạo Sơn")


def does(app: App, who: str, *said: str) -> str:
    """Somebody types words, commands or presses (">data") one after the other; what the last one answers."""
    return _text([_run(app, who, _what(each)) for each in said][-1])


def offered(app: App, who: str, said: str) -> list[Button]:
    """The buttons under what that answers."""
    return [button for reply in _run(app, who, _what(said)).replies for row in reply.rows for button in row]


def _run(app: App, who: str, what: What) -> Turn:
    channel = Owner(app, who).channel
    with app.database.write() as session:
        incoming = Incoming(str(uuid4()), ChatRef("terminal", who), Sender(who, who), app.clock(), what)
        return run(app, channel, session, incoming, app.clock())


def _what(said: str) -> What:
    if said.startswith(">"):
        return Press(said[1:])
    if said.startswith("/"):
        name, _, argument = said[1:].partition(" ")
        return Command(name, argument)
    return Text(said)


def _text(turn: Turn) -> str:
    return "\n\n".join(re.sub("<[^>]*>", "", str(reply.text)) for reply in turn.replies)


def writes(app: App, who: str, question: str = NEW, short: str = SHORT, *, until: str = "") -> str:
    """A new entry, from its question to its preview; what is shown there."""
    first = (">entry.new", question, "Một cửa, thời hạn, phí và lệ phí", short, "Bỏ qua", SOURCE, "Bỏ qua")
    return does(app, who, *first, until or "Bỏ qua")


def proposes(app: App, who: str, question: str = NEW, short: str = SHORT, *, until: str = "") -> OwnEntry:
    """The same, submitted."""
    writes(app, who, question, short, until=until)
    does(app, who, "Gửi duyệt")
    return versions(app)[-1]


def rewrites(app: App, who: str, short: str, *, told: bool = True) -> OwnEntry:
    """The shipped answer on Shopee with another short part; all else is kept."""
    kept = ("Giữ nguyên", short, "Giữ nguyên", "Giữ nguyên", "Chưa, giữ ngày cũ", "Bỏ qua", "Bỏ qua")
    does(app, who, f">entry.rewrite:{SHIPPED}", *kept)
    does(app, who, "Có, cần báo" if told else "Không, chỉ sửa lời", "Gửi duyệt")
    return versions(app)[-1]


def versions(app: App) -> Sequence[OwnEntry]:
    """All versions of all entries, the oldest first."""
    with app.database.read() as session:
        return session.exec(select(OwnEntry).order_by(col(OwnEntry.id))).all()


def states(app: App) -> list[str]:
    """What became of them."""
    return [str(row.state) for row in versions(app)]


def notices(app: App) -> Sequence[AskerNotice]:
    """The messages to askers."""
    with app.database.read() as session:
        return session.exec(select(AskerNotice).order_by(col(AskerNotice.id))).all()


def told(app: App, who: str) -> list[str]:
    """Everything that somebody was told without asking, the newest last."""
    with app.database.read() as session:
        chat = chat_of(session, "terminal", who)
        if chat is None:
            return []
        rows = session.exec(select(OutboxRow).where(OutboxRow.chat_id == chat.id).order_by(col(OutboxRow.number)))
        return [row.body for row in rows if (row.dedupe or "").startswith(("entry:", "faq.", "staff:"))]
