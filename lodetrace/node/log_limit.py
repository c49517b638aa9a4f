"""For how many blocks a node gives logs in one question."""

from dataclasses import dataclass
from typing import Final

from lodetrace.node.client import Node
from lodetrace.node.errors import LogsRefused, RpcRefused

UNUSED: Final = "0x0000000000000000000000000000000000000001"
"""A precompile writes no logs, so that the answers are empty."""


@dataclass(frozen=True, slots=True)
class LogLimit:
    """most: blocks of one question that the node answers; chain: blocks of the whole chain."""

    most: int
    chain: int

    @property
    def is_met(self) -> bool:
        """Whether the chain is longer than what is answered at once."""
        return self.most < self.chain


def log_limit(node: Node) -> LogLimit:
    """Asks from the head backwards, in about as many questions as the chain's length has bits.

    Raises LogsRefused where not even one block is answered, or NodeError.
    """
    head = node.head()
    most, refused = 0, head + 2
    asked = head + 1
    while refused - most > 1:
        try:
            node.logs_at_once([UNUSED], [], head - asked + 1, head)
            most = asked
        except RpcRefused as error:
            refused = asked
            if asked == 1:
                raise LogsRefused(block=head, message=error.values["message"]) from error
        asked = (most + refused) // 2
    return LogLimit(most, head + 1)
