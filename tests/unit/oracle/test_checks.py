"""Plausibility: each defect is refused by its own rule, and by no other."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.plausibility.stated import Severity
from oracle.examination import OracleNode
from oracle.history import ACCEPTED, REFUSED, DocumentHistory
from tests.unit.oracle.test_epcis import put
from tests.unit.oracle.village import Edit, Village, event_of, rules

MINE = "mwinda-mine"
OUTPUT = ("ilmd", "lodetrace:analysis", 0)
CO = (*OUTPUT, "lodetrace:assay", "lodetrace:Co")


def later(hours: int) -> Edit:
    """An edit that moves an event of January 2026 by whole hours."""

    def edit(document: dict[str, Any]) -> None:
        event = event_of(document)
        for name in ("eventTime", "lodetrace:startTime"):
            moved = datetime.fromisoformat(event[name]) + timedelta(hours=hours)
            event[name] = moved.isoformat()

    return edit


def scrap(document: dict[str, Any]) -> None:
    """An edit that makes scrap of what came out."""
    put(*OUTPUT, "lodetrace:substance", value="nmc622-scrap")(document)
    put(*OUTPUT, "lodetrace:material", value="scrap")(document)


DEFECTS = [
    ("assay-above-theory", MINE, "M01", put(*CO, value="63.5 %")),
    ("moisture-out-of-range", MINE, "M01", put(*OUTPUT, "lodetrace:moisture", value="71 %")),
    ("substance-unknown", MINE, "M01", put(*OUTPUT, "lodetrace:substance", value="fairy-dust")),
    ("material-not-at-site", MINE, "M01",
     scrap),
    ("above-capacity", MINE, "M01", put("quantityList", 0, "quantity", value=20_000_000)),
    ("event-too-long", MINE, "M01", put("lodetrace:startTime", value="2025-11-01T00:00:00Z")),
    ("element-not-at-site", MINE, "M01", put("lodetrace:carbonShare", value={
        "lodetrace:Co": "99 %", "lodetrace:Ni": "1 %"})),
]  # fmt: skip
"""Rule, site, lot and edit of a mine's document."""


@pytest.mark.parametrize(("rule", "site", "lot", "edit"), DEFECTS, ids=[one[0] for one in DEFECTS])
def test_a_defect_of_a_birth(
    rule: str, site: str, lot: str, edit: Edit, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    raw = village.unsigned(f"{site}-{lot}")
    if rule == "element-not-at-site":  # something of the other element has to be there
        assay = event_of(raw)["ilmd"]["lodetrace:analysis"][0]["lodetrace:assay"]
        assay["lodetrace:Ni"] = "0.2 %"
    edit(raw)
    report = node.examine(village.sign(raw, tmp_path / "d.json", by=site), village)
    assert rule in rules(report)
    large = {"above-capacity", "rate-above-capacity", "mass-above-packaging", "carbon-too-low"}
    assert set(rules(report)) <= {rule, "assay-above-theory", *large}
    assert report.events == ()


def test_a_clean_document_of_each_kind(village: Village, node: OracleNode) -> None:
    for label in ("mwinda-mine-M01", "schelde-R01", "delfland-measurement-L12"):
        report = node.examine(village.signed_path(label), village)
        assert rules(report) == []
        assert report.events


def test_refusal_names_rule_version_and_values(
    village: Village, node: OracleNode, tmp_path: Path, history: DocumentHistory
) -> None:
    raw = village.unsigned("mwinda-mine-M01")
    put(*CO, value="63.5 %")(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by=MINE), village)
    finding, *flagged = report.findings
    assert [one.rule for one in flagged] == ["assay-unusual"]
    assert (finding.rule, finding.version) == ("assay-above-theory", "2026.4")
    assert finding.values["assay"] == "63.5 %"
    assert finding.values["limit"] == "63.405 %"
    assert report.document is not None
    assert history.outcome_of(report.document) == REFUSED
    assert history.findings_of(report.document) == "\n".join(map(str, report.findings))
    assert "rules 2026.4" in report.refusals[0]


def test_event_in_the_future(village: Village, node: OracleNode) -> None:
    village.now = 1_767_650_000  # while the container is being filled
    path = village.signed_path("mwinda-mine-M01")
    assert rules(node.examine(path, village)) == ["event-in-future"]
    village.now = 1_767_700_800
    assert rules(node.examine(path, village)) == [], "a refusal is not for ever"


def test_one_number_for_two_documents(
    village: Village, node: OracleNode, tmp_path: Path, history: DocumentHistory
) -> None:
    first = village.sign(village.unsigned("mwinda-mine-M01"), tmp_path / "1", by=MINE)
    second = village.sign(village.unsigned("mwinda-mine-M02"), tmp_path / "2", by=MINE)
    assert rules(node.examine(first, village)) == []
    assert rules(node.examine(first, village)) == [], "the same document again is no other one"
    report = node.examine(second, village)
    assert rules(report) == ["number-reused"]
    assert report.document is not None
    assert history.outcome_of(report.document) == REFUSED


def test_one_event_under_two_numbers(village: Village, node: OracleNode, tmp_path: Path) -> None:
    """The second would make its metal twice."""
    raw = village.unsigned("mwinda-mine-M01")
    first = village.sign(raw, tmp_path / "1", by=MINE, sequence=900)
    second = village.sign(raw, tmp_path / "2", by=MINE, sequence=901)
    report = node.examine(first, village)
    assert rules(report) == []
    again = node.examine(second, village)
    assert rules(again) == ["event-repeated", "batch-reused"]
    finding = again.findings[0]
    assert report.document is not None
    assert finding.values["other"] == "0x" + report.document.hex()


def learn(village: Village, node: OracleNode, *labels: str) -> None:
    """Lets the node see documents of the story."""
    for label in labels:
        assert rules(node.examine(village.signed_path(label), village)) == [], label


SAIMAA = [*(f"mwinda-mine-M{number}" for number in (25, 26, 27, 28)), "saimaa-receiving"]
EARLY = ["not-received"] * 4
"""An event that begins before the containers can be there also ends before they were received."""


def test_a_run_of_the_story(village: Village, node: OracleNode) -> None:
    learn(village, node, *SAIMAA)
    report = node.examine(village.signed_path("saimaa-refining"), village)
    assert report.findings == ()
    assert len(report.events) == 1


def test_inputs_without_documents_are_flagged(village: Village, node: OracleNode) -> None:
    learn(village, node, *SAIMAA[:2], "saimaa-receiving")
    report = node.examine(village.signed_path("saimaa-refining"), village)
    assert rules(report) == []
    [flag] = report.findings
    assert (flag.rule, flag.values["count"]) == ("parent-unknown", 2)
    assert report.events, "a flag does not stop an attestation"


def test_before_its_parents(village: Village, node: OracleNode, tmp_path: Path) -> None:
    learn(village, node, *SAIMAA)
    raw = village.unsigned("saimaa-refining")
    put("lodetrace:startTime", value="2026-01-13T10:00:00Z")(raw)
    put("eventTime", value="2026-01-20T10:00:00Z")(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by="saimaa-refinery"), village)
    assert rules(report) == ["before-parent"] * 4 + EARLY


def test_faster_than_a_ship(village: Village, node: OracleNode, tmp_path: Path) -> None:
    learn(village, node, *SAIMAA)
    raw = village.unsigned("saimaa-refining")
    put("lodetrace:startTime", value="2026-01-16T10:00:00Z")(raw)
    put("eventTime", value="2026-01-20T10:00:00Z")(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by="saimaa-refinery"), village)
    assert rules(report) == ["transit-too-fast"] * 4 + EARLY
    assert report.findings[0].values["hours"] == 600


@pytest.mark.parametrize(
    ("assay", "refused", "flagged"),
    [
        ("20.92 %", [], []),
        ("20.60 %", [], []),
        ("19.90 %", [], ["loss-outside-band", "assay-unusual"]),
    ],
)
def test_the_band_of_losses(
    assay: str, refused: list[str], flagged: list[str], village: Village, node: OracleNode,
    tmp_path: Path,
) -> None:  # fmt: skip
    learn(village, node, *SAIMAA)
    raw = village.unsigned("saimaa-refining")
    put(*CO, value=assay)(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by="saimaa-refinery"), village)
    assert rules(report) == refused
    assert rules(report, Severity.FLAG) == flagged


@pytest.mark.parametrize(
    ("gain", "refused"), [("0.0049", []), ("0.0051", ["mass-does-not-add-up"])]
)
def test_more_out_than_in(
    gain: str, refused: list[str], village: Village, node: OracleNode, tmp_path: Path
) -> None:
    """The refinery's scale is good to 0.5 %."""
    learn(village, node, *SAIMAA)
    signed = SignedDocument.read(village.signed_path("saimaa-refining"))
    statement = SiteStatement.of(signed.document)
    factor = (1 + Fraction(gain)) * statement.metal_in("Co") / statement.metal_out("Co")
    raw = village.unsigned("saimaa-refining")
    quantity = event_of(raw)["outputQuantityList"][0]
    quantity["quantity"] = int(Fraction(str(quantity["quantity"])) * factor)
    report = node.examine(village.sign(raw, tmp_path / "d", by="saimaa-refinery"), village)
    assert rules(report) == refused


def test_capacity_counts_what_was_made_before(
    village: Village, node: OracleNode, tmp_path: Path
) -> None:
    """The cooperative may make 12 t in a day: the third lot of 5.3 t is one too many."""
    outcomes = []
    for number in range(1, 4):
        raw = village.unsigned("tujenge-coop-T01")
        put("quantityList", 0, "quantity", value=30_000)(raw)
        put("lodetrace:carbon", value="33 t CO2e")(raw)
        lot = f"https://id.gs1.org/01/09521234000013/10/T{number}"
        put("quantityList", 0, "epcClass", value=lot)(raw)
        put(*OUTPUT, "lodetrace:epcClass", value=lot)(raw)
        later(number)(raw)
        path = tmp_path / f"{number}.json"
        village.sign(raw, path, by="tujenge-coop", sequence=100 + number)
        outcomes.append(rules(node.examine(path, village)))
    assert outcomes == [[], [], ["above-capacity"]]


def test_a_corrected_revision_counts_once(
    history: DocumentHistory, village: Village, node: OracleNode
) -> None:
    from lodetrace.documents.signed_document import SignedDocument

    path = village.signed_path("tujenge-coop-T01")
    assert rules(node.examine(path, village)) == []
    signed = SignedDocument.read(path)
    assert history.outcome_of(signed.hash) == ACCEPTED
    other = replace(signed, sequence=signed.sequence + 1)
    finish = int(signed.document.events[0].time.timestamp())
    assert history.made_between(signed, "Co", 0, finish) == 0
    assert history.made_between(other, "Co", 0, finish) > 0
    assert history.made_between(other, "Co", finish, finish + 1) == 0
