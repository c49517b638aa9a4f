"""The events that statements speak of, found by what they are about."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, TypeAlias, TypeVar

from lodetrace.audit.errors import ValueMissing
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.made_lots import MadeLot, lots_made
from lodetrace.contracts.enums import Material
from lodetrace.contracts.events import (
    CommodityRegistered,
    Event,
    EventStanding,
    LotBorn,
    PriceReleased,
    RunRecorded,
    TotalRecorded,
    UnitsAssigned,
)
from lodetrace.text import hex_of

E = TypeVar("E", bound=Event)

ABOUT: Final[tuple[tuple[type[Event], str], ...]] = (
    (CommodityRegistered, "commodity"),
    (EventStanding, "event_id"),
    (LotBorn, "lot"),
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
        self._made: Final[dict[bytes, tuple[int, MadeLot]]] = {}
        for proven in events:
            if isinstance(proven.event, RunRecorded):
                for made in lots_made(proven.event):
                    self._made.setdefault(made.lot, (proven.place, made))
            for field in by_type.get(type(proven.event), ()):
                key = (type(proven.event), field, getattr(proven.event, field))
                self._found[key].append(proven)

    def before(self, cls: type[E], field: str, about: bytes, at: ProvenEvent) -> list[E]:
        """Events of a type about an id, before another event."""
        found = self._found.get((cls, field, about), ())
        return [one.event for one in found if one.place < at.place and isinstance(one.event, cls)]

    def last(self, cls: type[E], field: str, about: bytes, at: ProvenEvent) -> E:
        """The last event of a type about an id before another one; raises ValueMissing."""
        found = self.before(cls, field, about, at)
        if not found:
            missing = f"{cls.__name__} of {field.replace('_', ' ')} {hex_of(about)}"
            raise ValueMissing(item=item_of(at), missing=missing)
        return found[-1]

    def creation(self, lot: bytes, at: ProvenEvent) -> LotBorn | MadeLot | None:
        """How a lot came to be, before an event; None where that is not shown."""
        for born in self.before(LotBorn, "lot", lot, at):
            return born
        place, made = self._made.get(lot, (at.place, None))
        return made if place < at.place else None

    def nature(self, lot: bytes, at: ProvenEvent) -> LotBorn | MadeLot:
        """As creation; raises ValueMissing."""
        found = self.creation(lot, at)
        if found is None:
            raise ValueMissing(item=item_of(at), missing=f"the making of lot {hex_of(lot)}")
        return found

    def is_post_consumer(self, lot: bytes, at: ProvenEvent) -> bool:
        """Whether a lot was in use: retired, and not young; raises ValueMissing."""
        nature = self.nature(lot, at)
        is_retired = nature.material is Material.RETIRED
        return is_retired and isinstance(nature, MadeLot) and not nature.is_young


def item_of(proven: ProvenEvent) -> str:
    """How errors name an event."""
    return f"{type(proven.event).__name__} in block {proven.block}, entry {proven.place}"
