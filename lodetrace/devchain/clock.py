"""The clock of a development chain that is started again over its earlier blocks.

Ganache 7.9.2 and anvil 1.x begin at their first day, or at the machine's time, at every start, and
mine a block that is older than its parent without a word. No reader accepts such a chain.
"""

import time
from typing import Final

from lodetrace.devchain.settings import ChainSettings, Kind
from lodetrace.node.plain_rpc import rpc
from lodetrace.text import parse_quantity

TICKS: Final[dict[Kind, int]] = {"ganache": 1_000, "anvil": 1}
"""Of a second, in evm_setTime."""


def go_on(url: str, settings: ChainSettings) -> int:
    """Lets the next block come after the last one, and the clock go on at the usual pace.

    A chain with a first day of its own goes on from its last block, whatever the machine's clock
    says: its story may lie in the past or in the future. Any other goes on from the later of its
    last block and the machine's time. Returns the time of block 0; OSError where the node refuses.
    """
    head = rpc(url, "eth_getBlockByNumber", "latest", False)
    following = parse_quantity(head["timestamp"]) + 1
    first = parse_quantity(rpc(url, "eth_getBlockByNumber", "0x0", False)["timestamp"])
    if parse_quantity(head["number"]) > 0:
        now = following if settings.starts is not None else max(following, int(time.time()))
        rpc(url, "evm_setTime", now * TICKS[settings.kind])
    return first
