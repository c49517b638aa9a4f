"""The events that statements speak of, found by what they are about."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, TypeAlias, TypeVar

from lodetrace.audit.errors import ValueMissing
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.contracts.enums import Material
from lodetrace.contracts.events import (
    CommodityRegistered,
    Event,
    EventStanding,
    LotBorn,
    LotConsumed,
    LotMade,
    PriceReleased,
    TotalRecorded,
    UnitsAssigned,
)
from lodetrace.contracts.structs import Made
from lodetrace.text import hex_of

E = TypeVar("E", bound=Event)

ABOUT: Final[tuple[tuple[type[Event], str], ...]] = (
    (CommodityRegistered, "commodity"),
    (EventStanding, "event_id"),
    (LotBorn, "lot"),
    (LotConsumed, "run_id"),
    (LotMade, "lot"),
    (LotMade, "run_id"),
    (PriceReleased, "record"),
    (TotalRecorded, "total"),
    (UnitsAssigned, "product"),
)
"""By which id an event is looked for."""


_About: TypeAlias = tuple[type[Event], str, bytes]


class ShownEvents:
    """Proven events, by type and id, in the order of the chain."""

    def __init__(self, events: Iterable[ProvenEvent]) -> None:
        self._found: Final = defaultdict[_About, list[ProvenEvent]](list)
        by_type: dict[type[Event], list[str]] = defaultdict(list)
        for cls, field in ABOUT:
            by_type[cls].append(field)
        for proven in events:
            for field in by_type.get(type(proven.event), ()):
                key = (type(proven.event), field, getattr(proven.event, field))
                self._found[key].append(proven)

    def before(self, cls: type[E], field: str, about: bytes, at: ProvenEvent) -> list[E]:
        """Events of a type about an id, before another event."""
        found = self._found.get((cls, field, about), ())
        return [one.event for one in found if one.place < at.place and isinstance(one.event, cls)]

    def beside(self, cls: type[E], field: str, about: bytes, at: ProvenEvent) -> list[E]:
        """As before, but all those of the same contract and transaction."""
        found = self._found.get((cls, field, about), ())
        return [
            one.event
            for one in found
            if one.place[:2] == at.place[:2]
            and one.address == at.address
            and isinstance(one.event, cls)
        ]

    def last(self, cls: type[E], field: str, about: bytes, at: ProvenEvent) -> E:
        """The last event of a type about an id before another one; raises ValueMissing."""
        found = self.before(cls, field, about, at)
        if not found:
            missing = f"{cls.__name__} of {field.replace('_', ' ')} {hex_of(about)}"
            raise ValueMissing(item=item_of(at), missing=missing)
        return found[-1]

    def creation(self, lot: bytes, at: ProvenEvent) -> LotBorn | LotMade | None:
        """How a lot came to be, before an event; None where that is not shown."""
        for born in self.before(LotBorn, "lot", lot, at):
            return born
        for made in self.before(LotMade, "lot", lot, at):
            return made
        return None

    def nature(self, lot: bytes, at: ProvenEvent) -> LotBorn | Made:
        """What a lot came to be; raises ValueMissing where that is not shown."""
        created = self._lot(lot, at)
        return created.made if isinstance(created, LotMade) else created

    def _lot(self, lot: bytes, at: ProvenEvent) -> LotBorn | LotMade:
        """As creation; raises ValueMissing."""
        found = self.creation(lot, at)
        if found is None:
            raise ValueMissing(item=item_of(at), missing=f"the making of lot {hex_of(lot)}")
        return found

    def is_post_consumer(self, lot: bytes, at: ProvenEvent) -> bool:
        """Whether a lot was in use: retired, and not young; raises ValueMissing."""
        nature = self.nature(lot, at)
        return nature.material is Material.RETIRED and isinstance(nature, Made) and not nature.young


def item_of(proven: ProvenEvent) -> str:
    """How errors name an event."""
    block, transaction, log = proven.place
    name = type(proven.event).__name__
    return f"{name} in block {block}, transaction {transaction}, log {log}"
