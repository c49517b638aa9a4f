"""Products and the units of lots that are in them."""

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import lots, parts, products
from api.indexer.writes import add, change
from lodetrace.contracts.enums import LotState


def declared(connection: Connection, event: ChainEvent) -> None:
    values = {name: event[name] for name in ("product", "account")}
    add(connection, products, sealed=False, time=event.time, **values)


def assigned(connection: Connection, event: ChainEvent) -> None:
    copied = ("product", "lot", "element", "units", "part")
    add(connection, parts, **{name: event[name] for name in copied})
    state = {"state": LotState.ASSIGNED, "until": 0, "sequence": event["sequence"]}
    change(connection, lots, event, {"lot": event["lot"]}, **state)


def sealed(connection: Connection, event: ChainEvent) -> None:
    change(connection, products, event, {"product": event["product"]}, sealed=True)


def retired(connection: Connection, event: ChainEvent) -> None:
    values = {"state": LotState.ACTIVE, "material": event["material"]}
    change(connection, lots, event, {"lot": event["lot"]}, sequence=event["sequence"], **values)


HANDLERS = {
    "ProductDeclared": declared,
    "UnitsAssigned": assigned,
    "ProductSealed": sealed,
    "LotRetired": retired,
}
