"""Brownie inside the clone: its networks, its home, one run at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.unit.setup_steps import ROOT, run, step

pytestmark = pytest.mark.brownie

BROWNIE = ROOT / "scripts" / "setup" / "brownie.sh"


def brownie(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(BROWNIE, *words, env={**os.environ, **environment})


def test_brownie_knows_our_networks_and_writes_nothing_at_home(tmp_path: Path) -> None:
    listed = brownie("networks", "list", HOME=str(tmp_path))
    assert listed.returncode == 0, listed.stderr
    for name in ("development", "anvil", "embedded"):
        assert name in listed.stdout
    assert "mainnet" not in listed.stdout
    assert list(tmp_path.iterdir()) == []


def test_brownie_imports_networks_yaml_by_itself(tmp_path: Path) -> None:
    """Without the wrapper: `brownie networks import networks.yaml`."""
    program = ROOT / ".venv-brownie" / "bin" / "brownie"
    environment = {**os.environ, "HOME": str(tmp_path)}
    # Brownie ships networks of these names, and its own option to replace them raises TypeError
    for acts in (["delete", "development"], ["delete", "anvil"], ["import", "networks.yaml"]):
        done = run(program, "networks", *acts, env=environment, cwd=ROOT)
        assert "SUCCESS" in done.stdout, done.stdout + done.stderr


def test_chains_that_brownie_launches_get_ports_of_their_own() -> None:
    run_brownie = step("run_brownie")
    networks = yaml.safe_load((ROOT / "networks.yaml").read_text("utf-8"))
    own = run_brownie.with_own_ports(networks, None)["development"]
    ports = {entry["cmd_settings"]["port"] for entry in own}
    assert len(ports) == len(own)
    assert not ports & {8545, 8546}
    given = run_brownie.with_own_ports(networks, "http://127.0.0.1:9545")["development"]
    assert {entry["cmd_settings"]["port"] for entry in given} == {9545}


def test_a_given_address_is_that_of_any_network() -> None:
    run_brownie = step("run_brownie")
    networks = yaml.safe_load((ROOT / "networks.yaml").read_text("utf-8"))
    given = run_brownie.with_given_host(networks, "http://127.0.0.1:9545")["live"]
    hosts = {entry["host"] for group in given for entry in group["networks"]}
    assert hosts == {"http://127.0.0.1:9545"}


def test_a_network_that_was_founded_anew_is_no_obstacle(tmp_path: Path) -> None:
    """Brownie's notes of contracts on the old one go, our records stay."""
    noted, record = tmp_path / "27001" / "0xabc.json", tmp_path / "besu.json"
    noted.parent.mkdir()
    for file in (noted, record, tmp_path / "map.json"):
        file.write_text("{}")
    step("run_brownie").forget_deployments(tmp_path)
    assert list(tmp_path.iterdir()) == [record]


def test_a_second_brownie_run_waits_for_the_first(tmp_path: Path) -> None:
    holding = (
        "import sys, time; sys.path.insert(0, 'scripts/setup')\n"
        "from pathlib import Path\nfrom run_brownie import hold_lock\n"
        "hold_lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(float(sys.argv[2]))"
    )
    command = [sys.executable, "-B", "-c", holding, str(tmp_path)]
    with subprocess.Popen([*command, "600"], stdout=subprocess.PIPE, cwd=ROOT) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        second = subprocess.Popen(
            [*command, "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert second.stderr is not None
        assert "waiting for another Brownie run" in second.stderr.readline()
        assert second.poll() is None
        first.kill()  # whatever its end, the lock ends with it
    out, _ = second.communicate(timeout=20)
    assert out == "held\n"
