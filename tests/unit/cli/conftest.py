"""Settings of a member without a chain, and a runner of commands in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lodetrace.cli.main import app
from lodetrace.settings import SETTINGS

Run = Callable[..., Result]


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
def run(home: Path) -> Run:
    """Runs `lodetrace words…` in this process."""

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), prog_name="lodetrace")

    return invoke
