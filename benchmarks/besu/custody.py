"""Lots that several members hand to and fro: through the software, or by bytes signed before."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.besu.network import BesuRun
from lodetrace.contracts.abi_codec import encode_call
from lodetrace.keys.member_keys import MemberKeys, development_signing_key
from lodetrace.node.client import Node, NodeKind
from lodetrace.onchain.contracts import Contracts
from lodetrace.settings import Network
from lodetrace.text import hex_of
from lodetrace.transactions.outbox import Outbox, SignedTransaction, opened
from lodetrace.transactions.sender import GAS_CEILING, Sender
from lodetrace.transactions.signing import Fee, Unsigned, sign_transaction
from tests.support.consortium import Consortium, found
from zk_circuits.keccak import keccak256

PAIRS = (("mine", "refinery"), ("pack_maker", "car_maker"))
"""Members who hand lots to each other; each signs with a key of his own."""

INDEX = {"mine": 3, "refinery": 5, "pack_maker": 6, "car_maker": 7}
WRITER = 20
"""Development key that the council lets write lots: births with their proofs are not measured."""

DAY = 86_400
KIND = NodeKind(free_gas=True, window=400)
COBALT, HYDROXIDE, SEGREGATED, SCHEMA = 27, 3, 1, 1
BOX = b"\x01" + b"".join(keccak256(bytes([part])) for part in range(6))[:176]

Calls = dict[str, list[tuple[str, bytes]]]
"""By member: the contract's address, and data."""


@dataclass
class CustodyStage:
    """lots: of each pair, and the sequence at which each one stands."""

    network: BesuRun
    node: Node
    consortium: Consortium
    lots: dict[tuple[str, str], list[bytes]]
    yardstick: str
    sequences: dict[bytes, int] = field(default_factory=dict)
    round: int = 0

    @property
    def contracts(self) -> Contracts:
        return self.consortium.contracts()

    def offers(self, givers: int, size: int, lots: int) -> Calls:
        """Offers of the first `lots` lots of each pair, `size` in a call. givers: 0 or 1."""
        expiry = int(time.time()) + DAY
        calls: Calls = {}
        for pair, held in self.lots.items():
            to = self.consortium.account(pair[1 - givers])
            calls[pair[givers]] = [
                self._call("offer", "offerMany", part, to, expiry, boxes=True)
                for part in _parts(held[:lots], size)
            ]
        return calls

    def acceptances(self, takers: int, size: int, lots: int) -> Calls:
        """Acceptances of what was offered last. Each act of custody counts a lot's sequence up."""
        calls: Calls = {}
        for pair, held in self.lots.items():
            for lot in held[:lots]:
                self.sequences[lot] += 1
            calls[pair[takers]] = [
                self._call("accept", "acceptMany", part) for part in _parts(held[:lots], size)
            ]
            for lot in held[:lots]:
                self.sequences[lot] += 1
        return calls

    def transfers(self, count: int) -> Calls:
        """Single transfers of the yardstick, an ERC-1155, to accounts that hold none yet."""
        artifact = self.consortium.artifacts["Yardstick"]
        entry = artifact.entry("function", "safeTransferFrom")
        calls: Calls = {}
        for name in INDEX:
            holder, made = self.consortium.account(name), []
            for number in range(count):
                to = hex_of(keccak256(f"{name} {self.round} {number}".encode())[12:])
                made.append((self.yardstick, encode_call(entry, [holder, to, 1, 1, b""])))
            calls[name] = made
        self.round += 1
        return calls

    def through_software(self, calls: Calls) -> float:
        """Seconds: simulated, signed, on disk, handed over, and with a receipt."""
        self.round += 1

        def work(name: str) -> None:
            key = development_signing_key(INDEX[name])
            with opened(self.network.folder / f"{name}.sqlite") as outbox:
                sender = Sender(self.node, outbox, key, receipt_timeout=900)
                entries = [
                    sender.submit(f"{self.round} {number}", target, data)
                    for number, (target, data) in enumerate(calls[name])
                ]
                for entry in entries:
                    sender.wait(entry)

        return _together(work, list(calls))

    def replayed(self, calls: Calls) -> float:
        """Seconds from handing over what was signed before to the last receipt."""
        signed = {name: self._signed(name, made) for name, made in calls.items()}

        def work(name: str) -> None:
            for one in signed[name]:
                self.node.send(one.raw)
            for one in signed[name]:
                while (receipt := self.node.receipt(one.hash)) is None:
                    time.sleep(0.02)
                assert receipt.succeeded

        return _together(work, list(calls))

    def finality(self, count: int) -> list[float]:
        """Seconds from handing one transaction over to its receipt, one after the other."""
        found = []
        for one in self._signed("mine", self.transfers(count)["mine"]):
            start = time.perf_counter()
            self.node.send(one.raw)
            while self.node.receipt(one.hash) is None:
                time.sleep(0.01)
            found.append(time.perf_counter() - start)
        return found

    def _call(
        self, one: str, many: str, lots: Sequence[bytes], *more: object, boxes: bool = False
    ) -> tuple[str, bytes]:
        """An offer ends with its sealed openings, an acceptance names the lots' sequences."""
        last = [BOX] * len(lots) if boxes else [self.sequences[lot] for lot in lots]
        contracts = self.contracts
        address = contracts.address("Custody")
        if len(lots) == 1:
            return address, contracts.data("Custody", one, lots[0], *more, last[0])
        return address, contracts.data("Custody", many, list(lots), *more, last)

    def _signed(self, name: str, calls: Sequence[tuple[str, bytes]]) -> list[SignedTransaction]:
        key = development_signing_key(INDEX[name])
        first = self.node.transaction_count(self.consortium.account(name), "latest")
        return [
            sign_transaction(
                Unsigned(self.node.chain_id, nonce, target, data, GAS_CEILING, Fee(0, 0)), key
            )
            for nonce, (target, data) in enumerate(calls, first)
        ]


def set_up(network: BesuRun, node: Node, lots: int, said: Callable[[str], None]) -> CustodyStage:
    """Contracts, members and lots: `lots` of each pair's first member."""
    said("contracts and members")
    entry = Network("besu", "besu", network.urls[0], node.chain_id, True, KIND)
    consortium = found(node, entry, network.folder)
    writer = MemberKeys.for_development(WRITER)
    outbox = Outbox(network.folder / "writer.sqlite")
    sender = Sender(node, outbox, writer.signing_key, consortium.contracts().refusals, 600)
    yardstick = sender.send("yardstick", None, consortium.artifacts["Yardstick"].bytecode)
    scribe = sender.send("scribe", None, consortium.artifacts["Scribe"].bytecode)
    assert yardstick.contract_address is not None
    assert scribe.contract_address is not None
    code_hash = keccak256(node.code(scribe.contract_address))
    consortium.council("LotBook", "setWriter", scribe.contract_address, code_hash)
    stage = CustodyStage(network, node, consortium, {}, yardstick.contract_address)
    said(f"{lots * len(PAIRS)} lots")
    for pair in PAIRS:
        stage.lots[pair] = [keccak256(f"{pair} {at}".encode()) for at in range(lots)]
        stage.lots[pair] = sorted(bytes([0]) + lot[1:] for lot in stage.lots[pair])
    _write_lots(stage, sender, scribe.contract_address)
    return stage


def _write_lots(stage: CustodyStage, sender: Sender, scribe: str) -> None:
    contracts = stage.contracts
    write = stage.consortium.artifacts["Scribe"].entry("function", "write")
    book = contracts.address("LotBook")
    nature = 1 | int(time.time()) << 32 | COBALT << 72 | SCHEMA << 88 | HYDROXIDE << 96
    nature |= SEGREGATED << 112
    entries = []
    for (holder, _), lots in stage.lots.items():
        account = stage.consortium.account(holder)
        for lot in lots:
            arguments = (lot, account, nature, bytes(32), 0)
            data = contracts.data("LotBook", "create", *arguments)
            entries.append(sender.submit(lot.hex(), scribe, encode_call(write, [book, data])))
    mint = stage.consortium.artifacts["Yardstick"].entry("function", "mint")
    for name in INDEX:
        data = encode_call(mint, [stage.consortium.account(name), 1, 10**9])
        entries.append(sender.submit(f"mint {name}", stage.yardstick, data))
    for entry in entries:
        sender.wait(entry)
    first = contracts.call("LotBook", "sequenceOf", next(iter(stage.lots.values()))[0])[0]
    stage.sequences = {lot: int(first) for lots in stage.lots.values() for lot in lots}
    sender.outbox.close()


def _parts(lots: Sequence[bytes], size: int) -> list[Sequence[bytes]]:
    return [lots[at : at + size] for at in range(0, len(lots), size)]


def _together(work: Callable[[str], None], names: Sequence[str]) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(work, names))
    return time.perf_counter() - start
