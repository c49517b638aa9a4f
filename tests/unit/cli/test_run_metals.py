"""The metal of outputs as typed: rests of products and of scrap, and units that share evenly."""

import pytest

from lodetrace.cli.lot.parts import PartsUnfitting, require_parts, typed_parts
from lodetrace.cli.lot.run_metals import (
    CountUnfitting,
    Pools,
    RestUnfitting,
    UnitsUnequal,
    metals_of,
    metals_on_paper,
)
from lodetrace.cli.parse import TypedOutput
from lodetrace.contracts.enums import Material
from zk_circuits.balance import RunMeasurement

SALT, SCRAP, PACK = Material.SULPHATE, Material.SCRAP, Material.PACK


def rest(material: Material = SALT, count: int = 1) -> TypedOutput:
    return TypedOutput(None, material, count)


def typed(metal: int, material: Material = SALT, count: int = 1) -> TypedOutput:
    return TypedOutput(metal, material, count)


def metals(outputs: list[TypedOutput], pools: Pools) -> list[int]:
    return metals_of(outputs, [one.material or SALT for one in outputs], pools)


def test_scrap_and_everything_else_have_a_rest_each() -> None:
    pools = Pools(product=900, scrap=80)
    assert metals([typed(500), rest(), rest(SCRAP)], pools) == [500, 400, 80]
    assert metals([rest(SCRAP), rest()], pools) == [80, 900]
    with pytest.raises(RestUnfitting):
        metals([rest(), rest()], pools)
    with pytest.raises(RestUnfitting):
        metals([typed(900), rest()], pools)


@pytest.mark.parametrize(
    ("metal_in", "expected"),
    [(1_000, Pools(900, 80)), (975, Pools(895, 80)), (50, Pools(0, 50))],
)
def test_where_less_went_in_than_was_measured_less_product_is_booked(
    metal_in: int, expected: Pools
) -> None:
    assert Pools.of(metal_in, RunMeasurement(900, (metal_in,), scrap=80)) == expected


def test_units_share_their_metal() -> None:
    pools = Pools(product=1_000, scrap=0)
    assert metals([rest(PACK, 60), rest(PACK, 36)], pools) == [625, 375]
    assert sum(metals([rest(PACK, 1), rest(PACK, 1), rest(PACK, 1)], pools)) == 1_000
    assert metals([typed(625, PACK, 60), rest(PACK, 36)], pools) == [625, 375]
    with pytest.raises(UnitsUnequal, match=r"60 units hold 700 mg as typed; .* 625 mg"):
        metals([typed(700, PACK, 60), rest(PACK, 36)], pools)


def test_what_has_no_units_has_no_count() -> None:
    with pytest.raises(CountUnfitting, match="sulphate does not come in units, 2 given"):
        metals([rest(SALT, 2)], Pools(10, 0))


def test_scrap_on_paper_is_metal_like_any_other() -> None:
    outputs = [typed(40, SCRAP), rest(SCRAP)]
    assert metals_on_paper(outputs, [SCRAP, SCRAP], 100) == [40, 60]


def test_parts_of_units_may_all_be_rest() -> None:
    parts = [rest(PACK, 10), rest(PACK, 90)]
    require_parts(parts, 100, in_units=True)
    with pytest.raises(PartsUnfitting, match="rest stands 2 times"):
        require_parts(parts, 100, in_units=False)


def test_equal_parts_come_before_single_ones() -> None:
    parts = typed_parts(["2x5t", "1x200 kg"], ["rest"])
    assert [part.metal for part in parts] == [5 * 10**9, 5 * 10**9, 200 * 10**6, None]
    require_parts(parts, 50 * 10**9, in_units=False)
    with pytest.raises(PartsUnfitting, match="55 t is more than the 50 t of the lot"):
        require_parts(typed_parts(["11x5t"], []), 50 * 10**9, in_units=False)


def test_a_split_into_nothing_is_none() -> None:
    with pytest.raises(PartsUnfitting, match="no part was named"):
        typed_parts([], [])
