"""When the gates were asked about a site event: as lots were made of it, at a birth or by a run."""

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, Select, select

from api.indexer.tables import events, lots, runs
from lodetrace.audit.replay.bitemporal import END, Place


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """time: of its block, seconds. place: block, 0 and log, which is counted over the block."""

    time: int
    place: Place


def question_about(connection: Connection, event: RowMapping, now: int) -> GateQuestion:
    """The gates' question about an event, or the one that they would be asked after `now`."""
    if event["used"]:
        for wanted in (_birth(event["event_id"]), _run(event["event_id"])):
            row = connection.execute(wanted.limit(1)).one_or_none()
            if row is not None:
                return GateQuestion(row.time, (row.block, 0, row.log_index))
    return GateQuestion(now, END)


def _birth(event_id: str) -> Select[tuple[int, int, int]]:
    born = select(lots.c.lot).where(lots.c.event_id == event_id)
    return _recorded().where(events.c.lot.in_(born), events.c.name == "LotBorn")


def _run(event_id: str) -> Select[tuple[int, int, int]]:
    ran = _recorded().join(runs, (runs.c.block == events.c.block) & (runs.c.tx == events.c.tx))
    return ran.where(runs.c.event_id == event_id, events.c.name == "RunRecorded")


def _recorded() -> Select[tuple[int, int, int]]:
    return select(events.c.time, events.c.block, events.c.log_index)
