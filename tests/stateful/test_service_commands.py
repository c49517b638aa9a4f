"""check as the operator's preflight, and that examining documents remembers nothing."""

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lodetrace.contracts.enums import CustodyModel, EventKind
from lodetrace.contracts.structs import SiteEvent
from lodetrace.errors import ExitCode
from oracle.attest_rehearsal import opened_rehearsal
from oracle.cli import app
from oracle.registry import ChainRegistry
from tests.stateful.service_node import MINES, ServiceNode
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain


@pytest.fixture
def node(cobalt: CobaltChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceNode:
    found = ServiceNode(cobalt, tmp_path / "node")
    for name, value in found.variables().items():
        monkeypatch.setenv(name, value)
    return found


def call(*words: str, index: int = 12) -> tuple[int, dict]:
    found = CliRunner().invoke(app, [*words, "--json", "--dev-index", str(index)])
    return found.exit_code, json.loads(found.stdout)


def failed(document: dict) -> set[str]:
    return {one["check"] for one in document["checks"] if one["verdict"] == "failed"}


def test_everything_is_in_order(node: ServiceNode) -> None:
    code, document = call("check")
    assert (code, document["ok"]) == (ExitCode.OK, True), document["checks"]
    names = {one["check"] for one in document["checks"]}
    wanted = {"settings", "disk", "keystore", "node", "clock", "deployment", "role", "folder",
              "declarations", "source http", "source folder"}  # fmt: skip
    assert wanted <= names
    assert {one["name"] for one in document["settings"]} >= {"LODETRACE_ORACLE_FOLDER"}


def test_a_key_without_the_role(node: ServiceNode) -> None:
    code, document = call("check", index=0)
    assert (code, failed(document)) == (ExitCode.REFUSED, {"role"})


def test_what_is_missing_is_named(node: ServiceNode, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("LODETRACE_ORACLE_PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("LODETRACE_ORACLE_FOLDER", str(node.home / "nowhere"))
        monkeypatch.setenv("LODETRACE_ORACLE_MQTT", "mqtt://127.0.0.1:1/topic")
        monkeypatch.setenv("LODETRACE_DECLARATIONS", str(node.home / "nothing.yaml"))
        code, document = call("check")
    wanted = {"declarations", "source http", "source folder", "source mqtt"}
    assert (code, failed(document)) == (ExitCode.SETTINGS, wanted)


def test_a_node_that_is_down(node: ServiceNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODETRACE_RPC_URL", "http://127.0.0.1:1")
    code, document = call("check")
    assert (code, "node" in failed(document)) == (ExitCode.NODE, True)


def test_examining_remembers_nothing(cobalt: CobaltChain, node: ServiceNode) -> None:
    """Documents of one call see each other; no file of the node changes."""
    before = {path: path.read_bytes() for path in node.home.rglob("*") if path.is_file()}
    labels = [label for label in cobalt.documents if "mine" in label or "coop" in label]
    labels += ["oulanka-N01", "saimaa-refining"]
    files = [str(cobalt.documents[label]) for label in labels]
    code, document = call("check", *files)
    refused = [one["file"] for one in document["documents"] if one["outcome"] != "in order"]
    assert (code, refused) == (ExitCode.REFUSED, files[-1:]), "its lots are not on this chain"
    flags = {Path(one["file"]).stem: one["flags"] for one in document["documents"]}
    assert not any("parent-unknown" in flag for flag in flags["saimaa-refining"])
    after = {path: path.read_bytes() for path in node.home.rglob("*") if path.is_file()}
    assert after == before
    _, alone = call("check", files[-1])
    assert any("parent-unknown" in flag for flag in alone["documents"][0]["flags"])


def test_a_rehearsed_attest_asks_the_chain_as_this_node(
    cobalt: CobaltChain, node: ServiceNode
) -> None:
    words = ("attest", *(str(cobalt.documents[label]) for label in MINES))
    before = {path: path.read_bytes() for path in node.home.rglob("*") if path.is_file()}
    code, document = call(*words, "--dry-run")
    assert code == ExitCode.OK
    assert [one["outcome"] for one in document["documents"]] == ["in order"] * 4
    after = {path: path.read_bytes() for path in node.home.rglob("*") if path.is_file()}
    assert after == before

    for more in ((), ("--dry-run",)):
        refused = CliRunner().invoke(app, [*words, *more, "--json", "--dev-index", "0"])
        assert refused.exit_code == ExitCode.REFUSED
        assert json.loads(refused.stderr)["code"] == "NotAnOracle"
    assert call(*words)[0] == ExitCode.OK
    code, document = call(*words, "--dry-run")
    assert code == ExitCode.OK
    assert [one["outcome"] for one in document["documents"]] == ["attested"] * 4


def test_what_the_contract_refuses_a_rehearsed_attest_refuses(
    cobalt: CobaltChain, node: ServiceNode
) -> None:
    """An examination that lets everything through stands before a site that is not registered."""
    contracts = cobalt.contracts()
    register = ChainRegistry.at_head(contracts)
    unknown = SiteEvent(
        site=b"\x11" * 32, sequence=1, revision=0, kind=EventKind.BIRTH, element=27,
        from_=1, to=2, document=b"\x22" * 32, commitment=b"\x33" * 32, elements=(27,),
        model=CustodyModel.MASS_BALANCE, unit_material=0, no_output=False,
        batches=b"\x44" * 32, inputs=(),
    )  # fmt: skip
    with opened_rehearsal(contracts, node.keys, node.home, register) as rehearsal:
        found = rehearsal.fate([unknown])
    assert found.outcome == "refused"
    assert found.reason


def test_status_without_a_database(node: ServiceNode) -> None:
    code, document = call("status")
    assert code == ExitCode.OK
    assert set(document["counts"].values()) == {0}
    assert document["documents"] == []
