"""Offers: handing lots over, and taking an offer back."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.enums import LotState, Role
from lodetrace.contracts.events import LotAccepted, LotOffered, OfferCancelled, Recorded
from lodetrace.contracts.refusals.decoder import ContractRefused, say, say_time
from lodetrace.contracts.structs import Account, SealedOpening
from lodetrace.errors import InputError, NotFound, Refused
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.lots import LotView, distinct, own_lot
from lodetrace.member.session import MemberSession
from lodetrace.member.spent import require_unspent
from lodetrace.text import parse_address
from zk_circuits.keccak import keccak256


class ReceiverUnknown(NotFound):
    """An address that no member has."""

    template = "{account} is no account of a member"
    advice = "Check the receiver's address; members are listed by the gateway."


class ReceiverWithoutRole(Refused):
    """An offer that its receiver could never take over."""

    template = "{account} lacks the role trader (it has: {roles})"
    advice = "Name another account; `lodetrace lot disclose` shows a lot without handing it over."


class ExpiryPassed(InputError):
    """An offer that would end before it begins."""

    template = "the offer would end at {expiry}, the chain's time is {now}"
    advice = "Choose a later end."


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to think about before going on. code is stable, text is for people."""

    code: str
    lot: bytes
    text: str


@dataclass(frozen=True, slots=True)
class OfferedLot:
    """One offer that stands. sequence names it; the receiver accepts that very offer."""

    lot: bytes
    to: str
    sequence: int
    expiry: int
    transaction: str


def offer(member: MemberSession, lots: Sequence[bytes], to: str, expiry: int) -> list[OfferedLot]:
    """Offers lots with their openings sealed to the receiver; again, returns the offers that stand.

    expiry: seconds since 1970, last second of acceptance. Lots of one physical batch have to be
    offered together (see lots.batch_lots). Raises LotUnknown, LotOfAnother, OpeningMissing,
    ReceiverUnknown, ReceiverWithoutRole, ExpiryPassed, ContractRefused (not free, batch
    incomplete, receiver not active, place not determined) and what Sender.send raises.
    """
    to = parse_address(to)
    owned = [own_lot(member, lot) for lot in distinct(lots)]
    standing = _standing(member, [view for view, _ in owned], to)
    if standing is not None:
        return standing
    for view, _ in owned:
        require_unspent(member.contracts, view.id, view.lot)
    if expiry <= (now := member.now()):
        raise ExpiryPassed(expiry=say_time(expiry), now=say_time(now))
    key = _trader_key(member, to)
    in_batches = sorted(owned, key=lambda pair: (pair[0].lot.batch, pair[0].id))
    ids = [view.id for view, _ in in_batches]
    named = b"".join(view.id + view.lot.sequence.to_bytes(4, "big") for view, _ in in_batches)
    purpose = f"offer:{keccak256(named).hex()}:{to.lower()}"
    boxes = [seal_opening(opening, key) for _, opening in in_batches]
    return _offered(_send(member, purpose, ids, to, expiry, boxes))


def offer_warnings(member: MemberSession, lots: Sequence[bytes]) -> list[Warned]:
    """What to think about before these lots are offered.

    A lot that is sold on unchanged: whoever held it before knows its amounts. A rebook of the
    lot into a new one ends that.
    """
    warned = []
    for lot in lots:
        earlier = {found.from_ for found in acceptances(member, lot)}
        if earlier:
            known = ", ".join(sorted(earlier))
            text = f"sold on unchanged: {known} knows its amounts; rebook it first to end that"
            warned.append(Warned("sold-on-unchanged", lot, text))
    return warned


def cancel(member: MemberSession, lots: Sequence[bytes]) -> list[bytes]:
    """Takes offers back; again, changes nothing. Returns the lots that are free.

    Raises LotOfAnother, ContractRefused (disputed, expired, not offered) and what Sender.send
    raises.
    """
    views = [own_lot(member, lot)[0] for lot in distinct(lots)]
    offered = [view for view in views if view.lot.state is LotState.OFFERED]
    if not offered and all(_cancelled(member, view) for view in views):
        return [view.id for view in views]
    wanted = offered or views
    named = b"".join(view.id + view.lot.sequence.to_bytes(4, "big") for view in wanted)
    purpose = f"cancel:{keccak256(named).hex()}"
    member.send(purpose, "Custody", "cancel", [view.id for view in wanted])
    return [view.id for view in views]


def disclose(member: MemberSession, lot: bytes, to: str) -> str:
    """Hands the opening of a lot to a reader, sealed; custody does not move.

    Returns the transaction's hash. Each call discloses once for each reader and state of the
    lot. Raises LotOfAnother, OpeningMissing, ReceiverUnknown and what Sender.send raises.
    """
    to = parse_address(to)
    view, opening = own_lot(member, lot)
    sealed = seal_opening(opening, receiver_key(member, to))
    purpose = f"disclose:{view.commitment.hex()}:{to.lower()}"
    sent = member.taken_up(purpose) or member.send(purpose, "Custody", "disclose", lot, to, sealed)
    return sent[0].transaction


def receiver_key(member: MemberSession, to: str) -> bytes:
    """The viewing key of an account; raises ReceiverUnknown."""
    return _receiver(member, to).viewing_key


def acceptances(member: MemberSession, lot: bytes) -> list[LotAccepted]:
    """How a lot came from hand to hand, unchanged."""
    return member.contracts.happened(LotAccepted, lot=lot)


def _receiver(member: MemberSession, to: str) -> Account:
    try:
        return member.reads.account(parse_address(to))
    except ContractRefused as refused:
        raise ReceiverUnknown(account=to) from refused


def _trader_key(member: MemberSession, to: str) -> bytes:
    """The viewing key of an account that may hold lots."""
    receiver = _receiver(member, to)
    if Role.TRADER not in receiver.roles:
        raise ReceiverWithoutRole(account=to, roles=say("", "roles", receiver.roles))
    return receiver.viewing_key


def _standing(member: MemberSession, views: list[LotView], to: str) -> list[OfferedLot] | None:
    """The offers of these lots to this receiver, if all stand."""
    if not all(view.state is LotState.OFFERED for view in views):
        return None
    offers = [member.reads.offer(view.id) for view in views]
    if any(found.to.lower() != to.lower() for found in offers):
        return None
    made = {
        recorded.event.lot: recorded
        for view in views
        for recorded in member.contracts.events(LotOffered, lot=view.id, to=to)
        if isinstance(recorded.event, LotOffered)
    }
    return _offered([made[view.id] for view in views])


def _cancelled(member: MemberSession, view: LotView) -> bool:
    """Whether the last word about the lot is that its offer was cancelled."""
    found = member.contracts.happened(OfferCancelled, lot=view.id)
    return bool(found) and found[-1].sequence == view.lot.sequence


def _send(
    member: MemberSession,
    purpose: str,
    ids: list[bytes],
    to: str,
    expiry: int,
    boxes: list[SealedOpening],
) -> list[Recorded]:
    if len(ids) == 1:
        return member.send(purpose, "Custody", "offer", ids[0], to, expiry, boxes[0])
    return member.send(purpose, "Custody", "offerMany", ids, to, expiry, boxes)


def _offered(sent: list[Recorded]) -> list[OfferedLot]:
    return [
        OfferedLot(event.lot, event.to, event.sequence, event.expiry, recorded.transaction)
        for recorded in sent
        if isinstance(event := recorded.event, LotOffered)
    ]
