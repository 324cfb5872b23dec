"""The terminal keeps the contract of channels, and prints for a screen and for a pipe."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from markupsafe import Markup

from bot.channels.terminal import Terminal, raw_line
from bot.core.channel import Gone
from bot.core.events import ChatRef, File, Phone, Place, Text, What
from bot.core.replies import Button, Document, Reply, column
from bot.feature import App
from tests.channels.contract import Contract, newest
from tests.terminal import Owner


class Guest(Owner):
    def chooses(self, number: int) -> str:
        return self.says(str(number))

    def sends_photo(self, content: bytes, caption: str) -> str:
        path = self.app.files.folder.parent / "sạp 5.jpg"
        path.write_bytes(content)
        return self.says(f"[ảnh {path}] {caption}")

    def was_given(self) -> tuple[str, bytes]:
        shown = re.search(r"\[(?:ảnh|tệp): (.+) → (.+)\]", self.read())
        assert shown
        return shown[1], Path(shown[2]).read_bytes()

    def fetches(self, file_id: str, limit: int) -> bytes:
        return asyncio.run(self.channel.fetch(file_id, limit))

    def shows(self, text: str, over: str = "") -> str:
        return asyncio.run(self.channel.show(ChatRef("terminal", self.name), text, over))

    def sees(self, message: str) -> str:
        return message

    def sent(self) -> File:
        what = self.channel.read(newest(self.app)).what
        assert isinstance(what, File)
        return what


class TestTerminal(Contract):
    @pytest.fixture
    def guest(self, app: App) -> Guest:
        return Guest(app)


REPLY = Reply(
    Markup('<b>Đậm</b> &amp; <i>nghiêng</i>, xem <a href="https://a.vn">trang</a>'),
    column((Button("Một", "one"), Button("Bản đồ", url="https://m.vn"), Button("Hai", "two"))),
)


def test_a_pipe_gets_plain_text_with_numbered_choices(app: App) -> None:
    printed = Terminal(app.say, files=app.files).rendered(REPLY)
    assert printed == "Đậm & nghiêng, xem trang (https://a.vn)\n 1. Một\n 2. Hai\nBản đồ: https://m.vn"


def test_a_screen_gets_bold(app: App) -> None:
    screen = Terminal(app.say, files=app.files, styled=True)
    assert screen.rendered(REPLY).startswith("\033[1mĐậm\033[0m & \033[3mnghiêng\033[0m")


def test_a_file_stands_above_its_words(app: App) -> None:
    sha = app.files.put(b"%PDF")
    printed = Terminal(app.say, files=app.files).rendered(Reply(REPLY.text, file=Document(sha, "đơn.pdf", "document")))
    assert printed == f"[tệp: đơn.pdf → {app.files.path(sha)}]\nĐậm & nghiêng, xem trang (https://a.vn)"


def read(app: App, line: str) -> What:
    _, raw = raw_line("lan", line, app.clock())
    return Terminal(app.say, files=app.files).read(raw).what


@pytest.mark.parametrize("label", ["ảnh", "Ảnh", "anh", "ANH", "a\u0309nh"])
def test_a_photo_in_brackets(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sạp 5.jpg").write_bytes(b"1234")
    photo = File(str(tmp_path / "sạp 5.jpg"), "photo", "sạp 5.jpg", 4, "mái che hỏng")
    assert read(app, f"[{label} sạp 5.jpg] mái che hỏng") == photo
    assert read(app, f"  [{label}  {tmp_path}/sạp 5.jpg ]mái che hỏng ") == photo


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("[tệp /không/có.pdf]", File("/không/có.pdf", "document", "có.pdf")),
        ("[tep /không/có.pdf] đơn", File("/không/có.pdf", "document", "có.pdf", caption="đơn")),
        ("[ghi âm /x.ogg]", File("/x.ogg", "voice", "x.ogg")),
        ("[video /x.mp4]", File("/x.mp4", "video", "x.mp4")),
        ("[vị trí 20.94, 106.31]", Place(20.94, 106.31)),
        ("[vi tri -20 106.31]", Place(-20.0, 106.31)),
        ("[số của tôi 0912 345 678]", Phone("0912 345 678", own=True)),
        ("[so cua toi +84912345678]", Phone("+84912345678", own=True)),
        (f"[ảnh /{'x' * 5_000}]", File(f"/{'x' * 5_000}", "photo", "x" * 5_000)),
    ],
)
def test_what_no_keyboard_can_type(app: App, line: str, what: What) -> None:
    assert read(app, line) == what


@pytest.mark.parametrize(
    "line",
    [
        "[ảnh]",
        "[ảnh ]",
        "[]",
        "[1]",
        "[ảnhx /a.jpg]",
        "xem [ảnh /a.jpg]",
        "[vị trí 91, 106]",
        "[vị trí 20, 181]",
        "[vị trí chợ Mới]",
        "[vị trí 20.94, 106.31] chỗ này",
        "[số của tôi hỏng rồi]",
        "[số của tôi]",
    ],
)
def test_other_brackets_are_words(app: App, line: str) -> None:
    assert read(app, line) == Text(line)


def test_a_folder_or_a_device_is_no_file(app: App, tmp_path: Path) -> None:
    channel = Terminal(app.say, files=app.files)
    for path in (str(tmp_path), "/dev/zero", "/" + "x" * 5_000, "a\0b"):
        with pytest.raises(Gone):
            asyncio.run(channel.fetch(path, 10))


def test_a_line_is_kept_as_it_was_typed(app: App) -> None:
    _, raw = raw_line("lan", "[ảnh a.jpg] b", app.clock())
    assert json.loads(raw)["line"] == "[ảnh a.jpg] b"
