"""The demo's own bundle, thinned out: real members, real seals, and proofs under its own keys."""

from collections import Counter
from random import Random
from typing import Final

import pytest

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.policy import Policy
from lodetrace.audit.verify import verify
from tests.conftest import ROOT
from tests.unit.audit.subsets.alone import Alone
from tests.unit.audit.subsets.cases import CASES, LONG
from tests.unit.audit.subsets.forger import EXCHANGES, Forger
from tests.unit.audit.subsets.judged import COMPLETENESS, OF_EXCHANGES, Told, judged
from tests.unit.audit.subsets.truth import Truth
from tests.unit.audit.subsets.whole import whole

pytestmark = pytest.mark.slow

STORY: Final = ROOT / "tests" / "vectors" / "story"


def of_the_demo() -> Alone:
    bundle = Bundle.decode((STORY / "sulphate.bundle").read_bytes())
    return Alone(bundle, Anchor.load(STORY / "anchor.json"))


def of_a_generated_chain() -> Alone:
    of = whole(0)
    return Alone(of.honest(of.subjects[0]), of.anchor)


@pytest.fixture(scope="module", params=[of_the_demo, of_a_generated_chain])
def shown(request: pytest.FixtureRequest) -> Alone:
    found: Alone = request.param()
    return found


@pytest.fixture(scope="module")
def forger(shown: Alone) -> Forger:
    return Forger(shown, shown.original.subject)


def test_what_is_put_together_again_is_the_same(shown: Alone, forger: Forger) -> None:
    """The head determines a bundle to the byte; and it says what its entries say by themselves."""
    assert forger.nothing().bundle == shown.original
    told = judged(shown.original, shown)
    assert isinstance(told, Told)
    head = shown.original.headers[-1].time
    apart = Truth(shown.original.subject, shown.entries, head)
    said = {(one.code, one.about) for one in told.findings}
    said |= {(one.code, None) for one in told.findings}
    assert apart.findings <= said
    assert apart.claims == told.claims
    verdict = verify(shown.original.encode(), shown.anchor, Policy(refuse=frozenset()), now=head)
    assert (verdict.findings, verdict.headline) == (told.findings, told.headline)


def test_no_part_of_it_is_dispensable(shown: Alone, forger: Forger) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for number in range(CASES // 10):
        random = Random(f"story {number}")
        made = forger.exchanged(random, EXCHANGES_OF_ONE) if number % 3 == 0 else None
        made = made or forger.set_drawn(random)
        refused = judged(made.bundle, shown)
        expected = OF_EXCHANGES if made.what in EXCHANGES else COMPLETENESS
        assert isinstance(refused, expected), made.what
        found[made.what, type(refused).__name__] += 1
    print(f"\n{dict(found)}")


def test_each_entry_and_node_is_missed(shown: Alone, forger: Forger) -> None:
    """Each in the long lane; else every twentieth."""
    step = 1 if LONG else 20
    entries = forger.honest.entries[::step]
    parts = [forger.without("entry", [one]) for one in entries]
    parts += [forger.without_node(at) for at in range(0, len(forger.bundle.nodes), step)]
    for made in parts:
        refused = judged(made.bundle, shown)
        assert isinstance(refused, BundleRefused)
        assert isinstance(refused, COMPLETENESS), made.what


EXCHANGES_OF_ONE: Final = EXCHANGES - {"older words", "older words without the account"}
"""For which no other state than the head's is needed."""
