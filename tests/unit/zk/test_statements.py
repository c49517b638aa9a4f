"""Public signals and circuit inputs, in the order and by the names of the circuits."""

import re
from pathlib import Path

import pytest

from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.errors import AmountOutOfRange, ArityRefused, KindMismatch, WordOutOfRange
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.rule import BirthRule, RuleModel, RunRule
from zk_circuits.schema import Credit
from zk_circuits.statements import (
    CIRCUITS,
    ClaimMeasure,
    ClaimStatement,
    OriginStatement,
    PriceStatement,
    RunStatement,
    TotalStatement,
)
from zk_circuits.statements.total import weight_words
from zk_circuits.tags import PriceTag, Tag, TagType

LOT = Tag(27)
TOTAL = LOT.of(TagType.TOTAL)
ONE = RunRule.rebook(RuleModel.MASS_BALANCE, (1,))
TWO = RunRule.rebook(RuleModel.MASS_BALANCE, (1, 1))
BORN = BirthRule(1, 0b0001, in_cahra=True)


def lot(metal: int, tag: Tag = LOT) -> Opening:
    return Opening(tag, Balance(metal, 2 * metal, 0), 1000 + metal)


BIRTH = Opening(LOT.of(TagType.BIRTH), BirthMeasurement(10, 20), 5)
PROCESS = Opening(LOT.of(TagType.RUN_EVENT), RunMeasurement(33, (10, 11, 12), 20), 6)
ORIGIN = OriginStatement(7, BORN, BIRTH, lot(10))
REBOOK = RunStatement(7, TWO, (lot(10),), (lot(4), lot(6)))
RUN = RunStatement(7, ONE, (lot(10), lot(11), lot(12)), (lot(33),), PROCESS)
SUM = TotalStatement(7, (lot(3), lot(5, TOTAL)), (2**32 - 1, 4), lot(9, TOTAL))
CLAIM = ClaimStatement(7, lot(9), ClaimMeasure.CREDIT, 160_000, (Credit(2), Credit(3)))
ASSESSED = RangeOpening(PriceTag(27), PriceRange(3, 5), 8)
PAID = PriceOpening(PriceTag(27), 5, 9)
PRICE = PriceStatement(7, ASSESSED, PAID, inside=True)
STATEMENTS = [ORIGIN, REBOOK, RUN, SUM, CLAIM, PRICE]


def test_origin():
    assert ORIGIN.public_signals() == (
        *(7, LOT.word, BIRTH.commitment, lot(10).commitment),
        1 + 2**32 + 2**36,
    )


def test_rebook_takes_the_small_circuit():
    assert REBOOK.circuit == "rebook2"
    outputs = (lot(4).commitment, lot(6).commitment)
    inputs = (lot(10).commitment, 0)
    assert REBOOK.public_signals() == (7, LOT.word, TWO.word, *inputs, *outputs)
    named = REBOOK.circuit_inputs()
    assert named["inSlots"] == [[10, 20, 0, 1, 0, 0, 0, 0, 0], [0] * 9]
    assert named["inSalt"] == [1010, 0]
    assert "eventSlots" not in named


def test_run_takes_the_large_circuit():
    assert RUN.circuit == "run4"
    inputs = [*(lot(metal).commitment for metal in (10, 11, 12)), 0]
    outputs = [lot(33).commitment, 0, 0, 0]
    head = (1, 7, LOT.word, PROCESS.commitment, ONE.word)
    assert RUN.public_signals() == (*head, *inputs, *outputs)
    assert RUN.circuit_inputs()["eventSlots"] == [33, 20, 0, 0, 10, 11, 12, 0, 0]
    assert RUN.circuit_inputs()["eventSalt"] == 6


def test_total_packs_weights_and_types():
    weights = weight_words(SUM.weights)
    assert weights == [2**32 - 1 + 4 * 2**32, 0, 0, 0]
    parts = [lot(3).commitment, lot(5, TOTAL).commitment, *[0] * 14]
    head = (7, LOT.word, lot(9, TOTAL).commitment, 0b10)
    assert SUM.public_signals() == (*head, *weights, *parts)


def test_sixteenth_weight_is_the_last_of_its_word():
    full = TotalStatement(7, (lot(1),) * 16, (0,) * 15 + (9,), lot(9, TOTAL))
    assert weight_words(full.weights) == [0, 0, 0, 9 << 96]


def test_claim_packs_its_statement():
    assert CLAIM.statement == 160_000 + (0b110 << 64)
    assert CLAIM.public_signals() == (7, LOT.word, lot(9).commitment, CLAIM.statement)
    assert ClaimStatement(7, lot(9), ClaimMeasure.CAHRA, 5).statement == 5 + 2**69
    assert ClaimStatement(7, lot(9), ClaimMeasure.CARBON, 5).statement == 5 + 2**70
    assert ClaimStatement(7, lot(9), ClaimMeasure.DIRECT, 5).statement == 5 + 2**68
    assert ClaimStatement(7, lot(9), ClaimMeasure.PER_UNIT, 5).statement == 5 + 2**71
    of_total = ClaimStatement(7, lot(9, TOTAL), ClaimMeasure.CARBON, 5)
    assert of_total.public_signals()[1] == TOTAL.word


def test_price_says_inside_or_outside():
    head = (7, PriceTag(27).word, ASSESSED.commitment, PAID.commitment)
    assert PRICE.public_signals() == (*head, 1)
    assert PriceStatement(7, ASSESSED, PAID, inside=False).public_signals() == (*head, 0)


PUBLIC = {
    "origin": "ctx tag event lot rule",
    "rebook2": "ctx tag rule in out",
    "run4": "ctx tag event rule in out",
    "total": "ctx tag total totals weights part",
    "claim": "ctx tag subject statement",
    "price_in_range": "ctx tag range price inside",
}


def flat(value):
    return [part for item in value for part in flat(item)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.circuit)
def test_public_signals_are_the_inputs_of_those_names(statement):
    inputs = statement.circuit_inputs()
    named = [n for name in PUBLIC[statement.circuit].split() for n in flat(inputs[name])]
    output = [1] if statement.circuit == "run4" else []
    assert list(statement.public_signals()) == output + named


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.circuit)
def test_names_are_those_of_the_circuit(statement, root: Path):
    main = (root / f"zk_circuits/main/{statement.circuit}.circom").read_text()
    public, template = re.search(r"public \[(.*?)\] } = (\w+)\(", main).groups()
    assert public.split(", ") == PUBLIC[statement.circuit].split()
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", template).lower()
    source = (root / f"zk_circuits/circuits/{file}.circom").read_text()
    body = source[source.index(f"template {template}(") :].partition("\n}\n")[0]
    declared = re.findall(r"signal input (\w+)", body)
    assert sorted(declared) == sorted(statement.circuit_inputs())
    assert [name for name in declared if name in public.split(", ")] == public.split(", ")


def test_every_circuit_has_a_statement():
    assert {statement.circuit for statement in STATEMENTS} == set(CIRCUITS)


@pytest.mark.parametrize(
    "make",
    [
        lambda: RunStatement(1, ONE, (), (lot(1),)),
        lambda: RunStatement(1, ONE, (lot(1),), ()),
        lambda: RunStatement(1, ONE, (lot(1),) * 5, (lot(1),)),
        lambda: RunStatement(1, ONE, (lot(1),), (lot(1),) * 5),
        lambda: RunStatement(1, ONE, (lot(1),), (lot(1),) * 2),
        lambda: RunStatement(1, TWO, (lot(1),), (lot(1),)),
        lambda: TotalStatement(1, (), (), lot(1, TOTAL)),
        lambda: TotalStatement(1, (lot(1),) * 17, (1,) * 17, lot(1, TOTAL)),
        lambda: TotalStatement(1, (lot(1),), (1, 2), lot(1, TOTAL)),
        lambda: ClaimStatement(1, lot(1), ClaimMeasure.CREDIT, 1),
        lambda: ClaimStatement(1, lot(1), ClaimMeasure.CARBON, 1, (Credit.RESPONSIBLE,)),
    ],
)
def test_wrong_number_of_parts_is_refused(make):
    with pytest.raises(ArityRefused):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: OriginStatement(1, BORN, lot(1), lot(1)),
        lambda: OriginStatement(1, BORN, PROCESS, lot(1)),
        lambda: OriginStatement(1, BORN, BIRTH, BIRTH),
        lambda: RunStatement(1, ONE, (lot(1, TOTAL),), (lot(1),)),
        lambda: RunStatement(1, ONE, (lot(1),), (BIRTH,)),
        lambda: RunStatement(1, ONE, (lot(1),), (lot(1),), lot(1)),
        lambda: RunStatement(1, ONE, (lot(1),), (lot(1),), BIRTH),
        lambda: TotalStatement(1, (BIRTH,), (1,), lot(1, TOTAL)),
        lambda: TotalStatement(1, (lot(1),), (1,), lot(1)),
        lambda: ClaimStatement(1, BIRTH, ClaimMeasure.CARBON, 1),
        lambda: PriceStatement(1, ASSESSED, PriceOpening(PriceTag(28), 5, 9), True),
    ],
)
def test_opening_of_another_type_is_refused(make):
    with pytest.raises(KindMismatch):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: OriginStatement(2**248, BORN, BIRTH, lot(10)),
        lambda: PriceStatement(2**248, ASSESSED, PAID, True),
        lambda: OriginStatement(-1, BORN, BIRTH, lot(10)),
        lambda: RunStatement(2**248, ONE, (lot(1),), (lot(1),)),
        lambda: TotalStatement(1, (lot(1),), (2**32,), lot(1, TOTAL)),
    ],
)
def test_word_outside_its_bits_is_refused(make):
    with pytest.raises(WordOutOfRange):
        make()


def test_threshold_has_64_bits():
    with pytest.raises(AmountOutOfRange):
        ClaimStatement(1, lot(1), ClaimMeasure.CARBON, 2**64)
