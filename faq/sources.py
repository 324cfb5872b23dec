"""Where the sources of an answer stand on the web: an address of their own, a portal, the database of documents."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from faq.facts import ADDRESS
from faq.load import HERE, ContentError, read_text

OWN_ADDRESS = " | "
OFFICIAL = re.compile(r"https://((?:[a-z0-9-]+\.)+[a-z]+)(?:/[\w./?&=%#~+,;:@()-]*)?", re.ASCII)
NUMBERED = re.compile(r"(?<![\d/.])\d+(?:\.\d+)?/(?:19|20)\d\d/[A-ZĐ][\w-]*[A-ZĐ\d]")
NAMED = re.compile(
    r"(?:Nghị định|Nghị quyết|Thông tư|Quyết định) (?:số )?\d+/(?:19|20)\d\d(?![\d/])"
    r"|(?:Bộ luật|Luật) [^\W\d_a-zà-ỹđ][^();]*[^\s();]"
)
"""A document with its year but without its letters, and a law by its name."""


@dataclass(frozen=True)
class Portals:
    """The database of legal documents, and the names that are addresses."""

    documents: str
    names: frozenset[str]


@dataclass(frozen=True)
class Piece:
    """A part of a source, and where it leads; plain text leads nowhere."""

    text: str
    address: str = ""


def load_portals(file: Path = HERE / "portals.toml") -> Portals:
    """The known addresses; raises ContentError."""
    try:
        read = tomllib.loads(read_text(file))
        return Portals(str(read["documents"]), frozenset(map(str, read["portals"])))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ContentError(f"{file}: not a list of portals: {error!r}.") from error


@cache
def shipped_portals() -> Portals:
    """Those of this package: they do not change while a process runs."""
    return load_portals()


def pieces(source: str, portals: Portals | None = None) -> list[Piece]:
    """A source as it is read, from left to right, with the addresses that it names.

    An address of its own covers all of it; else the portals in it lead to themselves, and where there are none the
    first legal document to the database. What an address of its own may not be is left out: nobody is led there.
    """
    known = portals or shipped_portals()
    text, address = parted(source)
    if address:
        return [Piece(text, address if is_official(address, known) else "")]
    here = [found for found in ADDRESS.finditer(text) if found[0] in known.names]
    if here:
        return _cut(text, [(*found.span(), f"https://{found[0]}") for found in here])
    document = document_in(text)
    return _cut(text, [(*document.span(), known.documents)] if document else [])


def parted(source: str) -> tuple[str, str]:
    """A source and the address behind it, empty where there is none."""
    text, bar, address = source.rpartition(OWN_ADDRESS)
    return (text.strip(), address.strip()) if bar else (source.strip(), "")


def document_in(text: str) -> re.Match[str] | None:
    """The first legal document with its year: rulings of one office have none, and are in no database of laws."""
    return NUMBERED.search(text) or NAMED.search(text)


def is_official(address: str, portals: Portals | None = None) -> bool:
    """Whether an address is one of the state's, encrypted, as people may be sent to."""
    known = portals or shipped_portals()
    host = OFFICIAL.fullmatch(address)
    database = known.documents.removeprefix("https://")
    return host is not None and (
        host[1].endswith((".gov.vn", f".{database}")) or host[1] == database or host[1] in known.names
    )


def wrong_address(source: str) -> str:
    """The address behind a source if people may not be sent there; empty where all is well."""
    text, address = parted(source)
    bare = OWN_ADDRESS.strip() in source and not (text and address)
    return source if bare else address if address and not is_official(address) else ""


def _cut(text: str, spans: list[tuple[int, int, str]]) -> list[Piece]:
    found, at = [], 0
    for begin, end, address in spans:
        found += [Piece(text[at:begin]), Piece(text[begin:end], address)]
        at = end
    return [piece for piece in (*found, Piece(text[at:])) if piece.text]
