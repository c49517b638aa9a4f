"""attest FILES beside everything else: kill -9, a service that runs or waits, a quorum missed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.errors import ExitCode
from lodetrace.strict_json import parse
from oracle.service.lock import KeyInUse
from tests.stateful.nursery import Nursery
from tests.stateful.refinery import RECEIVING, REFINING, Delivery, delivered
from tests.stateful.service_node import (
    FIRST_ORACLE,
    MINES,
    STEPS,
    ServiceNode,
    attested,
    lot_named,
    put,
    run_until,
    settle,
    signed_birth,
)
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain


@pytest.fixture
def node(cobalt: CobaltChain, tmp_path: Path) -> ServiceNode:
    return ServiceNode(cobalt, tmp_path / "node")


@pytest.fixture
def delivery(node: ServiceNode, nodes: list[ServiceNode], tmp_path: Path) -> Delivery:
    """A refining whose lots are on chain; the node has seen them arrive, and not their births."""
    found = delivered(nodes[1:], tmp_path)
    node.drop(RECEIVING)
    node.work()
    return found


def states(node: ServiceNode, *labels: str) -> list[str]:
    """What attest says of documents of the story."""
    return states_of(node, *(node.chain.documents[label] for label in labels))


def states_of(node: ServiceNode, *paths: Path) -> list[str]:
    return [one.state for one in node.attest(*paths)]


def test_killed_by_the_system_at_each_step(
    cobalt: CobaltChain, node: ServiceNode, tmp_path: Path
) -> None:
    """The same files again, life after life, and two more each time: lost 0, doubled 0."""
    wanted: set[bytes] = set()
    paths: list[Path] = []
    with Nursery(node) as nursery:
        for number, step in enumerate(STEPS):
            for name in (f"K{number}A", f"K{number}B"):
                content = signed_birth(cobalt, 300 + len(paths), lot_named(name))
                paths.append(put(tmp_path / f"{name}.json", content))
                wanted.add(SignedDocument.of(parse(content)).hash)
            nursery.begin(step, *paths)
            assert nursery.end() == -signal.SIGKILL, step
    assert {one.state for one in node.attest(*paths)} == {"attested"}
    said = [one.statement.document for one in attested(cobalt)]
    assert (len(said), set(said)) == (len(wanted), wanted)


@pytest.mark.parametrize("step", ["stored", "examined", "persisted"])
def test_what_a_killed_command_took_in_the_service_carries_on(
    step: str, cobalt: CobaltChain, node: ServiceNode
) -> None:
    with Nursery(node) as nursery:
        nursery.begin(step, cobalt.documents[MINES[0]])
        assert nursery.end() == -signal.SIGKILL
    node.work()
    assert node.states() == {MINES[0]: "attested"}
    assert len(attested(cobalt)) == 1


def test_beside_a_service_that_runs(
    cobalt: CobaltChain, node: ServiceNode, delivery: Delivery, tmp_path: Path
) -> None:
    """The service does the work, and the command says what came of it; nobody is in the way."""
    told: list[str] = []
    before = len(attested(cobalt))
    refining = put(tmp_path / "refining.json", delivery.refining)
    paths = [*(cobalt.documents[label] for label in MINES), refining]
    with node.opened() as running:
        command = Thread(target=lambda: told.extend(states_of(node, *paths)))
        command.start()
        run_until(running, lambda: not command.is_alive())
        settle(running)
    command.join()
    assert told == ["attested"] * 5, "the refining by name, before the births of its lots"
    assert len(attested(cobalt)) == before + 5
    assert states(node, *MINES) == ["attested"] * 4, "and after it has ended"
    assert len(attested(cobalt)) == before + 5


def test_beside_a_service_that_stands_still(node: ServiceNode) -> None:
    """It is not waited for without end: what is pending is said to be."""
    node.environment["LODETRACE_RECEIPT_TIMEOUT"] = "1"
    with node.opened():
        assert states(node, MINES[0]) == ["pending"]
    node.work()
    assert node.states() == {MINES[0]: "attested"}


def test_the_key_works_in_another_folder(node: ServiceNode, tmp_path: Path) -> None:
    elsewhere = ServiceNode(node.chain, tmp_path / "elsewhere", node.index)
    with elsewhere.opened(), pytest.raises(KeyInUse):
        states(node, MINES[0])


def test_files_wait_for_nothing_and_others_go_on_waiting(
    cobalt: CobaltChain, node: ServiceNode, delivery: Delivery, tmp_path: Path
) -> None:
    """A stopped service has documents that wait for parents: attest hurries only its own."""
    birth = signed_birth(cobalt, 390, lot_named("LATE"))
    delivery.drop(node)
    node.work()
    assert node.states()[REFINING] == "pending"
    path = put(tmp_path / "birth.json", birth)
    assert [one.state for one in node.attest(path)] == ["attested"]
    assert node.states()[REFINING] == "pending"
    named = put(tmp_path / "refining.json", delivery.refining)
    assert states_of(node, named) == ["attested"], "by name it waits no longer"
    assert "parent-unknown" in node.reasons()[REFINING]


def test_a_refused_file_is_examined_again_when_it_is_named_again(
    cobalt: CobaltChain, node: ServiceNode, tmp_path: Path
) -> None:
    """Its refusal and its flags are told apart, the second time as the first."""

    def impossible(event: dict) -> None:
        lot_named("R2")(event)
        event["ilmd"]["lodetrace:analysis"][0]["lodetrace:assay"]["lodetrace:Co"] = "70.3 %"

    path = put(tmp_path / "refused.json", signed_birth(cobalt, 391, impossible))
    first, again = (node.attest(path) for _ in range(2))
    assert first == again
    assert [one.state for one in first] == ["refused"]
    assert all("assay-above-theory" in line for line in first[0].refusals)
    assert not set(first[0].flags) & set(first[0].refusals)


def test_the_command_by_itself(cobalt: CobaltChain, tmp_path: Path) -> None:
    """Exit codes: 0, 5 for a refused file, 10 for one that was overruled."""
    nodes = [ServiceNode(cobalt, tmp_path / str(n), FIRST_ORACLE + n) for n in range(4)]
    better = signed_birth(cobalt, 392, lot_named("Z1"))
    honest = signed_birth(cobalt, 392, lot_named("Z2"))
    one, other = put(tmp_path / "one.json", better), put(tmp_path / "other.json", honest)

    def call(node: ServiceNode, *paths: Path) -> tuple[int, list[str]]:
        words = [sys.executable, "-m", "oracle", "attest", "--json", "--dev-index", str(node.index)]
        done = subprocess.run(
            [*words, *map(str, paths)],
            env={**os.environ, **node.variables()}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stderr == ""
        return done.returncode, [found["outcome"] for found in json.loads(done.stdout)["documents"]]

    assert call(nodes[3], one) == (ExitCode.OK, ["attested"])
    assert call(nodes[3], one, other) == (ExitCode.REFUSED, ["attested", "contradicted"])
    for node in nodes[:3]:
        node.attest(other)
    assert call(nodes[3], one) == (ExitCode.PENDING, ["overruled"])
