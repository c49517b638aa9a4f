"""Proposals in the words of zk_circuits, to compare its planner and checks with the judge."""

from __future__ import annotations

from collections.abc import Sequence

from tests.model import balance as model
from tests.model.claims import Claim, Measure, Total
from tests.model.judge import Birth
from tests.model.runs import Run, Terms
from tests.model_tests.encoding import COBALT, CTX, packed_bits
from zk_circuits import statements
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement, four
from zk_circuits.commitment import Opening
from zk_circuits.rule import BirthRule, RunRule
from zk_circuits.schema import Credit
from zk_circuits.tags import Tag, TagType

MEASURES = {
    Measure.CREDIT: statements.ClaimMeasure.CREDIT,
    Measure.CAHRA: statements.ClaimMeasure.CAHRA,
    Measure.CARBON: statements.ClaimMeasure.CARBON,
    Measure.DIRECT: statements.ClaimMeasure.DIRECT,
    Measure.PER_UNIT: statements.ClaimMeasure.PER_UNIT,
}


def library_balance(balance: model.Balance) -> Balance:
    return Balance(
        metal=balance.metal,
        carbon=balance.carbon,
        cahra=balance.cahra,
        units=balance.units,
        credits=four("credits", balance.credits),
        direct=balance.direct,
    )


def library_event(event: model.RunEvent) -> RunMeasurement:
    return RunMeasurement(
        product=event.product,
        metal_in=event.metal_in,
        carbon=event.carbon,
        scrap=event.scrap,
        units=event.units,
        direct=event.direct,
    )


def library_rule(terms: Terms, used: Sequence[int]) -> RunRule:
    """used: places of the outputs that there are; the library knows no others."""
    return RunRule(
        counts=tuple(terms.counts[place] for place in used),
        proportional=terms.proportional,
        whole=terms.whole,
        settles=terms.settles,
        gates=packed_bits(terms.gates),
        grants=packed_bits(terms.grants),
        scrap=packed_bits([place in terms.scrap for place in used]),
        in_units=packed_bits([place in terms.in_units for place in used]),
        tolerance_ppm=terms.tolerance,
        loss_from_ppm=terms.loss_from,
        loss_to_ppm=terms.loss_to,
        scrap_to_ppm=terms.scrap_to,
    )


def rule_of(run: Run) -> RunRule:
    return library_rule(run.terms, [at for at, slot in enumerate(run.outputs) if slot.used])


def model_balance(balance: Balance) -> model.Balance:
    return model.Balance.of(balance.slots())


def model_event(event: RunMeasurement) -> model.RunEvent:
    return model.RunEvent(
        product=event.product,
        metal_in=event.metal_in,
        carbon=event.carbon,
        scrap=event.scrap,
        units=event.units,
        direct=event.direct,
    )


def model_terms(rule: RunRule) -> Terms:
    outputs = range(len(rule.counts))
    return Terms(
        proportional=rule.proportional,
        whole=rule.whole,
        gates=_bits(rule.gates),
        grants=_bits(rule.grants),
        tolerance=rule.tolerance_ppm,
        loss_from=rule.loss_from_ppm,
        loss_to=rule.loss_to_ppm,
        scrap_to=rule.scrap_to_ppm,
        counts=rule.counts,
        scrap=frozenset(place for place in outputs if rule.scrap >> place & 1),
        in_units=frozenset(place for place in outputs if rule.in_units >> place & 1),
        settles=rule.settles,
    )


def run_statement(run: Run) -> statements.RunStatement:
    """Unused slots are left out: the library fills up by itself."""
    inputs = [(slot.balance, slot.salt or at) for at, slot in enumerate(run.inputs) if slot.used]
    outputs = [
        (slot.balance, slot.salt or 9 + at) for at, slot in enumerate(run.outputs) if slot.used
    ]
    return statements.RunStatement(
        ctx=CTX,
        rule=rule_of(run),
        inputs=tuple(_opened(one, salt) for one, salt in inputs),
        outputs=tuple(_opened(one, salt) for one, salt in outputs),
        event=_measured(run.event) if run.event else None,
    )


def birth_statement(birth: Birth) -> statements.OriginStatement:
    return statements.OriginStatement(
        ctx=CTX,
        rule=BirthRule(birth.count, packed_bits(birth.gates), birth.cahra_gate),
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


def _bits(word: int) -> tuple[bool, ...]:
    return tuple(bool(word >> place & 1) for place in range(model.CREDIT_COUNT))


def _opened(balance: model.Balance, salt: int, kind: TagType = TagType.LOT) -> Opening:
    return Opening(Tag(COBALT, kind), library_balance(balance), salt)


def _attested(event: model.BirthEvent) -> Opening:
    measured = BirthMeasurement(
        metal=event.metal,
        carbon=event.carbon,
        units=event.units,
        attested=four("attested", event.attested),
        direct=event.direct,
    )
    return Opening(Tag(COBALT, TagType.BIRTH), measured, 7)


def _measured(event: model.RunEvent) -> Opening:
    return Opening(Tag(COBALT, TagType.RUN_EVENT), library_event(event), 7)
