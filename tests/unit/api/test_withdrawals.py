"""A document withdrawn by its site: seen on the event, on its lots and on all descendants."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError

from api.deps import Gateway
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.store import open_store, wipe
from tests.unit.api.scripted_chain import (
    ScriptedChain,
    born,
    consumed,
    ident,
    made,
    run,
    standing,
    withdrawn,
    word,
)

ALL = (0xA1, 0xA2, 0xA3, 0xA4, 0xA5)


def flags(client: TestClient) -> dict[int, list[str]]:
    """The withdrawn events behind each lot of the list; lots without one are left out."""
    found = client.get("/lots").json()["lots"]
    return {
        int(lot["lot"], 16): lot["withdrawn_events"] for lot in found if lot["withdrawn_events"]
    }


@pytest.fixture
def told(chain: ScriptedChain, gateway: Gateway) -> ScriptedChain:
    """The first birth is withdrawn after four lots came of it."""
    chain.mine(withdrawn(0xE1, used=True))
    gateway.indexer.catch_up()
    return chain


def test_nothing_is_flagged_before(client: TestClient) -> None:
    assert flags(client) == {}


def test_the_lot_and_its_descendants_are_flagged(told: ScriptedChain, client: TestClient) -> None:
    assert flags(client) == {lot: [ident(0xE1)] for lot in (0xA1, 0xA3, 0xA4, 0xA5)}
    assert client.get(f"/lots/{ident(0xA2)}").json()["lot"]["withdrawn_events"] == []
    shown = client.get(f"/lots/{ident(0xA5)}").json()["lot"]
    assert shown["withdrawn_events"] == [ident(0xE1)]


def test_the_graph_shows_flag_and_event(told: ScriptedChain, client: TestClient) -> None:
    graph = client.get(f"/lots/{ident(0xA4)}/provenance").json()
    flagged = {one["lot"]["lot"] for one in graph["lots"] if one["lot"]["withdrawn_events"]}
    assert flagged == {ident(0xA1), ident(0xA3), ident(0xA4)}
    events = {one["event_id"]: one for one in graph["events"]}
    assert events[ident(0xE2)]["withdrawn"] is False
    gone = events[ident(0xE1)]
    assert (gone["withdrawn"], gone["used"]) == (True, True)
    [said] = gone["withdrawals"]
    assert said["document"] == gone["document"]
    assert (said["declaration"], said["reason"], said["used"]) == (ident(10), ident(12), True)


def test_the_picture_colours_what_is_reached(told: ScriptedChain, client: TestClient) -> None:
    """An event and three lots, and the legend; by site, its one stage."""
    picture = client.get(f"/lots/{ident(0xA4)}/provenance.svg?full=true").text
    assert picture.count('fill="#efe0f5"') == 5
    by_site = client.get(f"/lots/{ident(0xA4)}/provenance.svg").text
    assert by_site.count('fill="#efe0f5"') == 2


def test_later_lots_inherit_the_flag(
    told: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    told.mine(withdrawn(0xE2, used=True))
    told.mine(run(0xB3), consumed(0xA4, 0xB3, sequence=3), made(0xA6, 0xB3), made(0xA7, 0xB3))
    told.mine(standing(0xE9, 0x51), born(0xA8, 0xE9))
    gateway.indexer.catch_up()
    both = [ident(0xE1), ident(0xE2)]
    found = flags(client)
    assert found[0xA6] == found[0xA7] == both
    assert found[0xA2] == [ident(0xE2)]
    assert 0xA8 not in found


def test_an_event_that_fed_a_run_flags_what_the_run_made(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    chain.mine(standing(0xE5, 0x51))
    chain.mine(run(0xB3, 0xE5), consumed(0xA5, 0xB3), made(0xA6, 0xB3))
    chain.mine(withdrawn(0xE5, used=True))
    gateway.indexer.catch_up()
    assert flags(client) == {0xA6: [ident(0xE5)]}


def test_an_unused_event_flags_nothing(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    chain.mine(standing(0xE5, 0x51), withdrawn(0xE5, used=False))
    gateway.indexer.catch_up()
    assert flags(client) == {}
    assert client.get(f"/events/{ident(0xE5)}").json()["withdrawn"] is True


def test_a_later_revision_takes_the_place_of_a_withdrawn_document(
    chain: ScriptedChain, gateway: Gateway, client: TestClient
) -> None:
    chain.mine(standing(0xE5, 0x51), withdrawn(0xE5, used=False))
    chain.mine(standing(0xE5, 0x51, revision=1, document=word(77)))
    gateway.indexer.catch_up()
    event = client.get(f"/events/{ident(0xE5)}").json()
    assert (event["revision"], event["document"], event["withdrawn"]) == (1, ident(77), False)
    assert [one["document"] for one in event["withdrawals"]] == [ident(9)], "nothing is forgotten"


def test_what_was_not_withdrawn_is_not_replaced(chain: ScriptedChain, gateway: Gateway) -> None:
    chain.mine(standing(0xE1, 0x51, revision=1, document=word(77)))
    with pytest.raises(IntegrityError):
        gateway.indexer.catch_up()


def test_a_rebuilt_index_has_the_same_flags(
    told: ScriptedChain, gateway: Gateway, tmp_path: Path
) -> None:
    """At once, block by block, and after a deletion."""
    told.mine(run(0xB3), consumed(0xA4, 0xB3, sequence=3), made(0xA6, 0xB3))
    gateway.indexer.catch_up()
    before = digest(gateway.engine)
    growing = ScriptedChain(blocks=told.blocks[:1])
    engine = open_store(f"sqlite:///{tmp_path / 'slow.db'}")
    slow = Indexer(engine, growing, may_rewind=True)
    for block in told.blocks[1:]:
        growing.blocks.append(block)
        slow.catch_up()
    assert digest(engine) == before
    wipe(gateway.engine)
    gateway.indexer.catch_up()
    assert digest(gateway.engine) == before
