"""What kind of nodes a network has: what differs between Ganache, anvil and Besu, in one place.

Headers of QBFT are read by web3's ExtraDataToPOAMiddleware (node.py). Blocks are final at once, so
`latest` is what is final: QBFT answers "Unknown block" to `finalized` and `safe`. Counts of an
address always name their block. Words of refusals are in node_errors.py.
"""

from dataclasses import dataclass
from typing import Final

WINDOW: Final = 16
"""Transactions of one key on their way at once, where networks.yaml says nothing."""


@dataclass(frozen=True, slots=True)
class NodeKind:
    """As networks.yaml describes it.

    free_gas: transactions cost nothing and nobody holds coins. window: transactions of one key on
    their way at once, below what the nodes' pools keep of a sender.
    """

    free_gas: bool = False
    window: int = WINDOW


USUAL: Final = NodeKind()
"""Where nothing is said."""
