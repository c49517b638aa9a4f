"""Births and runs: which lot was made of which."""

from typing import Final

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.withdrawals import inherit
from api.indexer.tables import lots, runs
from api.indexer.writes import add, change
from lodetrace.contracts.enums import FOREVER, LotState
from lodetrace.text import hex_of

_COPIED: Final = ("lot", "account", "count", "material", "element", "model", "time")


def _made(connection: Connection, event: ChainEvent, **values: object) -> None:
    copied = {name: event[name] for name in _COPIED}
    batch = event["batch"]
    lot = {
        "state": LotState.ACTIVE,
        "revision": 0,
        "sequence": 1,
        "until": 0,
        "born_at": event.time,
        "batch": hex_of(batch.to_bytes(10, "big")) if batch else None,
    }
    add(connection, lots, **copied, **{**lot, **values})


def born(connection: Connection, event: ChainEvent) -> None:
    _made(connection, event, event_id=event["event_id"], gates=event["gates"])


def made(connection: Connection, event: ChainEvent) -> None:
    held = {"state": LotState.HELD, "until": FOREVER} if event["held"] else {}
    _made(connection, event, made_by=event["run_id"], **held)
    inherit(connection, event["lot"], event["run_id"])


def consumed(connection: Connection, event: ChainEvent) -> None:
    ended = {"state": LotState.CONSUMED, "consumed_by": event["run_id"]}
    change(connection, lots, event, {"lot": event["lot"]}, sequence=event["sequence"], **ended)


def written_off(connection: Connection, event: ChainEvent) -> None:
    ended = {"state": LotState.WRITTEN_OFF, "sequence": event["sequence"]}
    change(connection, lots, event, {"lot": event["lot"]}, **ended)


def run_recorded(connection: Connection, event: ChainEvent) -> None:
    add(
        connection,
        runs,
        run=event["run_id"],
        event_id=event.optional("event_id"),
        time=event.time,
        block=event.block,
        tx=event.tx,
        **{name: event[name] for name in ("account", "kind", "model", "in_band")},
    )


HANDLERS = {
    "LotBorn": born,
    "RunRecorded": run_recorded,
    "LotMade": made,
    "LotConsumed": consumed,
    "LotWrittenOff": written_off,
}
