"""What documents of runs say: lots by id, units, scrap, direct emissions, losses, measurements."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lodetrace.contracts.enums import CustodyModel, EventKind, LotState, Material, RunKind
from lodetrace.contracts.structs import ZERO32
from lodetrace.documents.analysis import AnalysisInvalid
from lodetrace.documents.named_lots import NamedLotsInvalid
from lodetrace.documents.profile import read_statement
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import (
    SiteStatement,
    StatementInvalid,
    attestable_events,
    batches_hash,
    batches_salt,
)
from lodetrace.errors import InputError
from lodetrace.plausibility.stated import Severity
from oracle.examination import FileReport, OracleNode
from tests.unit.oracle.test_checks import SAIMAA, learn
from tests.unit.oracle.test_epcis import drop, put
from tests.unit.oracle.village import Edit, Village, event_of, rules
from zk_circuits.keccak import keccak256
from zk_circuits.tags import TagType

Stated = Callable[..., tuple[SignedDocument, SiteStatement]]


@pytest.fixture
def stated(village: Village, tmp_path: Path) -> Stated:
    """Reads a document of the story after edits."""

    def read(label: str, *edits: Edit) -> tuple[SignedDocument, SiteStatement]:
        raw = village.unsigned(label)
        for edit in edits:
            edit(raw)
        path = village.sign(raw, tmp_path / "d.json", by=_site(village, raw))
        signed = SignedDocument.read(path)
        return signed, read_statement(signed.document)

    return read


def _site(village: Village, raw: dict[str, Any]) -> str:
    place = event_of(raw)["bizLocation"]["id"]
    return next(one["site"] for one in village.entries if one["identifier"] == place)


def judged(
    village: Village, node: OracleNode, folder: Path, label: str, *edits: Edit
) -> FileReport:
    """What a node finds in an edited document."""
    raw = village.unsigned(label)
    for edit in edits:
        edit(raw)
    return node.examine(village.sign(raw, folder / "j.json", by=_site(village, raw)), village)


def test_the_metal_of_each_named_lot(stated: Stated) -> None:
    """In the order of the lots' ids, which is that of the event and of the proof."""
    signed, statement = stated("dongfan-refining")
    [one] = attestable_events(signed, statement)
    assert list(one.event.inputs) == sorted(one.event.inputs)
    assert len(one.event.inputs) == 3
    assert sum(one.opening.run.metal_in) == statement.metal_in("Co")
    weighed = {analysis.epc_class: analysis.metal("Co") for analysis in statement.inputs}
    for lot, metal in zip(one.event.inputs, one.opening.run.metal_in, strict=True):
        [named] = [found for found in statement.named if found.lot == lot]
        assert metal == sum(weighed[batch] for batch in named.batches)


def test_scrap_is_attested_apart(stated: Stated) -> None:
    signed, statement = stated("tisza-cells-1")
    for one in attestable_events(signed, statement):
        run = one.opening.run
        assert run.scrap > 0
        assert one.opening.tag.type is TagType.RUN_EVENT
        assert run.units == 10_710
        assert one.event.unit_material == Material.CELL
        assert one.event.elements == (25, 27, 28)
        assert one.event.model is CustodyModel.SEGREGATED


def test_direct_emissions_are_shared_as_carbon(stated: Stated) -> None:
    signed, statement = stated("tisza-cells-1", put("lodetrace:direct", value="3.1 t CO2e"))
    assert sum(statement.direct.values()) == 3_100_000_000
    for one in attestable_events(signed, statement):
        assert one.opening.run.direct <= one.opening.run.carbon
    with pytest.raises(StatementInvalid, match="more than the carbon"):
        stated("tisza-cells-1", put("lodetrace:direct", value="3100 t CO2e"))


def test_the_batches_are_opened_without_the_amounts(stated: Stated) -> None:
    signed, statement = stated("schelde-recovery-1")
    by_element = {one.event.element: one for one in attestable_events(signed, statement)}
    assert len({one.event.batches for one in by_element.values()}) == 3
    nickel = by_element[28]
    salt = batches_salt(nickel.opening.salt)
    [batch] = statement.batches("Ni")
    assert batch.endswith("/10/RS26-1-Ni")
    assert nickel.event.batches == batches_hash(salt, (batch,)) == keccak256(salt + batch.encode())
    assert salt != nickel.opening.salt.to_bytes(32, "big"), "whoever opens it learns no salt"


def test_a_measurement_names_its_lot_and_books_what_it_measured(stated: Stated) -> None:
    signed, statement = stated("delfland-measurement-L12")
    [one] = attestable_events(signed, statement)
    metal = statement.metal_out("Co")
    assert one.opening.run.slots() == (metal, 0, 0, 0, metal, 0, 0, 0, 0)
    assert (one.event.batches, one.event.no_output, len(one.event.inputs)) == (ZERO32, False, 1)
    signed, statement = stated("delfland-measurement-L12", put("lodetrace:notLess", value=True))
    [one] = attestable_events(signed, statement)
    assert one.event.no_output


def test_a_measurement_emits_nothing(stated: Stated) -> None:
    with pytest.raises(InputError, match="carbon"):
        stated("delfland-measurement-L12", put("lodetrace:carbon", value="1 kg CO2e"))


def loss(found_kg: float | None) -> Edit:
    """Turns Saimaa's refining into a loss of what went in. found_kg: of one container."""

    def edit(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        event["bizStep"], event["lodetrace:statement"] = "stock_taking", "loss"
        for word in ("carbon", "carbonShare", "direct", "custodyModel"):
            event.pop(f"lodetrace:{word}", None)
        if found_kg is None:
            del event["ilmd"]
            event["outputQuantityList"] = []
            return
        batch = event["inputQuantityList"][0]["epcClass"]
        event["outputQuantityList"] = [{"epcClass": batch, "quantity": found_kg, "uom": "KGM"}]
        event["ilmd"]["lodetrace:analysis"] = [event["lodetrace:inputAnalysis"][0]]

    return edit


def test_a_loss_of_everything(stated: Stated) -> None:
    signed, statement = stated("saimaa-refining", loss(None))
    [one] = attestable_events(signed, statement)
    assert statement.kind is EventKind.LOSS
    assert (one.event.no_output, one.event.batches) == (True, ZERO32)
    assert one.opening.run.product == 0
    assert sum(one.opening.run.metal_in) == statement.metal_in("Co")


def test_a_loss_of_some(stated: Stated) -> None:
    signed, statement = stated("saimaa-refining", loss(1_000.5))
    [one] = attestable_events(signed, statement)
    assert not one.event.no_output
    assert 0 < one.opening.run.product < sum(one.opening.run.metal_in)


def test_a_loss_that_leaves_lots_out(village: Village, node: OracleNode, tmp_path: Path) -> None:
    """What is kept out of a loss would keep its carbon out of what remains."""
    learn(village, node, *SAIMAA)
    half, rest = bytes(31) + b"\x21", bytes(31) + b"\x22"
    village.lots.make(
        RunKind.REBOOK,
        {half: Material.HYDROXIDE, rest: Material.HYDROXIDE},
        [bytes.fromhex(village.ids["M25"][2:])],
        account=village.accounts["saimaa"],
    )

    def names(lot: bytes) -> Edit:
        return put("lodetrace:lots", 0, "lodetrace:lot", value=f"0x{lot.hex()}")

    report = judged(village, node, tmp_path, "saimaa-refining", loss(None), names(half))
    assert set(rules(report)) == {"loss-names-part"}
    village.lots.set_state(rest, LotState.CONSUMED)
    report = judged(village, node, tmp_path, "saimaa-refining", loss(None), names(half))
    assert "loss-names-part" not in rules(report)


def outside(raw: dict[str, Any]) -> None:
    """Metal that no member sold."""
    event = event_of(raw)
    event["lodetrace:statement"] = "outside"
    event.pop("lodetrace:attested")


def test_metal_from_outside_is_born_anywhere(
    village: Village, node: OracleNode, tmp_path: Path, stated: Stated
) -> None:
    signed, statement = stated("mwinda-mine-M01", outside)
    [one] = attestable_events(signed, statement)
    assert (one.event.kind, one.event.inputs) == (EventKind.OUTSIDE, ())
    assert one.opening.birth.attested == (0, 0, 0, 0)
    dear = put("lodetrace:carbon", value="600 t CO2e")
    assert rules(judged(village, node, tmp_path, "mwinda-mine-M01", outside, dear)) == []
    with pytest.raises(InputError, match="belongs to births"):
        stated("mwinda-mine-M01", put("lodetrace:statement", value="outside"))


def rework(raw: dict[str, Any]) -> None:
    event_of(raw)["lodetrace:statement"] = "rework"


def test_a_rework(stated: Stated) -> None:
    _, statement = stated("saimaa-refining", rework)
    assert statement.kind is EventKind.REWORK


LOTS = "lodetrace:lots"
UNREADABLE = {
    "none": drop(LOTS),
    "empty": put(LOTS, value=[]),
    "no list": put(LOTS, value="0x00"),
    "short id": put(LOTS, 0, "lodetrace:lot", value="0x00"),
    "no element": put(LOTS, 0, "lodetrace:element", value="Xx"),
    "batch that did not go in": put(
        LOTS, 0, "lodetrace:epcClass", value=["https://id.gs1.org/01/09521234000013/10/M01"]
    ),
    "no batch": put(LOTS, 0, "lodetrace:epcClass", value=[]),
    "batch is text": put(LOTS, 0, "lodetrace:epcClass", value="M25"),
}


@pytest.mark.parametrize("edit", UNREADABLE.values(), ids=UNREADABLE)
def test_lots_that_cannot_be_read(edit: Edit, stated: Stated) -> None:
    with pytest.raises(NamedLotsInvalid):
        stated("saimaa-refining", edit)


def test_a_fifth_lot_is_charged_first(stated: Stated) -> None:
    def edit(raw: dict[str, Any]) -> None:
        lots = event_of(raw)[LOTS]
        lots.append({**lots[0], "lodetrace:lot": "0x" + "7f" * 32})

    with pytest.raises(NamedLotsInvalid, match="5 lots of Co") as error:
        stated("saimaa-refining", edit)
    assert "charge" in error.value.advice


def test_a_birth_names_no_lots(stated: Stated) -> None:
    with pytest.raises(InputError, match="lots"):
        stated("mwinda-mine-M01", put(LOTS, value=[]))


def test_carbon_of_other_metals_than_the_lots(stated: Stated) -> None:
    with pytest.raises(StatementInvalid, match="carbonShare"):
        stated("saimaa-refining", put("lodetrace:carbonShare", value={"lodetrace:Ni": "100 %"}))


@pytest.mark.parametrize(
    "units",
    [1, {"lodetrace:material": "cell"}, {"lodetrace:material": "ore", "lodetrace:count": 3},
     {"lodetrace:material": "cell", "lodetrace:count": 0}],
    ids=["a number", "no count", "not in units", "none"],
)  # fmt: skip
def test_units_that_cannot_be_read(units: object, stated: Stated) -> None:
    with pytest.raises((AnalysisInvalid, StatementInvalid)):
        stated(
            "tisza-cells-1", put("ilmd", "lodetrace:analysis", 0, "lodetrace:units", value=units)
        )


def test_units_of_two_materials(stated: Stated) -> None:
    series = {"lodetrace:material": "pack", "lodetrace:count": 3}
    with pytest.raises(StatementInvalid, match="more than one material"):
        stated(
            "tisza-cells-1", put("ilmd", "lodetrace:analysis", 1, "lodetrace:units", value=series)
        )


OUTPUT = ("ilmd", "lodetrace:analysis")


def without(place: int, word: str) -> Edit:
    """An edit that takes a word out of the analysis of an output."""
    return lambda raw: event_of(raw)["ilmd"]["lodetrace:analysis"][place].pop(word)


DEFECTS: dict[str, tuple[str, str, Edit]] = {
    "scrap under another name": (
        "material-mismatch", "tisza-cells-1", without(1, "lodetrace:material")),
    "product as scrap": (
        "material-mismatch", "tisza-cells-1",
        put(*OUTPUT, 0, "lodetrace:material", value="scrap")),
    "cells without a count": (
        "units-mismatch", "tisza-cells-1", without(0, "lodetrace:units")),
    "cells counted as packs": (
        "units-mismatch", "tisza-cells-1",
        put(*OUTPUT, 0, "lodetrace:units", "lodetrace:material", value="pack")),
    "all carbon to manganese": (
        "carbon-share", "tisza-cells-1",
        put("lodetrace:carbonShare", value={"lodetrace:Mn": "98 %", "lodetrace:Co": "1 %",
                                            "lodetrace:Ni": "1 %"})),
    "no carbon at all": (
        "carbon-too-low", "tisza-cells-1", put("lodetrace:carbon", value="0 t CO2e")),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "label", "edit"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_of_a_run(
    rule: str, label: str, edit: Edit, village: Village, node: OracleNode, tmp_path: Path
) -> None:
    assert rule in rules(judged(village, node, tmp_path, label, edit))
    assert rule not in rules(judged(village, node, tmp_path, label))


def test_less_carbon_than_any_such_step(village: Village, node: OracleNode, tmp_path: Path) -> None:
    """Two kilograms per kilogram are the least of a birth."""

    def late(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        event["eventTime"] = "2026-10-06T13:00:00+02:00"
        event["lodetrace:startTime"] = raw["creationDate"] = "2026-10-06T12:00:00+02:00"

    little = put("lodetrace:carbon", value="10 t CO2e")
    assert "carbon-too-low" in rules(
        judged(village, node, tmp_path, "mwinda-mine-M01", late, little)
    )
    much = put("lodetrace:carbon", value="900 t CO2e")
    report = judged(village, node, tmp_path, "mwinda-mine-M01", late, much)
    assert "carbon-unusual" in rules(report, Severity.FLAG)
    cheap = judged(village, node, tmp_path, "mwinda-mine-M01", late, outside)
    assert "carbon-too-low" in rules(cheap), "what comes from outside bears the upper default"


def test_too_much_scrap_is_told(village: Village, node: OracleNode, tmp_path: Path) -> None:
    """On chain the outputs are then born held."""
    more = put("outputQuantityList", 1, "quantity", value=3012.2)
    less = put("outputQuantityList", 0, "quantity", value=22426.8)
    report = judged(village, node, tmp_path, "tisza-cells-1", more, less)
    assert "scrap-above-limit" in rules(report, Severity.FLAG)
