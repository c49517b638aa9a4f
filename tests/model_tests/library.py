"""Proposals in the words of zk_circuits, to compare its planner and checks with the judge."""

from __future__ import annotations

from tests.model import balance as model
from tests.model.claims import Claim, Measure, Total
from tests.model.judge import Birth
from tests.model.runs import Run, Terms
from tests.model_tests.encoding import COBALT, CTX, packed_bits
from zk_circuits import statements
from zk_circuits.balance import Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.rule import RunRule
from zk_circuits.schema import Credit
from zk_circuits.tags import Tag, TagType

MEASURES = {
    Measure.CREDIT: statements.ClaimMeasure.CREDIT,
    Measure.CAHRA: statements.ClaimMeasure.CAHRA,
    Measure.CARBON: statements.ClaimMeasure.CARBON,
}


def library_balance(balance: model.Balance) -> Balance:
    return Balance(
        metal=balance.metal,
        carbon=balance.carbon,
        cahra=balance.cahra,
        burden=balance.burden,
        credits=_five(balance.credits),
    )


def library_event(event: model.Event) -> Measurement:
    return Measurement(
        metal_out=event.metal_out,
        carbon=event.carbon,
        metal_in=event.metal_in,
        attested=_five(event.attested),
    )


def library_rule(terms: Terms) -> RunRule:
    return RunRule(
        proportional=terms.proportional,
        whole=terms.whole,
        gates=packed_bits(terms.gates),
        grants=packed_bits(terms.grants),
        tolerance_ppm=terms.tolerance,
        loss_from_ppm=terms.loss_from,
        loss_to_ppm=terms.loss_to,
    )


def model_balance(balance: Balance) -> model.Balance:
    return model.Balance.of(balance.slots())


def model_event(event: Measurement) -> model.Event:
    return model.Event(event.metal_out, event.carbon, event.metal_in, event.attested)


def model_terms(rule: RunRule) -> Terms:
    positions = range(model.CREDIT_COUNT)
    return Terms(
        rule.proportional,
        rule.whole,
        tuple(bool(rule.gates >> position & 1) for position in positions),
        tuple(bool(rule.grants >> position & 1) for position in positions),
        rule.tolerance_ppm,
        rule.loss_from_ppm,
        rule.loss_to_ppm,
    )


def run_statement(run: Run) -> statements.RunStatement:
    """Unused slots are left out: the library fills up by itself."""
    inputs = [slot.balance for slot in run.inputs if slot.used]
    outputs = [slot.balance for slot in run.outputs if slot.used]
    return statements.RunStatement(
        ctx=CTX,
        rule=library_rule(run.terms),
        inputs=tuple(_opened(one, number) for number, one in enumerate(inputs)),
        outputs=tuple(_opened(one, 9 + number) for number, one in enumerate(outputs)),
        event=_attested(run.event) if run.event else None,
    )


def birth_statement(birth: Birth) -> statements.OriginStatement:
    return statements.OriginStatement(
        ctx=CTX,
        gates=packed_bits([*birth.gates, birth.cahra_gate]),
        event=_attested(birth.event),
        lot=_opened(birth.lot, 1),
    )


def total_statement(proposal: Total) -> statements.TotalStatement:
    parts = [part for part in proposal.parts if part.used]
    return statements.TotalStatement(
        ctx=CTX,
        parts=tuple(_opened(part.balance, number) for number, part in enumerate(parts)),
        weights=tuple(part.weight for part in parts),
        total=_opened(proposal.total, 99, TagType.TOTAL),
    )


def claim_statement(claim: Claim) -> statements.ClaimStatement:
    return statements.ClaimStatement(
        ctx=CTX,
        subject=_opened(claim.subject, 1),
        measure=MEASURES[claim.measure],
        threshold=claim.threshold,
        credits=tuple(Credit(position + 1) for position in sorted(claim.mask)),
    )


def _opened(balance: model.Balance, salt: int, kind: TagType = TagType.LOT) -> Opening:
    return Opening(Tag(COBALT, kind), library_balance(balance), salt)


def _attested(event: model.Event) -> Opening:
    return Opening(Tag(COBALT, TagType.EVENT), library_event(event), 7)


def _five(amounts: tuple[int, ...]) -> tuple[int, int, int, int, int]:
    first, second, third, fourth, fifth = amounts
    return (first, second, third, fourth, fifth)
