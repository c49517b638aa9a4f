"""Products and the units of lots that are in them."""

from typing import Final

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import lots, parts, products
from api.indexer.writes import add, change
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import LotRetired, ProductDeclared, ProductSealed, UnitsAssigned


def declared(connection: Connection, event: ProductDeclared, at: ChainEvent) -> None:
    add(
        connection,
        products,
        product=event.product,
        account=event.account,
        label=event.label,
        sealed=False,
        time=at.time,
    )


def assigned(connection: Connection, event: UnitsAssigned, at: ChainEvent) -> None:
    add(
        connection,
        parts,
        product=event.product,
        lot=event.lot,
        element=event.element,
        units=event.units,
        part=event.part,
    )
    state = {"state": LotState.ASSIGNED, "until": 0, "sequence": event.sequence}
    change(connection, lots, at, {"lot": event.lot}, **state)


def sealed(connection: Connection, event: ProductSealed, at: ChainEvent) -> None:
    change(connection, products, at, {"product": event.product}, sealed=True)


def retired(connection: Connection, event: LotRetired, at: ChainEvent) -> None:
    values = {"state": LotState.ACTIVE, "material": event.material, "sequence": event.sequence}
    change(connection, lots, at, {"lot": event.lot}, **values)


PROJECTIONS: Final[Projections] = {
    ProductDeclared: declared,
    UnitsAssigned: assigned,
    ProductSealed: sealed,
    LotRetired: retired,
}
