"""Sites of the story as the register on chain holds them."""

from typing import Any

from lodetrace.contracts.enums import Material, SiteKind
from lodetrace.contracts.structs import Site
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.units import parse_share
from zk_circuits.keccak import keccak256


def site_struct(entry: dict[str, Any], *, active: bool = True, sequence: int = 1) -> Site:
    """An entry of sites.yaml as the register on chain holds it."""
    return Site(
        operator=keccak256(entry["operator"].encode()),
        place=keccak256(entry["place"].encode()),
        kind=SiteKind[entry["kind"]],
        tolerance=parse_share(entry["tolerance"]),
        loss_from=parse_share(entry["loss"]["from"]),
        loss_to=parse_share(entry["loss"]["to"]),
        scrap_to=parse_share(entry["scrap_to"]),
        active=active,
        sequence=sequence,
        capacity=bytes.fromhex(entry["capacity_hash"][2:]),
        elements=tuple(ATOMIC_NUMBERS[symbol] for symbol in entry["elements"]),
        materials=tuple(Material[name] for name in entry["materials"]),
        continuous=entry.get("continuous", False),
    )
