"""The database of the index: SQLite by default, PostgreSQL by setting."""

from pathlib import Path

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.engine import make_url

from api.indexer.tables import cursor, metadata


def open_store(url: str) -> Engine:
    """Opens the database and creates what is missing. url: as SQLAlchemy writes it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    metadata.create_all(engine)
    return engine


def _sqlite_settings(connection: object, _record: object) -> None:
    """WAL lets readers go on while a range of blocks is written."""
    execute = connection.execute  # type: ignore[attr-defined]
    execute("PRAGMA journal_mode=WAL")
    execute("PRAGMA synchronous=NORMAL")
    execute("PRAGMA busy_timeout=10000")


def next_block(engine: Engine) -> int | None:
    """First block that was not read yet; None for an empty index."""
    with engine.connect() as connection:
        return connection.execute(select(cursor.c.next_block)).scalar_one_or_none()


def wipe(engine: Engine) -> None:
    """Removes every row; the index is then rebuilt from the chain."""
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
