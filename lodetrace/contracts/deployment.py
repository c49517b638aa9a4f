"""The record of a deployment: build/deployments/<network>.json.

Written by every deployer alike, read by everything that talks to the contracts. Nothing that is
heavy is imported here: Brownie's environment writes it too.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.atomic_file import replace_file
from lodetrace.errors import SettingsError, StorageError
from lodetrace.strict_json import unique_keys
from lodetrace.text import ADDRESS_BYTES, parse_hex

FORMAT: Final = "lodetrace-deployment/1"


class DeploymentUnreadable(SettingsError):
    """No record for the network, or a damaged one."""

    template = "no usable deployment in {path}: {reason}"
    advice = (
        "Deploy the contracts first, or set LODETRACE_DEPLOYMENTS to the record you were given."
    )


class ContractNotDeployed(SettingsError):
    """A contract that the record does not name."""

    template = "the deployment on {network} has no contract {name}"
    advice = "The record was made by an older version: deploy again or ask for the current record."


class DeploymentUnwritable(StorageError):
    """The record could not be written."""

    template = "cannot write the deployment {path}: {reason}"
    advice = "Make room or fix permissions, then run the deployment again; it resumes."


@dataclass(frozen=True, slots=True)
class DeployedContract:
    """version: of the Directory, from 1. code_hash: keccak256 of the deployed code, 0x hex.

    block: the one its creation is in.
    """

    version: int
    address: str
    code_hash: str
    block: int


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the contracts of a network are. genesis: hash of block 0, 0x hex.

    former: versions before that were replaced, by name, oldest first. What they recorded stays.
    """

    network: str
    chain_id: int
    genesis: str
    contracts: Mapping[str, DeployedContract]
    former: Mapping[str, tuple[DeployedContract, ...]] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """Address of a contract; raises ContractNotDeployed."""
        found = self.contracts.get(name)
        if found is None:
            raise ContractNotDeployed(network=self.network, name=name)
        return found.address

    def addresses(self, name: str) -> list[str]:
        """Where events of a contract are: of all its versions, the current one first."""
        return [self.address(name), *(one.address for one in self.former.get(name, ()))]

    def all_addresses(self) -> dict[str, str]:
        """Every version of every contract; former ones by name and version."""
        found = {name: contract.address for name, contract in self.contracts.items()}
        for name, versions in self.former.items():
            found |= {f"{name}, version {one.version}": one.address for one in versions}
        return found

    def name_at(self, address: str) -> str | None:
        """Which contract is at an address, in any spelling of its capitals."""
        wanted = address.lower()
        for name, contract in self.contracts.items():
            if contract.address.lower() == wanted:
                return name
        return None

    @property
    def first_block(self) -> int:
        """No event of the system is older."""
        return min(contract.block for contract in self.contracts.values())

    def save(self, path: Path) -> None:
        """Writes the record in one step; raises DeploymentUnwritable."""
        document = {"format": FORMAT, **asdict(self)}
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, text.encode())
        except OSError as error:
            raise DeploymentUnwritable(path=path, reason=error.strerror or error) from error

    @classmethod
    def load(cls, path: Path) -> Self:
        """The record in a file; raises DeploymentUnreadable."""
        try:
            document = json.loads(path.read_text("utf-8"), object_pairs_hook=unique_keys)
            if document.get("format") != FORMAT:
                reason = f"its format is {document.get('format')!r}, not {FORMAT!r}"
                raise DeploymentUnreadable(path=path, reason=reason)
            contracts = {
                name: _contract(**fields) for name, fields in document["contracts"].items()
            }
            former = {
                name: tuple(_contract(**fields) for fields in versions)
                for name, versions in document.get("former", {}).items()
            }
            parse_hex(document["genesis"], 32)
            return cls(
                network=document["network"],
                chain_id=document["chain_id"],
                genesis=document["genesis"],
                contracts=contracts,
                former=former,
            )
        except OSError as error:
            raise DeploymentUnreadable(path=path, reason=error.strerror or error) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise DeploymentUnreadable(path=path, reason=f"malformed near {error}") from error


def _contract(**fields: Any) -> DeployedContract:
    found = DeployedContract(**fields)
    parse_hex(found.address, ADDRESS_BYTES)
    parse_hex(found.code_hash, 32)
    return found


def deployment_path(folder: Path, network: str) -> Path:
    """Where the record of a network is."""
    return folder / f"{network}.json"
