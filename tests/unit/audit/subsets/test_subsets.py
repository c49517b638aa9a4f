"""Nothing that is left out of a bundle, or exchanged in it, hides what the whole chain says.

Generated chains hold every noted event; a forger takes away or exchanges any part of an honest
bundle and repairs the rest; what the verifier accepts says no less than the whole chain. The story
of the demo is judged in the same way. 300 seeded sets here; AUDIT_SUBSETS=10000 in the long lane.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

import pytest

from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.policy import Policy
from lodetrace.audit.verify import verify
from lodetrace.contracts.journal import ROWS
from tests.unit.audit.subsets.cases import CASES, LONG, SUBJECTS, forger, subject
from tests.unit.audit.subsets.forger import EXCHANGES, Forger, Forgery
from tests.unit.audit.subsets.judged import (
    COMPLETENESS,
    FAILED,
    OF_EXCHANGES,
    Told,
    judged,
    truth,
)
from tests.unit.audit.subsets.whole import whole

pytestmark = pytest.mark.slow

ALL: Final = Policy(refuse=frozenset())
"""A reader who takes note of every finding, and refuses none."""


def outcome(seed: int, at: int, made: Forgery) -> str:
    """The name of the refusal, or that it says what is true; anything else is a failure."""
    found = judged(made.bundle, whole(seed))
    assert not isinstance(found, FAILED), f"{made.what}: the forger left something over: {found}"
    if isinstance(found, Told):
        assert found.lacks(truth(seed, subject(seed, at))) == set(), made.what
        assert made.bundle == forger(seed, at).bundle, f"{made.what}: two bundles of one head"
        return "survived"
    expected = OF_EXCHANGES if made.what in EXCHANGES else COMPLETENESS
    assert isinstance(found, expected), f"{made.what}: {found}"
    return type(found).__name__


def test_the_chains_hold_every_noted_event() -> None:
    """And each of them is in some closure: else what is said here says nothing about it."""
    shown = {
        type(one.event) for seed, at in SUBJECTS for one in forger(seed, at).honest.entries
    }  # fmt: skip
    assert shown == set(ROWS)


@pytest.mark.parametrize(("seed", "at"), SUBJECTS)
def test_nothing_is_left_out_of_an_honest_bundle(seed: int, at: int) -> None:
    """With real proofs: all ten steps, no finding fewer than the whole chain's, every claim."""
    made, of = forger(seed, at).nothing(), whole(seed)
    assert outcome(seed, at, made) == "survived"
    told = judged(made.bundle, of)
    assert isinstance(told, Told)
    verdict = verify(made.bundle.encode(), of.anchor, ALL, now=of.chain.head.time)
    assert (verdict.findings, verdict.headline) == (told.findings, told.headline)


@pytest.mark.parametrize(("seed", "at"), SUBJECTS if LONG else [(0, 0), (1, 6)])
def test_every_entry_subject_and_node_is_missed(seed: int, at: int) -> None:
    found = Counter(
        outcome(seed, at, made) for made in singles(forger(seed, at)) if made is not None
    )
    honest = forger(seed, at)
    parts = len(honest.honest.entries) + len(honest.honest.rows) + len(honest.bundle.nodes)
    print(f"\n{parts} parts: {dict(found)}")
    assert "survived" not in found


def singles(one: Forger) -> Iterator[Forgery]:
    """Each part taken away by itself."""
    yield from (one.without("entry", [entry]) for entry in one.honest.entries)
    yield from (one.without_row(row) for row in one.honest.rows if one.is_proven_alone(row))
    yield from (one.without_node(at) for at in range(len(one.bundle.nodes)))


def test_sets_of_what_belongs_together_are_missed() -> None:
    found: Counter[tuple[str, str]] = Counter()
    for number in range(CASES):
        random = Random(f"set {number}")
        seed, at = random.choice(SUBJECTS)
        made = forger(seed, at).set_drawn(random)
        found[made.what, outcome(seed, at, made)] += 1
    print(f"\n{CASES} sets: {dict(found)}")
    assert {what for what, _ in found} == {
        "subjects", "event type", "entries", "behind a reference",
    }  # fmt: skip
    assert "survived" not in {came_of for _, came_of in found}


def test_what_is_exchanged_is_noticed() -> None:
    found: Counter[tuple[str, str]] = Counter()
    for number in range(CASES // 2):
        random = Random(f"exchange {number}")
        seed, at = random.choice(SUBJECTS)
        made = forger(seed, at).exchanged(random)
        found[made.what, outcome(seed, at, made)] += 1
    print(f"\n{CASES // 2} exchanges: {dict(found)}")
    assert {what for what, _ in found} == EXCHANGES
    assert "survived" not in {came_of for _, came_of in found}


def test_one_of_each_class_with_real_proofs() -> None:
    """All ten steps refuse it in the same words: proofs and signals let nothing pass."""
    seen: set[str] = set()
    for number in range(400):
        random = Random(f"proven {number}")
        seed, at = random.choice(SUBJECTS)
        one = forger(seed, at)
        made = one.set_drawn(random) if number % 2 else one.exchanged(random)
        if made.what in seen:
            continue
        seen.add(made.what)
        of = whole(seed)
        quick = judged(made.bundle, of)
        with pytest.raises(BundleRefused) as refused:
            verify(made.bundle.encode(), of.anchor, ALL)
        assert (type(refused.value), str(refused.value)) == (type(quick), str(quick))
    assert seen >= EXCHANGES | {"subjects", "event type", "entries", "behind a reference"}
