"""Settlements: a disputed lot is booked anew as an umpire measured it, by whoever may then."""

from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.lots import LotNotFree, LotRecord
from lodetrace.audit.replay.members import Members
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import RunRecorded
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of

HOLDERS_TURN: Final = 7 * 24 * 3600
"""Seconds from an approval during which only the holder carries it out."""


class SettlementNotApproved(HistoryRefused):
    """A settlement by another measurement than an umpire approved."""

    template = "step {step}, {item}: settled by {actual}, approved is {expected}"


class SettlerNotYet(HistoryRefused):
    """A settlement by buyer or umpire before the holder's seven days were over."""

    template = (
        "step {step}, {item}: {actual} settled it at {time}; the holder alone may until {until}"
    )


def require_settled(record: LotRecord, run: RunRecorded, members: Members, at: ProvenEvent) -> None:
    """A disputed lot, by the measurement that an umpire approved, and by one who may.

    Raises LotNotFree, SettlementNotApproved or SettlerNotYet.
    """
    record.require_going(at)
    if record.state_at(at.time) is not LotState.DISPUTED:
        raise LotNotFree(
            item=record.item, state=record.state.name, until=record.until, block=at.block
        )
    if record.settlement != run.event_id or record.settlement == ZERO32:
        raise SettlementNotApproved(
            item=record.item, actual=hex_of(run.event_id), expected=hex_of(record.settlement)
        )
    members.require_active(run.account, record.item, at)
    if run.account == record.account:
        return
    buyer = record.offer.to if record.offer is not None else ""
    if run.account not in (buyer, record.umpire):
        record.require_holder(run.account, at)
    until = record.approved_at + HOLDERS_TURN
    if at.time <= until:
        raise SettlerNotYet(item=record.item, actual=run.account, time=at.time, until=until)
