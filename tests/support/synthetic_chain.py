"""A QBFT chain made in the test: real keys, seals and state, by another trie library.

Not a node: it says what its caller wants said, also what no honest validator would.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from coincurve import PrivateKey
from eth_abi.abi import encode as abi_encode
from trie import HexaryTrie

from lodetrace.audit.anchor import Anchor, AnchoredContract, Consensus, hash_of
from lodetrace.audit.bundle import Bundle, BundleSubject, Subject
from lodetrace.audit.closure import Closure, closure, root_of
from lodetrace.audit.logs import known_shapes
from lodetrace.audit.rows import Entry, ShownEntry, by_row, key_of, step
from lodetrace.audit.storage_layout import WORDS
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import (
    ExtraData,
    Vote,
    encode_extra_data,
    extra_data_of,
    sealed_hash,
)
from lodetrace.chain.receipts import Log
from lodetrace.chain.seals import normalised
from lodetrace.chain.strict_rlp import Item, encode, integer_bytes
from lodetrace.contracts.abi_codec import canonical, plain, snake
from lodetrace.contracts.events import Event, JournalWriterSet
from lodetrace.contracts.journal import rows_of
from lodetrace.contracts.plan import JOURNAL_WRITERS, NAMES, row_mask
from lodetrace.contracts.structs import Row
from lodetrace.text import checksummed
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
class Sealed:
    """A block as its node keeps it, with every seal."""

    header: Header
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
    entries: list[ShownEntry] = field(default_factory=list)
    words: dict[Row, int] = field(default_factory=dict)
    moved: dict[Row, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.blocks:
            for name, kinds in JOURNAL_WRITERS.items():
                self.note(JournalWriterSet(checksummed(address_of(name)), row_mask(kinds), CODE))
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
        *,
        vote: Vote | None = None,
        proposer: Validator | None = None,
        listed: Sequence[Validator] | None = None,
        signers: Sequence[Validator] | None = None,
        round_number: int = 0,
        number: int | None = None,
        time: int | None = None,
    ) -> Sealed:
        """One more block; everything that is not said is as an honest network does it.

        number and time: of a block long after the last one, whose blocks between nobody shows.
        """
        listed = self.set if listed is None else listed
        proposer = proposer or listed[len(self.blocks) % len(listed)]
        unsealed = ExtraData(
            bytes(32), tuple(member.address for member in listed), vote, round_number, ()
        )
        state = self._state()
        number = len(self.blocks) if number is None else number
        time = self.time_of(number) if time is None else time
        header = Header.of_fields(self._fields(proposer, state, unsealed, number, time))
        if self.consensus is Consensus.NONE:
            self.blocks.append(Sealed(Header.of_fields(header.with_extra_data(b"")), state))
            return self.blocks[-1]
        message = sealed_hash(header)
        signing = sorted(listed if signers is None else signers, key=lambda one: one.address)
        seals = tuple(member.seal(message) for member in signing)
        sealed = header.with_extra_data(encode_extra_data(replace(unsealed, seals=seals)))
        block = Sealed(Header.of_fields(sealed), state)
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
        """One more block, with all the events."""
        for event in events:
            self.note(event)
        return self.seal()

    def note(
        self,
        event: Event,
        at: bytes | None = None,
        *,
        block: int | None = None,
        time: int | None = None,
    ) -> ShownEntry:
        """An event, in all its rows. at: who writes it, if not its contract.

        block and time: where it is not one of the next block.
        """
        block = len(self.blocks) if block is None else block
        time = self.time_of(block) if time is None else time
        log = log_of(event, at)
        place = self.entries[-1].entry.place + 1 if self.entries else 1
        entry = Entry(log.address, block, time, place, log.topics, log.data)
        self.entries.append(ShownEntry(entry, event))
        for row in rows_of(event):
            self.words[row] = step(self.words.get(row, 0), entry)
            self.moved[row] = None
        return self.entries[-1]

    def time_of(self, block: int) -> int:
        """When a block is made."""
        return GENESIS_TIME + PERIOD * block

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

    def anchor(self, number: int = 0) -> Anchor:
        """Of the genesis block, or the checkpoint at a later one."""
        genesis = Anchor.of_genesis(
            self.blocks[0].header, self.chain_id, CONTRACTS, self.consensus, self.epoch
        )
        later = [block.header for block in self.blocks[1 : number + 1]]
        return genesis.advanced(later) if number else genesis

    def closure(self, subject: Subject) -> Closure:
        """What the subject needs of everything that was noted."""
        rows = by_row(self.entries)
        return closure(root_of(subject), lambda row: rows.get(row, ()))

    def bundle(
        self,
        subject: bytes = bytes(31) + b"\1",
        headers: Sequence[int] = (),
        kind: BundleSubject = BundleSubject.LOT,
    ) -> Bundle:
        """About a subject, as of the last block. headers: to be shown beside that one's."""
        about, head = Subject(kind, subject), len(self.blocks) - 1
        found = self.closure(about)
        return Bundle(
            chain_id=self.chain_id,
            genesis=self.anchor().genesis,
            subject=about,
            headers=tuple(self.header(number) for number in sorted({*headers, head})),
            entries=tuple(shown.entry for shown in found.entries),
            nodes=self.nodes_of(found.rows),
        )

    def nodes_of(self, rows: Iterable[Row]) -> tuple[bytes, ...]:
        """That prove the words of rows in the state of the last block."""
        found = proof_of(self.blocks[-1].state, keccak256(address_of("Journal")))
        for row in rows:
            found += proof_of(self._storage("Journal"), keccak256(WORDS.slot(key_of(row))))
        return by_hash(found)

    def _fields(
        self, proposer: Validator, state: HexaryTrie, extra: ExtraData, number: int, time: int
    ) -> list[Item]:
        parent = hash_of(self.head, self.consensus) if self.blocks else bytes(32)
        return [
            parent,
            keccak256(encode([])),
            proposer.address,
            state.root_hash,
            HexaryTrie({}).root_hash,
            HexaryTrie({}).root_hash,
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

    def _storage(self, contract: str) -> HexaryTrie:
        empty = HexaryTrie({}).root_hash
        return HexaryTrie(self.nodes, self.storage.get(contract, empty))

    def _state(self) -> HexaryTrie:
        """With the words that moved since; the same trie as before where nothing did."""
        for row in self.moved:
            self.store("Journal", WORDS.slot(key_of(row)), self.words[row])
        self.moved.clear()
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
