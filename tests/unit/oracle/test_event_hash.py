"""Event hashes equal the reference vectors; what would make them waver is refused."""

import copy
import json
import socket
from pathlib import Path
from random import Random
from typing import Any

import pytest
from epcis_event_hash_generator import hash_generator, json_to_py

from lodetrace.documents.contexts import PACKAGED
from lodetrace.documents.epcis import ContextRefused, EpcisInvalid
from lodetrace.documents.event_hash import (
    EventHashImpossible,
    EventIdentity,
    _type_first,
    error_hash,
    identities,
    loader_of,
)
from lodetrace.strict_json import parse

VECTORS = 11
"""JSON-LD documents among the vectors; the XML ones are a format that we do not read."""


def test_vectors_of_the_reference_implementation(shared_dir: Path) -> None:
    folder = shared_dir / "reference" / "epcis-event-hash"
    documents = sorted(folder.glob("*.jsonld"))
    assert len(documents) == VECTORS
    for path in documents:
        found = [identity.hash for identity in identities(parse(path.read_bytes()))]
        assert found == path.with_suffix(".hashes").read_text().split(), path.name


def test_the_package_itself_says_the_same_whatever_came_before(
    cobalt: Path, shared_dir: Path
) -> None:
    """We put its pieces together ourselves, and let pyld keep what it learned of a context."""
    folder = shared_dir / "reference" / "epcis-event-hash"
    paths = [*folder.glob("*.jsonld"), *(cobalt / "documents").glob("*.jsonld")]
    for path in Random("order").sample(paths, len(paths)) + sorted(paths):
        document = parse(path.read_bytes())
        if document["type"] == "EPCISQueryDocument":
            continue  # its results are taken out first
        expected = [_of_the_package(document, event) for event in events_of(document)]
        assert [one.hash for one in identities(document)] == expected, path.name


def _of_the_package(document: dict[str, Any], event: dict[str, Any]) -> str:
    alone = {"@context": document["@context"], "epcisBody": {"eventList": [event]}}
    json_to_py._namespaces.clear()
    events = json_to_py.event_list_from_epcis_document_str(_type_first(alone))
    [found] = hash_generator.epcis_hashes_from_events(events)
    return str(found)


def events_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document["epcisBody"]["eventList"]
    assert isinstance(found, list)
    return found


def test_a_context_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", None)
    with pytest.raises(ContextRefused):
        loader_of(PACKAGED)("https://elsewhere.example/context.jsonld", {})


def test_a_withdrawal_is_not_its_original(shared_dir: Path) -> None:
    folder = shared_dir / "reference" / "epcis-event-hash"
    name = "examples__epcisDocWithXMLstartTagAndErrorDeclaration.jsonld"
    declared = parse((folder / name).read_bytes())
    original = copy.deepcopy(declared)
    del original["epcisBody"]["eventList"][0]["errorDeclaration"]
    [withdrawal], [first] = identities(declared), identities(original)
    assert withdrawal.hash == first.hash
    assert first.error is None
    assert withdrawal.error is not None
    assert withdrawal != first
    assert str(withdrawal) == f"{first}#{withdrawal.error}"


def test_another_reason_is_another_withdrawal() -> None:
    first = {
        "errorDeclaration": {"declarationTime": "2026-01-01T00:00:00Z", "reason": "did_not_occur"}
    }
    second = copy.deepcopy(first)
    second["errorDeclaration"]["reason"] = "incorrect_data"
    assert error_hash(first) != error_hash(second)
    assert error_hash({}) is None


@pytest.fixture
def document(cobalt: Path) -> dict[str, Any]:
    return parse((cobalt / "documents" / "mwinda-mine-M01.jsonld").read_bytes())


def event(document: dict[str, Any]) -> dict[str, Any]:
    return events_of(document)[0]


def test_the_neighbours_of_an_event_do_not_matter(document: dict[str, Any]) -> None:
    [alone] = identities(document)
    other = copy.deepcopy(event(document))
    other["disposition"] = "in_transit"
    document["epcisBody"]["eventList"].insert(0, other)
    assert identities(document)[1] == alone


def test_the_order_of_fields_does_not_matter(shared_dir: Path) -> None:
    folder = shared_dir / "reference" / "epcis-event-hash"
    path = folder / "examples__epcisDocWithSingleEvent.jsonld"
    document = parse(path.read_bytes())
    turned = parse(json.dumps(_backwards(json.loads(path.read_bytes()))).encode())
    assert list(turned["epcisBody"]["eventList"][0]) != list(event(document))
    assert identities(turned) == identities(document)


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _backwards(value[key]) for key in reversed(value)}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


def test_every_measured_figure_counts(document: dict[str, Any]) -> None:
    [before] = identities(document)
    analysis = event(document)["ilmd"]["lodetrace:analysis"][0]
    analysis["lodetrace:assay"]["lodetrace:Co"] = "30.31 %"
    [after] = identities(document)
    assert after.hash != before.hash


def test_prefixes_of_an_earlier_document_are_forgotten(document: dict[str, Any]) -> None:
    [before] = identities(document)
    stranger = copy.deepcopy(document)
    stranger["@context"].append({"https": "https://elsewhere.example/"})
    identities(stranger)
    assert identities(document) == [before]


@pytest.mark.parametrize(
    "context",
    [
        "https://evil.example/context.jsonld",
        ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "http://127.0.0.1:8545"],
        [{"lodetrace": "https://ns.lodetrace.example/epcis/1/"}],
        [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"@import": "http://a.example"},
        ],
        ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"a": {"@id": "b:c"}}],
        ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"a": "@context"}],
        [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"lodetrace": "https://other.example/"},
        ],
        None,
        [],
        7,
    ],
)
def test_a_context_that_would_be_fetched_or_redefines(
    document: dict[str, Any], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    document["@context"] = context
    with pytest.raises(ContextRefused):
        identities(document)


def test_a_context_inside(document: dict[str, Any]) -> None:
    event(document)["ilmd"]["lodetrace:analysis"][0]["@context"] = "http://127.0.0.1/x"
    with pytest.raises(EventHashImpossible):
        identities(document)
    event(document)["@context"] = "http://127.0.0.1/x"
    with pytest.raises(ContextRefused):
        identities(document)


@pytest.mark.parametrize("time", ["10", "12:00", "2026-01-06", "2026-01-06T13:00:00", "", 7, None])
def test_a_time_that_would_be_completed_with_today(document: dict[str, Any], time: Any) -> None:
    event(document)["eventTime"] = time
    with pytest.raises(EpcisInvalid):
        identities(document)


@pytest.mark.parametrize("value", ["inf", "1e999", "Infinity"])
def test_an_event_that_the_algorithm_drops_silently(document: dict[str, Any], value: str) -> None:
    event(document)["lodetrace:note"] = value
    with pytest.raises(EventHashImpossible):
        identities(document)


@pytest.mark.parametrize(
    "body", [None, [], {}, {"eventList": []}, {"eventList": [1]}, {"eventList": {}}]
)
def test_no_events(document: dict[str, Any], body: Any) -> None:
    document["epcisBody"] = body
    with pytest.raises(EpcisInvalid):
        identities(document)


def test_identity_reads_well() -> None:
    assert str(EventIdentity("ni:///sha-256;aa", None)) == "ni:///sha-256;aa"
    assert json.dumps(str(EventIdentity("a", "b"))) == '"a#b"'
