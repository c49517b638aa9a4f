"""The contracts that stand on the active network, by the record that deploy.py wrote."""

from pathlib import Path
from typing import Any

from brownie import network, project, web3

from lodetrace.contracts.deployment import Deployment, deployment_path
from lodetrace.errors import SettingsError
from lodetrace.settings import Settings
from lodetrace.text import hex_of


class DeploymentForeign(SettingsError):
    """The record was made on another chain that goes by the same name."""

    template = "{path} is of the chain with genesis {recorded}, this one has {actual}"
    advice = "Deploy on this chain: brownie run scripts/deploy."


class Deployed:
    """Contracts by name. Raises DeploymentUnreadable, DeploymentForeign."""

    def __init__(self) -> None:
        self._contracts = project.get_loaded_projects()[0]
        self._record = Deployment.load(record_path())
        if self._record.genesis != genesis():
            raise DeploymentForeign(
                path=record_path(), recorded=self._record.genesis, actual=genesis()
            )

    def __getitem__(self, name: str) -> Any:
        return self._contracts[name].at(self._record.address(name), persist=False)


def record_path() -> Path:
    """The active network's record."""
    return deployment_path(Settings.load().deployments, network.show_active())


def genesis() -> str:
    """Hash of block 0."""
    return hex_of(web3.eth.get_block(0)["hash"])


def code_hash_at(address: str) -> str:
    """keccak256 of the code at an address."""
    return hex_of(web3.keccak(web3.eth.get_code(address)))
