"""Every rule refuses something, by its name."""

from __future__ import annotations

import pytest

from tests.model.protocol_2.rules import ActRefused, ActRule
from tests.model_tests.protocol_2.attacks import ATTACKS
from tests.model_tests.protocol_2.cast import cast
from tests.model_tests.protocol_2.refusals import FURTHER, REFUSALS, Act


@pytest.mark.parametrize("rule", REFUSALS, ids=str)
def test_the_rule_refuses(rule: ActRule) -> None:
    network = cast()
    with pytest.raises(ActRefused) as refused:
        REFUSALS[rule](network)
    assert refused.value.rule is rule, refused.value


@pytest.mark.parametrize(("rule", "act"), FURTHER, ids=lambda value: getattr(value, "__name__", ""))
def test_the_rule_refuses_another_way(rule: ActRule, act: Act) -> None:
    network = cast()
    with pytest.raises(ActRefused) as refused:
        act(network)
    assert refused.value.rule is rule, refused.value


def test_every_rule_is_of_an_attack_or_refuses_by_itself() -> None:
    lifted = {rule for attack in ATTACKS for rule in attack.lifted}
    spoken = {attack.refused_by for attack in ATTACKS}
    assert set(ActRule) - lifted - spoken - set(REFUSALS) == set()
