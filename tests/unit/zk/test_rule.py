import pytest
from hypothesis import given
from hypothesis import strategies as st

from zk_circuits.balance import Balance
from zk_circuits.errors import ModelRefused, WordOutOfRange
from zk_circuits.rule import BirthRule, RuleModel, RunRule
from zk_circuits.schema import Credit, credit_mask

from .vector_files import named

ppm = st.integers(0, 2**20 - 1)
bits = st.integers(0, 15)


@st.composite
def rules(draw):
    counts = tuple(draw(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4)))
    outputs = st.integers(0, 2 ** len(counts) - 1)
    flags = [draw(st.booleans()) for _ in range(3)]
    masks = [draw(mask) for mask in (bits, bits, outputs, outputs)]
    return RunRule(counts, *flags, *masks, *(draw(ppm) for _ in range(4)))


@pytest.mark.parametrize("vector", named("rules.json"))
def test_vector(vector):
    rule = RunRule.parse(int(vector["word"]), len(vector["counts"]))
    assert rule.word == int(vector["word"])
    assert rule.counts == tuple(vector["counts"])
    assert (rule.gates, rule.grants) == (vector["gates"], vector["grants"])
    assert (rule.scrap, rule.in_units) == (vector["scrap"], vector["inUnits"])


@pytest.mark.parametrize("vector", named("births.json"))
def test_vector_of_a_birth(vector):
    rule = BirthRule(vector["count"], vector["gates"], bool(vector["inCahra"]))
    assert rule.word == int(vector["word"])
    assert BirthRule.parse(rule.word) == rule


@given(rules())
def test_parsing_a_word_gives_the_rule_back(rule):
    assert RunRule.parse(rule.word, len(rule.counts)) == rule


def test_words_have_227_and_37_bits():
    RunRule.parse(2**227 - 1, 4)
    with pytest.raises(WordOutOfRange):
        RunRule.parse(2**227, 4)
    BirthRule.parse(2**37 - 1)
    with pytest.raises(WordOutOfRange):
        BirthRule.parse(2**37)


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
    assert (model.proportional, model.whole) == (proportional, whole)


@pytest.mark.parametrize("model", list(RuleModel)[:4])
def test_on_paper_credits_follow_the_metal_under_each_model(model):
    rule = RunRule.rebook(model, (1, 2), in_units=0b11)
    assert rule == RunRule((1, 2), proportional=True, whole=model.whole, in_units=0b11)


def test_book_and_claim_is_no_model_of_a_run():
    with pytest.raises(ModelRefused):
        _ = RuleModel.BOOK_AND_CLAIM.proportional


def test_a_settlement_books_whatever_was_measured():
    rule = RunRule.settlement(RuleModel.SEGREGATED, 7, in_units=True)
    assert (rule.settles, rule.tolerance_ppm, rule.counts) == (True, 10**6, (7,))
    assert (rule.gates, rule.grants, rule.proportional, rule.whole) == (0b1111, 0, True, True)


def test_gates_are_numbered_as_credits():
    mask = credit_mask([Credit.RESPONSIBLE, Credit.RECYCLED_MANUFACTURING])
    rule = RunRule((1,), gates=mask, grants=credit_mask([Credit.CREDIT_4]))
    assert (rule.gates, rule.grants) == (0b0101, 0b1000)
    lots = [Balance(10, 0, 0, credits=(4, 3, 2, 0))]
    assert [rule.available(index, lots) for index in range(4)] == [4, 0, 2, 10]


def test_the_ends_of_the_band_belong_to_it():
    rule = RunRule((1,), loss_from_ppm=10_000, loss_to_ppm=20_000, scrap_to_ppm=5_000)
    metals = (991, 990, 980, 979)
    assert [rule.in_band(1000, out, 0) for out in metals] == [False, True, True, False]
    assert [rule.in_band(1000, 990, scrap) for scrap in (5, 6)] == [True, False]
