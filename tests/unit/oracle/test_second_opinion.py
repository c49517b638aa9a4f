"""A laboratory's certificate beside the site's document: contradictions are named."""

from pathlib import Path
from typing import Any

import pytest

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.plausibility.stated import Severity
from oracle.examination import FileReport, OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.village import Village, event_of, rules

MINE, LABORATORY = "mwinda-mine-M25", "delfland-laboratory"
LOT = "https://id.gs1.org/01/09521234000013/10/M25"


def certificate(
    village: Village, assay: str = "30.40 %", moisture: str = "11.5 %", **changes: str
) -> dict[str, Any]:
    """What the laboratory found in a sample of M25: the mine says 30.42 % and 11.4 %."""
    raw = village.unsigned("delfland-measurement-L12")
    event = event_of(raw)
    for name in ("declaredQuantityList", "inputAnalysis", "lots"):
        del event[f"lodetrace:{name}"]
    event["lodetrace:statement"] = "certificate"
    event["quantityList"] = [{"epcClass": LOT, "quantity": 19_900, "uom": "KGM"}]
    event["lodetrace:analysis"] = [
        {
            "lodetrace:epcClass": LOT,
            "lodetrace:substance": changes.get("substance", "cobalt-hydroxide"),
            "lodetrace:moisture": moisture,
            "lodetrace:assay": {"lodetrace:Co": assay},
        }
    ]
    return raw


def certify(
    village: Village, node: OracleNode, folder: Path, by: str = LABORATORY, **figures: str
) -> FileReport:
    raw = certificate(village, **figures)
    if by != LABORATORY:
        for name in ("bizLocation", "readPoint"):
            event_of(raw)[name]["id"] = village.by_label[by]["identifier"]
    return node.examine(village.sign(raw, folder / "certificate", by=by), village)


def test_a_certificate_that_agrees(village: Village, node: OracleNode, tmp_path: Path) -> None:
    report = certify(village, node, tmp_path)
    assert (report.findings, report.events) == ((), ()), "it is evidence"
    assert node.examine(village.signed_path(MINE), village).findings == ()


LIES: dict[str, dict[str, str]] = {
    "Co": {"assay": "25.1 %"},
    "moisture": {"moisture": "24 %"},
    "substance": {"substance": "cobalt-sulphate-heptahydrate", "assay": "20.9 %",
                  "moisture": "0.4 %"},
}  # fmt: skip


@pytest.mark.parametrize("what", LIES)
def test_a_document_that_contradicts_a_certificate(
    what: str, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    assert certify(village, node, tmp_path, **LIES[what]).findings == ()
    report = node.examine(village.signed_path(MINE), village)
    [finding] = report.findings
    paper = SignedDocument.read(tmp_path / "certificate")
    assert (finding.rule, finding.severity) == ("laboratory-differs", Severity.FLAG)
    assert finding.values["what"] == what
    assert finding.values["other"] == f"0x{paper.hash.hex()}"
    assert report.events, "a flag: either may be wrong"


@pytest.mark.parametrize("what", LIES)
def test_a_certificate_that_contradicts_a_document(
    what: str, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    """It may come later, when the sample has been worked on."""
    node.examine(village.signed_path(MINE), village)
    report = certify(village, node, tmp_path, **LIES[what])
    [finding] = report.findings
    mined = SignedDocument.read(village.signed_path(MINE))
    assert finding.rule == "laboratory-differs"
    assert finding.values["other"] == f"0x{mined.hash.hex()}"


@pytest.mark.parametrize(("assay", "said"), [("29.54 %", 0), ("29.53 %", 1)])
def test_three_hundredths_of_an_assay(
    assay: str, said: int, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    """The mine's 30.42 % is 2.98 % and 3.01 % above these."""
    certify(village, node, tmp_path, assay=assay)
    assert len(node.examine(village.signed_path(MINE), village).findings) == said


def test_what_a_receiver_states_is_held_against_it_too(
    village: Village, node: OracleNode, tmp_path: Path
) -> None:
    """Moisture is not: it changes on the way."""
    certify(village, node, tmp_path, assay="25.1 %", moisture="24 %")
    report = node.examine(village.signed_path("saimaa-receiving"), village)
    assert [one.values["what"] for one in report.findings] == ["Co"]


def test_a_mine_is_no_laboratory(village: Village, node: OracleNode, tmp_path: Path) -> None:
    report = certify(village, node, tmp_path, by="lukusa-mine")
    assert rules(report) == ["certificate-not-of-laboratory"]
    assert node.examine(village.signed_path(MINE), village).findings == ()


def test_somebody_else_signs_for_the_laboratory(
    village: Village, node: OracleNode, tmp_path: Path, history: DocumentHistory
) -> None:
    path = village.sign(certificate(village), tmp_path / "d", by="lukusa-mine")
    assert "signer-not-operator" in rules(node.examine(path, village))
    assert history.certified(LOT) == []
