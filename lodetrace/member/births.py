"""Births: a site's standing event becomes a lot."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

from lodetrace.contracts.enums import CustodyModel, EventKind, Material
from lodetrace.contracts.events import LotBorn, Recorded, first_of
from lodetrace.contracts.structs import Birth, ProofWords, Standing
from lodetrace.errors import Refused, zk_refusals
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.lots import lot_tag, own_viewing_key, word_of
from lodetrace.member.one_ahead import one_ahead
from lodetrace.member.openings import own_copy
from lodetrace.member.prover import NO_PROOF
from lodetrace.member.session import MemberSession
from lodetrace.member.site_events import standing_event
from lodetrace.text import hex_of
from zk_circuits.balance import Balance, BirthMeasurement, four
from zk_circuits.commitment import Opening
from zk_circuits.ctx import origin_ctx
from zk_circuits.rule import CAHRA_GATE, BirthRule
from zk_circuits.statements import OriginStatement

_BIRTHS: Final = (EventKind.BIRTH, EventKind.OUTSIDE)


class EventUsedOtherwise(Refused):
    """The event has made something else already."""

    template = "event {event} was used before, for lot {lot}"
    advice = "An event makes lots once. The lot it made is listed by `lodetrace lot show`."


@dataclass(frozen=True, slots=True)
class BirthOrder:
    """What a site wants to book. event: the opening of the event, from the site's own statement.

    The units are those that the event attests.
    """

    event_id: bytes
    event: Opening
    material: Material
    model: CustodyModel = CustodyModel.SEGREGATED

    @property
    def count(self) -> int:
        """Units of the lot; 1 of what does not come in units."""
        return self.event.birth.units


@dataclass(frozen=True, slots=True)
class BornLot:
    """A lot that was born. gates: bits 0 to 3 credits, bit 4 CAHRA. transaction: its hash."""

    lot: bytes
    opening: Opening
    gates: int
    root: int
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
    """Makes the lot of a birth, or of metal from outside; again, returns that lot.

    Raises EventNotStanding, EventKindWrong, EventOpeningMismatch, EventUsedOtherwise,
    StatementRefused, ContractRefused and what Sender.send raises.
    """
    return next(file_births(member, [order]))


def file_births(member: MemberSession, orders: Iterable[BirthOrder]) -> Iterator[BornLot]:
    """As file_birth, one after the other; the next lot is proven while one is sent.

    An order that fails ends it; those before it are filed first, as if each had been alone.
    """
    return one_ahead(
        orders,
        lambda order, pool: _begin(member, order, pool),
        lambda begun: _finish(member, begun),
    )


def balance_at_birth(event: BirthMeasurement, rule: BirthRule) -> Balance:
    """What a lot holds that is born under this rule; raises StatementRefused."""
    passed = tuple(
        attested if rule.gates >> index & 1 else 0 for index, attested in enumerate(event.attested)
    )
    cahra = event.metal if rule.in_cahra else 0
    with zk_refusals():
        credits_passed = four("credits", passed)
        return Balance(event.metal, event.carbon, cahra, event.units, credits_passed, event.direct)


def _begin(member: MemberSession, order: BirthOrder, pool: ThreadPoolExecutor) -> _Begun:
    begun = _Begun(order, None)
    standing = standing_event(member, order.event_id, order.event, _BIRTHS)
    sent = member.taken_up(begun.purpose)
    if sent is None and member.reads.is_used(order.event_id):
        sent = member.contracts.events(LotBorn, event_id=order.event_id)
    if sent is not None:
        return replace(begun, sent=sent)
    request, statement = _prepare(member, begun.purpose, order, standing)
    return replace(begun, request=request, proof=pool.submit(member.prover.prove, statement))


def _prepare(
    member: MemberSession, purpose: str, order: BirthOrder, standing: Standing
) -> tuple[Birth, OriginStatement]:
    """The request without its proof, and what is to be proven; the vault knows both openings."""
    rule = BirthRule.of_gates(order.count, _gates(member, standing))
    salts = member.planned_salts(purpose, order.event_id)
    balance = balance_at_birth(order.event.birth, rule)
    opening = Opening(lot_tag(standing.element), balance, salts.salt(standing.element))
    lot = word_of(opening.commitment)
    sealed = seal_opening(opening, own_viewing_key(member), salts.nonce)
    frame = member.prover.frame("origin", "Origins", member.account)
    with zk_refusals():
        ctx = origin_ctx(
            frame,
            event_key=order.event_id,
            output=lot,
            count=order.count,
            material=order.material,
            model=order.model,
            box=sealed,
        )
        statement = OriginStatement(ctx, rule, order.event, opening)
    member.vault.put_all([(order.event_id, order.event), (lot, opening)])
    request = Birth(order.event_id, lot, order.count, order.material, order.model, sealed, NO_PROOF)
    return request, statement


def _gates(member: MemberSession, standing: Standing) -> int:
    """Metal from outside bears no credit, and counts as that of a CAHRA."""
    if standing.kind is EventKind.OUTSIDE:
        return CAHRA_GATE
    return member.reads.gates_at_birth(standing)


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
    return BornLot(born.lot, opening, born.gates, born.root, sent[0].transaction)
