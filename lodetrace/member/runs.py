"""Runs: lots are consumed, lots are made."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from lodetrace.contracts.enums import CustodyModel, EventKind, LotState, Material, RunKind
from lodetrace.contracts.events import (
    LotConsumed,
    LotLost,
    LotMade,
    Recorded,
    RunRecorded,
    events_of,
    first_of,
)
from lodetrace.contracts.structs import ProofWords, RunRequest
from lodetrace.errors import StatementRefused, zk_refusals
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.lots import LotView, own_lot, own_viewing_key, view_lot
from lodetrace.member.measured import NOT_AS_MEASURED
from lodetrace.member.offers import receiver_key
from lodetrace.member.one_ahead import one_ahead
from lodetrace.member.openings import own_copy
from lodetrace.member.run_plan import (
    RunOrder,
    RunPlan,
    Wanted,
    anchor_of,
    plan,
    weakest_model,
)
from lodetrace.member.session import MemberSession
from lodetrace.member.settlements import disputed_lot
from lodetrace.member.site_events import named_lots, required_event
from lodetrace.member.spent import LotSpent, used_up
from lodetrace.member.vault import OpeningMissing
from lodetrace.text import enum_word, hex_of
from zk_circuits.commitment import Opening
from zk_circuits.ctx import run_ctx
from zk_circuits.keccak import keccak256
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import circuit_for
from zk_circuits.salts import NO_NONCE
from zk_circuits.statements import RunStatement


class LotsUsedOtherwise(LotSpent):
    """The inputs were used up by another run."""


@dataclass(frozen=True, slots=True)
class MadeLot:
    """An output of a run. held: outside the site's bounds, until two roles release it."""

    lot: bytes
    opening: Opening
    material: Material
    count: int
    held: bool


@dataclass(frozen=True, slots=True)
class RunDone:
    """A run that was recorded. transaction: its hash."""

    run_id: bytes
    outputs: tuple[MadeLot, ...]
    in_band: bool
    transaction: str


@dataclass(frozen=True, slots=True)
class _Begun:
    """A run whose proof is being made."""

    purpose: str
    order: RunOrder
    request: RunRequest
    proof: Future[ProofWords]


@dataclass(frozen=True, slots=True)
class LotsLost:
    """Lots of which an event attests that nothing is left. transaction: its hash."""

    event_id: bytes
    lots: tuple[bytes, ...]
    transaction: str


def run(member: MemberSession, order: RunOrder) -> RunDone:
    """Plans, proves and records a run; again, returns what it made.

    Raises as run_plan.plan, LotsUsedOtherwise, and what Sender.send raises.
    """
    return next(run_each(member, [order]))


def run_each(member: MemberSession, orders: Iterable[RunOrder]) -> Iterator[RunDone]:
    """As run, one after the other; the next run is proven while one is sent.

    No order may name what another one makes. One that fails ends it; those before it are recorded
    first, as if each had been alone.
    """
    return one_ahead(
        orders,
        lambda order, pool: _begin(member, order, pool),
        lambda begun: _finish(member, begun),
    )


def recorded(member: MemberSession, order: RunOrder) -> RunDone | None:
    """What this very run made, if it was recorded before; raises LotsUsedOtherwise."""
    sent = member.taken_up(_purpose(order))
    if sent is None and _is_used_up(member, order.inputs[0]):
        sent = _earlier_run(member, order.inputs[0])
    if sent is None:
        return None
    _require_same(member, order, sent)
    return _done(member, sent)


def rehearse(member: MemberSession, order: RunOrder) -> RunPlan:
    """What the run would do, as far as chain and member can tell without a proof.

    Sends and keeps nothing. Raises as run_plan.plan, and ContractRefused.
    """
    planned = plan(member, order)
    member.rehearse(*_call(planned.order, _sealed(member, planned, NO_NONCE)))
    return planned


def process(
    member: MemberSession,
    event_id: bytes,
    event: Opening,
    outputs: Sequence[Wanted],
    model: CustodyModel,
    greedy: bool = False,
) -> RunDone:
    """The lots that a processing event names are worked up. event: its opening. As run."""
    inputs = named_lots(member, event_id)
    return run(
        member,
        RunOrder(RunKind.PROCESS, inputs, tuple(outputs), model, event_id, event, greedy=greedy),
    )


def rebook(
    member: MemberSession,
    inputs: Sequence[bytes],
    outputs: Sequence[Wanted] | None = None,
    model: CustodyModel | None = None,
) -> RunDone:
    """Merges up to four lots and splits into up to four; nothing is lost. As run.

    Credits follow the metal under every model. outputs None: one lot of everything. model None:
    the strongest that the inputs allow.
    """
    return run(member, rebook_order(member, inputs, outputs, model))


def rebook_order(
    member: MemberSession,
    inputs: Sequence[bytes],
    outputs: Sequence[Wanted] | None = None,
    model: CustodyModel | None = None,
) -> RunOrder:
    """What rebook runs."""
    chosen = paper_model([view_lot(member, lot) for lot in inputs]) if model is None else model
    wanted = [everything(member, inputs)] if outputs is None else list(outputs)
    return RunOrder(RunKind.REBOOK, tuple(inputs), tuple(wanted), chosen)


def charge_order(
    member: MemberSession, inputs: Sequence[bytes], model: CustodyModel | None = None
) -> RunOrder:
    """Up to four lots, of whatever roots, become one that is only processed.

    model None: the strongest that the inputs allow.
    """
    chosen = model
    if chosen is None:
        chosen = charge_model(member, [view_lot(member, lot) for lot in inputs])
    return RunOrder(RunKind.CHARGE, tuple(inputs), (everything(member, inputs),), chosen)


def crosses_roots(views: Sequence[LotView]) -> bool:
    """Whether a rebook of these lots is an account of mass balance: of several documents' metal."""
    return len({view.lot.root for view in views}) > 1 or any(view.lot.charge for view in views)


def paper_model(views: Sequence[LotView]) -> CustodyModel:
    """The strongest model of a rebook of these lots."""
    return CustodyModel.MASS_BALANCE if crosses_roots(views) else weakest_model(views)


def charge_model(member: MemberSession, views: Sequence[LotView]) -> CustodyModel:
    """The strongest model of a charge of these lots: identity is preserved of one origin only."""
    weakest = weakest_model(views)
    if weakest is not CustodyModel.IDENTITY_PRESERVED:
        return weakest
    origins = {member.reads.origin(view.id) for view in views}
    return weakest if len(origins) == 1 else CustodyModel.SEGREGATED


def settle(member: MemberSession, lot: bytes, event_id: bytes, event: Opening) -> RunDone:
    """Ends a dispute with the metal that the umpire's measurement found. As run.

    Its holder does it once the umpire has approved; from 7 days later on the buyer or the umpire
    may, if they can open the lot. The lot stays its holder's and keeps model, material and count;
    its metal becomes what was measured.
    """
    view, opening = disputed_lot(member, lot)
    metal = min(opening.lot.metal, event.run.product)
    wanted = Wanted(metal, view.lot.material, view.lot.count)
    return run(
        member,
        RunOrder(RunKind.SETTLE, (lot,), (wanted,), view.lot.model, event_id, event),
    )


def record_loss(member: MemberSession, event_id: bytes) -> LotsLost:
    """Ends the lots of a loss of which nothing was found; again, returns the same.

    Raises EventNotStanding, EventKindWrong, ContractRefused (something was found, lapsed …) and
    what Sender.send raises.
    """
    ended = member.contracts.events(LotLost, event_id=event_id)
    if not ended:
        required_event(member, event_id, (EventKind.LOSS,))
        inputs = list(named_lots(member, event_id))
        purpose = f"loss:{event_id.hex()}"
        ended = member.send(purpose, "Runs", "recordLoss", event_id, inputs)
    lots = tuple(lost.lot for lost in events_of(LotLost, ended))
    return LotsLost(event_id, lots, ended[0].transaction)


def everything(member: MemberSession, inputs: Sequence[bytes]) -> Wanted:
    """One output of all metal and all units of some lots; raises OpeningMissing."""
    owned = [own_lot(member, lot) for lot in inputs]
    first = owned[0][0].lot
    units = sum(view.lot.count for view, _ in owned)
    count = units if first.material.comes_in_units else 1
    return Wanted(sum(opening.lot.metal for _, opening in owned), first.material, count)


def _begin(member: MemberSession, order: RunOrder, pool: ThreadPoolExecutor) -> RunDone | _Begun:
    done = recorded(member, order)
    if done is not None:
        return done
    purpose = _purpose(order)
    salts = member.planned_salts(purpose, anchor_of(order))
    planned = plan(member, order, salts.salt)
    request, statement = _prepare(member, planned, salts.nonce)
    return _Begun(purpose, planned.order, request, pool.submit(member.prover.prove, statement))


def _finish(member: MemberSession, begun: RunDone | _Begun) -> RunDone:
    if isinstance(begun, RunDone):
        return begun
    request = replace(begun.request, proof=begun.proof.result())
    return _done(member, member.send_proven(begun.purpose, *_call(begun.order, request)))


def _prepare(
    member: MemberSession, planned: RunPlan, nonce: bytes
) -> tuple[RunRequest, RunStatement]:
    """The request without its proof, and what is to be proven; the vault knows all openings."""
    request = _sealed(member, planned, nonce)
    order, outputs = planned.order, request.outputs
    has_event = order.event is not None
    circuit = circuit_for(len(order.inputs), len(outputs), has_event=has_event)
    with zk_refusals():
        ctx = run_ctx(
            member.prover.frame(circuit.name, order.kind.contract, member.account),
            run_kind=order.kind,
            event_key=order.event_id,
            input_ids=order.inputs,
            outputs=[output.id for output in outputs],
            counts=[output.count for output in outputs],
            materials=[output.material for output in outputs],
            model=order.model,
            boxes=request.sealed_to_owner,
        )
        statement = RunStatement(ctx, planned.rule, planned.inputs, planned.outputs, order.event)
    made = [(output.id, opening) for output, opening in zip(outputs, planned.outputs, strict=True)]
    events = [] if order.event is None else [(order.event_id, order.event)]
    member.vault.put_all([*made, *events])
    return request, statement


def _call(order: RunOrder, request: RunRequest) -> tuple[Any, ...]:
    """Contract, function and request of a run, and what comes before the request."""
    if order.kind is RunKind.END_OF_LIFE:
        return order.kind.contract, "retire", request, order.product
    return order.kind.contract, "run", request


def _sealed(member: MemberSession, planned: RunPlan, nonce: bytes) -> RunRequest:
    """With a copy of each opening for its holder; that of a settled lot has no nonce."""
    if planned.holder == member.account:
        key = own_viewing_key(member)
    else:
        key = receiver_key(member, planned.holder)
    mixed_in = NO_NONCE if planned.order.kind is RunKind.SETTLE else nonce
    boxes = tuple(seal_opening(opening, key, mixed_in) for opening in planned.outputs)
    return replace(planned.request, sealed_to_owner=boxes)


def _require_same(member: MemberSession, order: RunOrder, sent: list[Recorded]) -> None:
    """A run is the same by all that was asked for; raises LotsUsedOtherwise."""
    head, made = first_of(RunRecorded, sent), events_of(LotMade, sent)
    used = tuple(sorted(one.lot for one in events_of(LotConsumed, sent)))
    asked = (order.kind, order.event_id, order.model, order.inputs)
    if (head.kind, head.event_id, head.model, used) != asked or not _as_asked(
        member, order, _recorded_rule(order, head, made), made
    ):
        lot = order.inputs[0]
        raise LotsUsedOtherwise(lot=hex_of(lot), end=used_up(member.contracts, lot))


def _recorded_rule(order: RunOrder, head: RunRecorded, made: list[LotMade]) -> RunRule:
    has_event = order.event is not None
    circuit = circuit_for(len(order.inputs), len(made), has_event=has_event)
    return RunRule.parse(head.public_signals[circuit.place("rule")], len(made))


def _as_asked(member: MemberSession, order: RunOrder, rule: RunRule, made: list[LotMade]) -> bool:
    """Whether these are the outputs of the order, the sharing of credits included.

    On an empty disk the inputs are not open, and the sharing is not looked at.
    """
    if len(made) != len(order.outputs):
        return False
    openings = [_opening_of(member, one) for one in made]
    try:
        salts = [opening.salt for opening in openings]
        wanted = plan(member, order, lambda element, index: salts[index], rule).request.outputs
    except (StatementRefused, *NOT_AS_MEASURED):
        return False
    except OpeningMissing:
        got = [
            Wanted(opening.lot.metal, one.made.material, one.made.count)
            for opening, one in zip(openings, made, strict=True)
        ]
        return got == list(order.outputs)
    return [(one.lot, one.made.count, one.made.material) for one in made] == [
        (one.id, one.count, one.material) for one in wanted
    ]


def _done(member: MemberSession, sent: list[Recorded]) -> RunDone:
    made, head = events_of(LotMade, sent), first_of(RunRecorded, sent)
    outputs = tuple(
        MadeLot(
            event.lot,
            _opening_of(member, event),
            event.made.material,
            event.made.count,
            event.made.held,
        )
        for event in made
    )
    return RunDone(head.run_id, outputs, head.in_band, sent[0].transaction)


def _opening_of(member: MemberSession, made: LotMade) -> Opening:
    """Of a lot that is one's own, or that was settled for its holder."""
    if made.account != member.account:
        return member.vault.require(made.lot, made.lot)
    return own_copy(member, made.lot, made.made.element, made.sealed_to_owner)


def _purpose(order: RunOrder) -> str:
    named = keccak256(b"".join(order.inputs)).hex()
    return f"run:{enum_word(order.kind)}:{named}:{order.event_id.hex()}"


def _is_used_up(member: MemberSession, lot: bytes) -> bool:
    return member.reads.lot(lot).state is LotState.CONSUMED


def _earlier_run(member: MemberSession, lot: bytes) -> list[Recorded]:
    """Events of the run that used a lot up."""
    run_id = first_of(LotConsumed, member.contracts.events(LotConsumed, lot=lot)).run_id
    found = member.contracts.events(RunRecorded, run_id=run_id, account=member.account)
    if not found:
        raise LotsUsedOtherwise(lot=hex_of(lot), end=used_up(member.contracts, lot))
    events = member.contracts.events
    return [*found, *events(LotConsumed, run_id=run_id), *events(LotMade, run_id=run_id)]
