"""Attackers at random: whatever they do in whatever order, no promise is broken."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from tests.model.protocol_2.promises import breaches
from tests.model_tests.protocol_2.cast import stocked
from tests.strategies.attackers import attempt, histories_of_attackers

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

attacked = settings(
    max_examples=100_000 if LONG else 2_000,
    deadline=None,
    derandomize=not LONG,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@attacked
@given(histories_of_attackers)
def test_attackers_break_no_promise(attempts: list[int]) -> None:
    network = stocked()
    for seed in attempts:
        attempt(network, seed)
    assert breaches(network) == []
