"""Whether a statement is true: the inequalities of SPEC sections 5 to 9 and 13, in plain Python.

They are written as the circuits have them: products compared, nothing divided. `check` raises
WitnessRefused with the numbers, before a prover wastes its time. Inputs and outputs are counted
from 1, as people do.
"""

from zk_circuits.quantity_text import PPM
from zk_circuits.run_checks import check_run
from zk_circuits.same_element import require_one_element
from zk_circuits.statement_judge import Judge
from zk_circuits.statements import (
    ClaimMeasure,
    ClaimStatement,
    OriginStatement,
    PriceStatement,
    RunStatement,
    Statement,
    TotalStatement,
)


def check(statement: Statement) -> None:
    """Raises WitnessRefused when the statement is not true."""
    match statement:
        case OriginStatement():
            _check_origin(statement)
        case RunStatement():
            check_run(statement)
        case TotalStatement():
            _check_total(statement)
        case ClaimStatement():
            _check_claim(statement)
        case PriceStatement():
            _check_price(statement)


def _check_origin(statement: OriginStatement) -> None:
    judge = Judge(statement.circuit)
    event, lot, rule = statement.event.birth, statement.lot.lot, statement.rule
    require_one_element(judge, statement.lot.tag.word, (statement.event,))
    judge.require(lot.metal >= 1, "a lot has metal", metal=lot.metal)
    judge.require(lot.metal == event.metal, "metal is as attested", metal=lot.metal)
    judge.require(lot.carbon == event.carbon, "carbon is as attested", carbon=lot.carbon)
    judge.require(lot.direct == event.direct, "direct is as attested", direct=lot.direct)
    units = {"units": lot.units, "units_expected": event.units, "count": rule.count}
    same = lot.units == event.units == rule.count
    judge.require(same, "units are as attested, and as the public count", **units)
    cahra = lot.metal if rule.in_cahra else 0
    judge.require(lot.cahra == cahra, "cahra follows its gate", cahra=lot.cahra, expected=cahra)
    passed = tuple(
        attested if rule.gates >> index & 1 else 0 for index, attested in enumerate(event.attested)
    )
    judge.require(lot.credits == passed, "credits follow their gates", credits=lot.credits)


def _check_total(statement: TotalStatement) -> None:
    judge = Judge(statement.circuit)
    require_one_element(judge, statement.tag, statement.parts)
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
    match statement.measure:
        case ClaimMeasure.CREDIT:
            share = sum(balance.credit(credit) for credit in set(statement.credits)) * PPM
            judge.require(share >= bound, "the credit reaches the threshold", threshold_ppm=limit)
        case ClaimMeasure.CAHRA:
            holds = balance.cahra * PPM <= bound
            judge.require(holds, "cahra is at most the threshold", threshold_ppm=limit)
        case ClaimMeasure.CARBON:
            holds = balance.carbon * PPM <= bound
            judge.require(holds, "carbon is at most the threshold", intensity=limit)
        case ClaimMeasure.DIRECT:
            holds = balance.direct * PPM <= bound
            judge.require(holds, "direct is at most the threshold", intensity=limit)
        case ClaimMeasure.PER_UNIT:
            judge.require(balance.units >= 1, "it comes in units", units=balance.units)
            holds = balance.metal >= limit * balance.units
            judge.require(holds, "a unit holds the metal", per_unit=limit, units=balance.units)


def _check_price(statement: PriceStatement) -> None:
    judge, inside = Judge(statement.circuit), statement.inside
    holds = statement.range.range.holds(statement.price.price)
    judge.require(holds is inside, "the price lies where it is said to lie", inside=inside)
