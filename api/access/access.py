"""What a gateway knows about its readers, in one place."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine

from api.access.limits import Buckets
from api.access.nonces import Nonces
from api.access.publications import Publications
from api.access.reads import Reads
from api.access.rights import Readers
from api.access.sessions import Session, Sessions
from api.access.sign_in import SignInPlace, signed_in
from api.access.standing import Reader, reader_of
from api.access.store import writing_access

SIGN_INS_A_SECOND, SIGN_INS_AT_ONCE = 1.0, 10.0
BURST_SECONDS: Final = 5
"""Of requests that a reader who asked for nothing may ask for at once."""


@dataclass(frozen=True, slots=True)
class Access:
    """readers: who is told what members are. rates: of one member, and of one address."""

    readers: Readers
    engine: Engine
    place: SignInPlace
    nonces: Nonces
    sessions: Sessions
    publications: Publications
    reads: Reads
    requests: Buckets
    sign_ins: Buckets
    now: Callable[[], int]

    @classmethod
    def over(
        cls,
        engine: Engine,
        readers: Readers,
        place: SignInPlace,
        a_second: int = 50,
        now: Callable[[], int] = lambda: int(time.time()),
    ) -> "Access":
        """Over an opened database."""
        import siwe  # noqa: F401 - seconds on a busy machine, and not those of the first sign-in

        return cls(
            readers=readers,
            engine=engine,
            place=place,
            nonces=Nonces.of(engine),
            sessions=Sessions(engine),
            publications=Publications(engine),
            reads=Reads(engine),
            requests=Buckets(a_second, a_second * BURST_SECONDS),
            sign_ins=Buckets(SIGN_INS_A_SECOND, SIGN_INS_AT_ONCE),
            now=now,
        )

    def sign_in(
        self, index: Connection, message: str, signature: str
    ) -> tuple[str, Session, Reader]:
        """The token of a new session; raises SignInRefused or ReaderOut, and then uses no nonce."""
        now = self.now()
        said = signed_in(self.place, message, signature, now)
        end = self.nonces.require_fresh(said.nonce, now)
        reader = reader_of(index, said.signer)
        with writing_access(self.engine) as connection:
            self.nonces.use(connection, said.nonce, end, now)
            token, session = self.sessions.begin(
                connection, reader.account, said.signer, now, said.end
            )
        return token, session, reader
