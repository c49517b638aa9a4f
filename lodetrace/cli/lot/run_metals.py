"""The metal of a run's outputs: as typed, the rest, or by the count of units.

All metal that was measured is booked. What came out as scrap, and what came out otherwise, are
two wholes: each may have an output with the rest. Units hold equal metal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from lodetrace.cli.parse import TypedOutput
from lodetrace.contracts.enums import Material
from lodetrace.errors import InputError
from lodetrace.text import counted, enum_word
from lodetrace.units import format_metal
from zk_circuits.allocation import equal_metal
from zk_circuits.balance import RunMeasurement


class RestUnfitting(InputError):
    """A rest that is nothing, or that stands twice."""

    template = "of {metal}, {named} are in outputs by quantity, for {rests} outputs with rest"
    advice = "Leave something for one output with rest, and name rest once."


class UnitsUnequal(InputError):
    """Units of a series that would hold different metal."""

    template = "{count} hold {typed} as typed; all units alike, they hold {share}"
    advice = "Leave metal out where count is given: units share their metal evenly."


class CountUnfitting(InputError):
    """A number of units of what has none."""

    template = "{material} does not come in units, {count} given"
    advice = "Leave count out: cathodes, cells, modules and packs come in units."


@dataclass(frozen=True, slots=True)
class Pools:
    """mg of metal that the outputs have to book: as scrap, and otherwise."""

    product: int
    scrap: int

    @classmethod
    def of(cls, metal_in: int, event: RunMeasurement) -> Self:
        """Where less is in the lots than was measured, less product is booked."""
        scrap = min(event.scrap, metal_in)
        return cls(min(event.product, metal_in - scrap), scrap)


def metals_of(
    typed: Sequence[TypedOutput], materials: Sequence[Material], pools: Pools
) -> list[int]:
    """mg of metal of each output of a run with an event.

    Raises RestUnfitting, UnitsUnequal or CountUnfitting.
    """
    metals = [0] * len(typed)
    for is_scrap, whole in ((False, pools.product), (True, pools.scrap)):
        group = [
            place
            for place, material in enumerate(materials)
            if (material is Material.SCRAP) is is_scrap
        ]
        found = _shared([typed[place] for place in group], [materials[p] for p in group], whole)
        for place, metal in zip(group, found, strict=True):
            metals[place] = metal
    _require_units(typed, materials, metals)
    return metals


def metals_on_paper(
    typed: Sequence[TypedOutput], materials: Sequence[Material], metal: int
) -> list[int]:
    """mg of metal of each output of a rebook of so much; raises as metals_of."""
    metals = _shared(typed, materials, metal)
    _require_units(typed, materials, metals)
    return metals


def _shared(typed: Sequence[TypedOutput], materials: Sequence[Material], whole: int) -> list[int]:
    named = sum(output.metal for output in typed if output.metal is not None)
    open_ = [place for place, output in enumerate(typed) if output.metal is None]
    alike = all(materials[place].comes_in_units for place in open_)
    if (len(open_) > 1 and not alike) or (open_ and named >= whole):
        raise RestUnfitting(metal=format_metal(whole), named=format_metal(named), rests=len(open_))
    shares = equal_metal(whole - named, [typed[place].count for place in open_]) if open_ else ()
    rest = dict(zip(open_, shares, strict=True))
    return [rest.get(place, output.metal or 0) for place, output in enumerate(typed)]


def _require_units(
    typed: Sequence[TypedOutput], materials: Sequence[Material], metals: Sequence[int]
) -> None:
    """As the circuit has it: each series has its share by count, to less than a milligram."""
    for output, material in zip(typed, materials, strict=True):
        if output.count > 1 and not material.comes_in_units:
            raise CountUnfitting(material=enum_word(material), count=f"{output.count:,}")
    series = [place for place, material in enumerate(materials) if material.comes_in_units]
    units = sum(typed[place].count for place in series)
    metal = sum(metals[place] for place in series)
    for place in series:
        count = typed[place].count
        if abs(metals[place] * units - metal * count) >= units:
            raise UnitsUnequal(
                count=counted(count, "units"),
                typed=format_metal(metals[place]),
                share=format_metal(metal * count // units),
            )
