"""Nothing in a site document is passed over: what no rule reads is refused, all of it at once."""

from pathlib import Path
from typing import Any

import pytest

from lodetrace.documents.contexts import PACKAGED
from lodetrace.documents.epcis import ContextRefused, EpcisDocument, EpcisInvalid, ProfileInvalid
from lodetrace.documents.event_hash import identities
from lodetrace.documents.faults import MOST, DocumentFaults, faults_in
from lodetrace.documents.profile import PROFILES, check_before_signing, read_statement
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.withdrawal import Withdrawn, declare_wrong
from lodetrace.errors import InputError
from lodetrace.plausibility.stated import Severity
from lodetrace.strict_json import parse
from oracle.examination import OracleNode
from tests.unit.oracle.test_epcis import put, top
from tests.unit.oracle.village import Edit, Village, event_of, rules

MINE = "mwinda-mine"
OURS = "https://ns.lodetrace.example/epcis/1/"
GS1 = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


@pytest.fixture
def raw(cobalt: Path) -> dict[str, Any]:
    return document(cobalt, "mwinda-mine-M01")


def document(cobalt: Path, label: str) -> dict[str, Any]:
    return parse((cobalt / "documents" / f"{label}.jsonld").read_bytes())


def said(raw: dict[str, Any]) -> list[InputError]:
    """What is wrong with a document, before it is signed."""
    try:
        check_before_signing(raw, PACKAGED)
    except InputError as error:
        return list(faults_in(error))
    return []


def test_every_document_of_the_story_is_in_order(cobalt: Path) -> None:
    paths = sorted((cobalt / "documents").glob("*.jsonld"))
    assert len(paths) > 50
    assert [path.name for path in paths if said(parse(path.read_bytes()))] == []
    for path in (cobalt / "signed").glob("*.json"):
        found = SignedDocument.read(path).document
        assert read_statement(found) == SiteStatement.of(found)


def renamed(old: str, new: str) -> Edit:
    return lambda raw: event_of(raw).update({new: event_of(raw).pop(old)})


WORDS = [
    (renamed("lodetrace:startTime", "lodetrace:starttime"), "did you mean startTime?"),
    (renamed("lodetrace:attested", "lodetrace:atested"), "did you mean attested?"),
    (put("lodetrace:carbonn", value="1 t CO2e"), "did you mean carbon?"),
    (put("lodetrace:cahra", value="0 %"), "is not a word of ours"),
    (put("lodetrace:seals", value=["A-1"]), "is not read here"),
    (put("lodetrace:analysis", value=[]), "is not read here"),
    (put("lodetrace:salt", value="0x"), "is not read here"),
    (put("lodetrace:declaredQuantityList", value=[]), "is not read here"),
    (put("ilmd", "lodetrace:seal", value=["A-1"]), "did you mean seals?"),
    (put("ilmd", "lodetrace:statement", value="birth"), "is not read here"),
    (put("ilmd", "analysis", value=[]), "is not read here"),
    (put("ilmd", "lodetrace:analysis", 0, "moisture", value="1 %"), "is not read here"),
    (put("ilmd", "lodetrace:analysis", 0, "lodetrace:unit", value=2), "did you mean units?"),
    (put("quantityList", 0, "weight", value=7), "is not read here"),
    (put("readPoint", "lodetrace:carbon", value="1 t CO2e"), "is not read here"),
    (top("lodetrace:carbon", "1 t CO2e"), "is not read here"),
    (put(f"{OURS}carbon", value="1 t CO2e"), "write lodetrace:carbon"),
    (put("Lodetrace:carbon", value="1 t CO2e"), "did you mean lodetrace?"),
    (put("ex:note", value="x"), "'ex' is not bound"),
    (put("bizLocation", "ex:note", value="x"), "'ex' is not bound"),
]


@pytest.mark.parametrize(("edit", "sentence"), WORDS, ids=[one[1] for one in WORDS])
def test_a_word_that_nothing_reads(edit: Edit, sentence: str, raw: dict[str, Any]) -> None:
    edit(raw)
    assert sentence in " ".join(str(one) for one in said(raw) if isinstance(one, ProfileInvalid))


@pytest.mark.parametrize(
    "entry",
    [
        {"lt": OURS},
        {"lt": OURS + "start"},
        {"lt": "https://ns.lodetrace.example/"},
        {"lt": "https:"},
        {"lodetrace": "https://ns.lodetrace.example/epcis/2/"},
    ],
)
def test_a_second_way_to_spell_our_words(raw: dict[str, Any], entry: dict[str, str]) -> None:
    raw["@context"].append(entry)
    assert [type(one) for one in said(raw)] == [ContextRefused]


def test_our_prefix_has_to_be_bound(raw: dict[str, Any]) -> None:
    raw["@context"] = GS1
    assert [one.values["where"] for one in said(raw)] == ["@context"]


def test_words_of_others_may_stand_under_their_prefix(raw: dict[str, Any]) -> None:
    raw["@context"].append({"ex": "https://example.org/ns/"})
    event_of(raw)["ex:note"] = {"ex:shift": "night", "plain": "x"}
    event_of(raw)["rdfs:comment"] = "by hand"
    event_of(raw)["https://example.org/full"] = "x"
    raw["ex:sender"] = "x"
    assert said(raw) == []


FIELDS = [
    ("disposition", put("disposition", value="destroyed")),
    ("disposition", put("disposition", value="recalled")),
    ("disposition", put("disposition", value="https://ref.gs1.org/cbv/Disp-active")),
    ("disposition", put("disposition", value=["active"])),
    ("epcList", put("epcList", value=["urn:epc:id:sgtin:952123400.0001.7"])),
    ("sensorElementList", put("sensorElementList", value=[{"sensorReport": []}])),
    ("persistentDisposition", put("persistentDisposition", value={"set": ["recalled"]})),
    ("inputQuantityList", put("inputQuantityList", value=[
        {"epcClass": "https://id.gs1.org/01/09521234000013/10/M02"}])),
    ("starttime", put("starttime", value="2026-01-06T07:00:00+02:00")),
    ("eventTimeZoneOffset", put("eventTimeZoneOffset", value="+08:00")),
    ("quantities", top("quantities", [])),
    ("quantityList.epcClass", put("quantityList", 0, "epcClass",
                                  value="https://id.gs1.org/01/09521234000014/10/M01")),
    ("quantityList.epcClass", put("quantityList", 0, "epcClass",
                                  value="https://id.gs1.org/01/09521234000013/21/M01")),
    ("quantityList.epcClass", put("quantityList", 0, "epcClass",
                                  value="https://id.gs1.org/00/095212340000000012")),
    ("quantityList.epcClass", put("quantityList", 0, "epcClass", value="urn:uuid:1")),
]  # fmt: skip


@pytest.mark.parametrize(("where", "edit"), FIELDS, ids=[one[0] for one in FIELDS])
def test_a_field_that_contradicts_or_that_nobody_weighed(
    where: str, edit: Edit, raw: dict[str, Any], village: Village, node: OracleNode, tmp_path: Path
) -> None:
    edit(raw)
    assert where in [one.values.get("where") for one in said(raw)]
    named = event_of(raw)["ilmd"]["lodetrace:analysis"][0]
    named["lodetrace:epcClass"] = event_of(raw)["quantityList"][0]["epcClass"]
    raw = parse(_text(raw))
    edited = village.unsigned("mwinda-mine-M01")
    edit(edited)
    event_of(edited)["ilmd"]["lodetrace:analysis"][0]["lodetrace:epcClass"] = event_of(edited)[
        "quantityList"
    ][0]["epcClass"]
    report = node.examine(village.sign(edited, tmp_path / "d", by=MINE), village)
    assert isinstance(report.error, ProfileInvalid), "the nodes say the same"
    assert report.error.values["where"] == where
    assert report.events == ()


def _text(raw: dict[str, Any]) -> bytes:
    from lodetrace.canonical_json import canonical_bytes

    return canonical_bytes(raw)


@pytest.mark.parametrize("time", ["2026-01-06T11:00:00Z", "2026-01-06T11:00:00+00:00"])
def test_a_time_in_utc_contradicts_no_offset(raw: dict[str, Any], time: str) -> None:
    event_of(raw)["eventTime"] = time
    assert said(raw) == []


def test_an_empty_list_says_nothing(raw: dict[str, Any]) -> None:
    event_of(raw)["epcList"] = []
    assert said(raw) == []


def test_a_mistyped_site_is_heard_of_before_signing(raw: dict[str, Any]) -> None:
    for place in ("bizLocation", "readPoint"):
        event_of(raw)[place]["id"] = "https://id.gs1.org/414/9521234000014"
    assert ["GLN 9521234000014" in str(one) for one in said(raw)] == [True]


@pytest.mark.parametrize("where", ["document", "body"])
def test_fields_to_ignore_belong_to_queries(raw: dict[str, Any], where: str) -> None:
    """Leaving out what a document names would make an identity to the liking of its site."""
    raw["@context"].append({"ex": "https://example.org/ns/"})
    (raw if where == "document" else raw["epcisBody"])["ex:ignoreFields"] = ["quantityList"]
    with pytest.raises(ProfileInvalid, match="ignoreFields"):
        EpcisDocument.of(raw)
    with pytest.raises(ProfileInvalid, match="ignoreFields"):
        identities(raw)


SENTENCES = [
    (lambda raw: event_of(raw), "is a bare ObjectEvent"),
    (lambda raw: {**raw, "type": "EPCISQueryDocument"}, "is the answer to a query"),
    (lambda raw: {**raw, "epcisBody": {"event": event_of(raw)}}, "holds a bare event"),
    (lambda raw: {**raw, "type": "Parcel"}, "is not EPCISDocument"),
]


@pytest.mark.parametrize(("change", "sentence"), SENTENCES, ids=[one[1] for one in SENTENCES])
def test_each_has_its_own_sentence(change: Any, sentence: str, raw: dict[str, Any]) -> None:
    with pytest.raises(EpcisInvalid, match=sentence):
        EpcisDocument.of(change(raw))


def test_what_epcis_allows_is_not_sent_to_its_standard(raw: dict[str, Any]) -> None:
    put("disposition", value="recalled")(raw)
    [narrower] = said(raw)
    put("disposition", value="active")(raw)
    put("action", value="MAKE")(raw)
    [broken] = said(raw)
    assert "examples/cobalt/README.md" in narrower.advice
    assert "EPCIS 2.0 standard" in broken.advice


def test_all_faults_at_once(raw: dict[str, Any], village: Village, node: OracleNode) -> None:
    put("eventTime", value=7)(raw)
    put("eventTimeZoneOffset", value="CET")(raw)
    put("quantityList", 0, "uom", value=1)(raw)
    put("lodetrace:carbonn", value="1")(raw)
    put("epcList", value=["urn:a:b"])(raw)
    top("creationDate", "today")(raw)
    raw["@context"][0] = "https://evil.example/"
    found = said(raw)
    assert len(found) == 7
    assert {type(one).__name__ for one in found} == {
        "EpcisInvalid", "ContextRefused", "ProfileInvalid"
    }  # fmt: skip


def test_all_faults_of_a_statement_at_once(raw: dict[str, Any]) -> None:
    put("lodetrace:carbon", value="much")(raw)
    put("lodetrace:startTime", value="2026-02-06T07:00:00+02:00")(raw)
    put("ilmd", "lodetrace:seals", value="A-1")(raw)
    put("lodetrace:attested", value={"lodetrace:virtue": "1 %"})(raw)
    put("disposition", value="recalled")(raw)
    with pytest.raises(DocumentFaults) as caught:
        check_before_signing(raw, PACKAGED)
    assert len(caught.value.faults) == 5
    assert str(caught.value).startswith("5 faults:\n1. ")
    assert "examples/cobalt" in caught.value.advice


def test_thousands_of_faults_are_counted_not_listed(raw: dict[str, Any]) -> None:
    event_of(raw).update({f"x{number}": 1 for number in range(3_000)})
    with pytest.raises(DocumentFaults, match="and 2980 more") as caught:
        check_before_signing(raw, PACKAGED)
    assert str(caught.value).count("\n") == MOST + 1


def test_a_node_says_each_fault_by_itself(
    village: Village, node: OracleNode, tmp_path: Path
) -> None:
    raw = village.unsigned("mwinda-mine-M01")
    put("disposition", value="recalled")(raw)
    put("lodetrace:carbonn", value="1")(raw)
    report = node.examine(village.sign(raw, tmp_path / "d", by=MINE), village)
    assert [one.partition(":")[0] for one in report.refusals] == ["ProfileInvalid"] * 2


def test_what_was_accepted_before_can_be_withdrawn(
    village: Village, node: OracleNode, tmp_path: Path
) -> None:
    raw = village.unsigned("mwinda-mine-M01")
    put("disposition", value="recalled")(raw)
    signed = SignedDocument.read(village.sign(raw, tmp_path / "d", by=MINE))
    key = village.keys_of(MINE).signing_key
    gone = declare_wrong(signed, reason="incorrect_data", declared=village.now, private_key=key)
    assert Withdrawn.of(gone).document == signed.hash
    (tmp_path / "gone").write_text(gone.to_json(), "utf-8")
    assert rules(node.examine(tmp_path / "gone", village)) == []


def test_a_read_point_elsewhere_is_flagged(
    village: Village, node: OracleNode, tmp_path: Path
) -> None:
    flags = []
    for number, point in enumerate(("9521234000020", "9521234000013/254/gate")):
        raw = village.unsigned("mwinda-mine-M01")
        put("readPoint", "id", value=f"https://id.gs1.org/gln/{point}")(raw)
        lot = f"https://id.gs1.org/01/09521234000013/10/Q{number}"
        put("quantityList", 0, "epcClass", value=lot)(raw)
        put("ilmd", "lodetrace:analysis", 0, "lodetrace:epcClass", value=lot)(raw)
        path = village.sign(raw, tmp_path / "d", by=MINE, sequence=900 + number)
        report = node.examine(path, village)
        assert rules(report) == []
        flags.append(rules(report, Severity.FLAG))
    assert flags == [["read-point-elsewhere"], ["figures-repeated", "near-duplicate"]]


@pytest.mark.parametrize(
    ("created", "refused", "flagged"),
    [
        ("2026-01-06T13:00:00+02:00", [], []),
        ("2026-02-01T00:00:00Z", [], []),
        ("1999-01-01T00:00:00Z", [], ["created-before-event"]),
        ("2099-01-01T00:00:00Z", ["created-in-future"], []),
    ],
)
def test_the_date_of_a_document(
    created: str, refused: list[str], flagged: list[str], village: Village, node: OracleNode,
    tmp_path: Path,
) -> None:  # fmt: skip
    raw = village.unsigned("mwinda-mine-M01")
    raw["creationDate"] = created
    report = node.examine(village.sign(raw, tmp_path / "d", by=MINE), village)
    assert (rules(report), rules(report, Severity.FLAG)) == (refused, flagged)
    assert report.is_early == bool(refused), "time heals it"


def test_every_statement_has_a_profile(cobalt: Path) -> None:
    found = {
        event_of(parse(path.read_bytes()))["lodetrace:statement"]
        for path in (cobalt / "documents").glob("*.jsonld")
    }
    others = {"loss", "outside", "rework", "certificate"}
    assert found | others == set(PROFILES), "nothing of the story"
