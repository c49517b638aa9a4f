"""From documents to measurements: exact, and refused where a document says nothing sound."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodetrace.contracts.enums import EventKind, Material
from lodetrace.documents.analysis import AnalysisInvalid
from lodetrace.documents.carbon_shares import shared, split_exactly
from lodetrace.documents.epcis import EpcisDocument
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import (
    SiteStatement,
    StatementInvalid,
    attestable_events,
    event_id,
)
from lodetrace.errors import InputError
from lodetrace.strict_json import parse
from tests.unit.oracle.test_epcis import drop, put
from tests.unit.oracle.village import Edit, Village, event_of
from zk_circuits.balance import BirthMeasurement, RunMeasurement
from zk_circuits.keccak import keccak256
from zk_circuits.salts import SaltKind, SaltSource

SALT = "0x" + "5a" * 32


def read(village: Village, label: str) -> tuple[SignedDocument, SiteStatement]:
    signed = SignedDocument.read(village.signed_path(label))
    return signed, SiteStatement.of(signed.document)


def test_a_birth_to_the_milligram(village: Village) -> None:
    """20,035 kg at 12.5 % moisture with 30.30 % Co in the dry mass."""
    _, statement = read(village, "mwinda-mine-M01")
    metal = 20_035_000_000 * 875 * 303 // 10**6
    assert statement.kind is EventKind.BIRTH
    assert statement.elements == ("Co",)
    assert statement.measurement("Co") == BirthMeasurement(
        metal=metal, carbon=37_714_000_000, attested=(metal, 0, 0, 0)
    )
    assert statement.to - statement.from_ == 6 * 3600


def test_metal_is_rounded_down_once() -> None:
    exact = Fraction(7_777_777) * Fraction(1_000_000 - 123_457, 10**6) * Fraction(301_113, 10**6)
    raw = _document(kg="7.777777", moisture="12.3457 %", assay="30.1113 %")
    assert SiteStatement.of(EpcisDocument.of(raw)).metal_out("Co") == int(exact)


def test_carbon_is_rounded_up() -> None:
    raw = _document()
    event_of(raw)["lodetrace:carbon"] = "0.0000000001 t CO2e"
    assert SiteStatement.of(EpcisDocument.of(raw)).carbon == {"Co": 1}


def test_a_batch_of_three_metals_shares_its_carbon(village: Village) -> None:
    signed, statement = read(village, "odra-cathode-1")
    assert statement.elements == ("Mn", "Co", "Ni")
    assert sum(statement.carbon.values()) == 35_100_000_000
    nickel = Fraction(statement.metal_out("Ni"), sum(map(statement.metal_out, ("Co", "Ni", "Mn"))))
    assert abs(statement.carbon["Ni"] - 35_100_000_000 * nickel) < 1
    events = attestable_events(signed, statement)
    assert [one.event.element for one in events] == [25, 27, 28]
    assert {one.event.document for one in events} == {signed.hash}
    assert len({one.event.commitment for one in events}) == 3


def test_the_umpire_measures_what_was_declared(village: Village) -> None:
    _, declared = read(village, "lukusa-mine-L12")
    _, statement = read(village, "delfland-measurement-L12")
    assert statement.kind is EventKind.MEASUREMENT
    assert statement.metal_in("Co") == declared.metal_out("Co")
    assert statement.metal_out("Co") < statement.metal_in("Co")


def test_shipping_and_receiving_are_not_attested(village: Village) -> None:
    for label in ("mwinda-shipping-M05", "dongfan-receiving-L12"):
        signed, statement = read(village, label)
        assert statement.kind is EventKind.NONE
        assert attestable_events(signed, statement) == []
        assert statement.metal_out("Co") > 0


def test_whoever_has_the_document_opens_the_commitment(village: Village) -> None:
    signed, statement = read(village, "schelde-R01")
    [one] = attestable_events(signed, statement)
    salt = bytes.fromhex(signed.document.raw["lodetrace:salt"][2:])
    anchor = event_id(signed.site, signed.sequence, 27)
    assert one.opening.salt == SaltSource(SaltKind.EVENT, salt, anchor).salt(27, signed.revision)
    assert one.opening.commitment == int.from_bytes(one.event.commitment, "big")
    metal = one.opening.birth.metal
    assert one.opening.birth.attested == (metal, metal, 0, 0)
    assert one.event.site == keccak256(b"https://id.gs1.org/414/9521234000105")


def test_event_id_is_that_of_the_contract() -> None:
    from eth_abi import encode

    site = b"\x07" * 32
    expected = keccak256(encode(["bytes32", "uint32", "uint16"], [site, 9, 27]))
    assert event_id(site, 9, 27) == expected


MASSES = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5)
SYMBOLS = ("Co", "Ni", "Mn", "Li", "Cu")


@given(st.integers(0, 2**64 - 1), MASSES)
def test_shares_add_up_exactly(total: int, weights: list[int]) -> None:
    masses = dict(zip(SYMBOLS, weights, strict=False))
    parts = split_exactly(total, masses)
    assert sum(parts.values()) == total
    for name, part in parts.items():
        if any(weights):
            assert abs(part - Fraction(total * masses[name], sum(weights))) < 1


def test_equal_remainders_go_to_the_lighter_element() -> None:
    assert split_exactly(1, {"Ni": 5, "Co": 5}) == {"Co": 1, "Ni": 0}
    assert split_exactly(1, {"Ni": 0, "Co": 0}) == {"Co": 1, "Ni": 0}


@given(st.integers(0, 2**64 - 1), st.data(), MASSES)
def test_no_element_emits_more_directly_than_it_bears(
    carbon: int, data: st.DataObject, weights: list[int]
) -> None:
    direct = data.draw(st.integers(0, carbon))
    found = shared(carbon, direct, dict(zip(SYMBOLS, weights, strict=False)))
    assert sum(bears for bears, _ in found.values()) == carbon
    assert sum(own for _, own in found.values()) == direct
    assert all(own <= bears for bears, own in found.values())


def _document(kg: str = "20000", moisture: str = "12 %", assay: str = "30 %") -> dict[str, Any]:
    lot = "https://id.gs1.org/01/09521234000013/10/X"
    analysis = {
        "lodetrace:epcClass": lot,
        "lodetrace:substance": "cobalt-hydroxide",
        "lodetrace:moisture": moisture,
        "lodetrace:assay": {"lodetrace:Co": assay},
    }
    text = f"""{{
      "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                   {{"lodetrace": "https://ns.lodetrace.example/epcis/1/"}}],
      "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-06T13:00:00+02:00",
      "lodetrace:salt": "{SALT}",
      "epcisBody": {{"eventList": [{{
        "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
        "eventTime": "2026-01-06T13:00:00+02:00", "eventTimeZoneOffset": "+02:00",
        "bizLocation": {{"id": "https://id.gs1.org/414/9521234000013"}},
        "quantityList": [{{"epcClass": "{lot}", "quantity": {kg}, "uom": "KGM"}}],
        "ilmd": {{"lodetrace:analysis": [{json.dumps(analysis)}]}},
        "lodetrace:statement": "birth", "lodetrace:carbon": "10 t CO2e",
        "lodetrace:carbonShare": {{"lodetrace:Co": "100 %"}}
      }}]}}}}"""
    return parse(text.encode())


ANALYSIS = ("ilmd", "lodetrace:analysis", 0)


def top(name: str, value: Any) -> Edit:
    """An edit that sets a field of the document."""
    return lambda document: document.__setitem__(name, value)


def clear_ilmd(document: dict[str, Any]) -> None:
    event_of(document)["ilmd"] = {}


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(drop("lodetrace:statement"), id="no statement"),
        pytest.param(put("lodetrace:statement", value="gift"), id="unknown statement"),
        pytest.param(put("lodetrace:statement", value=["birth"]), id="statement is a list"),
        pytest.param(put("lodetrace:statement", value="processing"), id="shape of another"),
        pytest.param(put("bizStep", value="shipping"), id="step of another"),
        pytest.param(
            put("errorDeclaration", value={"declarationTime": "2026-02-01T00:00:00Z"}),
            id="withdrawal",
        ),
        pytest.param(
            put("lodetrace:startTime", value="2026-01-06T13:00:01+02:00"), id="ends first"
        ),
        pytest.param(put("lodetrace:startTime", value="1969-12-31T00:00:00Z"), id="before 1970"),
        pytest.param(put("lodetrace:carbonShare", value={"lodetrace:Co": "99 %"}), id="share 99 %"),
        pytest.param(
            put("lodetrace:carbonShare", value={"lodetrace:Co": "60 %", "lodetrace:Ni": "60 %"}),
            id="shares 120 %",
        ),
        pytest.param(
            put("lodetrace:attested", value={"lodetrace:virtue": "100 %"}), id="unknown credit"
        ),
        pytest.param(
            put(
                "lodetrace:attested",
                value={
                    "lodetrace:recycledPostConsumer": "60 %",
                    "lodetrace:recycledManufacturing": "60 %",
                },
            ),
            id="recycled 120 %",
        ),
        pytest.param(put("lodetrace:inputAnalysis", value=[]), id="input of a birth"),
        pytest.param(top("lodetrace:salt", "0x12"), id="short salt"),
        pytest.param(top("lodetrace:salt", None), id="no salt"),
    ],
)
def test_a_document_that_states_nothing_sound(edit: Edit) -> None:
    raw = _document()
    edit(raw)
    with pytest.raises(StatementInvalid):
        SiteStatement.of(EpcisDocument.of(raw))


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(drop("lodetrace:carbonShare"), id="no shares"),
        pytest.param(
            put("lodetrace:carbonShare", value={"lodetrace:Xx": "100 %"}), id="no element"
        ),
        pytest.param(put("lodetrace:carbonShare", value={"Co": "100 %"}), id="no prefix"),
        pytest.param(clear_ilmd, id="no analysis"),
        pytest.param(put("ilmd", "lodetrace:analysis", value=["x"]), id="analysis is text"),
        pytest.param(put(*ANALYSIS, "lodetrace:epcClass", value="urn:other"), id="other lot"),
        pytest.param(put(*ANALYSIS, "lodetrace:substance", value=1), id="substance is a number"),
        pytest.param(put(*ANALYSIS, "lodetrace:assay", value={}), id="no assay"),
        pytest.param(put(*ANALYSIS, "lodetrace:units", value=1), id="units are no Decimal"),
        pytest.param(put("quantityList", 0, "uom", value="EA"), id="pieces"),
        pytest.param(put("quantityList", value=[]), id="nothing weighed"),
    ],
)
def test_an_analysis_that_cannot_be_read(edit: Edit) -> None:
    raw = _document()
    edit(raw)
    with pytest.raises(AnalysisInvalid):
        SiteStatement.of(EpcisDocument.of(raw))


@pytest.mark.parametrize(
    "key", ["Co", "other:Co", "lodetrace:", "lodetrace"], ids=["bare", "other", "empty", "alone"]
)
def test_a_key_without_our_prefix(key: str) -> None:
    raw = _document()
    event_of(raw)["ilmd"]["lodetrace:analysis"][0]["lodetrace:assay"][key] = "1 %"
    with pytest.raises(AnalysisInvalid, match="not known"):
        SiteStatement.of(EpcisDocument.of(raw))


@pytest.mark.parametrize(
    ("kg", "moisture", "assay"),
    [
        ("1", "101 %", "30 %"),
        ("1", "-1 %", "30 %"),
        ("1", "12", "30 %"),
        ("1", "12 %", "30.00001 %"),
        ("1", "12 %", "1e1 %"),
        ("100000000000000", "0 %", "30 %"),
        ("0.0000010", "12 %", "30 %"),
    ],
)
def test_figures_out_of_range(kg: str, moisture: str, assay: str) -> None:
    with pytest.raises(InputError):
        _measurement(kg, moisture, assay)


def _measurement(kg: str, moisture: str, assay: str) -> BirthMeasurement | RunMeasurement:
    raw = _document(kg, moisture, assay)
    return SiteStatement.of(EpcisDocument.of(raw)).measurement("Co")


def test_a_lot_weighed_twice() -> None:
    raw = _document()
    event_of(raw)["quantityList"] *= 2
    with pytest.raises(AnalysisInvalid):
        SiteStatement.of(EpcisDocument.of(raw))


def test_units_of_a_series(village: Village, tmp_path: Path) -> None:
    _, statement = read(village, "isar-packs")
    assert [one.series.count for one in statement.outputs if one.series] == [224, 1]
    assert (statement.unit_material, statement.units) == (Material.PACK, 225)
    raw = village.unsigned("isar-packs")
    event_of(raw)["ilmd"]["lodetrace:analysis"][0]["lodetrace:units"] = 1.5
    path = village.sign(raw, tmp_path / "d", by="isar-packs")
    with pytest.raises(AnalysisInvalid):
        SiteStatement.of(SignedDocument.read(path).document)


def test_an_element_that_never_came_out(village: Village) -> None:
    raw = _document()
    event_of(raw)["lodetrace:carbonShare"] = {"lodetrace:Ni": "100 %"}
    statement = SiteStatement.of(EpcisDocument.of(raw))
    with pytest.raises(StatementInvalid, match="0 mg out"):
        statement.measurement("Ni")


def test_masses_that_are_none() -> None:
    """Less than a milligram weighs nothing; 2^64 mg are the limit, also for a sum."""
    raw = _document(kg="0.0001")
    event_of(raw)["quantityList"][0]["uom"] = "GRM"
    with pytest.raises(AnalysisInvalid, match="no mass"):
        SiteStatement.of(EpcisDocument.of(raw))
    one = SiteStatement.of(EpcisDocument.of(_document(kg="0.00001", moisture="0 %", assay="30 %")))
    assert one.metal_out("Co") == 3
    [output] = one.outputs
    half = replace(output, wet_mass=1 << 63, moisture=0, assay={"Co": 10**6})
    largest = replace(half, wet_mass=(1 << 63) - 1)
    fits = replace(one, outputs=(half, largest))
    assert fits.metal_out("Co") == (1 << 64) - 1
    assert fits.measurement("Co")
    with pytest.raises(StatementInvalid, match="billion t"):
        replace(one, outputs=(half, half)).measurement("Co")
