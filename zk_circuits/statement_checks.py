"""Whether a statement is true: the inequalities of SPEC sections 5 to 12, in plain Python.

They are written as the circuits have them (products compared, nothing divided), apart
from zk_circuits.allocation, which makes amounts by dividing. `check` raises
WitnessRefused with the numbers, before a prover wastes its time.
"""

from zk_circuits.balance import NO_CREDITS, Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.quantity_text import PPM
from zk_circuits.schema import CREDITS
from zk_circuits.statement_judge import Judge
from zk_circuits.statements import (
    CAHRA_GATE,
    ClaimMeasure,
    ClaimStatement,
    OriginStatement,
    PriceStatement,
    RunStatement,
    Statement,
    TotalStatement,
)
from zk_circuits.tags import TagType


def check(statement: Statement) -> None:
    """Raises WitnessRefused when the statement is not true."""
    match statement:
        case OriginStatement():
            _check_origin(statement)
        case RunStatement():
            _check_run(statement)
        case TotalStatement():
            _check_total(statement)
        case ClaimStatement():
            _check_claim(statement)
        case PriceStatement():
            _check_price(statement)


def _same_lot_tag(judge: Judge, expected: int, openings: tuple[Opening, ...]) -> None:
    for opening in openings:
        tag = opening.tag.of(TagType.LOT).word
        judge.require(tag == expected, "all tags name one element", tag=tag, expected_tag=expected)


def _check_origin(statement: OriginStatement) -> None:
    judge = Judge(statement.circuit)
    event, lot, gates = statement.event.event, statement.lot.lot, statement.gates
    _same_lot_tag(judge, statement.lot.tag.word, (statement.event,))
    judge.require(event.is_birth, "the event is a birth", metal_in=event.metal_in)
    judge.require(lot.metal >= 1, "a lot has metal", metal=lot.metal)
    judge.require(lot.metal == event.metal_out, "metal is as attested", metal=lot.metal)
    judge.require(lot.carbon == event.carbon, "carbon is as attested", carbon=lot.carbon)
    cahra = lot.metal if gates & CAHRA_GATE else 0
    judge.require(lot.cahra == cahra, "cahra follows its gate", cahra=lot.cahra, expected=cahra)
    passed = tuple(
        attested if gates >> index & 1 else 0 for index, attested in enumerate(event.attested)
    )
    judge.require(lot.credits == passed, "credits follow their gates", credits=lot.credits)


def _check_run(statement: RunStatement) -> None:
    judge = Judge(statement.circuit)
    _same_lot_tag(judge, statement.inputs[0].tag.word, statement.inputs + statement.outputs)
    inputs = [opening.lot for opening in statement.inputs]
    outputs = [opening.lot for opening in statement.outputs]
    event = None if statement.event is None else statement.event.event
    if statement.event is not None:
        _same_lot_tag(judge, statement.inputs[0].tag.word, (statement.event,))
    _check_metal(judge, statement, event)
    carbon = sum(lot.carbon for lot in inputs) + (0 if event is None else event.carbon)
    cahra = sum(lot.cahra for lot in inputs)
    for lot in outputs:
        over = lot.carbon * statement.metal_out - carbon * lot.metal
        holds = 0 <= over < statement.metal_out
        judge.require(holds, "carbon is its share, rounded up", carbon=lot.carbon, metal=lot.metal)
        over = lot.cahra * statement.metal_in - cahra * lot.metal
        holds = 0 <= over < statement.metal_in
        judge.require(holds, "cahra is its share, rounded up", cahra=lot.cahra, metal=lot.metal)
    for index in range(CREDITS):
        _check_credit(judge, statement, index, inputs, outputs)


def _check_metal(judge: Judge, statement: RunStatement, event: Measurement | None) -> None:
    metal_in, metal_out = statement.metal_in, statement.metal_out
    for opening in statement.outputs:
        judge.require(opening.lot.metal >= 1, "an output has metal", metal=opening.lot.metal)
    judge.require(
        metal_out <= metal_in, "metal is not made", metal_in=metal_in, metal_out=metal_out
    )
    if event is None:
        loss = metal_in - metal_out
        judge.require(loss == 0, "without an event nothing is lost", loss=loss)
        return
    judge.require(
        abs(metal_in - event.metal_in) * PPM <= statement.rule.tolerance_ppm * metal_in,
        "metal in is as measured, within the tolerance",
        metal_in=metal_in,
        measured=event.metal_in,
        tolerance_ppm=statement.rule.tolerance_ppm,
    )
    judge.require(
        metal_out <= event.metal_out,
        "metal out is at most what was measured",
        metal_out=metal_out,
        measured=event.metal_out,
    )
    attested = event.attested
    judge.require(attested == NO_CREDITS, "only a birth attests credits", attested=attested)


def _check_credit(
    judge: Judge,
    statement: RunStatement,
    index: int,
    inputs: list[Balance],
    outputs: list[Balance],
) -> None:
    rule, metal_in = statement.rule, statement.metal_in
    available = rule.available(index, inputs)
    limit = available if rule.proportional else metal_in
    name = f"credit {index + 1}"
    borne = sum(lot.credits[index] for lot in outputs)
    judge.require(
        borne * metal_in <= available * statement.metal_out,
        f"{name} bears its share of the loss",
        borne=borne,
        available=available,
    )
    for lot in outputs:
        credit = lot.credits[index]
        judge.require(
            credit * metal_in <= limit * lot.metal,
            f"{name} is at most its share",
            credit=credit,
            metal=lot.metal,
        )
        whole = not rule.whole or credit in (0, lot.metal)
        judge.require(whole, f"{name} is at 0 or 100 %", credit=credit, metal=lot.metal)


def _check_total(statement: TotalStatement) -> None:
    judge = Judge(statement.circuit)
    _same_lot_tag(judge, statement.tag, statement.parts)
    columns = zip(*(part.balance.slots() for part in statement.parts), strict=True)
    sums = tuple(
        sum(weight * value for weight, value in zip(statement.weights, column, strict=True))
        for column in columns
    )
    total = statement.total.balance.slots()
    judge.require(total == sums, "the total is the weighted sum", total=total, expected=sums)


def _check_claim(statement: ClaimStatement) -> None:
    judge = Judge(statement.circuit)
    balance, limit = statement.subject.lot, statement.threshold
    judge.require(balance.metal >= 1, "a claim is about metal", metal=balance.metal)
    bound = limit * balance.metal
    if statement.measure is ClaimMeasure.CREDIT:
        share = sum(balance.credit(credit) for credit in set(statement.credits)) * PPM
        judge.require(share >= bound, "the credit reaches the threshold", threshold_ppm=limit)
        return
    if statement.measure is ClaimMeasure.CAHRA:
        holds = balance.cahra * PPM <= bound
        judge.require(holds, "cahra is at most the threshold", threshold_ppm=limit)
        return
    holds = balance.carbon * PPM <= bound
    judge.require(holds, "carbon is at most the threshold", intensity=limit)


def _check_price(statement: PriceStatement) -> None:
    judge, inside = Judge(statement.circuit), statement.inside
    holds = statement.range.range.holds(statement.price.price)
    judge.require(holds is inside, "the price lies where it is said to lie", inside=inside)
