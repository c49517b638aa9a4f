"""The inbox: offers to this account, decrypted and checked before they are answered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    LotAccepted,
    LotDisputed,
    LotOffered,
    LotRejected,
    Recorded,
    first_of,
    follows,
)
from lodetrace.contracts.structs import Lot, Offer
from lodetrace.errors import KeysError, NotFound, Refused
from lodetrace.keys.sealed_opening import open_sealed
from lodetrace.member.batches import in_batches
from lodetrace.member.lot_events import by_lot
from lodetrace.member.lots import distinct
from lodetrace.member.offers import Warned, acceptances
from lodetrace.member.reasons import require_reason
from lodetrace.member.session import MemberSession
from lodetrace.member.withdrawn import withdrawal_warnings
from lodetrace.text import hex_of, iso_time
from zk_circuits.commitment import Opening
from zk_circuits.keccak import keccak256


class OfferMissing(NotFound):
    """No offer of the lot to this account."""

    template = "lot {lot} is not offered to {account}"
    advice = "See `lodetrace lot inbox`; an offer that ended has to be made again."


class OfferChanged(Refused):
    """Another offer than the one that was looked at."""

    template = "the offer of lot {lot} is number {current}, not {given}"
    advice = "It was offered again since: look at the new offer first."


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An offer to this account.

    sequence names the offer. opening is None where `problem` says why it must not be accepted.
    disputed: this account disputes it; expiry is then the end of the dispute. warnings: looked for
    where offers are listed, before one is answered.
    """

    lot_id: bytes
    lot: Lot
    from_: str
    sequence: int
    expiry: int
    disputed: bool
    opening: Opening | None
    problem: KeysError | Refused | None
    warnings: tuple[Warned, ...] = ()


def inbox(member: MemberSession) -> list[InboxItem]:
    """Offers that this account may answer now, oldest first."""
    latest: dict[bytes, LotOffered] = {}
    for offered in member.contracts.happened(LotOffered, to=member.account):
        latest[offered.lot] = offered
    now = member.now()
    return [
        replace(item, warnings=_warnings(member, item, now))
        for item in _items(member, list(latest.values()), now)
    ]


def accept(
    member: MemberSession, lots: Sequence[bytes], sequences: Sequence[int] | None = None
) -> list[bytes]:
    """Takes offered lots over, once their openings are read and in the vault.

    sequences: the offers that were looked at; None accepts those that stand now. Again, changes
    nothing, wherever the lot went since. Raises BoxUnreadable, OpeningMalformed or
    OpeningOfAnother (nothing is sent then), OfferMissing, OfferChanged, ContractRefused and what
    Sender.send raises.
    """
    named = distinct(lots)
    offered = by_lot(member, LotOffered, named, to=member.account)
    accepted = by_lot(member, LotAccepted, named, to=member.account)
    left = [lot for lot in named if not follows(accepted[lot], offered[lot])]
    items = _required(member, left, offered)
    _require_sequences(named, items, sequences)
    for item in items:
        if item.problem is not None:
            raise item.problem
    openings = [(item.lot_id, item.opening) for item in items if item.opening is not None]
    member.vault.put_all(openings)
    if items:
        _send(member, items)
    return named


def reject(member: MemberSession, lots: Sequence[bytes], reason: bytes) -> list[bytes]:
    """Returns offered or disputed lots to their sender; again, changes nothing.

    reason: see lodetrace/member/reasons.py. Raises ReasonStands, OfferMissing,
    ContractRefused and what Sender.send raises.
    """
    return _answer(member, "reject", lots, reason, settled=_rejected_before)


def dispute(
    member: MemberSession, lots: Sequence[bytes], document: bytes, reason: bytes
) -> list[bytes]:
    """Blocks offered lots for up to 10 days: weight or assay differ outside tolerance.

    document: hash of what one's own scale says of them. Again, changes nothing. Raises as reject.
    """
    return _answer(member, "dispute", lots, reason, document, settled=_disputed_before)


def required_item(member: MemberSession, lot: bytes) -> InboxItem:
    """The offer of one lot to this account; raises OfferMissing."""
    (found,) = required_items(member, [lot])
    return found


def required_items(member: MemberSession, lots: Sequence[bytes]) -> list[InboxItem]:
    """The offers of lots to this account, in their order; raises OfferMissing."""
    return _required(member, lots, by_lot(member, LotOffered, lots, to=member.account))


def _required(
    member: MemberSession, lots: Sequence[bytes], offered: Mapping[bytes, Sequence[Recorded]]
) -> list[InboxItem]:
    """offered: offers of these lots to this account, whatever became of them."""
    latest = [first_of(LotOffered, offered[lot][-1:]) for lot in lots if offered[lot]]
    found = {item.lot_id: item for item in _items(member, latest, member.now() if latest else 0)}
    for lot in lots:
        if lot not in found:
            raise OfferMissing(lot=hex_of(lot), account=member.account)
    return [found[lot] for lot in lots]


def _items(member: MemberSession, offers: Sequence[LotOffered], now: int) -> Iterator[InboxItem]:
    """Those of the offers that this account may answer now."""
    states = member.reads.offered([one.lot for one in offers])
    for offered, (lot, standing) in zip(offers, states, strict=True):
        if not _may_answer(member, offered, lot, standing, now):
            continue
        opening, problem = _opened(member, offered, lot)
        yield InboxItem(
            lot_id=offered.lot,
            lot=lot,
            from_=offered.from_,
            sequence=offered.sequence,
            expiry=standing.expiry,
            disputed=lot.state is LotState.DISPUTED,
            opening=opening,
            problem=problem,
        )


def _may_answer(
    member: MemberSession, offered: LotOffered, lot: Lot, standing: Offer, now: int
) -> bool:
    open_states = (LotState.OFFERED, LotState.DISPUTED)
    if lot.state_at(now) not in open_states or standing.sequence != offered.sequence:
        return False
    return standing.to == member.account and now <= standing.expiry


def _opened(
    member: MemberSession, offered: LotOffered, lot: Lot
) -> tuple[Opening | None, KeysError | Refused | None]:
    commitment = offered.lot if lot.revision == 0 else member.reads.commitment(offered.lot)
    word, keys = int.from_bytes(commitment, "big"), member.keys.viewing_keys
    try:
        return open_sealed(offered.sealed_to_receiver, keys, word, lot.element), None
    except (KeysError, Refused) as problem:
        return None, problem


def _warnings(member: MemberSession, item: InboxItem, now: int) -> tuple[Warned, ...]:
    return (
        *_hold_warnings(member, item.lot_id, now),
        *_sold_on_warnings(member, item.lot_id),
        *withdrawal_warnings(member, item.lot_id),
    )


def _hold_warnings(member: MemberSession, lot: bytes, now: int) -> list[Warned]:
    hold = member.reads.hold_on(lot)
    if not hold.in_force(now):
        return []
    text = f"on hold in its sender's hands until {iso_time(hold.until)}: not accepted before"
    return [Warned("on-hold", lot, text)]


def _sold_on_warnings(member: MemberSession, lot: bytes) -> list[Warned]:
    earlier = {found.from_ for found in acceptances(member, lot)}
    if not earlier:
        return []
    known = ", ".join(sorted(earlier))
    text = f"sold on unchanged: {known} knows its amounts, as does the sender"
    return [Warned("sold-on-unchanged", lot, text)]


def _require_sequences(
    named: list[bytes], items: list[InboxItem], sequences: Sequence[int] | None
) -> None:
    if sequences is None:
        return
    given = dict(zip(named, sequences, strict=True))
    for item in items:
        if given[item.lot_id] != item.sequence:
            raise OfferChanged(
                lot=hex_of(item.lot_id), current=item.sequence, given=given[item.lot_id]
            )


def _send(member: MemberSession, items: list[InboxItem]) -> None:
    ids = in_batches({item.lot_id: item.lot for item in items})
    of_lot = {item.lot_id: item for item in items}
    numbers = [of_lot[one].sequence for one in ids]
    purpose = f"accept:{_named([of_lot[one] for one in ids])}"
    if len(ids) == 1:
        member.send(purpose, "Custody", "accept", ids[0], numbers[0])
    else:
        member.send(purpose, "Custody", "acceptMany", ids, numbers)


def _answer(
    member: MemberSession,
    function: str,
    lots: Sequence[bytes],
    reason: bytes,
    *said: bytes,
    settled: Callable[[MemberSession, bytes, bytes], bool],
) -> list[bytes]:
    named = distinct(lots)
    left = [lot for lot in named if not settled(member, lot, reason)]
    if left:
        items = required_items(member, left)
        purpose = f"{function}:{_named(items)}"
        member.send(purpose, "Custody", function, [item.lot_id for item in items], *said, reason)
    return named


def _rejected_before(member: MemberSession, lot: bytes, reason: bytes) -> bool:
    """Whether the last offer of the lot to this account was returned; raises ReasonStands."""
    offered = member.contracts.events(LotOffered, lot=lot, to=member.account)
    rejected = member.contracts.events(LotRejected, lot=lot, to=member.account)
    if not follows(rejected, offered):
        return False
    require_reason(member, lot, "rejected", first_of(LotRejected, rejected[-1:]).reason, reason)
    return True


def _disputed_before(member: MemberSession, lot: bytes, reason: bytes) -> bool:
    """Whether this account disputes the lot now; raises ReasonStands."""
    found = member.reads.lot(lot)
    disputes = found.state_at(member.now()) is LotState.DISPUTED
    if not disputes or member.reads.offer(lot).to != member.account:
        return False
    disputed = member.contracts.happened(LotDisputed, lot=lot, to=member.account)
    require_reason(member, lot, "disputed", disputed[-1].reason, reason)
    return True


def _named(items: Sequence[InboxItem]) -> str:
    words = (item.lot_id + item.sequence.to_bytes(4, "big") for item in items)
    return keccak256(b"".join(words)).hex()
