"""How a node fails: it is away, it is another one, it refuses."""

import re

from lodetrace.errors import NodeError


class NodeUnreachable(NodeError):
    """Nobody answers at the address, or not in time."""

    template = "no node answers at {url}: {reason}"
    advice = (
        "Start the node, or set LODETRACE_RPC_URL. What was not confirmed is kept and sent again."
    )


class NodeAnswerMalformed(NodeError):
    """Something answers that is no JSON-RPC node."""

    template = "{url} gave no JSON-RPC answer to {method}: {reason}"
    advice = "Check LODETRACE_RPC_URL: it has to be the JSON-RPC address of a node."


class WrongNetwork(NodeError):
    """The node belongs to another chain."""

    template = "the node at {url} is on {name} {actual}, expected {expected}"
    advice = "Check LODETRACE_NETWORK and LODETRACE_RPC_URL; nothing was sent."


class RpcRefused(NodeError):
    """The node refused a request with an error of its own."""

    template = "the node refused {method}: {message} (code {error})"
    advice = "See the node's log."


class CallReverted(NodeError):
    """A contract refused. data: what it said, for refusals.RefusalDecoder."""

    template = "the contract refused {method}: {message}"
    advice = "The refusal is decoded where the contracts are known."

    @property
    def data(self) -> bytes:
        """Revert data; empty where the node gave none."""
        found = self.values["data"]
        return found if isinstance(found, bytes) else b""


def innermost(error: BaseException) -> str:
    """What went wrong at the bottom, "Connection refused", without the layers around it."""
    found: BaseException = error
    while found.args:
        inner = getattr(found.args[0], "reason", found.args[0])
        if not isinstance(inner, BaseException):
            break
        found = inner
    return re.sub(r"^.*\[Errno -?[0-9]+\] ", "", str(found))
