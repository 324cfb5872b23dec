"""A ward's own answers beside the shipped ones: merged, told apart by their substance, written as files."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import yaml

from faq.fold import fold
from faq.load import MORE, Content, Entry

log = logging.getLogger(__name__)

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 40
"""An entry's id is a file's name, and stands on buttons beside other numbers, in 64 bytes."""


def is_id(name: str) -> bool:
    """Whether an entry may be called so."""
    return len(name) <= LONGEST_ID and ID.fullmatch(name) is not None


def with_own(content: Content, entries: Iterable[Entry], phrasings: Mapping[str, Sequence[str]]) -> Content:
    """The content with a ward's `entries`, which win by id, and the `phrasings` added to entries by id.

    An entry that wins keeps the phrasings and the neighbours of the shipped one. What does not fit the content, such
    as an entry of a category that is no more, is left out and logged.
    """
    own = {entry.id: _over(content.entries.get(entry.id), entry) for entry in entries if _fits(entry, content)}
    merged = {**content.entries, **own}
    if lost := sorted(phrasings.keys() - merged.keys()):
        log.info("phrasings of entries that are not there: %s", ", ".join(lost))
    said = {name: _saying(merged[name], texts) for name, texts in phrasings.items() if name in merged and texts}
    changed = {name: entry for name, entry in {**own, **said}.items() if entry != content.entries.get(name)}
    return _ordered(content, {**merged, **changed}, changed) if changed else content


def differing(content: Content, shipped: Content) -> list[Entry]:
    """The entries that are not as they were shipped, in the order of display."""
    return [entry for entry in content.entries.values() if entry != shipped.entries.get(entry.id)]


def entry_hash(entry: Entry) -> str:
    """A hash of what an answer is: its question, text, sources, whom to ask, and until when it holds."""
    day = entry.valid_until.isoformat() if entry.valid_until else ""
    substance = [entry.question, entry.body, *entry.sources, entry.ask, day]
    return hashlib.sha256(json.dumps(substance).encode()).hexdigest()


def written(entry: Entry) -> str:
    """The file of an entry, as `read_entry` reads it; one without phrasings gets its question as the first."""
    body = f"{entry.short}\n\n{MORE}\n\n{entry.more}" if entry.more else entry.short
    header = yaml.dump(_header(entry), Dumper=_Indented, allow_unicode=True, sort_keys=False, width=100_000)
    return f"---\n{header}---\n{body}\n"


def _header(entry: Entry) -> dict[str, object]:
    header: dict[str, object] = {
        "id": entry.id,
        "category": entry.category,
        "question": entry.question,
        "phrasings": list(entry.phrasings or (entry.question,)),
        "related": list(entry.related),
        "sources": list(entry.sources),
        "checked_on": entry.checked_on,
        "confidence": entry.confidence,
        "ask": entry.ask,
        "valid_until": entry.valid_until,
    }
    return {name: value for name, value in header.items() if value}


class _Indented(yaml.SafeDumper):
    """Lists stand two blanks in from their name, as in the shipped files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - its own signature
        super().increase_indent(flow, False)


def _fits(entry: Entry, content: Content) -> bool:
    if not is_id(entry.id):
        log.warning("own entry left out, its id cannot be one: %.60r", entry.id)
    elif entry.category not in content.categories:
        log.warning("own entry left out, its category is not there: %s of %s", entry.id, entry.category)
    else:
        return True
    return False


def _over(shipped: Entry | None, entry: Entry) -> Entry:
    """A ward's entry in the place of the shipped one."""
    if shipped is None:
        return entry
    asked = _once((*shipped.phrasings, shipped.question, *entry.phrasings), but=entry.question)
    confidence = shipped.confidence if entry.ask else entry.confidence
    return replace(entry, phrasings=asked, related=entry.related or shipped.related, confidence=confidence)


def _saying(entry: Entry, texts: Sequence[str]) -> Entry:
    return replace(entry, phrasings=_once((*entry.phrasings, *texts)))


def _once(texts: Iterable[str], but: str = "") -> tuple[str, ...]:
    """The texts that differ when folded, the first of each."""
    firsts: dict[str, str] = {}
    for text in texts:
        firsts.setdefault(_folded(text), text)
    if but:
        firsts.pop(_folded(but), None)
    return tuple(firsts.values())


@lru_cache(maxsize=10_000)  # at every change all phrasings of the entries that it touches come again
def _folded(text: str) -> str:
    return fold(text)


def _ordered(content: Content, entries: Mapping[str, Entry], changed: Mapping[str, Entry]) -> Content:
    order = list(content.categories)
    ordered = sorted(entries.values(), key=lambda entry: (order.index(entry.category), entry.id))
    told = "\n".join((content.hash, *(repr(changed[name]) for name in sorted(changed))))
    seen = hashlib.sha256(told.encode()).hexdigest()
    return replace(content, entries={entry.id: entry for entry in ordered}, hash=seen)
