"""Cases 01, 02, 03, 08, P3 and P6: documents of sites, and what an inspector makes of them."""

import codecs
import gzip
import json
import logging
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from lodetrace.documents.epcis import EpcisInvalid
from lodetrace.documents.signed_document import sign_document
from lodetrace.documents.signed_number import site_domain
from lodetrace.errors import ExitCode
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.strict_json import parse
from tests.cases.conftest import Case, Run
from tests.stateful.service_node import ServiceNode, put, settle

pytestmark = pytest.mark.chain

MINE, REFINERY = 0, 4
INSPECTOR = "12"
DOMAIN = site_domain(31337, "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512")
"""The Directory is the second contract that the first seat of the story deploys."""
AFTER_THE_CASES = 1_796_083_200
"""1 December 2026: the documents are of November."""


Examine = Callable[..., dict[str, Any]]


def naming(raw: dict[str, Any]) -> dict[str, Any]:
    """The case's document; of a run with a lot that holds all that went in."""
    event = raw["epcisBody"]["eventList"][0]
    if "inputQuantityList" in event:
        [element] = (name.partition(":")[2] for name in event["lodetrace:carbonShare"])
        event["lodetrace:lots"] = [
            {
                "lodetrace:element": element,
                "lodetrace:lot": "0x" + "11" * 32,
                "lodetrace:epcClass": [one["epcClass"] for one in event["inputQuantityList"]],
            }
        ]
    return raw


def signed(source: Path, target: Path, sequence: int, key: int = MINE) -> Path:
    """The case's document, signed by a site that may not have looked at it."""
    keys = MemberKeys.for_development(key)
    found = sign_document(
        naming(parse(source.read_bytes())),
        sequence=sequence,
        revision=0,
        domain=DOMAIN,
        private_key=keys.signing_key,
        salt_secret=keys.salt_secret,
    )
    target.write_text(found.to_json(), "utf-8")
    return target


@pytest.fixture
def examined(inspector: ServiceNode, environment, lodetrace_oracle: Run, tmp_path: Path) -> Examine:
    """What an inspector says of the last of some documents: (folder, name, key) each."""
    node = inspector.chain.node
    now = node.header().time
    if now < AFTER_THE_CASES:
        node.rpc("evm_increaseTime", [AFTER_THE_CASES - now])
        node.rpc("evm_mine")
    environment(inspector.variables())

    def examine(folder: Path, *named: tuple[str, int]) -> dict[str, Any]:
        files = [
            signed(folder / f"{name}.jsonld", tmp_path / f"{name}.json", 900 + at, key)
            for at, (name, key) in enumerate(named)
        ]
        done = lodetrace_oracle("check", *map(str, files), "--dev-index", INSPECTOR, "--json")
        return json.loads(done.stdout)["documents"][-1]

    return examine


@pytest.mark.parametrize("name", ["b1", "b2", "b4", "b5", "b6", "b7"])
def test_case_01_a_batch_in_another_spelling_is_used_again(
    case: Case, examined: Examine, name: str
) -> None:
    report = examined(case("01"), ("a", MINE), (name, MINE))
    assert report["outcome"] == "refused"
    assert "batch-reused" in json.dumps(report)


def test_case_01_a_batch_with_an_invisible_sign_is_no_uri(case: Case, tmp_path: Path) -> None:
    with pytest.raises(EpcisInvalid, match="epcClass: is not a URI"):
        signed(case("01") / "z0.jsonld", tmp_path / "z0.json", 970)


@pytest.mark.parametrize(
    ("first", "name", "reason"),
    [
        ("a", "p1", "transit-too-fast"),
        ("a", "p2", "transit-too-fast"),
        ("a", "p3", "before-parent"),
        ("a", "p4", "before-parent"),
        ("a0", "p5", "does not name each weighed class once"),
        ("a0", "p6", "mass-does-not-add-up"),
    ],
)
def test_case_01_an_input_in_another_spelling_is_the_same_input(
    case: Case, examined: Examine, first: str, name: str, reason: str
) -> None:
    report = examined(case("01"), (first, MINE), (name, REFINERY))
    assert report["outcome"] == "refused"
    assert reason in json.dumps(report)


@pytest.mark.parametrize("name", ["unversioned", "version-2.0.1"])
def test_case_02_gs1s_own_context_is_known_by_its_address(
    case: Case, inspector: ServiceNode, environment, lodetrace: Run, tmp_path: Path, name: str
) -> None:
    """Its document is GS1's, so it is not part of the repository: without a copy that is said."""
    environment(inspector.variables())
    path = case("02") / f"{name}.jsonld"
    [address] = [one for one in json.loads(path.read_text("utf-8"))["@context"] if "gs1" in one]
    into = tmp_path / "signed.json"
    words = ("event", "sign", str(path), "--sequence", "1", "--out", str(into))
    done = lodetrace(*words, "--dev-index", str(MINE), "--yes", "--json")
    if done.exit_code == ExitCode.OK:
        assert into.is_file()
        return
    problem = json.loads(done.stderr)
    assert problem["code"] != "ContextRefused"
    assert address in problem["detail"]
    assert address in problem["advice"] or "LODETRACE_CONTEXTS" in problem["advice"]


def test_case_03_a_service_logs_nothing_that_a_document_says(
    case: Case, inspector: ServiceNode, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    said = (case("03") / "README.md").read_text("utf-8")
    [canaries] = re.findall(r"with site, lot, mass \((\d+)\), moisture .* carbon", said)
    document = tmp_path / "document.jsonld"
    content = json.loads((case("03") / "signed.json").read_text("utf-8"))["document"]
    content.pop("lodetrace:salt")
    document.write_text(json.dumps(content), "utf-8")
    event = content["epcisBody"]["eventList"][0]
    analysis = event["ilmd"]["lodetrace:analysis"][0]
    words = {
        canaries,
        analysis["lodetrace:moisture"],
        analysis["lodetrace:assay"]["lodetrace:Co"],
        event["lodetrace:carbon"],
        analysis["lodetrace:epcClass"],
    }
    put(inspector.inbox / "s.json", signed(document, tmp_path / "s", 901).read_bytes())
    with caplog.at_level(logging.INFO):
        inspector.work()
    assert inspector.states().keys() == {"s"}
    assert "lodetrace.oracle" in {record.name for record in caplog.records}
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert {word for word in words if word in logged} == set()


def controls(text: str) -> set[str]:
    """Characters that steer a terminal, or the direction of writing."""
    return {one for one in text if unicodedata.category(one) in ("Cc", "Cf") and one != "\n"}


def test_case_08_nothing_of_a_document_steers_the_terminal(
    case: Case, inspector: ServiceNode, environment, lodetrace_oracle: Run, tmp_path: Path
) -> None:
    source = case("08") / "substance.jsonld"
    assert r"\u001b" in source.read_text("utf-8")
    environment(inspector.variables())
    path = signed(source, tmp_path / "s.json", 950)
    done = lodetrace_oracle("check", str(path), "--dev-index", INSPECTOR)
    assert done.exit_code == ExitCode.REFUSED
    assert controls(done.stdout + done.stderr) == set()


def test_case_08_a_class_with_an_escape_is_no_uri(case: Case, tmp_path: Path) -> None:
    with pytest.raises(EpcisInvalid, match="epcClass: is not a URI"):
        signed(case("08") / "lot.jsonld", tmp_path / "l.json", 951)


def test_case_p3_a_business_step_as_a_full_address_is_refused_with_a_reason(
    case: Case, examined: Examine
) -> None:
    report = examined(case("P3"), ("full", MINE))
    said = (case("P3") / "README.md").read_text("utf-8")
    [step] = re.findall(r"ADD, (\w+)`", said)
    assert report["outcome"] == "refused"
    assert step in json.dumps(report)


def test_case_p6_sizes_and_encodings_at_the_intake(case: Case, inspector: ServiceNode) -> None:
    said = (case("P6") / "README.md").read_text("utf-8")
    [megabytes, status, taken] = re.findall(r"(\d+) MB .* (413); .*\((202)\)", said)[0]
    large = b" " * (int(megabytes) << 20)
    good = (case("03") / "signed.json").read_bytes()
    with inspector.opened() as running:
        address = f"{running.address}/documents"
        for content in (large, iter([large])):  # with and without Content-Length
            assert httpx.post(address, content=content).status_code == int(status)
        encoded = {
            "gzip": gzip.compress(good, mtime=0),
            "utf-16": good.decode().encode("utf-16"),
            "bom": codecs.BOM_UTF8 + good,
        }
        for content in encoded.values():
            assert httpx.post(address, content=content).status_code == int(taken)
        answer = httpx.post(address, files={"document": ("s.json", good)})
        assert answer.status_code == int(taken)
        settle(running)
    lines = inspector.lines()
    assert len(lines) == 4
    assert {line.shown_state for line in lines} == {"refused"}
    assert all(line.reason for line in lines)
