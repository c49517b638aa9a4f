"""Attackers at random: whatever they do in whatever order, no promise is broken."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from tests.model.protocol_2.network import Network
from tests.model.protocol_2.promises import Breach, breaches
from tests.model.protocol_2.rules import ActRule
from tests.model_tests.protocol_2.cast import stocked
from tests.strategies.attackers import attempt, histories_of_attackers

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SEEDS = 2_000

FOUND_AT_RANDOM = [
    ActRule.JUDGE_INDEPENDENT,
    ActRule.JUDGE_ANOTHER_GROUP,
    ActRule.TWO_GROUPS,
    ActRule.LOT_LOCKED,
    ActRule.EVENT_OPEN,
    ActRule.BATCH_NOT_SEEN,
    ActRule.WEIGHT_OUT,
    ActRule.LOSS_NAMES_PART,
    ActRule.EVENT_ONCE,
    ActRule.HELD_IN_TIME,
    ActRule.BOOKS_ALL,
    ActRule.SCRAP_ATTESTED,
    ActRule.UNITS_ATTESTED,
    ActRule.NO_PAPER_WRITE_OFF,
    ActRule.ONE_ROOT,
    ActRule.GOODS_ARRIVE,
    ActRule.HOLD_FREE,
    ActRule.SETTLED_AS_MEASURED,
    ActRule.UNITS_ONCE,
    ActRule.END_OF_LIFE,
    ActRule.OUTLIVES_UPGRADES,
]
"""Rules without which so many histories break a promise; the others have attacks by name."""

BLOCKS = 20 if LONG else 1
"""Of the long lane's 100,000 histories: a test has minutes, not half an hour."""

attacked = settings(
    max_examples=5_000 if LONG else 2_000,
    deadline=None,
    derandomize=not LONG,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("block", range(BLOCKS))
@attacked
@given(attempts=histories_of_attackers)
def test_attackers_break_no_promise(attempts: list[int], block: int) -> None:
    network = stocked()
    for seed in attempts:
        attempt(network, seed)
    assert breaches(network) == []


@pytest.mark.parametrize("rule", FOUND_AT_RANDOM, ids=str)
def test_attackers_find_what_a_lifted_rule_lets_through(rule: ActRule) -> None:
    assert any(_broken_by(rule, seed) for seed in range(SEEDS))


def _broken_by(rule: ActRule, seed: int) -> list[Breach]:
    network, random = stocked(rule), Random(seed)
    before = _said(network)
    for _ in range(random.randrange(20, 60)):
        attempt(network, random.randrange(2**32))
    return [breach for breach in breaches(network) if breach.what not in before]


def _said(network: Network) -> set[str]:
    return {breach.what for breach in breaches(network)}
