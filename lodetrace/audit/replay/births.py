"""Births: lots that came from a site's standing event."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay import batches, labels
from lodetrace.audit.replay.attestations import Attestations, StandingRecord
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.gates import Gates, Passage
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord, Nature
from lodetrace.audit.replay.members import Members
from lodetrace.audit.replay.sites import Sites
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, Role
from lodetrace.contracts.events import LotBorn


class CodeUnknown(HistoryRefused):
    """A code that the contracts of this version do not have."""

    template = "step {step}, {item}: {field} {actual} is none that these contracts know"


class GatesMismatch(HistoryRefused):
    """Credits or the CAHRA bit of a birth that certificates and places do not bear out."""

    template = (
        "step {step}, {item}: gates {actual:#08b} are recorded, "
        "certificates and places make {expected:#08b}"
    )


class ElementMismatch(HistoryRefused):
    """Two metals where there is one."""

    template = "step {step}, {item}: element {actual} where {expected} is expected"


class MaterialMismatch(HistoryRefused):
    """Another material than the kind of run or birth allows."""

    template = "step {step}, {item}: material {actual} {reason}"


class CountInvalid(HistoryRefused):
    """A number of units that the material cannot have."""

    template = "step {step}, {item}: {actual} units of material {material}"


class TimeMismatch(HistoryRefused):
    """A lot with another time than its event."""

    template = "step {step}, {item}: its time is {actual}, that of its event {expected}"


class BatchMismatch(HistoryRefused):
    """A lot of another physical batch than its document makes."""

    template = "step {step}, {item}: batch {actual:#x}, expected {expected:#x}"


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
    ) -> None:
        self._members: Final = members
        self._sites: Final = sites
        self._attestations: Final = attestations
        self._gates: Final = gates
        self._book: Final = book
        self.births: Final[list[BirthRecord]] = []

    def handlers(self) -> Handlers:
        """What takes the events."""
        return {LotBorn: self._bear}

    def _bear(self, event: LotBorn, at: ProvenEvent) -> None:
        if not self._book.wants(event.lot):
            return
        item = labels.lot(event.lot)
        self._members.require_running(item, at)
        self._members.require(event.account, Role.OPERATOR, item, at)
        standing = self._attestations.used_by(event.event_id, EventKind.BIRTH, item, at)
        statement = standing.statement
        site = self._sites.require_operator(
            statement.site, event.account, statement.element, item, at
        )
        self._require_nature(event, standing, item)
        passage = self._gates.at_birth(standing, item, at)
        if passage.gates != event.gates:
            raise GatesMismatch(item=item, actual=event.gates, expected=passage.gates)
        nature = Nature(
            event.count,
            event.material,
            event.element,
            require_model(event.model, item),
            event.batch,
            event.time,
            event.lot,
        )
        record = LotRecord(event.lot, nature, at, event.account, birthplace=site.place)
        self._book.create(record, held=False)
        self.births.append(BirthRecord(event, at, standing, site.place, passage))

    def _require_nature(self, event: LotBorn, standing: StandingRecord, item: str) -> None:
        statement = standing.statement
        if event.material in (Material.SCRAP, Material.RETIRED):
            raise MaterialMismatch(item=item, actual=int(event.material), reason="is never born")
        self._sites.require_makes(statement.site, event.material, item)
        require_count(event.material, event.count, item)
        if event.element != statement.element:
            raise ElementMismatch(item=item, actual=event.element, expected=statement.element)
        if event.time != statement.to:
            raise TimeMismatch(item=item, actual=event.time, expected=statement.to)
        batch = batches.of_document(statement.site, statement.document)
        if event.batch != batch:
            raise BatchMismatch(item=item, actual=event.batch, expected=batch)


def require_count(material: int, count: int, item: str) -> None:
    """Only materials that come in units have a count above 1."""
    if count < 1 or (count > 1 and not comes_in_units(material)):
        raise CountInvalid(item=item, actual=count, material=material)


def comes_in_units(material: int) -> bool:
    """Whether a lot of the material may be a series of equal units."""
    return material in list(Material) and Material(material).comes_in_units


def require_model(model: int, item: str) -> CustodyModel:
    """One of the models of ISO 22095 that the contracts know."""
    if model not in list(CustodyModel):
        raise CodeUnknown(item=item, field="model", actual=int(model))
    return CustodyModel(model)
