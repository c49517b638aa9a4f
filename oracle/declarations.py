"""What operators declared about their sites in clear; on chain stand only the hashes.

Oracle nodes get the declarations from the operators and trust none that the chain does not
confirm: the place and the capacity of a site have to hash to what its register entry says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.contracts.enums import ELEMENT_SYMBOLS
from lodetrace.contracts.structs import Site
from lodetrace.documents.identity import canonical
from lodetrace.errors import LodetraceError, SettingsError
from lodetrace.strict_yaml import YamlValue, read_yaml
from lodetrace.units import parse_metal
from zk_circuits.keccak import keccak256

PERIOD: Final = "year"

_READ: Final = ("identifier", "place", "capacity")
_OF_THE_COUNCIL: Final = (
    "site", "operator", "kind", "tolerance", "loss", "scrap_to", "elements", "materials",
    "capacity_hash", "panel",
)  # fmt: skip
"""What the consortium's file of sites says beside; the register on chain has it."""


class DeclarationsUnusable(SettingsError):
    """A file of site declarations that cannot be read."""

    template = "{path}: {reason}"
    advice = "Give a file like examples/cobalt/sites.yaml."


@dataclass(frozen=True, slots=True)
class Declaration:
    """A site in clear. capacity: mg of metal a year by symbol; digest: its hash on chain."""

    identifier: str
    place: str
    capacity: Mapping[str, int]
    digest: bytes

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """A declaration from an entry of sites.yaml; raises KeyError or InputError."""
        capacity: Mapping[str, str] = raw["capacity"]
        return cls(
            identifier=raw["identifier"],
            place=raw["place"],
            capacity={symbol: parse_metal(text) for symbol, text in capacity.items()},
            digest=capacity_hash(raw["identifier"], capacity),
        )

    def confirmed_by(self, site: Site) -> bool:
        """Whether the register on chain has these very declarations."""
        return site.place == keccak256(self.place.encode()) and site.capacity == self.digest


def read_declarations(path: Path) -> dict[bytes, Declaration]:
    """Declarations by site id: keccak256 of the identifier, in its canonical form.

    Raises DeclarationsUnusable, also where a site is declared twice.
    """
    file = read_yaml(path, DeclarationsUnusable).section(("sites",), ("version",))
    by_site: dict[bytes, Declaration] = {}
    for entry in file["sites"].elements():
        one = _declaration(entry)
        if by_site.setdefault(keccak256(canonical(one.identifier).encode()), one) is not one:
            entry.refuse(f"{one.identifier} is declared twice")
    return by_site


def _declaration(entry: YamlValue) -> Declaration:
    values = entry.section(_READ, _OF_THE_COUNCIL)
    capacity = values["capacity"].section(optional=ELEMENT_SYMBOLS.values())
    raw = {
        "identifier": values["identifier"].text(),
        "place": values["place"].text(),
        "capacity": {symbol: amount.text() for symbol, amount in capacity.items()},
    }
    try:
        return Declaration.of(raw)
    except LodetraceError as error:
        values["capacity"].refuse(error)


def capacity_hash(identifier: str, capacity: Mapping[str, str]) -> bytes:
    """keccak256 of the canonical declaration of a site's yearly capacity."""
    declaration = {"capacity": dict(capacity), "period": PERIOD, "site": identifier}
    text = json.dumps(declaration, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return keccak256(text.encode("utf-8"))
