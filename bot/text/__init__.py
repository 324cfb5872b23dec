"""Every sentence that people read, by key: `say("people.welcome", ward="…")`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup

SHIPPED = Path(__file__).with_name("vi.toml")


class TextError(Exception):
    """A key or a value that the catalogue does not know: a bug, never a person's mistake."""


class Texts:
    """The catalogue. Values are escaped when they are filled in, so no name or question can become markup."""

    def __init__(self, path: Path = SHIPPED) -> None:
        self._texts = _read(path)

    def __call__(self, key: str, **values: object) -> Markup:
        """The sentence. Raises TextError where the key, or the set of its values, does not fit."""
        template = self._template(key)
        if values.keys() != placeholders(template):
            raise TextError(f"{key} takes {sorted(placeholders(template))}, not {sorted(values)}")
        return Markup(template).format_map(values)  # noqa: S704 - the catalogue is ours and holds markup

    def label(self, key: str, **values: object) -> str:
        """The same without markup, for buttons, menus and file names."""
        return self(key, **values).unescape()

    def names(self) -> frozenset[str]:
        """All keys, for the tests that hold the catalogue against the code."""
        return frozenset(self._texts)

    def _template(self, key: str) -> str:
        if key not in self._texts:
            raise TextError(f"No text with the key {key!r}")
        return self._texts[key]


@cache  # what is shipped stays as it is while a process runs, and several wards in one share it
def _read(path: Path) -> Mapping[str, str]:
    return dict(_flat(tomllib.loads(path.read_text("utf-8"))))


def placeholders(template: str) -> set[str]:
    """The names that a text wants filled in."""
    return set(re.findall(r"\{(\w+)\}", template))


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        key = f"{prefix}{name}"
        found += _flat(value, f"{key}.") if isinstance(value, Mapping) else [(key, str(value).strip("\n"))]
    return found
