"""One turn, one transaction: what a bug, a full disk or a repeated event leaves behind."""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session, SQLModel, col, select

from bot.feature import App, Handler, Turn
from bot.runtime.turn import TRIES, receive
from db.inbox import InboxRow
from db.outbox import OutboxRow
from db.people import Person
from db.questions import QuestionRow
from tests.terminal import Owner


def rows(app: App, table: type[SQLModel]) -> int:
    with app.database.read() as session:
        return len(session.exec(select(table)).all())


def with_text_handler(app: App, handler: Handler) -> App:
    return replace(app, routes=replace(app.routes, text=handler))


def broken(after_writing: bool = True) -> Handler:
    def handler(turn: Turn, text: str) -> None:
        if after_writing:
            turn.session.add(Person(name="half done", created_at=turn.now))
            turn.reply(turn.say("turn.empty"))
            turn.session.flush()
        if "hỏng" in text:
            raise RuntimeError("a bug")

    return handler


def test_a_turn_that_raises_leaves_its_raw_row_and_nothing_else(app: App) -> None:
    sick = Owner(with_text_handler(app, broken()), "lan")
    printed = sick.says("câu hỏng")
    assert printed == app.say.label("turn.failed")
    with app.database.read() as session:
        row = session.exec(select(InboxRow)).one()
        assert (row.state, row.tries, row.reason) == ("dead", TRIES, "RuntimeError")
        assert "hỏng" in row.raw.encode().decode("unicode_escape")
        assert session.exec(select(Person).where(Person.name == "half done")).all() == []


def test_a_poisonous_event_blocks_nobody(app: App) -> None:
    sick = with_text_handler(app, broken(after_writing=False))
    assert Owner(sick, "lan").says("câu hỏng") == app.say.label("turn.failed")
    assert "113" in Owner(app, "minh").says("/lienhe")
    assert "113" in Owner(app, "lan").says("/lienhe")


def test_the_same_event_twice_is_handled_once(app: App, owner: Callable[[str], Owner]) -> None:
    lan = owner("lan")
    lan.says("/lienhe")
    with app.database.read() as session:
        kept = session.exec(select(InboxRow)).one()
    assert not receive(app, lan.channel, key=kept.key, chat="lan", raw=kept.raw)
    assert lan.waits() == ""
    assert (rows(app, InboxRow), rows(app, OutboxRow)) == (1, 1)


def test_raw_nonsense_is_kept_and_told(app: App, owner: Callable[[str], Owner]) -> None:
    lan = owner("lan")
    receive(app, lan.channel, key="terminal:lan:1", chat="lan", raw="{not json")
    assert lan.waits() == app.say.label("turn.failed")
    with app.database.read() as session:
        assert session.exec(select(InboxRow)).one().raw == "{not json"


def test_every_typed_message_is_in_the_log_with_its_long_numbers_masked(
    app: App, owner: Callable[[str], Owner]
) -> None:
    owner("lan").says("mã số thuế 0801234567 của tôi tra ở đâu, gọi 0912 345 678")
    with app.database.read() as session:
        logged = session.exec(select(QuestionRow).order_by(col(QuestionRow.id))).one()
    assert logged.text == "mã số thuế •••567 của tôi tra ở đâu, gọi •••678"


def numbered(session: Session) -> list[tuple[int, int]]:
    return [(row.chat_id, row.number) for row in session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))]


def test_messages_are_numbered_for_each_chat(app: App, owner: Callable[[str], Owner]) -> None:
    for who in ("lan", "minh", "lan"):
        owner(who).says("/lienhe")
    with app.database.read() as session:
        assert numbered(session) == [(1, 1), (2, 1), (1, 2)]
