"""Whatever a file holds, reading it ends in a result or in an error of the family."""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lodetrace.canonical_json import canonical_bytes
from lodetrace.documents.contexts import PACKAGED
from lodetrace.documents.epcis import EpcisDocument
from lodetrace.documents.event_hash import identities
from lodetrace.documents.profile import check_before_signing, read_statement
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import attestable_events
from lodetrace.errors import LodetraceError
from lodetrace.strict_json import parse

SIGNED = Path(__file__).resolve().parents[3] / "examples" / "cobalt" / "signed"
LABELS = ("mwinda-mine-M01", "odra-cathode-1", "delfland-measurement-L12", "dongfan-receiving-L12")


@cache
def original(label: str) -> bytes:
    return (SIGNED / f"{label}.json").read_bytes()


def read_all(data: bytes) -> None:
    """The whole way of a file through the oracle, up to what asks a chain."""
    signed = SignedDocument.of(parse(data))
    with suppress(LodetraceError):
        check_before_signing(signed.document.raw, PACKAGED)
    signed.signature.signer(signed.signed)
    identities(signed.document.raw)
    attestable_events(signed, read_statement(signed.document))


def survives(data: bytes) -> None:
    """Any other exception fails the test."""
    with suppress(LodetraceError):
        read_all(data)


@given(st.binary(max_size=300))
def test_arbitrary_bytes(data: bytes) -> None:
    survives(data)


@given(st.sampled_from(LABELS), st.data())
def test_bytes_of_a_document_replaced(label: str, data: st.DataObject) -> None:
    content = bytearray(original(label))
    start = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(0, 40))
    content[start : start + length] = data.draw(st.binary(max_size=40))
    survives(bytes(content))


SMALL: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**16), 10**16)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["100 %", "1 t CO2e", "inf", "2026-01-06T13:00:00+02:00", "0x" + "00" * 32]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "@context", "lodetrace:Co", "id", "epcClass", "#text", "a:b"])
            | st.text(max_size=6),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(LABELS), st.data())
def test_values_of_a_document_replaced(label: str, data: st.DataObject) -> None:
    """Structure-aware: some value somewhere becomes any other JSON value."""
    envelope = json.loads(original(label))
    place: Any = envelope
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(place[key], dict | list) and place[key]
        if not deeper or data.draw(st.booleans()):
            place[key] = data.draw(SMALL)
            break
        place = place[key]
    survives(json.dumps(envelope).encode("utf-8", "surrogatepass"))


@given(st.dictionaries(st.text(max_size=5), SMALL, max_size=4))
def test_what_parses_has_one_canonical_form(value: dict[str, Any]) -> None:
    try:
        parsed = parse(json.dumps(value).encode("utf-8", "surrogatepass"))
    except LodetraceError:
        return
    once = canonical_bytes(parsed)
    assert canonical_bytes(parse(once)) == once


@given(SMALL)
def test_any_value_as_an_event(value: Any) -> None:
    document = json.loads(original("mwinda-mine-M01"))["document"]
    document["epcisBody"]["eventList"][0] = value
    with suppress(LodetraceError):
        read = EpcisDocument.of(parse(json.dumps(document).encode("utf-8", "surrogatepass")))
        identities(read.raw)


def test_the_documents_themselves_pass() -> None:
    """Else the mutations would all die at the same first line."""
    for label in LABELS:
        read_all(original(label))
