"""What a development chain is made of, and the command that starts it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from lodetrace.devchain.errors import ToolMissing
from lodetrace.development import DEVELOPMENT_MNEMONIC

HOST = "127.0.0.1"

Kind = Literal["ganache", "anvil"]

QUICK_PAIRING: Final = (
    "--no-validate-asm",
    "--max-inlined-bytecode-size-cumulative=20000",
    "--max-inlined-bytecode-size-absolute=40000",
)
"""Options of node under which Ganache 7.9.2 verifies a proof in a quarter of the time.

Its pairing is asm.js whose 64-bit additions and products are functions. V8 would translate it to
WebAssembly, where each stays a call; as JavaScript with room for them they are compiled in place.
Measured with node 20, 22 and 24: about 750 ms a pairing without, 175 ms with them.
"""


@dataclass(frozen=True)
class ChainSettings:
    """Settings of a development chain; networks.yaml says the same to Brownie."""

    kind: Kind = "ganache"
    chain_id: int = 1337
    hardfork: str = "shanghai"
    gas_limit: int = 60_000_000  # gas of one block
    accounts: int = 40  # funded accounts of the mnemonic, path m/44'/60'/0'/0/i
    balance: int = 1_000_000  # ether each
    states: int | None = None  # old states that anvil keeps; None: all, the older ones on disk
    starts: int | None = None  # clock at block 0, seconds since 1970; None: the machine's

    def command(self, folder: Path, port: int, begun: int = 0) -> list[str]:
        """The program with its options; the folder appears in it (see process.is_ours).

        begun: time of block 0 where the chain is started over its earlier blocks.
        """
        if self.kind == "ganache":
            return self._ganache(folder, port)
        return self._anvil(folder, port, begun)

    def _ganache(self, folder: Path, port: int) -> list[str]:
        program = _node_modules() / "ganache" / "dist" / "node" / "cli.js"
        if not program.is_file():
            raise ToolMissing(kind=self.kind, path=program)
        options = {
            "server.host": HOST,
            "server.port": port,
            "chain.chainId": self.chain_id,
            "chain.networkId": self.chain_id,
            "chain.hardfork": self.hardfork,
            "miner.blockGasLimit": self.gas_limit,
            "wallet.totalAccounts": self.accounts,
            "wallet.defaultBalance": self.balance,
            "wallet.mnemonic": DEVELOPMENT_MNEMONIC,
            "database.dbPath": folder / "database",
            "logging.quiet": "true",
        }
        if self.starts is not None:
            options["chain.time"] = datetime.fromtimestamp(self.starts, UTC).isoformat()
        return ["node", *QUICK_PAIRING, str(program), *_words(options)]

    def _anvil(self, folder: Path, port: int, begun: int) -> list[str]:
        """anvil makes a block 0 at each start and keeps all of them: they have to be the same.

        But where it kept nothing, killed before a clean exit, another block 0 has to show that.
        """
        state = folder / "state.json"
        # npm installs the program of this platform only
        programs = sorted(_node_modules().glob("@foundry-rs/anvil-*/bin/anvil"))
        if not programs:
            raise ToolMissing(kind=self.kind, path=_node_modules() / "@foundry-rs")
        options = {
            "host": HOST,
            "port": port,
            "chain-id": self.chain_id,
            "hardfork": self.hardfork,
            "gas-limit": self.gas_limit,
            "accounts": self.accounts,
            "balance": self.balance,
            "mnemonic": DEVELOPMENT_MNEMONIC,
            "state": state,  # anvil writes it at a clean exit only
        }
        if self.starts is not None:
            options["timestamp"] = self.starts
        elif begun and state.is_file():
            options["timestamp"] = begun
        if self.states is not None:
            options["prune-history"] = self.states
        return [str(programs[0]), *_words(options), "--quiet"]


GANACHE = ChainSettings()
ANVIL = ChainSettings(kind="anvil", chain_id=31337)


def _words(options: dict[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]


def _node_modules() -> Path:
    beside_the_code = Path(__file__).resolve().parents[2] / "node_modules"
    return Path(os.environ.get("LODETRACE_NODE_MODULES", beside_the_code)).resolve()
