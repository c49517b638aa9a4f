"""All ten steps over changed bundles of a story with proofs: what steps 1 to 6 leave open.

Nothing is left open: what is withheld is refused.
"""

from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from benchmarks.long_ancestry import LongAncestry, long_ancestry
from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import (
    Bundle,
    BundleSubject,
    OpeningShown,
    Subject,
    open_frame,
)
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import establish
from lodetrace.audit.statements.judging import Verifier
from lodetrace.audit.verdict import Verdict
from lodetrace.audit.verify import verify
from lodetrace.chain.strict_rlp import Item, decode, encode
from tests.support.trapdoor import TrapdoorKey
from tests.unit.audit.tampering.mutations import Mutation, in_order, repaired, structural
from zk_circuits.abi import key_hash
from zk_circuits.batch_verify import batch_verify

pytestmark = pytest.mark.slow

STRANGE = TrapdoorKey(5, 77)
STEP = 9
"""Of the changes of single items every so many-th is tried: each costs all ten steps."""


@dataclass
class Remembering:
    """A verifier of proofs that does the pairings of the same proofs once."""

    verifier: Verifier
    known: set[str] = field(default_factory=set)

    def __call__(self, proofs: Sequence[object]) -> None:
        words = {repr(proof) for proof in proofs}
        if not words <= self.known:
            self.verifier(proofs)
            self.known |= words


@dataclass
class Court:
    """Judges changed bundles by all ten steps, and holds what it accepts against the truth."""

    bundle: Bundle
    anchor: Anchor
    verifier: Remembering = field(default_factory=lambda: Remembering(batch_verify))
    refused: Tally[tuple[int, str]] = field(default_factory=Tally)
    accepted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = self.bundle.encode()
        self.truth = verify(self.file, self.anchor, verifier=self.verifier)

    def judge(self, mutations: Iterator[Mutation]) -> None:
        for label, file in mutations:
            try:
                found = verify(file, self.anchor, verifier=self.verifier)
            except BundleRefused as refusal:
                self.refused[refusal.step, refusal.code] += 1
            else:
                require_no_more(label, found, self.truth)
                self.accepted.append(label)

    def say(self, what: str) -> None:
        steps = Tally(step for step, _ in self.refused.elements())
        shown = ", ".join(f"step {step} {count}" for step, count in sorted(steps.items()))
        print(f"\n{what}: {len(self.accepted)} accepted as they are; refused in {shown}")


def require_no_more(label: str, found: Verdict, truth: Verdict) -> None:
    """The same story, and nothing that was not known before; doubts may have come."""
    same = ("subject", "chain_id", "genesis", "anchor_hash", "lots", "claims", "asserted")
    for part in (*same, "openings", "documents", "policy", "head_block"):
        assert getattr(found, part) == getattr(truth, part), f"{label}: {part}"
    for count in ("lots", "births", "runs", "site events", "hand-overs", "certificates relied on"):
        assert found.counts[count] == truth.counts[count], f"{label}: {count}"
    assert {one.code for one in truth.findings} <= {one.code for one in found.findings}, label
    assert set(truth.not_proven) <= set(found.not_proven), label


@pytest.fixture(scope="module")
def ancestry() -> LongAncestry:
    """Two lots of a mine, sold, and refined into one, three proofs."""
    return long_ancestry(2)


@pytest.fixture(scope="module")
def bundle(ancestry: LongAncestry) -> Bundle:
    return ancestry.bundle


@pytest.fixture
def court(ancestry: LongAncestry) -> Court:
    return Court(ancestry.bundle, ancestry.anchor)


def without_entries(bundle: Bundle) -> Iterator[Mutation]:
    """Each entry withheld, and each two neighbours."""
    for count in (1, 2):
        for at in range(len(bundle.entries)):
            kept = bundle.entries[:at] + bundle.entries[at + count :]
            yield f"no entries {at} to {at + count}", replace(bundle, entries=kept).encode()


def without_nodes(bundle: Bundle) -> Iterator[Mutation]:
    """Each node withheld."""
    for at in range(len(bundle.nodes)):
        kept = bundle.nodes[:at] + bundle.nodes[at + 1 :]
        yield f"no node {at}", replace(bundle, nodes=kept).encode()


def other_subjects(bundle: Bundle, anchor: Anchor) -> Iterator[Mutation]:
    """Anything else of the story for the lot, or a stranger, and a product of the lot's id."""
    rows = establish(bundle.encode(), anchor).closure.rows
    ids = {row.subject for row in rows} - {bundle.subject.id, bytes(32)}
    for other in (*sorted(ids), bytes(32), b"\1" * 32):
        yield "another lot", replace(bundle, subject=replace(bundle.subject, id=other)).encode()
    product = Subject(BundleSubject.PRODUCT, bundle.subject.id)
    yield "a product", replace(bundle, subject=product).encode()


def other_keys(bundle: Bundle) -> Iterator[Mutation]:
    """A key left out, one of another ceremony beside or instead, and words of one changed."""
    for at, key in enumerate(bundle.keys):
        rest = [*bundle.keys[:at], *bundle.keys[at + 1 :]]
        yield "a key left out", _with_keys(bundle, rest)
        yield "a strange key instead", _with_keys(bundle, [*rest, STRANGE.key.words()])
        for word in range(len(key)):
            changed = (*key[:word], key[word] ^ 1, *key[word + 1 :])
            yield f"word {word} of a key", _with_keys(bundle, [*rest, changed])
    yield "a strange key beside", _with_keys(bundle, [*bundle.keys, STRANGE.key.words()])


def _with_keys(bundle: Bundle, keys: Sequence[tuple[int, ...]]) -> bytes:
    return replace(bundle, keys=tuple(sorted(keys, key=key_hash))).encode()


def other_disclosures(bundle: Bundle) -> Iterator[Mutation]:
    """Openings that open nothing, and documents of which no event has the hash."""
    for commitment in (bundle.subject.id, bytes(32), b"\1" * 32):
        for tag, metal, salt in ((1, 5, 7), (0, 0, 0), (1 << 200, 1, 1), (1, 1, 1 << 250)):
            opening = OpeningShown(tag, commitment, (metal, *[0] * 8), salt)
            yield "an opening", replace(bundle, openings=(opening,)).encode()
    for document in (b"", b"a note", bytes(1_000)):
        yield "a document", replace(bundle, documents=(document,)).encode()


def other_items(bundle: Bundle) -> Iterator[Mutation]:
    """Items at every depth, as in the lane of steps 1 to 6."""
    items: Item = decode(open_frame(bundle.encode()), "content")
    for at, (label, changed) in enumerate(structural(items)):
        if at % STEP == 0:
            yield label, repaired(encode(in_order(changed)))


def test_what_is_withheld_is_refused(court: Court) -> None:
    court.judge(without_entries(court.bundle))
    court.judge(without_nodes(court.bundle))
    court.say("withheld")
    assert court.accepted == []
    assert {step for step, _ in court.refused} == {4}
    assert court.refused.total() >= 150


def test_no_other_subject_key_or_disclosure_is_accepted(court: Court) -> None:
    court.judge(other_subjects(court.bundle, court.anchor))
    court.judge(other_keys(court.bundle))
    court.judge(other_disclosures(court.bundle))
    court.say("subjects, keys and disclosures")
    assert court.accepted == []
    assert court.refused.total() >= 80


def test_changed_items_under_all_ten_steps(court: Court) -> None:
    court.judge(other_items(court.bundle))
    court.say("items")
    assert court.refused.total() >= 500
