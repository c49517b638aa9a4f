"""Development chains: a real Ganache or anvil on the loopback interface.

`running` is for one block of code: the chain ends with it, or with the process that started it.
`attach_or_start` is for a chain that outlives its caller: the next call finds it by the record in
its folder, or starts it again over the same database. Both end only processes that they started:
a process counts as ours only while its command line names the chain's own folder.

    python -m lodetrace.devchain start build/chain --port 8545
    python -m lodetrace.devchain stop build
"""

from lodetrace.devchain.chain import DevChain, attach_or_start, running, stop, stop_all
from lodetrace.devchain.errors import (
    ChainDidNotStart,
    ChainFolderFailed,
    DevChainError,
    OtherChain,
    OtherSettings,
    PortTaken,
    ToolMissing,
)
from lodetrace.devchain.settings import ANVIL, GANACHE, ChainSettings

__all__ = [
    "ANVIL",
    "GANACHE",
    "ChainDidNotStart",
    "ChainFolderFailed",
    "ChainSettings",
    "DevChain",
    "DevChainError",
    "OtherChain",
    "OtherSettings",
    "PortTaken",
    "ToolMissing",
    "attach_or_start",
    "running",
    "stop",
    "stop_all",
]
