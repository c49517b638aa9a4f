"""Oracle nodes on a real chain: a quorum, once, whatever fails in between."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lodetrace.contracts.deployment import deployment_path
from lodetrace.contracts.events.lots import Attested, EventStanding
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.eip712 import Domain
from lodetrace.errors import ExitCode
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.strict_json import MAX_BYTES, DocumentMissing, parse
from oracle.attest_files import FileOutcome
from oracle.cli import app
from oracle.registry import NotAnOracle
from tests.stateful.service_node import FIRST_ORACLE, MINES, STEPS, ServiceNode
from tests.support.cobalt_chain import COBALT, CobaltChain
from tests.support.consortium import compiled

pytestmark = pytest.mark.chain


class Killed(BaseException):
    """Stands for a process that ends between two steps."""


@dataclass
class Inspector:
    """One oracle node whose operator attests by hand."""

    node: ServiceNode
    kill_at: str | None = None
    on_step: Callable[[str], None] | None = None

    def attest(self, *labels: str, paths: tuple[Path, ...] = ()) -> list[FileOutcome]:
        files = [*(self.node.chain.documents[label] for label in labels), *paths]
        return self.node.attest(*files, checkpoint=self._checkpoint)

    def _checkpoint(self, step: str) -> None:
        if step == self.kill_at:
            raise Killed(step)
        if self.on_step is not None:
            self.on_step(step)

    def sent(self) -> int:
        """Transactions of this node that the chain has."""
        return self.node.sent()


@pytest.fixture
def inspectors(cobalt: CobaltChain, tmp_path: Path) -> list[Inspector]:
    return [
        Inspector(ServiceNode(cobalt, tmp_path / f"node-{number}", FIRST_ORACLE + number))
        for number in range(4)
    ]


def outcomes(found: list[FileOutcome]) -> list[str]:
    return [one.state for one in found]


def sign_as_mine(raw: Any, sequence: int, path: Path, domain: Domain) -> Path:
    """A document signed by the operator of the first mine."""
    keys = MemberKeys.for_development(0)
    signed = sign_document(
        parse(json.dumps(raw).encode()),
        sequence=sequence,
        domain=domain,
        private_key=keys.signing_key,
        salt_secret=keys.salt_secret,
    )
    path.write_text(signed.to_json(), "utf-8")
    return path


def standing(cobalt: CobaltChain) -> int:
    return len(cobalt.contracts().events(EventStanding))


def test_three_of_four_make_events_stand(cobalt: CobaltChain, inspectors: list[Inspector]) -> None:
    for number, inspector in enumerate(inspectors[:3], 1):
        state = "attested" if number < 3 else "standing"
        assert outcomes(inspector.attest(*MINES)) == [state] * 4
        assert standing(cobalt) == (0 if number < 3 else 4)
    late = inspectors[3].attest(*MINES)
    assert outcomes(late) == ["standing"] * 4
    assert inspectors[3].sent() == 0
    assert outcomes(inspectors[0].attest(*MINES)) == ["standing"] * 4, "asked of the chain again"


def test_the_same_again_sends_nothing(cobalt: CobaltChain, inspectors: list[Inspector]) -> None:
    inspector = inspectors[0]
    first = inspector.attest(*MINES)
    assert inspector.sent() == 1, "four statements travel in one transaction"
    assert {len(one.transactions) for one in first} == {1}
    assert inspector.attest(*MINES) == first
    assert outcomes(inspector.attest(*reversed(MINES))) == ["attested"] * 4
    for database in inspector.node.folder.glob("*.sqlite*"):
        database.unlink()
    assert outcomes(inspector.attest(*MINES)) == ["attested"] * 4, "a lost disk"
    assert inspector.sent() == 1


def test_evidence_and_refusals_beside_what_holds(
    cobalt: CobaltChain, inspectors: list[Inspector], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(cobalt.documents["mwinda-mine-M03"].read_bytes()[:-9])
    other = tmp_path / "other-chain.json"
    other.write_text((COBALT / "signed" / "mwinda-mine-M04.json").read_text("utf-8"), "utf-8")
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (MAX_BYTES + 1))
    inspector, paths = inspectors[0], (broken, other, large)
    found = inspector.attest("mwinda-mine-M01", "mwinda-shipping-M05", paths=paths)
    assert outcomes(found) == ["attested", "evidence", "refused", "refused", "refused"]
    assert "DocumentMalformed" in found[2].refusals[0]
    assert "chain 1337" in found[3].refusals[0]
    assert "DocumentTooLarge" in found[4].refusals[0]
    assert len(cobalt.contracts().events(Attested)) == 1
    assert len(inspector.node.lines()) == 4, "of a file that is no document nothing is kept"


def test_a_file_that_is_missing(inspectors: list[Inspector], tmp_path: Path) -> None:
    """A mistyped name: nothing is taken in, of the other files neither."""
    with pytest.raises(DocumentMissing):
        inspectors[0].attest("mwinda-mine-M01", paths=(tmp_path / "absent.json",))
    assert inspectors[0].node.lines() == []


def test_a_site_that_is_on_no_register(
    cobalt: CobaltChain, inspectors: list[Inspector], tmp_path: Path
) -> None:
    raw = json.loads((COBALT / "documents" / "mwinda-mine-M01.jsonld").read_text("utf-8"))
    event = raw["epcisBody"]["eventList"][0]
    event["bizLocation"]["id"] = "https://id.gs1.org/414/9521234999990"
    path = sign_as_mine(raw, 1, tmp_path / "nowhere.json", cobalt.domain)
    [found] = inspectors[0].attest(paths=(path,))
    assert outcomes([found]) == ["refused"]
    assert [reason.split()[0] for reason in found.refusals] == ["site-unknown"]
    assert outcomes(inspectors[0].attest(paths=(path,))) == ["refused"], "examined once more"


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step(step: str, cobalt: CobaltChain, inspectors: list[Inspector]) -> None:
    victim = inspectors[0]
    victim.kill_at = step
    with pytest.raises(Killed):
        victim.attest(*MINES)
    victim.kill_at = None
    assert outcomes(victim.attest(*MINES)) == ["attested"] * 4
    assert victim.sent() == 1
    assert len(cobalt.contracts().events(Attested)) == 4


def test_the_quorum_is_reached_meanwhile(cobalt: CobaltChain, inspectors: list[Inspector]) -> None:
    """Two others attest one of the documents between this node's reading and its sending."""
    last, first = inspectors[3], inspectors[0]
    first.attest("mwinda-mine-M01")

    def others_come_first(step: str) -> None:
        if step == "persisted":
            last.on_step = None
            inspectors[1].attest("mwinda-mine-M01")
            inspectors[2].attest("mwinda-mine-M01")

    last.on_step = others_come_first
    found = last.attest("mwinda-mine-M01", "mwinda-mine-M02")
    assert outcomes(found) == ["standing", "attested"]
    assert standing(cobalt) == 1


def test_a_liar_is_shown_and_moves_nothing(
    cobalt: CobaltChain, inspectors: list[Inspector], tmp_path: Path
) -> None:
    """A site signs two versions of one number; one node gets the better one."""
    honest = SignedDocument.read(cobalt.documents["mwinda-mine-M01"])
    raw = json.loads((COBALT / "documents" / "mwinda-mine-M01.jsonld").read_text("utf-8"))
    raw["epcisBody"]["eventList"][0]["quantityList"][0]["quantity"] += 900
    path = sign_as_mine(raw, honest.sequence, tmp_path / "better.json", honest.domain)
    better = SignedDocument.read(path)
    assert outcomes(inspectors[0].attest(paths=(path,))) == ["attested"]
    for inspector, state in zip(inspectors[1:], ("attested", "attested", "standing"), strict=True):
        assert outcomes(inspector.attest("mwinda-mine-M01")) == [state]
    [stood] = [one.event for one in cobalt.contracts().events(EventStanding)]
    assert isinstance(stood, EventStanding)
    assert stood.statement.document == honest.hash
    said = {
        one.event.statement.document
        for one in cobalt.contracts().events(Attested)
        if isinstance(one.event, Attested)
    }
    assert said == {honest.hash, better.hash}, "both versions are visible"
    again = inspectors[1].attest(paths=(path,))
    assert outcomes(again) == ["contradicted"], "one number, one document"
    told = inspectors[0].attest(paths=(path,))
    assert outcomes(told) == ["overruled"], "it attested something else than the quorum"


def test_the_command(cobalt: CobaltChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """check says what attest would do and sends nothing; a refused file is exit code 5."""
    cobalt.deployment.save(deployment_path(tmp_path / "deployments", "anvil"))
    settings = {
        "LODETRACE_NETWORK": "anvil",
        "LODETRACE_RPC_URL": cobalt.node.url,
        "LODETRACE_BUILD": str(compiled().parent),
        "LODETRACE_DEPLOYMENTS": str(tmp_path / "deployments"),
        "LODETRACE_HOME": str(tmp_path / "home"),
        "LODETRACE_DECLARATIONS": str(COBALT / "sites.yaml"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    good, bad = str(cobalt.documents[MINES[0]]), str(COBALT / "signed" / f"{MINES[0]}.json")

    def call(*words: str) -> tuple[int, list[dict[str, object]]]:
        found = CliRunner().invoke(app, [*words, "--json", "--dev-index", "12"])
        return found.exit_code, json.loads(found.stdout)["documents"]

    code, [checked] = call("check", good)
    assert (code, checked["outcome"]) == (ExitCode.OK, "in order")
    assert cobalt.contracts().events(Attested) == []
    code, reports = call("attest", good, bad)
    assert code == ExitCode.REFUSED
    assert [one["outcome"] for one in reports] == ["attested", "refused"]
    assert len(reports[0]["transactions"]) == 1  # type: ignore[arg-type]
    assert len(cobalt.contracts().events(Attested)) == 1


def test_a_key_without_the_role(cobalt: CobaltChain, tmp_path: Path) -> None:
    for index in (0, 35):
        with pytest.raises(NotAnOracle):
            Inspector(ServiceNode(cobalt, tmp_path / str(index), index)).attest(*MINES)
