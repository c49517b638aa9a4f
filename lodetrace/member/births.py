"""Births: a site's standing event becomes a lot."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from lodetrace.contracts.enums import CustodyModel, EventKind, Material
from lodetrace.contracts.events import LotBorn, Recorded, first_of
from lodetrace.contracts.structs import Birth, ProofWords, Standing
from lodetrace.errors import LodetraceError, Pending, Refused, zk_refusals
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.lots import lot_tag, own_viewing_key, word_of
from lodetrace.member.openings import own_copy
from lodetrace.member.prover import NO_PROOF
from lodetrace.member.session import MemberSession
from lodetrace.text import enum_word, hex_of
from zk_circuits.balance import Balance, Credits, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.ctx import origin_ctx
from zk_circuits.statements import CAHRA_GATE, OriginStatement


class EventNotStanding(Pending):
    """No quorum of oracle nodes has attested the event."""

    template = "event {event} does not stand: no quorum has attested it"
    advice = "See `lodetrace event status`; repeat the command once the quorum is reached."


class EventOpeningMismatch(Refused):
    """The statement at hand is not what the oracle nodes attested."""

    template = "the statement opens {actual}, attested was {expected} for event {event}"
    advice = "Use the statement of the revision that stands."


class EventUsedOtherwise(Refused):
    """The event has made something else already."""

    template = "event {event} was used before, for lot {lot}"
    advice = "An event makes lots once. The lot it made is listed by `lodetrace lot show`."


class EventKindWrong(Refused):
    """An event of another kind than the operation needs."""

    template = "event {event} is of kind {actual}, needed is {required}"
    advice = "Births need a birth event, runs a processing, recovery or measurement event."


@dataclass(frozen=True, slots=True)
class BirthOrder:
    """What a site wants to book. event: the opening of the event, from the site's own statement.

    count: units of a series; only cells, modules and packs come in units.
    """

    event_id: bytes
    event: Opening
    material: Material
    count: int = 1
    model: CustodyModel = CustodyModel.SEGREGATED


@dataclass(frozen=True, slots=True)
class BornLot:
    """A lot that was born. gates: bits 0 to 4 credits, bit 5 CAHRA. transaction: its hash."""

    lot: bytes
    opening: Opening
    gates: int
    batch: int
    transaction: str


@dataclass(frozen=True, slots=True)
class _Begun:
    """A birth that was sent before, or one whose proof is being made."""

    order: BirthOrder
    sent: list[Recorded] | None
    request: Birth | None = None
    proof: Future[ProofWords] | None = None

    @property
    def purpose(self) -> str:
        return f"birth:{self.order.event_id.hex()}"


def file_birth(member: MemberSession, order: BirthOrder) -> BornLot:
    """Makes the lot of a birth event; again, returns that lot.

    Raises EventNotStanding, EventKindWrong, EventOpeningMismatch, EventUsedOtherwise,
    StatementRefused, ContractRefused and what Sender.send raises.
    """
    return next(file_births(member, [order]))


def file_births(member: MemberSession, orders: Iterable[BirthOrder]) -> Iterator[BornLot]:
    """As file_birth, one after the other; the next lot is proven while one is sent.

    An order that fails ends it; those before it are filed first, as if each had been alone.
    """
    with ThreadPoolExecutor(1, "prover") as pool:
        ahead: _Begun | None = None
        for order in orders:
            try:
                begun = _begin(member, order, pool)
            except LodetraceError:
                if ahead is not None:
                    yield _finish(member, ahead)
                raise
            if ahead is not None:
                yield _finish(member, ahead)
            ahead = begun
        if ahead is not None:
            yield _finish(member, ahead)


def standing_event(
    member: MemberSession, event_id: bytes, event: Opening, kind: EventKind
) -> Standing:
    """The event as it stands, checked against its opening.

    Raises EventNotStanding, EventKindWrong or EventOpeningMismatch.
    """
    standing = member.reads.standing(event_id)
    if not standing.standing_since:
        raise EventNotStanding(event=hex_of(event_id))
    if standing.kind is not kind:
        actual, required = enum_word(standing.kind), enum_word(kind)
        raise EventKindWrong(event=hex_of(event_id), actual=actual, required=required)
    if word_of(event.commitment) != standing.commitment:
        raise EventOpeningMismatch(
            actual=hex_of(word_of(event.commitment)),
            expected=hex_of(standing.commitment),
            event=hex_of(event_id),
        )
    return standing


def balance_at_birth(event: Measurement, gates: int) -> Balance:
    """What a lot holds that is born under these gates; raises StatementRefused."""
    passed = [
        attested if gates >> index & 1 else 0 for index, attested in enumerate(event.attested)
    ]
    credits_passed: Credits = (passed[0], passed[1], passed[2], passed[3], passed[4])
    cahra = event.metal_out if gates & CAHRA_GATE else 0
    with zk_refusals():
        return Balance(event.metal_out, event.carbon, cahra, credits=credits_passed)


def _begin(member: MemberSession, order: BirthOrder, pool: ThreadPoolExecutor) -> _Begun:
    begun = _Begun(order, None)
    standing = standing_event(member, order.event_id, order.event, EventKind.BIRTH)
    sent = member.taken_up(begun.purpose)
    if sent is None and standing.used:
        sent = member.contracts.events(LotBorn, event_id=order.event_id)
    if sent is not None:
        return replace(begun, sent=sent)
    request, statement = _prepare(member, begun.purpose, order, standing)
    return replace(begun, request=request, proof=pool.submit(member.prover.prove, statement))


def _prepare(
    member: MemberSession, purpose: str, order: BirthOrder, standing: Standing
) -> tuple[Birth, OriginStatement]:
    """The request without its proof, and what is to be proven; the vault knows both openings."""
    gates = member.reads.gates_at_birth(standing)
    salts = member.planned_salts(purpose, order.event_id)
    balance = balance_at_birth(order.event.event, gates)
    opening = Opening(lot_tag(standing.element), balance, salts.salt(standing.element))
    lot = word_of(opening.commitment)
    sealed = seal_opening(opening, own_viewing_key(member), salts.nonce)
    frame = member.prover.frame("origin", "Origins", member.account)
    with zk_refusals():
        ctx = origin_ctx(
            frame,
            event_id=order.event_id,
            output=lot,
            count=order.count,
            material=order.material,
            model=order.model,
            ciphertext=sealed,
        )
        statement = OriginStatement(ctx, gates, order.event, opening)
    member.vault.put_all([(order.event_id, order.event), (lot, opening)])
    request = Birth(order.event_id, lot, order.count, order.material, order.model, sealed, NO_PROOF)
    return request, statement


def _finish(member: MemberSession, begun: _Begun) -> BornLot:
    sent = begun.sent
    if begun.request is not None and begun.proof is not None:
        request = replace(begun.request, proof=begun.proof.result())
        sent = member.send_proven(begun.purpose, "Origins", "birth", request)
    return _born(member, begun.order, sent or [])


def _born(member: MemberSession, order: BirthOrder, sent: list[Recorded]) -> BornLot:
    born = first_of(LotBorn, sent)
    asked = (member.account, order.material, order.count, order.model)
    if (born.account, born.material, born.count, born.model) != asked:
        raise EventUsedOtherwise(event=hex_of(order.event_id), lot=hex_of(born.lot))
    opening = own_copy(member, born.lot, born.element, born.sealed_to_owner)
    return BornLot(born.lot, opening, born.gates, born.batch, sent[0].transaction)
