"""The vault: openings of commitments, nonces of salts, words of reasons, names, encrypted at rest.

What is put here is committed before anything that depends on it is sent. The chain and the
member's keys restore it (recover.py), except openings of events, which their sites have, and names
of lots and products, which documents and sheets have.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from lodetrace.errors import NotFound
from lodetrace.keys.sealed_opening import decode_opening, encode_opening
from lodetrace.storage import StorageDamaged, open_database, storage_errors, transaction
from lodetrace.text import hex_of
from zk_circuits.commitment import Opening
from zk_circuits.tags import TagType

LAYOUT: Final = 4
SCHEMA: Final = """
CREATE TABLE opening (
    commitment BLOB PRIMARY KEY,
    subject BLOB NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX opening_subject ON opening (subject);
CREATE TABLE nonce (
    purpose TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    sealed BLOB NOT NULL
);
CREATE TABLE label (
    lot BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
);
CREATE TABLE words (
    reason BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
);
CREATE TABLE product (
    product BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
)
"""


_LABEL: Final = b"label of lot "
"""What a box of labels is authenticated with, before the lot's id."""

_PRODUCT: Final = b"identifier of product "
"""The same of a box with a product's identifier."""


class SaltNonce(NamedTuple):
    """What was mixed into the salts of one act, and the epoch of the secret that it went with."""

    epoch: int
    nonce: bytes


class OpeningMissing(NotFound):
    """An amount that this member cannot open."""

    template = "the opening of {subject} is not in the vault"
    advice = (
        "Run `lodetrace keys recover` to read it from the chain, or ask its holder to disclose it."
    )


class Vault:
    """Openings by commitment, and by the lot, total or event that they belong to."""

    def __init__(
        self, path: Path, key: bytes, *, connection: sqlite3.Connection | None = None
    ) -> None:
        """key: 32 bytes, MemberKeys.vault_key. connection: of a file that holds more."""
        self.path: Final = path
        self._key: Final = key
        self._connection = connection or open_database(path, SCHEMA, LAYOUT)

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def put(self, subject: bytes, opening: Opening) -> None:
        """Commits an opening of a lot, total or event (subject: its id); again is harmless."""
        self.put_all([(subject, opening)])

    def put_all(self, openings: list[tuple[bytes, Opening]]) -> None:
        """Commits all or none; raises StorageError."""
        rows = [(_word(opening), subject, self._seal(opening)) for subject, opening in openings]
        with transaction(self._connection, self.path):
            self._connection.executemany("INSERT OR REPLACE INTO opening VALUES (?, ?, ?)", rows)

    def keep_nonce(self, purpose: str, found: SaltNonce) -> None:
        """Commits the nonce of what a purpose makes, in place of an earlier one."""
        sealed = self._encrypt(found.nonce, purpose.encode())
        with transaction(self._connection, self.path):
            self._connection.execute(
                "INSERT OR REPLACE INTO nonce VALUES (?, ?, ?)", (purpose, found.epoch, sealed)
            )

    def nonce(self, purpose: str) -> SaltNonce | None:
        """The nonce that is kept for a purpose."""
        with storage_errors(self.path):
            row = self._connection.execute(
                "SELECT epoch, sealed FROM nonce WHERE purpose = ?", (purpose,)
            ).fetchone()
        return None if row is None else SaltNonce(row[0], self._decrypt(row[1], purpose.encode()))

    def keep_words(self, reason: bytes, words: Mapping[str, str]) -> None:
        """Commits the words behind a reason on chain, and their salt."""
        sealed = self._encrypt(json.dumps(words).encode(), reason)
        with transaction(self._connection, self.path):
            self._connection.execute("INSERT OR REPLACE INTO words VALUES (?, ?)", (reason, sealed))

    def words(self, reason: bytes) -> dict[str, str] | None:
        """The words behind a reason that this member gave."""
        with storage_errors(self.path):
            row = self._connection.execute(
                "SELECT sealed FROM words WHERE reason = ?", (reason,)
            ).fetchone()
        return None if row is None else dict(json.loads(self._decrypt(row[0], reason)))

    def keep_labels(self, lot: bytes, labels: Sequence[str]) -> None:
        """Commits what a lot is called beside its id, the usual one first."""
        sealed = self._encrypt(json.dumps(list(labels)).encode(), _LABEL + lot)
        with transaction(self._connection, self.path):
            self._connection.execute("INSERT OR REPLACE INTO label VALUES (?, ?)", (lot, sealed))

    def labels(self) -> dict[bytes, tuple[str, ...]]:
        """What lots are called, by lot."""
        with storage_errors(self.path):
            found = self._connection.execute("SELECT lot, sealed FROM label").fetchall()
        return {
            bytes(lot): tuple(json.loads(self._decrypt(box, _LABEL + bytes(lot))))
            for lot, box in found
        }

    def keep_products(self, identifiers: Mapping[bytes, str]) -> None:
        """Commits what products of one's own are called where they are made, by product."""
        rows = [
            (product, self._encrypt(identifier.encode(), _PRODUCT + product))
            for product, identifier in identifiers.items()
        ]
        with transaction(self._connection, self.path):
            self._connection.executemany("INSERT OR REPLACE INTO product VALUES (?, ?)", rows)

    def products(self) -> dict[bytes, str]:
        """Identifiers that this machine knows, by product."""
        with storage_errors(self.path):
            found = self._connection.execute("SELECT product, sealed FROM product").fetchall()
        return {
            bytes(product): self._decrypt(box, _PRODUCT + bytes(product)).decode()
            for product, box in found
        }

    def opening(self, commitment: bytes) -> Opening | None:
        """What opens a commitment, if this member knows."""
        with storage_errors(self.path):
            row = self._connection.execute(
                "SELECT sealed FROM opening WHERE commitment = ?", (commitment,)
            ).fetchone()
        return None if row is None else self._open(commitment, row[0])

    def require(self, commitment: bytes, subject: bytes) -> Opening:
        """What opens a commitment; raises OpeningMissing, which names the subject."""
        found = self.opening(commitment)
        if found is None:
            raise OpeningMissing(subject=hex_of(subject))
        return found

    def event(self, event_id: bytes) -> Opening | None:
        """The opening of an event of one's own site."""
        found = [opening for _, opening in self._of_subject(event_id)]
        return found[-1] if found else None

    def subjects(self) -> list[bytes]:
        """Ids of all lots, totals and events with an opening here."""
        with storage_errors(self.path):
            rows = self._connection.execute("SELECT DISTINCT subject FROM opening").fetchall()
        return [bytes(row[0]) for row in rows]

    def _of_subject(self, subject: bytes) -> list[tuple[bytes, Opening]]:
        with storage_errors(self.path):
            rows = self._connection.execute(
                "SELECT commitment, sealed FROM opening WHERE subject = ? ORDER BY rowid",
                (subject,),
            ).fetchall()
        return [(bytes(word), self._open(bytes(word), box)) for word, box in rows]

    def _seal(self, opening: Opening) -> bytes:
        return self._encrypt(encode_opening(opening), _word(opening))

    def _open(self, commitment: bytes, box: bytes) -> Opening:
        return decode_opening(self._decrypt(box, commitment), tuple(TagType))

    def _encrypt(self, plain: bytes, named: bytes) -> bytes:
        from nacl.secret import Aead

        return bytes(Aead(self._key).encrypt(plain, named))

    def _decrypt(self, box: bytes, named: bytes) -> bytes:
        from nacl.exceptions import CryptoError
        from nacl.secret import Aead

        try:
            return bytes(Aead(self._key).decrypt(box, named))
        except CryptoError as error:
            reason = "an entry does not decrypt with the keys of this member"
            raise StorageDamaged(path=self.path, reason=reason) from error


def _word(opening: Opening) -> bytes:
    return opening.commitment.to_bytes(32, "big")
