"""The gateway's index: the events of the stage's chain into SQLite and into PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, Engine

from api.indexer.chain_event import ChainEvent
from api.indexer.follow import Indexer
from api.indexer.source import DeployedContracts
from api.indexer.store import open_store, wipe
from api.settings import sqlite_address
from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import BenchmarkStage
from benchmarks.stopwatch import medians
from lodetrace.contracts.events import LotAccepted, LotBorn, LotOffered
from lodetrace.node.client import NodeHeader
from tests.support.postgresql import ABSENT, running_server, server_programs
from zk_circuits.keccak import keccak256

LOTS = 20
"""Born, sold and sold again before, so that the chain has events of custody in any case."""

EVENTS = 3_000
ROUNDS = 3
THOUSAND = 1_000
CUSTODY = (LotBorn, LotOffered, LotAccepted)
STEPS = 2 * LOTS + 5
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


class Remembered:
    """A chain whose events were read before: what is timed is the index alone.

    The life of its lots is repeated with other lots in later blocks, so that there are many.
    """

    def __init__(self, source: DeployedContracts) -> None:
        self.chain_id, self.genesis = source.chain_id, source.genesis
        self.first_block = source.first_block
        newest = source.block(source.head())
        lived = source.events(source.first_block, newest.number)
        self.all = [*lived]
        for copy in range(1, 1 + (EVENTS - len(lived)) // sum(map(_is_custody, lived))):
            self.all += [_again(event, copy, newest.number) for event in filter(_is_custody, lived)]
        self._end = replace(newest, number=self.all[-1].block)

    def head(self) -> int:
        return self._end.number

    def block(self, number: int) -> NodeHeader:
        return replace(self._end, number=number)

    def events(self, first: int, last: int) -> Sequence[ChainEvent]:
        return [event for event in self.all if first <= event.block <= last]


def _is_custody(event: ChainEvent) -> bool:
    return isinstance(event.event, CUSTODY)


def _again(event: ChainEvent, copy: int, blocks: int) -> ChainEvent:
    assert isinstance(event.event, CUSTODY)
    lot = keccak256(copy.to_bytes(32, "big") + event.event.lot)
    return replace(event, block=event.block + copy * blocks, event=replace(event.event, lot=lot))


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """Seconds for a thousand events, and the bytes of one."""
    lots = [stage.born().lot for _ in range(LOTS)]
    stage.hand_over("mine", "refinery", lots)
    stage.hand_over("refinery", "pack_maker", lots)
    consortium = stage.consortium
    chain = Remembered(
        DeployedContracts(consortium.node, consortium.artifacts, consortium.deployment)
    )
    with ExitStack() as stack:
        engines = {SQLITE: stack.enter_context(_sqlite())}
        if (programs := server_programs()) is not None:
            server = stack.enter_context(running_server(programs))
            engines[POSTGRESQL] = stack.enter_context(_opened(server.database()))
        times = medians({name: _rebuild(engine, chain) for name, engine in engines.items()}, ROUNDS)
        stage.step()
        sizes = {name: _size(engine) // len(chain.all) for name, engine in engines.items()}
    return [*_compared(times, len(chain.all)), *_sizes(sizes)]


def _compared(times: dict[str, float], events: int) -> list[BenchmarkResult]:
    found = {name: seconds * THOUSAND / events for name, seconds in times.items()}
    beside = Reference(SQLITE, found[SQLITE])
    first = BenchmarkResult(_timed(SQLITE), found[SQLITE], MeasureUnit.SECONDS)
    if POSTGRESQL not in found:
        return [
            first,
            BenchmarkResult(_timed(POSTGRESQL), None, MeasureUnit.SECONDS, reason=ABSENT),
        ]
    return [
        first,
        BenchmarkResult(_timed(POSTGRESQL), found[POSTGRESQL], MeasureUnit.SECONDS, beside),
    ]


def _timed(name: str) -> str:
    return f"index {THOUSAND:,} events, {name}"


def _sizes(sizes: dict[str, int]) -> list[BenchmarkResult]:
    return [
        BenchmarkResult(f"index, an event in {name}", size, MeasureUnit.BYTES)
        for name, size in sizes.items()
    ]


def _rebuild(engine: Engine, chain: Remembered) -> Callable[[], object]:
    def rebuild() -> None:
        wipe(engine)
        Indexer(engine, chain, may_rewind=False).catch_up()

    return rebuild


@contextmanager
def _sqlite() -> Iterator[Engine]:
    folder = TemporaryDirectory(prefix="lodetrace-bench-")
    with folder as name, _opened(sqlite_address(Path(name) / "index.db")) as engine:
        yield engine


@contextmanager
def _opened(url: str | URL) -> Iterator[Engine]:
    engine = open_store(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _size(engine: Engine) -> int:
    """Bytes on disk of tables and indexes, once what was wiped is given back."""
    whole = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        "postgresql": "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
    }
    vacuum = {"sqlite": "VACUUM", "postgresql": "VACUUM FULL"}
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(vacuum[engine.dialect.name])
        return int(connection.exec_driver_sql(whole[engine.dialect.name]).scalar_one())
