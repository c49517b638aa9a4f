"""The database of what the gateway keeps about its readers: apart from the index."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, Integer, func, literal, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from api.access.tables import GUARDS, metadata
from api.errors import DatabaseUnreachable
from api.indexer.store import engine_of, reason_of
from lodetrace.atomic_file import PRIVATE

SETTING: Final = "LODETRACE_ACCESS_DATABASE_URL"

WRITER: Final = 0x4C4F4452
"""First half of the key of PostgreSQL's advisory lock; the schema is the other."""


def open_access_store(url: str | URL) -> Engine:
    """Opens the database and creates what is missing; raises DatabaseUnusable or
    DatabaseUnreachable."""
    engine = engine_of(url, SETTING)
    if engine.dialect.name == "sqlite":
        _make_private(Path(str(engine.url.database)))
    try:
        with writing_access(engine) as connection:
            metadata.create_all(connection)
            for statement in GUARDS[engine.dialect.name]:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseUnreachable(reason=reason_of(error)) from error
    return engine


def _make_private(file: Path) -> None:
    """Who read what is the operator's to know; raises DatabaseUnreachable.

    SQLite gives the files that it makes beside this one the same mode.
    """
    try:
        file.touch(PRIVATE)
    except OSError as error:
        raise DatabaseUnreachable(reason=error.strerror or error) from error


@contextmanager
def writing_access(engine: Engine) -> Iterator[Connection]:
    """A transaction that alone writes: others wait for their turn."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            key = (literal(WRITER, Integer), func.hashtext(func.current_schema()))
            connection.execute(select(func.pg_advisory_xact_lock(*key)))
        yield connection
