"""A world's events with those that contracts emit beside them: readers of logs are told twice."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from api.indexer.chain_event import ChainEvent
from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.made_lots import lots_made
from lodetrace.contracts import events as told
from lodetrace.contracts.enums import SubjectKind
from lodetrace.contracts.events import Event
from lodetrace.contracts.sequences import number_of
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from tests.support.audit_world import CONTRACTS, DAY, LOOKED_AT, SEALED

USING = (told.LotBorn, told.RunRecorded, told.LotLost, told.DisputeEnded)


def emitted(recorded: Iterable[ProvenEvent]) -> list[ChainEvent]:
    """As a node gives them, in order; a block's hash is its number."""
    found: list[ChainEvent] = []
    numbers: dict[bytes, int] = {}
    for one in recorded:
        for contract, event in _around(one, numbers):
            place = len(found)
            found.append(ChainEvent(event, contract, one.block, place, one.time, _hash(one.block)))
            numbered = number_of(event)
            if numbered is not None and numbered[0][0] is SubjectKind.LOT:
                numbers[numbered[0][1]] = numbered[1]
    return found


def _around(one: ProvenEvent, numbers: dict[bytes, int]) -> Iterator[tuple[str, Event]]:
    event, contract = one.event, one.contract
    if isinstance(event, USING) and event.event_id != ZERO32:
        yield "LotBook", told.EventUsed(event.event_id, hex_of(CONTRACTS[contract]))
    if isinstance(event, told.RunRecorded):
        for lot in event.inputs:
            yield contract, told.LotConsumed(lot, event.run_id, numbers[lot] + 1)
    yield contract, event
    if isinstance(event, told.RunRecorded):
        for made in lots_made(event):
            nature = replace(
                event.made,
                count=made.count,
                material=made.material,
                index=made.index,
                young=made.is_young,
            )
            yield contract, told.LotMade(made.lot, event.run_id, event.holder, nature, SEALED)
    if isinstance(event, told.EventStanding) and event.statement.kind not in LOOKED_AT:
        until = one.time + 180 * DAY
        for lot in event.statement.inputs:
            yield contract, told.LotNamed(lot, event.event_id, numbers[lot] + 1, until)
    if isinstance(event, told.PriceChecked) and not event.inside:
        yield contract, told.PriceFlagged(event.check_id, event.lot, event.record)


def _hash(block: int) -> str:
    return f"0x{block + (1 << 128):064x}"
