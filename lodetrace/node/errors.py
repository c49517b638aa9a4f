"""How a node fails: it is away, it is another one, it refuses."""

import re
from typing import Final

from lodetrace.errors import NodeError


class NodeUnreachable(NodeError):
    """Nobody answers at the address, or not in time."""

    template = "no node answers at {url}: {reason}"
    advice = (
        "Start the node, or set LODETRACE_RPC_URL. What was not confirmed is kept and sent again."
    )


class NodeUnauthorized(NodeUnreachable):
    """A node that wants to know who asks."""

    template = "the node at {url} does not let us in: {reason}"
    advice = (
        "Renew the token that LODETRACE_RPC_TOKEN_FILE names: it is read again when it changes."
        " Those who run the node sign it."
    )


class NotANode(NodeUnreachable):
    """Something else answers at the address: a gateway, an oracle's intake, a web server."""

    template = "{url} is not a node: to JSON-RPC it answers HTTP {status}"
    advice = (
        "Set LODETRACE_RPC_URL to a node's own address, such as http://127.0.0.1:8545: that of a"
        " gateway, an oracle's intake or an explorer is another one."
    )


class NodeAnswerMalformed(NodeError):
    """Something answers that is no JSON-RPC node."""

    template = "{url} gave no JSON-RPC answer to {method}: {reason}"
    advice = (
        "Check LODETRACE_RPC_URL: it has to be a node's own JSON-RPC address, such as"
        " http://127.0.0.1:8545, not that of a gateway or an explorer."
    )


class WrongNetwork(NodeError):
    """The node belongs to another chain."""

    template = "the node at {url} is on {name} {actual}, expected {expected}"
    advice = "Check LODETRACE_NETWORK and LODETRACE_RPC_URL; nothing was sent."


class GasNotFree(NodeError):
    """networks.yaml says that transactions cost nothing, and the chain asks for money."""

    template = "the chain asks {base_fee} wei per gas, networks.yaml says that gas is free"
    advice = "Check LODETRACE_NETWORK, and the genesis: zeroBaseFee has to be true."


class RpcRefused(NodeError):
    """The node refused a request with an error of its own."""

    template = "the node refused {method}: {message} (code {error})"
    advice = "See the node's log."


class LogsRefused(RpcRefused):
    """A node that answers for the logs of no block at all, however few are asked for."""

    template = "the node gives no logs, not even those of block {block}: {message}"
    advice = (
        "Ask another node: this one keeps no logs of that block, or does not serve eth_getLogs."
        " `lodetrace check` shows what a node answers for."
    )


class TransactionKnown(RpcRefused):
    """The node has these bytes already, or their nonce was used."""


class PoolBusy(RpcRefused):
    """Not now: the pool is full, or earlier transactions have to come first."""

    advice = "It is kept and handed over again. `window` in networks.yaml says how many at once."


class CallReverted(NodeError):
    """A contract refused. data: what it said, for refusals.RefusalDecoder."""

    template = "the contract refused {method}: {message}"
    advice = "The refusal is decoded where the contracts are known."

    @property
    def data(self) -> bytes:
        """Revert data; empty where the node gave none."""
        found = self.values["data"]
        return found if isinstance(found, bytes) else b""


KNOWN_WORDS: Final = (
    "known transaction",  # Besu, older Geth
    "already known",  # Geth
    "already imported",  # anvil
    "already exists",
    "alreadyknown",
    "nonce too low",
    "the tx doesn't have the correct nonce",  # Ganache
)
"""How nodes say that they need not be told again."""

BUSY_WORDS: Final = (
    "nonce is too distant",  # Besu: more of one sender than its pool keeps
    "nonce too high",
    "pool is full",
    "pool not enabled",  # Besu, not in sync yet
    "initial sync is still in progress",
    "world state unavailable",
    "invalid transaction with a lower nonce exists",
    "replacement transaction underpriced",  # another one with this nonce waits; see NonceTaken
    "future transaction tries to replace pending",
)
"""How nodes say: not now."""


def refusal_of_sending(method: str, message: str, code: object) -> RpcRefused:
    """What a node's answer to signed bytes means, whatever words it has for it."""
    said = message.lower()
    if any(words in said for words in KNOWN_WORDS):
        return TransactionKnown(method=method, message=message, error=code)
    if any(words in said for words in BUSY_WORDS):
        return PoolBusy(method=method, message=message, error=code)
    return RpcRefused(method=method, message=message, error=code)


def innermost(error: BaseException) -> str:
    """What went wrong at the bottom, "Connection refused", without the layers around it."""
    found: BaseException = error
    while found.args:
        inner = getattr(found.args[0], "reason", found.args[0])
        if not isinstance(inner, BaseException):
            break
        found = inner
    return re.sub(r"^.*\[Errno -?[0-9]+\] ", "", str(found))
