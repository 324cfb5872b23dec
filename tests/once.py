"""What takes long to make and never changes is made once for all tests of a process.

Every test, and every line of a transcript, has a bot of its own: without this, half of their time would go into making
the same SQL from the same statements, and the same index from the same phrases.
"""

from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

import faq


class Compiled:
    """SQLAlchemy keeps with each engine what it made of a statement; these engines share it.

    Made as `create_engine` does; a statement is kept for its dialect, so engines of one kind share that too.
    """

    def __init__(self) -> None:
        self._dialects: dict[str, Dialect] = {}
        self._statements: dict[object, object] = {}

    def create_engine(self, url: URL, **options: object) -> Engine:
        """An engine whose statements were compiled, if any engine has run them before."""
        engine = create_engine(url, **options)
        engine.update_execution_options(compiled_cache=self._statements)
        name = engine.dialect.name
        if name in self._dialects:
            engine.dialect = self._dialects[name]
            return engine

        @event.listens_for(engine, "connect", once=True)
        def share(_connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            # Only from now on does it know the version that it speaks to.
            self._dialects.setdefault(name, engine.dialect)

        return engine


class Indexes:
    """Indexes by what they were built from."""

    def __init__(self) -> None:
        self._build, self._built = faq.content_index, dict[int, faq.FaqIndex]()

    def content_index(self, content: faq.Content) -> faq.FaqIndex:
        """The index of that content, which nothing changes after it is built."""
        everything = hash(repr(content))  # a test that takes entries out leaves the hash of the files as it was
        if everything not in self._built:
            self._built[everything] = self._build(content)
        return self._built[everything]
