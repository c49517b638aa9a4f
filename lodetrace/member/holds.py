"""Holds and settlements: what auditors, risk officers and umpires decide about lots."""

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    HoldRenewed,
    LotHeld,
    LotReleased,
    ReleaseProposed,
    events_of,
    first_of,
)
from lodetrace.member.lots import view_lot
from lodetrace.member.session import MemberSession


def hold(member: MemberSession, lot: bytes, reason: bytes) -> int:
    """Stops a lot for 14 days; again, changes nothing. Returns the end in seconds since 1970.

    Needs the risk or the auditor role. Raises LotUnknown, ContractRefused and what Sender.send
    raises.
    """
    view = view_lot(member, lot)
    if view.state is LotState.HELD:
        return view.lot.until
    purpose = f"hold:{lot.hex()}:{view.lot.sequence}"
    return first_of(LotHeld, member.send(purpose, "Holds", "hold", lot, reason)).until


def renew(member: MemberSession, lot: bytes) -> int:
    """The second role prolongs a hold to 90 days. Returns its end; raises as hold."""
    view = view_lot(member, lot)
    purpose = f"renew:{lot.hex()}:{view.lot.sequence}"
    return first_of(HoldRenewed, member.send(purpose, "Holds", "renew", lot)).until


def release(member: MemberSession, lot: bytes) -> bool:
    """Proposes a release, or agrees to the other role's proposal; True once the lot is free.

    Again, by the same member, changes nothing. Raises as hold.
    """
    view = view_lot(member, lot)
    if view.state is not LotState.HELD:
        released = member.contracts.events(LotReleased, lot=lot)
        if released:
            return True
    if _proposed_before(member, lot, view.lot.sequence):
        return False
    purpose = f"release:{lot.hex()}:{view.lot.sequence}"
    found = member.send(purpose, "Holds", "release", lot)
    return bool(events_of(LotReleased, found))


def approve_settlement(member: MemberSession, lot: bytes, event_id: bytes) -> bytes:
    """An umpire approves a measurement for a disputed lot; again, changes nothing.

    Returns the event's id. Raises ContractRefused and what Sender.send raises.
    """
    if member.reads.settlement(lot) == event_id:
        return event_id
    sequence = view_lot(member, lot).lot.sequence
    purpose = f"approve-settlement:{lot.hex()}:{event_id.hex()}:{sequence}"
    member.send(purpose, "Custody", "approveSettlement", lot, event_id)
    return event_id


def _proposed_before(member: MemberSession, lot: bytes, sequence: int) -> bool:
    """Whether this member's proposal is the last word about the lot."""
    found = member.contracts.happened(ReleaseProposed, lot=lot, by=member.account)
    return bool(found) and found[-1].sequence == sequence
