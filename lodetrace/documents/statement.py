"""From a site's EPCIS document to what oracle nodes attest: a measurement per element.

| what the site says | EPCIS | where the analyses are |
|---|---|---|
| birth | ObjectEvent, ADD, commissioning | ilmd |
| processing, recovery | TransformationEvent | outputs in ilmd, inputs in inputAnalysis |
| measurement (umpire) | ObjectEvent, OBSERVE, inspecting | analysis; as declared in inputAnalysis |
| shipping, receiving | ObjectEvent, OBSERVE, shipping or receiving | analysis |

Shipping and receiving are evidence between two members; nothing of them is attested.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from lodetrace.contracts.enums import EventKind
from lodetrace.contracts.structs import SiteEvent
from lodetrace.documents.analysis import (
    ATOMIC_NUMBERS,
    Analysis,
    element_shares,
    read_analyses,
    read_quantity,
    shares,
)
from lodetrace.documents.epcis import (
    PREFIX,
    Action,
    EpcisDocument,
    EpcisEvent,
    EventType,
    read_quantities,
    read_time,
)
from lodetrace.documents.faults import Faults
from lodetrace.documents.identity import seal_number
from lodetrace.documents.signed_document import SALT_FIELD, SignedDocument, site_identifier
from lodetrace.errors import InputError
from lodetrace.text import TextMalformed, enum_word, parse_hex
from lodetrace.units import AMOUNT_LIMIT_SAID, PPM, format_metal, format_share, parse_carbon
from zk_circuits.abi import hash_static
from zk_circuits.balance import AMOUNT_LIMIT, Credits, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.salts import SaltKind, SaltSource
from zk_circuits.schema import CREDITS, SCHEMAS
from zk_circuits.tags import Tag, TagType

_SHAPES: Final[Mapping[str, tuple[EventType, Action | None, str, EventKind]]] = {
    "birth": (EventType.OBJECT, Action.ADD, "commissioning", EventKind.BIRTH),
    "processing": (EventType.TRANSFORMATION, None, "commissioning", EventKind.PROCESSING),
    "recovery": (EventType.TRANSFORMATION, None, "commissioning", EventKind.RECOVERY),
    "measurement": (EventType.OBJECT, Action.OBSERVE, "inspecting", EventKind.MEASUREMENT),
    "shipping": (EventType.OBJECT, Action.OBSERVE, "shipping", EventKind.NONE),
    "receiving": (EventType.OBJECT, Action.OBSERVE, "receiving", EventKind.NONE),
}
"""Our `lodetrace:statement` to type, action and business step of EPCIS, and the kind on chain."""


MAX_SEALS: Final = 1_000
_SEAL: Final = re.compile(r"[!-~]([ -~]{0,62}[!-~])?", re.ASCII)


class StatementInvalid(InputError):
    """An EPCIS document that says nothing an oracle node could attest."""

    template = "{where}: {reason}"
    advice = "See examples/cobalt/README.md; the site corrects the document and signs it again."


@dataclass(frozen=True, slots=True)
class SiteStatement:
    """What a site states of one event. Times in seconds, masses in mg, carbon in mg CO2e.

    site: identifier; carbon: of this step, by element; attested: ppm of metal out per credit.
    seals: put on what came out, as they are written.
    """

    site: str
    kind: EventKind
    from_: int
    to: int
    inputs: tuple[Analysis, ...]
    outputs: tuple[Analysis, ...]
    carbon: Mapping[str, int]
    attested: tuple[int, ...]
    seals: tuple[str, ...]
    salt: bytes = field(repr=False)

    @classmethod
    def of(cls, document: EpcisDocument) -> Self:
        """The statement of a document with one event; raises InputError with all faults."""
        identifier = site_identifier(document)
        event = document.events[0]
        kind, faults = _kind(event), Faults()
        nothing: Mapping[str, int] = {}
        found = cls(
            site=identifier,
            kind=kind,
            from_=faults.read(0, _start, event),
            to=int(event.time.timestamp()),
            inputs=faults.read((), _inputs, event, kind),
            outputs=faults.read((), read_analyses, *_output_fields(event)),
            carbon=faults.read(nothing, _carbon, event, kind),
            attested=faults.read((), _attested, event, kind),
            seals=faults.read((), _seals, event),
            salt=faults.read(b"", _salt, document.raw),
        )
        faults.require_none()
        return found

    @property
    def elements(self) -> tuple[str, ...]:
        """Symbols that the statement is about, in the order of their atomic numbers."""
        return tuple(sorted(self.carbon, key=ATOMIC_NUMBERS.__getitem__))

    def metal_in(self, symbol: str) -> int:
        """mg of the element that went in."""
        return sum(analysis.metal(symbol) for analysis in self.inputs)

    def metal_out(self, symbol: str) -> int:
        """mg of the element that came out."""
        return sum(analysis.metal(symbol) for analysis in self.outputs)

    def measurement(self, symbol: str) -> Measurement:
        """What is hidden in the commitment; raises StatementInvalid when it says nothing."""
        metal_in, metal_out = self.metal_in(symbol), self.metal_out(symbol)
        for name, amount in (("in", metal_in), ("out", metal_out)):
            if amount >= AMOUNT_LIMIT:
                reason = f"is {AMOUNT_LIMIT_SAID} or more"
                raise StatementInvalid(where=f"{symbol} {name}", reason=reason)
        if metal_out == 0 or (metal_in == 0) != (self.kind is EventKind.BIRTH):
            came, went = format_metal(metal_in), format_metal(metal_out)
            reason = f"{came} in and {went} out do not make a {enum_word(self.kind)}"
            raise StatementInvalid(where=symbol, reason=reason)
        return Measurement(
            metal_out=metal_out,
            carbon=self.carbon[symbol],
            metal_in=metal_in,
            attested=_five(tuple(metal_out * share // PPM for share in self.attested)),
        )


@dataclass(frozen=True, slots=True)
class AttestableEvent:
    """One element of a statement: what goes on chain, and what opens it."""

    event: SiteEvent
    opening: Opening = field(repr=False)


def attestable_events(signed: SignedDocument, statement: SiteStatement) -> list[AttestableEvent]:
    """One event per element, ready to be attested; none for shipping and receiving.

    The salt of an event is derived from the salt in its document (SPEC section 2), so that
    whoever has the document opens the commitments of all its elements. Whoever may know of one
    element only gets that element's opening, never the document.
    """
    found = []
    for symbol in statement.elements:
        element = ATOMIC_NUMBERS[symbol]
        anchor = event_id(signed.site, signed.sequence, element)
        source = SaltSource(SaltKind.EVENT, statement.salt, anchor)
        opening = Opening(
            tag=Tag(element, TagType.EVENT),
            balance=statement.measurement(symbol),
            salt=source.salt(element, signed.revision),
        )
        event = SiteEvent(
            site=signed.site,
            sequence=signed.sequence,
            revision=signed.revision,
            kind=statement.kind,
            element=element,
            from_=statement.from_,
            to=statement.to,
            document=signed.hash,
            commitment=opening.commitment.to_bytes(32, "big"),
        )
        found.append(AttestableEvent(event, opening))
    return found


def event_id(site: bytes, sequence: int, element: int) -> bytes:
    """The id of a site event on chain."""
    return hash_static(site, sequence, element)


def split_exactly(total: int, parts: Mapping[str, int]) -> dict[str, int]:
    """`total` by shares in ppm that add up to 1, without a remainder (largest remainder).

    Of equal remainders the element with the smaller atomic number is served first.
    """
    found = {symbol: total * share // PPM for symbol, share in parts.items()}
    order = sorted(parts, key=lambda one: (-(total * parts[one] % PPM), ATOMIC_NUMBERS[one]))
    for symbol in order[: total - sum(found.values())]:
        found[symbol] += 1
    return found


def _kind(event: EpcisEvent) -> EventKind:
    name = event.extension("statement")
    if event.error_declaration is not None:
        raise StatementInvalid(where="errorDeclaration", reason="withdraws an event, states none")
    shape = _SHAPES.get(name) if isinstance(name, str) else None
    if shape is None:
        known = ", ".join(_SHAPES)
        raise StatementInvalid(where="lodetrace:statement", reason=f"is none of {known}")
    if (event.type, event.action, event.biz_step) != shape[:3]:
        wanted = f"{shape[0]}, {shape[1] or 'no action'}, {shape[2]}"
        raise StatementInvalid(where=f"a {name}", reason=f"has to be a {wanted}")
    return shape[3]


def _output_fields(event: EpcisEvent) -> tuple[Any, Any, str]:
    if event.type is EventType.TRANSFORMATION:
        return event.master_data("analysis"), event.outputs, "ilmd.lodetrace:analysis"
    if event.action is Action.ADD:
        return event.master_data("analysis"), event.quantities, "ilmd.lodetrace:analysis"
    return event.extension("analysis"), event.quantities, "lodetrace:analysis"


def _inputs(event: EpcisEvent, kind: EventKind) -> tuple[Analysis, ...]:
    entries, where = event.extension("inputAnalysis"), "lodetrace:inputAnalysis"
    if kind in (EventKind.PROCESSING, EventKind.RECOVERY):
        return read_analyses(entries, event.inputs, where)
    if kind is EventKind.MEASUREMENT:
        name = f"{PREFIX}:declaredQuantityList"
        return read_analyses(entries, read_quantities(event.raw, name, "event"), where)
    if entries is not None:
        raise StatementInvalid(where=where, reason="belongs to events with something that went in")
    return ()


def _carbon(event: EpcisEvent, kind: EventKind) -> dict[str, int]:
    if kind is EventKind.NONE:
        return {}
    parts = element_shares(event.extension("carbonShare"), "lodetrace:carbonShare")
    if sum(parts.values()) != PPM:
        reason = f"adds up to {format_share(sum(parts.values()))}, not to 100 %"
        raise StatementInvalid(where="lodetrace:carbonShare", reason=reason)
    carbon = read_quantity(parse_carbon, event.extension("carbon"), "lodetrace:carbon")
    return split_exactly(carbon, parts)


def _attested(event: EpcisEvent, kind: EventKind) -> tuple[int, ...]:
    """ppm of metal out per credit slot."""
    entries = event.extension("attested")
    found = {} if entries is None else shares(entries, "lodetrace:attested")
    if found and kind is not EventKind.BIRTH:
        raise StatementInvalid(where="lodetrace:attested", reason="belongs to births")
    numbers = {meaning.name: credit for credit, meaning in SCHEMAS[1].items()}
    unknown = sorted(set(found) - set(numbers))
    if unknown:
        raise StatementInvalid(where="lodetrace:attested", reason=f"{unknown[0]!r:.40} is unknown")
    row = [0] * CREDITS
    for name, share in found.items():
        row[numbers[name] - 1] = share
    if row[1] + row[2] > PPM:
        raise StatementInvalid(where="lodetrace:attested", reason="is more than 100 % recycled")
    return tuple(row)


def _seals(event: EpcisEvent) -> tuple[str, ...]:
    found = event.master_data("seals")
    if found is None:
        return ()
    texts = isinstance(found, list) and all(isinstance(one, str) for one in found)
    if not texts or not all(_SEAL.fullmatch(one) for one in found):
        raise StatementInvalid(where="ilmd.lodetrace:seals", reason="is no list of seal numbers")
    if len(found) > MAX_SEALS or len(set(map(seal_number, found))) != len(found):
        reason = f"holds a seal twice, or more than {MAX_SEALS}"
        raise StatementInvalid(where="ilmd.lodetrace:seals", reason=reason)
    return tuple(found)


def _start(event: EpcisEvent) -> int:
    start = event.extension("startTime")
    moment = event.time if start is None else read_time(start, "lodetrace:startTime")
    if moment > event.time:
        raise StatementInvalid(where="lodetrace:startTime", reason="lies after eventTime")
    seconds = int(moment.timestamp())
    if not 0 < seconds < 1 << 40:
        raise StatementInvalid(where="lodetrace:startTime", reason="lies before 1970")
    return seconds


def _salt(raw: Mapping[str, Any]) -> bytes:
    if SALT_FIELD not in raw:
        raise StatementInvalid(where=SALT_FIELD, reason="is missing")
    try:
        return parse_hex(raw.get(SALT_FIELD), 32, lower=True)
    except TextMalformed as error:
        raise StatementInvalid(where=SALT_FIELD, reason="is not 32 bytes in hexadecimal") from error


def _five(amounts: tuple[int, ...]) -> Credits:
    return (amounts[0], amounts[1], amounts[2], amounts[3], amounts[4])
