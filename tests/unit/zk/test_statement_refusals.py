"""What is not true is refused before a prover sees it, in words that name the numbers."""

from dataclasses import replace
from typing import Any

import pytest

from zk_circuits.allocation import equal_metal, metal_to_book, plan_run
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.errors import ArityRefused, WitnessRefused, WordOutOfRange, ZkError
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.rule import RuleModel, RunRule
from zk_circuits.run_circuits import REBOOK, RUN, circuit_for
from zk_circuits.schema import Credit
from zk_circuits.statement_checks import check
from zk_circuits.statements import ClaimMeasure, ClaimStatement, PriceStatement, RunStatement
from zk_circuits.tags import PriceTag, Tag, TagType
from zk_circuits.totals import weighted_sum
from zk_circuits.vector_statements import statements

TRUE: dict[str, Any] = dict(statements())
PROCESS, SETTLEMENT = TRUE["process with packs and scrap"], TRUE["settlement"]
REBOOKED, BIRTH = TRUE["rebook of packs"], TRUE["birth of responsible ore"]
CAR = TRUE["total of a car"]
NICKEL = Tag(28)


def reopened(opening: Opening, **changes: Any) -> Opening:
    return replace(opening, balance=replace(opening.balance, **changes))


def changed(statement: Any, field: str, place: int | None = None, **changes: Any) -> Any:
    """The statement with other amounts in an opening, or in one of several."""
    if place is None:
        return replace(statement, **{field: reopened(getattr(statement, field), **changes)})
    openings = list(getattr(statement, field))
    openings[place] = reopened(openings[place], **changes)
    return replace(statement, **{field: tuple(openings)})


def ruled(statement: RunStatement, **changes: Any) -> RunStatement:
    return replace(statement, rule=replace(statement.rule, **changes))


PACKS, SECOND, SCRAP = (opening.lot for opening in PROCESS.outputs)
FALSE = {
    "the metal of an input is as measured, within the tolerance (input 1, metal 6 t, measured "
    "5.9 t, tolerance 0.3 %)": changed(PROCESS, "event", metal_in=(5_900_000_000, 4 * 10**9)),
    "all that was fed is consumed": changed(
        PROCESS, "event", metal_in=(5_990_000_000, 4_000_000_000, 1)
    ),
    "the metal of the products is at most what was measured": changed(
        PROCESS, "event", product=8_999_999_999, scrap=900_000_001
    ),
    "scrap is at most what was measured (scrap 900 kg, measured 899": changed(
        PROCESS, "event", product=9_000_000_001, scrap=899_999_999
    ),
    "all metal that was measured is booked": changed(PROCESS, "event", scrap=900_000_001),
    "metal is not made": changed(PROCESS, "outputs", 2, metal=10**9 + 1),
    "an output has metal (output 3": changed(
        PROCESS, "outputs", 2, metal=0, cahra=0, credits=(0, 0, 0, 0)
    ),
    "without an event nothing is lost": replace(PROCESS, event=None),
    "units are as the public count (output 1, units 61, count 60)": changed(
        PROCESS, "outputs", 0, units=61
    ),
    "units are as many as attested, or as before (units 96, units expected 95)": changed(
        PROCESS, "event", units=95
    ),
    "each unit holds as much metal as every other one": replace(
        changed(PROCESS, "outputs", 0, metal=PACKS.metal + 96), outputs=(
            reopened(PROCESS.outputs[0], metal=PACKS.metal + 96),
            reopened(PROCESS.outputs[1], metal=SECOND.metal - 96),
            PROCESS.outputs[2],
        )
    ),
    "carbon is its share, rounded up": changed(PROCESS, "outputs", 2, carbon=SCRAP.carbon - 1),
    "direct is its share, rounded up": changed(PROCESS, "outputs", 2, direct=SCRAP.direct - 1),
    "cahra is its share, rounded up": changed(PROCESS, "outputs", 2, cahra=SCRAP.cahra - 1),
    "credit 1 bears its share of the loss": changed(
        PROCESS, "outputs", 2, credits=(SCRAP.credits[0] + 2, 0, 0, 0)
    ),
    "credit 1 is at most its share": ruled(
        changed(
            changed(PROCESS, "outputs", 2, credits=(0, 0, 0, 0)),
            "outputs", 0, credits=(PACKS.credits[0] + 2, 0, 0, 0),
        ),
        proportional=True,
    ),
    "credit 1 is at 0 or 100 %": ruled(PROCESS, whole=True),
    "the settled lot has the salt after the lot's": replace(
        SETTLEMENT, outputs=(replace(SETTLEMENT.outputs[0], salt=5),)
    ),
    "the rule is that of a rebook": ruled(REBOOKED, proportional=False),
    "all tags name one element": replace(
        REBOOKED, outputs=tuple(replace(lot, tag=NICKEL) for lot in REBOOKED.outputs)
    ),
    "units are as attested, and as the public count": replace(
        BIRTH, rule=replace(BIRTH.rule, count=2)
    ),
    "a lot has metal": changed(BIRTH, "lot", metal=0, credits=(0, 0, 0, 0)),
    "metal is as attested": changed(BIRTH, "lot", metal=6_000_000_001),
    "carbon is as attested": changed(BIRTH, "lot", carbon=45_000_000_006),
    "direct is as attested": changed(BIRTH, "lot", direct=0),
    "cahra follows its gate": replace(BIRTH, rule=replace(BIRTH.rule, in_cahra=True)),
    "credits follow their gates": replace(BIRTH, rule=replace(BIRTH.rule, gates=0)),
    "the total is the weighted sum": changed(CAR, "total", units=CAR.total.lot.units + 1),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_passes(name: str) -> None:
    check(TRUE[name])


@pytest.mark.parametrize("words", FALSE)
def test_what_is_false_is_refused_in_words(words: str) -> None:
    with pytest.raises(WitnessRefused) as refused:
        check(FALSE[words])
    assert words in str(refused.value)


@pytest.mark.parametrize("name", [name for name, one in TRUE.items() if one.circuit == "claim"])
def test_claim_is_false_beyond_its_threshold(name: str) -> None:
    claim: ClaimStatement = TRUE[name]
    at_least = claim.measure in (ClaimMeasure.CREDIT, ClaimMeasure.PER_UNIT)
    off = claim.threshold + (1 if at_least else -1)
    with pytest.raises(WitnessRefused):
        check(replace(claim, threshold=off))


def test_no_metal_per_unit_of_no_units() -> None:
    claim = TRUE["metal per unit"]
    with pytest.raises(WitnessRefused, match="it comes in units"):
        check(changed(claim, "subject", units=0))
    with pytest.raises(WitnessRefused, match="about metal"):
        check(changed(claim, "subject", metal=0, cahra=0, credits=(0, 0, 0, 0)))


@pytest.mark.parametrize(("price", "inside"), [(2, False), (3, True), (5, True), (6, False)])
def test_a_price_lies_where_it_is_said_to_lie(price: int, inside: bool) -> None:
    tag = PriceTag(27)
    assessed, paid = RangeOpening(tag, PriceRange(3, 5), 8), PriceOpening(tag, price, 9)
    check(PriceStatement(7, assessed, paid, inside=inside))
    with pytest.raises(WitnessRefused, match="where it is said to lie"):
        check(PriceStatement(7, assessed, paid, inside=not inside))


RECYCLED = (Credit.RECYCLED_POST_CONSUMER, Credit.RECYCLED_MANUFACTURING)


@pytest.mark.parametrize(
    ("measure", "selected", "edge"),
    [
        (ClaimMeasure.CREDIT, (Credit.RESPONSIBLE,), 333_333),
        (ClaimMeasure.CREDIT, RECYCLED, 10**6),
        (ClaimMeasure.CREDIT, (Credit.CREDIT_4,), 0),
        # named twice, it counts once: the circuit has one bit for each
        (ClaimMeasure.CREDIT, (Credit.RESPONSIBLE, Credit.RESPONSIBLE), 333_333),
        (ClaimMeasure.CAHRA, (), 666_667),
        (ClaimMeasure.CARBON, (), 3_333_334),
        (ClaimMeasure.DIRECT, (), 1_333_334),
        (ClaimMeasure.PER_UNIT, (), 1),
    ],
)
@pytest.mark.parametrize("kind", [TagType.LOT, TagType.TOTAL])
def test_a_claim_holds_up_to_its_edge(
    measure: ClaimMeasure, selected: tuple[Credit, ...], edge: int, kind: TagType
) -> None:
    subject = Opening(Tag(27, kind), Balance(3, 10, 2, 2, (1, 2, 1, 0), 4), 9)
    check(ClaimStatement(1, subject, measure, edge, selected))
    at_least = measure in (ClaimMeasure.CREDIT, ClaimMeasure.PER_UNIT)
    with pytest.raises(WitnessRefused):
        check(ClaimStatement(1, subject, measure, edge + (1 if at_least else -1), selected))


@pytest.mark.parametrize(
    "balance",
    [
        lambda: Balance(10, 5, 0, direct=6),
        lambda: BirthMeasurement(10, 5, direct=6),
        lambda: RunMeasurement(10, (10,), carbon=5, direct=6),
    ],
)
def test_direct_above_carbon_is_no_balance(balance: Any) -> None:
    with pytest.raises(ZkError, match="direct is 6 mg, more than carbon: at most 5 mg"):
        balance()


def test_only_a_total_has_units_beyond_a_count() -> None:
    many = Balance(10, 5, 0, units=2**32)
    assert Opening(Tag(27, TagType.TOTAL), many, 1).lot == many
    with pytest.raises(WordOutOfRange, match="units is 4,294,967,296"):
        Opening(Tag(27), many, 1)


@pytest.mark.parametrize("kind", [TagType.BIRTH, TagType.RUN_EVENT])
def test_an_event_holds_no_balance(kind: TagType) -> None:
    with pytest.raises(ZkError, match="of type Balance"):
        Opening(Tag(27, kind), Balance(1, 1, 0), 1)


def test_word_speaks_of_its_outputs_alone() -> None:
    word = RunRule((1, 2)).word
    assert RunRule.parse(word, 2).counts == (1, 2)
    with pytest.raises(WordOutOfRange):
        RunRule.parse(word, 1)
    with pytest.raises(WordOutOfRange):
        RunRule((1,), scrap=0b10)
    with pytest.raises(WordOutOfRange):
        RunRule((1,), in_units=0b10)
    with pytest.raises(ArityRefused):
        replace(REBOOKED, rule=RunRule((1,)))


def test_smallest_circuit_takes_a_run() -> None:
    assert circuit_for(2, 2, has_event=False) is REBOOK
    assert circuit_for(1, 1, has_event=True) is RUN
    assert circuit_for(3, 1, has_event=False) is RUN
    with pytest.raises(ArityRefused):
        circuit_for(5, 1, has_event=True)
    signals = PROCESS.public_signals()
    assert len(signals) == RUN.signals
    assert signals[RUN.inputs][:2] == tuple(lot.commitment for lot in PROCESS.inputs)
    assert signals[RUN.outputs][:3] == tuple(lot.commitment for lot in PROCESS.outputs)


def test_plan_books_all_metal() -> None:
    lot = Balance(1000, 77, 0)
    event = RunMeasurement(900, (1000,), scrap=50)
    assert metal_to_book(1000, event) == 950
    with pytest.raises(ZkError, match="all metal is booked, and no more: metal wanted is 949 mg"):
        plan_run([lot], (949,), RunRule((1,)), event)
    with pytest.raises(ZkError, match="possible is 1 g"):
        plan_run([lot], (999,), RunRule((1,)))


@pytest.mark.parametrize("metal", [7, 1000, 10**15 + 1])
def test_equal_metal_is_equal(metal: int) -> None:
    counts = (3, 1, 2)
    metals = equal_metal(metal, counts)
    assert sum(metals) == metal
    assert all(abs(m * 6 - metal * c) < 6 for m, c in zip(metals, counts, strict=True))


def test_granted_credit_comes_before_the_one_it_excludes() -> None:
    lot = Balance(1000, 77, 0, credits=(0, 400, 0, 0))
    rule = RunRule((1,), grants=0b100)
    (made,) = plan_run([lot], (1000,), rule)
    assert made.credits == (0, 0, 1000, 0)
    whole = RunRule.rebook(RuleModel.SEGREGATED, (1, 1))
    parts = plan_run([lot], (500, 500), whole)
    assert [part.credits for part in parts] == [(0, 0, 0, 0)] * 2


def test_sum_has_a_weight_for_each_part() -> None:
    with pytest.raises(ArityRefused):
        weighted_sum([Balance(1, 1, 0)], (1, 2))


@pytest.mark.parametrize(
    "word",
    [1 + (1 << 8) + (2 << 16) + (27 << 32), 1 + (2 << 8) + (1 << 16) + (27 << 32),
     4 + (2 << 8) + (2 << 16) + (27 << 32), 1 + (2 << 8) + (2 << 16)],
    ids=["format 1", "schema 1", "price", "no element"],
)  # fmt: skip
def test_other_tags_are_refused(word: int) -> None:
    with pytest.raises(ZkError, match="tag"):
        Tag.parse(word)
