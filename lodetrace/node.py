"""The connection to a node: JSON-RPC, one place for its faults.

A question whose reply got lost is asked once more; signed bytes are handed over once, and the
sender decides about repeating it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from lodetrace.node_answers import Header, Receipt, revert_data, unhex
from lodetrace.node_errors import (
    CallReverted,
    NodeAnswerMalformed,
    NodeUnreachable,
    RpcRefused,
    WrongNetwork,
)

if TYPE_CHECKING:
    import httpx
    from web3 import Web3

    from lodetrace.settings import Settings

__all__ = [
    "Block",
    "CallReverted",
    "Header",
    "Node",
    "NodeAnswerMalformed",
    "NodeUnreachable",
    "Receipt",
    "RpcRefused",
    "WrongNetwork",
]

Block = int | str
"""A block number, or "latest", "pending", "earliest"."""

LOG_RANGE: Final = 5_000
"""Blocks asked for at once where a node limits them; Besu's default."""

SEND: Final = "eth_sendRawTransaction"

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class Node:
    """A node of one network. Safe to share between threads; close it at the end."""

    def __init__(self, url: str, chain_id: int | None = None, timeout: int = 30) -> None:
        """chain_id: the one expected, None where any will do; timeout in seconds."""
        self.url: Final = url
        self.expected_chain_id: Final = chain_id
        self._timeout: Final = timeout
        self._log_range: int | None = None

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        """The node that the settings name; raises SettingsError."""
        return cls(settings.rpc_url, settings.network.chain_id, settings.rpc_timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()

    def rpc(self, method: str, params: Sequence[Any] = ()) -> Any:
        """The result of one JSON-RPC call.

        Raises NodeUnreachable, NodeAnswerMalformed, CallReverted or RpcRefused.
        """
        reply = self._post(method, _request(1, method, params))
        return self._result(method, reply)

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Results of many calls in one request, in their order; errors as rpc."""
        if not calls:
            return []
        body = [_request(at, method, params) for at, (method, params) in enumerate(calls)]
        replies = self._post("a batch", body)
        if not isinstance(replies, list) or len(replies) != len(calls):
            raise NodeAnswerMalformed(url=self.url, method="a batch", reason="another number")
        ordered = sorted(replies, key=lambda reply: int(reply["id"]))
        return [
            self._result(method, reply) for (method, _), reply in zip(calls, ordered, strict=True)
        ]

    @cached_property
    def chain_id(self) -> int:
        """Chain id of the node; raises WrongNetwork where another one is expected."""
        actual = int(self.rpc("eth_chainId"), 16)
        if self.expected_chain_id not in (None, actual):
            raise WrongNetwork(
                url=self.url, name="chain", actual=actual, expected=self.expected_chain_id
            )
        return actual

    @cached_property
    def genesis(self) -> str:
        """Hash of block 0: two development chains share a chain id, never this."""
        return self.header(0).hash

    def require(self, chain_id: int, genesis: str) -> None:
        """Raises WrongNetwork unless the node is on the chain of a deployment."""
        found = (
            ("chain", self.chain_id, chain_id),
            ("the chain with genesis", self.genesis, genesis),
        )
        for name, actual, expected in found:
            if actual != expected:
                raise WrongNetwork(url=self.url, name=name, actual=actual, expected=expected)

    def head(self) -> int:
        """Number of the latest block."""
        return int(self.rpc("eth_blockNumber"), 16)

    def header(self, block: Block = "latest") -> Header:
        """Header of a block; raises NodeAnswerMalformed where there is none."""
        found = self.rpc("eth_getBlockByNumber", [_block(block), False])
        if not isinstance(found, dict):
            reason = f"there is no block {block}"
            raise NodeAnswerMalformed(url=self.url, method="eth_getBlockByNumber", reason=reason)
        return Header.of(found)

    def call(
        self,
        to: str,
        data: bytes,
        sender: str | None = None,
        block: Block = "latest",
        gas: int | None = None,
    ) -> bytes:
        """What a contract answers; gas None is the node's own limit. Raises CallReverted."""
        asked = call_object(to, data, sender)
        if gas is not None:
            asked["gas"] = hex(gas)
        return unhex(self.rpc("eth_call", [asked, _block(block)]))

    def estimate_gas(self, to: str | None, data: bytes, sender: str) -> int:
        """Gas of a transaction on the latest state; raises CallReverted."""
        return int(self.rpc("eth_estimateGas", [call_object(to, data, sender)]), 16)

    def transaction_count(self, address: str, block: Block = "pending") -> int:
        """The next nonce of an address, as the node counts."""
        return int(self.rpc("eth_getTransactionCount", [address, _block(block)]), 16)

    def send(self, raw: bytes) -> None:
        """Hands signed bytes to the node."""
        self.rpc(SEND, ["0x" + raw.hex()])

    def knows(self, transaction: str) -> bool:
        """Whether the node has the transaction, mined or waiting."""
        return self.rpc("eth_getTransactionByHash", [transaction]) is not None

    def receipt(self, transaction: str) -> Receipt | None:
        """The receipt, None while there is none."""
        found = self.rpc("eth_getTransactionReceipt", [transaction])
        if not isinstance(found, dict) or found.get("blockNumber") is None:
            return None
        return Receipt.of(found)

    def code(self, address: str) -> bytes:
        """Deployed code, empty where there is none."""
        return unhex(self.rpc("eth_getCode", [address, "latest"]))

    def logs(
        self,
        addresses: Sequence[str],
        topics: Sequence[str | list[str] | None],
        first: int,
        last: int | None = None,
    ) -> list[Mapping[str, Any]]:
        """Logs of blocks `first` to `last` (the head).

        Asked for at once, as long as the node answers; then in pieces of LOG_RANGE, which every
        node does.
        """
        end = self.head() if last is None else last
        found: list[Mapping[str, Any]] = []
        while first <= end:
            until = end if self._log_range is None else min(end, first + self._log_range - 1)
            wanted = {
                "address": list(addresses),
                "topics": list(topics),
                "fromBlock": hex(first),
                "toBlock": hex(until),
            }
            try:
                found.extend(self.rpc("eth_getLogs", [wanted]))
            except RpcRefused:
                if self._log_range is not None or until - first < LOG_RANGE:
                    raise
                self._log_range = LOG_RANGE
                continue
            first = until + 1
        return found

    @cached_property
    def web3(self) -> "Web3":
        """The same node for code that needs web3.py; reads blocks of QBFT chains too."""
        from web3 import HTTPProvider, Web3
        from web3.middleware import ExtraDataToPOAMiddleware

        provider = HTTPProvider(self.url, request_kwargs={"timeout": self._timeout})
        web3 = Web3(provider)
        web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
        return web3

    @cached_property
    def _client(self) -> "httpx.Client":
        import httpx

        loopback = urlsplit(self.url).hostname in _LOOPBACK
        return httpx.Client(timeout=self._timeout, trust_env=not loopback)

    def _post(self, method: str, body: object) -> Any:
        import httpx

        try:
            try:
                answer = self._client.post(self.url, json=body)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if method == SEND:
                    raise
                answer = self._client.post(self.url, json=body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = str(error) or type(error).__name__
            raise NodeUnreachable(url=self.url, reason=reason) from error
        try:
            return answer.json()
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            reason = f"HTTP status {answer.status_code}"
            raise NodeAnswerMalformed(url=self.url, method=method, reason=reason) from error

    def _result(self, method: str, reply: Any) -> Any:
        if isinstance(reply, dict) and "error" not in reply and "result" in reply:
            return reply["result"]
        error = reply.get("error") if isinstance(reply, dict) else None
        if not isinstance(error, dict):
            raise NodeAnswerMalformed(url=self.url, method=method, reason="no result, no error")
        message, data = str(error.get("message")), revert_data(error.get("data"))
        if data or "revert" in message.lower():
            raise CallReverted(method=method, message=message, data=data)
        raise RpcRefused(method=method, message=message, error=error.get("code"))


def call_object(to: str | None, data: bytes, sender: str | None) -> dict[str, str]:
    """The first parameter of eth_call and eth_estimateGas."""
    found = {"data": "0x" + data.hex()}
    if to is not None:
        found["to"] = to
    if sender is not None:
        found["from"] = sender
    return found


def _request(number: int, method: str, params: Sequence[Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


def _block(block: Block) -> str:
    return hex(block) if isinstance(block, int) else block
