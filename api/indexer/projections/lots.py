"""Births and runs: which lot was made of which."""

from typing import Final

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.projections.withdrawals import inherit
from api.indexer.tables import lots, runs
from api.indexer.writes import add, change, unless_zero
from lodetrace.contracts.enums import FOREVER, LotState
from lodetrace.contracts.events import LotBorn, LotConsumed, LotMade, LotWrittenOff, RunRecorded
from lodetrace.text import hex_of


def _new(
    connection: Connection, event: LotBorn | LotMade, at: ChainEvent, **values: object
) -> None:
    lot = {
        "lot": event.lot,
        "account": event.account,
        "state": LotState.ACTIVE,
        "revision": 0,
        "sequence": 1,
        "until": 0,
        "model": event.model,
        "count": event.count,
        "born_at": at.time,
        "time": event.time,
        "element": event.element,
        "material": event.material,
        "batch": hex_of(event.batch.to_bytes(10, "big")) if event.batch else None,
    }
    add(connection, lots, **{**lot, **values})


def _end(
    connection: Connection, event: LotConsumed | LotWrittenOff, at: ChainEvent, **values: object
) -> None:
    change(connection, lots, at, {"lot": event.lot}, sequence=event.sequence, **values)


def born(connection: Connection, event: LotBorn, at: ChainEvent) -> None:
    _new(connection, event, at, event_id=event.event_id, gates=event.gates)


def made(connection: Connection, event: LotMade, at: ChainEvent) -> None:
    held = {"state": LotState.HELD, "until": FOREVER} if event.held else {}
    _new(connection, event, at, made_by=event.run_id, **held)
    inherit(connection, event.lot, event.run_id)


def consumed(connection: Connection, event: LotConsumed, at: ChainEvent) -> None:
    _end(connection, event, at, state=LotState.CONSUMED, consumed_by=event.run_id)


def written_off(connection: Connection, event: LotWrittenOff, at: ChainEvent) -> None:
    _end(connection, event, at, state=LotState.WRITTEN_OFF)


def run_recorded(connection: Connection, event: RunRecorded, at: ChainEvent) -> None:
    add(
        connection,
        runs,
        run=event.run_id,
        account=event.account,
        event_id=unless_zero(event.event_id),
        kind=event.kind,
        model=event.model,
        in_band=event.in_band,
        time=at.time,
        block=at.block,
        tx=at.tx,
    )


PROJECTIONS: Final[Projections] = {
    LotBorn: born,
    RunRecorded: run_recorded,
    LotMade: made,
    LotConsumed: consumed,
    LotWrittenOff: written_off,
}
