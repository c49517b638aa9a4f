"""What stands on chain beside what this node says."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.structs import SiteEvent, Standing, Withdrawal
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from oracle.service.reports import Report, ReportState


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a report whose event stands, or was withdrawn."""

    state: ReportState
    reason: str


def verdicts(contracts: Contracts, reports: Sequence[Report]) -> dict[int, Verdict | None]:
    """By report; None where nothing stands, or is withdrawn. Asked of the newest block."""
    reads = Reads(contracts)
    return {one.id: _verdict(one, reads) for one in reports}


def _verdict(report: Report, reads: Reads) -> Verdict | None:
    if isinstance(report.said, Withdrawal):
        gone = reads.is_withdrawn(report.event_id, report.said.document)
        return Verdict(ReportState.WITHDRAWN, "") if gone else None
    standing = reads.standing(report.event_id)
    if standing.kind is not EventKind.NONE:
        return _beside(report.said, standing)
    gone = reads.is_withdrawn(report.event_id, report.said.document)
    return Verdict(ReportState.WITHDRAWN, "") if gone else None


def _beside(event: SiteEvent, standing: Standing) -> Verdict | None:
    said = (event.revision, event.document, event.commitment)
    if (standing.revision, standing.document, standing.commitment) == said:
        return Verdict(ReportState.WITHDRAWN if standing.withdrawn else ReportState.STANDING, "")
    if standing.is_replaced_by(event.revision):
        return None
    reason = f"standing otherwise: revision {standing.revision}, document 0x"
    return Verdict(ReportState.OVERRULED, reason + standing.document.hex())
