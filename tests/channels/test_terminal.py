"""The terminal keeps the contract of channels, and prints for a screen and for a pipe."""

import pytest
from markupsafe import Markup

from bot.channels.terminal import Terminal
from bot.core.replies import Button, Reply, column
from bot.feature import App
from tests.channels.contract import Contract
from tests.terminal import Owner


class Guest(Owner):
    def chooses(self, number: int) -> str:
        return self.says(str(number))


class TestTerminal(Contract):
    @pytest.fixture
    def guest(self, app: App) -> Guest:
        return Guest(app)


REPLY = Reply(
    Markup('<b>Đậm</b> &amp; <i>nghiêng</i>, xem <a href="https://a.vn">trang</a>'),
    column((Button("Một", "one"), Button("Bản đồ", url="https://m.vn"), Button("Hai", "two"))),
)


def test_a_pipe_gets_plain_text_with_numbered_choices(app: App) -> None:
    printed = Terminal(app.say).rendered(REPLY)
    assert printed == "Đậm & nghiêng, xem trang (https://a.vn)\n 1. Một\n 2. Hai\nBản đồ: https://m.vn"


def test_a_screen_gets_bold(app: App) -> None:
    assert Terminal(app.say, styled=True).rendered(REPLY).startswith("\033[1mĐậm\033[0m & \033[3mnghiêng\033[0m")
