"""Each attack succeeds where its rules are lifted, and fails where they stand."""

from __future__ import annotations

import pytest

from tests.model.protocol_2.promises import breaches
from tests.model.protocol_2.rules import ActRefused
from tests.model_tests.protocol_2.attacks import ATTACKS, Attack
from tests.model_tests.protocol_2.cast import cast

by_name = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)


@by_name
def test_breaks_its_promise_without_the_rule(attack: Attack) -> None:
    network = cast(*attack.lifted)
    before = breaches(network)
    attack.act(network)
    broken = [breach for breach in breaches(network) if breach not in before]
    assert attack.breaks in {breach.promise for breach in broken}


@by_name
def test_is_stopped_by_the_rule(attack: Attack) -> None:
    network = cast()
    if attack.silent:
        attack.act(network)
    else:
        with pytest.raises(ActRefused) as refused:
            attack.act(network)
        expected = attack.refused_by or attack.lifted[0]
        assert refused.value.rule is expected, refused.value
    assert breaches(network) == []
