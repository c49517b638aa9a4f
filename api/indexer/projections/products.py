"""Products and the units of lots that are in them."""

from typing import Final

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import lots, parts, products, retirements
from api.indexer.writes import Rows, add, change
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    ProductDeclared,
    ProductSealed,
    UnitsAssigned,
    UnitsKept,
    UnitsRetired,
)


def declared(rows: Rows, event: ProductDeclared, at: ChainEvent) -> None:
    add(
        rows,
        products,
        product=event.product,
        account=event.account,
        label=event.label,
        sealed=False,
        time=at.time,
    )


def assigned(rows: Rows, event: UnitsAssigned, at: ChainEvent) -> None:
    add(
        rows,
        parts,
        product=event.product,
        lot=event.lot,
        element=event.element,
        units=event.units,
        part=event.part,
    )
    _bind(rows, event, at)


def sealed(rows: Rows, event: ProductSealed, at: ChainEvent) -> None:
    change(rows, products, at, {"product": event.product}, sealed=True)


def retired(rows: Rows, event: UnitsRetired, at: ChainEvent) -> None:
    add(
        rows,
        retirements,
        run=event.run_id,
        product=event.product,
        lot=event.lot,
        units=event.units,
    )


def kept(rows: Rows, event: UnitsKept, at: ChainEvent) -> None:
    """The rest of a lot of which units were retired goes on in its products."""
    _bind(rows, event, at)


def _bind(rows: Rows, event: UnitsAssigned | UnitsKept, at: ChainEvent) -> None:
    state = {"state": LotState.ASSIGNED, "until": 0, "sequence": event.sequence}
    change(rows, lots, at, {"lot": event.lot}, **state)


PROJECTIONS: Final[Projections] = {
    ProductDeclared: declared,
    UnitsAssigned: assigned,
    ProductSealed: sealed,
    UnitsRetired: retired,
    UnitsKept: kept,
}
