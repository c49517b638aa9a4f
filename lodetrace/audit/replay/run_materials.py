"""Which materials a run may make of which, and in how many units."""

from collections.abc import Sequence
from typing import Final

from lodetrace.audit.made_lots import MadeLot
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.enums import Material, RunKind
from lodetrace.contracts.structs import SiteEvent
from lodetrace.text import enum_word

RECOVERABLE: Final = (Material.SCRAP, Material.RETIRED)

RANKS: Final = {
    Material.ORE: 1,
    Material.CONCENTRATE: 2,
    Material.HYDROXIDE: 3,
    Material.SULPHATE: 4,
    Material.METAL: 4,
    Material.PRECURSOR: 5,
    Material.CATHODE: 6,
    Material.CELL: 7,
    Material.MODULE: 8,
    Material.PACK: 9,
}
"""A process makes something of a higher rank; scrap and what is retired have none."""

RETIRABLE: Final = (Material.CELL, Material.MODULE, Material.PACK)
"""What a product that is dismantled has in it."""
BESIDE: Final = (Material.SCRAP, Material.IN_PROCESS)
"""What a process makes beside its products, of whatever rank they are."""

KEPT: Final = (RunKind.REBOOK, RunKind.CHARGE, RunKind.SETTLE, RunKind.REWORK, RunKind.LOSS)
"""Kinds that leave the material as it was."""

COUNTED_BEFORE: Final = (RunKind.REBOOK, RunKind.CHARGE, RunKind.SETTLE, RunKind.END_OF_LIFE)
"""Kinds that make no units and lose none; of the others the event attests the units."""


class MaterialMismatch(HistoryRefused):
    """Another material than the kind of run or birth allows."""

    template = "step {step}, {item}: material {actual} {reason}"


class MaterialNotAdvanced(HistoryRefused):
    """A process that made nothing higher of what went in."""

    template = (
        "step {step}, {item}: of {before} was made {actual}, which is no later step; "
        "a second pass is a rework"
    )


class CountInvalid(HistoryRefused):
    """A number of units that the material cannot have."""

    template = "step {step}, {item}: {actual} units of material {material}"


class UnitsMismatch(HistoryRefused):
    """A rebook, charge, settlement or end of life that makes or loses units."""

    template = "step {step}, {item}: {units_in} units in, {units_out} out"


class UnitsNotAttested(HistoryRefused):
    """Units of a material that the event did not count, or none of the one that it did."""

    template = "step {step}, {item}: its event counts units of material {attested}, made is {made}"


def require_inputs(kind: RunKind, materials: Sequence[tuple[bytes, int]], item: str) -> None:
    """materials: of each input, by its id. Raises MaterialMismatch."""
    for lot, material in materials:
        name = labels.lot(lot)
        recoverable = material in RECOVERABLE
        if kind in (RunKind.PROCESS, RunKind.REWORK) and recoverable:
            raise MaterialMismatch(item=name, actual=material, reason="is recovered")
        if kind is RunKind.RECOVER and not recoverable:
            raise MaterialMismatch(item=name, actual=material, reason="is not recovered")
        if kind is not RunKind.PROCESS and material != materials[0][1]:
            raise MaterialMismatch(item=name, actual=material, reason="is another's")


def require_outputs(kind: RunKind, materials: Sequence[int], made: Sequence[MadeLot]) -> None:
    """materials: of the inputs, of stock what went into it.

    Raises MaterialMismatch, MaterialNotAdvanced or CountInvalid.
    """
    for output in made:
        name = labels.lot(output.lot)
        material = output.material
        require_count(material, output.count, name)
        if kind is RunKind.END_OF_LIFE:
            wanted = materials[0] if output is not made[0] else int(Material.RETIRED)
            if material != wanted:
                raise MaterialMismatch(item=name, actual=int(material), reason=f"is not {wanted}")
        elif kind in KEPT:
            if material != materials[0]:
                raise MaterialMismatch(item=name, actual=int(material), reason="is not kept")
        elif material == Material.RETIRED or (
            material == Material.IN_PROCESS and kind is not RunKind.PROCESS
        ):
            raise MaterialMismatch(item=name, actual=int(material), reason="is not made")
        elif kind is RunKind.PROCESS and material not in BESIDE:
            _require_advanced(materials, material, name)


def require_kept_units(
    kind: RunKind, material: int, units_in: int, made: Sequence[MadeLot], item: str
) -> None:
    """material: of the inputs. Raises UnitsMismatch; a loss may leave fewer units."""
    units_out = sum(output.count for output in made)
    kept = units_in == units_out if kind in COUNTED_BEFORE else units_out <= units_in
    if kind in (*COUNTED_BEFORE, RunKind.LOSS) and comes_in_units(material) and not kept:
        raise UnitsMismatch(item=item, units_in=units_in, units_out=units_out)


def require_attested_units(statement: SiteEvent, materials: Sequence[int], item: str) -> None:
    """materials: of what its event made. Raises UnitsNotAttested."""
    counted = {material for material in materials if comes_in_units(material)}
    attested = {statement.unit_material} - {0}
    if counted != attested:
        raise UnitsNotAttested(
            item=item, attested=statement.unit_material, made=sorted(map(int, counted)) or "none"
        )


def require_count(material: int, count: int, item: str) -> None:
    """Only materials that come in units have a count above 1."""
    if count < 1 or (count > 1 and not comes_in_units(material)):
        raise CountInvalid(item=item, actual=count, material=material)


def retires(material: int) -> bool:
    """Whether a product that is dismantled may have it in it."""
    return material in RETIRABLE


def comes_in_units(material: int) -> bool:
    """Whether a lot of the material may be a series of equal units."""
    return material in list(Material) and Material(material).comes_in_units


def rank_of(material: int) -> int:
    """0 for what has none, and for what these contracts do not know."""
    return RANKS.get(Material(material), 0) if material in list(Material) else 0


def _require_advanced(before: Sequence[int], made: int, item: str) -> None:
    if rank_of(made) <= max(map(rank_of, before)):
        raise MaterialNotAdvanced(
            item=item, before=", ".join(map(_said, sorted(set(before)))), actual=_said(made)
        )


def _said(material: int) -> str:
    return enum_word(Material(material))
