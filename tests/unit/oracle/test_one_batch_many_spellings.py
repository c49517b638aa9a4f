"""A batch named in another spelling is the same batch for every rule, also of an older history."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from lodetrace.documents.analysis import AnalysisInvalid
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.plausibility.stated import Severity
from oracle.declarations import DeclarationsUnusable, read_declarations
from oracle.examination import FileReport, OracleNode
from oracle.history import FILE, DocumentHistory
from tests.unit.oracle.mine_output import START, Mine, containers
from tests.unit.oracle.test_epcis import put
from tests.unit.oracle.village import Village, event_of, rules

MINE, REFINERY = "mwinda-mine", "saimaa-refinery"
SAIMAA = [*(f"mwinda-mine-M{number}" for number in (25, 26, 27, 28)), "saimaa-receiving"]
M25 = "https://id.gs1.org/01/09521234000013/10/M25"
SPELLINGS = [
    "https://id.gs1.org/01/9521234000013/10/M25",
    "https://example.com/01/09521234000013/10/M25",
    "https://id.gs1.org/01/09521234000013/10/M25?15=271231",
    "http://id.gs1.org/01/09521234000013/10/M25",
    "https://id.gs1.org/gtin/09521234000013/lot/M25",
    "urn:epc:class:lgtin:952123400.0001.M25",
    "https://id.gs1.org/01/09521234000013/10/%4D25",
]


def learn(village: Village, node: OracleNode) -> None:
    for label in SAIMAA:
        assert rules(node.examine(village.signed_path(label), village)) == []


def october(village: Village, folder: Path, lot: str, sequence: int) -> Path:
    """A container of October 2026, when the rule about batch numbers is in force."""
    village.now = START + 400 * 86_400
    [container] = containers(seed=1, count=1)
    mine = Mine(village, folder)
    raw = SignedDocument.read(mine.file(container)).document.raw
    put("quantityList", 0, "epcClass", value=lot)(raw)
    put("ilmd", "lodetrace:analysis", 0, "lodetrace:epcClass", value=lot)(raw)
    put("ilmd", "lodetrace:seals", value=[f"S-{sequence}"])(raw)
    put("ilmd", "lodetrace:analysis", 0, "lodetrace:moisture", value=f"12.{sequence % 100} %")(raw)
    keys = village.keys_of(MINE)
    signed = sign_document(
        raw, sequence=sequence, domain=village.domain,
        private_key=keys.signing_key, salt_secret=keys.salt_secret,
    )  # fmt: skip
    path = folder / f"{sequence}.json"
    path.write_text(signed.to_json(), "utf-8")
    return path


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_batch_is_born_once(
    spelling: str, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    assert rules(node.examine(october(village, tmp_path, M25, 901), village)) == []
    report = node.examine(october(village, tmp_path, spelling, 902), village)
    assert rules(report) == ["batch-reused"]
    assert report.made == (M25,)


def refining(
    village: Village, node: OracleNode, tmp_path: Path, spelling: str, start: str | None
) -> FileReport:
    """The refinery's run, one of its inputs in another spelling."""
    raw = village.unsigned("saimaa-refining")
    event = event_of(raw)
    for entry in event["inputQuantityList"]:
        entry["epcClass"] = entry["epcClass"].replace(M25, spelling)
    for entry in event["lodetrace:inputAnalysis"]:
        entry["lodetrace:epcClass"] = entry["lodetrace:epcClass"].replace(M25, spelling)
    if start is not None:
        event["lodetrace:startTime"] = start
    return node.examine(village.sign(raw, tmp_path / "d", by=REFINERY), village)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    ("start", "rule"),
    [
        (None, None),
        ("2026-01-16T10:00:00Z", "transit-too-fast"),
        ("2026-01-13T10:00:00Z", "before-parent"),
    ],
)
def test_its_document_is_found(
    spelling: str, start: str | None, rule: str | None, village: Village, node: OracleNode,
    tmp_path: Path,
) -> None:  # fmt: skip
    learn(village, node)
    report = refining(village, node, tmp_path, spelling, start)
    assert rules(report, Severity.FLAG) == [], "no parent is unknown"
    if rule is None:
        assert rules(report) == []
    else:
        assert M25 in [one.values["lot"] for one in report.findings if one.rule == rule]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_it_is_weighed_once(
    spelling: str, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    raw = village.unsigned("saimaa-refining")
    event = event_of(raw)
    again = [one for one in event["inputQuantityList"] if one["epcClass"] == M25]
    event["inputQuantityList"] += [{**again[0], "epcClass": spelling}]
    analysis = next(
        one for one in event["lodetrace:inputAnalysis"] if one["lodetrace:epcClass"] == M25
    )
    event["lodetrace:inputAnalysis"] += [{**analysis, "lodetrace:epcClass": spelling}]
    report = node.examine(village.sign(raw, tmp_path / "d", by=REFINERY), village)
    assert isinstance(report.error, AnalysisInvalid)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_analysis_may_spell_it_in_its_own_way(
    spelling: str, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    raw = village.unsigned("mwinda-mine-M25")
    put("ilmd", "lodetrace:analysis", 0, "lodetrace:epcClass", value=spelling)(raw)
    assert rules(node.examine(village.sign(raw, tmp_path / "d", by=MINE), village)) == []


@pytest.mark.parametrize(
    "place",
    [
        "http://id.gs1.org/414/9521234000013",
        "https://example.com/gln/9521234000013",
        "urn:epc:id:sgln:952123400.001.0",
    ],
)
def test_a_site_may_be_named_in_another_spelling(
    place: str, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    raw = village.unsigned("mwinda-mine-M01")
    put("bizLocation", "id", value=place)(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by=MINE), village)
    assert report.findings == ()


def test_a_site_is_declared_once(tmp_path: Path) -> None:
    entry = "{identifier: '%s', place: CD-LU, capacity: {Co: 1 t}}"
    path = tmp_path / "sites.yaml"
    first, second = "https://id.gs1.org/414/9521234000013", "http://a.example/gln/9521234000013"
    path.write_text(f"sites: [{entry % first}, {entry % second}]", "utf-8")
    with pytest.raises(DeclarationsUnusable, match="declared twice"):
        read_declarations(path)


@pytest.mark.parametrize("seal", ["mwd-700001", "MWD - 700001", "Mwd-700001"])
def test_a_seal_is_used_once(seal: str, village: Village, node: OracleNode, tmp_path: Path) -> None:
    village.now = START + 400 * 86_400
    mine = Mine(village, tmp_path)
    first, second = containers(seed=3, count=2)
    assert node.examine(mine.file(first), village).findings == ()
    again = replace(second, seal=seal)
    assert rules(node.examine(mine.file(again), village)) == ["seal-reused"]


def test_names_of_an_older_history_are_read_anew(
    village: Village, node: OracleNode, history: DocumentHistory, tmp_path: Path
) -> None:
    """Layout 3 kept what the sites wrote."""
    path = october(village, tmp_path, M25, 901)
    assert rules(node.examine(path, village)) == []
    history.close()
    old = tmp_path / FILE
    (tmp_path / "history.sqlite").rename(old)
    spelled = "http://id.gs1.org/01/9521234000013/10/M25"
    with sqlite3.connect(old) as connection:
        connection.execute("PRAGMA user_version = 3")
        connection.execute("UPDATE outputs SET epc_class = ?", (spelled,))
        connection.execute(
            "UPDATE serials SET name = ?, series = ? WHERE kind = 'batch'", (spelled, spelled[:-2])
        )
        connection.execute("UPDATE serials SET name = 's-901' WHERE kind = 'seal'")
    connection.close()
    with DocumentHistory(old) as upgraded:
        [parent] = upgraded.parents([M25])
        assert parent.epc_class == M25
        older = OracleNode(village.declarations(), upgraded)
        report = older.examine(october(village, tmp_path, SPELLINGS[5], 902), village)
        assert rules(report) == ["batch-reused"]
        names = upgraded._rows("SELECT kind, name, series, number FROM serials ORDER BY kind", ())
        assert names == [("batch", M25, M25[:-2], 25), ("seal", "S-901", "S-", 901)]
