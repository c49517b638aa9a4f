"""What stands on chain beside what this node says."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.structs import SiteEvent, Standing, Withdrawal
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from oracle.attestable import Said
from oracle.service.reports import EventReport
from oracle.service.states import ReportState


@dataclass(frozen=True, slots=True)
class EventFate:
    """What became of a report whose event stands, or was withdrawn."""

    state: ReportState
    reason: str


def fates_of(contracts: Contracts, reports: Sequence[EventReport]) -> dict[int, EventFate | None]:
    """By report; None where nothing stands, or is withdrawn. Asked of the newest block."""
    reads = Reads(contracts)
    return {one.id: fate_of(one.event_id, one.said, reads) for one in reports}


def fate_of(event_id: bytes, said: Said, reads: Reads) -> EventFate | None:
    """As fates_of, of what is said of one event."""
    if isinstance(said, Withdrawal):
        gone = reads.is_withdrawn(event_id, said.document)
        return EventFate(ReportState.WITHDRAWN, "") if gone else None
    standing = reads.standing(event_id)
    if standing.kind is not EventKind.NONE:
        return _beside(event_id, said, standing, reads)
    gone = reads.is_withdrawn(event_id, said.document)
    return EventFate(ReportState.WITHDRAWN, "") if gone else None


def _beside(
    event_id: bytes, event: SiteEvent, standing: Standing, reads: Reads
) -> EventFate | None:
    said = (event.revision, event.document, event.commitment)
    if (standing.revision, standing.document, standing.commitment) == said:
        return EventFate(ReportState.WITHDRAWN if standing.withdrawn else ReportState.STANDING, "")
    if standing.is_replaced_by(event.revision, reads.is_used(event_id)):
        return None
    reason = f"standing otherwise: revision {standing.revision}, document 0x"
    return EventFate(ReportState.OVERRULED, reason + standing.document.hex())
