"""Killing the demo at any moment and running it again ends in the same state.

The real story runner on a real Ganache, as a process of its own, killed with SIGKILL at seeded
moments: soon after its start, and soon after so many steps of the story are done, however fast
the machine is. Every fifth time the chain is killed as well. What must be equal is every lot with
its holder, state, commitment and number of events, every claim, every label: nothing is lost, and
nothing is done twice, because an act done twice would raise a lot's sequence.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from demo.step_log import StepLog
from demo.story import read_story
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import Deployment
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import ClaimRecorded
from lodetrace.devchain import ChainSettings, attach_or_start
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from tests.conftest import ROOT
from tests.e2e.short_story import write_short_story

KILLS = 20
EARLY = 4
"""Kills while chain and contracts are being set up; the others meet a story that is being told."""
SEED = 20261122
LIMIT = 600  # seconds for one run of the runner
BY_CLOCK = ("born_at", "held_since", "time", "until")  # of the moment, not of the story


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("short")
    return write_short_story(ROOT / "examples" / "cobalt", folder / "story")


def start(story: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "demo", "--no-serve"]
    where = ["--story", str(story), "--folder", str(folder)]
    log = (folder.parent / f"{folder.name}.log").open("ab")
    with log:
        return subprocess.Popen([*command, *where], cwd=ROOT, stdout=log, stderr=log)


def finish(story: Path, folder: Path) -> None:
    code = start(story, folder).wait(LIMIT)
    assert code == 0, (folder.parent / f"{folder.name}.log").read_text()[-3000:]


def steps_done(folder: Path) -> int:
    """Whole lines of the journal, which another process is writing."""
    journal = folder / "journal.jsonl"
    return journal.read_bytes().count(b"\n") if journal.is_file() else 0


def kill_soon_after(runner: subprocess.Popen[bytes], folder: Path, steps: int, wait: float) -> None:
    """Kills a runner that still runs, some seconds after so many steps are done."""
    deadline = time.monotonic() + LIMIT
    while steps_done(folder) < steps:
        assert runner.poll() is None, f"over after {steps_done(folder)} steps, {steps} are awaited"
        assert time.monotonic() < deadline, f"{steps_done(folder)} steps in {LIMIT} s"
        time.sleep(0.02)
    time.sleep(wait)
    assert runner.poll() is None, "the story was over before the kill"
    runner.kill()
    runner.wait()


def kill_chain(folder: Path) -> None:
    """The chain's own process, by the id that it wrote down."""
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        os.kill(int((folder / "chain" / "chain.pid").read_text()), signal.SIGKILL)


def state(story: Path, folder: Path) -> dict[str, Any]:
    """Everything that a story leaves behind, read from the chain under the labels."""
    labels = StepLog(folder / "journal.jsonl").labels
    settings = ChainSettings(starts=read_story(story).starts)
    chain = attach_or_start(folder / "chain", settings)
    try:
        with Node(chain.url) as node:
            deployment = Deployment.load(folder / "deployments" / "development.json")
            contracts = Contracts(node, Artifacts(ROOT / "build" / "contracts"), deployment)
            return {"labels": labels, **_on_chain(contracts, labels)}
    finally:
        chain.stop()


def _on_chain(contracts: Contracts, labels: dict[str, bytes]) -> dict[str, Any]:
    reads = Reads(contracts)
    lots = {}
    for label, lot in labels.items():
        found = asdict(reads.lot(lot))
        if found["state"] is not LotState.NONE:
            kept = {name: value for name, value in found.items() if name not in BY_CLOCK}
            lots[label] = {**kept, "commitment": reads.commitment(lot)}
    claims = [recorded.event for recorded in contracts.events(ClaimRecorded)]
    said = sorted((c.claim_id, c.subject, c.threshold, c.account) for c in claims)
    return {"lots": lots, "claims": said}


@pytest.mark.slow
@pytest.mark.chain
@pytest.mark.brownie
def test_twenty_kills_end_in_the_same_state(story: Path, tmp_path: Path) -> None:
    quiet, killed = tmp_path / "quiet", tmp_path / "killed"
    finish(story, quiet)
    told, moments = KILLS - EARLY, random.Random(SEED)
    afters = [0] * EARLY + [steps_done(quiet) * at // (told + 1) for at in range(1, told + 1)]
    for number, steps in enumerate(afters):
        wait = moments.uniform(0.2, 1.5) if steps == 0 else moments.uniform(0, 0.3)
        kill_soon_after(start(story, killed), killed, steps, wait)
        if number % 5 == 4:
            kill_chain(killed)
    finish(story, killed)
    expected, found = state(story, quiet), state(story, killed)
    assert len(found["lots"]) > 10
    assert found == expected
