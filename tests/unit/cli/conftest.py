"""Settings of a member without a chain, and a runner of commands in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lodetrace.cli.main import app
from lodetrace.contracts.deployment import DeployedContract, Deployment
from lodetrace.documents.signed_number import site_domain
from lodetrace.settings import SETTINGS

Run = Callable[..., Result]
CHAIN, DIRECTORY = 31337, "0x" + "d1" * 20
DOMAIN = site_domain(CHAIN, DIRECTORY)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path) -> Path:
    """Settings of a member on the development network, whose node is not there."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
        monkeypatch.delenv(f"{setting.name}_FILE", raising=False)
    given = {
        "LODETRACE_NETWORKS": str(root / "networks.yaml"),
        "LODETRACE_NETWORK": "anvil",
        "LODETRACE_RPC_URL": "http://127.0.0.1:1",
        "LODETRACE_HOME": str(tmp_path / "home"),
        "LODETRACE_DEPLOYMENTS": str(tmp_path / "deployments"),
        "LODETRACE_PASSPHRASE": "a passphrase for tests",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "home"


@pytest.fixture
def deployed(home: Path) -> Path:
    """The record of a deployment, by which documents are signed without a node."""
    directory = DeployedContract(1, DIRECTORY, "0x" + "00" * 32, 1)
    path = home.parent / "deployments" / "anvil.json"
    Deployment("anvil", CHAIN, "0x" + "00" * 32, {"Directory": directory}).save(path)
    return path


@pytest.fixture
def run(home: Path, deployed: Path) -> Run:
    """Runs `lodetrace words…` in this process."""

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), prog_name="lodetrace")

    return invoke
