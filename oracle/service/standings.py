"""What stands on chain beside what this node says."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodetrace.contracts.codes import EventKind
from lodetrace.contracts.coding import decode_values, encode_call, struct
from lodetrace.contracts.contracts import Contracts
from lodetrace.contracts.structs import Standing
from lodetrace.node import call_object
from lodetrace.node_answers import unhex
from oracle.service.reports import Report, ReportState


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a report whose event stands."""

    state: ReportState
    reason: str


def verdicts(contracts: Contracts, reports: Sequence[Report]) -> dict[bytes, Verdict | None]:
    """By event id; None where nothing stands. One request, on the newest block."""
    entry = contracts.artifacts["Attestations"].entry("function", "standingOf")
    address = contracts.address("Attestations")
    calls = [
        ("eth_call", [call_object(address, encode_call(entry, [one.event_id]), None), "latest"])
        for one in reports
    ]
    found = {}
    for one, answer in zip(reports, contracts.node.batch(calls), strict=True):
        values = decode_values(entry["outputs"], unhex(answer), "Attestations.standingOf")
        found[one.event_id] = _verdict(one, struct(Standing, values[0]))
    return found


def _verdict(report: Report, standing: Standing) -> Verdict | None:
    if standing.kind is EventKind.NONE:
        return None
    said = (report.event.revision, report.event.document, report.event.commitment)
    if (standing.revision, standing.document, standing.commitment) == said:
        return Verdict(ReportState.STANDING, "")
    reason = f"standing otherwise: revision {standing.revision}, document 0x"
    return Verdict(ReportState.OVERRULED, reason + standing.document.hex())
