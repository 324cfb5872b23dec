"""What the bot answers from at the moment: the shipped FAQ and the ward's own, the same in every process."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, Thread

from sqlmodel import Session

import faq
from bot.feature import App
from db import entry_rows
from db.entries import OwnEntry

log = logging.getLogger(__name__)

NEVER_READ = -1


@dataclass(frozen=True)
class Held:
    """What is answered at one version: the content, and an index that finds every entry of it and no other."""

    content: faq.Content
    index: faq.FaqIndex
    version: int


@dataclass(frozen=True)
class Own:
    """The content with the ward's own as the database has it, and what is certain to ask for an entry, by its id."""

    content: faq.Content
    certain: Mapping[str, Sequence[str]]
    version: int


class Library:
    """Follows the database: a change counts from the next turn on, in every process.

    The texts that the ward attached and the questions of its entries are found word for word at once; an index that
    also finds what is like them is built by a thread, and takes the place of the old one.
    """

    def __init__(self, shipped: faq.Content, index: faq.FaqIndex) -> None:
        self.shipped = shipped
        self._lock = Lock()
        self._built, self._built_of = index, shipped.hash
        self._failed_on = ""
        self._own = Own(shipped, {}, NEVER_READ)
        self._current = Held(shipped, index, NEVER_READ)
        self._builder: Thread | None = None

    @property
    def current(self) -> Held:
        """What was held last, for those who have no session."""
        return self._current

    def held(self, session: Session) -> Held:
        """What is answered as this session sees it: one small query where nothing changed."""
        # A version of the session's own may be rolled back and given to another change: it is not kept.
        if entry_rows.bumped(session):
            return self._over(own_content(session, self.shipped))
        self.catch_up(session)
        self._build_behind()
        return self._current

    def catch_up(self, session: Session) -> None:
        """Hold what the session sees, without beginning to build."""
        # A smaller number is an older snapshot of a session that began earlier.
        if entry_rows.version(session) <= self._current.version:
            return
        own = own_content(session, self.shipped)
        with self._lock:
            if own.version > self._own.version:
                self._own, self._current = own, self._over(own)

    def due(self, app: App) -> None:
        """At every tick, so that a process in which nobody asks is ready when somebody does."""
        with app.database.read() as session:
            self.held(session)

    def _over(self, own: Own) -> Held:
        if not own.certain and own.content.hash == self._built_of:
            return Held(own.content, self._built, own.version)
        return Held(own.content, self._built.with_exact(own.certain, own.content.entries), own.version)

    def _build_behind(self) -> None:
        with self._lock:
            if self._builder is None and self._is_behind():
                # A daemon: whoever stops the bot does not wait for an index.
                self._builder = Thread(target=self._build, name="faq-index", daemon=True)
                self._builder.start()

    def _is_behind(self) -> bool:
        return self._own.content.hash not in (self._built_of, self._failed_on)

    def _build(self) -> None:
        """Again and again until nothing changed meanwhile."""
        while content := self._wanted():
            try:
                built = faq.content_index(content)
            except Exception:
                log.exception("the index of the ward's own answers cannot be built")
                self._failed_on = content.hash
                continue
            with self._lock:
                self._built, self._built_of = built, content.hash
                self._current = self._over(self._own)

    def _wanted(self) -> faq.Content | None:
        """What is still to be indexed; with nothing, the thread ends."""
        with self._lock:
            if self._is_behind():
                return self._own.content
            self._builder = None
            return None


def own_content(session: Session, shipped: faq.Content) -> Own:
    """What the database adds to the shipped content."""
    version = entry_rows.version(session)  # read first: what changes meanwhile is read again
    entries = [entry_of(row) for row in entry_rows.live(session)]
    attached: dict[str, list[str]] = {}
    for name, text in entry_rows.kept(session):
        attached.setdefault(name, []).append(text)
    content = faq.with_own(shipped, entries, attached)
    return Own(content, _certain(content, entries, attached), version)


def entry_of(row: OwnEntry) -> faq.Entry:
    """A wording of the ward as an entry; whoever merges it adds what the shipped entry has besides."""
    return faq.Entry(
        id=row.entry,
        category=row.category,
        question=_line(row.question),
        phrasings=(),
        related=(),
        sources=tuple(line.strip() for line in row.sources.splitlines() if line.strip()),
        checked_on=row.checked_on,
        confidence="medium" if row.ask else "high",
        ask=_line(row.ask),
        valid_until=row.valid_until,
        short=_text(row.short),
        more=_text(row.more),
    )


def _certain(
    content: faq.Content, entries: Sequence[faq.Entry], attached: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """What somebody attached, and the questions of the ward's entries that nobody attached to another."""
    certain = {name: list(texts) for name, texts in attached.items() if name in content.entries}
    taken = {faq.fold(text) for texts in certain.values() for text in texts} if entries else ()
    for entry in entries:
        if entry.id in content.entries and faq.fold(entry.question) not in taken:
            certain.setdefault(entry.id, []).append(entry.question)
    return certain


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """As a file of the content can hold it."""
    return "\n".join(text.replace(faq.MORE, "").splitlines()).strip()
