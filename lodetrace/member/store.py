"""A member's file: vault and outbox together, so that one commit covers both.

A salt's nonce is in the vault exactly when the outbox has a plan for what it goes into.
"""

from pathlib import Path
from typing import Final

from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member import vault as vault_file
from lodetrace.member.vault import SaltNonce, Vault
from lodetrace.storage import Upgrades, open_copy, open_database, run, transaction
from lodetrace.transactions import outbox as outbox_file
from lodetrace.transactions.outbox import Outbox
from zk_circuits.salts import SaltKind, SaltSource

FILE: Final = "member.sqlite"
"""Of one account on one chain: who attests signs with the same key as who trades."""

LAYOUT: Final = 3
_LABELS: Final = "CREATE TABLE label (lot BLOB PRIMARY KEY, sealed BLOB NOT NULL)"
_PRODUCTS: Final = "CREATE TABLE product (product BLOB PRIMARY KEY, sealed BLOB NOT NULL)"
UPGRADES: Final[Upgrades] = {
    1: lambda file: run(file, f"{_LABELS};{_PRODUCTS}"),
    2: lambda file: run(file, _PRODUCTS),
}
"""Of files that were made before lots had labels, and before products had names."""
SCHEMA: Final = f"{outbox_file.SCHEMA};{vault_file.SCHEMA}"


class MemberStore:
    """The vault and the outbox of one account on one chain."""

    def __init__(self, path: Path, keys: MemberKeys, *, rehearsing: bool = False) -> None:
        """rehearsing: works on a copy in memory. Raises StorageError."""
        self._path: Final = path
        self._keys: Final = keys
        self._connection = (open_copy if rehearsing else open_database)(
            path, SCHEMA, LAYOUT, UPGRADES
        )
        self.vault: Final = Vault(path, keys.vault_key, connection=self._connection)
        self.outbox: Final = Outbox(path, connection=self._connection)

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def planned_salts(self, purpose: str, anchor: bytes) -> SaltSource:
        """Salts of the lots that a purpose makes: with the nonce kept for it, else with a new one.

        Commits the nonce and the outbox's plan at once, before anything is proven.
        """
        with transaction(self._connection, self._path):
            kept = self.vault.nonce(purpose)
            if kept is None or self._keys.epoch_secret(kept.epoch) is None:
                kept = SaltNonce(self._keys.epoch, self._keys.nonce(anchor))
                self.vault.keep_nonce(purpose, kept)
            self.outbox.plan(purpose, self._keys.signer)
        return self._source(kept, anchor)

    def passing_salts(self, anchor: bytes) -> SaltSource:
        """Salts for a look at what would be made; nothing is kept."""
        return self._source(SaltNonce(self._keys.epoch, self._keys.nonce(anchor)), anchor)

    def _source(self, kept: SaltNonce, anchor: bytes) -> SaltSource:
        secret = self._keys.epoch_secrets[kept.epoch - 1]
        return SaltSource(SaltKind.LOT, secret, anchor, kept.epoch, kept.nonce)
