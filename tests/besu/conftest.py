"""The lane of a real Besu: one network of four validators for the session.

It needs BESU_HOME (and JAVA_HOME where java on the path is too old). Without it nothing runs, and
the lane says so; `make test` does not contain it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lodetrace.network.founding import found
from lodetrace.network.launch import down, up
from lodetrace.network.parameters import NetworkParameters
from lodetrace.network.releases import version_text
from lodetrace.network.software import Software, find_software
from tests.besu.figures import FIGURES, table
from tests.besu.rehearsal import Rehearsal

CHOICES = NetworkParameters(period=1, request_timeout=4)
CHAIN_ID = 27_001


@pytest.fixture(scope="session")
def software() -> Software:
    if not os.environ.get("BESU_HOME"):
        pytest.skip("NO BESU: BESU_HOME is not set, nothing of this lane ran")
    return find_software(Path("/nonexistent"))


@pytest.fixture(scope="session")
def network(software: Software, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Four validators that make blocks; whatever still runs at the end is ended."""
    folder = tmp_path_factory.mktemp("besu") / "network"
    found(folder, "besu", CHAIN_ID, CHOICES, 4)
    rehearsal = Rehearsal(folder, software)
    try:
        FIGURES.add("Besu", version_text(software.version))
        with FIGURES.seconds("cold start of four validators until a block"):
            up(folder, software)
        yield rehearsal
    finally:
        down(folder)


@pytest.fixture
def healthy(network: Rehearsal) -> Iterator[Rehearsal]:
    """The network with all four running, before and after the test."""
    network.heal()
    yield network
    network.heal()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Figures of the run, whatever came of it."""
    if FIGURES.rows:
        terminalreporter.section("figures on a real Besu")
        terminalreporter.write_line(table(FIGURES))
