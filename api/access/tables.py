"""What the gateway keeps beside the index: the chain cannot say it, so no rebuild brings it back.

No token is in here, only its hash; no key of a member, and nothing that a route answers about lots.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table

metadata: Final = MetaData()

HASH, ID, ADDRESS = String(64), String(66), String(42)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=False, autoincrement=False)


nonce_secret = Table(
    "nonce_secret",
    metadata,
    _number("id", key=True),  # always 1
    Column("secret", HASH, nullable=False),
)
"""What nonces are made with: all gateways over these tables take each other's."""

used_nonces = Table(
    "used_nonces",
    metadata,
    Column("nonce", String(64), primary_key=True),
    _number("expires_at"),
    Index("used_nonces_expires_at", "expires_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", HASH, primary_key=True),
    Column("account", ADDRESS, nullable=False),
    Column("signer", ADDRESS, nullable=False),
    _number("opened_at"),
    _number("expires_at"),
    Index("sessions_expires_at", "expires_at"),
)

publications = Table(
    "publications",
    metadata,
    Column("product", ID, primary_key=True),
    Column("up_to", String(16), nullable=False),
    Column("account", ADDRESS, nullable=False),
    _number("time"),
)

reads = Table(  # only added to; each row's hash covers the one before it
    "reads",
    metadata,
    _number("number", key=True),  # from 1, without a gap
    _number("time"),
    Column("account", ADDRESS, nullable=False),
    Column("organisation", ID, nullable=False),
    Column("method", String(8), nullable=False),
    Column("target", String, nullable=False),  # path and query
    _number("block"),  # the last one that the index had read
    Column("hash", HASH, nullable=False),
)

_REFUSED: Final = "reads are only added"
_SQLITE: Final = """
CREATE TRIGGER IF NOT EXISTS reads_stay_{act} BEFORE {act} ON reads
BEGIN SELECT RAISE(ABORT, '{refused}'); END
"""
_POSTGRESQL: Final = (
    """
CREATE OR REPLACE FUNCTION refuse_change_of_reads() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '{refused}'; END $$
""",
    """
CREATE OR REPLACE TRIGGER reads_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON reads
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_reads()
""",
)

GUARDS: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": [_SQLITE.format(act=act, refused=_REFUSED) for act in ("UPDATE", "DELETE")],
    "postgresql": [one.format(refused=_REFUSED) for one in _POSTGRESQL],
}
"""Statements, by dialect, after which the database itself refuses to change what was written."""
