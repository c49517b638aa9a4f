"""A node on a site's panel that refuses a document says so on chain, once; others say nothing."""

from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.enums import ReasonCode
from lodetrace.contracts.events import Attested, DocumentRefused
from lodetrace.contracts.reasons import coded
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.strict_json import parse
from lodetrace.text import hex_of
from tests.stateful.service_node import ServiceNode, put, signed_birth
from tests.support import births
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain


def too_rich(event: dict[str, Any]) -> None:
    """More cobalt than the substance can hold."""
    event["ilmd"]["lodetrace:analysis"][0]["lodetrace:assay"] = {"lodetrace:Co": "99 %"}


def refusals(cobalt: CobaltChain) -> list[DocumentRefused]:
    return cobalt.contracts().happened(DocumentRefused)


def test_the_panel_answers_once(
    cobalt: CobaltChain, nodes: list[ServiceNode], tmp_path: Path
) -> None:
    content = signed_birth(cobalt, 801, too_rich)
    path, signed = put(tmp_path / "rich.json", content), SignedDocument.of(parse(content))
    for _ in range(2):
        (outcome,) = nodes[0].attest(path)
        assert outcome.state == "refused"
    (said,) = refusals(cobalt)
    assert (said.site, said.sequence, said.document) == (signed.site, 801, signed.hash)
    assert said.reason == coded(ReasonCode.INCORRECT_DATA)
    assert cobalt.contracts().happened(Attested) == []


def test_what_the_site_did_not_file_is_answered_once_it_did(
    cobalt: CobaltChain, nodes: list[ServiceNode], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = births.signed_birth(cobalt.domain, 802, too_rich)
    path = put(tmp_path / "rich.json", content)
    nodes[0].attest(path)
    assert refusals(cobalt) == []
    cobalt.file(SignedDocument.of(parse(content)))
    monkeypatch.setattr("oracle.service.refusals.time.time", lambda: 4_000_000_000.0)
    nodes[0].attest(path)
    assert len(refusals(cobalt)) == 1


def set_quorum(cobalt: CobaltChain, quorum: int) -> None:
    """As an act of the council does."""
    contracts, council = cobalt.contracts(), cobalt.deployment.address("Council")
    cobalt.node.rpc("anvil_impersonateAccount", [council])
    cobalt.node.rpc("anvil_setBalance", [council, hex(10**18)])
    call = {"to": contracts.address("Settings"), "from": council}
    data = hex_of(contracts.data("Settings", "setQuorum", quorum))
    cobalt.node.rpc("eth_sendTransaction", [{**call, "data": data}])


def test_an_inspector_beside_the_panel_says_so_and_spends_nothing(
    cobalt: CobaltChain, nodes: list[ServiceNode], tmp_path: Path
) -> None:
    """A quorum of two has a panel of three: the last of four inspectors is not on it."""
    set_quorum(cobalt, 2)
    beside, path = nodes[3], cobalt.documents["mwinda-mine-M01"]
    spent = cobalt.node.transaction_count(beside.keys.account)
    (outcome,) = beside.attest(path)
    assert outcome.state == "refused"
    assert outcome.reason.startswith("NotOnPanel: ownership group")
    rich = put(tmp_path / "rich.json", signed_birth(cobalt, 803, too_rich))
    assert beside.attest(rich)[0].state == "refused"
    assert refusals(cobalt) == []
    assert cobalt.node.transaction_count(beside.keys.account) == spent
    assert [node.attest(path)[0].state for node in nodes[:2]] == ["attested", "standing"]
