"""Settings: each is described in .env.example, each wrong value is refused by name."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.channels.telegram import POOL, limits_for
from bot.settings import Settings, SettingsError
from db.session import Database

ROOT = Path(__file__).parent.parent


def test_every_setting_has_its_sentence_in_the_example() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    described = {line.partition("=")[0] for above, line in pairwise(lines) if "=" in line and above.startswith("# ")}
    assert described == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "not a token"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_PROXY", "127.0.0.1:3128"),
        ("TELEGRAM_RATE", "many"),
        ("TELEGRAM_RATE", "0"),
        ("TELEGRAM_RATE", "1001"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "not an address"),
        ("DATABASE_URL", "postgresql://a:b@host:port/x"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATA_DIR", __file__),
        ("WARD_FILE", "/no/such/file.toml"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_refused_by_name_in_one_sentence(
    name: str, value: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.telegram_token == ""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        Settings.load()
    assert re.fullmatch(rf"The setting {name} is wrong: [^\n]+\.", str(refused.value))


def test_a_token_never_shows_in_a_refusal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.log_level == "INFO"
    monkeypatch.setenv("TELEGRAM_TOKEN", "123456:secret secret")
    with pytest.raises(SettingsError) as refused:
        Settings.load()
    assert "secret" not in str(refused.value)


def test_an_empty_value_is_the_default(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD_FILE", "")
    monkeypatch.setenv("DATABASE_URL", "")
    assert Settings.load().ward_file == settings.ward_file


def test_a_plain_postgresql_address_gets_the_driver(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.database.startswith("sqlite:///")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ward:pass@db/ward")
    assert Database(Settings.load().database).url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(("second", "rate", "in_flight"), [(1, 0.95, 8), (30, 28.5, 8), (60, 57, 16), (1000, 950, 24)])
def test_who_pays_for_more_messages_a_second_gets_more(second: int, rate: float, in_flight: int) -> None:
    limits = limits_for(Settings(telegram_rate=second).telegram_rate)
    assert (limits.second, limits.in_flight) == (second, in_flight)
    assert limits.rate == pytest.approx(rate)
    assert limits.in_flight < POOL
