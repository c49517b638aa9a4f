"""Two periods of a continuous refinery, and what a node finds where one is not as it should be."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.enums import Material, RunKind
from lodetrace.contracts.structs import ZERO32, Period
from lodetrace.documents.epcis import EpcisDocument
from lodetrace.documents.profile import read_statement
from lodetrace.documents.signed_document import SALT_FIELD, SignedDocument
from lodetrace.documents.statement import event_id
from lodetrace.plausibility.stated import Severity
from lodetrace.strict_json import parse
from oracle.examination import FileReport, OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.test_checks import SAIMAA, learn
from tests.unit.oracle.village import Edit, Village, event_of, rules

SITE, COBALT, SINCE = "saimaa-refinery", 27, 3
BEGIN, CHANGE, END = (
    "2026-03-12T08:00:00+02:00",
    "2026-03-19T08:00:00+02:00",
    "2026-03-26T08:00:00+02:00",
)
MADE, STOCK = (
    "https://id.gs1.org/01/09521234000020/10/SM26-",
    "https://id.gs1.org/01/09521234000037/10/ST26-",
)
STOCK_LOT = b"\7" * 32
IN_TANKS, SULPHATE_FIRST, SULPHATE_SECOND = 116_000, 30_000, 70_850
"""kg: 1.25 % of the cobalt is lost in either period."""


def seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def quantity(batch: str, kilograms: int) -> dict[str, Any]:
    return {"epcClass": batch, "quantity": kilograms, "uom": "KGM"}


def analysis(batch: str, substance: str, moisture: str, cobalt: str) -> dict[str, Any]:
    found = {
        "lodetrace:epcClass": batch,
        "lodetrace:substance": substance,
        "lodetrace:moisture": moisture,
        "lodetrace:assay": {"lodetrace:Co": cobalt},
    }
    return {**found, "lodetrace:material": "in_process"} if "process" in substance else found


def in_tanks(name: str, kilograms: int) -> tuple[dict[str, Any], dict[str, Any]]:
    batch = STOCK + name
    return quantity(batch, kilograms), analysis(batch, "cobalt-in-process", "81.4 %", "20 %")


def sulphate(name: str, kilograms: int) -> tuple[dict[str, Any], dict[str, Any]]:
    batch = MADE + name
    substance = "cobalt-sulphate-heptahydrate"
    return quantity(batch, kilograms), analysis(batch, substance, "0.2 %", "20.92 %")


class Refinery:
    """A node that knows the containers of Saimaa, and what it finds in two periods."""

    def __init__(self, village: Village, node: OracleNode, folder: Path) -> None:
        self.village, self.node, self.folder = village, node, folder
        village.by_label[SITE]["continuous"] = True
        self.site = SignedDocument.read(village.signed_path("saimaa-refining")).site
        village.lots.continuous[self.site] = SINCE
        learn(village, node, *SAIMAA)

    def first(self, edit: Edit = lambda raw: None) -> FileReport:
        raw = self._with(
            (0, 1), BEGIN, CHANGE, sulphate("01", SULPHATE_FIRST), in_tanks("01", IN_TANKS)
        )
        edit(raw)
        return self._examined(raw, 900)

    def booked(self, closed: FileReport) -> None:
        """The run of the first period: its stock lies in the plant."""
        key = event_id(self.site, 900, COBALT)
        assert closed.document is not None
        self.village.lots.documents_of[key] = closed.document
        self.village.lots.make(
            RunKind.PROCESS, {STOCK_LOT: Material.IN_PROCESS},
            account=self.village.accounts["saimaa"], event_id=key,
        )  # fmt: skip
        self.village.lots.periods[self.site, COBALT] = Period(seconds(CHANGE), SINCE, STOCK_LOT)

    def second(self, edit: Edit = lambda raw: None, opening: int = IN_TANKS) -> FileReport:
        raw = self._with((2, 3), CHANGE, END, sulphate("02", SULPHATE_SECOND))
        event, (weighed, found) = event_of(raw), in_tanks("01", opening)
        event["inputQuantityList"].append(weighed)
        event["lodetrace:inputAnalysis"].append(found)
        lot = {"lodetrace:element": "Co", "lodetrace:lot": f"0x{STOCK_LOT.hex()}"}
        event["lodetrace:lots"].append({**lot, "lodetrace:epcClass": [STOCK + "01"]})
        edit(raw)
        return self._examined(raw, 901)

    def _with(
        self, containers: tuple[int, ...], begin: str, end: str, *made: tuple[dict[str, Any], ...]
    ) -> dict[str, Any]:
        raw = self.village.unsigned("saimaa-refining")
        event = event_of(raw)
        for name in ("inputQuantityList", "lodetrace:inputAnalysis", "lodetrace:lots"):
            event[name] = [event[name][place] for place in containers]
        event["outputQuantityList"] = [weighed for weighed, _ in made]
        event["ilmd"]["lodetrace:analysis"] = [found for _, found in made]
        event |= {"lodetrace:startTime": begin, "eventTime": end, "lodetrace:carbon": "28 t CO2e"}
        event["lodetrace:custodyModel"] = "mass balance"
        raw["creationDate"] = end
        return raw

    def _examined(self, raw: dict[str, Any], sequence: int) -> FileReport:
        path = self.folder / f"{sequence}.json"
        self.village.sign(raw, path, by=SITE, sequence=sequence)
        return self.node.examine(path, self.village)


@pytest.fixture
def refinery(village: Village, node: OracleNode, tmp_path: Path) -> Refinery:
    return Refinery(village, node, tmp_path)


@pytest.fixture
def after(refinery: Refinery) -> Refinery:
    """After the first period was booked."""
    refinery.booked(refinery.first())
    return refinery


def test_two_periods_in_which_the_tanks_get_fuller_and_emptier(refinery: Refinery) -> None:
    first = refinery.first()
    assert (rules(first), rules(first, Severity.FLAG)) == ([], [])
    refinery.booked(first)
    second = refinery.second()
    assert (rules(second), rules(second, Severity.FLAG)) == ([], [])


def test_without_its_stock_the_first_one_is_out_of_band(refinery: Refinery) -> None:
    """As today, where what lies in the tanks counts as lost."""

    def forget(raw: dict[str, Any]) -> None:
        event_of(raw)["outputQuantityList"].pop()
        event_of(raw)["ilmd"]["lodetrace:analysis"].pop()

    assert rules(refinery.first(forget), Severity.FLAG) == ["loss-outside-band"]


def test_a_period_that_does_not_follow(after: Refinery) -> None:
    def late(raw: dict[str, Any]) -> None:
        event_of(raw)["lodetrace:startTime"] = "2026-03-20T08:00:00+02:00"

    found = after.second(late)
    assert rules(found) == ["period-gap"]
    assert found.is_early, "once another period is booked it may follow"


def test_after_an_act_it_need_not(after: Refinery) -> None:
    after.village.lots.continuous[after.site] = SINCE + 2

    def late(raw: dict[str, Any]) -> None:
        event_of(raw)["lodetrace:startTime"] = "2026-03-20T08:00:00+02:00"

    assert rules(after.second(late)) == []


def test_stock_that_is_forgotten(after: Refinery) -> None:
    def forget(raw: dict[str, Any]) -> None:
        for name in ("inputQuantityList", "lodetrace:inputAnalysis", "lodetrace:lots"):
            event_of(raw)[name].pop()

    assert "stock-not-named" in rules(after.second(forget))


@pytest.mark.parametrize("kilograms", [115_999, 116_001])
def test_stock_that_differs_from_what_the_last_period_left(after: Refinery, kilograms: int) -> None:
    assert rules(after.second(opening=kilograms)) == ["stock-differs"]


def test_stock_of_a_site_with_batches(refinery: Refinery) -> None:
    refinery.village.by_label[SITE]["continuous"] = False
    assert rules(refinery.first()) == ["stock-at-batch-site"]


def test_more_in_the_tanks_than_a_plant_has(refinery: Refinery) -> None:
    """By the rules since October."""
    refinery.village.by_label[SITE]["capacity"]["Co"] = "20 t"
    refinery.node._declarations[refinery.site] = refinery.village.declarations()[refinery.site]  # type: ignore[index]

    def in_october(raw: dict[str, Any]) -> None:
        event_of(raw)["lodetrace:startTime"] = BEGIN.replace("-03-", "-10-")
        event_of(raw)["eventTime"] = raw["creationDate"] = CHANGE.replace("-03-", "-10-")

    assert "stock-unusual" in rules(refinery.first(in_october), Severity.FLAG)


def test_capacity_counts_what_was_made(after: Refinery, history: DocumentHistory) -> None:
    """The stock of each month is not made once more."""
    signed = SignedDocument.read(after.folder / "900.json")
    other = SignedDocument.read(after.village.signed_path("saimaa-refining"))
    made = history.made_between(other, "Co", seconds(BEGIN), seconds(CHANGE))
    statement = read_statement(signed.document)
    assert made == statement.made("Co") == statement.metal_out("Co") - statement.stock("Co")


def test_stock_that_changed_hands_with_its_plant(after: Refinery) -> None:
    """It is its plant's, whoever holds it."""
    after.village.lots.hand_over(STOCK_LOT, after.village.accounts["schelde"])
    after.village.lots.handed_over.clear()
    assert rules(after.second()) == []


@pytest.mark.parametrize("statement", ["rework", "recovery"])
def test_only_processing_has_stock(refinery: Refinery, statement: str) -> None:
    def call(raw: dict[str, Any]) -> None:
        event_of(raw)["lodetrace:statement"] = statement

    error = refinery.first(call).error
    assert error is not None
    assert "in process" in str(error)


def test_two_stocks_of_one_metal(refinery: Refinery) -> None:
    def twice(raw: dict[str, Any]) -> None:
        weighed, found = in_tanks("01-b", 1_000)
        event_of(raw)["outputQuantityList"].append(weighed)
        event_of(raw)["ilmd"]["lodetrace:analysis"].append(found)

    error = refinery.first(twice).error
    assert error is not None
    assert "two batches in process" in str(error)


def test_the_example_is_read() -> None:
    raw = parse(Path("examples/members/period.jsonld").read_bytes())
    found = read_statement(EpcisDocument.of({**raw, SALT_FIELD: "0x" + ZERO32.hex()}))
    assert (found.stock("Co"), found.made("Co")) == (10_725_360_000, 6_221_691_680)
    loss = found.metal_in("Co") - found.metal_out("Co")
    assert 0 < loss * 100 < 2 * found.metal_in("Co")
