"""The contracts on an anvil whose blocks are mined at given times, for accounts of any name.

Nobody signs: the node takes a transaction from whoever is named, the council's contract included,
so that what the council has decided is one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.abi_codec import encode_arguments
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.enums import CustodyModel, Scheme
from lodetrace.contracts.events import Event
from lodetrace.contracts.plan import (
    JOURNAL_WRITERS,
    STEPS,
    Founding,
    FoundingCreditRule,
    FoundingModelRule,
    Seat,
    constructor_arguments,
    row_mask,
)
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import ZERO32
from lodetrace.keys.member_keys import MemberKeys, development_signing_key
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from lodetrace.settings import Network
from lodetrace.text import checksummed, hex_of, parse_hex
from lodetrace.transactions.outbox import Outbox
from tests.support.consortium import compiled
from tests.support.deployer import Deployer
from tests.support.rows import require_rows
from zk_circuits.keccak import keccak256

HOUR = 3_600
SEATS = (0, 1, 2, 34)
GAS = hex(15_000_000)
FEE = 10**10
"""Wei a unit of gas that the last transaction of a block offers; those before it offer more."""
RICH = hex(10**24)
COUNCIL = "Council"
UPGRADED = ("Custody", "Origins", "Runs")
"""Contracts that an upgrade replaces, each after those that it calls."""
CREDIT_RULES = tuple(
    FoundingCreditRule(credit, (Scheme(credit),), pass_gated=True) for credit in range(1, 5)
)
MODEL_RULES = tuple(
    FoundingModelRule(model, (Scheme.CHAIN_OF_CUSTODY,))
    for model in CustodyModel
    if model is not CustodyModel.MASS_BALANCE
)


@dataclass(frozen=True)
class Sent:
    """A transaction: who sends it, and what it calls."""

    sender: str
    contract: str
    function: str
    arguments: tuple[object, ...] = ()


def sent(sender: str, contract: str, function: str, *arguments: object) -> Sent:
    return Sent(sender, contract, function, arguments)


def word(name: str) -> bytes:
    """An id below the order of the field."""
    return bytes(1) + keccak256(name.encode())[1:]


def address(name: str) -> str:
    """The account of a member."""
    return checksummed(keccak256(name.encode())[12:])


@dataclass
class ProtocolChain:
    """start: the block time that is second 0 of the model."""

    node: Node
    contracts: Contracts
    start: int
    addresses: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    _rich: set[str] = field(default_factory=set)

    @property
    def reads(self) -> Reads:
        return Reads(self.contracts)

    def address(self, contract: str) -> str:
        """Of the contract, or of its version that is in force."""
        return self.addresses.get(contract) or self.contracts.address(contract)

    def account(self, name: str) -> str:
        """Of a member, or of the council's contract."""
        return self.contracts.address(COUNCIL) if name == COUNCIL else address(name)

    def mine(self, transactions: Sequence[Sent], second: int) -> list[ContractRefused | None]:
        """One block at that second of the model; of each, in this order, why it was refused."""
        self.node.rpc("evm_setAutomine", [False])
        hashes = [
            self._submit(one, FEE * (len(transactions) - place))
            for place, one in enumerate(transactions)
        ]
        self.node.rpc("evm_setNextBlockTimestamp", [self.start + second])
        self.node.rpc("evm_mine")
        return [self._outcome(one) for one in hashes]

    def upgrade(self, second: int) -> None:
        """New versions take the place of the old ones, by an act of the council."""
        self.node.rpc("evm_setAutomine", [False])
        self.node.rpc("evm_setNextBlockTimestamp", [self.start + second])
        for step in STEPS:
            if step.name in UPGRADED:
                self._replace(step)

    def require_rows(self) -> set[type[Event]]:
        """Every word of the journal is that of its row; the types of events that were noted."""
        deployed = {one: name for name in self.contracts.deployment.contracts
                    for one in self.contracts.deployment.addresses(name)}  # fmt: skip
        names = {**{at.lower(): name for at, name in deployed.items()}, **self.names}
        return require_rows(
            lambda method, parameters: self.node.rpc(method, parameters),
            lambda at: names.get(at.lower()), self.contracts.artifacts, self.address("Journal"),
        )  # fmt: skip

    def snapshot(self) -> str:
        return str(self.node.rpc("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        self.node.rpc("evm_revert", [snapshot])
        self._rich.clear()

    def _replace(self, step: Any) -> None:
        known = {one.name: self.address(one.name) for one in STEPS}
        artifact = self.contracts.artifacts[step.name]
        arguments = constructor_arguments(step, Founding(()), known)
        data = artifact.bytecode + encode_arguments(artifact.entries("constructor")[0], arguments)
        council = self.account(COUNCIL)
        deployed = self._request(council, None, data, FEE)
        self.node.rpc("evm_mine")
        receipt = self._receipt(deployed)
        new = checksummed(parse_hex(receipt["contractAddress"]))
        self._write(step.name, self.address(step.name), ZERO32)
        self.addresses[step.name] = new
        self.names[new.lower()] = step.name
        self._write(step.name, new, keccak256(self.node.code(new)))

    def _write(self, name: str, writer: str, code_hash: bytes) -> None:
        """Its rights in the book and in the journal, or none."""
        kinds = row_mask(JOURNAL_WRITERS[name])
        for act in (
            sent(COUNCIL, "LotBook", "setWriter", writer, code_hash),
            sent(COUNCIL, "Journal", "setWriter", writer, kinds, code_hash),
        ):
            written = self._submit(act, FEE)
            self.node.rpc("evm_mine")
            refused = self._outcome(written)
            assert refused is None, refused

    def _submit(self, one: Sent, fee: int) -> str:
        data = self.contracts.data(one.contract, one.function, *one.arguments)
        return self._request(self.account(one.sender), self.address(one.contract), data, fee)

    def _request(self, sender: str, target: str | None, data: bytes, fee: int) -> str:
        if sender not in self._rich:
            self.node.rpc("anvil_setBalance", [sender, RICH])
            self._rich.add(sender)
        request = {"from": sender, "data": hex_of(data), "gas": GAS, "gasPrice": hex(fee)}
        if target is not None:
            request["to"] = target
        return str(self.node.rpc("eth_sendTransaction", [request]))

    def _receipt(self, transaction: str) -> Any:
        return self.node.rpc("eth_getTransactionReceipt", [transaction])

    def _outcome(self, transaction: str) -> ContractRefused | None:
        if int(self._receipt(transaction)["status"], 16) == 1:
            return None
        trace = self.node.rpc("debug_traceTransaction", [transaction, {"tracer": "callTracer"}])
        return self.contracts.refusals.decode(parse_hex(trace.get("output", "0x")))


def found_protocol(node: Node, network: Network, home: Path) -> ProtocolChain:
    """Everything deployed, with the rules of the model: credit k is opened by scheme k alone."""
    keys = [development_signing_key(index) for index in SEATS]
    seats = tuple(
        Seat(MemberKeys.for_development(one).account, word(f"seat {one}")) for one in SEATS
    )
    outbox = Outbox(home / "outbox.sqlite")
    artifacts = Artifacts(compiled())
    deployment: Deployment = Deployer(node, artifacts, outbox, keys).deploy(
        network, Founding(seats, credit_rules=CREDIT_RULES, model_rules=MODEL_RULES)
    )
    outbox.close()
    node.rpc("anvil_autoImpersonateAccount", [True])
    start = (node.header().time // HOUR + 2) * HOUR
    return ProtocolChain(node, Contracts(node, artifacts, deployment), start)
