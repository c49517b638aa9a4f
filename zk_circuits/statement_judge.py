"""Who refuses a statement that is not true, in the name of its circuit."""

from typing import Final

from zk_circuits.errors import WitnessRefused
from zk_circuits.quantity_text import exact_intensity, exact_mass, exact_share

COUNTED: Final = ("count", "input", "output", "units", "units_expected")
"""Names of numbers that have no unit."""


class Judge:
    """Refuses in the name of one circuit. The values stay integers, the detail has units."""

    def __init__(self, circuit: str) -> None:
        self.circuit = circuit

    def require(self, holds: bool, rule: str, **numbers: object) -> None:
        if not holds:
            detail = ", ".join(
                f"{name.removesuffix('_ppm').replace('_', ' ')} {_said(name, value)}"
                for name, value in numbers.items()
            )
            raise WitnessRefused(circuit=self.circuit, rule=rule, detail=detail, **numbers)


def _said(name: str, value: object) -> str:
    """A value in its unit, by its name; a tag as the chain has it."""
    if isinstance(value, tuple):
        return "/".join(_said(name, one) for one in value)
    if not isinstance(value, int) or isinstance(value, bool):
        return str(value)
    if name in ("tag", "expected_tag"):
        return f"{value:#x}"
    if name in COUNTED:
        return f"{value:,}"
    if name.endswith("_ppm"):
        return exact_share(value)
    return exact_intensity(value) if name == "intensity" else exact_mass(value)
