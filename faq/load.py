"""The FAQ's content: one Markdown file an answer, read into plain values."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
MORE = "<!-- more -->"
REQUIRED = ("id", "category", "question", "phrasings", "sources", "checked_on", "confidence")
KNOWN = frozenset((*REQUIRED, "related", "ask", "valid_until"))
CONFIDENCES = ("high", "medium", "low")


class ContentError(Exception):
    """A file of the content cannot be read; the message names the file and the reason."""


@dataclass(frozen=True)
class Entry:
    """One question and its answer; `more` is what is shown on request, `ask` whom to ask to be sure."""

    id: str
    category: str
    question: str
    phrasings: tuple[str, ...]
    related: tuple[str, ...]
    sources: tuple[str, ...]
    checked_on: date
    confidence: str
    ask: str
    valid_until: date | None
    short: str
    more: str

    @property
    def body(self) -> str:
        return f"{self.short}\n\n{self.more}".strip()


@dataclass(frozen=True)
class Content:
    """All entries by id, category titles in the order of display, and a hash of everything read."""

    entries: Mapping[str, Entry]
    categories: Mapping[str, str]
    background: tuple[str, ...]
    hash: str

    def in_category(self, category: str) -> list[Entry]:
        return [entry for entry in self.entries.values() if entry.category == category]


def load_content(directory: Path = HERE) -> Content:
    """Everything under `directory`, which is laid out like this package; raises ContentError."""
    files = sorted((directory / "content").glob("*/*.md"))
    if not files:
        raise ContentError(f"{directory / 'content'}: no answers found, expected <category>/<id>.md files.")
    categories = _categories(directory / "categories.toml")
    entries: dict[str, Entry] = {}
    for file in files:
        entry = read_entry(file, categories)
        if entry.id in entries:
            raise ContentError(f"{file}: the id {entry.id} is used twice.")
        entries[entry.id] = entry
    background = directory / "background.txt"
    order = list(categories)
    ordered = sorted(entries.values(), key=lambda entry: (order.index(entry.category), entry.id))
    return Content({entry.id: entry for entry in ordered}, categories, _lines(background), _hash([*files, background]))


def read_entry(file: Path, categories: Mapping[str, str]) -> Entry:
    """One answer; its directory is its category and its name its id."""
    header, body = _parted(file)
    _check_header(file, header)
    if header["category"] != file.parent.name or header["category"] not in categories:
        raise ContentError(
            f"{file}: the category {header['category']} is not a known one or not that of its directory."
        )
    if header["id"] != file.stem:
        raise ContentError(f"{file}: the id {header['id']} differs from the file's name.")
    short, _, more = body.partition(MORE)
    if not short.strip():
        raise ContentError(f"{file}: the answer is empty.")
    return _entry(file, header, short.strip(), more.strip())


def _entry(file: Path, header: Mapping[str, Any], short: str, more: str) -> Entry:
    return Entry(
        id=header["id"],
        category=header["category"],
        question=_text(file, header, "question"),
        phrasings=_texts(file, header, "phrasings"),
        related=_texts(file, header, "related"),
        sources=_texts(file, header, "sources"),
        checked_on=_day(file, header, "checked_on"),
        confidence=_text(file, header, "confidence"),
        ask=_text(file, header, "ask"),
        valid_until=_day(file, header, "valid_until") if header.get("valid_until") else None,
        short=short,
        more=more,
    )


def _parted(file: Path) -> tuple[dict[str, Any], str]:
    """The front matter and the text below it."""
    text = read_text(file)
    parts = re.match(r"---\n(.*?\n)---\n(.*)", text, re.DOTALL)
    if not parts:
        raise ContentError(f"{file}: it must begin with front matter between two lines of ---.")
    try:
        header = yaml.load(parts[1], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ContentError(f"{file}: the front matter is not YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(header, dict):
        raise ContentError(f"{file}: the front matter must be a list of names and values.")
    return header, parts[2]


def _check_header(file: Path, header: Mapping[str, Any]) -> None:
    if missing := [name for name in REQUIRED if not header.get(name)]:
        raise ContentError(f"{file}: the front matter lacks {', '.join(missing)}.")
    if unknown := sorted(str(name) for name in header if name not in KNOWN):
        raise ContentError(f"{file}: the front matter has the unknown name {', '.join(unknown)}.")
    if header["confidence"] not in CONFIDENCES:
        raise ContentError(f"{file}: confidence must be one of {', '.join(CONFIDENCES)}.")


def _text(file: Path, header: Mapping[str, Any], name: str) -> str:
    value = header.get(name) or ""
    if not isinstance(value, str):
        raise ContentError(f"{file}: {name} must be one line of text.")
    return value.strip()


def _texts(file: Path, header: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = header.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ContentError(f"{file}: {name} must be a list of lines of text.")
    return tuple(value.strip() for value in values)


def _day(file: Path, header: Mapping[str, Any], name: str) -> date:
    value = header.get(name)
    if not isinstance(value, date):
        raise ContentError(f"{file}: {name} must be a date such as 2026-11-22.")
    return value


def _categories(file: Path) -> Mapping[str, str]:
    try:
        return {name: str(title) for name, title in tomllib.loads(read_text(file)).items()}
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file}: not TOML: {error}.") from error


def _lines(file: Path) -> tuple[str, ...]:
    """The lines of an optional file, without blank ones and comments."""
    if not file.exists():
        return ()
    lines = (line.strip() for line in read_text(file).splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{file}: cannot be read: {error}.") from error


def _hash(files: list[Path]) -> str:
    seen = hashlib.sha256()
    for file in files:
        if file.exists():
            seen.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return seen.hexdigest()
