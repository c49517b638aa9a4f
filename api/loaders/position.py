"""What the index has read, and which index it is: what tags and streams go by."""

from typing import Final

from sqlalchemy import select

from api.indexer.tables import cursor, making

TAGGED: Final = select(cursor, making.c.nonce).outerjoin_from(
    cursor, making, cursor.c.id == making.c.id
)
