"""Retirements: units of products that were dismantled, each once, and how old they are."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.made_lots import MadeLot
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.handlers import Handlers
from lodetrace.audit.replay.lots import LotBook, LotRecord
from lodetrace.audit.replay.run_materials import UnitsMismatch
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    ProductDeclared,
    ProductSealed,
    RunRecorded,
    UnitsAssigned,
    UnitsKept,
    UnitsRetired,
)
from lodetrace.contracts.structs import SiteEvent
from lodetrace.text import hex_of

LEAST_AGE: Final = 180 * 24 * 3600
"""Seconds from a product's sealing: what is dismantled earlier is manufacturing waste."""


class RunIncomplete(HistoryRefused):
    """A part of a run that its record does not have, or that is not told beside it."""

    template = "step {step}, {item}: {what} is missing"


class NotAssigned(HistoryRefused):
    """Units retired of a lot that is in no product."""

    template = "step {step}, {item}: it is {state} at block {block}, not assigned"


class ProductNotOfMaker(HistoryRefused):
    """A product that is not declared, not sealed, or not of the maker that retires its units."""

    template = "step {step}, {item}: {reason}"


class UnitsNotInProduct(HistoryRefused):
    """More units retired of a series than its product has, or had left."""

    template = "step {step}, {item}: {left} units of the series are left in {product}, not {units}"


class UnitsNotKept(HistoryRefused):
    """A rest with another number of units in products than the retirement left there."""

    template = "step {step}, {item}: {actual} of its units are in products, {expected} stayed"


def require_assigned(record: LotRecord, account: str, at: ProvenEvent) -> None:
    """That the account holds the lot, and some of its units are in products."""
    record.require_going(at)
    record.require_holder(account, at)
    if record.state is not LotState.ASSIGNED:
        raise NotAssigned(item=record.item, state=record.state.name, block=at.block)


class Retirements:
    """Whatever is shown of products counts, beside the subject's: any of them may have ended."""

    def __init__(self, book: LotBook) -> None:
        self._book: Final = book
        self._owners: Final[dict[bytes, str]] = {}
        self._sealed: Final[dict[bytes, int]] = {}
        self._units: Final[Counter[tuple[bytes, bytes]]] = Counter()
        self._series: Final[dict[bytes, bytes]] = {}
        self._retiring: Final[dict[bytes, UnitsRetired]] = {}
        self._left: Final[dict[bytes, int]] = {}

    def handlers(self) -> Handlers:
        """What takes the events that only retirements ask for."""
        return {UnitsRetired: self._retire, UnitsKept: self._keep}

    def declared(self, event: ProductDeclared) -> None:
        """A product has a maker."""
        self._owners.setdefault(event.product, event.account)

    def sealed(self, event: ProductSealed, at: ProvenEvent) -> None:
        """A product is complete from then on."""
        self._sealed.setdefault(event.product, at.time)

    def assigned(self, event: UnitsAssigned) -> None:
        """Units of a lot of the story went into a product."""
        self._units[event.product, self._series_of(event.lot)] += event.units

    def require_ended(
        self, run: RunRecorded, taken: LotRecord, made: Sequence[MadeLot], statement: SiteEvent
    ) -> bool:
        """Whether what retired is young. taken: the lot of which units were retired.

        Raises RunIncomplete, UnitsMismatch, ProductNotOfMaker or UnitsNotInProduct.
        """
        told, item = self._retiring.get(run.run_id), labels.run(run.run_id)
        if told is None:
            raise RunIncomplete(item=item, what="the product whose units it retired")
        units = made[0].count
        for other in (statement.units, told.units):
            if units != other:
                raise UnitsMismatch(item=item, units_in=other, units_out=units)
        self._require_owner(told.product, run.account, item)
        key = (told.product, self._series_of(taken.id))
        left = min(self._units[key], taken.assigned)
        if units > left:
            raise UnitsNotInProduct(
                item=item, left=left, product=labels.product(told.product), units=units
            )
        self._units[key] -= units
        self._left[run.run_id] = taken.assigned - units
        return statement.to < self._sealed[told.product] + LEAST_AGE

    def leave(self, rest: MadeLot, parent: bytes) -> None:
        """The rest goes on as the lot that it is left of."""
        self._series[rest.lot] = self._series_of(parent)

    def _retire(self, event: UnitsRetired, at: ProvenEvent) -> None:
        self._retiring[event.run_id] = event

    def _keep(self, event: UnitsKept, at: ProvenEvent) -> None:
        record = self._book.get(event.lot, at)
        if record is None:
            return
        expected = self._left.get(event.run_id, 0)
        if event.units != expected or record.assigned or not expected:
            raise UnitsNotKept(item=record.item, actual=event.units, expected=expected)
        record.assigned = event.units
        record.bind(LotState.ASSIGNED)

    def _require_owner(self, product: bytes, account: str, item: str) -> None:
        name, owner = hex_of(product), self._owners.get(product)
        if owner != account:
            raise ProductNotOfMaker(
                item=item, reason=f"product {name} is of {owner}, not {account}"
            )
        if product not in self._sealed:
            raise ProductNotOfMaker(item=item, reason=f"product {name} is not sealed")

    def _series_of(self, lot: bytes) -> bytes:
        return self._series.get(lot, lot)
