"""The index made anew beside the one that answers, which it replaces in one transaction at the end.

A gateway may go on answering, and writing, meanwhile. However the rebuild ends, there is one good
index: the old one until the transaction is committed, and from then on the new one. What a killed
rebuild leaves is removed by the next one.
"""

import fcntl
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, MetaData, func, inspect, literal, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from api.errors import DatabaseUnreachable, IndexInUse, RebuildRunning
from api.indexer.follow import Indexer
from api.indexer.payloads import Payloads
from api.indexer.sealed import SealedBlocks
from api.indexer.source import ChainSource
from api.indexer.store import engine_of, open_store, reason_of, writer_lock
from api.indexer.tables import metadata
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.node.errors import NodeUnreachable

SETTING: Final = "LODETRACE_DATABASE_URL"
REBUILDER: Final = 0x4C4F4446
"""First half of the key of PostgreSQL's advisory lock; the schema is the other."""

SIDE: Final = "rebuilt"
NODE_SECONDS: Final = 2
"""Before a node that does not answer is asked again."""

SWAP_SECONDS: Final = 60
SWAP_PAUSE: Final = 0.05
"""Between two tries to have all tables for oneself: nobody waits for a lock, so nobody is killed
for one."""

Progress = Callable[[int, int], None]
"""Is told the last block read, and the chain's head."""

log: Final = logging.getLogger("lodetrace.indexer")


def rebuild(
    url: str | URL,
    source: ChainSource,
    progress: Progress,
    *,
    may_rewind: bool,
    sealed: SealedBlocks | None = None,
    payloads: Payloads = Payloads.KEPT,
) -> int:
    """Makes the index of a database anew; returns the last block read.

    sealed, payloads: as Indexer.

    Raises DatabaseUnusable, DatabaseUnreachable, RebuildRunning, IndexInUse, or what the indexer
    raises of a chain that does not belong together.
    """
    engine = engine_of(url, SETTING)
    kind = _Sqlite if engine.dialect.name == "sqlite" else _Postgresql
    try:
        with kind(engine).alone() as beside:
            beside.clear()
            beside.make()
            made = open_store(beside.url)
            try:
                indexer = Indexer(
                    made, source, may_rewind=may_rewind, sealed=sealed, payloads=payloads
                )
                last = _read(indexer, progress)
            finally:
                made.dispose()
            beside.swap()
            beside.clear()
            return last
    except DBAPIError as error:
        raise DatabaseUnreachable(reason=reason_of(error)) from error
    finally:
        engine.dispose()


def _read(indexer: Indexer, progress: Progress) -> int:
    """Up to the head, whatever the node does in between; an alarm ends it."""
    while True:
        try:
            return indexer.catch_up(progress)
        except NodeContradictsItself:
            raise
        except NodeUnreachable as error:
            log.warning("%s", error)
            time.sleep(NODE_SECONDS)


class _Sqlite:
    """A second file beside the first. A file cannot be replaced while others have it open: its
    rows are, in one transaction that others see whole or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine: Final = engine
        file = Path(str(engine.url.database))
        self._file: Final = file.with_name(f"{file.name}.{SIDE}")
        self.url: Final = URL.create("sqlite", database=str(self._file.absolute()))

    @contextmanager
    def alone(self) -> Iterator["_Sqlite"]:
        """The lock ends with the process."""
        lock = self._file.with_name(f"{self._file.name}-lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RebuildRunning() from error
            try:
                yield self
            finally:
                lock.unlink(missing_ok=True)

    def clear(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._file.with_name(f"{self._file.name}{ending}").unlink(missing_ok=True)

    def make(self) -> None:
        """The file comes with the first thing that is written."""

    def swap(self) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"ATTACH DATABASE ? AS {SIDE}", (str(self._file),))
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _drop_old(connection)
            metadata.create_all(connection)
            for table in metadata.sorted_tables:
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                connection.exec_driver_sql(
                    f'INSERT INTO main."{table.name}" ({names})'
                    f' SELECT {names} FROM {SIDE}."{table.name}"'
                )
            connection.commit()
            connection.exec_driver_sql(f"DETACH DATABASE {SIDE}")


class _Postgresql:
    """A schema beside the one of the index, whose tables are moved over. Its name is made of the
    other's, so that each index has its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine: Final = engine
        with engine.connect() as connection:
            schema = connection.execute(select(func.current_schema())).scalar_one()
        self._schema: Final = str(schema)
        self._side: Final = f"lodetrace_{SIDE}_{sha256(self._schema.encode()).hexdigest()[:16]}"
        options = f"{engine.url.query.get('options', '')} -csearch_path={self._side}".strip()
        self.url: Final = engine.url.update_query_dict({"options": options})

    @contextmanager
    def alone(self) -> Iterator["_Postgresql"]:
        """The lock ends with the connection."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
            key = (literal(REBUILDER), func.hashtext(self._schema))
            if not held.execute(select(func.pg_try_advisory_lock(*key))).scalar_one():
                raise RebuildRunning()
            yield self

    def clear(self) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {self._side} CASCADE")

    def make(self) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {self._side}")

    def swap(self) -> None:
        until = time.monotonic() + SWAP_SECONDS
        while not self._swapped():
            if time.monotonic() > until:
                raise IndexInUse(seconds=SWAP_SECONDS)
            time.sleep(SWAP_PAUSE)

    def _swapped(self) -> bool:
        """False where a reader or a writer has a table just now."""
        quoted = self._engine.dialect.identifier_preparer.quote
        with self._engine.begin() as connection:
            if not connection.execute(
                select(func.pg_try_advisory_xact_lock(*writer_lock()))
            ).scalar_one():
                return False
            old = [quoted(name) for name in _old_tables(connection)]
            if old:
                try:
                    connection.execute(
                        text(f"LOCK TABLE {', '.join(old)} IN ACCESS EXCLUSIVE MODE NOWAIT")
                    )
                except DBAPIError as error:
                    if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                        raise
                    connection.rollback()
                    return False
            _drop_old(connection)
            for table in metadata.sorted_tables:
                moved = f"{self._side}.{quoted(table.name)}"
                connection.exec_driver_sql(f"ALTER TABLE {moved} SET SCHEMA {quoted(self._schema)}")
        return True


LOCK_NOT_AVAILABLE: Final = "55P03"


def _old_tables(connection: Connection) -> list[str]:
    """Those of an index, also of an earlier version; beside them may lie what readers are told."""
    return [name for name in inspect(connection).get_table_names() if name in metadata.tables]


def _drop_old(connection: Connection) -> None:
    old = MetaData()
    old.reflect(connection, only=_old_tables(connection))
    old.drop_all(connection)
