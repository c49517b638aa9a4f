"""The database of the index: SQLite by default, PostgreSQL by setting.

Several gateways may share one index in PostgreSQL: one of them writes at a time. Indexes of
several networks may share a database, each in a schema of its own (search_path in the address).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    create_engine,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.schema import CreateIndex

from api.errors import DatabaseUnreachable, DatabaseUnusable
from api.indexer.indexes import all_indexes
from api.indexer.tables import cursor, metadata

WRITER: Final = 0x4C4F4445
"""First half of the key of PostgreSQL's advisory lock; the schema is the other."""

POSTGRESQL: Final[dict[str, Any]] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "application_name": "lodetrace-gateway",
}
"""How the gateway's side of a connection behaves when the other is silent; seconds."""

SESSION: Final = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""The server's side: a gateway whose machine is gone keeps no lock."""

HANGING: Final = "SET LOCAL idle_in_transaction_session_timeout = '60s'"
"""Nor does one that stands still while it writes."""

STEPS_BETWEEN: Final = 100_000
"""Steps of SQLite's machine, about a millisecond, between two looks at the clock."""

POOL: Final = {"pool_size": 5, "max_overflow": 36, "pool_pre_ping": True}
"""One for each of the web server's 40 threads, and the indexer's."""


def open_store(url: str | URL) -> Engine:
    """Opens the database and creates what is missing. url: as SQLAlchemy writes it.

    Raises DatabaseUnusable or DatabaseUnreachable.
    """
    engine = engine_of(url, "LODETRACE_DATABASE_URL")
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # two gateways that start together
                connection.execute(select(func.pg_advisory_xact_lock(*writer_lock())))
            metadata.create_all(connection)
            for index in all_indexes():  # of a table that an earlier version made
                connection.execute(CreateIndex(index, if_not_exists=True))
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseUnreachable(reason=reason_of(error)) from error
    return engine


def engine_of(url: str | URL, setting: str) -> Engine:
    """Of a database that a setting names; nothing is asked of it. Raises DatabaseUnusable."""
    try:
        return _engine(_address(url))
    except _AddressUnusable as error:
        raise DatabaseUnusable(setting=setting, reason=error) from error.__cause__


class _AddressUnusable(ValueError):
    """Why nothing can be opened there."""


def _address(url: str | URL) -> URL:
    """The address with its driver. It may hold a password, so no error repeats it.

    A SQLite file takes no parameters: a ? is meant as part of its name, and would cut it off.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise _AddressUnusable("it is no address of a database") from None
    kind = address.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise _AddressUnusable(f"{kind} is not supported")
    if kind == "sqlite" and not address.database:
        raise _AddressUnusable("it names no file")
    if kind == "sqlite" and (address.query or (isinstance(url, str) and "?" in url)):
        reason = "a SQLite file takes no parameters; in its name ? is written %3F, and % is %25"
        raise _AddressUnusable(reason)
    return address.set(drivername="postgresql+psycopg") if kind == "postgresql" else address


def _engine(address: URL) -> Engine:
    try:
        if address.get_backend_name() == "postgresql":
            options = f"{address.query.get('options', '')} {SESSION}".strip()
            return create_engine(address, connect_args={**POSTGRESQL, "options": options}, **POOL)
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, **POOL)
    except (ImportError, NoSuchModuleError) as error:
        raise _AddressUnusable(f"its driver is not installed ({error})") from error
    event.listen(engine, "connect", _sqlite_settings)
    return engine


def _sqlite_settings(connection: object, _record: object) -> None:
    """WAL lets readers go on while a range of blocks is written."""
    execute = connection.execute  # type: ignore[attr-defined]
    execute("PRAGMA journal_mode=WAL")
    execute("PRAGMA synchronous=NORMAL")
    execute("PRAGMA busy_timeout=10000")


def reason_of(error: DBAPIError) -> str:
    """What the database said, in one line, without the statement and its values."""
    return str(error.orig).strip().split("\n")[0]


@contextmanager
def reading(engine: Engine, seconds: float | None = None) -> Iterator[Connection]:
    """One view of the index: what is written meanwhile is not seen in it.

    seconds: after which the database ends a statement that is still running.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _sqlite_until(connection, seconds):
                connection.exec_driver_sql("BEGIN")
                yield connection
        else:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            if seconds is not None:
                connection.exec_driver_sql(
                    f"SET LOCAL statement_timeout = '{int(seconds * 1_000)}ms'"
                )
            yield connection


@contextmanager
def _sqlite_until(connection: Connection, seconds: float | None) -> Iterator[None]:
    """SQLite asks after so many of its steps whether to go on; anything but 0 is no."""
    interrupt = connection.connection.driver_connection.set_progress_handler  # type: ignore[union-attr]
    if seconds is not None:
        end = time.monotonic() + seconds
        interrupt(lambda: int(time.monotonic() > end), STEPS_BETWEEN)
    try:
        yield
    finally:
        interrupt(None, 0)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection | None]:
    """A transaction that alone writes; None while another process writes the same index."""
    with engine.begin() as connection:
        yield connection if _is_alone(connection) else None


def _is_alone(connection: Connection) -> bool:
    """The lock ends with the transaction, and so with a process that is killed."""
    if connection.dialect.name == "sqlite":  # waits for its turn
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return True
    connection.exec_driver_sql(HANGING)
    return bool(
        connection.execute(select(func.pg_try_advisory_xact_lock(*writer_lock()))).scalar_one()
    )


def writer_lock() -> tuple[ColumnElement, ColumnElement]:
    """Key of the advisory lock of this connection's schema."""
    return literal(WRITER, Integer), func.hashtext(func.current_schema())


def next_block(engine: Engine) -> int | None:
    """First block that was not read yet; None for an empty index."""
    with engine.connect() as connection:
        return connection.execute(select(cursor.c.next_block)).scalar_one_or_none()


def wipe(engine: Engine) -> None:
    """Removes every row; the index is then rebuilt from the chain."""
    with engine.begin() as connection:
        clear(connection)


def clear(connection: Connection) -> None:
    """Removes every row as a part of a transaction."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())
