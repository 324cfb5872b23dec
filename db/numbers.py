"""Numbers that are given once and without gaps, from 1 in every year."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def next_of(session: Session, table: type[SQLModel], year: int, count: int = 1) -> int:
    """The last of the next `count` numbers; `table` has a row a year, with the columns `year` (its key) and `last`.

    Two transactions never get the same one, and one that is rolled back leaves no gap.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    counts = SQLModel.metadata.tables[str(table.__tablename__)]
    counted = dialect.insert(counts).values(year=year, last=count)
    counted = counted.on_conflict_do_update(index_elements=["year"], set_={"last": counts.c.last + count})
    return int(session.execute(counted.returning(counts.c.last)).scalar_one())
