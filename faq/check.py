"""Finds what is wrong with the FAQ's content, a sentence for each defect."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from faq.facts import documents, figures
from faq.fold import fold
from faq.load import HERE, Content, ContentError, Entry, read_text
from faq.overlap import overlaps
from faq.render import CLAUSE, PLACEHOLDER, PLACEHOLDERS
from faq.sources import wrong_address

LONGEST_SHORT_PART = 170


@dataclass(frozen=True)
class Facts:
    """What the catalogue says of an entry and what its answer must not lose."""

    category: str
    confidence: str
    figures: tuple[str, ...]
    documents: tuple[str, ...]


def load_facts(file: Path = HERE / "facts.json") -> dict[str, Facts]:
    """The catalogue's facts by entry; raises ContentError."""
    try:
        rows = json.loads(read_text(file))
        return {
            name: Facts(row["category"], row["confidence"], tuple(row["figures"]), tuple(row["documents"]))
            for name, row in rows.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"{file}: not a catalogue of facts: {error!r}.") from error


def defects(content: Content, on: date | None = None, facts: Mapping[str, Facts] | None = None) -> list[str]:
    """Every defect of the content as of a day (expiry is not judged without one), gravest kinds first."""
    known = load_facts() if facts is None else facts
    found = list(_ids(content, known))
    for entry in content.entries.values():
        found += [f"{entry.id}: {defect}" for defect in _of_entry(entry, content, known.get(entry.id), on)]
    return [*found, *_repeated(content), *overlaps(content)]


def _ids(content: Content, facts: Mapping[str, Facts]) -> Iterator[str]:
    yield from (
        f"{name}: the catalogue has this entry, the content does not." for name in facts if name not in content.entries
    )
    yield from (f"{name}: the catalogue has no such entry." for name in content.entries if name not in facts)


def _of_entry(entry: Entry, content: Content, facts: Facts | None, on: date | None) -> Iterator[str]:
    if facts:
        yield from _against_catalogue(entry, facts)
    yield from _placeholders(entry)
    yield from _related(entry, content)
    yield from (f"a source leads to {address}, which is no official address." for address in _wrong_addresses(entry))
    if entry.confidence != "high" and not entry.ask:
        yield f"confidence is {entry.confidence}, so it must say whom to ask (ask)."
    if on and entry.valid_until and entry.valid_until < on:
        yield f"it expired on {entry.valid_until}."
    if (length := len(entry.short.split())) > LONGEST_SHORT_PART:
        yield f"the short part has {length} words, {LONGEST_SHORT_PART} at most."


def _against_catalogue(entry: Entry, facts: Facts) -> Iterator[str]:
    if (entry.category, entry.confidence) != (facts.category, facts.confidence):
        yield f"the catalogue says category {facts.category} and confidence {facts.confidence}."
    there = figures(entry.body)
    if lost := [figure for figure in facts.figures if figure not in there]:
        yield f"the answer lost {', '.join(lost)}."
    cited = documents("\n".join((entry.body, *entry.sources)))
    if lost := [document for document in facts.documents if document not in cited]:
        yield f"answer and sources lost the document {', '.join(lost)}."


def _placeholders(entry: Entry) -> Iterator[str]:
    for name in PLACEHOLDER.findall(entry.body):
        if name not in PLACEHOLDERS:
            yield f"the placeholder {{{name}}} does not exist; there are {', '.join(PLACEHOLDERS)}."
    outside = CLAUSE.sub("", entry.body)
    if any(mark in outside for mark in ("[[", "]]", "{", "}")):
        yield "a placeholder stands outside double square brackets, or brackets do not match."
    if any(not PLACEHOLDER.search(clause) for clause in CLAUSE.findall(entry.body)):
        yield "a clause in double square brackets has no placeholder."


def _related(entry: Entry, content: Content) -> Iterator[str]:
    for name in entry.related:
        if name == entry.id or name not in content.entries:
            yield f"related names {name}, which is {'the entry itself' if name == entry.id else 'unknown'}."


def _wrong_addresses(entry: Entry) -> list[str]:
    return [address for source in entry.sources if (address := wrong_address(source))]


def _repeated(content: Content) -> Iterator[str]:
    """Phrasings that are the same once marks and shorthand are gone."""
    places = [(fold(text), text, entry.id) for entry in content.entries.values() for text in entry.phrasings]
    times = Counter(folded for folded, _, _ in places)
    for same in sorted(folded for folded, count in times.items() if count > 1):
        owners = sorted({name for folded, _, name in places if folded == same})
        text = next(text for folded, text, _ in places if folded == same)
        yield f"{' and '.join(owners)}: the phrasing “{text}” stands there twice."
