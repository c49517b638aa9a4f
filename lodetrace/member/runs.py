"""Runs: lots are consumed, lots are made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lodetrace.contracts.enums import CustodyModel, LotState, Material, RunKind
from lodetrace.contracts.events import (
    LotConsumed,
    LotMade,
    LotWrittenOff,
    Recorded,
    RunRecorded,
    events_of,
    first_of,
)
from lodetrace.contracts.structs import RunRequest
from lodetrace.errors import StatementRefused, zk_refusals
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.lots import own_lot, own_viewing_key, view_lot
from lodetrace.member.openings import own_copy
from lodetrace.member.reasons import require_reason
from lodetrace.member.run_plan import (
    RunOrder,
    RunPlan,
    Wanted,
    anchor_of,
    plan,
    weakest_model,
)
from lodetrace.member.session import MemberSession
from lodetrace.member.spent import LotSpent, used_up
from lodetrace.member.vault import OpeningMissing
from lodetrace.text import enum_word, hex_of
from zk_circuits.commitment import Opening
from zk_circuits.ctx import run_ctx
from zk_circuits.keccak import keccak256
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import RULE_SIGNAL, circuit_for
from zk_circuits.salts import NO_NONCE
from zk_circuits.statements import RunStatement


class LotsUsedOtherwise(LotSpent):
    """The inputs were used up by another run."""


@dataclass(frozen=True, slots=True)
class MadeLot:
    """An output of a run. held: outside the site's loss band, until two roles release it."""

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


def run(member: MemberSession, order: RunOrder) -> RunDone:
    """Plans, proves and records a run; again, returns what it made.

    Raises as run_plan.plan, LotsUsedOtherwise, and what Sender.send raises.
    """
    done = recorded(member, order)
    if done is not None:
        return done
    purpose = _purpose(order)
    salts = member.planned_salts(purpose, anchor_of(order))
    return _done(member, _send(member, purpose, plan(member, order, salts.salt), salts.nonce))


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
    member.rehearse("Runs", "run", _sealed(member, planned, NO_NONCE))
    return planned


def process(
    member: MemberSession,
    event_id: bytes,
    event: Opening,
    inputs: Sequence[bytes],
    outputs: Sequence[Wanted],
    model: CustodyModel,
    greedy: bool = False,
) -> RunDone:
    """Lots are worked up at a site; event: the opening of its processing event. As run."""
    return run(
        member,
        RunOrder(
            RunKind.PROCESS, tuple(inputs), tuple(outputs), model, event_id, event, greedy=greedy
        ),
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
    views = [view_lot(member, lot) for lot in inputs]
    chosen = weakest_model(views) if model is None else model
    wanted = [everything(member, inputs)] if outputs is None else list(outputs)
    return RunOrder(RunKind.REBOOK, tuple(inputs), tuple(wanted), chosen)


def settle(member: MemberSession, lot: bytes, event_id: bytes, event: Opening) -> RunDone:
    """Ends a dispute with the metal that the umpire's measurement found. As run.

    The holder does it, once the umpire has approved. The lot keeps model, material and count;
    its metal becomes what was measured, never more than it was.
    """
    view, opening = own_lot(member, lot)
    metal = min(opening.lot.metal, event.event.metal_out)
    wanted = Wanted(metal, view.lot.material, view.lot.count)
    return run(
        member,
        RunOrder(RunKind.SETTLE, (lot,), (wanted,), view.lot.model, event_id, event),
    )


def write_off(member: MemberSession, lot: bytes, reason: bytes) -> str:
    """Ends a lot: lost, spilt, disposed of. Returns the transaction's hash; again, the same.

    reason: see lodetrace/member/reasons.py. Raises ReasonStands, ContractRefused and
    what Sender.send raises.
    """
    for ended in member.contracts.events(LotWrittenOff, lot=lot, account=member.account):
        require_reason(member, lot, "written off", first_of(LotWrittenOff, [ended]).reason, reason)
        return ended.transaction
    purpose = f"write-off:{lot.hex()}"
    return member.send(purpose, "Runs", "writeOff", lot, reason)[0].transaction


def everything(member: MemberSession, inputs: Sequence[bytes]) -> Wanted:
    """One output of all metal and all units of some lots; raises OpeningMissing."""
    owned = [own_lot(member, lot) for lot in inputs]
    first = owned[0][0].lot
    units = sum(view.lot.count for view, _ in owned)
    count = units if first.material.comes_in_units else 1
    return Wanted(sum(opening.lot.metal for _, opening in owned), first.material, count)


def _send(member: MemberSession, purpose: str, planned: RunPlan, nonce: bytes) -> list[Recorded]:
    request = _sealed(member, planned, nonce)
    order, outputs = planned.order, request.outputs
    circuit = circuit_for(len(order.inputs), len(outputs))
    with zk_refusals():
        ctx = run_ctx(
            member.prover.frame(circuit.name, "Runs", member.account),
            run_kind=order.kind,
            event_id=order.event_id,
            input_ids=order.inputs,
            outputs=[output.id for output in outputs],
            counts=[output.count for output in outputs],
            materials=[output.material for output in outputs],
            model=order.model,
            ciphertexts=request.sealed_to_owner,
        )
        statement = RunStatement(ctx, planned.rule, planned.inputs, planned.outputs, order.event)
    made = [(output.id, opening) for output, opening in zip(outputs, planned.outputs, strict=True)]
    events = [] if order.event is None else [(order.event_id, order.event)]
    member.vault.put_all([*made, *events])
    proof = member.prover.prove(statement)
    return member.send_proven(purpose, "Runs", "run", replace(request, proof=proof))


def _sealed(member: MemberSession, planned: RunPlan, nonce: bytes) -> RunRequest:
    key = own_viewing_key(member)
    boxes = tuple(seal_opening(opening, key, nonce) for opening in planned.outputs)
    return replace(planned.request, sealed_to_owner=boxes)


def _require_same(member: MemberSession, order: RunOrder, sent: list[Recorded]) -> None:
    """A run is the same by all that was asked for; raises LotsUsedOtherwise."""
    head, made = first_of(RunRecorded, sent), events_of(LotMade, sent)
    used = tuple(sorted(one.lot for one in events_of(LotConsumed, sent)))
    asked = (order.kind, order.event_id, order.model, order.inputs)
    if (head.kind, head.event_id, head.model, used) != asked or not _as_asked(
        member, order, RunRule.parse(head.public_signals[RULE_SIGNAL]), made
    ):
        lot = order.inputs[0]
        raise LotsUsedOtherwise(lot=hex_of(lot), end=used_up(member.contracts, lot))


def _as_asked(member: MemberSession, order: RunOrder, rule: RunRule, made: list[LotMade]) -> bool:
    """Whether these are the outputs of the order, the sharing of credits included.

    On an empty disk the inputs are not open, and the sharing is not looked at.
    """
    if len(made) != len(order.outputs):
        return False
    openings = [own_copy(member, one.lot, one.element, one.sealed_to_owner) for one in made]
    try:
        salts = [opening.salt for opening in openings]
        wanted = plan(member, order, lambda element, index: salts[index], rule).request.outputs
    except StatementRefused:
        return False
    except OpeningMissing:
        got = [
            Wanted(opening.lot.metal, one.material, one.count)
            for opening, one in zip(openings, made, strict=True)
        ]
        return got == list(order.outputs)
    return [(one.lot, one.count, one.material) for one in made] == [
        (one.id, one.count, one.material) for one in wanted
    ]


def _done(member: MemberSession, sent: list[Recorded]) -> RunDone:
    made, head = events_of(LotMade, sent), first_of(RunRecorded, sent)
    outputs = tuple(
        MadeLot(
            event.lot,
            own_copy(member, event.lot, event.element, event.sealed_to_owner),
            event.material,
            event.count,
            event.held,
        )
        for event in made
    )
    return RunDone(head.run_id, outputs, head.in_band, sent[0].transaction)


def _purpose(order: RunOrder) -> str:
    named = keccak256(b"".join(order.inputs)).hex()
    return f"run:{enum_word(order.kind)}:{named}:{order.event_id.hex()}"


def _is_used_up(member: MemberSession, lot: bytes) -> bool:
    return view_lot(member, lot).lot.state is LotState.CONSUMED


def _earlier_run(member: MemberSession, lot: bytes) -> list[Recorded]:
    """Events of the run that used a lot up."""
    run_id = first_of(LotConsumed, member.contracts.events(LotConsumed, lot=lot)).run_id
    found = member.contracts.events(RunRecorded, run_id=run_id, account=member.account)
    if not found:
        raise LotsUsedOtherwise(lot=hex_of(lot), end=used_up(member.contracts, lot))
    events = member.contracts.events
    return [*found, *events(LotConsumed, run_id=run_id), *events(LotMade, run_id=run_id)]
