"""Settings: each is described in .env.example, each wrong value is refused by name."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

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
