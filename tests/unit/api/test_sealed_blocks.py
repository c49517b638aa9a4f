"""A gateway with a trust anchor reads no block that the network did not seal."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from api.errors import AnchorUnfit, IndexReadUnsealed
from api.indexer import sealed as module
from api.indexer.chain_event import ChainEvent
from api.indexer.digest import digest
from api.indexer.follow import Indexer
from api.indexer.sealed import SealedBlocks
from api.indexer.source import Seen, unseen
from api.indexer.store import next_block, open_store
from api.serve import sealed_blocks
from lodetrace.audit.anchor import Anchor, Consensus, hash_of
from lodetrace.chain.qbft import Vote
from lodetrace.evidence.errors import BlockNotSealed
from lodetrace.evidence.headers import SealedBlock
from lodetrace.node.client import Node, NodeHeader
from lodetrace.text import hex_of
from tests.support.synthetic_chain import Chain, Validator

BLOCKS = 12
NODE: Node = None  # type: ignore[assignment]  # asked for headers alone, which the test gives


@dataclass
class Source:
    """The headers of a synthetic chain as a node gives them; no contract says anything."""

    chain: Chain
    first_block: int = 1
    see: Seen = unseen
    lies: dict[int, SealedBlock] = field(default_factory=dict)

    @property
    def chain_id(self) -> int:
        return self.chain.chain_id

    @property
    def genesis(self) -> str:
        return hex_of(hash_of(self.chain.header(0), Consensus.QBFT))

    def head(self) -> int:
        return len(self.chain.blocks) - 1

    def sealed(self, number: int) -> SealedBlock:
        block = SealedBlock(
            self.chain.header(number), hash_of(self.chain.header(number), Consensus.QBFT), ()
        )
        return self.lies.get(number, block)

    def block(self, number: int) -> NodeHeader:
        block = self.sealed(number)
        times = (block.header.time, 0, 30_000_000)
        return NodeHeader(number, hex_of(block.hash), hex_of(block.header.parent), *times)

    def events(self, first: int, last: int) -> Sequence[ChainEvent]:
        self.see([self.sealed(number) for number in range(first, last + 1)])
        return ()


@pytest.fixture
def chain() -> Chain:
    """Twelve blocks in which the four validators add a fifth one, which then seals."""
    chain = Chain()
    fifth = Validator("the fifth")
    for _ in range(3):
        chain.seal(vote=Vote(fifth.address, add=True))
    chain.set = sorted([*chain.set, fifth], key=lambda one: one.address)
    chain.grow(BLOCKS - 3)
    return chain


@pytest.fixture
def source(chain: Chain) -> Source:
    return Source(chain)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_store(f"sqlite:///{tmp_path}/index.db")


def anchored(chain: Chain, number: int = 0) -> Anchor:
    headers = [chain.header(at) for at in range(number + 1)]
    first = Anchor.of_genesis(headers[0], chain.chain_id, {}, Consensus.QBFT)
    return first.advanced(headers[1:])


def indexer(engine: Engine, source: Source, anchor: Anchor) -> Indexer:
    sealed = SealedBlocks(anchor, NODE, source.genesis)
    source.see = sealed.see
    sealed.require_begun_so(engine)
    return Indexer(engine, source, may_rewind=False, sealed=sealed)


@pytest.mark.parametrize("number", [0, 2, 5, BLOCKS])
def test_sealed_blocks_are_read_from_any_anchor(
    engine: Engine, source: Source, number: int
) -> None:
    assert indexer(engine, source, anchored(source.chain, number)).catch_up() == BLOCKS
    source.chain.grow(3)
    # another process goes on where this one was
    assert indexer(engine, source, anchored(source.chain, number)).catch_up() == BLOCKS + 3


def test_the_rows_are_those_of_a_gateway_without_an_anchor(
    engine: Engine, source: Source, tmp_path: Path
) -> None:
    indexer(engine, source, anchored(source.chain)).catch_up()
    plain = open_store(f"sqlite:///{tmp_path}/plain.db")
    Indexer(plain, source, may_rewind=False).catch_up()
    assert digest(engine) == digest(plain)


def test_headers_before_the_deployment_are_asked_for(
    engine: Engine, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def read(node: Node, numbers: Sequence[int]) -> list[SealedBlock]:
        asked.extend(numbers)
        return [source.sealed(number) for number in numbers]

    monkeypatch.setattr(module, "read_blocks", read)
    source.first_block = 8
    assert indexer(engine, source, anchored(source.chain, 2)).catch_up() == BLOCKS
    assert asked == [3, 4, 5, 6, 7]


def _with_too_few_seals(source: Source, at: int) -> None:
    made = Chain(set=source.chain.set[:4], blocks=source.chain.blocks[:at])
    made.seal(listed=source.chain.set, signers=source.chain.set[:3])
    source.lies[at] = SealedBlock(made.head, hash_of(made.head, Consensus.QBFT), ())


def _by_strangers(source: Source, at: int) -> None:
    made = Chain(set=[Validator(f"stranger {number}") for number in range(5)])
    made.blocks = source.chain.blocks[:at]
    made.seal()
    source.lies[at] = SealedBlock(made.head, hash_of(made.head, Consensus.QBFT), ())


def _of_another_branch(source: Source, at: int) -> None:
    made = Chain(set=source.chain.set, blocks=source.chain.blocks[: at - 1])
    made.seal(vote=Vote(b"\7" * 20, add=True))
    made.seal()
    source.lies[at] = SealedBlock(made.header(at), hash_of(made.header(at), Consensus.QBFT), ())


LIES = {
    "too few seals": (_with_too_few_seals, "seals"),
    "validators that nobody voted for": (_by_strangers, "validators"),
    "a parent that was not shown": (_of_another_branch, "parent|names"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_block_that_the_network_did_not_seal_is_not_read(
    engine: Engine, source: Source, lie: str
) -> None:
    reader = indexer(engine, source, anchored(source.chain))
    source.lies = {}
    tell, words = LIES[lie]
    source.chain.grow(4)
    tell(source, BLOCKS + 2)
    with pytest.raises(BlockNotSealed, match=words) as found:
        reader.catch_up()
    assert found.value.values["block"] == BLOCKS + 2
    assert next_block(engine) is None
    source.lies.clear()  # the node is mended
    assert reader.catch_up() == BLOCKS + 4


def test_another_chain_before_a_later_anchor_is_noticed_when_it_is_reached(
    engine: Engine, source: Source
) -> None:
    other = Chain(set=source.chain.set)
    other.grow(1)
    other.seal(vote=Vote(b"\7" * 20, add=True))
    other.grow(BLOCKS - 2)
    theirs = replace(anchored(other, 5), genesis=hash_of(source.chain.header(0), Consensus.QBFT))
    with pytest.raises(BlockNotSealed, match="the anchor says") as found:
        indexer(engine, source, theirs).catch_up()
    assert found.value.values["block"] == 5


def test_blocks_before_the_anchor_name_one_another(engine: Engine, source: Source) -> None:
    _of_another_branch(source, 5)
    with pytest.raises(BlockNotSealed, match="name the one before") as found:
        indexer(engine, source, anchored(source.chain, BLOCKS)).catch_up()
    assert found.value.values["block"] == 5


def test_an_index_that_was_read_on_trust_has_to_be_rebuilt(engine: Engine, source: Source) -> None:
    Indexer(engine, source, may_rewind=False).catch_up()
    with pytest.raises(IndexReadUnsealed, match=f"up to {BLOCKS} "):
        indexer(engine, source, anchored(source.chain))


def test_so_has_one_that_another_gateway_wrote_to_on_trust(engine: Engine, source: Source) -> None:
    reader = indexer(engine, source, anchored(source.chain))
    reader.catch_up()
    source.chain.grow(2)
    Indexer(engine, source, may_rewind=False).catch_up()
    source.chain.grow(2)
    with pytest.raises(IndexReadUnsealed):
        reader.catch_up()


def test_and_one_of_another_anchor(engine: Engine, source: Source) -> None:
    indexer(engine, source, anchored(source.chain)).catch_up()
    with pytest.raises(IndexReadUnsealed):
        indexer(engine, source, anchored(source.chain, 3))


def test_an_anchor_that_does_not_fit_is_refused(source: Source) -> None:
    unsealed = Chain(consensus=Consensus.NONE)
    anchor = Anchor.of_genesis(unsealed.head, unsealed.chain_id, {}, Consensus.NONE)
    with pytest.raises(AnchorUnfit, match="no seals"):
        SealedBlocks(anchor, NODE, source.genesis)
    other = Chain(chain_id=7, set=[Validator("one")])
    with pytest.raises(AnchorUnfit, match="genesis"):
        SealedBlocks(anchored(other), NODE, source.genesis)


@pytest.mark.parametrize("development", [True, False])
def test_an_anchor_without_seals_serves_a_development_chain_alone(
    tmp_path: Path, development: bool
) -> None:
    unsealed = Chain(consensus=Consensus.NONE)
    anchor = Anchor.of_genesis(unsealed.head, unsealed.chain_id, {}, Consensus.NONE)
    file = tmp_path / "anchor.json"
    file.write_text(json.dumps(anchor.to_json()), "utf-8")
    network = SimpleNamespace(development=development)
    settings: Any = SimpleNamespace(trust=file, library=SimpleNamespace(network=network))
    deployment = SimpleNamespace(genesis=hex_of(anchor.genesis))
    contracts: Any = SimpleNamespace(node=NODE, deployment=deployment)
    if development:
        assert sealed_blocks(settings, contracts) is None
    else:
        with pytest.raises(AnchorUnfit, match="no seals"):
            sealed_blocks(settings, contracts)
