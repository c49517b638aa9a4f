"""A hash over every row of the index that the chain decides: two of one chain have the same."""

import hashlib
import json

from sqlalchemy import Engine, select

from api.indexer.store import reading
from api.indexer.tables import making, metadata, sealed


def digest(engine: Engine) -> dict[str, str]:
    """SHA-256 of each table's rows in the order of its primary key, in hex."""
    result = {}
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            if table in (making, sealed):
                continue
            summed = hashlib.sha256()
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                line = json.dumps(list(row), sort_keys=True, separators=(",", ":"))
                summed.update(line.encode() + b"\n")
            result[table.name] = summed.hexdigest()
    return result
