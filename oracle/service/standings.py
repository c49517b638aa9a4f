"""What stands on chain beside what this node says."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.codes import EventKind
from lodetrace.contracts.contracts import Contracts
from lodetrace.contracts.reads import Reads
from lodetrace.contracts.structs import Standing
from oracle.service.reports import Report, ReportState


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a report whose event stands."""

    state: ReportState
    reason: str


def verdicts(contracts: Contracts, reports: Sequence[Report]) -> dict[bytes, Verdict | None]:
    """By event id; None where nothing stands. One request each, on the newest block."""
    reads = Reads(contracts)
    return {one.event_id: _verdict(one, reads.standing(one.event_id)) for one in reports}


def _verdict(report: Report, standing: Standing) -> Verdict | None:
    if standing.kind is EventKind.NONE:
        return None
    said = (report.event.revision, report.event.document, report.event.commitment)
    if (standing.revision, standing.document, standing.commitment) == said:
        return Verdict(ReportState.STANDING, "")
    reason = f"standing otherwise: revision {standing.revision}, document 0x"
    return Verdict(ReportState.OVERRULED, reason + standing.document.hex())
