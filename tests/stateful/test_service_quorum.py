"""Four services, quorum 3: liars, silence, and nodes that see different corrections."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from lodetrace.contracts.structs import SiteEvent
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events
from lodetrace.errors import ExitCode
from lodetrace.strict_json import parse
from lodetrace.transactions.outbox import opened
from lodetrace.transactions.sender import Sender
from oracle.cli import app
from tests.stateful.service_node import (
    ServiceNode,
    attested,
    lot_named,
    put,
    signed_birth,
    standing,
)
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

NUMBER = 40


def version(cobalt: CobaltChain, kilograms: int, revision: int = 0) -> bytes:
    """The site's document about its event NUMBER, with a weight."""

    def weigh(event: dict) -> None:
        lot_named("Q1")(event)
        event["quantityList"][0]["quantity"] = kilograms

    return signed_birth(cobalt, NUMBER, weigh, revision)


def bring(content: bytes, name: str, *nodes: ServiceNode) -> None:
    for node in nodes:
        put(node.inbox / f"{name}.json", content)
        node.work()


def digest(content: bytes) -> bytes:
    return SignedDocument.of(parse(content)).hash


def test_a_silent_node_is_not_missed(cobalt: CobaltChain, nodes: list[ServiceNode]) -> None:
    content = version(cobalt, 20_000)
    bring(content, "birth", *nodes[:3])
    for node in nodes[:3]:
        node.work()
        assert node.states() == {"birth": "standing"}
    bring(content, "birth", nodes[3])
    assert nodes[3].states() == {"birth": "standing"}, "it comes back, and has nothing to do"
    assert nodes[3].sent() == 0


def test_two_silent_nodes_leave_it_stuck(
    cobalt: CobaltChain, nodes: list[ServiceNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(version(cobalt, 20_000), "birth", *nodes[:2])
    assert nodes[0].states() == {"birth": "attested"}
    nodes[0].environment["LODETRACE_ORACLE_STUCK_HOURS"] = "0"
    monkeypatch.setattr("oracle.service.overview.time.time", lambda: 1 << 33)
    assert nodes[0].states() == {"birth": "stuck"}
    assert standing(cobalt) == []


def test_a_site_that_favours_one_node(
    cobalt: CobaltChain, nodes: list[ServiceNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It signs a better version for one node: shown there loudly, and it moves nothing."""
    better, honest = version(cobalt, 20_900), version(cobalt, 20_000)
    bring(better, "birth", nodes[3])
    bring(honest, "birth", *nodes[:3])
    [stood] = standing(cobalt)
    assert stood.statement.document == digest(honest)
    nodes[3].work()
    assert nodes[3].states() == {"birth": "overruled"}
    assert (
        f"standing otherwise: revision 0, document 0x{digest(honest).hex()}"
        in (nodes[3].reasons()["birth"])
    )
    for name, value in nodes[3].variables().items():
        monkeypatch.setenv(name, value)
    status = CliRunner().invoke(app, ["status", "--dev-index", str(nodes[3].index)])
    assert status.exit_code == ExitCode.PENDING
    assert "1 documents were overruled" in status.output
    bring(honest, "other", nodes[3])
    assert nodes[3].states()["other"] == "contradicted", "one number, one document"


def test_a_lying_node(cobalt: CobaltChain, nodes: list[ServiceNode]) -> None:
    """It attests an amount that no site signed, whenever it likes: first, and again."""
    honest = version(cobalt, 20_000)
    lie = lied(cobalt, nodes[3], honest, revision=0)
    bring(honest, "birth", *nodes[:2])
    assert standing(cobalt) == [], "two of three, whatever the liar says"
    lied(cobalt, nodes[3], honest, revision=1)
    bring(honest, "birth", nodes[2])
    [stood] = standing(cobalt)
    assert stood.statement.document == digest(honest)
    for node in nodes[:3]:
        node.work()
        assert node.states() == {"birth": "standing"}
    assert lie.commitment in {one.statement.commitment for one in attested(cobalt)}, "visible"


def lied(cobalt: CobaltChain, node: ServiceNode, honest: bytes, revision: int) -> SiteEvent:
    """An attestation by a node that does not run this software."""
    signed = SignedDocument.of(parse(honest))
    [event] = [one.event for one in attestable_events(signed, SiteStatement.of(signed.document))]
    lie = replace(
        event, revision=revision, document=b"\x66" * 32, commitment=(7).to_bytes(32, "big")
    )
    contracts = cobalt.contracts()
    node.home.mkdir(parents=True, exist_ok=True)
    with opened(node.home / "liar.sqlite") as outbox:
        sender = Sender(cobalt.node, outbox, node.keys.signing_key, contracts.refusals)
        data = contracts.data("Attestations", "attest", lie)
        sender.send(f"lie {revision}", contracts.address("Attestations"), data)
    return lie


def test_nodes_that_see_different_corrections(
    cobalt: CobaltChain, nodes: list[ServiceNode]
) -> None:
    """Two and two: neither stands, nobody is blocked; the site's next revision decides."""
    for weight, pair in ((20_100, nodes[:2]), (20_200, nodes[2:])):
        bring(version(cobalt, weight, revision=1), "correction", *pair)
    assert standing(cobalt) == []
    assert {node.states()["correction"] for node in nodes} == {"attested"}
    decision = version(cobalt, 20_150, revision=2)
    bring(decision, "decision", *nodes)
    [stood] = standing(cobalt)
    assert (stood.statement.revision, stood.statement.document) == (2, digest(decision))
    for node in nodes:
        node.work()
        assert node.states() == {"correction": "overruled", "decision": "standing"}
    assert len(attested(cobalt)) == 4 + 3, "all of it stays visible"
