"""Every event of the contracts has a projection for its own type, or is known to need none."""

from dataclasses import dataclass
from typing import get_type_hints

import pytest
from sqlalchemy import Engine

from api.deps import Gateway
from api.errors import EventUnexpected
from api.indexer.digest import digest
from api.indexer.projections import PROJECTIONS, WITHOUT_ROWS
from lodetrace.contracts.events import Event
from lodetrace.contracts.events.decode import event_types
from tests.unit.api.scripted_chain import ScriptedChain, born


def test_every_event_type_is_decided_about() -> None:
    assert PROJECTIONS.keys() | WITHOUT_ROWS == set(event_types().values())
    assert PROJECTIONS.keys().isdisjoint(WITHOUT_ROWS)


@pytest.mark.parametrize("kind", PROJECTIONS, ids=lambda kind: kind.__name__)
def test_a_projection_takes_the_event_that_it_is_registered_for(kind: type[Event]) -> None:
    assert get_type_hints(PROJECTIONS[kind])["event"] is kind


def test_an_event_of_a_later_version_stops_the_index_and_leaves_no_trace(
    chain: ScriptedChain, gateway: Gateway, engine: Engine
) -> None:
    @dataclass(frozen=True, slots=True)
    class LotPainted(Event):
        lot: bytes

    before = digest(engine)
    chain.mine(born(0xD1, 0xE1), LotPainted(bytes(32)))
    with pytest.raises(EventUnexpected, match=r"LotPainted in block 6 .* no projection"):
        gateway.indexer.catch_up()
    assert digest(engine) == before
