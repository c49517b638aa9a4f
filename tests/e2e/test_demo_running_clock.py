"""The story on a chain whose clock nobody sets, as on Besu: an anvil with a block every second."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.indexer.source import DeployedContracts
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import Deployment
from lodetrace.devchain import ANVIL, DevChain, running
from lodetrace.node.client import Node
from tests.conftest import ROOT
from tests.e2e.short_story import write_short_story

pytestmark = [pytest.mark.slow, pytest.mark.chain, pytest.mark.brownie]

LIMIT = 1_500  # seconds


@pytest.fixture(scope="module")
def chain() -> Iterator[DevChain]:
    with running(ANVIL) as started, Node(started.url) as node:
        node.rpc("evm_setIntervalMining", [1])
        yield started


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("short")
    return write_short_story(ROOT / "examples" / "cobalt", folder / "story")


def tell(chain: DevChain, story: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    words = ["-m", "demo", "--no-serve", "--network", "anvil", "--story", str(story)]
    return subprocess.run(
        [sys.executable, *words, "--folder", str(folder)],
        cwd=ROOT,
        env={**os.environ, "LODETRACE_RPC_URL": chain.url},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def test_its_events_are_late_and_excused_and_it_ends_alike(
    chain: DevChain, story: Path, tmp_path: Path
) -> None:
    """The claim of the refined lot holds: the births kept their credit, months after the event."""
    told = tell(chain, story, tmp_path / "demo")
    assert told.returncode == 0, told.stdout[-3_000:] + told.stderr[-3_000:]
    deployment = Deployment.load(tmp_path / "demo" / "deployments" / "anvil.json")
    with Node(chain.url) as node:
        source = DeployedContracts(node, Artifacts(ROOT / "build" / "contracts"), deployment)
        names = [event.name for event in source.events(source.first_block, node.head())]
    assert names.count("ClaimRecorded") == 1
    assert names.count("LateFilingExcused") == names.count("EventStanding")
    journal = (tmp_path / "demo" / "journal.jsonl").read_bytes()
    again = tell(chain, story, tmp_path / "demo")
    assert again.returncode == 0, again.stdout[-2_000:]
    assert (tmp_path / "demo" / "journal.jsonl").read_bytes() == journal
