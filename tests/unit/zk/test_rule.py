import pytest
from hypothesis import given
from hypothesis import strategies as st

from zk_circuits.errors import ModelRefused, WordOutOfRange
from zk_circuits.rule import RuleModel, RunRule
from zk_circuits.schema import Credit, credit_mask

from .vector_files import named

ppm = st.integers(0, 2**20 - 1)
bits = st.integers(0, 31)
rules = st.builds(RunRule, st.booleans(), st.booleans(), bits, bits, ppm, ppm, ppm)


@pytest.mark.parametrize("vector", named("rules.json"))
def test_vector(vector):
    word = (
        vector["proportional"]
        + 2 * vector["whole"]
        + 2**2 * vector["gates"]
        + 2**7 * vector["grants"]
        + 2**12 * vector["tolerancePpm"]
        + 2**32 * vector["lossFromPpm"]
        + 2**52 * vector["lossToPpm"]
    )
    assert int(vector["word"]) == word
    rule = RunRule.parse(word)
    assert rule.word == word
    assert (rule.gates, rule.grants) == (vector["gates"], vector["grants"])


@given(rules)
def test_parsing_a_word_gives_the_rule_back(rule):
    assert RunRule.parse(rule.word) == rule


def test_word_has_72_bits():
    RunRule.parse(2**72 - 1)
    with pytest.raises(WordOutOfRange):
        RunRule.parse(2**72)


@pytest.mark.parametrize(
    ("model", "proportional", "whole"),
    [
        (RuleModel.IDENTITY_PRESERVED, True, True),
        (RuleModel.SEGREGATED, True, True),
        (RuleModel.CONTROLLED_BLENDING, True, False),
        (RuleModel.MASS_BALANCE, False, False),
    ],
)
def test_models(model, proportional, whole):
    rule = RunRule.of_model(model)
    assert (rule.proportional, rule.whole) == (proportional, whole)
    assert (rule.gates, rule.grants) == (0b11111, 0)


@pytest.mark.parametrize("model", list(RuleModel)[:4])
def test_on_paper_credits_follow_the_metal_under_each_model(model):
    rule = RunRule.of_model(model, gates=0b101, tolerance_ppm=7)
    assert rule.on_paper() == RunRule(True, rule.whole, gates=0b101, tolerance_ppm=7)


@pytest.mark.parametrize("model", [RuleModel.BOOK_AND_CLAIM, 4, 5, -1])
def test_other_models_are_refused(model):
    with pytest.raises(ModelRefused):
        RunRule.of_model(model)


def test_gates_are_numbered_as_credits():
    mask = credit_mask([Credit.RESPONSIBLE, Credit.RECYCLED_MANUFACTURING])
    rule = RunRule(True, False, gates=mask, grants=credit_mask([Credit.CREDIT_5]))
    assert (rule.gates, rule.grants) == (0b00101, 0b10000)


def test_the_ends_of_the_band_belong_to_it():
    rule = RunRule(True, False, loss_from_ppm=10_000, loss_to_ppm=20_000)
    assert [rule.in_band(1000, out) for out in (991, 990, 980, 979)] == [False, True, True, False]
