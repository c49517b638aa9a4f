"""Tokens of readers that signed in: 256 random bits, of which only the hash is kept."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select

from api.access.store import writing_access
from api.access.tables import sessions
from api.rows import chunks

TOKEN_BYTES: Final = 32
SESSION_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Session:
    """account: that the signer signed for. It is asked anew at each request whether it does."""

    token_hash: str
    account: str
    signer: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Sessions:
    """Those of all gateways over one database."""

    engine: Engine

    def begin(
        self, connection: Connection, account: str, signer: str, now: int, end: int | None
    ) -> tuple[str, Session]:
        """The token and what it stands for. end: of the message that was signed, if it has one."""
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        until = min(now + SESSION_SECONDS, now + SESSION_SECONDS if end is None else end)
        row = {"account": account, "signer": signer, "opened_at": now, "expires_at": until}
        connection.execute(insert(sessions).values(token_hash=_hash(token), **row))
        return token, Session(_hash(token), account, signer, until)

    def of(self, token: str, now: int) -> Session | None:
        """None for a token that is unknown, over or revoked."""
        columns = sessions.c
        names = (columns.token_hash, columns.account, columns.signer, columns.expires_at)
        wanted = select(*names)
        with self.engine.connect() as connection:
            row = connection.execute(wanted.where(columns.token_hash == _hash(token))).one_or_none()
        return None if row is None or now >= row.expires_at else Session(*row)

    def alive(self, hashes: Collection[str], now: int) -> set[str]:
        """Those of some tokens that are neither over nor revoked."""
        columns = sessions.c
        found: set[str] = set()
        with self.engine.connect() as connection:
            for chunk in chunks(hashes):
                wanted = select(columns.token_hash).where(columns.token_hash.in_(chunk))
                found |= set(connection.execute(wanted.where(columns.expires_at > now)).scalars())
        return found

    def revoke(self, token: str) -> None:
        with writing_access(self.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))


def _hash(token: str) -> str:
    """A random token needs no salt: nobody finds it by guessing."""
    return sha256(token.encode()).hexdigest()
