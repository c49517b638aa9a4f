"""Tens of thousands of changed bundles: none is believed, and nothing but BundleRefused is raised.

The bundle is a small one, so that a verification costs some milliseconds; what it holds is judged
by steps 1 to 6. Documents, openings and keys are matters of steps 7 to 10: the bundle holds none,
and what a change adds of them is noticed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain as joined

import pytest

from lodetrace.audit.bundle import Bundle, open_frame
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import Evidence, establish
from lodetrace.chain.strict_rlp import Item, decode, encode
from tests.support.synthetic_chain import Chain
from tests.unit.audit.cases.base import shown, story
from tests.unit.audit.tampering.deep import forged_stories, in_extra_data, in_seals
from tests.unit.audit.tampering.mutations import (
    Mutation,
    cut,
    flipped,
    in_nodes,
    in_order,
    moved,
    repaired,
    structural,
)

pytestmark = pytest.mark.slow

SLOWEST = 1.0
"""Seconds of processor time for any one changed bundle of a few kilobytes."""


@dataclass
class Judge:
    """Verifies changed files and keeps count.

    believed: those that were accepted, and said nothing but the truth.
    """

    chain: Chain
    file: bytes
    tried: int = 0
    slowest: float = 0.0
    believed: list[Mutation] = field(default_factory=list)
    steps: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.anchor = self.chain.anchor()
        self.bundle = Bundle.decode(self.file)
        self.truth = establish(self.file, self.anchor)

    def judge(self, mutations: Iterator[Mutation]) -> None:
        for label, file in mutations:
            if file == self.file:
                continue
            self.tried += 1
            found, seconds = self._established(file)
            if isinstance(found, BundleRefused):
                self.steps[found.step] = self.steps.get(found.step, 0) + 1
            else:
                self._require_true(label, found)
                self.believed.append((label, file))
            if seconds > SLOWEST:
                seconds = min(seconds, *(self._established(file)[1] for _ in range(2)))
            self.slowest = max(self.slowest, seconds)

    def _established(self, file: bytes) -> tuple[Evidence | BundleRefused, float]:
        """What is found, and after how many seconds of the processor.

        Once in 20,000 a sweep of this process's memory falls into them; in three out of three
        it is the file that is slow.
        """
        start = time.process_time()
        try:
            found: Evidence | BundleRefused = establish(file, self.anchor)
        except BundleRefused as refusal:
            found = refusal
        return found, time.process_time() - start

    def _require_true(self, label: str, found: Evidence) -> None:
        """The same rows under the same head."""
        assert _rows(found) == _rows(self.truth), f"{label}: rows"

    def say(self, what: str) -> None:
        steps = ", ".join(f"step {step} {count}" for step, count in sorted(self.steps.items()))
        print(
            f"\n{what}: {self.tried} tried, refused in {steps}; {len(self.believed)} believed; "
            f"slowest {self.slowest:.3f} s"
        )


def _rows(found: Evidence) -> tuple[object, ...]:
    bundle = found.bundle
    hashes = (found.anchor.hash, found.head.fields[:12])
    shown = (found.keys, bundle.openings, bundle.documents)
    return (found.chain_id, hashes, found.events, found.closure.rows, found.notes, shown)


@pytest.fixture(scope="module")
def true_chain() -> Chain:
    return story()


@pytest.fixture(scope="module")
def bundle(true_chain: Chain) -> Bundle:
    return shown(true_chain)


@pytest.fixture
def judge(true_chain: Chain, bundle: Bundle) -> Judge:
    return Judge(true_chain, bundle.encode())


def content_of(bundle: Bundle) -> bytes:
    return open_frame(bundle.encode())


def items_of(bundle: Bundle) -> Item:
    return decode(content_of(bundle), "content")


def test_no_changed_file_is_accepted(judge: Judge) -> None:
    """Every byte in three ways, every length, every byte left out or doubled, chunks moved."""
    judge.judge(joined(flipped(judge.file), cut(judge.file), moved(judge.file)))
    judge.say("files")
    assert judge.believed == []
    assert judge.tried >= 20_000
    assert judge.slowest < SLOWEST


def test_no_changed_content_is_believed_when_its_checksum_is_repaired(
    judge: Judge, bundle: Bundle
) -> None:
    content = content_of(bundle)
    changed = joined(
        flipped(content, (0x01,)), flipped(content, (0xFF,), 3), flipped(content, (0x80,), 3)
    )
    judge.judge((label, repaired(raw)) for label, raw in changed)
    judge.judge((label, repaired(raw)) for label, raw in joined(cut(content), moved(content)))
    judge.say("contents")
    require_fewer_headers_only(judge)
    assert judge.tried >= 20_000
    assert judge.slowest < SLOWEST


def test_no_changed_item_is_believed_when_its_encoding_is_repaired(
    judge: Judge, bundle: Bundle
) -> None:
    """Each item at each depth, encoded right; and once more with all lists brought in order."""
    items = items_of(bundle)
    judge.judge((label, repaired(encode(changed))) for label, changed in structural(items))
    judge.judge(
        (f"{label}, in order", repaired(encode(in_order(changed))))
        for label, changed in structural(items)
    )
    judge.say("items")
    require_fewer_headers_only(judge)
    assert judge.tried >= 3_000
    assert judge.slowest < SLOWEST


def test_no_changed_node_is_believed_when_the_nodes_are_in_order_again(
    judge: Judge, bundle: Bundle
) -> None:
    judge.judge(
        (label, repaired(encode(in_order(changed))))
        for label, changed in in_nodes(items_of(bundle), 1)
    )
    judge.say("nodes")
    assert judge.believed == []
    assert judge.tried >= 2_000


def test_no_changed_seal_is_believed(judge: Judge, bundle: Bundle, true_chain: Chain) -> None:
    judge.judge(joined(in_seals(true_chain, bundle), in_extra_data(bundle)))
    judge.say("seals and extraData")
    assert judge.believed == []
    assert judge.tried >= 800


def test_no_other_story_is_believed_without_the_validators_keys(
    judge: Judge, true_chain: Chain
) -> None:
    judge.judge(forged_stories(true_chain))
    judge.say("forged stories")
    assert judge.believed == []
    assert set(judge.steps) == {3}, "everything below the seals was right"
    assert judge.tried >= 150


def test_the_lane_sees_a_verifier_that_believes_too_much(
    judge: Judge, true_chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lane that could not fail would say nothing."""
    monkeypatch.setattr("lodetrace.audit.seals._require_seals", lambda block, extra: 3)
    with pytest.raises(AssertionError, match="rows"):
        judge.judge(forged_stories(true_chain))


def require_fewer_headers_only(judge: Judge) -> None:
    """What was accepted leaves out headers that nothing here needs."""
    for label, file in judge.believed:
        found = Bundle.decode(file)
        assert set(found.headers) < set(judge.bundle.headers), label
        assert replace(found, headers=judge.bundle.headers) == judge.bundle, label
