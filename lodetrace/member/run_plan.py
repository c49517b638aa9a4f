"""What a run is to do, and the plan of its outputs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from lodetrace.contracts.enums import CustodyModel, Material, RunKind
from lodetrace.contracts.structs import ZERO32, RunOutput, RunRequest
from lodetrace.errors import InputError, Refused, zk_refusals
from lodetrace.member.births import standing_event
from lodetrace.member.lots import (
    LotView,
    distinct,
    lot_tag,
    own_lot,
    word_of,
)
from lodetrace.member.prover import NO_PROOF
from lodetrace.member.session import MemberSession
from lodetrace.text import enum_word
from lodetrace.units import PPM, format_metal, format_share
from zk_circuits.allocation import greedy_credits, plan_run
from zk_circuits.balance import Credits, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import MOST_LOTS
from zk_circuits.salts import inputs_anchor


class TooManyLots(InputError):
    """More lots than one run takes."""

    template = "{count} {side}, one run takes 1 to {limit}"
    advice = (
        "`lodetrace lot merge` and `lodetrace lot split` take any number: do that before or after."
    )


class EventMissing(InputError):
    """A run that needs an event, or a rebook that names one."""

    template = "a {kind} run {rule}"
    advice = "Process, recover and settle name a standing event, rebook names none."


class MetalInDiffers(Refused):
    """Inputs that are not what the document of the run measured."""

    template = (
        "the lots named hold {named}, the document measured {measured} going in: {difference}"
        " {way}, {tolerance} of the lots' metal is tolerated"
    )
    advice = (
        "Name every lot that went in (--input), and no other; or the document is of another run."
    )


class MetalOutExceeds(Refused):
    """Outputs with more metal than the document of the run measured."""

    template = "the outputs have {wanted}, the document measured {measured} coming out"
    advice = "Lower an output, or give the last one metal=rest."


@dataclass(frozen=True, slots=True)
class Wanted:
    """An output that is asked for. metal in mg; count: units of a series."""

    metal: int
    material: Material
    count: int = 1


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A run that is asked for.

    credits: which credits each output is to bear, in mg, one row an output (a process or recovery
    under mass balance shares them out freely); None gives each its share by metal. greedy: as
    much as possible for the first outputs, instead.
    """

    kind: RunKind
    inputs: tuple[bytes, ...]
    outputs: tuple[Wanted, ...]
    model: CustodyModel
    event_id: bytes = ZERO32
    event: Opening | None = None
    credits: tuple[Credits, ...] | None = None
    greedy: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", tuple(sorted(distinct(self.inputs))))
        object.__setattr__(self, "outputs", tuple(self.outputs))
        for side, count in (("inputs", len(self.inputs)), ("outputs", len(self.outputs))):
            if not 1 <= count <= MOST_LOTS:
                raise TooManyLots(count=count, side=side, limit=MOST_LOTS)
        needs_event = self.kind.event_kind is not None
        if needs_event is not (self.event is not None and self.event_id != ZERO32):
            rule = "needs an event and its opening" if needs_event else "names no event"
            raise EventMissing(kind=enum_word(self.kind), rule=rule)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A run that adds up, ready to be proven. loss in mg."""

    order: RunOrder
    inputs: tuple[Opening, ...]
    outputs: tuple[Opening, ...]
    rule: RunRule
    loss: int
    in_band: bool
    request: RunRequest = field(repr=False)


OutputSalts = Callable[[int, int], int]
"""Salt by element and number of the output."""


def plan(
    member: MemberSession,
    order: RunOrder,
    salts: OutputSalts | None = None,
    recorded: RunRule | None = None,
) -> RunPlan:
    """What the run would do now; sends nothing.

    salts: of the outputs, None for a look only. recorded: the rule that it was recorded with, in
    place of the one of now: the same order under the same rule and salts gives the same lots.
    Raises LotUnknown, LotOfAnother, OpeningMissing,
    EventNotStanding and its siblings, StatementRefused (the amounts break a rule) or
    ContractRefused.
    """
    owned = [own_lot(member, lot) for lot in order.inputs]
    _require_standing(member, order)
    rule = recorded or RunRule.parse(member.reads.run_rule(_bare_request(order)))
    inputs = tuple(opening for _, opening in owned)
    balances = [opening.lot for opening in inputs]
    wanted = [output.metal for output in order.outputs]
    event = None if order.event is None else order.event.event
    if event is not None:
        _require_measured(sum(lot.metal for lot in balances), sum(wanted), rule, event)
    with zk_refusals():
        credits_wanted: Sequence[Credits] | None = order.credits
        if order.greedy:
            credits_wanted = greedy_credits(balances, wanted, rule)
        allocation = plan_run(balances, wanted, rule, event, credits_wanted)
    element = owned[0][0].lot.element
    salted = salts or member.store.passing_salts(anchor_of(order)).salt
    outputs = tuple(
        Opening(lot_tag(element), balance, salted(element, index))
        for index, balance in enumerate(allocation.outputs)
    )
    request = replace(
        _bare_request(order),
        outputs=_run_outputs(order, outputs),
        in_band=allocation.in_band,
    )
    return RunPlan(order, inputs, outputs, rule, allocation.loss, allocation.in_band, request)


def weakest_model(views: Sequence[LotView]) -> CustodyModel:
    """The strongest model that outputs of these lots may have."""
    return max(view.lot.model for view in views)


def anchor_of(order: RunOrder) -> bytes:
    """What the salts of the outputs are tied to: the event, else the inputs."""
    return inputs_anchor(order.inputs) if order.event is None else order.event_id


def _require_standing(member: MemberSession, order: RunOrder) -> None:
    kind = order.kind.event_kind
    if order.event is not None and kind is not None:
        standing_event(member, order.event_id, order.event, kind)


def _require_measured(metal: int, wanted: int, rule: RunRule, event: Measurement) -> None:
    """Said in the words of the command; the circuit would refuse it in those of its rules."""
    difference = metal - event.metal_in
    if wanted <= metal and abs(difference) * PPM > rule.tolerance_ppm * metal:
        raise MetalInDiffers(
            named=format_metal(metal),
            measured=format_metal(event.metal_in),
            difference=format_metal(abs(difference)),
            way="less" if difference < 0 else "more",
            tolerance=format_share(rule.tolerance_ppm),
        )
    if event.metal_out < wanted <= metal:
        raise MetalOutExceeds(wanted=format_metal(wanted), measured=format_metal(event.metal_out))


def _bare_request(order: RunOrder) -> RunRequest:
    return RunRequest(
        kind=order.kind,
        event_id=order.event_id,
        inputs=order.inputs,
        outputs=(),
        model=order.model,
        in_band=True,
        sealed_to_owner=(),
        proof=NO_PROOF,
    )


def _run_outputs(order: RunOrder, outputs: Sequence[Opening]) -> tuple[RunOutput, ...]:
    return tuple(
        RunOutput(word_of(opening.commitment), wanted.count, wanted.material)
        for opening, wanted in zip(outputs, order.outputs, strict=True)
    )
