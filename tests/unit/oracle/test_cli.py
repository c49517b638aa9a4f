"""The node operator's commands: help with examples, problems as words, JSON and exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lodetrace.errors import ExitCode
from oracle.cli import app


@pytest.fixture
def invoke(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("LODETRACE_HOME", str(tmp_path))
    monkeypatch.setenv("LODETRACE_NETWORKS", str(root / "networks.yaml"))
    monkeypatch.setenv("LODETRACE_NETWORK", "anvil")
    monkeypatch.setenv("LODETRACE_DEPLOYMENTS", str(tmp_path / "deployments"))
    monkeypatch.delenv("LODETRACE_DECLARATIONS", raising=False)
    return CliRunner()


def call(runner: CliRunner, *words: str) -> Result:
    return runner.invoke(app, list(words), catch_exceptions=False)


@pytest.mark.parametrize("command", ["attest", "check"])
def test_help_has_an_example(invoke: CliRunner, command: str) -> None:
    found = call(invoke, command, "--help")
    assert found.exit_code == ExitCode.OK
    assert f"Example: lodetrace-oracle {command}" in found.output
    assert "--json" in found.output


def test_without_keys(invoke: CliRunner, cobalt: Path) -> None:
    found = call(
        invoke, "attest", "--declarations", str(cobalt / "sites.yaml"), "--node", "oracle-1",
        "--json", "x.json",
    )  # fmt: skip
    assert found.exit_code == ExitCode.KEYS
    problem = json.loads(found.stderr)
    assert problem["type"] == "urn:lodetrace:problem:KeystoreMissing"
    assert "oracle-1" in problem["values"]["path"]


def test_without_a_deployment(invoke: CliRunner, cobalt: Path) -> None:
    words = ("attest", "--declarations", str(cobalt / "sites.yaml"), "--dev-index", "12", "x.json")
    assert call(invoke, *words).exit_code in (ExitCode.SETTINGS, ExitCode.NODE)


def test_wrong_usage(invoke: CliRunner) -> None:
    assert call(invoke, "attest").exit_code == ExitCode.USAGE
    assert call(invoke, "attest", "x.json").exit_code == ExitCode.USAGE, "no declarations"
