"""What networks.yaml says of a network on Besu: its entry, and its part below `lodetrace`."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lodetrace.network.errors import ProfileMissing
from lodetrace.network.parameters import FIGURES, NetworkParameters
from lodetrace.settings import NetworksFile
from lodetrace.strict_yaml import YamlSection, YamlValue

BASE_PORT = 8645
"""First JSON-RPC port where the entry's address names none."""

VALIDATORS = 4
"""The fewest that bear a fault; where the entry says nothing."""


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
    file = NetworksFile.read(path)
    entry = next((one for one in file.live if one["id"].text() == network), None)
    besu = file.ours.get(network, {}).get("besu")
    if entry is None or besu is None or besu.is_nothing:
        raise ProfileMissing(network=network, path=path)
    return _profile(entry, besu.section(optional=("validators", "organisations", *FIGURES)))


def _profile(entry: YamlSection, besu: YamlSection) -> Profile:
    host = entry["host"].text()
    port = None if host.startswith("$") else _port(entry["host"])
    named = besu["organisations"].elements() if "organisations" in besu else ()
    return Profile(
        network=entry["id"].text(),
        chain_id=entry["chainid"].whole(1),
        base_port=port or BASE_PORT,
        validators=besu["validators"].whole(1) if "validators" in besu else VALIDATORS,
        organisations=tuple(name.text() for name in named),
        parameters=NetworkParameters.of(
            {name: value.whole() for name, value in besu.items() if name in FIGURES}
        ),
    )


def _port(host: YamlValue) -> int | None:
    return host.parsed(lambda text: urlsplit(text).port)
