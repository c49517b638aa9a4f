"""GS1 EPCIS 2.0 documents in JSON-LD: read strictly, into typed events.

Only what a site document needs is typed; the rest stays in `raw`, which is what gets hashed.
Source: EPCIS 2.0 (GS1, 2022), sections 7.4 and 10; CBV 2.0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from lodetrace.documents.contexts import CONTEXTS
from lodetrace.documents.faults import Faults
from lodetrace.documents.identity import canonical, is_uri
from lodetrace.errors import InputError
from lodetrace.strict_json import DocumentTooLarge, parse, read_bytes

NAMESPACE: Final = "https://ns.lodetrace.example/epcis/1/"
"""Our extension of EPCIS; documents bind it to the prefix `lodetrace`."""
PREFIX: Final = "lodetrace"
MAX_EVENTS: Final = 100
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)", re.ASCII
)
_OFFSET: Final = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d", re.ASCII)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
"""Stands for a time that could not be read, until the faults are raised."""


class EpcisInvalid(InputError):
    """JSON that is no EPCIS document as the standard has it."""

    template = "{where}: {reason}"
    advice = "See the EPCIS 2.0 standard; the site corrects the document and signs it again."


class ProfileInvalid(EpcisInvalid):
    """What EPCIS allows in general, but a site document does not: our profile is narrower."""

    template = "{where}: {reason}"
    advice = (
        "EPCIS may allow it, a site document does not: examples/cobalt/README.md describes what"
        " it holds. The site corrects the document and signs it again."
    )


class ContextRefused(InputError):
    """A JSON-LD context that would have to be fetched, or that redefines words."""

    template = "JSON-LD context {context} is refused: {reason}"
    advice = "Use one of GS1's contexts, and plain prefixes bound to addresses."


class EventType(StrEnum):
    """Event types of EPCIS 2.0."""

    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSACTION = "TransactionEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"


class Action(StrEnum):
    """What an event does to the life of its objects."""

    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of a class (a batch), in its canonical form.

    uom: UN/ECE Recommendation 20; None counts pieces.
    """

    epc_class: str
    quantity: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class EpcisEvent:
    """One EPCIS event. time: in UTC, whole seconds; raw: as it stands in the document.

    Batches and places are in their canonical form, in which they are compared.
    """

    type: EventType
    time: datetime
    offset: str
    action: Action | None
    biz_step: str | None
    read_point: str | None
    biz_location: str | None
    quantities: tuple[Quantity, ...]
    inputs: tuple[Quantity, ...]
    outputs: tuple[Quantity, ...]
    ilmd: Mapping[str, Any]
    error_declaration: Mapping[str, Any] | None
    raw: Mapping[str, Any] = field(repr=False)

    def extension(self, name: str) -> Any:
        """Value of our own extension field of the event, or None."""
        return self.raw.get(f"{PREFIX}:{name}")

    def master_data(self, name: str) -> Any:
        """Value of our own field in `ilmd`, or None."""
        return self.ilmd.get(f"{PREFIX}:{name}")


@dataclass(frozen=True, slots=True)
class EpcisDocument:
    """A document and its events. raw: the parsed JSON, which is what gets hashed and signed."""

    created: datetime
    events: tuple[EpcisEvent, ...]
    raw: dict[str, Any] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The document in a file; raises InputError or StorageError."""
        return cls.of(parse(read_bytes(path)))

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Self:
        """The document in parsed JSON; raises InputError with all that is wrong at once."""
        _require_document(raw)
        faults = Faults()
        faults.read(None, _require_version, raw)
        faults.read(None, check_context, raw.get("@context"))
        faults.read(None, refuse_ignored_fields, raw)
        created = faults.read(_NEVER, read_time, raw.get("creationDate"), "creationDate")
        entries = faults.read([], event_list, raw)
        events = [
            faults.read(None, _event, entry, f"event {number}")
            for number, entry in enumerate(entries, 1)
        ]
        faults.require_none()
        return cls(created, tuple(filter(None, events)), raw)


def event_list(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events as they stand in epcisBody; raises EpcisInvalid."""
    body = _mapping(raw.get("epcisBody"), "epcisBody")
    entries = body.get("eventList")
    if entries is None and "event" in body:
        raise ProfileInvalid(where="epcisBody", reason="holds a bare event: put it into eventList")
    if not isinstance(entries, list) or not entries:
        raise EpcisInvalid(where="epcisBody.eventList", reason="is no list with events")
    if len(entries) > MAX_EVENTS:
        raise DocumentTooLarge(what="events", value=len(entries), limit=MAX_EVENTS)
    for number, entry in enumerate(entries, 1):
        _mapping(entry, f"event {number}")
    return entries


def refuse_ignored_fields(raw: Mapping[str, Any]) -> None:
    """Refuses ignoreFields of a document: leaving fields out would be another identity.

    Query documents are different: their ignoreFields name what the repository added.
    """
    body = raw.get("epcisBody")
    for where in (raw, body if isinstance(body, dict) else {}):
        for key in where:
            if key.rpartition(":")[2] == "ignoreFields":
                reason = "is taken in query documents only: every field of a document counts"
                raise ProfileInvalid(where=f"{key:.60}", reason=reason)


def check_context(context: Any) -> dict[str, str]:
    """Prefixes that the context binds. Refuses all that would be fetched or redefined."""
    prefixes: dict[str, str] = {}
    entries = context if isinstance(context, list) else [context]
    for entry in entries:
        if isinstance(entry, dict):
            prefixes.update(_prefixes(entry))
        elif not isinstance(entry, str) or entry not in CONTEXTS:
            reason = "it is not among the known ones of GS1, and none is fetched"
            raise ContextRefused(context=repr(entry)[:120], reason=reason)
    if not any(isinstance(entry, str) for entry in entries):
        raise ContextRefused(context="of the document", reason="that of GS1 is missing")
    return prefixes


def read_time(value: Any, where: str) -> datetime:
    """A moment with its zone, in UTC, fractions of a second cut off; raises EpcisInvalid."""
    if value is None:
        raise EpcisInvalid(where=where, reason="is missing")
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise EpcisInvalid(where=where, reason="is no time as 2026-01-31T12:00:00+02:00")
    try:
        return datetime.fromisoformat(value).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise EpcisInvalid(where=where, reason=f"is no time: {error}") from error


def _event(raw: dict[str, Any], where: str) -> EpcisEvent:
    if raw.get("type") not in list(EventType):
        found = raw.get("type")
        reason = "type is missing" if found is None else f"type {found!r:.60} is not known"
        raise EpcisInvalid(where=where, reason=reason)
    event_type, faults = EventType(raw["type"]), Faults()
    nothing: Mapping[str, Any] = {}
    found = EpcisEvent(
        type=event_type,
        time=faults.read(_NEVER, read_time, raw.get("eventTime"), f"{where}.eventTime"),
        offset=faults.read("", _offset, raw, where),
        action=faults.read(None, _action, raw, event_type, where),
        biz_step=faults.read(None, _optional, raw, "bizStep", where),
        read_point=faults.read(None, _place, raw, "readPoint", where),
        biz_location=faults.read(None, _place, raw, "bizLocation", where),
        quantities=faults.read((), read_quantities, raw, "quantityList", where),
        inputs=faults.read((), read_quantities, raw, "inputQuantityList", where),
        outputs=faults.read((), read_quantities, raw, "outputQuantityList", where),
        ilmd=faults.read(nothing, _ilmd, raw, event_type, where),
        error_declaration=faults.read(None, _declaration, raw, where),
        raw=raw,
    )
    faults.require_none()
    return found


def _require_document(raw: Mapping[str, Any]) -> None:
    """Raises EpcisInvalid where nothing else of it can be read."""
    kind = raw.get("type")
    if kind == "EPCISDocument":
        return
    if kind in list(EventType):
        reason = f"is a bare {kind}: put it into epcisBody.eventList of an EPCISDocument"
        raise ProfileInvalid(where="type", reason=reason)
    if kind == "EPCISQueryDocument":
        reason = "is the answer to a query: a site signs an EPCISDocument with its own event"
        raise ProfileInvalid(where="type", reason=reason)
    raise EpcisInvalid(where="type", reason=_unlike(kind, "EPCISDocument"))


def _require_version(raw: Mapping[str, Any]) -> None:
    if not re.fullmatch(r"2\.\d", _text(raw, "schemaVersion", "document")):
        raise EpcisInvalid(where="schemaVersion", reason="is not 2.x")


def _offset(raw: Mapping[str, Any], where: str) -> str:
    offset = _text(raw, "eventTimeZoneOffset", where)
    if not _OFFSET.fullmatch(offset):
        raise EpcisInvalid(where=f"{where}.eventTimeZoneOffset", reason="is not like +02:00")
    return offset


def _action(raw: dict[str, Any], event_type: EventType, where: str) -> Action | None:
    action = raw.get("action")
    if event_type is EventType.TRANSFORMATION:
        if action is not None:
            raise EpcisInvalid(where=f"{where}.action", reason="a transformation has none")
        return None
    if action not in list(Action):
        raise EpcisInvalid(where=f"{where}.action", reason="is not ADD, OBSERVE or DELETE")
    return Action(action)


def _ilmd(raw: dict[str, Any], event_type: EventType, where: str) -> Mapping[str, Any]:
    """Master data belongs to objects that begin to exist (EPCIS 2.0, section 7.3.8)."""
    if "ilmd" not in raw:
        return {}
    begins = event_type is EventType.TRANSFORMATION or (
        event_type is EventType.OBJECT and raw.get("action") == Action.ADD
    )
    if not begins and raw.get("action") in list(Action):  # else the action is the fault
        raise EpcisInvalid(where=f"{where}.ilmd", reason="belongs to objects that begin to exist")
    return _mapping(raw["ilmd"], f"{where}.ilmd")


def _declaration(raw: dict[str, Any], where: str) -> Mapping[str, Any] | None:
    if "errorDeclaration" not in raw:
        return None
    declaration = _mapping(raw["errorDeclaration"], f"{where}.errorDeclaration")
    read_time(declaration.get("declarationTime"), f"{where}.errorDeclaration.declarationTime")
    return declaration


def read_quantities(raw: Mapping[str, Any], name: str, where: str) -> tuple[Quantity, ...]:
    """The quantity list in a field, empty when there is none; raises InputError."""
    entries = raw.get(name, [])
    if not isinstance(entries, list):
        raise EpcisInvalid(where=f"{where}.{name}", reason="is no list")
    faults = Faults()
    found = [faults.read(None, _quantity, entry, f"{where}.{name}") for entry in entries]
    faults.require_none()
    return tuple(filter(None, found))


def _quantity(entry: Any, where: str) -> Quantity:
    raw = _mapping(entry, where)
    quantity, uom = raw.get("quantity"), _optional(raw, "uom", where)
    if quantity is not None and (not isinstance(quantity, Decimal) or quantity <= 0):
        raise EpcisInvalid(where=f"{where}.quantity", reason="is no number above 0")
    return Quantity(_identity(raw.get("epcClass"), f"{where}.epcClass"), quantity, uom)


def _place(raw: Mapping[str, Any], name: str, where: str) -> str | None:
    if name not in raw:
        return None
    return _identity(_mapping(raw[name], f"{where}.{name}").get("id"), f"{where}.{name}.id")


def _prefixes(entry: dict[str, Any]) -> dict[str, str]:
    for prefix, address in entry.items():
        shown = f"{{{prefix!r:.40}: {address!r:.60}}}"
        plain = isinstance(address, str) and is_uri(address)
        if not plain or not re.fullmatch(r"[A-Za-z][\w.-]*", prefix, re.ASCII):
            reason = "only prefixes that are bound to addresses are taken"
            raise ContextRefused(context=shown, reason=reason)
        if (prefix == PREFIX) != (address == NAMESPACE) or _reaches_ours(prefix, address):
            reason = f"{PREFIX} stands for {NAMESPACE}, and nothing else does"
            raise ContextRefused(context=shown, reason=reason)
    return entry


def _reaches_ours(prefix: str, address: str) -> bool:
    """Whether a word of ours could be spelled with the prefix."""
    return prefix != PREFIX and (NAMESPACE.startswith(address) or address.startswith(NAMESPACE))


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EpcisInvalid(where=where, reason=_unlike(value, "an object"))
    if "@context" in value:
        reason = "a context belongs to the top of a document"
        raise ContextRefused(context=f"inside {where}", reason=reason)
    return value


def _identity(value: Any, where: str) -> str:
    if not isinstance(value, str) or not is_uri(value):
        raise EpcisInvalid(where=where, reason=_unlike(value, "a URI"))
    return canonical(value)


def _text(raw: Mapping[str, Any], name: str, where: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value:
        raise EpcisInvalid(where=f"{where}.{name}", reason=_unlike(value, "text"))
    return value


def _unlike(value: Any, expected: str) -> str:
    return "is missing" if value is None else f"is not {expected}"


def _optional(raw: Mapping[str, Any], name: str, where: str) -> str | None:
    return _text(raw, name, where) if name in raw else None
