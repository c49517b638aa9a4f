"""A generated chain as its Journal holds it: every entry, every word, and one sealed head."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from trie import HexaryTrie

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle, Subject
from lodetrace.audit.closure import Closure, closure, root_of
from lodetrace.audit.rows import ShownEntry, by_row, key_of
from lodetrace.audit.storage_layout import WORDS
from lodetrace.contracts.structs import Row
from tests.support.audit_world import World
from tests.support.synthetic_chain import Chain, address_of, by_hash, proof_of
from tests.unit.audit.subsets.chains import generated
from tests.unit.audit.subsets.proven import keys_of, proven_events
from zk_circuits.keccak import keccak256


@dataclass(frozen=True)
class Whole:
    """The whole chain. subjects: what bundles of it are about; the first one is the car."""

    chain: Chain
    entries: tuple[ShownEntry, ...]
    subjects: tuple[Subject, ...]

    @cached_property
    def anchor(self) -> Anchor:
        """Of the genesis block."""
        return self.chain.anchor()

    @cached_property
    def rows(self) -> dict[Row, list[ShownEntry]]:
        """All rows, as the chain noted them."""
        return by_row(self.entries)

    @cached_property
    def trie(self) -> HexaryTrie:
        """The Journal's storage at the head."""
        return self.chain._storage("Journal")

    @cached_property
    def account(self) -> list[bytes]:
        """Nodes that prove the Journal's account."""
        state = self.chain.blocks[-1].state
        return proof_of(state, keccak256(address_of("Journal")))

    @cached_property
    def proofs(self) -> dict[Row, list[bytes]]:
        """Nodes that prove words, kept from one bundle to the next."""
        return {}

    def proof(self, row: Row) -> list[bytes]:
        """Nodes that prove the word of a row, or that it has none."""
        if row not in self.proofs:
            self.proofs[row] = proof_of(self.trie, keccak256(WORDS.slot(key_of(row))))
        return self.proofs[row]

    def closure(self, subject: Subject) -> Closure:
        """What an honest exporter shows of a subject."""
        return closure(root_of(subject), lambda row: self.rows.get(row, ()))

    def bundle(
        self, subject: Subject, entries: Sequence[ShownEntry], rows: Iterable[Row]
    ) -> Bundle:
        """About a subject, with these entries, and the proofs of these rows' words."""
        nodes = [node for row in rows for node in self.proof(row)]
        return Bundle(
            chain_id=self.chain.chain_id,
            genesis=self.anchor.genesis,
            subject=subject,
            headers=(self.chain.header(len(self.chain.blocks) - 1),),
            entries=tuple(shown.entry for shown in entries),
            nodes=by_hash([*self.account, *nodes]),
            keys=keys_of(entries),
        )

    def honest(self, subject: Subject) -> Bundle:
        """What an honest exporter gives."""
        found = self.closure(subject)
        return self.bundle(subject, found.entries, found.rows)


@cache
def whole(seed: int) -> Whole:
    """The chain of a seed; a later one of the same seed is the same."""
    story = generated(seed)
    return noted(story.world, story.subjects)


def noted(world: World, subjects: tuple[Subject, ...]) -> Whole:
    """What a world recorded, with its proofs, under a head behind all of it."""
    chain, recorded = Chain(), world.chain
    for told in proven_events(recorded.events):
        chain.note(told.event, told.address, block=told.block, time=told.time)
    chain.seal(number=recorded.block + 1, time=recorded.time + 60)
    return Whole(chain, tuple(chain.entries), subjects)
