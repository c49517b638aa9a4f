"""EPCIS 2.0 read strictly: what the standard says, and nothing that only looks like it."""

import copy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lodetrace.documents.epcis import (
    MAX_EVENTS,
    Action,
    ContextRefused,
    EpcisDocument,
    EpcisInvalid,
    EventType,
    Quantity,
    read_time,
)
from lodetrace.strict_json import DocumentTooLarge, parse
from tests.unit.oracle.village import Edit, event_of


@pytest.fixture
def raw(cobalt: Path) -> dict[str, Any]:
    return parse((cobalt / "documents" / "mwinda-mine-M01.jsonld").read_bytes())


def test_a_birth(cobalt: Path) -> None:
    document = EpcisDocument.read(cobalt / "documents" / "mwinda-mine-M01.jsonld")
    [event] = document.events
    assert event.type is EventType.OBJECT
    assert event.action is Action.ADD
    assert event.time == datetime(2026, 1, 6, 11, tzinfo=UTC)
    assert event.offset == "+02:00"
    assert event.biz_location == "https://id.gs1.org/414/9521234000013"
    lot = "https://id.gs1.org/01/09521234000013/10/M01"
    assert event.quantities == (Quantity(lot, Decimal(20035), "KGM"),)
    assert event.extension("statement") == "birth"
    assert event.master_data("analysis")[0]["lodetrace:moisture"] == "12.5 %"
    assert event.error_declaration is None


def test_a_transformation(cobalt: Path) -> None:
    document = EpcisDocument.read(cobalt / "documents" / "tisza-cells-1.jsonld")
    [event] = document.events
    assert event.type is EventType.TRANSFORMATION
    assert event.action is None
    assert len(event.inputs) == 1
    assert [quantity.uom for quantity in event.outputs] == ["KGM", "KGM"]


def test_documents_that_others_wrote(shared_dir: Path) -> None:
    folder = shared_dir / "reference" / "epcis-event-hash"
    read = [
        EpcisDocument.read(path)
        for path in sorted(folder.glob("*.jsonld"))
        if "QueryDoc" not in path.name
    ]
    assert sum(len(document.events) for document in read) == 11


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-06T13:00:00+02:00", datetime(2026, 1, 6, 11, tzinfo=UTC)),
        ("2026-01-06T13:00:00.999999999Z", datetime(2026, 1, 6, 13, tzinfo=UTC)),
        ("2026-01-01T00:30:00-14:00", datetime(2026, 1, 1, 14, 30, tzinfo=UTC)),
    ],
)
def test_times(text: str, expected: datetime) -> None:
    assert read_time(text, "here") == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-06",
        "2026-01-06T13:00:00",
        "2026-01-06 13:00:00Z",
        "2026-02-30T13:00:00Z",
        "2026-01-06T25:00:00Z",
        "2026-01-06T13:00:60Z",
        "2026-01-06T13:00:00+15:00",
        "0001-01-01T00:00:00+14:00",
        "２０２６-01-06T13:00:00Z",
        "2026-01-06T13:00:00.0000000001Z",
        1767700800,
        None,
    ],
)
def test_what_is_no_time(text: Any) -> None:
    with pytest.raises(EpcisInvalid):
        read_time(text, "here")


def put(*path: Any, value: Any) -> Edit:
    """An edit that sets one field of the event."""

    def edit(document: dict[str, Any]) -> None:
        found: Any = event_of(document)
        for key in path[:-1]:
            found = found[key]
        found[path[-1]] = value

    return edit


def drop(name: str) -> Edit:
    """An edit that takes one field of the event away."""
    return lambda document: event_of(document).pop(name)


def top(name: str, value: Any) -> Edit:
    """An edit that sets a field of the document."""
    return lambda document: document.__setitem__(name, value)


@pytest.mark.parametrize(
    ("where", "edit"),
    [
        ("type", top("type", "EPCISQueryDocument")),
        ("type", top("type", ["EPCISDocument"])),
        ("schemaVersion", top("schemaVersion", "1.2")),
        ("document.schemaVersion", top("schemaVersion", 2)),
        ("creationDate", top("creationDate", "today")),
        ("epcisBody", top("epcisBody", [])),
        ("epcisBody.eventList", top("epcisBody", {"eventList": {}})),
        ("event 1", put("type", value="ReportEvent")),
        ("event 1", put("type", value={"a": 1})),
        ("event 1.eventTime", drop("eventTime")),
        ("event 1.eventTimeZoneOffset", drop("eventTimeZoneOffset")),
        ("event 1.eventTimeZoneOffset", put("eventTimeZoneOffset", value="CET")),
        ("event 1.action", drop("action")),
        ("event 1.action", put("action", value="MAKE")),
        ("event 1.action", put("type", value="TransformationEvent")),
        ("event 1.ilmd", put("action", value="OBSERVE")),
        ("event 1.ilmd", put("ilmd", value=[])),
        ("event 1.bizStep", put("bizStep", value=7)),
        ("event 1.bizLocation", put("bizLocation", value="https://id.gs1.org/414/9521234000013")),
        ("event 1.bizLocation.id", put("bizLocation", value={"id": "not a URI"})),
        ("event 1.bizLocation.id", put("bizLocation", value={})),
        ("event 1.quantityList", put("quantityList", value={})),
        ("event 1.quantityList", put("quantityList", value=["M01"])),
        ("event 1.quantityList.epcClass", put("quantityList", 0, "epcClass", value=None)),
        ("event 1.quantityList.quantity", put("quantityList", 0, "quantity", value="20035")),
        ("event 1.quantityList.quantity", put("quantityList", 0, "quantity", value=Decimal(-1))),
        ("event 1.quantityList.quantity", put("quantityList", 0, "quantity", value=Decimal(0))),
        ("event 1.quantityList.quantity", put("quantityList", 0, "quantity", value=True)),
        ("event 1.quantityList.uom", put("quantityList", 0, "uom", value=1)),
        ("event 1.errorDeclaration", put("errorDeclaration", value="wrong")),
        ("event 1.errorDeclaration.declarationTime", put("errorDeclaration", value={})),
    ],
)
def test_what_is_no_epcis(raw: dict[str, Any], where: str, edit: Edit) -> None:
    edit(raw)
    with pytest.raises(EpcisInvalid) as caught:
        EpcisDocument.of(raw)
    assert caught.value.values["where"] == where


def test_a_context_inside_an_event(raw: dict[str, Any]) -> None:
    event_of(raw)["bizLocation"]["@context"] = "https://evil.example/"
    with pytest.raises(ContextRefused):
        EpcisDocument.of(raw)


def test_too_many_events(raw: dict[str, Any]) -> None:
    events = raw["epcisBody"]["eventList"]
    raw["epcisBody"]["eventList"] = events * MAX_EVENTS
    assert len(EpcisDocument.of(raw).events) == MAX_EVENTS
    raw["epcisBody"]["eventList"] = events * (MAX_EVENTS + 1)
    with pytest.raises(DocumentTooLarge):
        EpcisDocument.of(raw)


def test_a_withdrawal_is_read(raw: dict[str, Any]) -> None:
    declaration = {"declarationTime": "2026-02-01T00:00:00Z", "reason": "incorrect_data"}
    withdrawn = copy.deepcopy(raw)
    event_of(withdrawn)["errorDeclaration"] = declaration
    assert EpcisDocument.of(withdrawn).events[0].error_declaration == declaration
