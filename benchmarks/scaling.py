"""The arithmetic of docs/scaling.md: `python -m benchmarks.scaling` prints its tables.

Everything follows from the inputs below and from the committed snapshot of gas; a test compares the
page with what this prints. Amounts are whole numbers, rounded up; what is left over after a
division that people read is one digit behind the point.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Final

GAS: Final[dict[str, int]] = json.loads(
    Path(__file__).resolve().parents[1].joinpath("tests/contracts/gas/snapshot.json").read_text()
)

YEAR: Final = 365 * 86_400  # seconds
PEAK: Final = 10  # times the mean
PERIOD: Final = 2  # seconds
LIMIT: Final = 60_000_000  # gas of a block
NODES: Final = 4
CPU: Final = Fraction(5_900, 57_057)  # microseconds for a gas, over all four nodes
EMPTY_BLOCKS: Final = 35 * 10**9 // PERIOD  # bytes a year

BIRTHS, RUNS, HAND_OVERS = 8, 12, 80  # of a hundred events at lot level

RAW_SINGLE: Final = 556  # bytes of the signed offer and acceptance of one lot
RAW_MANY: Final = 284  # the same for each of twenty: of a hundred a little less
INDEX: Final = 1_500  # bytes of an event in PostgreSQL, a hand-over is two
INDEX_RATE: Final = 500  # events a second into it, from one core

OPERATORS: Final = 500
ANCHORS_A_DAY: Final = 24
ANCHOR: Final = 100_000  # gas
LEAF: Final = 450  # bytes of a hand-over off chain, with both signatures
MARK: Final = 22_100 + 21_000 // 100 + 2 * 32 * 16 + 766  # gas: a new word, a hundred of them sent
WORD, BITS = 32, 256  # bytes of a hash, bits of a storage word
HASH, RECOVER = 11, 45  # microseconds


@dataclass(frozen=True, slots=True)
class Volume:
    """Events of a year; those above lot level are hand-overs of packs."""

    name: str
    events: int


VOLUMES: Final = (
    Volume("a regional pilot", 57_000),
    Volume("the world's cobalt, lots", 5_700_000),
    Volume("with every pack", 187_000_000),
    Volume("with every pack, 2030", 837_000_000),
)
LOTS: Final = 5_700_000

SINGLE: Final = GAS["offer"] + GAS["accept"]
MANY: Final = ceil(Fraction(GAS["offer 100 at once"] + GAS["accept 100 at once"], 100))
ATTEST_BIRTH, ATTEST_RUN = (
    2 * GAS[f"attest, {lots} lots"] + GAS[f"attest at quorum, {lots} lots"] for lots in (0, 4)
)
BIRTH: Final = GAS["birth"] + ATTEST_BIRTH
RUN: Final = GAS["process 4x4"] + ATTEST_RUN
LOT_LEVEL: Final = ceil(Fraction(BIRTHS * BIRTH + RUNS * RUN + HAND_OVERS * SINGLE, 100))


@dataclass(frozen=True, slots=True)
class HandOverMode:
    """How hand-overs of packs reach the chain. gas, raw: of each; lots always go one by one."""

    name: str
    gas: int
    raw: int


WAYS: Final = (
    HandOverMode("one by one", SINGLE, RAW_SINGLE),
    HandOverMode("in hundreds", MANY, RAW_MANY),
)


def gas_a_year(volume: Volume, way: HandOverMode) -> int:
    """Of all events of a volume."""
    lots = min(volume.events, LOTS)
    return lots * LOT_LEVEL + (volume.events - lots) * way.gas


def rates() -> Iterator[Sequence[str]]:
    yield ("volume", "events a year", "a second, mean", "a second, peak")
    for one in VOLUMES:
        mean = Fraction(one.events, YEAR)
        yield (one.name, f"{one.events:,}", _digit(mean), _digit(mean * PEAK))


def loads() -> Iterator[Sequence[str]]:
    yield (
        "volume", "packs go", "gas a second, peak", "of a block", "cores a node, peak",
        "a year again, days",
    )  # fmt: skip
    for one in VOLUMES:
        for way in WAYS if one.events > LOTS else WAYS[:1]:
            year = gas_a_year(one, way)
            peak = Fraction(year * PEAK, YEAR)
            work = Fraction(year) * CPU / NODES / 1_000_000
            yield (
                one.name, way.name if one.events > LOTS else "–", f"{ceil(peak):,}",
                f"{_digit(100 * peak * PERIOD / LIMIT)} %", _digit(work * PEAK / YEAR, 2),
                _digit(work / 86_400),
            )  # fmt: skip


def disks() -> Iterator[Sequence[str]]:
    yield ("volume", "packs go", "signed bytes, GB a year", "index, GB a year", "index, cores")
    for one in VOLUMES:
        for way in WAYS if one.events > LOTS else WAYS[:1]:
            signed = one.events * way.raw + EMPTY_BLOCKS
            rate = Fraction(2 * one.events * PEAK, YEAR) / INDEX_RATE
            yield (
                one.name, way.name if one.events > LOTS else "–", _giga(signed),
                _giga(2 * one.events * INDEX), _digit(rate, 2),
            )  # fmt: skip


def anchors() -> Iterator[Sequence[str]]:
    yield (
        "volume", "anchors a year", "hand-overs in one", "proof, bytes", "to check one, µs",
        "gas a second, peak", "of a block", "off chain, GB a year",
    )  # fmt: skip
    made = OPERATORS * ANCHORS_A_DAY * 365
    for one in VOLUMES[2:]:
        packs = one.events - LOTS
        leaves = ceil(Fraction(packs, made))
        levels = (leaves - 1).bit_length()
        gas = Fraction((made * ANCHOR + LOTS * LOT_LEVEL) * PEAK, YEAR)
        yield (
            one.name, f"{made:,}", f"{leaves:,}", f"{levels * WORD}",
            f"{(levels + 1) * HASH + 2 * RECOVER}", f"{ceil(gas):,}",
            f"{_digit(100 * gas * PERIOD / LIMIT)} %", _giga(packs * LEAF),
        )  # fmt: skip


def spending() -> Iterator[Sequence[str]]:
    yield ("hand-overs marked in one word", "gas of each", "packs of 2030: of a block, peak")
    packs = VOLUMES[-1].events - LOTS
    for together in (1, 16, BITS):
        gas = ceil(Fraction(MARK, together))
        peak = Fraction(packs * gas * PEAK, YEAR)
        yield (str(together), f"{gas:,}", f"{_digit(100 * peak * PERIOD / LIMIT)} %")


TABLES: Final = (rates, loads, disks, anchors, spending)


def markdown(rows: Iterator[Sequence[str]]) -> str:
    """A table as the page has it: text to the left, figures to the right."""
    head, *body = rows
    line = "|" + "|".join(["---", *["---:"] * (len(head) - 1)]) + "|"
    written = ["| " + " | ".join(row) + " |" for row in (head, *body)]
    return "\n".join([written[0], line, *written[1:]])


def _digit(value: Fraction, digits: int = 1) -> str:
    """Rounded up at a digit behind the point."""
    scaled = ceil(value * 10**digits)
    whole, rest = divmod(scaled, 10**digits)
    return f"{whole:,}.{rest:0{digits}}"


def _giga(value: int) -> str:
    return f"{ceil(Fraction(value, 10**9)):,}"


def main() -> int:
    print("\n\n".join(markdown(table()) for table in TABLES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
