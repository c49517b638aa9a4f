"""Places the stages of a graph by site: a lane for each material, from the mine to the product.

Scrap and worn-out parts go back into the metal that others are made of, so stages may form a
circle, and no order of their own would put each before the next: that of the materials does.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from lodetrace.contracts.enums import Material

Node = TypeVar("Node")

ORDER: Final = (
    Material.RETIRED, Material.SCRAP, Material.ORE, Material.CONCENTRATE, Material.HYDROXIDE,
    Material.IN_PROCESS, Material.SULPHATE, Material.METAL, Material.PRECURSOR, Material.CATHODE,
    Material.CELL, Material.MODULE, Material.PACK,
)  # fmt: skip
"""Of the lanes; a material of a later version comes last."""

RANKS: Final[Mapping[int, int]] = {int(material): at for at, material in enumerate(ORDER)}

ROWS: Final = 10
"""Boxes below each other in a picture of all elements."""
FEWEST: Final = 3
"""In a lane of one element, however many elements there are."""


def rows_for(elements: int) -> int:
    """How many boxes a lane of one element has."""
    return max(FEWEST, ROWS // max(elements, 1))


def lanes_of(materials: Sequence[int]) -> list[int]:
    """The materials that have a lane, in its order."""
    return sorted(set(materials), key=lambda one: (RANKS.get(one, len(RANKS)), one))


def rows_of_lanes(
    lanes: Sequence[Sequence[Node]],
    before: Mapping[Node, Sequence[Node]],
    weights: Mapping[Node, int],
    most: int,
) -> dict[Node, int]:
    """Row of each node in its lane. What is of least weight shares the last row, where a lane has
    more nodes than rows; the others stand near what they are made of.
    """
    rows: dict[Node, int] = {}
    for lane in lanes:
        by_weight = sorted(lane, key=lambda node: -weights[node])
        alone = len(lane) if len(lane) <= most else most - 1
        means = {node: _mean(before.get(node, ()), rows) for node in by_weight[:alone]}
        rows |= {node: at for at, node in enumerate(sorted(means, key=means.__getitem__))}
        rows |= dict.fromkeys(by_weight[alone:], most - 1)
    return rows


def _mean(around: Sequence[Node], rows: Mapping[Node, int]) -> int:
    """In thousandths; what nothing placed goes into stands last."""
    known = [rows[node] for node in around if node in rows]
    return 1_000 * sum(known) // len(known) if known else 1_000_000
