"""Holds and settlements: what auditors, risk officers and umpires decide about lots."""

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    ArrivalConsented,
    DisputeEnded,
    HoldRenewed,
    LotDisputed,
    LotHeld,
    LotReleased,
    ReleaseProposed,
    SettlementApproved,
    events_of,
    first_of,
    follows,
)
from lodetrace.contracts.refusals.decoder import say_time
from lodetrace.errors import Refused
from lodetrace.member.lots import LotView, view_lot
from lodetrace.member.reasons import read_reason
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of


class HeldOtherwise(Refused):
    """A hold of somebody else, or for another reason, is in force."""

    template = "lot {lot} is held until {until} by {by}, for the reason {reason!r}"
    advice = (
        "One hold is in force at a time: the other of risk and auditor role renews or releases it."
    )


def hold(member: MemberSession, lot: bytes, reason: bytes) -> int:
    """Stops a lot for 14 days; again, changes nothing. Returns the end in seconds since 1970.

    Needs the risk or the auditor role. Raises LotUnknown, HeldOtherwise, ContractRefused and what
    Sender.send raises.
    """
    view = view_lot(member, lot)
    if view.state is LotState.HELD and _held_before(member, view, reason):
        return view.lot.until
    purpose = f"hold:{lot.hex()}:{view.lot.sequence}"
    return first_of(LotHeld, member.send(purpose, "Holds", "hold", lot, reason)).until


def renew(member: MemberSession, lot: bytes) -> int:
    """The second role prolongs a hold to 90 days; again, changes nothing.

    Returns its end. Raises LotUnknown, ContractRefused and what Sender.send raises.
    """
    view = view_lot(member, lot)
    renewed = member.contracts.happened(HoldRenewed, lot=lot)
    if view.state is LotState.HELD and renewed:
        last = renewed[-1]
        if (last.by, last.until) == (member.account, view.lot.until):
            return last.until
    purpose = f"renew:{lot.hex()}:{view.lot.sequence}"
    return first_of(HoldRenewed, member.send(purpose, "Holds", "renew", lot)).until


def release(member: MemberSession, lot: bytes) -> bool:
    """Proposes a release, or agrees to the other role's proposal; True once the lot is free.

    Again, by the same member, changes nothing. Raises as renew.
    """
    view = view_lot(member, lot)
    if view.state is not LotState.HELD and _took_part(member, lot):
        return True
    if _proposed_before(member, lot, view.lot.sequence):
        return False
    purpose = f"release:{lot.hex()}:{view.lot.sequence}"
    found = member.send(purpose, "Holds", "release", lot)
    return bool(events_of(LotReleased, found))


def consent(member: MemberSession, lot: bytes) -> bool:
    """Lets the goods of a sender arrive that was suspended since it offered them.

    True once two ownership groups consented. Again, by the same member, changes nothing. Raises
    ContractRefused and what Sender.send raises.
    """
    since = member.reads.offer(lot).sequence
    given = [
        one for one in member.contracts.happened(ArrivalConsented, lot=lot) if one.offer == since
    ]
    if any(one.by == member.account for one in given):
        return given[-1].given
    purpose = f"consent:{lot.hex()}:{since}"
    found = member.send(purpose, "Custody", "consentTo", lot)
    return first_of(ArrivalConsented, found).given


def approve_settlement(member: MemberSession, lot: bytes, event_id: bytes) -> bytes:
    """An umpire approves a measurement for a disputed lot; again, changes nothing.

    Another measurement takes the place of the one before, while the dispute is open. Returns the
    event's id. Raises ContractRefused and what Sender.send raises.
    """
    view = view_lot(member, lot)
    if member.reads.settlement(lot).event_id == event_id:
        return event_id
    if view.state is not LotState.DISPUTED and _approved_before(member, lot, event_id):
        return event_id
    sequence = view.lot.sequence
    purpose = f"approve-settlement:{lot.hex()}:{event_id.hex()}:{sequence}"
    member.send(purpose, "Custody", "approveSettlement", lot, event_id)
    return event_id


def end_dispute(member: MemberSession, lot: bytes) -> int:
    """Offers a lot again that the approved measurement found to be no less than booked.

    Anybody does it. Returns the end of the offer in seconds since 1970; again, changes nothing.
    Raises ContractRefused and what Sender.send raises.
    """
    view = view_lot(member, lot)
    ended = member.contracts.events(DisputeEnded, lot=lot)
    if view.state is not LotState.DISPUTED and follows(
        ended, member.contracts.events(LotDisputed, lot=lot)
    ):
        return first_of(DisputeEnded, ended[-1:]).expiry
    purpose = f"end-dispute:{lot.hex()}:{view.lot.sequence}"
    return first_of(DisputeEnded, member.send(purpose, "Custody", "endDispute", lot)).expiry


def _held_before(member: MemberSession, view: LotView, reason: bytes) -> bool:
    """Whether this account's hold, for this reason, is in force.

    False where nobody decided it: a run outside its site's loss band. Raises HeldOtherwise.
    """
    held = member.contracts.happened(LotHeld, lot=view.id)
    if not held:
        return False
    last = held[-1]
    said = read_reason(member, last.reason)
    same = last.reason == reason or said == read_reason(member, reason)
    if last.by != member.account or not same:
        raise HeldOtherwise(
            lot=hex_of(view.id),
            until=say_time(view.lot.until),
            by=last.by,
            reason=said,
        )
    return True


def _approved_before(member: MemberSession, lot: bytes, event_id: bytes) -> bool:
    """Whether the last dispute of the lot ended with this measurement, approved by this account."""
    approved = member.contracts.events(SettlementApproved, lot=lot)
    disputed = member.contracts.events(LotDisputed, lot=lot)
    if not follows(approved, disputed):
        return False
    last = first_of(SettlementApproved, approved[-1:])
    return (last.umpire, last.event_id) == (member.account, event_id)


def _took_part(member: MemberSession, lot: bytes) -> bool:
    """Whether the lot was released, and this account proposed it or agreed."""
    released = member.contracts.happened(LotReleased, lot=lot)
    proposed = member.contracts.happened(ReleaseProposed, lot=lot, by=member.account)
    return bool(released) and (bool(proposed) or any(one.by == member.account for one in released))


def _proposed_before(member: MemberSession, lot: bytes, sequence: int) -> bool:
    """Whether this member's proposal is the last word about the lot."""
    found = member.contracts.happened(ReleaseProposed, lot=lot, by=member.account)
    return bool(found) and found[-1].sequence == sequence
