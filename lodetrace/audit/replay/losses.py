"""Losses of which nothing was found: an attested event ends the lots that it names."""

from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.attestations import Attestations, StandingRecord
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.run_rules import require_in_custody, require_made_before
from lodetrace.audit.replay.settings import Settings
from lodetrace.audit.replay.sites import Sites
from lodetrace.contracts.enums import EventKind, LotState, Role
from lodetrace.contracts.events import LotLost
from lodetrace.text import hex_of


class LossUnfounded(HistoryRefused):
    """A lot that ended without a trace, where its event found some of it or names other lots."""

    template = "step {step}, {item}: site event {event} {reason}"


class Losses:
    """A lot ends this way under an event that leaves nothing, and names it."""

    def __init__(
        self,
        members: Members,
        sites: Sites,
        settings: Settings,
        attestations: Attestations,
        book: LotBook,
    ) -> None:
        self._members: Final = members
        self._sites: Final = sites
        self._settings: Final = settings
        self._attestations: Final = attestations
        self._book: Final = book
        self._used: Final[dict[tuple[bytes, int], StandingRecord]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {LotLost: self._lose}

    def _lose(self, event: LotLost, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        item = record.item
        self._members.require_running(item, at)
        self._members.require(event.account, Role.OPERATOR, item, at)
        standing = self._standing(event, item, at)
        self._require_founded(record, standing, event, at)
        record.require_named(event.event_id, event.account, at)
        self._book.require_unheld(record, at)
        record.bind(LotState.LOST)

    def _standing(self, event: LotLost, item: str, at: ProvenEvent) -> StandingRecord:
        """One use of the event ends all lots that it names, at once."""
        use = (event.event_id, at.block)
        if use not in self._used:
            self._used[use] = self._attestations.used_by(
                event.event_id, (EventKind.LOSS,), item, at
            )
        return self._used[use]

    def _require_founded(
        self, record: LotRecord, standing: StandingRecord, event: LotLost, at: ProvenEvent
    ) -> None:
        statement, item = standing.statement, record.item
        element = record.nature.element
        self._sites.require_operator(statement.site, event.account, element, item, at)
        if not statement.no_output:
            raise LossUnfounded(
                item=item, event=hex_of(event.event_id), reason="found something of it"
            )
        if record.id not in statement.inputs:
            raise LossUnfounded(item=item, event=hex_of(event.event_id), reason="does not name it")
        require_made_before(record.nature.time, statement.from_, item)
        require_in_custody(item, record.held_since, statement.to, self._settings.grace)
