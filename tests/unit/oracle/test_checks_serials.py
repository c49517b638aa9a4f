"""Batch numbers, seals and usual figures: rules of 2026.2, for events from October 2026 on."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, StatementInvalid
from lodetrace.documents.statement_fields import MAX_SEALS
from lodetrace.documents.withdrawal import declare_wrong
from lodetrace.plausibility.rulebook import rulebook_at
from lodetrace.plausibility.stated import Severity
from lodetrace.strict_json import parse
from oracle.examination import FileReport, OracleNode
from oracle.history import DocumentHistory
from oracle.serials import serials_of
from tests.unit.oracle.mine_output import START, Container, Mine, containers
from tests.unit.oracle.village import Village, earlier_rules, event_of, rules


@pytest.fixture
def mine(village: Village, tmp_path: Path) -> Mine:
    village.now = START + 400 * 86_400
    return Mine(village, tmp_path)


@pytest.fixture
def three() -> list[Container]:
    return list(containers(seed=3, count=3))


def seen(mine: Mine, node: OracleNode, container: Container) -> FileReport:
    return node.examine(mine.file(container), mine.village)


def flags(report: FileReport) -> list[str]:
    assert rules(report) == []
    return rules(report, Severity.FLAG)


def test_numbers_in_a_row_are_in_order(
    mine: Mine, node: OracleNode, three: list[Container]
) -> None:
    for container in (*three, *reversed(three)):
        assert seen(mine, node, container).findings == (), "the same again, in any order"


def test_a_number_left_out_is_flagged(mine: Mine, node: OracleNode, three: list[Container]) -> None:
    first, _, third = three
    seen(mine, node, first)
    report = seen(mine, node, third)
    assert flags(report) == ["batch-gap", "seal-gap"]
    assert report.events, "a flag does not stop an attestation"
    batch, seal = report.findings
    assert (batch.values["lower"], batch.values["upper"], batch.values["missing"]) == (1, 3, 1)
    assert seal.values["series"] == "MWD-"


def test_a_series_begins_anywhere(mine: Mine, node: OracleNode, three: list[Container]) -> None:
    seen(mine, node, three[0])
    other = replace(three[1], lot="Y00417", seal="NEW-99")
    assert flags(seen(mine, node, other)) == []


def test_a_number_without_digits_is_only_unique(
    mine: Mine, node: OracleNode, three: list[Container]
) -> None:
    seen(mine, node, replace(three[0], seal="blue"))
    assert rules(seen(mine, node, replace(three[1], seal="blue"))) == ["seal-reused"]


def test_a_seal_of_another_site_is_reused(
    mine: Mine, village: Village, node: OracleNode, three: list[Container]
) -> None:
    seen(mine, node, three[0])
    other = Mine(village, mine.folder, "lukusa-mine", "lukusa-mine-L01")
    assert rules(seen(other, node, replace(three[1], lot="L1", seal=three[0].seal))) == [
        "seal-reused"
    ]


def test_a_withdrawn_number_is_free(
    mine: Mine, village: Village, node: OracleNode, three: list[Container], tmp_path: Path
) -> None:
    first = SignedDocument.read(mine.file(three[0]))
    seen(mine, node, three[0])
    again = replace(three[1], lot=three[0].lot, seal=three[0].seal)
    assert set(rules(seen(mine, node, again))) == {"batch-reused", "seal-reused"}
    key = village.keys_of(mine.site).signing_key
    gone = declare_wrong(first, reason="did_not_occur", declared=village.now - 1, private_key=key)
    (tmp_path / "gone").write_text(gone.to_json(), "utf-8")
    assert rules(node.examine(tmp_path / "gone", village)) == []
    assert rules(seen(mine, node, again)) == []


def test_an_unusual_assay_is_flagged(mine: Mine, node: OracleNode, three: list[Container]) -> None:
    assert flags(seen(mine, node, replace(three[0], assay=1_990))) == ["assay-unusual"]
    assert flags(seen(mine, node, replace(three[1], assay=2_000))) == []


def edited(mine: Mine, container: Container, by: str, change: Any) -> Path:
    """A container's document, its event changed and signed again."""
    raw = json.loads(mine.file(container).read_text("utf-8"))["document"]
    change(event_of(raw))
    return mine.village.sign(raw, mine.folder / "edited", by=by)


@pytest.mark.parametrize(
    ("carbon", "expected"), [("900 t CO2e", ["carbon-unusual"]), ("40 t CO2e", [])]
)
def test_unusual_carbon_is_flagged(
    mine: Mine, node: OracleNode, three: list[Container], carbon: str, expected: list[str]
) -> None:
    path = edited(
        mine, three[0], mine.site, lambda event: event.update({"lodetrace:carbon": carbon})
    )
    assert flags(node.examine(path, mine.village)) == expected


SEALS = [
    "MWD-1", {}, [1], [""], [" MWD-1"], ["x" * 65], ["MWD-1\n"], ["A", "A"], ["é"],
    [f"S{number}" for number in range(MAX_SEALS + 1)],
]  # fmt: skip


@pytest.mark.parametrize("seals", SEALS, ids=lambda one: repr(one)[:20])
def test_malformed_seals_are_refused(
    mine: Mine, node: OracleNode, three: list[Container], seals: Any
) -> None:
    path = edited(
        mine, three[0], mine.site, lambda event: event["ilmd"].update({"lodetrace:seals": seals})
    )
    report = node.examine(path, mine.village)
    assert isinstance(report.error, StatementInvalid)


def test_serials_of_a_document(mine: Mine, three: list[Container]) -> None:
    signed = SignedDocument.of(parse(mine.file(three[0]).read_bytes()))
    batch, seal = serials_of(SiteStatement.of(signed.document))
    assert (batch.series, batch.number) == ("https://id.gs1.org/01/09521234000013/10/X", 1)
    assert (seal.series, seal.number) == ("MWD-", 700_001)


def test_what_happened_before_october_is_judged_by_the_rules_of_its_time(
    mine: Mine, village: Village, history: DocumentHistory, three: list[Container]
) -> None:
    """With the versions 2026.1 and 2026.2, as a node that keeps them has them."""
    node = OracleNode(village.declarations(), history, books=earlier_rules())
    september = int(datetime(2026, 9, 30, 12, tzinfo=UTC).timestamp())
    first, second, third = (replace(one, end=september + one.number * 60) for one in three)
    assert flags(seen(mine, node, first)) == []
    assert flags(seen(mine, node, replace(third, seal=first.seal))) == []
    october = seen(mine, node, replace(second, end=START, seal=first.seal))
    assert [(one.rule, one.version) for one in october.findings] == [("seal-reused", "2026.2")]
    assert rulebook_at(september, earlier_rules()).version == "2026.1"
    assert rulebook_at(START).version == rulebook_at(september).version == "2026.4"
