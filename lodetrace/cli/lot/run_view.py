"""A run as it is planned and as it was recorded."""

from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, Document, fields, rows
from lodetrace.cli.format import amount, balance, metal, say_credits
from lodetrace.cli.lot.lost_credits import say_lost_credits
from lodetrace.contracts.enums import RunKind
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import enum_word, hex_of, short_id
from lodetrace.units import format_carbon, format_metal, format_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from lodetrace.cli.lot.run_order import AskedRun
    from lodetrace.member.run_plan import RunOrder, RunPlan
    from lodetrace.member.runs import RunDone
    from zk_circuits.balance import Balance

_UNBOUND = (RunKind.SETTLE, RunKind.LOSS)
"""Runs of which no site's bounds are asked."""

_COLUMNS = ("", "lot", "material", "count>", "metal>", "carbon>", "credits")


def plan_answer(planned: "RunPlan") -> Answer:
    """What a run would do: metal in, out and lost, carbon, credits."""
    order, rule = planned.order, planned.rule
    metal_in = sum(opening.lot.metal for opening in planned.inputs)
    document = {
        **_head(order),
        "credits": "first" if order.greedy else "proportional",
        "metal_in": metal(metal_in),
        "metal_out": metal(metal_in - planned.loss),
        "loss": metal(planned.loss),
        "scrap": metal(planned.scrap),
        "loss_band": [amount(one, "ppm") for one in (rule.loss_from_ppm, rule.loss_to_ppm)],
        "scrap_bound": amount(rule.scrap_to_ppm, "ppm"),
        "in_band": planned.in_band,
        "inputs": [
            {"lot": hex_of(lot), "balance": balance(opening.lot)}
            for lot, opening in zip(order.inputs, planned.inputs, strict=True)
        ],
        "outputs": [
            {
                "lot": hex_of(made.id),
                "material": enum_word(made.material),
                "count": made.count,
                "balance": balance(opening.lot),
            }
            for made, opening in zip(planned.request.outputs, planned.outputs, strict=True)
        ],
    }
    return Answer(document, [_plan_fields(planned, metal_in), _plan_rows(planned)])


def lost_by(asked: "AskedRun", planned: "RunPlan") -> "Iterator[str]":
    """What a run costs in credits, in words."""
    used = [opening.lot for opening in planned.inputs]
    made = [opening.lot for opening in planned.outputs]
    place = None if asked.stated is None else asked.stated.place
    return say_lost_credits(used, made, planned.rule, place)


def done_answer(order: "RunOrder", done: "RunDone") -> Answer:
    """What a run made."""
    document = {
        "run_id": hex_of(done.run_id),
        **_head(order),
        "in_band": done.in_band,
        "inputs": [hex_of(lot) for lot in order.inputs],
        "outputs": [
            {
                "lot": hex_of(made.lot),
                "material": enum_word(made.material),
                "count": made.count,
                "held": made.held,
                "balance": balance(made.opening.lot),
            }
            for made in done.outputs
        ],
        "transaction": done.transaction,
    }
    said = fields({"run": hex_of(done.run_id), "transaction": done.transaction})
    lines = [
        _line("out", made.lot, enum_word(made.material), made.count, made.opening.lot)
        for made in done.outputs
    ]
    ids = fields({short_id(made.lot): hex_of(made.lot) for made in done.outputs})
    return Answer(document, [said, rows(_COLUMNS, lines), ids])


def _head(order: "RunOrder") -> Document:
    event_id = None if order.event_id == ZERO32 else hex_of(order.event_id)
    return {"kind": enum_word(order.kind), "model": enum_word(order.model), "event_id": event_id}


def _plan_fields(planned: "RunPlan", metal_in: int) -> "RenderableType":
    rule = planned.rule
    band = f"{format_share(rule.loss_from_ppm)} to {format_share(rule.loss_to_ppm)}"
    where = "" if planned.in_band else " OUTSIDE the site's bounds: the lots will be held"
    loss = f"{format_metal(planned.loss)}, allowed {band}{where}"
    scrap = f"{format_metal(planned.scrap)}, allowed up to {format_share(rule.scrap_to_ppm)}"
    bounded = planned.order.event is not None and planned.order.kind not in _UNBOUND
    return fields(
        {
            "run": f"{enum_word(planned.order.kind)}, {enum_word(planned.order.model)}",
            "metal in": format_metal(metal_in),
            "metal out": format_metal(metal_in - planned.loss),
            "loss": loss if bounded else format_metal(planned.loss) if planned.loss else "none",
            "scrap": scrap if bounded and planned.scrap else None,
            "credits": "first outputs first" if planned.order.greedy else "by metal",
        }
    )


def _plan_rows(planned: "RunPlan") -> "RenderableType":
    used = [
        _line("in", lot, "", None, opening.lot)
        for lot, opening in zip(planned.order.inputs, planned.inputs, strict=True)
    ]
    made = [
        _line("out", output.id, enum_word(output.material), output.count, opening.lot)
        for output, opening in zip(planned.request.outputs, planned.outputs, strict=True)
    ]
    return rows(_COLUMNS, [*used, *made])


def _line(
    side: str, lot: bytes, material: str, count: int | None, own: "Balance"
) -> tuple[str, ...]:
    counted = "" if count is None else str(count)
    credits = say_credits(own.credits, own.metal)
    amounts = (format_metal(own.metal), format_carbon(own.carbon), credits)
    return (side, short_id(lot), material, counted, *amounts)
