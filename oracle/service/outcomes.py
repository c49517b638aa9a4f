"""Learns what became of what this node attested: from the chain's events, and by asking."""

import time
from typing import Final

from lodetrace.contracts.events import EventStanding, EventWithdrawn
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import hex_of
from oracle.service.event_fate import fates_of
from oracle.service.reports import EventReport, EventReports
from oracle.service.states import ReportState

ASKED_AT_ONCE: Final = 50
ASK_AGAIN: Final = 60
"""Seconds between two lots of questions about reports of which the events said nothing."""


class OutcomeTracker:
    """Attested -> standing, overruled or withdrawn.

    After a start it asks about every open report once. From then on it listens; and asks about a
    few now and then, those first that were not asked about for longest: a node may lose events.
    """

    def __init__(self, contracts: Contracts, reports: EventReports) -> None:
        self._contracts: Final = contracts
        self._reports: Final = reports
        self._began: Final = time.time_ns()
        self._asked = time.monotonic()
        self._heard: int | None = None
        self._news: set[bytes] = set()

    def follow(self, head: int) -> int:
        """How many reports came to an end. head: the newest block to look at."""
        self._listen(head)
        found = self._reports.unended(self._news)
        told = [one for reports in found.values() for one in reports if _is_attested(one)]
        # of what is still to be attested nothing is told again
        self._news = {key for key, reports in found.items() if not all(map(_is_attested, reports))}
        return self._look_at(told) + self._look_at(self._unasked())

    def _listen(self, head: int) -> None:
        if self._heard is None:
            self._heard = head
        if head <= self._heard:
            return
        contracts = self._contracts
        shapes = (contracts.decoder.shape(EventStanding), contracts.decoder.shape(EventWithdrawn))
        logs = contracts.node.logs(
            [contracts.address("Attestations")],
            [[hex_of(shape.topic) for shape in shapes]],
            self._heard + 1,
            head,
        )
        for recorded in contracts.decoder.decode_all(logs):
            assert isinstance(recorded.event, EventStanding | EventWithdrawn)
            self._news.add(recorded.event.event_id)
        self._heard = head

    def _unasked(self) -> list[EventReport]:
        if found := self._reports.open(self._began, ASKED_AT_ONCE):
            return found
        if time.monotonic() - self._asked < ASK_AGAIN:
            return []
        self._asked = time.monotonic()
        return self._reports.open(time.time_ns(), ASKED_AT_ONCE)

    def _look_at(self, reports: list[EventReport]) -> int:
        found = fates_of(self._contracts, reports)
        left = []
        for one in reports:
            if (verdict := found[one.id]) is None:
                left.append(one)
            else:
                self._reports.mark([one], verdict.state, verdict.reason)
        self._reports.looked_at(left)
        return len(reports) - len(left)


def _is_attested(report: EventReport) -> bool:
    return report.state is ReportState.ATTESTED
