"""Released price records. Their values are commitments: there is nothing else to store."""

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import prices
from api.indexer.writes import add, change

NOTHING = "0x" + "0" * 64


def released(connection: Connection, event: ChainEvent) -> None:
    published = event["publication"]
    corrects = None if published["corrects"] == NOTHING else published["corrects"]
    copied = ("commodity", "day", "status", "commitment", "document", "assessment", "methodology")
    add(
        connection,
        prices,
        record=event["record"],
        corrects=corrects,
        corrected_by=None,
        sequence=event["sequence"],
        block=event.block,
        time=event.time,
        tx=event.tx,
        **{name: published[name] for name in copied},
    )
    if corrects is not None:
        change(connection, prices, event, {"record": corrects}, corrected_by=event["record"])


HANDLERS = {"PriceReleased": released}
