"""What the proof of a total has to say (zk_circuits/SPEC.md, section 7)."""

from typing import Final

from lodetrace.audit.errors import StatementMalformed, ValueMissing
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.statements.event_index import ShownEvents, item_of
from lodetrace.audit.statements.statement import ProofStatement, Signals, slots, word
from lodetrace.contracts.events import TotalRecorded, UnitsAssigned
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from zk_circuits.ctx import ProofContext, total_ctx
from zk_circuits.statements.total import TOTAL_PARTS, weight_words
from zk_circuits.tags import Tag

CIRCUIT: Final = "total"


def total_statement(shown: ShownEvents, at: ProvenEvent, event: TotalRecorded) -> ProofStatement:
    """event: at that place. A previous total comes before its parts: of one scale, it weighs 1."""
    chained = event.previous != ZERO32
    part_count = event.parts - event.first_part
    if not 0 < part_count <= TOTAL_PARTS - chained:
        reason = f"it adds {part_count} parts to {int(chained)} total"
        raise StatementMalformed(item=item_of(at), reason=reason)

    def ctx(frame: ProofContext) -> int:
        return total_ctx(
            frame,
            product_id=event.product,
            first_part=event.first_part,
            part_count=part_count,
            scale=event.scale,
            previous_total=event.previous,
            total=event.total,
        )

    def signals(ctx: int) -> Signals:
        parts = _parts(shown, at, event)
        words = weight_words([1] * chained + [_weight(shown, at, event, part) for part in parts])
        commitments = [event.previous] * chained + [part.lot for part in parts]
        return {
            "ctx": ctx,
            "tag": Tag(event.element).word,
            "total": word(event.total),
            "totals": int(chained),
            **{f"weights[{index}]": value for index, value in enumerate(words)},
            **slots("part", commitments, TOTAL_PARTS),
        }

    return ProofStatement(CIRCUIT, 0, ctx, signals)


def _parts(shown: ShownEvents, at: ProvenEvent, event: TotalRecorded) -> list[UnitsAssigned]:
    """The parts that it adds, as they were assigned before, in their order."""
    assigned = {
        one.part: one
        for one in shown.before(UnitsAssigned, "product", event.product, at)
        if one.element == event.element
    }
    wanted = range(event.first_part, event.parts)
    for part in wanted:
        if part not in assigned:
            missing = f"part {part} of product {hex_of(event.product)}"
            raise ValueMissing(item=item_of(at), missing=missing)
    return [assigned[part] for part in wanted]


def _weight(shown: ShownEvents, at: ProvenEvent, event: TotalRecorded, part: UnitsAssigned) -> int:
    """What brings the units of a part to the scale: a whole number, at least 1."""
    count = shown.nature(part.lot, at).count
    weight, rest = divmod(part.units * event.scale, count or 1)
    if not weight or rest or part.units > count:
        reason = f"{part.units} of {count} units do not fit a scale of {event.scale}"
        raise StatementMalformed(item=item_of(at), reason=reason)
    return weight
