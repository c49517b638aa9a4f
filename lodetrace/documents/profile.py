"""What a site document may hold, so that nothing in it is ignored and nothing contradicts it.

Asked of documents that come in, and before one is signed. It is not asked of what was accepted
earlier: a site must still be able to withdraw that, and to use it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lodetrace.documents.contexts import ContextCopies, ContextMissing
from lodetrace.documents.epcis import (
    PREFIX,
    EpcisDocument,
    EpcisEvent,
    ProfileInvalid,
    Quantity,
    read_quantities,
)
from lodetrace.documents.faults import Faults
from lodetrace.documents.identity import is_batch, wrong_check_digit
from lodetrace.documents.signed_document import SALT_FIELD
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.vocabulary import did_you_mean, event_words, unread_words
from lodetrace.errors import InputError
from lodetrace.text import hex_of


@dataclass(frozen=True, slots=True)
class StatementProfile:
    """What the event of one kind of statement may hold of EPCIS itself."""

    fields: frozenset[str]
    dispositions: frozenset[str]


_FIELDS: Final = frozenset(
    {
        "type", "eventID", "eventTime", "eventTimeZoneOffset", "recordTime", "action", "bizStep",
        "disposition", "readPoint", "bizLocation", "bizTransactionList", "certificationInfo",
        "comment",
    }
)  # fmt: skip
_TRADE: Final = _FIELDS | {"quantityList", "sourceList", "destinationList"}
_FOUND_GOOD: Final = frozenset({"active", "in_progress", "conformant"})

_TRANSFORMATION: Final = StatementProfile(
    _FIELDS | {"inputQuantityList", "outputQuantityList", "transformationID", "ilmd"}, _FOUND_GOOD
)
_BIRTH: Final = StatementProfile(_FIELDS | {"quantityList", "ilmd"}, _FOUND_GOOD)
PROFILES: Final[Mapping[str, StatementProfile]] = {
    "birth": _BIRTH,
    "outside": _BIRTH,
    "processing": _TRANSFORMATION,
    "recovery": _TRANSFORMATION,
    "rework": _TRANSFORMATION,
    "loss": StatementProfile(_TRANSFORMATION.fields, _FOUND_GOOD | {"non_conformant"}),
    "measurement": StatementProfile(_FIELDS | {"quantityList"}, _FOUND_GOOD | {"non_conformant"}),
    "end_of_life": StatementProfile(_FIELDS | {"quantityList"}, frozenset({"disposed"})),
    "shipping": StatementProfile(_TRADE, frozenset({"active", "in_progress", "in_transit"})),
    "certificate": StatementProfile(_FIELDS | {"quantityList"}, _FOUND_GOOD | {"non_conformant"}),
    "receiving": StatementProfile(_TRADE, _FOUND_GOOD | {"non_conformant", "mismatch_quantity"}),
}
"""By `lodetrace:statement`. What is left out, such as epcList, would hold what nobody weighed."""

_DOCUMENT: Final = frozenset(
    {
        "@context", "id", "type", "schemaVersion", "creationDate", "epcisBody", "sender",
        "receiver", "instanceIdentifier",
    }
)  # fmt: skip
_UTC: Final = ("Z", "+00:00", "-00:00")

_SALT_TO_COME: Final = hex_of(bytes(32))
"""Stands for the salt that signing adds."""


def read_statement(document: EpcisDocument) -> SiteStatement:
    """The statement of a document that comes in; raises InputError with all that is wrong."""
    faults = Faults()
    faults.add(*_unread(document.raw), *_contradictions(document))
    found = faults.read(None, SiteStatement.of, document)
    faults.require_none()
    assert found is not None
    return found


def check_before_signing(raw: dict[str, Any], copies: ContextCopies) -> None:
    """Raises InputError with all that the nodes would not read of an unsigned document.

    The event hash is left to them where this machine has no copy of the context.
    """
    faults = Faults()
    document = faults.read(None, EpcisDocument.of, {**raw, SALT_FIELD: _SALT_TO_COME})
    if document is None:
        faults.add(*_unread(raw))
    else:
        faults.add(*_wrong_site(document))
        faults.read(None, read_statement, document)
        faults.read(None, _require_hash, raw, copies)
    faults.require_none()


def _wrong_site(document: EpcisDocument) -> Iterator[ProfileInvalid]:
    """A mistyped GLN; to the nodes it is a site that nobody registered."""
    for event in document.events:
        wrong = wrong_check_digit(event.biz_location or "")
        if wrong is not None:
            yield _fault("bizLocation", f"GLN {wrong} has a wrong check digit")


def _require_hash(raw: dict[str, Any], copies: ContextCopies) -> None:
    from lodetrace.documents.event_hash import identities

    try:
        identities(raw, copies)
    except ContextMissing:
        return


def _unread(raw: Mapping[str, Any]) -> Iterator[InputError]:
    """Fields and words that nothing reads; silent where the document is none at all."""
    event = _only_event(raw)
    if event is None:
        return
    for key in raw:
        if ":" not in key and key not in _DOCUMENT:
            yield _fault(key, f"is not a field of a document{did_you_mean(key, _DOCUMENT)}")
    name = event.get(f"{PREFIX}:statement")
    known = isinstance(name, str) and name in PROFILES
    yield from unread_words(raw, event, event_words(str(name) if known else None))
    if known:
        yield from _fields(event, str(name))


def _only_event(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    body = raw.get("epcisBody")
    events = body.get("eventList") if isinstance(body, dict) else None
    if not isinstance(events, list) or len(events) != 1 or not isinstance(events[0], dict):
        return None
    return events[0]


def _fields(event: Mapping[str, Any], name: str) -> Iterator[ProfileInvalid]:
    profile = PROFILES[name]
    for key, value in event.items():
        if ":" not in key and key not in profile.fields and value != []:
            yield _fault(key, f"is not a field of a {name}{did_you_mean(key, profile.fields)}")
    disposition = event.get("disposition")
    if disposition is not None and disposition not in list(profile.dispositions):
        known = ", ".join(sorted(profile.dispositions))
        yield _fault("disposition", f"{disposition!r:.40} is not one of a {name}: {known}")


def _contradictions(document: EpcisDocument) -> Iterator[ProfileInvalid]:
    for event in document.events:
        yield from _offset(event)
        for name, quantities in _weighed(event):
            for one in quantities:
                yield from _batch(f"{name}.epcClass", one.epc_class)


def _offset(event: EpcisEvent) -> Iterator[ProfileInvalid]:
    """A time in UTC leaves the offset of the place open."""
    written = str(event.raw["eventTime"])
    if not written.endswith((event.offset, *_UTC)):
        reason = f"{event.offset} contradicts {written[-6:]} in eventTime"
        yield _fault("eventTimeZoneOffset", reason)


def _weighed(event: EpcisEvent) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    yield "quantityList", event.quantities
    yield "inputQuantityList", event.inputs
    yield "outputQuantityList", event.outputs
    declared = f"{PREFIX}:declaredQuantityList"
    try:
        yield declared, read_quantities(event.raw, declared, "event")
    except InputError:  # the statement says what is wrong with it
        return


def _batch(where: str, batch: str) -> Iterator[ProfileInvalid]:
    wrong = wrong_check_digit(batch)
    if not is_batch(batch):
        reason = "is not a batch: that is a GTIN with a batch number, as in"
        example = "https://id.gs1.org/01/09521234000013/10/M01"
        yield _fault(where, f"{batch:.100} {reason} {example}")
    elif wrong is not None:
        yield _fault(where, f"GTIN {wrong} of {batch:.100} has a wrong check digit")


def _fault(where: str, reason: str) -> ProfileInvalid:
    return ProfileInvalid(where=f"{where:.160}", reason=reason)
