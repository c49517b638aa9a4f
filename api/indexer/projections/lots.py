"""Births and runs: which lot was made of which."""

from typing import Final

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.events import use
from api.indexer.projections.periods import made_by_period
from api.indexer.projections.projection import Projections
from api.indexer.projections.withdrawals import inherit
from api.indexer.tables import lots, runs
from api.indexer.writes import Rows, add, change, unless_zero
from lodetrace.contracts.enums import FOREVER, LotState
from lodetrace.contracts.events import (
    LotBorn,
    LotConsumed,
    LotLost,
    LotMade,
    RunRecorded,
)
from lodetrace.contracts.hours import rounded_up
from lodetrace.contracts.structs import Made


def _new(
    rows: Rows,
    event: LotBorn | LotMade,
    made: LotBorn | Made,
    at: ChainEvent,
    **values: object,
) -> None:
    lot = {
        "lot": event.lot,
        "account": event.account,
        "state": LotState.ACTIVE,
        "revision": 0,
        "sequence": 1,
        "until": 0,
        "model": made.model,
        "count": made.count,
        "born_at": at.time,
        "time": made.time,
        "element": made.element,
        "material": made.material,
        "root": made.root,
    }
    add(rows, lots, **{**lot, **values})


def born(rows: Rows, event: LotBorn, at: ChainEvent) -> None:
    use(rows, event.event_id, at)
    _new(
        rows,
        event,
        event,
        at,
        event_id=event.event_id,
        gates=event.gates,
        index=0,
        mixed=False,
        charge=False,
        reworked=False,
        young=False,
        by_period=False,
        held_since=rounded_up(event.time),
    )


def made(rows: Rows, event: LotMade, at: ChainEvent) -> None:
    what = event.made
    held = {"state": LotState.HELD, "until": FOREVER} if what.held else {}
    _new(
        rows,
        event,
        what,
        at,
        made_by=event.run_id,
        index=what.index,
        mixed=what.mixed,
        charge=what.charge,
        reworked=what.reworked,
        young=what.young,
        by_period=made_by_period(rows, event.run_id),
        held_since=what.held_since,
        **held,
    )
    inherit(rows, event.lot, event.run_id)


def consumed(rows: Rows, event: LotConsumed, at: ChainEvent) -> None:
    _lot(rows, event, at, state=LotState.CONSUMED, consumed_by=event.run_id)


def lost(rows: Rows, event: LotLost, at: ChainEvent) -> None:
    use(rows, event.event_id, at)
    _lot(rows, event, at, state=LotState.LOST, lost_by=event.event_id)


def _lot(
    rows: Rows,
    event: LotConsumed | LotLost,
    at: ChainEvent,
    **values: object,
) -> None:
    change(rows, lots, at, {"lot": event.lot}, sequence=event.sequence, **values)


def run_recorded(rows: Rows, event: RunRecorded, at: ChainEvent) -> None:
    if under_event := unless_zero(event.event_id):
        use(rows, under_event, at)
    add(
        rows,
        runs,
        run=event.run_id,
        account=event.account,
        event_id=under_event,
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
    LotLost: lost,
}
