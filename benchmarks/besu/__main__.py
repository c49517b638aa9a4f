"""Measures custody on a real Besu, prints the table, writes build/bench-besu.json."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles

from rich.console import Console

from benchmarks.besu.custody import KIND, Calls, CustodyStage, set_up
from benchmarks.besu.network import CHAIN_ID, BesuRun, running
from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.report import PATH, text
from benchmarks.table import table
from lodetrace.errors import LodetraceError
from lodetrace.node.client import Node

MANY = 100
SOFTWARE_AIM = 1 / 0.9  # at least 0.9 of the replay's events a second
BATCH_AIM = 1 / 6  # at least six times the events of single ERC-1155 transfers
TARGET = PATH.with_name("bench-besu.json")
WIDE = 130


@dataclass(frozen=True, slots=True)
class Size:
    """lots: of each of two pairs of members; rounds: turns of each contender."""

    lots: int = 400
    singles: int = 200
    rounds: int = 2
    probes: int = 40


@dataclass(frozen=True, slots=True)
class ResourcesUsed:
    """What a number of events took: seconds, CPU seconds of all nodes, bytes of a node's disk."""

    events: int
    seconds: float
    cpu: float
    disk: int


def main() -> int:
    """0 where everything could be measured, 1 where it could not, which it says loudly."""
    if not os.environ.get("BESU_HOME"):
        print("\n*** NOTHING WAS MEASURED: BESU_HOME is not set. ***", file=sys.stderr)
        print("*** Name the folder of an unpacked Hyperledger Besu. ***\n", file=sys.stderr)
        return 1
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    lots = int(os.environ.get("BENCH_LOTS", Size().lots))
    size = Size(lots, min(lots, Size().singles))
    try:
        with running() as network, Node(network.urls[0], CHAIN_ID, 60, KIND) as node:
            console.print(f"Besu {network.version}, {len(network.nodes)} validators, 1 s")
            measurements = _measure(network, node, size, lambda what: console.print(f"· {what}"))
    except LodetraceError as error:
        print(f"\n*** THE BENCHMARK DID NOT RUN TO ITS END: {error} ***", file=sys.stderr)
        print(error.advice, file=sys.stderr)
        return 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text(measurements), "utf-8")
    console.print(table(measurements))
    return 0


def _measure(
    network: BesuRun, node: Node, size: Size, said: Callable[[str], None]
) -> list[BenchmarkResult]:
    stage = set_up(network, node, size.lots, said)
    try:
        said("finality")
        waits = stage.finality(size.probes)
        said("single events")
        software, replay = _in_turns(stage, size, 1, size.singles)
        said(f"batches of {MANY}")
        many, many_replay = _in_turns(stage, size, MANY, size.lots)
        said("ERC-1155")
        transfers = stage.transfers(size.singles)
        token = _taken(network, len(transfers) * size.singles, stage.replayed, transfers)
    finally:
        stage.consortium.close()
    return _table(waits, software, replay, many, many_replay, token)


def _in_turns(
    stage: CustodyStage, size: Size, batch: int, lots: int
) -> tuple[ResourcesUsed, ResourcesUsed]:
    """The software and the replay of the same calls, in turns: hand over there, hand back."""
    found: dict[bool, list[ResourcesUsed]] = {True: [], False: []}
    for turn in range(2 * size.rounds):
        software = turn % 2 == 0
        contender = stage.through_software if software else stage.replayed
        giver = turn % 2
        for act, side in ((stage.offers, giver), (stage.acceptances, 1 - giver)):
            calls = act(side, batch, lots)
            events = len(stage.lots) * lots
            found[software].append(_taken(stage.network, events, contender, calls))
    return _sum(found[True]), _sum(found[False])


def _taken(
    network: BesuRun, events: int, contender: Callable[[Calls], float], calls: Calls
) -> ResourcesUsed:
    cpu, disk = network.cpu_seconds(), network.data_bytes()
    seconds = contender(calls)
    return ResourcesUsed(events, seconds, network.cpu_seconds() - cpu, network.data_bytes() - disk)


def _sum(found: list[ResourcesUsed]) -> ResourcesUsed:
    return ResourcesUsed(
        sum(one.events for one in found),
        sum(one.seconds for one in found),
        sum(one.cpu for one in found),
        sum(one.disk for one in found),
    )


def _table(
    waits: list[float],
    software: ResourcesUsed,
    replay: ResourcesUsed,
    many: ResourcesUsed,
    many_replay: ResourcesUsed,
    token: ResourcesUsed,
) -> list[BenchmarkResult]:
    def seconds(
        name: str,
        taken: ResourcesUsed,
        other: tuple[str, ResourcesUsed] | None = None,
        aim: float | None = None,
    ) -> BenchmarkResult:
        beside = other and Reference(other[0], other[1].seconds / other[1].events)
        return BenchmarkResult(name, taken.seconds / taken.events, MeasureUnit.SECONDS, beside, aim)

    def cpu(name: str, taken: ResourcesUsed) -> BenchmarkResult:
        return BenchmarkResult(
            f"CPU of all nodes, {name}", taken.cpu / taken.events, MeasureUnit.SECONDS
        )

    def disk(name: str, taken: ResourcesUsed) -> BenchmarkResult:
        grown = taken.disk // taken.events
        return BenchmarkResult(f"a node's disk for an event, {name}", grown, MeasureUnit.BYTES)

    cuts = quantiles(waits, n=20)
    erc = ("single ERC-1155 transfers", token)
    return [
        BenchmarkResult("finality, p50", cuts[9], MeasureUnit.SECONDS),
        BenchmarkResult("finality, p95", cuts[18], MeasureUnit.SECONDS),
        seconds("event, single", software, ("the same, signed before", replay), SOFTWARE_AIM),
        seconds(
            f"event, {MANY} a call", many, ("the same, signed before", many_replay), SOFTWARE_AIM
        ),
        seconds(f"event, {MANY} a call", many, erc, BATCH_AIM),
        cpu("event, single", software),
        cpu(f"event, {MANY} a call", many),
        cpu("ERC-1155 transfer", token),
        disk("single", software),
        disk(f"{MANY} a call", many),
    ]


if __name__ == "__main__":
    sys.exit(main())
