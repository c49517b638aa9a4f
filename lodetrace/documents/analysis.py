"""What was weighed and assayed: a quantity of an EPCIS event with its laboratory's figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from lodetrace.contracts.enums import ELEMENT_SYMBOLS, Material
from lodetrace.documents.epcis import PREFIX, Quantity
from lodetrace.documents.identity import canonical
from lodetrace.errors import InputError
from lodetrace.text import enum_words
from lodetrace.units import AMOUNT_LIMIT, PPM, contained_metal, parse_share

ATOMIC_NUMBERS: Final[Mapping[str, int]] = {
    symbol: number for number, symbol in ELEMENT_SYMBOLS.items()
}
"""Symbol to atomic number, of the metals that can be stated."""

MASS_UNITS: Final[Mapping[str, int]] = {"TNE": 10**9, "KGM": 10**6, "GRM": 10**3}
"""mg in a unit of UN/ECE Recommendation 20."""

MAX_UNITS: Final = 100_000_000
"""Of one batch: a hundred batches of cathode in shares of a millionth."""

PACKAGINGS: Final = ("container", "big-bag", "drum", "bulk")
"""What goods come in; of bulk no piece has a largest mass."""
MAX_PACKAGES: Final = 100_000

_MATERIALS: Final = enum_words(Material, "_")


class AnalysisInvalid(InputError):
    """A quantity or its analysis that cannot be read."""

    template = "{where}: {reason}"
    advice = "See examples/cobalt/README.md; the site corrects the document and signs it again."


@dataclass(frozen=True, slots=True)
class UnitSeries:
    """Equal units (packs, shares of a batch of cathode) that a mass consists of."""

    material: Material
    count: int


@dataclass(frozen=True, slots=True)
class Packages:
    """So many pieces of one packaging that a batch is in."""

    packaging: str
    count: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """So much of a material, its moisture and its contents.

    wet_mass in mg; moisture in ppm of the wet mass; assay in ppm of the dry mass, by symbol.
    material: what the site says it is, None where it leaves that to the substance. series: None
    for what does not come in units. packages: None where the site does not say.
    """

    epc_class: str
    substance: str
    wet_mass: int
    moisture: int
    assay: Mapping[str, int]
    material: Material | None = None
    series: UnitSeries | None = None
    packages: Packages | None = None

    @property
    def is_scrap(self) -> bool:
        """Whether the site calls it scrap: then it counts as such in the event."""
        return self.material is Material.SCRAP

    @property
    def is_stock(self) -> bool:
        """Whether it lies in a continuous plant, at the beginning or the end of a period."""
        return self.material is Material.IN_PROCESS

    @property
    def dry_mass(self) -> int:
        """mg without the moisture, rounded down."""
        return self.wet_mass * (PPM - self.moisture) // PPM

    def metal(self, symbol: str) -> int:
        """mg of the element: wet mass × (1 − moisture) × assay, rounded down."""
        return contained_metal(self.wet_mass, self.moisture, self.assay.get(symbol, 0))


def read_quantity(parse: Callable[[str], int], value: Any, where: str) -> int:
    """A quantity as text; raises AnalysisInvalid, which names the field."""
    if value is None:
        raise AnalysisInvalid(where=where, reason="is missing")
    try:
        return parse(value)
    except InputError as error:
        raise AnalysisInvalid(where=where, reason=f"{error}. {error.advice}") from error


def read_analyses(
    entries: Any, quantities: tuple[Quantity, ...], where: str
) -> tuple[Analysis, ...]:
    """One analysis per quantity, matched by its batch in whatever spelling; raises InputError."""
    if entries is None:
        raise AnalysisInvalid(where=where, reason="is missing")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise AnalysisInvalid(where=where, reason="is no list of analyses")
    by_class = {quantity.epc_class: quantity for quantity in quantities}
    named = [canonical(str(entry.get(f"{PREFIX}:epcClass"))) for entry in entries]
    if len(by_class) != len(quantities) or sorted(named) != sorted(by_class):
        raise AnalysisInvalid(where=where, reason="does not name each weighed class once")
    return tuple(
        _analysis(entry, by_class[name], where) for entry, name in zip(entries, named, strict=True)
    )


def shares(entries: Any, where: str) -> dict[str, int]:
    """Shares in ppm by name, of an object such as {"lodetrace:Co": "30.2 %"}."""
    if entries is None:
        raise AnalysisInvalid(where=where, reason="is missing")
    if not isinstance(entries, dict) or not entries:
        raise AnalysisInvalid(where=where, reason="is no object of shares")
    return {
        _name(key, where): read_quantity(parse_share, value, f"{where}.{key:.40}")
        for key, value in entries.items()
    }


def element_shares(entries: Any, where: str) -> dict[str, int]:
    """Shares in ppm by symbol of an element that can be stated."""
    found = shares(entries, where)
    for symbol in found:
        if symbol not in ATOMIC_NUMBERS:
            raise AnalysisInvalid(where=where, reason=f"element {symbol!r:.20} is not known")
    return found


def _analysis(entry: dict[str, Any], quantity: Quantity, where: str) -> Analysis:
    substance = entry.get(f"{PREFIX}:substance")
    if not isinstance(substance, str):
        reason = "is missing" if substance is None else "is not text"
        raise AnalysisInvalid(where=f"{where}.{PREFIX}:substance", reason=reason)
    return Analysis(
        epc_class=quantity.epc_class,
        substance=substance,
        wet_mass=_mass(quantity, where),
        moisture=read_quantity(
            parse_share, entry.get(f"{PREFIX}:moisture"), f"{where}.{PREFIX}:moisture"
        ),
        assay=element_shares(entry.get(f"{PREFIX}:assay"), f"{where}.{PREFIX}:assay"),
        material=_material(entry.get(f"{PREFIX}:material"), f"{where}.{PREFIX}:material"),
        series=_series(entry.get(f"{PREFIX}:units"), f"{where}.{PREFIX}:units"),
        packages=_packages(entry.get(f"{PREFIX}:packaging"), f"{where}.{PREFIX}:packaging"),
    )


def _mass(quantity: Quantity, where: str) -> int:
    unit = MASS_UNITS.get(quantity.uom or "")
    if quantity.quantity is None or unit is None:
        units = ", ".join(MASS_UNITS)
        reason = f"{quantity.epc_class} is not weighed in one of {units}"
        raise AnalysisInvalid(where=where, reason=reason)
    mass = int((quantity.quantity * unit).to_integral_value(ROUND_FLOOR))
    if not 0 < mass < AMOUNT_LIMIT:
        raise AnalysisInvalid(where=where, reason=f"{quantity.quantity} {quantity.uom} is no mass")
    return mass


def _material(value: Any, where: str) -> Material | None:
    if value is None:
        return None
    found = _MATERIALS.get(value) if isinstance(value, str) else None
    if found is None:
        raise AnalysisInvalid(where=where, reason=f"is none of {', '.join(_MATERIALS)}")
    return found


def _series(value: Any, where: str) -> UnitSeries | None:
    if value is None:
        return None
    keys = {f"{PREFIX}:material", f"{PREFIX}:count"}
    if not isinstance(value, dict) or set(value) != keys:
        raise AnalysisInvalid(where=where, reason="is no object of material and count")
    material = _material(value[f"{PREFIX}:material"], f"{where}.{PREFIX}:material")
    count = _count(value[f"{PREFIX}:count"], MAX_UNITS, where)
    if material is None or not material.comes_in_units:
        raise AnalysisInvalid(where=where, reason="is of a material that does not come in units")
    return UnitSeries(material, count)


def _packages(value: Any, where: str) -> Packages | None:
    if value is None:
        return None
    keys = {f"{PREFIX}:kind", f"{PREFIX}:count"}
    if not isinstance(value, dict) or set(value) != keys:
        raise AnalysisInvalid(where=where, reason="is no object of kind and count")
    packaging = value[f"{PREFIX}:kind"]
    if packaging not in PACKAGINGS:
        raise AnalysisInvalid(where=where, reason=f"is none of {', '.join(PACKAGINGS)}")
    return Packages(packaging, _count(value[f"{PREFIX}:count"], MAX_PACKAGES, where))


def _count(value: Any, most: int, where: str) -> int:
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    if not whole or not 1 <= value <= most:
        raise AnalysisInvalid(where=where, reason=f"is no integer from 1 to {most}")
    return int(value)


def _name(key: str, where: str) -> str:
    prefix, _, name = key.partition(":")
    if prefix != PREFIX or not name:
        raise AnalysisInvalid(where=where, reason=f"the key {key!r:.40} is not known")
    return name
