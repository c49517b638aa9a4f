"""What stands on chain beside what this node says."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.structs import SiteEvent, Standing, Withdrawal
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
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
    return {one.id: _verdict(one, reads) for one in reports}


def _verdict(report: EventReport, reads: Reads) -> EventFate | None:
    if isinstance(report.said, Withdrawal):
        gone = reads.is_withdrawn(report.event_id, report.said.document)
        return EventFate(ReportState.WITHDRAWN, "") if gone else None
    standing = reads.standing(report.event_id)
    if standing.kind is not EventKind.NONE:
        return _beside(report.said, standing)
    gone = reads.is_withdrawn(report.event_id, report.said.document)
    return EventFate(ReportState.WITHDRAWN, "") if gone else None


def _beside(event: SiteEvent, standing: Standing) -> EventFate | None:
    said = (event.revision, event.document, event.commitment)
    if (standing.revision, standing.document, standing.commitment) == said:
        return EventFate(ReportState.WITHDRAWN if standing.withdrawn else ReportState.STANDING, "")
    if standing.is_replaced_by(event.revision):
        return None
    reason = f"standing otherwise: revision {standing.revision}, document 0x"
    return EventFate(ReportState.OVERRULED, reason + standing.document.hex())
