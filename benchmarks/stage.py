"""What the benchmarks share: a consortium on a real chain, and the progress bar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Reference
from lodetrace.contracts.abi_codec import encode_call
from lodetrace.contracts.enums import EventKind, Material
from lodetrace.contracts.events import LotAccepted
from lodetrace.devchain import ANVIL, running
from lodetrace.member.births import BirthOrder, BornLot, file_birth
from lodetrace.member.inbox import accept
from lodetrace.member.offers import offer
from lodetrace.node.client import Node
from lodetrace.settings import Network
from tests.support.consortium import Consortium, found
from zk_circuits.balance import BirthMeasurement

TONNE = 10**9  # mg
DAY = 86_400  # seconds
TOKEN, MINTED = 1, 10  # of the yardstick


class BenchmarkStage:
    """step: called once for each thing that was done, so that a long benchmark shows progress."""

    def __init__(self, consortium: Consortium) -> None:
        self.consortium = consortium
        self.step: Callable[[], None] = lambda: None

    def gas_of(self, transaction: str) -> int:
        """Gas that a transaction used."""
        receipt = self.consortium.node.receipt(transaction)
        assert receipt is not None, "it was waited for when it was sent"
        return receipt.gas_used

    def born(self, metal: int = TONNE) -> BornLot:
        """A lot at its mine, alone in its batch, made from an attested event with a real proof."""
        measured = BirthMeasurement(metal, metal // 5, attested=(metal, 0, 0, 0))
        event_id, event = self.consortium.attest("mine", EventKind.BIRTH, measured)
        self.step()
        born = file_birth(
            self.consortium.member("mine"), BirthOrder(event_id, event, Material.HYDROXIDE)
        )
        self.step()
        return born

    def hand_over(self, giver: str, taker: str, lots: list[bytes]) -> tuple[int, int]:
        """Gas of the offer and of its acceptance: one transaction each, for all lots together."""
        consortium = self.consortium
        expiry = consortium.now() + DAY
        offers = offer(consortium.member(giver), lots, consortium.account(taker), expiry)
        self.step()
        accept(consortium.member(taker), lots)
        accepted = consortium.contracts().events(LotAccepted, lot=lots[0])[-1]
        self.step()
        return self.gas_of(offers[0].transaction), self.gas_of(accepted.transaction)

    @cached_property
    def yardstick(self) -> Reference:
        """OpenZeppelin's ERC-1155: the gas of a transfer to an account that holds none yet."""
        artifact = self.consortium.artifacts["Yardstick"]
        sender = self.consortium.member("mine").sender
        address = sender.send("yardstick", None, artifact.bytecode).contract_address
        holder, newcomer = (self.consortium.account(name) for name in ("mine", "refinery"))
        mint = encode_call(artifact.entry("function", "mint"), [holder, TOKEN, MINTED])
        sender.send("mint", address, mint)
        transfer = encode_call(
            artifact.entry("function", "safeTransferFrom"), [holder, newcomer, TOKEN, 1, b""]
        )
        receipt = sender.send("transfer", address, transfer)
        return Reference("ERC-1155 to a new holder", receipt.gas_used)


@contextmanager
def founded() -> Iterator[BenchmarkStage]:
    """A consortium on an anvil that ends with the block; everything is in a temporary folder."""
    with running(ANVIL) as chain, TemporaryDirectory(prefix="lodetrace-bench-") as folder:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        with Node(chain.url, chain.chain_id) as node:
            consortium = found(node, network, Path(folder))
            try:
                yield BenchmarkStage(consortium)
            finally:
                consortium.close()
