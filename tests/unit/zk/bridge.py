"""From the independent model's words to statements of zk_circuits, and nothing else."""

from collections.abc import Sequence

from tests.model import balance as model
from tests.model.judge import Birth
from tests.model.runs import Run, Slot, Terms
from zk_circuits.balance import Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.errors import ZkError
from zk_circuits.rule import RunRule
from zk_circuits.statement_checks import check
from zk_circuits.statements import CAHRA_GATE, OriginStatement, RunStatement, Statement
from zk_circuits.tags import Tag, TagType

LOT = Tag(27)
EVENT = LOT.of(TagType.EVENT)
TOTAL = LOT.of(TagType.TOTAL)


def balance_of(theirs: model.Balance) -> Balance:
    return Balance(theirs.metal, theirs.carbon, theirs.cahra, theirs.burden, theirs.credits)


def model_of(ours: Balance) -> model.Balance:
    return model.Balance.of(ours.slots())


def measurement_of(theirs: model.Event) -> Measurement:
    return Measurement(theirs.metal_out, theirs.carbon, theirs.metal_in, theirs.attested)


def rule_of(terms: Terms) -> RunRule:
    return RunRule(
        terms.proportional,
        terms.whole,
        mask(terms.gates),
        mask(terms.grants),
        terms.tolerance,
        terms.loss_from,
        terms.loss_to,
    )


def mask(flags: Sequence[bool]) -> int:
    return sum(1 << position for position, flag in enumerate(flags) if flag)


def run_of(run: Run) -> RunStatement:
    event = None if run.event is None else Opening(EVENT, measurement_of(run.event), 99)
    return RunStatement(1, rule_of(run.terms), _lots(run.inputs), _lots(run.outputs), event)


def _lots(slots: Sequence[Slot]) -> tuple[Opening, ...]:
    used = (slot.balance for slot in slots if slot.used)
    return tuple(Opening(LOT, balance_of(lot), at) for at, lot in enumerate(used))


def origin_of(birth: Birth) -> OriginStatement:
    gates = mask(birth.gates) | (CAHRA_GATE if birth.cahra_gate else 0)
    event = Opening(EVENT, measurement_of(birth.event), 98)
    return OriginStatement(1, gates, event, Opening(LOT, balance_of(birth.lot), 97))


def accepted(make) -> bool:
    """Whether a statement can be put together and holds."""
    try:
        statement: Statement = make()
        check(statement)
    except ZkError:
        return False
    return True


def can_be_said(run: Run) -> bool:
    """Statements have no words for padding that is not empty, nor inputs no run could make."""
    padding = [slot.balance for slot in (*run.inputs, *run.outputs) if not slot.used]
    inputs = [slot.balance for slot in run.inputs if slot.used]
    return not any(any(lot.amounts()) for lot in padding) and all(map(well_formed, inputs))


def well_formed(lot: model.Balance) -> bool:
    parts = (lot.cahra, lot.credits[1] + lot.credits[2], *lot.credits)
    return all(part <= lot.metal for part in parts)
