"""What is logged shows where something failed, never what somebody wrote."""

import logging
from collections.abc import Iterator

import pytest

from bot import logs

SAID = "số căn cước " + "0" * 12


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


def said_in_vain() -> None:
    try:
        dict[str, int]()[SAID]
    except KeyError as error:
        raise ValueError(SAID) from error


def test_an_error_is_logged_with_its_place_and_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("INFO")
    try:
        said_in_vain()
    except ValueError:
        logging.getLogger("bot.runtime").exception("turn failed: %s", "telegram:1:2")
    shown = capsys.readouterr().err
    assert "turn failed: telegram:1:2" in shown
    assert "ValueError" in shown
    assert "KeyError" in shown
    assert "test_logs.py" in shown
    assert SAID not in shown


def test_a_token_is_blotted_out_wherever_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("INFO")
    logging.getLogger("httpx").warning("POST https://api.telegram.org/bot%s/sendMessage", "123456:AAE-secret_token")
    shown = capsys.readouterr().err
    assert "secret" not in shown
    assert "[token]" in shown
