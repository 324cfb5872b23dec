"""`python -m bot announce`: what it writes, what it refuses, that the running bot sends it once."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.app import compose
from bot.broadcasts.officer.command_line import announce_command
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import Broadcast, BroadcastState
from db.outbox import OutboxRow
from db.staff import Role
from tests.broadcasts.crowd import people
from tests.crew import join
from tests.people.test_registering import REGISTERS
from tests.process import bot
from tests.terminal import Owner

TEXT = "Hạn nộp là *31/12*, xem <dichvucong>"


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    return on_both_databases


@pytest.fixture
def minh(app: App) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")


def run(app: App, tmp_path: Path, *arguments: str, text: str | bytes = "Hạn nộp là 31/12 & *đúng giờ*.") -> Result:
    @contextmanager
    def opened() -> Iterator[App]:
        yield app

    file = tmp_path / "text.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    cli = typer.Typer()
    cli.command()(announce_command(opened, lambda: 28.5))
    given = list(arguments)
    for name, value in (("--title", "Nộp thuế"), ("--audience", "all"), ("--file", str(file))):
        given += [] if name in given else [name, value]
    return CliRunner().invoke(cli, given)


def written(app: App) -> list[Broadcast]:
    with app.database.read() as session:
        return list(session.exec(select(Broadcast).order_by(Broadcast.id)))  # type: ignore[arg-type]


@pytest.mark.usefixtures("minh")
def test_it_is_written_as_the_chat_writes_it(app: App, tmp_path: Path) -> None:
    people(app, 3)
    said = run(app, tmp_path)
    assert said.exit_code == 0, said.output
    (one,) = written(app)
    assert (one.number, one.title, one.body) == (1, "Nộp thuế", "Hạn nộp là 31/12 &amp; <b>đúng giờ</b>.")
    assert (one.state, one.signer, one.unit) == (BroadcastState.SCHEDULED, "Cán bộ Minh", "kthtdt")
    assert "Đã ghi thông báo số 01/2026 “Nộp thuế”" in said.output
    assert one.proof in said.output
    assert "3 người, 3 người nhận được qua bot; gửi hết trong khoảng 5 giây" in said.output
    assert "Không cần duyệt." in said.output


@pytest.mark.usefixtures("minh")
def test_many_wait_for_a_leader_who_is_asked_in_the_chat(app: App, tmp_path: Path) -> None:
    join(app, "son", Role.LEADER, name="Lãnh đạo Sơn")
    people(app, 30)
    said = run(app, tmp_path, "--by", "minh")
    assert "Phải có lãnh đạo duyệt" in said.output
    assert written(app)[0].state == BroadcastState.PROPOSED
    assert "Nộp thuế" in Owner(app, "son").waits()
    assert "Đã duyệt" in Owner(app, "son").says("duyệt")


@pytest.mark.usefixtures("minh")
def test_the_running_bot_sends_it_once(app: App, tmp_path: Path, clock: FrozenClock) -> None:
    Owner(app, "lan").says(*REGISTERS)
    run(app, tmp_path)
    for _ in range(5):
        tick(app)
    assert "Hạn nộp là 31/12 & đúng giờ." in Owner(app, "lan").waits()
    assert Owner(app, "lan").waits() == ""
    with app.database.read() as session:
        assert len(session.exec(select(OutboxRow).where(OutboxRow.broadcast_id == 1)).all()) == 1
    assert clock.now == app.clock()


@pytest.mark.usefixtures("minh")
def test_the_same_within_a_day_asks_for_again(app: App, tmp_path: Path, clock: FrozenClock) -> None:
    assert run(app, tmp_path).exit_code == 0
    again = run(app, tmp_path)
    assert again.exit_code == 2
    assert "thông báo số 01/2026" in again.output
    assert "--again" in again.output
    assert run(app, tmp_path, "--again").exit_code == 0
    assert run(app, tmp_path, text="Khác.").exit_code == 0
    clock.now += timedelta(days=1, seconds=1)
    assert run(app, tmp_path).exit_code == 0
    assert [each.number for each in written(app)] == [1, 2, 3, 4]


@pytest.mark.usefixtures("minh")
def test_a_dry_run_writes_nothing(app: App, tmp_path: Path) -> None:
    said = run(app, tmp_path, "--dry-run", "--at", "2026-12-25 22:00")
    assert said.exit_code == 0
    assert "Thông báo số …" in said.output
    assert "22 giờ 00, thứ Sáu, 25/12/2026" in said.output
    assert "giờ yên tĩnh: tin đến người nhận từ 06 giờ 30, thứ Bảy, 26/12/2026" in said.output
    assert "chưa ghi gì" in said.output
    assert written(app) == []


@pytest.mark.usefixtures("minh")
def test_words_of_the_audience(app: App, tmp_path: Path) -> None:
    asked = ["kind:household", "kind:company", "trade:anuong", "subject:thue"]
    said = run(
        app, tmp_path, *[part for word in asked for part in ("--audience", word)], "--subject", "von", "--late", "drop"
    )
    assert said.exit_code == 0, said.output
    (one,) = written(app)
    assert one.audience == {"kinds": ["household", "company"], "trades": ["anuong"], "subjects": ["thue"]}
    assert (one.subject, one.late) == ("von", "drop")
    run(app, tmp_path, "--audience", "everyone", "--urgent", text="Ngập.")
    assert written(app)[1].audience == {"everyone": True}
    assert written(app)[1].needs_approval


REFUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("--audience", "tapho"), "--audience: không có “tapho”"),
    (("--audience", "tapho"), "trade:anuong"),
    (("--audience", "kind:x"), "kind:household"),
    (("--audience", "all", "--audience", "kind:household"), "đứng một mình"),
    (("--audience", "everyone"), "--urgent"),
    (("--subject", "x"), "--subject: không có “x”"),
    (("--at", "2026-11-30 08:00"), "đã qua"),
    (("--at", "2028-12-25 08:00"), "quá một năm"),
    (("--at", "2026-12-25"), "không hiểu"),
    (("--at", "31/2 8h"), "không hiểu"),
    (("--by", "ai đó"), "Cán bộ Minh"),
    (("--title", " "), "tiêu đề"),
    (("--title", "á" * 81), "đang là 81"),
)


@pytest.mark.usefixtures("minh")
@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_is_refused_says_why_and_writes_nothing(
    app: App, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    said = run(app, tmp_path, *arguments)
    assert said.exit_code == 2
    assert sentence in said.output
    assert written(app) == []


BAD: tuple[tuple[str | bytes, str], ...] = (
    ("", "không có nội dung"),
    ("<b>  </b>\n12", "không có nội dung"),
    ("a\nb\n<u>c</u>", "dòng 3: không dùng được <u>"),
    ("a\n<b>b", "dòng 2: thẻ <b> chưa đóng"),
    ("<b><i>a</b></i>", "đóng sai thứ tự"),
    ("a\n</b>", "dòng 2: </b>"),
    ('<a href="javascript:x">a</a>', "dòng 1: liên kết"),
    ("<a>a</a>", "liên kết"),
    ('<b class="x">a</b>', "“class”"),
    ("a<!-- x -->", "không dùng được"),
    ("ô" * 3501, "dài 3501"),
    (b"a\nb\xff", "dòng 2: tệp không phải UTF-8"),
)


@pytest.mark.usefixtures("minh")
@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_a_text_that_will_not_do(app: App, tmp_path: Path, text: str | bytes, sentence: str) -> None:
    said = run(app, tmp_path, text=text)
    assert said.exit_code == 2
    assert sentence in said.output
    assert written(app) == []


@pytest.mark.usefixtures("minh")
@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            '<b>A</b> 5 < 6 &amp; <a href="https://a.vn?x=1&y=2">b</a>',
            '<b>A</b> 5 &lt; 6 &amp; <a href="https://a.vn?x=1&amp;y=2">b</a>',
        ),
        ("Giá *mới* 5 < 6 & hơn\r\nhết", "Giá <b>mới</b> 5 &lt; 6 &amp; hơn\nhết"),
        ("\ufeffA <code>1</code>", "A <code>1</code>"),
    ],
)
def test_the_marks_of_a_text(app: App, tmp_path: Path, text: str, body: str) -> None:
    assert run(app, tmp_path, text=text).exit_code == 0
    assert written(app)[0].body == body


def test_whoever_announces_is_named_where_several_may(app: App, tmp_path: Path, minh: None) -> None:
    assert minh is None
    other = join(app, "ha", Role.CLERK, name="Văn thư Hà")
    said = run(app, tmp_path)
    assert said.exit_code == 2
    assert "Cán bộ Minh (officer)" in said.output
    assert f"{other.id}  Văn thư Hà (clerk)" in said.output
    assert run(app, tmp_path, "--by", "van thu ha").exit_code == 0
    assert run(app, tmp_path, "--by", str(other.id), "--again").exit_code == 0
    assert {each.signer for each in written(app)} == {"Văn thư Hà"}


def test_nobody_may(app: App, tmp_path: Path) -> None:
    join(app, "quan", Role.ADMIN)
    assert "Chưa có ai" in run(app, tmp_path).output


@pytest.mark.usefixtures("minh")
def test_waiting_ends_with_the_tally(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Owner(app, "lan").says(*REGISTERS)

    def goes_on(_seconds: float) -> None:
        tick(app)
        Owner(app, "lan").waits()

    monkeypatch.setattr("bot.broadcasts.officer.command_wait.time.sleep", goes_on)
    said = run(app, tmp_path, "--wait")
    assert said.exit_code == 0, said.output
    assert "Đã gửi. Đã nhận 1" in said.output or "Đã nhận 1" in said.output


@pytest.mark.usefixtures("minh")
def test_who_stops_waiting_stops_nothing(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.broadcasts.officer.command_wait.time.sleep", pressed)
    said = run(app, tmp_path, "--wait")
    assert said.exit_code == 130
    assert "vẫn tiếp tục gửi" in said.output
    assert written(app)[0].state == BroadcastState.SCHEDULED


def test_as_a_process_on_a_real_file_beside_a_running_bot(
    bare_environment: None, migrated: Path, tmp_path: Path
) -> None:
    """The command writes, another process sends, once."""
    assert bare_environment is None
    shutil.copy(migrated, tmp_path / "dong-hanh.sqlite3")
    app = compose(Settings(data_dir=tmp_path))
    join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")
    join(app, "son", Role.LEADER, name="Lãnh đạo Sơn")
    Owner(app, "lan").says(*REGISTERS)
    app.database.close()
    asked: dict[str, Any] = {"typed": "Xin mời họp tổ.\n"}
    made = bot(
        tmp_path,
        "announce",
        "--file",
        "-",
        "--title",
        "Họp tổ",
        "--audience",
        "all",
        "--by",
        "minh",
        "--urgent",
        **asked,
    )
    assert made.returncode == 0, made.stderr
    assert "Đã ghi thông báo số 01/" in made.stdout
    again = bot(tmp_path, "announce", "--file", "-", "--title", "Họp tổ", "--audience", "all", "--by", "minh", **asked)
    assert again.returncode == 2
    assert "--again" in again.stderr
    missing = bot(tmp_path, "announce", "--file", "khong-co.txt", "--title", "A", "--audience", "all")
    assert (missing.returncode, "không đọc được" in missing.stderr) == (2, True)
    with sqlite3.connect(tmp_path / "dong-hanh.sqlite3") as database:
        assert database.execute("SELECT count(*), min(state) FROM broadcast").fetchone() == (1, "proposed")
    assert "Đã duyệt" in bot(tmp_path, "chat", "--as", "son", typed="duyệt\n").stdout
    heard = [bot(tmp_path, "chat", "--as", "lan", typed="xin chào\n").stdout for _ in range(4)]
    assert sum(printed.count("Xin mời họp tổ.") for printed in heard) == 1
