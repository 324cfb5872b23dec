"""What the ward adds is answered in every process from the next message on, on both databases."""

import gc
import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlmodel import select

import faq
from bot.answers.ask import Asking
from bot.answers.library import Library
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import entry_rows
from db.entries import Phrasing
from db.questions import QuestionRow
from tests.answers.own_rows import attach, end, go_live
from tests.process import bot, kill_9, started
from tests.telegram_bot import eventually
from tests.terminal import Owner

ENTRY = "kd-dang-ky-ho-kinh-doanh"
TYPED = "trồng nấm linh chi trong thùng xốp trên sân thượng"
LIKE_IT = "em trồng nấm linh chi trong thùng xốp trên sân thượng"
NEW = "rieng-nam-linh-chi"
QUESTION = "Nuôi ong mật sau chùa Ngô thì báo ai?"
SHORT = "Ông/bà báo tổ trưởng tổ dân phố nơi đặt tổ ong."


@pytest.fixture
def bots(
    on_both_databases: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex
) -> Iterator[tuple[App, App]]:
    """Two bots on one database."""
    with ExitStack() as stack:
        made = [compose(on_both_databases, clock=clock, content=content, index=index) for _ in range(2)]
        for one in made:
            stack.enter_context(closing(one.database))
        yield made[0], made[1]


@pytest.fixture(autouse=True)
def _nothing_is_built_any_more() -> Iterator[None]:
    """No thread of a test reaches into the next one."""
    yield
    assert eventually(lambda: not building(), within=60)


@pytest.fixture
def library(content: faq.Content, index: faq.FaqIndex) -> Library:
    return Library(content, index)


def look(app: App, library: Library) -> faq.FaqIndex:
    """The index as the next turn would have it."""
    with app.database.read() as session:
        return library.held(session).index


def answers(index: faq.FaqIndex, text: str) -> str:
    decided = faq.decide(text, index)
    return decided.matches[0].id if decided.kind == "answer" else ""


def test_a_phrasing_attached_in_one_bot_is_answered_by_the_other(bots: tuple[App, App], content: faq.Content) -> None:
    here, there = bots
    lan, question = Owner(there, "lan"), content.entries[ENTRY].question
    assert question not in lan.says(TYPED)
    attach(here, ENTRY, TYPED)
    assert question in lan.says("Trong nam linh chi trong thung xop tren san thuong!")


def test_a_phrasing_attached_here_is_answered_by_a_process_that_runs(
    bots: tuple[App, App], on_both_databases: Settings, tmp_path: Path
) -> None:
    other = started(tmp_path, "chat", "--as", "minh", DATABASE_URL=on_both_databases.database)
    assert other.stdin

    def answered(count: int) -> Callable[[], bool]:
        return lambda: len(decisions(bots[0])) == count

    try:
        other.stdin.write(f"{TYPED}\n")
        other.stdin.flush()
        assert eventually(answered(1), within=60)
        attach(bots[0], ENTRY, TYPED)
        other.stdin.write(f"{TYPED}\n")
        other.stdin.flush()
        assert eventually(answered(2), within=60)
    finally:
        kill_9(other)
    first, second = decisions(bots[0])
    assert first[1] == ""
    assert second == ("answer", ENTRY)


def decisions(app: App) -> list[tuple[str, str]]:
    with app.database.read() as session:
        rows = session.exec(select(QuestionRow).order_by(QuestionRow.id))  # type: ignore[arg-type]
        return [(row.decision, row.entry) for row in rows]


def test_a_tick_in_which_nobody_asks_takes_over_what_changed(bots: tuple[App, App]) -> None:
    here, there = bots
    attach(here, ENTRY, TYPED)
    tick(there)
    # In a dialogue there is no session to ask with: what was taken over last counts.
    assert any(asks(f"{TYPED}?") for asks in there.routes.interrupts)


def test_what_is_like_it_is_found_once_the_index_is_rebuilt(app: App, library: Library) -> None:
    attach(app, ENTRY, TYPED)
    before = look(app, library)
    assert answers(before, TYPED) == ENTRY
    assert answers(before, LIKE_IT) == ""
    assert eventually(lambda: answers(look(app, library), LIKE_IT) == ENTRY, within=60)
    assert answers(look(app, library), TYPED) == ENTRY


def test_an_entry_of_the_ward_is_answered_at_once_and_after_the_rebuild(bots: tuple[App, App]) -> None:
    here, there = bots
    lan = Owner(there, "lan")
    assert SHORT not in lan.says(QUESTION)
    go_live(here, NEW, QUESTION, SHORT)
    assert SHORT in lan.says("nuoi ong mat sau chua ngo thi bao ai")
    assert SHORT in lan.says(f"/start faq_{NEW}")
    assert eventually(lambda: SHORT in lan.says("em nuôi ong mật gần chùa Ngô phải báo ai ạ"), within=60)


def test_what_is_retired_is_never_answered(app: App, library: Library) -> None:
    go_live(app, NEW, QUESTION, SHORT)
    attach(app, NEW, TYPED)
    assert answers(look(app, library), TYPED) == NEW
    assert eventually(lambda: answers(look(app, library), LIKE_IT) == NEW, within=60)
    end(app, NEW)
    for text in (TYPED, LIKE_IT, QUESTION):
        assert NEW not in [match.id for match in look(app, library).match(text, limit=200)]
    assert NEW not in library.current.content.entries


def test_the_wards_own_wording_wins_and_the_shipped_comes_back(bots: tuple[App, App], content: faq.Content) -> None:
    here, there = bots
    lan, asked = Owner(there, "lan"), content.entries[ENTRY].question
    go_live(here, ENTRY, "Mở quán thì đăng ký thế nào?", SHORT)
    assert SHORT in lan.says(asked)
    go_live(here, ENTRY, "Mở quán thì đăng ký thế nào?", "Lời mới hơn.")
    assert "Lời mới hơn." in lan.says(asked)
    end(here, ENTRY)
    shipped = lan.says(asked)
    assert asked in shipped
    assert "Lời mới hơn." not in shipped


def test_a_text_taken_from_another_entry_stays_taken(app: App, library: Library, content: faq.Content) -> None:
    other = content.entries["mc-le-phi-dkkd-0-dong"].phrasings[0]
    attach(app, ENTRY, other)
    assert answers(look(app, library), other) == ENTRY
    assert eventually(lambda: not building(), within=60)
    assert answers(look(app, library), other) == ENTRY


def building() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "faq-index"]


def test_a_row_that_does_not_fit_is_skipped_and_logged(
    app: App, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="faq")
    go_live(app, NEW, QUESTION, SHORT, category="khong-con")
    attach(app, "khong-con-muc-nay", TYPED)
    attach(app, ENTRY, "nuôi ong dú lấy mật")
    held = look(app, library)
    assert answers(held, "nuoi ong du lay mat") == ENTRY
    assert (answers(held, TYPED), answers(held, QUESTION)) == ("", "")
    assert NEW in caplog.text
    assert "khong-con-muc-nay" in caplog.text
    assert SHORT not in caplog.text


def test_a_change_that_is_rolled_back_leaves_nothing(app: App, library: Library) -> None:
    class NotNow(Exception): ...

    def change_mind() -> None:
        with app.database.write() as session:
            entry_rows.bump(session)
            folded = faq.fold(TYPED)
            session.add(Phrasing(entry=ENTRY, text=TYPED, folded=folded, staff_id=1, added_at=app.clock()))
            assert answers(library.held(session).index, TYPED) == ENTRY
            assert answers(library.current.index, TYPED) == ""
            raise NotNow

    attach(app, ENTRY, "câu khác hẳn về đá cảnh")
    look(app, library)
    with pytest.raises(NotNow):
        change_mind()
    # Another change gets the number that the one rolled back had.
    attach(app, NEW, "một câu chẳng của mục nào")
    assert answers(look(app, library), TYPED) == ""


def test_changes_at_once_all_count(bots: tuple[App, App]) -> None:
    texts = [f"câu thứ {number} về cây cảnh" for number in range(1, 9)]
    attach(bots[0], ENTRY, TYPED)
    threads = [threading.Thread(target=attach, args=(bots[at % 2], ENTRY, text)) for at, text in enumerate(texts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with bots[0].database.read() as session:
        assert entry_rows.version(session) == len(texts) + 1
        assert len(entry_rows.kept(session)) == len(texts) + 1


class Gate:
    """Building an index waits here; what was built, and how many at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.built: list[weakref.ref[faq.FaqIndex]] = []
        self.at_once = self.most = 0
        monkeypatch.setattr(faq, "content_index", self.build)

    def build(self, content: faq.Content) -> faq.FaqIndex:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.begun.release()
        assert self.let.acquire(timeout=60)
        words = [(entry.id, (entry.question, *entry.phrasings[-4:])) for entry in content.entries.values()]
        index = faq.FaqIndex(words, {}, content.background)
        self.built.append(weakref.ref(index))
        self.at_once -= 1
        return index


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.let.release(20)


def test_a_change_during_a_rebuild_is_followed_by_another(app: App, library: Library, gate: Gate) -> None:
    attach(app, ENTRY, TYPED)
    look(app, library)
    assert gate.begun.acquire(timeout=60)
    for text in ("nuôi ong dú lấy mật trên ban công", "bán đá cảnh non bộ ở vườn nhà"):
        attach(app, ENTRY, text)
        assert answers(look(app, library), text) == ENTRY
    assert len(building()) == 1
    gate.let.release()
    assert gate.begun.acquire(timeout=60)
    # The first rebuild is in use, and what came meanwhile is still certain.
    assert answers(library.current.index, "bán đá cảnh non bộ ở vườn nhà") == ENTRY
    gate.let.release()
    assert eventually(lambda: not building())
    assert library.current.index.match("vườn nhà em bán đá cảnh non bộ")[0].id == ENTRY
    assert (len(gate.built), gate.most) == (2, 1)


def test_of_the_indexes_only_the_newest_is_kept(app: App, library: Library, gate: Gate) -> None:
    for number in range(1, 4):
        attach(app, ENTRY, f"bán đá cảnh non bộ kiểu {number}")
        look(app, library)
        gate.let.release()
        assert eventually(lambda: not building())
    gc.collect()
    assert [built() is not None for built in gate.built] == [False, False, True]


def test_where_no_index_can_be_built_the_old_one_answers_until_the_next_change(
    app: App, library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_content: faq.Content) -> faq.FaqIndex:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(faq, "content_index", broken)
        attach(app, ENTRY, TYPED)
        look(app, library)
        assert eventually(lambda: not building())
        assert answers(look(app, library), TYPED) == ENTRY
        assert not building()
    assert len(caplog.records) == 1
    attach(app, ENTRY, "bán đá cảnh non bộ ở vườn nhà")
    assert eventually(lambda: answers(look(app, library), LIKE_IT) == ENTRY, within=60)


def test_a_bot_that_ends_does_not_wait_for_its_index(app: App, settings: Settings, content: faq.Content) -> None:
    attach(app, ENTRY, TYPED)
    printed = bot(settings.data_dir, "chat", "--as", "minh", typed=f"{TYPED}\n")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert content.entries[ENTRY].question in printed.stdout


def test_a_bot_that_starts_has_the_wards_own_before_the_first_message(
    app: App, settings: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex
) -> None:
    attach(app, ENTRY, TYPED)
    with closing(compose(settings, clock=clock, content=content, index=index).database), closing(app.database):
        again = compose(settings, clock=clock, content=content, index=index)
        assert not building()
        assert any(asks(f"{TYPED}?") for asks in again.routes.interrupts)
        again.database.close()


def test_where_nothing_changed_a_turn_asks_once(app: App, library: Library) -> None:
    look(app, library)
    first = library.current
    look(app, library)
    assert library.current is first
    assert first.content is library.shipped
    assert Asking(library).is_question("đăng ký hộ kinh doanh ở đâu?")
