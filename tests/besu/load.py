"""Transactions without value, sent as the outbox does: signed once, kept, broadcast again.

What a sender signed is its promise: after every fault each of them stands in exactly one block,
and no account has made more transactions than it signed.
"""

import itertools
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from eth_account import Account
from eth_account.signers.local import LocalAccount

from lodetrace.node.plain_rpc import rpc

WINDOW = 12
"""In flight of one sender."""

PATIENCE = 5
"""Seconds after which the same bytes are broadcast again."""


@dataclass
class Promise:
    raw: str
    hash: str
    sent: float


class Load:
    """Some senders at once, each with a small window; `pause` bounds the rate."""

    def __init__(
        self, urls: list[str], chain_id: int, senders: int = 4, pause: float = 0.05
    ) -> None:
        self._urls = itertools.cycle(urls)
        self._count = len(urls)
        self._chain_id = chain_id
        self._pause = pause
        self._accounts: list[LocalAccount] = [
            Account.from_key(secrets.token_bytes(32)) for _ in range(senders)
        ]
        self._open: dict[str, list[Promise]] = {one.address: [] for one in self._accounts}
        self.signed: dict[str, int] = {one.address: 0 for one in self._accounts}
        self.blocks_of: dict[str, int] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def settle(self, seconds: int = 180) -> None:
        """Signs nothing new and waits until every promise is kept."""
        self._ending.set()
        self._thread.join()
        deadline = time.monotonic() + seconds
        while any(self._open.values()):
            assert time.monotonic() < deadline, f"open: {sum(map(len, self._open.values()))}"
            for address in self._open:
                self._follow(address)
            time.sleep(0.2)

    def verify(self, url: str, seconds: int = 120) -> int:
        """How many there were: all stand in a block, once, and nothing else of these senders.

        Asked of one node, once it has the last of these blocks.
        """
        last = max(self.blocks_of.values())
        deadline = time.monotonic() + seconds
        while int(rpc(url, "eth_blockNumber"), 16) < last:
            assert time.monotonic() < deadline, f"{url} has not block {last}"
            time.sleep(0.2)
        found = list(self._mined(url, min(self.blocks_of.values())))
        once, promised = set(found), set(self.blocks_of)
        assert promised - once == set(), "lost"
        assert once - promised == set(), "not signed here"
        assert len(found) == len(once), "doubled"
        assert len(found) == sum(self.signed.values())
        for address, signed in self.signed.items():
            assert int(rpc(url, "eth_getTransactionCount", address, "latest"), 16) == signed
        return len(found)

    def _mined(self, url: str, first: int) -> Iterator[str]:
        """Transactions of these senders, block by block."""
        mine = {one.address.lower() for one in self._accounts}
        for number in range(first, int(rpc(url, "eth_blockNumber"), 16) + 1):
            block = rpc(url, "eth_getBlockByNumber", hex(number), True)
            yield from (one["hash"] for one in block["transactions"] if one["from"].lower() in mine)

    def _run(self) -> None:
        for account in itertools.cycle(self._accounts):
            if self._ending.wait(self._pause):
                return
            self._follow(account.address)
            if len(self._open[account.address]) < WINDOW:
                self._sign(account)

    def _sign(self, account: LocalAccount) -> None:
        nonce = self.signed[account.address]
        signed = account.sign_transaction(
            {
                "nonce": nonce,
                "gasPrice": 0,
                "gas": 21_000,
                "to": "0x" + "11" * 20,
                "value": 0,
                "data": b"",
                "chainId": self._chain_id,
            }
        )
        promise = Promise("0x" + signed.raw_transaction.hex(), "0x" + signed.hash.hex(), 0)
        self._open[account.address].append(promise)
        self.signed[account.address] = nonce + 1
        self._broadcast(promise)

    def _broadcast(self, promise: Promise) -> None:
        """To one node after the other, until one takes it; "known" is an answer too."""
        promise.sent = time.monotonic()
        for _ in range(self._count):
            try:
                rpc(next(self._urls), "eth_sendRawTransaction", promise.raw, limit=3)
                return
            except OSError as error:
                if "already known" in str(error).lower() or "nonce too low" in str(error).lower():
                    return

    def _follow(self, address: str) -> None:
        """The oldest promise: kept, or broadcast again after a while."""
        waiting = self._open[address]
        if not waiting:
            return
        block = self._block_of(waiting[0].hash)
        if block is not None:
            self.blocks_of[waiting.pop(0).hash] = block
        elif time.monotonic() - waiting[0].sent > PATIENCE:
            self._broadcast(waiting[0])

    def _block_of(self, transaction: str) -> int | None:
        for _ in range(self._count):
            try:
                found = rpc(next(self._urls), "eth_getTransactionReceipt", transaction, limit=3)
            except OSError:
                continue
            if found is not None and found["blockNumber"] is not None:
                assert found["status"] == "0x1"
                return int(found["blockNumber"], 16)
        return None
