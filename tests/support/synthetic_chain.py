"""A QBFT chain made in the test: real keys, seals, receipts and state, by another trie library.

Not a node: it says what its caller wants said, also what no honest validator would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from coincurve import PrivateKey
from eth_abi.abi import encode as abi_encode
from trie import HexaryTrie

from lodetrace.audit.anchor import Anchor, AnchoredContract, Consensus, hash_of
from lodetrace.audit.bundle import (
    Bundle,
    BundleSubject,
    CountersShown,
    ReceiptsShown,
    StateShown,
    Subject,
)
from lodetrace.audit.logs import known_shapes
from lodetrace.audit.storage_layout import COUNTERS, EXCUSED, USED, VERSIONS, WITHDRAWN
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import (
    ExtraData,
    Vote,
    encode_extra_data,
    extra_data_of,
    sealed_hash,
)
from lodetrace.chain.receipts import Log, Receipt, encode_receipt, receipt_key
from lodetrace.chain.seals import normalised
from lodetrace.chain.strict_rlp import Item, encode, integer_bytes
from lodetrace.contracts.abi_codec import canonical, plain, snake
from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events import Event
from lodetrace.contracts.plan import NAMES, directory_name
from zk_circuits.keccak import keccak256

CHAIN_ID = 20_261
GENESIS_TIME = 1_700_000_000
PERIOD = 2
CODE = keccak256(b"code of a contract")


class Validator:
    """A validator with a key of its own."""

    def __init__(self, name: str) -> None:
        self.key = PrivateKey(keccak256(name.encode()))
        self.address = keccak256(self.key.public_key.format(compressed=False)[1:])[12:]

    def seal(self, message: bytes) -> bytes:
        return self.key.sign_recoverable(message, hasher=None)


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a transaction left behind."""

    logs: tuple[Log, ...] = ()
    succeeded: bool = True
    kind: int = 2
    zero_status: bool = False

    def encoded(self, gas: int) -> bytes:
        """Its receipt in the trie; zero_status: failed, and written as Ganache does."""
        raw = encode_receipt(Receipt(self.kind, self.succeeded, gas, bytes(256), self.logs))
        if not self.zero_status:
            return raw
        at = raw.index(b"\x80", 1 if self.kind else 0)
        return raw[:at] + b"\0" + raw[at + 1 :]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A block as its node keeps it, with every seal."""

    header: Header
    receipts: HexaryTrie
    state: HexaryTrie


def validators(count: int) -> list[Validator]:
    """By address, as blocks list them."""
    found = [Validator(f"validator {number}") for number in range(count)]
    return sorted(found, key=lambda validator: validator.address)


def address_of(contract: str) -> bytes:
    """Where a contract is on the made chain."""
    return keccak256(contract.encode())[12:]


CONTRACTS = {name: AnchoredContract(1, address_of(name), CODE) for name in NAMES}


def log_of(event: Event, at: bytes | None = None) -> Log:
    """The log that the contract of the event writes, encoded by eth-abi."""
    shape = next(
        shape for shape in known_shapes()[event.contract].values() if shape.cls is type(event)
    )
    indexed, rest = [
        [parameter for parameter in shape.inputs if parameter["indexed"] is wanted]
        for wanted in (True, False)
    ]

    def words(parameters: Sequence[Mapping[str, Any]]) -> bytes:
        values = [plain(getattr(event, snake(parameter["name"]))) for parameter in parameters]
        return bytes(abi_encode([canonical(parameter) for parameter in parameters], values))

    topics = (shape.topic, *(words([parameter]) for parameter in indexed))
    return Log(at or address_of(event.contract), topics, words(rest))


@dataclass
class Chain:
    """Grows by `seal`. set: who seals the next block."""

    set: list[Validator] = field(default_factory=lambda: validators(4))
    epoch: int = 30_000
    consensus: Consensus = Consensus.QBFT
    chain_id: int = CHAIN_ID
    blocks: list[Sealed] = field(default_factory=list)
    nodes: dict[bytes, bytes] = field(default_factory=dict)
    storage: dict[str, bytes] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.blocks:
            for name in NAMES:
                self.store("Directory", VERSIONS.slot(directory_name(name)), 1)
            self.seal(signers=[])

    @property
    def head(self) -> Header:
        return self.blocks[-1].header

    def header(self, number: int) -> Header:
        """As a bundle shows it, where its seals hold; else as it is."""
        found = self.blocks[number].header
        if self.consensus is Consensus.NONE:
            return found
        try:
            return normalised(found)
        except EvidenceInvalid:
            return found

    def seal(
        self,
        *transactions: Transaction,
        vote: Vote | None = None,
        proposer: Validator | None = None,
        listed: Sequence[Validator] | None = None,
        signers: Sequence[Validator] | None = None,
        round_number: int = 0,
    ) -> Sealed:
        """One more block; everything that is not said is as an honest network does it."""
        listed = self.set if listed is None else listed
        proposer = proposer or listed[len(self.blocks) % len(listed)]
        receipts = self._receipts(transactions)
        unsealed = ExtraData(
            bytes(32), tuple(member.address for member in listed), vote, round_number, ()
        )
        state = self._state()
        header = Header.of_fields(self._fields(proposer, receipts, state, unsealed))
        if self.consensus is Consensus.NONE:
            self.blocks.append(
                Sealed(Header.of_fields(header.with_extra_data(b"")), receipts, state)
            )
            return self.blocks[-1]
        message = sealed_hash(header)
        signing = sorted(listed if signers is None else signers, key=lambda one: one.address)
        seals = tuple(member.seal(message) for member in signing)
        sealed = header.with_extra_data(encode_extra_data(replace(unsealed, seals=seals)))
        block = Sealed(Header.of_fields(sealed), receipts, state)
        self.blocks.append(block)
        return block

    def resealed(self, header: Header) -> Header:
        """A header of another content, sealed by all of the set."""
        bare = replace(extra_data_of(header), seals=())
        header = Header.of_fields(header.with_extra_data(encode_extra_data(bare)))
        seals = tuple(member.seal(sealed_hash(header)) for member in self.set)
        extra = encode_extra_data(replace(bare, seals=seals))
        return normalised(Header.of_fields(header.with_extra_data(extra)))

    def emit(self, *events: Event) -> Sealed:
        """One more block, with all the events in one transaction."""
        return self.seal(Transaction(tuple(log_of(event) for event in events)))

    def grow(self, blocks: int) -> None:
        """So many more blocks without anything in them."""
        for _ in range(blocks):
            self.seal()

    def store(self, contract: str, slot: bytes, word: int) -> None:
        """A word of a contract's storage, from the next block on."""
        trie = self._storage(contract)
        if word:
            trie[keccak256(slot)] = encode(integer_bytes(word))
        else:
            del trie[keccak256(slot)]
        self.storage[contract] = trie.root_hash

    def count(self, kind: SubjectKind, subject: bytes, value: int) -> None:
        """A counter, from the next block on."""
        counter = COUNTERS[kind]
        self.store(counter.contract, counter.slot(subject), value << counter.shift)

    def stand(self, event_id: bytes, used: bool = False, withdrawn: bool = False) -> None:
        """A standing, from the next block on."""
        self.store(EXCUSED.contract, EXCUSED.slot(event_id), (withdrawn << WITHDRAWN.shift) | 1)
        self.store(USED.contract, USED.slot(event_id), int(used))

    def anchor(self, number: int = 0) -> Anchor:
        """Of the genesis block, or the checkpoint at a later one."""
        genesis = Anchor.of_genesis(
            self.blocks[0].header, self.chain_id, CONTRACTS, self.consensus, self.epoch
        )
        later = [block.header for block in self.blocks[1 : number + 1]]
        return genesis.advanced(later) if number else genesis

    def bundle(
        self,
        receipts: Mapping[int, Sequence[int]] | None = None,
        counters: Mapping[SubjectKind, Sequence[bytes]] | None = None,
        standings: Sequence[bytes] = (),
        headers: Sequence[int] = (),
        subject: bytes = bytes(31) + b"\1",
    ) -> Bundle:
        """Of the receipts named, by block; the head is the last block, and proves the state."""
        receipts, head = receipts or {}, len(self.blocks) - 1
        shown = sorted({*receipts, *headers, head})
        state = None
        if counters or standings:
            found = [
                CountersShown(kind, tuple(sorted(subjects)))
                for kind, subjects in sorted((counters or {}).items())
            ]
            state = StateShown(head, tuple(found), tuple(sorted(standings)))
        return Bundle(
            chain_id=self.chain_id,
            genesis=self.anchor().genesis,
            subject=Subject(BundleSubject.LOT, subject),
            headers=tuple(self.header(number) for number in shown),
            receipts=tuple(
                ReceiptsShown(block, tuple(sorted(places)))
                for block, places in sorted(receipts.items())
            ),
            state=state,
            nodes=by_hash([*self._receipt_nodes(receipts), *self._state_nodes(state)]),
        )

    def _receipt_nodes(self, receipts: Mapping[int, Sequence[int]]) -> list[bytes]:
        return [
            node
            for number, places in receipts.items()
            for place in places
            for node in proof_of(self.blocks[number].receipts, receipt_key(place))
        ]

    def _state_nodes(self, shown: StateShown | None) -> list[bytes]:
        if shown is None:
            return []
        wanted = [
            *((COUNTERS[one.kind], subject) for one in shown.counters for subject in one.subjects),
            *((field, event_id) for field in (USED, EXCUSED) for event_id in shown.events),
        ]
        books = sorted({entry.contract for entry, _ in wanted})
        wanted += [(VERSIONS, directory_name(book)) for book in books]
        state, found = self.blocks[shown.block].state, list[bytes]()
        for entry, key in wanted:
            found += proof_of(state, keccak256(address_of(entry.contract)))
            found += proof_of(self._storage(entry.contract), keccak256(entry.slot(key)))
        return found

    def _fields(
        self, proposer: Validator, receipts: HexaryTrie, state: HexaryTrie, extra: ExtraData
    ) -> list[Item]:
        number = len(self.blocks)
        parent = hash_of(self.head, self.consensus) if number else bytes(32)
        time = GENESIS_TIME + PERIOD * number
        return [
            parent,
            keccak256(encode([])),
            proposer.address,
            state.root_hash,
            HexaryTrie({}).root_hash,
            receipts.root_hash,
            bytes(256),
            b"\1",
            integer_bytes(number),
            integer_bytes(30_000_000),
            b"",
            integer_bytes(time),
            encode_extra_data(extra),
            bytes(32),
            bytes(8),
            b"",
        ]

    def _receipts(self, transactions: Sequence[Transaction]) -> HexaryTrie:
        trie = HexaryTrie({})
        for index, done in enumerate(transactions):
            trie[receipt_key(index)] = done.encoded(50_000 * (index + 1))
        return trie

    def _storage(self, contract: str) -> HexaryTrie:
        empty = HexaryTrie({}).root_hash
        return HexaryTrie(self.nodes, self.storage.get(contract, empty))

    def _state(self) -> HexaryTrie:
        """The same trie as before, where nothing was stored since."""
        if self.blocks and self.storage == self.stored:
            return self.blocks[-1].state
        self.stored = dict(self.storage)
        trie = HexaryTrie({})
        for name in NAMES:
            account: list[Item] = [b"\1", b"", self._storage(name).root_hash, CODE]
            trie[keccak256(address_of(name))] = encode(account)
        return trie


def proof_of(trie: HexaryTrie, key: bytes) -> list[bytes]:
    """The nodes from the root to a key; those inside their parents are no nodes of a proof."""
    nodes = [encode(node) for node in trie.get_proof(key)]
    return [node for at, node in enumerate(nodes) if at == 0 or len(node) >= 32]


def by_hash(nodes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Each once, in the order of the format."""
    return tuple(sorted(set(nodes), key=keccak256))
