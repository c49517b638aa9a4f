"""Births: lots that came from a site's standing event."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.attestations import Attestations, StandingRecord
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.gates import Gates, Passage
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord, Nature
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.natures import require_element, require_model_known, require_time
from lodetrace.audit.replay.roots import Roots
from lodetrace.audit.replay.run_materials import (
    MaterialMismatch,
    require_attested_units,
    require_count,
)
from lodetrace.audit.replay.sites import Sites
from lodetrace.contracts.enums import EventKind, Material, Role
from lodetrace.contracts.events import LotBorn
from lodetrace.contracts.hours import rounded_up

BORN_OF: Final = (EventKind.BIRTH, EventKind.OUTSIDE)
"""Kinds of events that bear lots; outside: metal that no member had before."""

NEVER_BORN: Final = (Material.IN_PROCESS, Material.SCRAP, Material.RETIRED)
"""What is only made."""


class GatesMismatch(HistoryRefused):
    """Credits or the CAHRA bit of a birth that certificates and places do not bear out."""

    template = (
        "step {step}, {item}: gates {actual:#07b} are recorded, "
        "certificates and places make {expected:#07b}"
    )


@dataclass(frozen=True, slots=True)
class BirthRecord:
    """A birth of the story, and what its gates were made of."""

    event: LotBorn
    at: ProvenEvent
    standing: StandingRecord
    place: bytes
    passage: Passage


class Births:
    """Checks every birth of the story against its site, event, certificates and place."""

    def __init__(
        self,
        members: Members,
        sites: Sites,
        attestations: Attestations,
        gates: Gates,
        book: LotBook,
        roots: Roots,
    ) -> None:
        self._members: Final = members
        self._sites: Final = sites
        self._attestations: Final = attestations
        self._gates: Final = gates
        self._book: Final = book
        self._roots: Final = roots
        self.births: Final[list[BirthRecord]] = []
        self.of_event: Final[dict[bytes, list[bytes]]] = {}

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {LotBorn: self._bear}

    def _bear(self, event: LotBorn, at: ProvenEvent) -> None:
        if not self._book.wants(event.lot):
            self._attestations.note_use(event.event_id, at)
            return
        item = labels.lot(event.lot)
        self._members.require_running(item, at)
        self._members.require(event.account, Role.OPERATOR, item, at)
        standing = self._attestations.used_by(event.event_id, BORN_OF, item, at)
        statement = standing.statement
        site = self._sites.require_operator(
            statement.site, event.account, statement.element, item, at
        )
        self._require_nature(event, standing, item)
        passage = self._gates.at_birth(standing, item, at)
        if passage.gates != event.gates:
            raise GatesMismatch(item=item, actual=event.gates, expected=passage.gates)
        self._roots.require_document(event.root, statement, item)
        nature = Nature(
            event.count,
            event.material,
            event.element,
            require_model_known(event.model, item),
            event.time,
            event.lot,
            event.root,
        )
        since = rounded_up(statement.to)
        record = LotRecord(event.lot, nature, at, event.account, since, birthplace=site.place)
        self._book.create(record, held=False)
        self.births.append(BirthRecord(event, at, standing, site.place, passage))
        self.of_event.setdefault(event.event_id, []).append(event.lot)

    def _require_nature(self, event: LotBorn, standing: StandingRecord, item: str) -> None:
        statement = standing.statement
        if event.material in NEVER_BORN:
            raise MaterialMismatch(item=item, actual=int(event.material), reason="is never born")
        self._sites.require_makes(statement.site, event.material, item)
        require_count(event.material, event.count, item)
        require_attested_units(statement, [event.material], item)
        require_element(event.element, statement.element, item)
        require_time(event.time, statement.to, item)
