"""The connection to a node: web3.py, and one place for its faults.

A question whose connection broke is asked once more; signed bytes are handed over once, and the
sender decides about repeating it.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self, cast

from lodetrace.node.access import RpcAccess
from lodetrace.node.answers import NodeHeader, NodeReceipt, revert_data
from lodetrace.node.endpoint import SEND
from lodetrace.node.errors import (
    CallReverted,
    LogsRefused,
    NodeAnswerMalformed,
    NodeUnauthorized,
    NodeUnreachable,
    NotANode,
    PoolBusy,
    RpcRefused,
    TransactionKnown,
    WrongNetwork,
    innermost,
    refusal_of_sending,
)
from lodetrace.node.failover import LeftOut, Routes
from lodetrace.node.pieces import Pieces
from lodetrace.settings import USUAL, NodeKind
from lodetrace.text import hex_of, parse_hex

if TYPE_CHECKING:
    from web3 import Web3
    from web3.providers import BaseProvider
    from web3.types import LogReceipt, RPCEndpoint, TxParams

    from lodetrace.settings import Settings

NOT_RPC: Final = (404, 405, 415, 422)
"""Statuses of servers that have no JSON-RPC at the address."""

__all__ = [
    "BlockIdentifier",
    "CallReverted",
    "LogsRefused",
    "Node",
    "NodeAnswerMalformed",
    "NodeHeader",
    "NodeKind",
    "NodeReceipt",
    "NodeUnauthorized",
    "NodeUnreachable",
    "NotANode",
    "PoolBusy",
    "RpcRefused",
    "TransactionKnown",
    "WrongNetwork",
]

BlockIdentifier = int | str
"""A block number, or "latest", "pending", "earliest"."""

LOGS: Final = "eth_getLogs"

TOO_MUCH: Final = (400, 413)
"""HTTP statuses with which a question is refused for its size."""

LATEST_TRIES: Final = 5
LATEST_PAUSE: Final = 0.2
"""Seconds. A busy Besu has no latest block for a moment, while it takes the next one in."""

BATCH: Final = 100
"""Questions in one request at the most; Besu takes 1,024, others fewer than these."""


class Node:
    """A node of one network. Safe to share between threads; close it at the end."""

    def __init__(
        self,
        url: str,
        chain_id: int | None = None,
        timeout: int = 30,
        kind: NodeKind = USUAL,
        access: RpcAccess | None = None,
    ) -> None:
        """url: of one node, or of several, separated by commas (see failover.py).

        chain_id: the one expected, None where any will do; timeout in seconds.
        """
        self.url: Final = url
        self.expected_chain_id: Final = chain_id
        self.kind: Final = kind
        self._access: Final = access or RpcAccess()
        urls = [one.strip() for one in url.split(",") if one.strip()] or [url]
        self._routes: Final = Routes(urls, self._access, timeout, chain_id)
        self._log_ranges: Final = Pieces()
        self._batches: Final = Pieces(BATCH)

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        """The node, or the nodes, that the settings name; raises SettingsError."""
        network = settings.network
        return cls(
            settings.rpc_url,
            network.chain_id,
            settings.rpc_timeout,
            network.kind,
            RpcAccess.of(settings),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the connections back."""
        self._routes.close()

    @property
    def left_out(self) -> list[LeftOut]:
        """Nodes that are not read from, with reasons; always empty where there is only one."""
        return self._routes.left_out

    def look(self) -> None:
        """Looks at the health of all nodes now; for nothing where there is only one."""
        self._routes.look()

    def rpc(self, method: str, params: Sequence[Any] = ()) -> Any:
        """The bare result of a method that web3.py has no function for.

        Raises NodeUnreachable, NodeAnswerMalformed, CallReverted or RpcRefused.
        """
        with self._faults(method):
            return self.web3.manager.request_blocking(cast("RPCEndpoint", method), list(params))

    def ask(self, questions: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Bare answers to many questions, as the node wrote them, in their order.

        Raises NodeUnreachable, NodeAnswerMalformed, CallReverted or RpcRefused.
        """
        answers = self._batches.gather(
            len(questions), lambda done, asked: self._ask(questions[done : done + asked])
        )
        return [
            self._result(method, answer)
            for (method, _), answer in zip(questions, answers, strict=True)
        ]

    @cached_property
    def chain_id(self) -> int:
        """Chain id of the node; raises WrongNetwork where another one is expected."""
        with self._faults("eth_chainId"):
            actual = self.web3.eth.chain_id
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
        self._routes.expect(genesis)
        found = (
            ("chain", self.chain_id, chain_id),
            ("the chain with genesis", self.genesis, genesis),
        )
        for name, actual, expected in found:
            if actual != expected:
                raise WrongNetwork(url=self.url, name=name, actual=actual, expected=expected)

    def head(self) -> int:
        """Number of the latest block."""
        with self._faults("eth_blockNumber"):
            return self.web3.eth.block_number

    def header(self, block: BlockIdentifier = "latest") -> NodeHeader:
        """Header of a block; raises NodeAnswerMalformed where there is none."""
        from web3.exceptions import BlockNotFound

        with self._faults("eth_getBlockByNumber"):
            for left in range(LATEST_TRIES if block == "latest" else 1, 0, -1):
                try:
                    return NodeHeader.of(self.web3.eth.get_block(cast("Any", block)))
                except BlockNotFound as error:
                    if left == 1:
                        reason = f"there is no block {block}"
                        raise NodeAnswerMalformed(
                            url=self.url, method="eth_getBlockByNumber", reason=reason
                        ) from error
                time.sleep(LATEST_PAUSE)
        raise AssertionError("unreachable")

    def call(
        self,
        to: str,
        data: bytes,
        sender: str | None = None,
        block: BlockIdentifier = "latest",
        gas: int | None = None,
    ) -> bytes:
        """What a contract answers; gas None is the node's own limit. Raises CallReverted."""
        asked = _transaction(to, data, sender)
        if gas is not None:
            asked["gas"] = gas
        with self._faults("eth_call"):
            return bytes(self.web3.eth.call(asked, cast("Any", block), ccip_read_enabled=False))

    def call_all(
        self, asked: Sequence[tuple[str, bytes]], block: BlockIdentifier = "latest"
    ) -> list[bytes]:
        """What contracts answer to many calls, in one request; raises as call, and as ask."""
        at = hex(block) if isinstance(block, int) else block
        questions = [("eth_call", [{"to": to, "data": hex_of(data)}, at]) for to, data in asked]
        answers = self.ask(questions)
        with self._faults("eth_call"):
            return [parse_hex(answer) for answer in answers]

    def estimate_gas(self, to: str | None, data: bytes, sender: str) -> int:
        """Gas of a transaction on the latest state; raises CallReverted."""
        with self._faults("eth_estimateGas"):
            return self.web3.eth.estimate_gas(_transaction(to, data, sender))

    def transaction_count(self, address: str, block: BlockIdentifier = "pending") -> int:
        """The next nonce of an address, as the node counts."""
        with self._faults("eth_getTransactionCount"):
            return self.web3.eth.get_transaction_count(cast("Any", address), cast("Any", block))

    def send(self, raw: bytes) -> None:
        """Hands signed bytes to the node."""
        with self._faults(SEND):
            self.web3.eth.send_raw_transaction(raw)

    def knows(self, transaction: str) -> bool:
        """Whether the node has the transaction, mined or waiting."""
        from web3.exceptions import TransactionNotFound

        with self._faults("eth_getTransactionByHash"):
            try:
                self.web3.eth.get_transaction(cast("Any", transaction))
            except TransactionNotFound:
                return False
        return True

    def receipt(self, transaction: str) -> NodeReceipt | None:
        """The receipt, None while there is none."""
        from web3.exceptions import TransactionNotFound

        with self._faults("eth_getTransactionReceipt"):
            try:
                found = self.web3.eth.get_transaction_receipt(cast("Any", transaction))
            except TransactionNotFound:
                return None
            return None if found.get("blockNumber") is None else NodeReceipt.of(found)

    def code(self, address: str) -> bytes:
        """Deployed code, empty where there is none."""
        with self._faults("eth_getCode"):
            return bytes(self.web3.eth.get_code(cast("Any", address), "latest"))

    def logs(
        self,
        addresses: Sequence[str],
        topics: Sequence[str | list[str] | None],
        first: int,
        last: int | None = None,
    ) -> list["LogReceipt"]:
        """Logs of blocks `first` to `last` (the head).

        Asked for at once, as long as the node answers; then in pieces of as many blocks as it
        takes. Raises LogsRefused where it answers for no single block.
        """
        end = self.head() if last is None else last

        def ask(done: int, blocks: int) -> list["LogReceipt"]:
            start = first + done
            try:
                return self.logs_at_once(addresses, topics, start, start + blocks - 1)
            except RpcRefused as error:
                if blocks > 1:
                    raise
                raise LogsRefused(block=start, message=error.values["message"]) from error

        return self._log_ranges.gather(end - first + 1, ask)

    def logs_at_once(
        self,
        addresses: Sequence[str],
        topics: Sequence[str | list[str] | None],
        first: int,
        last: int,
    ) -> list["LogReceipt"]:
        """Logs of all these blocks in one question; raises RpcRefused where they are too many."""
        wanted: Any = {
            "address": list(addresses),
            "topics": list(topics),
            "fromBlock": first,
            "toBlock": last,
        }
        with self._faults(LOGS, sized=True):
            return list(self.web3.eth.get_logs(wanted))

    @cached_property
    def web3(self) -> "Web3":
        """web3.py on this node; reads blocks of QBFT chains too."""
        from web3 import Web3
        from web3.middleware import ExtraDataToPOAMiddleware

        return Web3(self._provider(), middleware=[ExtraDataToPOAMiddleware])

    def _provider(self) -> "BaseProvider":
        from web3.providers import BaseProvider

        routes = self._routes

        class Routed(BaseProvider):
            def make_request(self, method: "RPCEndpoint", params: Any) -> Any:
                return routes.ask(method, params)

        return Routed()

    def _ask(self, questions: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The answers of one request, results or errors; an error of the whole is raised."""
        method = questions[0][0]
        with self._faults(method, sized=True):
            given = self._routes.ask_all(questions)
        if isinstance(given, list) and len(given) == len(questions):
            return given
        if isinstance(given, dict) and isinstance(given.get("error"), dict):
            raise _refusal(method, given)
        reason = f"{len(questions)} questions do not have as many answers"
        raise NodeAnswerMalformed(url=self.url, method=method, reason=reason)

    def _result(self, method: str, answer: Any) -> Any:
        if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
            raise _refusal(method, answer)
        if not isinstance(answer, dict) or "result" not in answer:
            reason = "an answer among many has neither result nor error"
            raise NodeAnswerMalformed(url=self.url, method=method, reason=reason)
        return answer["result"]

    @contextmanager
    def _faults(self, method: str, *, sized: bool = False) -> Iterator[None]:
        """Names what web3.py and the connection raise, as errors of this library.

        sized: the question may be asked in smaller pieces, so a refusal of its size is one of it.
        """
        from requests import HTTPError, RequestException
        from web3.exceptions import ContractLogicError, Web3Exception, Web3RPCError

        try:
            yield
        except ContractLogicError as error:
            data = revert_data(error.data)
            raise CallReverted(method=method, message=str(error.message), data=data) from error
        except Web3RPCError as error:
            raise _refusal(method, error.rpc_response) from error
        except HTTPError as error:
            status = error.response.status_code
            if status in (401, 403):
                raise NodeUnauthorized(url=self.url, reason=self._access.refusal()) from error
            if sized and status in TOO_MUCH:
                raise RpcRefused(method=method, message=innermost(error), error=status) from error
            if status in NOT_RPC:
                raise NotANode(url=self.url, status=status) from error
            raise NodeUnreachable(url=self.url, reason=innermost(error)) from error
        except (RequestException, OSError) as error:
            raise NodeUnreachable(url=self.url, reason=innermost(error)) from error
        except (Web3Exception, ValueError, TypeError, KeyError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise NodeAnswerMalformed(url=self.url, method=method, reason=reason) from error


def _refusal(method: str, response: Any) -> CallReverted | RpcRefused:
    """The node's own error; a revert by whatever sign the node gives it."""
    error: Mapping[str, Any] = response["error"]
    message, data = str(error.get("message")), revert_data(error.get("data"))
    if data or "revert" in message.lower():
        return CallReverted(method=method, message=message, data=data)
    if method == SEND:
        return refusal_of_sending(method, message, error.get("code"))
    return RpcRefused(method=method, message=message, error=error.get("code"))


def _transaction(to: str | None, data: bytes, sender: str | None) -> "TxParams":
    found: Any = {"data": hex_of(data)}
    if to is not None:
        found["to"] = to
    if sender is not None:
        found["from"] = sender
    return cast("TxParams", found)
