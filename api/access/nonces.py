"""Nonces of sign-ins: made here, good for five minutes, used once.

Nothing is stored when one is made, so that nobody fills a table by asking for them: a nonce
carries its time and a mark that only this gateway makes. What is stored is which were used.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from api.access.store import writing_access
from api.access.tables import nonce_secret, used_nonces
from api.errors import SignInRefused
from lodetrace.text import parse_bare_hex

NONCE_SECONDS: Final = 300
_TIME_BYTES: Final = 8
_RANDOM_BYTES: Final = 8
_MARK_BYTES: Final = 16
_BYTES: Final = _TIME_BYTES + _RANDOM_BYTES + _MARK_BYTES
"""Time in seconds ‖ random ‖ mark, in hexadecimal digits: letters and digits, as EIP-4361 asks."""


@dataclass(frozen=True)
class Nonces:
    """Those of all gateways over one database."""

    secret: bytes

    @classmethod
    def of(cls, engine: Engine) -> "Nonces":
        """With the secret of the database, which the first gateway draws."""
        with writing_access(engine) as connection:
            found = connection.execute(select(nonce_secret.c.secret)).scalar_one_or_none()
            if found is None:
                found = secrets.token_hex(32)
                connection.execute(insert(nonce_secret).values(id=1, secret=found))
        return cls(parse_bare_hex(found))

    def make(self, now: int) -> str:
        begun = now.to_bytes(_TIME_BYTES, "big") + secrets.token_bytes(_RANDOM_BYTES)
        return (begun + self._mark(begun)).hex()

    def require_fresh(self, nonce: str, now: int) -> int:
        """When it expires; raises SignInRefused for one that was not made here, or is over."""
        try:
            raw = parse_bare_hex(nonce, _BYTES)
        except ValueError as error:
            raise SignInRefused(reason="its nonce was not made here") from error
        begun, mark = raw[:-_MARK_BYTES], raw[-_MARK_BYTES:]
        if not hmac.compare_digest(mark, self._mark(begun)) or nonce != raw.hex():
            raise SignInRefused(reason="its nonce was not made here")
        end = int.from_bytes(begun[:_TIME_BYTES], "big") + NONCE_SECONDS
        if now >= end:
            raise SignInRefused(reason=f"its nonce is older than {NONCE_SECONDS} seconds")
        return end

    def use(self, connection: Connection, nonce: str, end: int, now: int) -> None:
        """As a part of the transaction that signs somebody in; raises SignInRefused."""
        connection.execute(delete(used_nonces).where(used_nonces.c.expires_at <= now))
        try:
            with connection.begin_nested():
                connection.execute(insert(used_nonces).values(nonce=nonce, expires_at=end))
        except IntegrityError as error:
            raise SignInRefused(reason="its nonce was used before") from error

    def _mark(self, begun: bytes) -> bytes:
        return hmac.new(self.secret, begun, sha256).digest()[:_MARK_BYTES]
