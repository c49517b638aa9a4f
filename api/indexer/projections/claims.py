"""Totals and claims, with everything needed to verify them again."""

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import claims, totals
from api.indexer.writes import add


def total_recorded(connection: Connection, event: ChainEvent) -> None:
    copied = ("total", "product", "account", "element", "first_part", "parts", "scale", "complete")
    values = {name: event[name] for name in copied}
    add(connection, totals, previous=event.optional("previous"), time=event.time, **values)


def claim_recorded(connection: Connection, event: ChainEvent) -> None:
    copied = ("subject", "account", "measure", "credit_mask", "revision")
    add(
        connection,
        claims,
        claim=event["claim_id"],
        threshold=str(event["threshold"]),
        public_signals=[str(signal) for signal in event["public_signals"]],
        proof=[str(word) for word in event["proof"]["words"]],
        block=event.block,
        time=event.time,
        tx=event.tx,
        **{name: event[name] for name in copied},
    )


HANDLERS = {"TotalRecorded": total_recorded, "ClaimRecorded": claim_recorded}
