"""SQLite files that lose nothing that was acknowledged.

Write-ahead log with full synchronisation: a commit that returned survives the process and the
machine. On a full disk a write may succeed and its commit fail, so only the commit counts.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lodetrace.errors import StorageError

BUSY_TIMEOUT: Final = 30
"""Seconds to wait for another process that writes."""


class DiskFull(StorageError):
    """No room for a commit."""

    template = "no room to write {path}: {reason}"
    advice = "Make room and repeat the command: nothing was changed by this attempt."


class StorageBusy(StorageError):
    """Another process holds the file for too long."""

    template = "{path} is in use by another process: {reason}"
    advice = "Let the other command finish, then repeat this one."


class StorageDamaged(StorageError):
    """A file that is no database, or a damaged one."""

    template = "{path} cannot be used: {reason}"
    advice = "Move it away; `lodetrace keys recover` rebuilds a vault from the chain."


class StorageOfAnotherVersion(StorageError):
    """A file that another version of this software wrote."""

    template = "{path} has layout {found}, this version needs {expected}"
    advice = "Move it away; `lodetrace keys recover` rebuilds a vault from the chain."


Upgrades = Mapping[int, Callable[[sqlite3.Connection], None]]
"""By layout what makes the newest one of it, inside of a transaction."""


def open_database(
    path: Path, schema: str, layout: int, upgrades: Upgrades = MappingProxyType({})
) -> sqlite3.Connection:
    """A connection to the file, made with `schema` where it is new. Readable by its owner only.

    layout: version of the schema; one that is neither this nor among the upgrades raises
    StorageOfAnotherVersion.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _translated(error, path) from error
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
    try:
        with storage_errors(path):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        prepare(connection, path, schema, layout, upgrades)
    except StorageError:
        connection.close()
        raise
    return connection


def open_copy(
    path: Path, schema: str, layout: int, upgrades: Upgrades = MappingProxyType({})
) -> sqlite3.Connection:
    """A connection to a copy of the file in memory: what is written to it leaves no trace.

    Empty where there is no file yet. Raises StorageError.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        if path.exists():
            with storage_errors(path), closing(_reader(path)) as original:
                original.backup(connection)
        prepare(connection, path, schema, layout, upgrades)
    except StorageError:
        connection.close()
        raise
    return connection


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY_TIMEOUT, uri=True)


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """All or nothing; the end of the block is a commit that returned. Raises StorageError.

    Inside of another transaction of the connection it is a part of that one.
    """
    inside = connection.in_transaction
    if inside:
        yield connection
        return
    with storage_errors(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns errors of SQLite and of the disk into StorageError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise _translated(error, path) from error


def prepare(
    connection: sqlite3.Connection, path: Path, schema: str, layout: int, upgrades: Upgrades
) -> None:
    """As open_database, of a connection that is open already."""
    with transaction(connection, path):
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == layout:
            return
        if found == 0:
            run(connection, schema)
        elif found in upgrades:
            upgrades[found](connection)
        else:
            raise StorageOfAnotherVersion(path=path, found=found, expected=layout)
        connection.execute(f"PRAGMA user_version = {layout:d}")


def run(connection: sqlite3.Connection, statements: str) -> None:
    """Statements that are parted by semicolons, as part of the transaction."""
    for statement in statements.split(";"):
        if statement.strip():
            connection.execute(statement)


def _translated(error: Exception, path: Path) -> StorageError:
    reason = str(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR) or isinstance(error, OSError):
        return DiskFull(path=path, reason=reason)
    if code is not None and code & 0xFF == sqlite3.SQLITE_IOERR:
        return DiskFull(path=path, reason=reason)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageBusy(path=path, reason=reason)
    return StorageDamaged(path=path, reason=reason)
