"""What the rules do not prevent, with numbers: each is told in the documentation.

Every run here keeps all rules of spec 5 to 9 and says more than the metal can bear. They pin the
limits, so that whoever closes one sees which claim it was about.
"""

from __future__ import annotations

from dataclasses import replace

from tests.model.balance import Balance, BirthEvent, RunEvent
from tests.model.claims import WEIGHT_LIMIT, weight_of
from tests.model.judge import Birth, judge_birth, judge_run
from tests.model.runs import NO_GRANTS, Terms
from tests.model.sharing import planned_run

SEGREGATED = Terms(whole=True)
BLENDED = Terms()


def test_birth_may_be_called_segregated_without_being_whole() -> None:
    """Spec 5 does not ask; the first run drops the credit."""
    event = BirthEvent(1000, 0, (600, 0, 0, 0))
    lot = Balance(1000, 0, 0, (600, 0, 0, 0))
    assert judge_birth(Birth(event, lot, (True,) * 4, False)).accepted
    run = planned_run([lot], [1000], SEGREGATED)
    assert judge_run(run).accepted
    assert run.made()[0].credits[0] == 0


def test_four_coprime_series_have_no_common_scale() -> None:
    """Scales have 32 bits: lcm(997, 1009, 1013, 1019) = 1.04e12 has 40, so no total exists."""
    counts = (997, 1009, 1013, 1019)
    scale = 997 * 1009 * 1013 * 1019
    assert scale.bit_length() == 40
    assert scale >= WEIGHT_LIMIT
    assert weight_of(1, scale // 997, 997) is None
    assert all(weight_of(1, scale, count) for count in counts)


def test_tiny_splits_gain_nothing() -> None:
    """The other direction: 100 splits into single mg only lose credit and gain burden."""
    rest, crumbs = Balance(100, 101, 100, (99, 0, 0, 0)), []
    while rest.metal > 1:
        run = planned_run([rest], [1, rest.metal - 1], BLENDED)
        assert judge_run(run).accepted
        crumb, rest = run.made()
        crumbs.append(crumb)
    crumbs.append(rest)
    assert sum(crumb.metal for crumb in crumbs) == 100
    assert sum(crumb.carbon for crumb in crumbs) >= 101
    assert sum(crumb.cahra for crumb in crumbs) == 100
    assert sum(crumb.credits[0] for crumb in crumbs) == 0


def test_unbooked_metal_enters_within_the_tolerance() -> None:
    """0.5 % of the scale hides 5 of 1000 mg: real loss 5, fed 5, declared loss 0."""
    terms = Terms(tolerance=5_000, grants=NO_GRANTS)
    run = planned_run([Balance(1000)], [1000], terms, RunEvent(1000, (1005,)))
    assert judge_run(run).accepted
    assert run.loss == 0
    beyond = replace(run, event=RunEvent(1000, (1006,)))
    assert not judge_run(beyond).accepted
