"""What a run is to do, and the plan of its outputs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from lodetrace.contracts.enums import CustodyModel, Material, RunKind
from lodetrace.contracts.structs import ZERO32, RunOutput, RunRequest
from lodetrace.errors import InputError, Refused, zk_refusals
from lodetrace.member.lots import (
    LotView,
    distinct,
    lot_tag,
    own_lot,
    word_of,
)
from lodetrace.member.measured import require_measured
from lodetrace.member.prover import NO_PROOF
from lodetrace.member.session import MemberSession
from lodetrace.member.settlements import disputed_lot
from lodetrace.member.site_events import named_lots, required_event, standing_event
from lodetrace.text import enum_word, hex_of
from zk_circuits.allocation import greedy_credits, plan_run
from zk_circuits.balance import Balance, Credits
from zk_circuits.commitment import Opening
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import MOST_LOTS
from zk_circuits.salts import inputs_anchor


class TooManyLots(InputError):
    """More lots than one run takes."""

    template = "{count} {side}, one run takes 1 to {limit}"
    advice = (
        "`lodetrace lot merge`, `lodetrace lot charge` and `lodetrace lot split` take any number:"
        " do that before or after."
    )


class EventMissing(InputError):
    """A run that needs an event, or a rebook that names one."""

    template = "a {kind} run {rule}"
    advice = (
        "Process, recover, rework, loss, settle and end of life name a standing event; rebook and"
        " charge none."
    )


class InputsDiffer(Refused):
    """Other lots than those that the site said went in."""

    template = "the document says that {named} went in, not {given}"
    advice = (
        "A run consumes exactly the lots that its document names. If the document is wrong, its"
        " site withdraws it and states it again."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """An output that is asked for. metal in mg; count: units of a series."""

    metal: int
    material: Material
    count: int = 1


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A run that is asked for.

    inputs: those that its event names. credits: which credits each output is to bear, in mg, one
    row an output (a process or recovery under mass balance shares them out freely); None gives
    each its share by metal. greedy: as much as possible for the first outputs, instead. product:
    whose units are at the end of their life.
    """

    kind: RunKind
    inputs: tuple[bytes, ...]
    outputs: tuple[Wanted, ...]
    model: CustodyModel
    event_id: bytes = ZERO32
    event: Opening | None = None
    credits: tuple[Credits, ...] | None = None
    greedy: bool = False
    product: bytes = ZERO32

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", tuple(sorted(distinct(self.inputs))))
        object.__setattr__(self, "outputs", tuple(self.outputs))
        for side, count in (("inputs", len(self.inputs)), ("outputs", len(self.outputs))):
            if not 1 <= count <= MOST_LOTS:
                raise TooManyLots(count=count, side=side, limit=MOST_LOTS)
        needs_event = self.kind.event_kind is not None
        needs_opening = not self.kind.is_narrow
        if needs_event is not (self.event_id != ZERO32):
            rule = "needs an event" if needs_event else "names no event"
            raise EventMissing(kind=enum_word(self.kind), rule=rule)
        if needs_opening is not (self.event is not None):
            rule = "needs its event's opening" if needs_opening else "opens no event"
            raise EventMissing(kind=enum_word(self.kind), rule=rule)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A run that adds up, ready to be proven. loss and scrap in mg. holder: of its inputs."""

    order: RunOrder
    inputs: tuple[Opening, ...]
    outputs: tuple[Opening, ...]
    rule: RunRule
    loss: int
    scrap: int
    holder: str
    request: RunRequest = field(repr=False)

    @property
    def in_band(self) -> bool:
        """Whether loss and scrap lie within the site's bounds."""
        return self.request.in_band


OutputSalts = Callable[[int, int], int]
"""Salt by element and number of the output."""

_PLACEHOLDER: Final = b"\xff" * 32
"""Id of an output while the rule of its run is asked for."""


def plan(
    member: MemberSession,
    order: RunOrder,
    salts: OutputSalts | None = None,
    recorded: RunRule | None = None,
) -> RunPlan:
    """What the run would do now; sends nothing.

    salts: of the outputs, None for a look only. recorded: the rule that it was recorded with, in
    place of the one of now: the same order under the same rule and salts gives the same lots.
    Raises LotUnknown, LotOfAnother, OpeningMissing, EventNotStanding and its siblings,
    InputsDiffer, MetalInDiffers and its siblings, StatementRefused (the amounts break a rule) or
    ContractRefused.
    """
    owned = [_consumed(member, order, lot) for lot in order.inputs]
    _require_standing(member, order)
    rule = recorded or _rule_of(member, order)
    inputs = tuple(opening for _, opening in owned)
    balances = [opening.lot for opening in inputs]
    wanted = [output.metal for output in order.outputs]
    event = None if order.event is None else order.event.run
    if event is not None:
        require_measured(order.inputs, balances, wanted, rule, event)
    with zk_refusals():
        credits_wanted: Sequence[Credits] | None = order.credits
        if order.greedy:
            credits_wanted = greedy_credits(balances, wanted, rule)
        made = plan_run(balances, wanted, rule, event, credits_wanted)
    outputs = _opened(member, order, owned, made, salts)
    metal_in, scrap = sum(lot.metal for lot in balances), _scrap(wanted, rule)
    request = replace(
        _bare_request(order),
        outputs=_run_outputs(order, [word_of(opening.commitment) for opening in outputs]),
        in_band=rule.in_band(metal_in, sum(wanted), scrap),
    )
    holder = owned[0][0].lot.account
    return RunPlan(order, inputs, outputs, rule, metal_in - sum(wanted), scrap, holder, request)


def weakest_model(views: Sequence[LotView]) -> CustodyModel:
    """The strongest model that outputs of these lots may have, by the lots alone."""
    return max(view.lot.model for view in views)


def anchor_of(order: RunOrder) -> bytes:
    """What the salts of the outputs are tied to: the event, else the inputs."""
    return inputs_anchor(order.inputs) if order.event is None else order.event_id


def _consumed(member: MemberSession, order: RunOrder, lot: bytes) -> tuple[LotView, Opening]:
    """A settlement may be carried out by others than the holder."""
    return disputed_lot(member, lot) if order.kind is RunKind.SETTLE else own_lot(member, lot)


def _require_standing(member: MemberSession, order: RunOrder) -> None:
    kind = order.kind.event_kind
    if kind is None:
        return
    if order.event is None:
        required_event(member, order.event_id, (kind,))
    else:
        standing_event(member, order.event_id, order.event, (kind,))
    named = named_lots(member, order.event_id)
    if named != order.inputs:
        raise InputsDiffer(named=_listed(named), given=_listed(order.inputs))


def _rule_of(member: MemberSession, order: RunOrder) -> RunRule:
    ids = [_PLACEHOLDER[:31] + bytes([index]) for index in range(len(order.outputs))]
    request = replace(_bare_request(order), outputs=_run_outputs(order, ids))
    return RunRule.parse(member.reads.run_rule(request), len(order.outputs))


def _opened(
    member: MemberSession,
    order: RunOrder,
    owned: Sequence[tuple[LotView, Opening]],
    made: Sequence[Balance],
    salts: OutputSalts | None,
) -> tuple[Opening, ...]:
    """The outputs with their salts; a settled lot has the one after the disputed lot's."""
    view, opening = owned[0]
    element = view.lot.element
    if order.kind is RunKind.SETTLE:
        return (Opening(lot_tag(element), made[0], opening.salt + 1),)
    salted = salts or member.store.passing_salts(anchor_of(order)).salt
    return tuple(
        Opening(lot_tag(element), balance, salted(element, index))
        for index, balance in enumerate(made)
    )


def _scrap(wanted: Sequence[int], rule: RunRule) -> int:
    return sum(metal for index, metal in enumerate(wanted) if rule.is_scrap(index))


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


def _run_outputs(order: RunOrder, ids: Sequence[bytes]) -> tuple[RunOutput, ...]:
    return tuple(
        RunOutput(lot, wanted.count, wanted.material)
        for lot, wanted in zip(ids, order.outputs, strict=True)
    )


def _listed(lots: Sequence[bytes]) -> str:
    return ", ".join(map(hex_of, lots)) or "no lot"
