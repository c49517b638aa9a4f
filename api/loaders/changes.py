"""What the contracts recorded, in the order of the chain."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, RowMapping, select, tuple_

from api.indexer.tables import events


class Place(NamedTuple):
    """In the order of the chain: after a log of a block, and so after all that come before it."""

    block: int
    log: int


LAST_LOG: Final = (1 << 63) - 1
"""Above the number of every log of a block."""

BEGINNING: Final = Place(-1, 0)
"""Before every block."""


def changes_after(index: Connection, place: Place, most: int) -> Sequence[RowMapping]:
    """The next rows of a place, as many as there are up to `most`."""
    columns = events.c
    ordered = select(events).order_by(columns.block, columns.log_index).limit(most)
    if place != BEGINNING:
        ordered = ordered.where(tuple_(columns.block, columns.log_index) > tuple_(*place))
    return index.execute(ordered).mappings().all()
