"""Offers: handing lots over, and taking an offer back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.enums import LotState, Role
from lodetrace.contracts.events import (
    LotAccepted,
    LotOffered,
    OfferCancelled,
    OpeningDisclosed,
    Recorded,
    first_of,
    follows,
)
from lodetrace.contracts.refusals.decoder import ContractRefused, say, say_time
from lodetrace.contracts.structs import Account
from lodetrace.errors import InputError, NotFound, Refused
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.batches import in_batches
from lodetrace.member.lot_events import by_lot
from lodetrace.member.lots import LotView, distinct, held_lot, own_lot, view_lot
from lodetrace.member.session import MemberSession
from lodetrace.member.spent import require_unspent
from lodetrace.text import hex_of, parse_address
from zk_circuits.keccak import keccak256

LONGEST: Final = 90 * 24 * 3_600
"""Seconds: ICustody.offer."""

UNDER_WAY: Final = 3_600
"""Seconds that an offer may need from the time that its end is counted from into a block."""


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


class OfferTooLong(InputError):
    """An offer that would last longer than 90 days."""

    template = "the offer would end at {expiry}, more than 90 days after the chain's time, {now}"
    advice = "Choose an earlier end; a lot can be offered again once its offer has lapsed."


class OfferStands(Refused):
    """An offer to the same receiver, with another end."""

    template = "an offer of lot {lot} to {to} until {expiry} stands, not until {asked}"
    advice = "Take it back first: `lodetrace lot cancel`, then offer the lot with the other end."


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """To whom and until when lots are offered; see offer."""

    to: str
    expiry: int
    lasting: int | None


def offer(
    member: MemberSession,
    lots: Sequence[bytes],
    to: str,
    expiry: int,
    lasting: int | None = None,
) -> list[OfferedLot]:
    """Offers lots with their openings sealed to the receiver; again, returns those offers.

    They are returned while they stand, and once the receiver has accepted them. expiry: seconds
    since 1970, last second of acceptance. lasting: how many seconds after the chain's time that
    is, where it was counted from there: such an offer is the same later on. Lots of one physical
    batch have to be offered together (see lots.batch_lots). Raises OfferStands, LotUnknown,
    LotOfAnother, OpeningMissing, ReceiverUnknown, ReceiverWithoutRole, ExpiryPassed, OfferTooLong,
    ContractRefused (not free, batch incomplete, receiver not active, place not determined) and
    what Sender.send raises.
    """
    to = parse_address(to)
    made = offered_before(member, lots, to, expiry, lasting)
    if made is not None:
        return made
    owned = [own_lot(member, lot) for lot in lots]
    for view, _ in owned:
        require_unspent(member.contracts, view.id, view.lot)
    if expiry <= (now := member.now()):
        raise ExpiryPassed(expiry=say_time(expiry), now=say_time(now))
    if expiry > now + LONGEST:
        raise OfferTooLong(expiry=say_time(expiry), now=say_time(now))
    key = _trader_key(member, to)
    of_lot = {view.id: (view, opening) for view, opening in owned}
    ids = in_batches({view.id: view.lot for view, _ in owned})
    named = b"".join(one + of_lot[one][0].lot.sequence.to_bytes(4, "big") for one in ids)
    purpose = f"offer:{keccak256(named).hex()}:{to.lower()}"
    boxes = [seal_opening(of_lot[one][1], key) for one in ids]
    return _offered(_send(member, purpose, ids, to, expiry, boxes))


def offered_before(
    member: MemberSession,
    lots: Sequence[bytes],
    to: str,
    expiry: int,
    lasting: int | None = None,
) -> list[OfferedLot] | None:
    """These offers, if all were made: they stand, or were accepted. Raises OfferStands."""
    asked = _Asked(parse_address(to), expiry, lasting)
    offers = by_lot(member, LotOffered, distinct(lots))
    made = [_last_offer(member, lot, offers[lot], asked) for lot in lots]
    found = [recorded for recorded in made if recorded is not None]
    return _offered(found) if len(found) == len(made) else None


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
    views = [held_lot(member, lot) for lot in distinct(lots)]
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

    Returns the transaction's hash; again, that of the first disclosure to this reader (no contract
    of this version restates what a lot holds). Raises LotOfAnother, OpeningMissing,
    ReceiverUnknown and what Sender.send raises.
    """
    to = parse_address(to)
    for told in member.contracts.events(OpeningDisclosed, lot=lot, to=to):
        if first_of(OpeningDisclosed, [told]).from_ == member.account:
            return told.transaction
    view, opening = own_lot(member, lot)
    sealed = seal_opening(opening, receiver_key(member, to))
    purpose = f"disclose:{view.commitment.hex()}:{to.lower()}"
    return member.send(purpose, "Custody", "disclose", lot, to, sealed)[0].transaction


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


def _last_offer(
    member: MemberSession, lot: bytes, found: Sequence[Recorded], asked: _Asked
) -> Recorded | None:
    """This account's offer of the lot to the receiver, if it is the lot's last and did not fail.

    found: all offers of the lot.
    """
    if not found:
        return None
    last = first_of(LotOffered, found[-1:])
    if (last.from_, last.to.lower()) != (member.account, asked.to.lower()):
        return None
    stands = view_lot(member, lot).state is LotState.OFFERED
    accepted = member.contracts.events(LotAccepted, lot=lot)
    if not stands and not follows(accepted, found):
        return None
    if _ends_alike(member, found[-1], last.expiry, asked):
        return found[-1]
    if not stands:
        return None
    raise OfferStands(
        lot=hex_of(lot), to=last.to, expiry=say_time(last.expiry), asked=say_time(asked.expiry)
    )


def _ends_alike(member: MemberSession, made: Recorded, expiry: int, asked: _Asked) -> bool:
    """Whether an offer has the end that is asked for.

    One that was counted from the chain's time was so counted shortly before its own block.
    """
    if expiry == asked.expiry:
        return True
    if asked.lasting is None:
        return False
    node = member.contracts.node
    begun, before = expiry - asked.lasting, node.header(max(made.block - 1, 0)).time
    return before - UNDER_WAY <= begun <= node.header(made.block).time


def _cancelled(member: MemberSession, view: LotView) -> bool:
    """Whether the lot's last offer was cancelled."""
    events = member.contracts.events
    return follows(events(OfferCancelled, lot=view.id), events(LotOffered, lot=view.id))


def _send(
    member: MemberSession,
    purpose: str,
    ids: list[bytes],
    to: str,
    expiry: int,
    boxes: list[bytes],
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
