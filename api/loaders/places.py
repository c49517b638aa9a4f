"""Which places counted as conflict-affected or high-risk areas (CAHRAs), by the auditor's rule."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, RowMapping

from api.indexer.tables import determinations
from api.loaders.lots import block_time
from api.rows import grouped, rows_of
from lodetrace.audit.replay.bitemporal import Fact, Known, Place, holds
from lodetrace.contracts.enums import FOREVER, EventKind

EARLIER: Place = (0, 0, 0)
"""All that the index has read was recorded before the question."""


class Places:
    """What was determined about some places, as known at the last block."""

    def __init__(self, facts: Mapping[str, list[Fact]], now: int) -> None:
        self._facts, self._known = facts, Known(now)

    def is_cahra(self, event: RowMapping, place: str) -> bool:
        """Whether metal that a birth brings in counts as a CAHRA's: it does unless determinations
        cover the whole event and none finds a criterion met; bought outside, it always does."""
        if EventKind(event["kind"]) is EventKind.OUTSIDE:
            return True
        return not holds(self._facts.get(place, ()), event["from"], event["to"], self._known)


def places_of(index: Connection, places: Iterable[str]) -> Places:
    """Everything determined about places."""
    found = grouped(rows_of(index, determinations.c.place, places), "place")
    facts = {place: [_fact(row) for row in rows] for place, rows in found.items()}
    return Places(facts, block_time(index))


def _fact(row: RowMapping) -> Fact:
    criteria = row["conflict"] | row["governance"] << 1 | row["human_rights"] << 2
    lapses = FOREVER if row["lapses_at"] is None else row["lapses_at"]
    times = (row["from"], row["to"], row["recorded_at"], row["since"])
    return Fact(*times, EARLIER, criteria == 0, criteria, lapses)
