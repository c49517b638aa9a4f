"""What networks.yaml says of a network on Besu: its entry, and its part below `lodetrace`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lodetrace.network.errors import ProfileMissing
from lodetrace.network.parameters import NetworkParameters
from lodetrace.settings import reading_networks

BASE_PORT = 8645
"""First JSON-RPC port where the entry's address names none."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A network to be founded. base_port: JSON-RPC of the first node; the others follow."""

    network: str
    chain_id: int
    base_port: int
    validators: int
    organisations: tuple[str, ...]
    parameters: NetworkParameters


def read_profile(path: Path, network: str) -> Profile:
    """The entry `network` of networks.yaml.

    Raises NetworksUnreadable, ProfileMissing or ChoiceOutOfRange.
    """
    with reading_networks(path) as document:
        entries = [entry for group in document.get("live") or [] for entry in group["networks"]]
        entry = next((one for one in entries if one["id"] == network), None)
        besu = ((document.get("lodetrace") or {}).get(network) or {}).get("besu")
        if entry is None or besu is None:
            raise ProfileMissing(network=network, path=path)
        return _profile(entry, besu)


def _profile(entry: Mapping[str, Any], besu: Mapping[str, Any]) -> Profile:
    named = {"validators", "organisations"}
    host = str(entry["host"])
    port = None if host.startswith("$") else urlsplit(host).port
    return Profile(
        network=str(entry["id"]),
        chain_id=int(entry["chainid"]),
        base_port=port or BASE_PORT,
        validators=int(besu.get("validators", 4)),
        organisations=tuple(str(name) for name in besu.get("organisations") or ()),
        parameters=NetworkParameters.of(
            {name: value for name, value in besu.items() if name not in named}
        ),
    )
