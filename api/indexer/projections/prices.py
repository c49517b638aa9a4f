"""Released price records. Their values are commitments: there is nothing else to store."""

from typing import Final

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import prices
from api.indexer.writes import Rows, add, change, unless_zero
from lodetrace.contracts.events import PriceReleased


def released(rows: Rows, event: PriceReleased, at: ChainEvent) -> None:
    published = event.publication
    corrects = unless_zero(published.corrects)
    add(
        rows,
        prices,
        record=event.record,
        commodity=published.commodity,
        day=published.day,
        status=published.status,
        sequence=event.sequence,
        commitment=published.commitment,
        document=published.document,
        assessment=published.assessment,
        methodology=published.methodology,
        corrects=corrects,
        corrected_by=None,
        block=at.block,
        time=at.time,
        tx=at.tx,
    )
    if corrects is not None:
        change(rows, prices, at, {"record": corrects}, corrected_by=event.record)


PROJECTIONS: Final[Projections] = {PriceReleased: released}
