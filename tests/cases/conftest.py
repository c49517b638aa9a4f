"""Handed-over cases (../shared/cases) on chains of the repository's own.

What is wrong and what is right comes from each case; ids, topics and accounts from the chain.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lodetrace.contracts.abi import Artifacts
from lodetrace.devchain import ANVIL, running
from lodetrace.node.client import Node
from lodetrace.settings import SETTINGS, Network
from tests.cases.traded_chain import TradedChain, traded
from tests.stateful.service_node import ServiceNode
from tests.support.cobalt_chain import CobaltChain, found_cobalt
from tests.support.consortium import compiled
from tests.support.required import absent, references_required

Case = Callable[[str], Path]
Run = Callable[..., Result]


@pytest.fixture(scope="session")
def case(shared_dir: Path) -> Case:
    """The folder of a case by the beginning of its name, "05"."""
    cases = shared_dir / "cases"
    if not cases.is_dir():
        absent("the cases of ../shared are absent", required=references_required())

    def folder(number: str) -> Path:
        [found] = cases.glob(f"{number}-*")
        return found

    return folder


@pytest.fixture(scope="session")
def founded_cobalt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CobaltChain]:
    """The story's organisations and sites, which the documents of the cases name."""
    with running(ANVIL) as chain, Node(chain.url, chain.chain_id) as node:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        home = tmp_path_factory.mktemp("cobalt")
        yield found_cobalt(node, network, Artifacts(compiled()), home).file_all()


@pytest.fixture
def inspector(founded_cobalt: CobaltChain, tmp_path: Path) -> ServiceNode:
    """An oracle node without memory, at a time when the documents of the cases are of yesterday."""
    return ServiceNode(founded_cobalt, tmp_path / "inspector")


@pytest.fixture(scope="session")
def traded_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TradedChain]:
    """Lots with proofs, one handed over, one disputed, one held; a certificate was suspended."""
    with running(ANVIL) as chain, Node(chain.url, chain.chain_id) as node:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        found = traded(node, network, tmp_path_factory.mktemp("traded"))
        yield found
        found.consortium.close()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Sets the variables of this process, and no others of ours."""

    def put(given: dict[str, str]) -> None:
        for setting in SETTINGS:
            monkeypatch.delenv(setting.name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.fixture
def lodetrace() -> Run:
    """Runs `lodetrace words…` in this process."""

    def invoke(*words: str) -> Result:
        from lodetrace.cli.main import app

        return CliRunner().invoke(app, list(words), prog_name="lodetrace")

    return invoke


@pytest.fixture
def lodetrace_oracle() -> Run:
    """Runs `lodetrace-oracle words…` in this process."""

    def invoke(*words: str) -> Result:
        from oracle.cli import app

        return CliRunner().invoke(app, list(words), prog_name="lodetrace-oracle")

    return invoke
