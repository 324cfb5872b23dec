"""Telegram over HTTP: the contract of channels, and what is special about the platform."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup, escape
from sqlmodel import select

from bot.channels.telegram import LIMITS
from bot.channels.telegram.updates import Me, read
from bot.core.events import ChatRef, File
from bot.core.replies import Button, column
from bot.feature import App, Turn
from bot.settings import Settings
from db import outbox
from db.inbox import InboxRow
from db.outbox import Lane, OutboxRow
from db.people import Chat
from tests.botapi.faults import (
    BAD_GATEWAY,
    DROPPED_AFTER,
    DROPPED_BEFORE,
    FORBIDDEN,
    SERVER_ERROR,
    Limits,
    flood,
    refusing,
    seeded,
)
from tests.channels.client import connected
from tests.channels.contract import QUESTION, Contract, newest
from tests.telegram.conftest import LAN
from tests.telegram_bot import eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import PICTURE, User
from tests.visit import with_visit


@pytest.fixture
def lan(app: App, settings: Settings, server: TelegramServer) -> Iterator[User]:
    """A shop owner who talks with a running bot."""
    with serving(app, settings, server):
        yield User(server, LAN, "Lan")
    assert [refusal for refusal in server.refusals if refusal.method not in MAY_FAIL] == []


MAY_FAIL = ("getFile", "editMessageText")
"""A file may be gone, and a passing message."""


class Guest:
    """The contract's guest: a person on Telegram and what the bot writes back."""

    def __init__(self, app: App, user: User) -> None:
        self.app = app
        self.user = user

    def says(self, line: str) -> str:
        if not line.strip():
            return ""
        self.user.says(line)
        return self.read()

    def chooses(self, number: int) -> str:
        self.user.presses(number)
        return self.read()

    def read(self) -> str:
        answer = self.user.received(1)[0]
        keys = [key["text"] for row in answer.message.get("reply_markup", {}).get("inline_keyboard", []) for key in row]
        return "\n".join([answer.text, *keys])

    def sends_photo(self, content: bytes, caption: str) -> str:
        self.user.sends_photo(caption, content)
        return self.read()

    def waits(self) -> str:
        return self.read()

    def was_given(self) -> tuple[str, bytes]:
        last = self.user.last
        assert last.file_name
        assert last.content
        return last.file_name, last.content

    def fetches(self, file_id: str, limit: int) -> bytes:
        async def fetch() -> bytes:
            async with connected(self.app, self.user.server) as channel:
                return await channel.fetch(file_id, limit)

        return asyncio.run(fetch())

    def shows(self, text: str, over: str = "") -> str:
        async def show() -> str:
            async with connected(self.app, self.user.server) as channel:
                return await channel.show(ChatRef("telegram", str(self.user.id)), text, over)

        return asyncio.run(show())

    def sees(self, message: str) -> str:
        return self.user.sees(int(message))

    def sent(self) -> File:
        event = read(newest(self.app), Me(0, ""))
        assert event
        assert isinstance(event.what, File)
        return event.what


class TestTelegram(Contract):
    @pytest.fixture
    def guest(self, app: App, lan: User) -> Guest:
        return Guest(app, lan)


def chats(app: App) -> dict[str, Chat]:
    with app.database.read() as session:
        return {chat.address: chat for chat in session.exec(select(Chat))}


def inbox_states(app: App) -> list[str]:
    with app.database.read() as session:
        return [row.state for row in session.exec(select(InboxRow))]


def test_markup_of_an_answer_reaches_people_as_formatting(lan: User) -> None:
    lan.says(QUESTION)
    answer = lan.received()[0]
    assert "<" not in answer.text
    assert {"bold", "expandable_blockquote", "italic"} <= answer.kinds


def test_text_that_looks_like_markup_comes_back_as_text(app: App, settings: Settings, server: TelegramServer) -> None:
    def echo(turn: Turn, text: str) -> None:
        turn.reply(turn.say("people.contact", center=text))

    with serving(replace(app, routes=replace(app.routes, text=echo)), settings, server):
        lan = User(server, LAN, "Lan")
        lan.says("</b><i>a & b</i> &lt;")
        assert lan.got() == ["</b><i>a & b</i> &lt;"]


def test_broken_markup_goes_out_as_plain_text(app: App, settings: Settings, server: TelegramServer) -> None:
    lan = User(server, LAN, "Lan")
    with serving(app, settings, server):
        lan.starts()
        lan.got()
        enqueue(app, "broken", '{"text": "<b>một <i>hai</b> &amp; ba"}')
        assert lan.got() == ["một hai & ba"]


def enqueue(app: App, dedupe: str, body: str, lane: Lane = Lane.ANSWER, who: int = LAN) -> None:
    with app.database.write() as session:
        chat = session.exec(select(Chat).where(Chat.address == str(who))).one()
        outbox.enqueue(session, chat, dedupe=dedupe, body=body, at=app.clock(), lane=lane)


def test_a_long_answer_comes_in_parts_that_fit(app: App, settings: Settings, server: TelegramServer) -> None:
    paragraphs = "\n\n".join(f"Đoạn {number} 🙏 " + "chữ " * 200 for number in range(20))

    def at_length(turn: Turn, _text: str) -> None:
        turn.reply(escape(paragraphs) + Markup("<b>hết</b>"), column((Button("Một", "contact"),)))

    with serving(replace(app, routes=replace(app.routes, text=at_length)), settings, server):
        lan = User(server, LAN, "Lan")
        lan.says("dài")
        parts = lan.received(4, within=20)
        assert lan.got_nothing()
    assert "".join("".join(part.text for part in parts).split()) == "".join((paragraphs + "hết").split())
    assert [part.buttons for part in parts] == [[], [], [], ["Một"]]
    assert server.refusals == []


def test_whoever_waits_long_sees_typing(app: App, settings: Settings, server: TelegramServer) -> None:
    def slowly(turn: Turn, _text: str) -> None:
        time.sleep(2)
        turn.reply(turn.say("answers.thanks"))

    with serving(replace(app, routes=replace(app.routes, text=slowly)), settings, server):
        lan = User(server, LAN, "Lan")
        lan.says("chậm")
        lan.got()
    assert [(action.chat_id, action.action) for action in server.actions] == [(LAN, "typing")]


def test_every_press_is_answered_also_of_an_old_button(lan: User) -> None:
    lan.starts()
    shown = lan.received()[0]
    lan.presses("Xem các chủ đề")
    assert lan.answered() is not None
    assert "chủ đề" in lan.got()[0]
    lan.presses_old(shown, "no.such:1")
    assert lan.answered() is not None
    assert "Nút này đã cũ" in lan.got()[0]


def test_an_edited_question_is_answered_anew(lan: User) -> None:
    message = lan.says("abcxyz")
    lan.got()
    lan.edits(message, QUESTION)
    assert "dichvucong.gov.vn" in lan.got()[0]


def test_an_edited_answer_of_a_dialogue_is_corrected(
    app: App, settings: Settings, server: TelegramServer, tmp_path: Path
) -> None:
    with serving(with_visit(app, tmp_path), settings, server):
        lan = User(server, LAN, "Lan")
        lan.says("/hen")
        name = lan.says("Lna")
        lan.says("12 phố Chợ")
        lan.skips()
        lan.got(3)
        lan.edits(name, "Lan")
        corrected, asked_again = lan.got(2)
        assert "Đã sửa Tên" in corrected
        assert "Số điện thoại" in asked_again
        lan.presses("Bỏ qua")
        assert "Tên: Lan\n" in lan.got()[0]


def test_only_the_senders_own_contact_counts(
    app: App, settings: Settings, server: TelegramServer, tmp_path: Path
) -> None:
    with serving(with_visit(app, tmp_path), settings, server):
        lan = User(server, LAN, "Lan")
        for line in ("/hen", "Lan", "12 phố Chợ"):
            lan.says(line)
        lan.got(3)
        lan.shares_contact(own=False)
        assert "không phải của ông/bà" in lan.got()[0]
        lan.shares_contact("+84912345678")
        assert "0912345678" in lan.got()[0]


def test_an_album_is_answered_once(lan: User) -> None:
    lan.sends_album(*[PICTURE] * 4)
    assert "Đã nhận tệp đính kèm" in lan.got()[0]
    assert lan.got_nothing(1.0)


def test_a_question_under_any_photo_of_an_album_is_answered(lan: User) -> None:
    lan.sends_photo(album="77")
    lan.sends_photo(QUESTION, album="77")
    lan.sends_photo(album="77")
    assert sorted("dichvucong.gov.vn" in text for text in lan.got(2)) == [False, True]
    assert lan.got_nothing(1.0)


def test_a_photo_with_a_question_under_it_is_answered(lan: User) -> None:
    lan.sends_photo(QUESTION)
    assert "dichvucong.gov.vn" in lan.got()[0]


@pytest.mark.parametrize("kind", ["sends_sticker", "sends_dice", "sends_story", "shares_location"])
def test_what_the_bot_cannot_read_is_refused_politely(lan: User, kind: str) -> None:
    getattr(lan, kind)()
    assert lan.got() == ["Bot chưa đọc được loại tin nhắn này. Ông/bà vui lòng gõ câu hỏi bằng chữ."]


def test_a_poll_too(lan: User) -> None:
    lan.sends_poll("Ăn gì?", "Phở", "Bún")
    assert "chưa đọc được" in lan.got()[0]


def test_who_blocked_the_bot_is_known_until_they_come_back(app: App, lan: User) -> None:
    lan.starts()
    lan.got()
    lan.blocks_bot()
    assert eventually(lambda: chats(app)[str(LAN)].gone_since is not None)
    lan.starts()
    lan.got()
    assert chats(app)[str(LAN)].gone_since is None


def test_a_message_to_somebody_who_blocked_us_is_dead_and_marks_them(
    app: App, settings: Settings, server: TelegramServer
) -> None:
    lan = User(server, LAN, "Lan")
    with serving(app, settings, server):
        lan.starts()
        lan.got()
        server.fault(FORBIDDEN)
        enqueue(app, "notice", '{"text": "tin"}')
        assert eventually(lambda: outbox_state(app, "notice") == "dead")
    assert chats(app)[str(LAN)].gone_since is not None


def outbox_state(app: App, dedupe: str) -> str:
    with app.database.read() as session:
        return session.exec(select(OutboxRow).where(OutboxRow.dedupe == dedupe)).one().state


GROUP, SUPERGROUP = -4001, -1004001


@pytest.fixture
def group(lan: User, server: TelegramServer) -> User:
    server.add_group(GROUP, "Hội chợ Việt Hòa", [lan.json])
    return lan


def test_in_a_group_only_what_is_addressed_to_the_bot_is_answered(group: User) -> None:
    group.says(QUESTION, in_group=GROUP)
    assert group.got_nothing(1.0, in_group=GROUP)
    group.says(QUESTION, in_group=GROUP, mention=True)
    answer = group.received(in_group=GROUP)[0]
    assert "dichvucong.gov.vn" in answer.text
    group.says("nộp phí dịch vụ công bằng cách nào", in_group=GROUP, reply_to=answer)
    assert "thanh toán" in group.got(in_group=GROUP)[0].lower()


def test_what_is_personal_moves_to_the_private_chat(group: User, server: TelegramServer) -> None:
    group.says("/start", in_group=GROUP)
    answer = group.received(in_group=GROUP)[0]
    assert "nhắn riêng" in answer.text
    keyboard = answer.message["reply_markup"]["inline_keyboard"]
    assert keyboard[0][0]["url"] == f"https://t.me/{server.world.bot['username']}?start=hoi"


def test_a_group_that_becomes_a_supergroup_is_followed(app: App, group: User, server: TelegramServer) -> None:
    group.says("/lienhe", in_group=GROUP)
    group.got(in_group=GROUP)
    server.migrate_group(GROUP, SUPERGROUP)
    assert eventually(lambda: str(SUPERGROUP) in chats(app))
    assert str(GROUP) not in chats(app)


def test_a_message_to_the_old_address_of_a_group_arrives_at_the_new_one(
    app: App, settings: Settings, server: TelegramServer
) -> None:
    lan = User(server, LAN, "Lan")
    with serving(app, settings, server):
        server.add_group(GROUP, "Hội chợ", [lan.json])
        lan.says("/lienhe", in_group=GROUP)
        lan.got(in_group=GROUP)
    server.migrate_group(GROUP, SUPERGROUP)
    server.restart_update_ids(1)
    with serving(app, settings, server):
        enqueue(app, "moved", '{"text": "tin"}', who=GROUP)
        assert lan.got(in_group=SUPERGROUP) == ["tin"]


def test_deep_links(lan: User) -> None:
    lan.starts("faq_th-nguong-1-ty")
    assert "01 tỷ" in lan.got()[0]
    lan.starts("hoi")
    assert "chọn chủ đề" in lan.got()[0]
    lan.starts("unknown_thing")
    assert "Kính chào" in lan.got()[0]


def test_the_command_menu_is_published_by_scope(lan: User, server: TelegramServer) -> None:
    lan.starts()
    lan.got()
    assert server.wait_for(lambda: server.requests["setMyCommands"] == 3)
    menus = server.world.commands
    names = {scope: [command["command"] for command in menu] for (scope, *_), menu in menus.items()}
    assert "start" in names["all_private_chats"]
    assert "start" not in names["all_group_chats"]
    assert set(names["all_group_chats"]) < set(names["all_private_chats"])


def test_update_ids_that_begin_anew_are_new_events(app: App, settings: Settings) -> None:
    with TelegramServer(speed=50) as server, serving(app, settings, server):
        lan = User(server, LAN, "Lan")
        server.restart_update_ids(7_000)
        lan.says("/lienhe")
        lan.got()
    with TelegramServer(speed=50) as server, serving(app, settings, server):
        lan = User(server, LAN, "Lan")
        server.restart_update_ids(7_000)
        lan.says("/help")
        assert "Các lệnh" in lan.got()[0]
    assert inbox_states(app) == ["done"] * 2


def test_a_poisonous_update_is_kept_dead_and_blocks_nobody(app: App, lan: User, server: TelegramServer) -> None:
    person = lan.json
    chat = {"id": LAN, "type": "private", "first_name": "Lan"}
    server.push({"message": {"message_id": "x", "from": person, "chat": chat, "date": "never", "text": {"no": 1}}})
    assert "gặp lỗi" in lan.got()[0]
    lan.says(QUESTION)
    assert "dichvucong.gov.vn" in lan.got()[0]
    assert sorted(inbox_states(app)) == ["dead", "done"]


def test_a_crowd_is_answered_under_the_limits_of_the_platform(app: App, settings: Settings) -> None:
    limits = Limits(per_second=30, per_chat=1, per_group_minute=20)
    with TelegramServer(limits=limits, latency=0.02) as server, serving(app, settings, server, LIMITS):
        people = [User(server, 6000 + number, "Ban") for number in range(45)]
        for person in people:
            person.says("/lienhe")
        for person in people:
            person.got(within=30)
        # That pacing causes no flood wait is shown in virtual time; here a busy machine may, and nothing is lost by it.
        assert len(server.delivered) == len(people)
        assert {refusal.status for refusal in server.refusals} <= {429}


MIX = {flood(1): 0.02, SERVER_ERROR: 0.05, BAD_GATEWAY: 0.05, DROPPED_BEFORE: 0.05, DROPPED_AFTER: 0.05}


def test_whatever_goes_wrong_every_answer_arrives(app: App, settings: Settings, server: TelegramServer) -> None:
    people = [User(server, 6000 + number, "Ban") for number in range(30)]
    server.fault(seeded(7, MIX))
    with serving(app, settings, server):
        for person in people:
            person.says("/lienhe")
        for person in people:
            assert "115" in person.got(within=60)[0]
    dropped_after = [row for row in outbox_rows(app) if row.attempts]
    assert len(server.delivered) - len(people) <= len(dropped_after)
    assert {row.state for row in outbox_rows(app)} <= {"sent", "ready"}


def outbox_rows(app: App) -> list[OutboxRow]:
    with app.database.read() as session:
        return list(session.exec(select(OutboxRow)))


def test_a_refused_message_is_dead_and_the_next_one_goes(app: App, settings: Settings, server: TelegramServer) -> None:
    lan = User(server, LAN, "Lan")
    with serving(app, settings, server):
        lan.starts()
        lan.got()
        server.fault(refusing(400, "Bad Request: message is too long"))
        enqueue(app, "refused", '{"text": "một"}')
        enqueue(app, "next", '{"text": "hai"}')
        assert lan.got() == ["hai"]
    assert outbox_state(app, "refused") == "dead"


def test_an_outage_of_the_platform_loses_nothing(app: App, settings: Settings, server: TelegramServer) -> None:
    lan = User(server, LAN, "Lan")
    with serving(app, settings, server):
        lan.starts()
        lan.got()
        server.begin_outage()
        for number in range(5):
            enqueue(app, f"late:{number}", f'{{"text": "tin {number}"}}')
        lan.says("/lienhe")
        time.sleep(2)
        server.end_outage()
        texts = lan.got(6, within=40)
    assert [text for text in texts if text.startswith("tin")] == [f"tin {number}" for number in range(5)]
    assert {row.state for row in outbox_rows(app)} == {"sent"}
    assert all(row.attempts <= 1 for row in outbox_rows(app))
