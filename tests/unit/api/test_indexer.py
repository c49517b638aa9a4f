"""The index says what the events say, whatever way it came to be."""

import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from api.deps import Gateway
from api.errors import ChainRewound, EventUnexpected
from api.indexer import follow
from api.indexer.ahead import MOST
from api.indexer.chain_event import ChainEvent
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.store import next_block, open_store, wipe
from api.indexer.tables import claims, events, lots, totals
from lodetrace.contracts.enums import Measure
from lodetrace.contracts.events import ClaimRecorded, TotalRecorded
from lodetrace.contracts.structs import ProofWords
from lodetrace.node.errors import NodeUnreachable
from tests.unit.api.scripted_chain import ScriptedChain, account, born, ident, word


def test_an_index_built_at_once_equals_one_built_block_by_block(
    chain: ScriptedChain, gateway: Gateway, tmp_path: Path
) -> None:
    growing = ScriptedChain(blocks=chain.blocks[:1])
    engine = open_store(f"sqlite:///{tmp_path / 'slow.db'}")
    indexer = Indexer(engine, growing, may_rewind=True)
    for block in chain.blocks[1:]:
        growing.blocks.append(block)
        indexer.catch_up()
    assert digest(engine) == digest(gateway.engine)


def test_a_deleted_index_is_rebuilt_to_the_same_rows(gateway: Gateway) -> None:
    before = digest(gateway.engine)
    wipe(gateway.engine)
    assert digest(gateway.engine) != before
    gateway.indexer.catch_up()
    assert digest(gateway.engine) == before


def test_a_rewound_development_chain_is_followed(chain: ScriptedChain, gateway: Gateway) -> None:
    chain.blocks.pop()
    chain.fork = 1
    chain.mine(born(0xC1, 0xE1, account="0x3"))
    gateway.indexer.catch_up()
    with gateway.engine.connect() as connection:
        assert (
            connection.execute(
                select(func.count()).select_from(lots).where(lots.c.lot == ident(0xC1))
            ).scalar_one()
            == 1
        )
        last = connection.execute(select(func.max(events.c.block))).scalar_one()
    assert last == chain.head()


def test_a_rewound_final_chain_is_an_alarm_and_changes_nothing(
    chain: ScriptedChain, gateway: Gateway
) -> None:
    strict = Indexer(gateway.engine, chain, may_rewind=False)
    before = digest(gateway.engine)
    chain.fork = 1
    with pytest.raises(ChainRewound):
        strict.catch_up()
    assert digest(gateway.engine) == before


def test_an_index_of_another_chain_is_not_continued(chain: ScriptedChain, gateway: Gateway) -> None:
    other = ScriptedChain(genesis=ident(0xDEF), blocks=chain.blocks)
    with pytest.raises(ChainRewound):
        Indexer(gateway.engine, other, may_rewind=False).catch_up()


def test_a_claim_that_two_versions_recorded_is_there_once(
    chain: ScriptedChain, gateway: Gateway, engine: Engine
) -> None:
    """A version before does not know what the next one recorded; neither stops the index."""
    claim = ClaimRecorded(
        word(0xCC), word(0xA1), account(1), Measure.CAHRA_SHARE, 0, 0, 0, (0,) * 4,
        ProofWords((0,) * 8),
    )  # fmt: skip
    total = TotalRecorded(
        word(0xDD), word(0xA2), account(1), 27, 0, 1, 1, bytes(32), False, (0,) * 24,
        ProofWords((0,) * 8),
    )  # fmt: skip
    chain.mine(claim, total)
    chain.mine(claim, total)
    gateway.indexer.catch_up()
    with engine.connect() as connection:
        recorded = connection.execute(select(claims.c.claim)).scalars().all()
        summed = connection.execute(select(totals.c.total)).scalars().all()
    assert (recorded.count(ident(0xCC)), summed.count(ident(0xDD))) == (1, 1)


def test_a_range_with_an_event_that_does_not_fit_leaves_no_trace(
    chain: ScriptedChain, gateway: Gateway, engine: Engine
) -> None:
    before, position = digest(engine), next_block(engine)
    chain.mine(born(0xD1, 0xE1), born(0xD2, 0xE9))
    with pytest.raises(EventUnexpected, match="0 rows of site_events"):
        gateway.indexer.catch_up()
    assert (digest(engine), next_block(engine)) == (before, position)


class SlowChain(ScriptedChain):
    """Notes how many ranges are asked for at a time; each takes a while, the first ones longest."""

    at_once = most = 0
    asked: list[int]

    def events(self, first: int, last: int) -> list[ChainEvent]:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.asked.append(first)
        time.sleep(0.2 if first % 3 else 0.4)
        self.at_once -= 1
        return super().events(first, last)


@pytest.fixture
def slow(chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch) -> SlowChain:
    for number in range(20):
        chain.mine(born(0xF00 + number, 0xE1))
    monkeypatch.setattr(follow, "LARGEST_RANGE", 2)
    made = SlowChain(blocks=chain.blocks)
    made.asked = []
    return made


def test_ranges_are_read_ahead_and_written_in_their_order(
    slow: SlowChain, chain: ScriptedChain, tmp_path: Path
) -> None:
    engines = [open_store(f"sqlite:///{tmp_path / name}.db") for name in ("slow", "one")]
    Indexer(engines[0], slow, may_rewind=False).catch_up()
    Indexer(engines[1], chain, may_rewind=False).catch_up()
    assert slow.most == MOST
    assert sorted(slow.asked) == [*range(1, chain.head() + 1, 2)]
    assert digest(engines[0]) == digest(engines[1])


def test_a_range_that_could_not_be_read_ahead_is_read_again(
    slow: SlowChain, chain: ScriptedChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written before it stays; what was read behind it is forgotten."""
    engine, good = (open_store(f"sqlite:///{tmp_path / name}.db") for name in ("slow", "one"))
    answer, faults = SlowChain.events, iter([True])

    def failing(self: SlowChain, first: int, last: int) -> list[ChainEvent]:
        if first == 7 and next(faults, False):
            raise NodeUnreachable(url="http://node", reason="away")
        return answer(self, first, last)

    monkeypatch.setattr(SlowChain, "events", failing)
    indexer = Indexer(engine, slow, may_rewind=False)
    with pytest.raises(NodeUnreachable):
        indexer.catch_up()
    assert next_block(engine) == 7
    assert indexer.catch_up() == chain.head()
    Indexer(good, chain, may_rewind=False).catch_up()
    assert digest(engine) == digest(good)
