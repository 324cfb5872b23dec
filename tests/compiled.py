"""SQLAlchemy keeps with each engine what it made of a statement; the engines of all tests share it here.

Every test, and every line of a transcript, has a database of its own: without this, half of their time would go into
making the same SQL from the same statements.
"""

from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


class Compiled:
    """Makes engines as `create_engine` does. A statement is kept for its dialect, so engines of one kind share that."""

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
