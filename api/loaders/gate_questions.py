"""When the gates were asked about site events: as lots were made, by a birth or by a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Row, RowMapping, Select, select

from api.indexer.tables import events, lots, runs
from api.rows import chunks
from lodetrace.audit.replay.bitemporal import END, Place


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """time: of its block, seconds. place: block, 0 and log, which is counted over the block."""

    time: int
    place: Place


def gate_questions(
    index: Connection, about: Iterable[RowMapping], now: int
) -> Mapping[str, GateQuestion]:
    """By event: the gates' question about it, or the one that they would be asked after `now`."""
    found: dict[str, GateQuestion] = {}
    used: set[str] = set()
    for event in about:
        found[event["event_id"]] = GateQuestion(now, END)
        if event["used"]:
            used.add(event["event_id"])
    for chunk in chunks(used):
        for wanted in (_births(chunk), _runs(chunk)):
            found |= {row.event_id: _question(row) for row in index.execute(wanted)}
    return found


def _question(row: Row) -> GateQuestion:
    return GateQuestion(row.time, (row.block, 0, row.log_index))


def _births(event_ids: list[str]) -> Select:
    """Of several lots of one event the last row wins: it is the first in the chain."""
    born = select(lots.c.event_id, events.c.time, events.c.block, events.c.log_index).join(
        events, (events.c.lot == lots.c.lot) & (events.c.name == "LotBorn")
    )
    return _last_first(born.where(lots.c.event_id.in_(event_ids)))


def _runs(event_ids: list[str]) -> Select:
    ran = select(runs.c.event_id, events.c.time, events.c.block, events.c.log_index).join(
        events, (events.c.block == runs.c.block) & (events.c.tx == runs.c.tx)
    )
    return _last_first(ran.where(runs.c.event_id.in_(event_ids), events.c.name == "RunRecorded"))


def _last_first(wanted: Select) -> Select:
    return wanted.order_by(events.c.block.desc(), events.c.log_index.desc())
