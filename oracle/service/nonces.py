"""One key, one node: notices transactions that this node did not sign."""

from typing import Final

from lodetrace.errors import KeysError
from lodetrace.transactions.sender import Sender
from oracle.service.store import Store


class ForeignNonce(KeysError):
    """Another program signs with this node's key."""

    template = "the key of {signer} is used by another program: {reason}"
    advice = (
        "Stop the other program. If the transactions were yours (a restored disk), start once"
        " with `lodetrace-oracle run --adopt-nonces`. If not, rotate the key."
    )


class NonceGuard:
    """Compares the chain's count of a signer with the outbox.

    What was there before the first start is the past; from then on each nonce has to be known.
    """

    def __init__(self, store: Store, sender: Sender) -> None:
        self._store: Final = store
        self._sender: Final = sender
        self._from: int | None = None

    def begin(self, adopt: bool = False) -> None:
        """Where counting starts. adopt: whatever is on chain now counts as the past."""
        signer = self._sender.signer
        rows = self._store.rows("SELECT nonce FROM baselines WHERE signer = ?", signer)
        if rows and not adopt:
            return
        found = self._sender.outbox.nonces(signer)
        first = self._sender.node.transaction_count(signer, "latest")
        if found.first is not None and not adopt:
            first = found.first
        self._from = None
        with self._store.write() as connection:
            connection.execute("INSERT OR REPLACE INTO baselines VALUES (?, ?)", (signer, first))

    def check(self) -> None:
        """Raises ForeignNonce; costs one request.

        What was mined, and all before it, is not counted again.
        """
        signer = self._sender.signer
        if self._from is None:
            rows = self._store.rows("SELECT nonce FROM baselines WHERE signer = ?", signer)
            self._from = int(rows[0][0])
        start = self._from
        found = self._sender.outbox.nonces(signer, start)
        count = self._sender.node.transaction_count(signer, "latest")
        if found.displaced:
            reason = f"{found.displaced} nonces that this node had signed for were used otherwise"
            raise ForeignNonce(signer=signer, reason=reason)
        used = max(count, found.next or start) - start
        if found.known < used:
            reason = f"{used} nonces are used from {start} on, this node signed {found.known}"
            raise ForeignNonce(signer=signer, reason=reason)
        waiting = [one.nonce for one in self._sender.outbox.pending(signer)[:1]]
        self._from = max(start, min([count, *waiting]))
