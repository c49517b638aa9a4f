"""Attackers at random: whatever they do in whatever order, no promise is broken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from tests.model.protocol_2.book import Material
from tests.model.protocol_2.events import EventKind
from tests.model.protocol_2.network import Network
from tests.model.protocol_2.promises import Breach, breaches
from tests.model.protocol_2.rules import ActRefused, ActRule
from tests.model.protocol_2.runs import RunRecord
from tests.model_tests.protocol_2.cast import stocked
from tests.strategies.attackers import (
    ATTEMPTS,
    NothingToAttempt,
    attempt,
    histories_of_attackers,
)

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SEEDS = 2_000
THROUGH = 300
"""Histories in which attackers have to get through with everything that leads on."""

NEVER_ACCEPTED = {"_write_off", "_withdrawal"}
"""No rule allows the one; honest inspectors take nothing back that was true."""

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


def test_attackers_get_through() -> None:
    """Else their histories say little: nearly every act is accepted somewhere, and leads on."""
    accepted, led_to = set[str](), set[str]()
    for seed in range(THROUGH):
        network, random = stocked(), Random(seed)
        for _ in range(random.randrange(20, 60)):
            act = random.choice(ATTEMPTS)
            network.wait(1)
            try:
                act(network, Random(random.randrange(2**32)))
            except (ActRefused, NothingToAttempt):
                continue
            accepted.add(act.__name__)
        led_to |= set(_led_to(network))
    assert {act.__name__ for act in ATTEMPTS} - accepted <= NEVER_ACCEPTED
    assert led_to >= {
        *("stock left", "periods begun anew", "a sold plant's event", "a pause"),
        *("young units ended", "old units ended", "ended units recovered", "scrap recovered"),
        *("a merger", "an expulsion", "a frozen group"),
    }


def _led_to(network: Network) -> Iterator[str]:
    """What happened in a history that takes several acts, one after the other."""
    for record in network.runs.records:
        yield from _led_to_run(record)
    for one in network.products.retirements:
        yield "old units ended" if one.made.post_consumer else "young units ended"
    members = network.members
    yield from ["a pause"] * bool(members.pauses)
    yield from ["a frozen group"] * bool(members.freezes)
    yield from ["a merger"] * any(members.left.values())
    yield from ["an expulsion"] * any(not one.active for one in members.organisations.values())


def _led_to_run(record: RunRecord) -> Iterator[str]:
    made, used = ({lot.material for lot in lots} for lots in (record.made, record.consumed))
    standing = record.standing
    if standing is None:
        return
    if Material.IN_PROCESS in made:
        yield "stock left"
    if Material.IN_PROCESS in used:
        yield "stock used"
    if standing.continuous > 1:
        yield "periods begun anew"
    if (*record.made, *record.consumed)[0].holder != standing.operator:
        yield "a sold plant's event"
    if standing.statement.kind is EventKind.RECOVERY:
        yield "ended units recovered" if Material.RETIRED in used else "scrap recovered"


def _broken_by(rule: ActRule, seed: int) -> list[Breach]:
    network, random = stocked(rule), Random(seed)
    before = _said(network)
    for _ in range(random.randrange(20, 60)):
        attempt(network, random.randrange(2**32))
    return [breach for breach in breaches(network) if breach.what not in before]


def _said(network: Network) -> set[str]:
    return {breach.what for breach in breaches(network)}
