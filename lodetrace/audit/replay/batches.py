"""Physical batches that move as one: parts of a thing that several metals are in.

Of a lot of cathode, cells, modules or packs whose document has several elements, an offer and an
acceptance carry the same number of units of each. A story is of one metal: lots of the others are
seen to move with it, but not how many units they have.
"""

from collections.abc import Iterable
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.lots import LotBook, LotRecord
from lodetrace.audit.replay.roots import Roots
from lodetrace.contracts.enums import Material, element_name
from lodetrace.contracts.events import Event, LotAccepted, LotOffered

Call = tuple[int, int, type[Event]]
"""Block, transaction, and what it did: all lots of it are offered, or accepted, at once."""


class BatchIncomplete(HistoryRefused):
    """Units of one metal of a physical batch that moved without those of another."""

    template = (
        "step {step}, {item}: {element} of its batch, root {root}, output {index}, does not move "
        "with it in the same number of units"
    )


class Batches:
    """What moves in each transaction."""

    def __init__(self, book: LotBook, roots: Roots, events: Iterable[ProvenEvent]) -> None:
        self._book: Final = book
        self._roots: Final = roots
        self._moved: Final[dict[Call, list[bytes]]] = {}
        for shown in events:
            if isinstance(shown.event, LotOffered | LotAccepted):
                self._moved.setdefault(_call(shown), []).append(shown.event.lot)

    def require_whole(self, record: LotRecord, at: ProvenEvent) -> None:
        """Raises BatchIncomplete, naming the first element that is missing."""
        elements = self._elements(record)
        if not elements:
            return
        moved = self._moved.get(_call(at), [])
        known = [self._book.lots[lot] for lot in moved if lot in self._book.lots]
        units = dict.fromkeys(elements, 0)
        for other in known:
            if _batch(other) == _batch(record) and other.nature.element in units:
                units[other.nature.element] += other.nature.count
        most = max(units.values())
        short = [element for element in elements if units[element] < most]
        if len(short) > len(moved) - len(known):
            raise BatchIncomplete(
                item=record.item,
                element=element_name(short[0]),
                root=record.nature.root,
                index=record.nature.index,
            )

    def _elements(self, record: LotRecord) -> tuple[int, ...]:
        """Metals that are in each unit of the lot; none where its parts need not move as one."""
        nature = record.nature
        is_one_thing = nature.material in list(Material) and Material(nature.material).is_guarded
        if nature.mixed or not is_one_thing:
            return ()
        return self._roots.elements_of(nature.root)


def _batch(record: LotRecord) -> tuple[int, int]:
    return (record.nature.root, record.nature.index)


def _call(shown: ProvenEvent) -> Call:
    return (shown.block, shown.transaction, type(shown.event))
