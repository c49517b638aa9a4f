"""Holds and settlements: what auditors, risk officers and umpires decide about lots."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    ArrivalConsented,
    DisputeEnded,
    HoldPlaced,
    HoldReleased,
    HoldReleaseProposed,
    HoldRenewed,
    LotDisputed,
    LotReleased,
    LotReleaseProposed,
    SettlementApproved,
    events_of,
    first_of,
    follows,
)
from lodetrace.contracts.hold_keys import hold_key
from lodetrace.contracts.refusals.decoder import say_time
from lodetrace.errors import Refused
from lodetrace.member.lots import LotView, view_lot
from lodetrace.member.reasons import read_reason
from lodetrace.member.session import MemberSession
from lodetrace.text import hex_of


class HeldOtherwise(Refused):
    """A hold of somebody else, or for another reason, is in force."""

    template = (
        "root {root} is held in the hands of group {group} until {until} by {by}, for the reason "
        "{reason!r}"
    )
    advice = (
        "One hold is in force at a time: the other of risk and auditor role renews or releases it."
    )


@dataclass(frozen=True, slots=True)
class Matter:
    """What a hold on a lot is on: its root, in the hands of a group. until: of the last one."""

    lot: bytes
    root: int
    group: bytes
    until: int

    @property
    def key(self) -> bytes:
        """The hold's name."""
        return hold_key(self.root, self.group)


def matter_of(member: MemberSession, lot: bytes) -> Matter:
    """The hold that binds a lot, or would bind it; raises LotUnknown."""
    view = view_lot(member, lot)
    return Matter(lot, view.lot.root, view.hold.group, view.hold.until)


def hold(member: MemberSession, lot: bytes, reason: bytes) -> int:
    """Stops a lot, and all of its root in its holder's group, for 14 days.

    Again, changes nothing. Returns the end in seconds since 1970. Needs the risk or the auditor
    role. Raises LotUnknown, HeldOtherwise, ContractRefused and what Sender.send raises.
    """
    on = matter_of(member, lot)
    if member.now() <= on.until and _held_before(member, on, reason):
        return on.until
    sent = member.send(_purpose(member, "hold", on), "Holds", "hold", on.root, on.group, reason)
    return first_of(HoldPlaced, sent).until


def renew(member: MemberSession, lot: bytes) -> int:
    """The second role prolongs the hold on a lot to 90 days; again, changes nothing.

    Returns its end. Raises LotUnknown, ContractRefused and what Sender.send raises.
    """
    on = matter_of(member, lot)
    renewed = member.contracts.happened(HoldRenewed, key=on.key)
    if member.now() <= on.until and renewed:
        last = renewed[-1]
        if (last.by, last.until) == (member.account, on.until):
            return last.until
    sent = member.send(_purpose(member, "renew", on), "Holds", "renew", on.root, on.group)
    return first_of(HoldRenewed, sent).until


def release(member: MemberSession, lot: bytes) -> bool:
    """Proposes the release of what stops a lot, or agrees to the other role's proposal.

    That is the hold on its root or, where none is in force, that it was born held. True once it is
    released; again, by the same member, changes nothing. Raises as renew.
    """
    view = view_lot(member, lot)
    if view.state is LotState.HELD and not view.on_hold:
        return _release_lot(member, view)
    on = matter_of(member, lot)
    if not view.on_hold and _took_part(member, on):
        return True
    proposed = member.contracts.happened(HoldReleaseProposed, key=on.key)
    if _is_last(member, proposed, member.reads.hold_sequence(on.key)):
        return False
    found = member.send(_purpose(member, "release", on), "Holds", "release", on.root, on.group)
    return bool(events_of(HoldReleased, found))


def _release_lot(member: MemberSession, view: LotView) -> bool:
    """Of a lot that was born held."""
    proposed = member.contracts.happened(LotReleaseProposed, lot=view.id)
    if _is_last(member, proposed, view.lot.sequence):
        return False
    purpose = f"release-lot:{view.id.hex()}:{view.lot.sequence}"
    found = member.send(purpose, "Holds", "releaseLot", view.id)
    return bool(events_of(LotReleased, found))


def _purpose(member: MemberSession, act: str, on: Matter) -> str:
    """Each decision about a hold has its own, so that none is sent twice."""
    return f"{act}:{on.key.hex()}:{member.reads.hold_sequence(on.key)}"


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


def _held_before(member: MemberSession, on: Matter, reason: bytes) -> bool:
    """Whether this account's hold, for this reason, is in force; raises HeldOtherwise."""
    last = member.contracts.happened(HoldPlaced, key=on.key)[-1]
    said = read_reason(member, last.reason)
    same = last.reason == reason or said == read_reason(member, reason)
    if last.by != member.account or not same:
        raise HeldOtherwise(
            root=on.root,
            group=hex_of(on.group),
            until=say_time(on.until),
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


def _took_part(member: MemberSession, on: Matter) -> bool:
    """Whether what stopped the lot was released, and this account proposed it or agreed."""
    happened = member.contracts.happened
    proposed = happened(HoldReleaseProposed, key=on.key) + happened(LotReleaseProposed, lot=on.lot)
    released = happened(HoldReleased, key=on.key) + happened(LotReleased, lot=on.lot)
    return bool(released) and any(one.by == member.account for one in (*proposed, *released))


def _is_last(
    member: MemberSession,
    proposed: Sequence[HoldReleaseProposed | LotReleaseProposed],
    sequence: int,
) -> bool:
    """Whether this member's proposal is the last word about the subject."""
    return bool(proposed) and (proposed[-1].by, proposed[-1].sequence) == (
        member.account,
        sequence,
    )
