"""docs/scaling.md says what follows from its inputs, and nothing else."""

import re
from pathlib import Path

import pytest

from benchmarks import scaling
from benchmarks.scaling import TABLES, HandOverMode, Volume, gas_a_year, markdown

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scaling.md"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_table_of_the_page_is_computed(table) -> None:
    """Print them anew with `python -m benchmarks.scaling`."""
    assert f"<!-- {table.__name__} -->\n{markdown(table())}\n" in PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    "stated",
    [
        f"| {scaling.SINGLE:,} gas | snapshot |",
        f"| {scaling.MANY:,} gas | snapshot |",
        f"| {scaling.GAS['birth']:,} gas | snapshot |",
        f"| {scaling.GAS['process 4x4']:,} gas | snapshot |",
        f"| {scaling.ATTEST_BIRTH:,} gas | snapshot",
        f"| {scaling.ATTEST_RUN:,} gas | snapshot",
        f"| {scaling.LOT_LEVEL:,} gas | computed |",
        f"| {scaling.LIMIT // 10**6} million gas every {scaling.PERIOD} s |",
        f"| {scaling.RAW_SINGLE} bytes, {scaling.RAW_MANY} in hundreds |",
        f"| {scaling.INDEX:,} bytes an event, {scaling.INDEX_RATE} events a second and core |",
        f"| {scaling.HASH} µs; {scaling.RECOVER} µs |",
        f"{scaling.BIRTHS} of 100 events are births, {scaling.RUNS} are runs",
        f"An anchor of {scaling.OPERATORS} operators every hour",
        f"{scaling.ANCHOR:,} are assumed",
        f"takes {scaling.LEAF} bytes",
    ],
)
def test_the_inputs_are_those_that_the_page_names(stated: str) -> None:
    assert stated in PAGE.read_text("utf-8")


def test_gas_of_a_year_is_lots_one_by_one_and_packs_in_their_way() -> None:
    """By hand, with a way that costs 1 gas."""
    small, large = Volume("small", 10), Volume("large", scaling.LOTS + 7)
    assert gas_a_year(small, HandOverMode("any", 1, 1)) == 10 * scaling.LOT_LEVEL
    assert gas_a_year(large, HandOverMode("any", 1, 1)) == scaling.LOTS * scaling.LOT_LEVEL + 7


def test_shares_of_a_block_grow_with_the_volume() -> None:
    shares = [re.search(r"([\d.]+) %", row[3]) for row in [*scaling.loads()][1:]]
    single = [int(found[1].replace(".", "")) for found in shares if found][:3]
    assert single == sorted(single)
