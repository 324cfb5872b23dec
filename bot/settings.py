"""The settings of one process, from the environment and the file .env."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot import ward

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
MOST_A_SECOND = 1000
"""With paid broadcasts: core.telegram.org/bots/faq, "Paid Broadcasts"."""

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class SettingsError(Exception):
    """A setting with a wrong value; the message is one sentence that names it."""


class Settings(BaseSettings):
    """Read once, never changed; `.env.example` says what each is for."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    telegram_token: Annotated[str, NoDecode] = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_proxy: str = ""
    telegram_rate: Annotated[int, Field(ge=1, le=MOST_A_SECOND)] = 30
    database_url: str = ""
    data_dir: Path = Path("data")
    ward_file: Path = ward.SHIPPED
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: str) -> str:
        if value and not TOKEN.fullmatch(value):
            raise ValueError("a token looks like 123456:ABC-def, as @BotFather gives it")
        return value

    @field_validator("telegram_api_url", "telegram_proxy")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.fullmatch(r"(https?|socks5)://[^\s/]+\S*", value):
            raise ValueError("an address begins with https:// or http://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            url = None
        if url is None or url.get_backend_name() not in DRIVERS or url.database in {None, "", ":memory:"}:
            raise ValueError("a database is sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
        return url.set(drivername=DRIVERS[url.get_backend_name()]).render_as_string(hide_password=False)

    @field_validator("data_dir")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError(f"{value} is a file, a folder is wanted")
        return value

    @field_validator("ward_file")
    @classmethod
    def _file(cls, value: Path) -> Path:
        if not value.is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def database(self) -> str:
        """The address of the database, SQLite under the data folder unless one is named."""
        return self.database_url or f"sqlite:///{self.data_dir / 'dong-hanh.sqlite3'}"

    @classmethod
    def load(cls) -> Self:
        """The settings of this process. Raises SettingsError."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            reason = str(first["msg"]).removeprefix("Value error, ")
            raise SettingsError(f"The setting {str(first['loc'][0]).upper()} is wrong: {reason}.") from error
