"""Our fields of a site's event, each read by itself; raise InputError, which names the field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lodetrace.contracts.enums import CustodyModel, EventKind
from lodetrace.documents.analysis import (
    Analysis,
    element_shares,
    read_analyses,
    read_quantity,
    shares,
)
from lodetrace.documents.epcis import (
    PREFIX,
    Action,
    EpcisEvent,
    EventType,
    read_quantities,
    read_time,
)
from lodetrace.documents.identity import seal_number
from lodetrace.documents.named_lots import NamedLot, read_named_lots
from lodetrace.documents.signed_document import SALT_FIELD
from lodetrace.errors import InputError
from lodetrace.text import TextMalformed, enum_words, parse_hex
from lodetrace.units import PPM, format_share, parse_carbon
from zk_circuits.schema import CREDITS, SCHEMA, SCHEMAS

RUNS: Final = (EventKind.PROCESSING, EventKind.RECOVERY, EventKind.REWORK, EventKind.LOSS)
"""Events of a site that consume lots and make lots."""
NAMING: Final = (*RUNS, EventKind.MEASUREMENT, EventKind.END_OF_LIFE)
"""Events that name lots."""
PRODUCING: Final = (
    EventKind.BIRTH,
    EventKind.PROCESSING,
    EventKind.RECOVERY,
    EventKind.REWORK,
)
"""Events by which a site makes something: it is held against what it can make."""
BATCHING: Final = (*PRODUCING, EventKind.OUTSIDE)
"""Events that give new batches their names. A loss leaves what was there, under its old name."""

MAX_SEALS: Final = 1_000
_SEAL: Final = re.compile(r"[!-~]([ -~]{0,62}[!-~])?", re.ASCII)
_MODELS: Final = enum_words(CustodyModel)

Shape = tuple[EventType, Action | None, str, EventKind]

SHAPES: Final[Mapping[str, Shape]] = {
    "birth": (EventType.OBJECT, Action.ADD, "commissioning", EventKind.BIRTH),
    "outside": (EventType.OBJECT, Action.ADD, "commissioning", EventKind.OUTSIDE),
    "processing": (EventType.TRANSFORMATION, None, "commissioning", EventKind.PROCESSING),
    "recovery": (EventType.TRANSFORMATION, None, "commissioning", EventKind.RECOVERY),
    "rework": (EventType.TRANSFORMATION, None, "commissioning", EventKind.REWORK),
    "loss": (EventType.TRANSFORMATION, None, "stock_taking", EventKind.LOSS),
    "measurement": (EventType.OBJECT, Action.OBSERVE, "inspecting", EventKind.MEASUREMENT),
    "end_of_life": (EventType.OBJECT, Action.OBSERVE, "disassembling", EventKind.END_OF_LIFE),
    "shipping": (EventType.OBJECT, Action.OBSERVE, "shipping", EventKind.NONE),
    "certificate": (EventType.OBJECT, Action.OBSERVE, "inspecting", EventKind.NONE),
    "receiving": (EventType.OBJECT, Action.OBSERVE, "receiving", EventKind.NONE),
}
"""Our `lodetrace:statement` to type, action and business step of EPCIS, and the kind on chain."""


class StatementInvalid(InputError):
    """An EPCIS document that says nothing an oracle node could attest."""

    template = "{where}: {reason}"
    advice = "See examples/cobalt/README.md; the site corrects the document and signs it again."


@dataclass(frozen=True, slots=True)
class StatedCarbon:
    """Carbon of this step and the part that the site itself emitted, mg CO2e.

    shares: ppm by element, as the document says them.
    """

    total: int
    direct: int
    shares: Mapping[str, int]


def kind_of(event: EpcisEvent) -> EventKind:
    """What the event states."""
    name = event.extension("statement")
    if event.error_declaration is not None:
        raise StatementInvalid(where="errorDeclaration", reason="withdraws an event, states none")
    shape = SHAPES.get(name) if isinstance(name, str) else None
    if shape is None:
        known = ", ".join(SHAPES)
        raise StatementInvalid(where="lodetrace:statement", reason=f"is none of {known}")
    if (event.type, event.action, event.biz_step) != shape[:3]:
        wanted = f"{shape[0]}, {shape[1] or 'no action'}, {shape[2]}"
        raise StatementInvalid(where=f"a {name}", reason=f"has to be a {wanted}")
    return shape[3]


def read_outputs(event: EpcisEvent, kind: EventKind) -> tuple[Analysis, ...]:
    """What came out, or was looked at; nothing only where a loss left nothing."""
    if event.type is EventType.TRANSFORMATION:
        entries, quantities = event.master_data("analysis"), event.outputs
        if kind is EventKind.LOSS and entries is None and not quantities:
            return ()
        return read_analyses(entries, quantities, "ilmd.lodetrace:analysis")
    if event.action is Action.ADD:
        entries = event.master_data("analysis")
        return read_analyses(entries, event.quantities, "ilmd.lodetrace:analysis")
    return read_analyses(event.extension("analysis"), event.quantities, "lodetrace:analysis")


def read_inputs(event: EpcisEvent, kind: EventKind) -> tuple[Analysis, ...]:
    """What went in; of a measurement what was declared, of an end of life what was taken out."""
    entries, where = event.extension("inputAnalysis"), "lodetrace:inputAnalysis"
    if kind in RUNS:
        return read_analyses(entries, event.inputs, where)
    if kind is EventKind.END_OF_LIFE and entries is None:
        return read_outputs(event, kind)
    if kind is EventKind.MEASUREMENT:
        name = f"{PREFIX}:declaredQuantityList"
        return read_analyses(entries, read_quantities(event.raw, name, "event"), where)
    if entries is not None:
        raise StatementInvalid(where=where, reason="belongs to events with something that went in")
    return ()


def read_lots(
    event: EpcisEvent, kind: EventKind, inputs: tuple[Analysis, ...]
) -> tuple[NamedLot, ...]:
    """The lots that went in; of a measurement the one lot that is disputed, of an end of life one
    of each metal."""
    value = event.extension("lots")
    if kind not in NAMING:
        if value is not None:
            reason = "belongs to events with something that went in"
            raise StatementInvalid(where="lodetrace:lots", reason=reason)
        return ()
    found = read_named_lots(value, inputs)
    if kind is EventKind.MEASUREMENT and len(found) != 1:
        reason = f"names {len(found)} lots, a measurement is of the one that is disputed"
        raise StatementInvalid(where="lodetrace:lots", reason=reason)
    if kind is EventKind.END_OF_LIFE and len({one.element for one in found}) != len(found):
        reason = "names two lots of one metal: units of one lot are one end of life"
        raise StatementInvalid(where="lodetrace:lots", reason=reason)
    return found


def read_carbon(event: EpcisEvent, kind: EventKind) -> StatedCarbon:
    """Carbon of the step: of a loss if any was caused, of what only looks at a lot none."""
    names = ("carbon", "carbonShare", "direct")
    given = [name for name in names if event.extension(name) is not None]
    silent = kind is EventKind.NONE or kind.looks_at_one
    if silent or (kind is EventKind.LOSS and not given):
        if given:
            reason = "belongs to events that make something"
            raise StatementInvalid(where=f"lodetrace:{given[0]}", reason=reason)
        return StatedCarbon(0, 0, {})
    parts = element_shares(event.extension("carbonShare"), "lodetrace:carbonShare")
    if sum(parts.values()) != PPM:
        reason = f"adds up to {format_share(sum(parts.values()))}, not to 100 %"
        raise StatementInvalid(where="lodetrace:carbonShare", reason=reason)
    total = read_quantity(parse_carbon, event.extension("carbon"), "lodetrace:carbon")
    direct = event.extension("direct")
    own = 0 if direct is None else read_quantity(parse_carbon, direct, "lodetrace:direct")
    if own > total:
        raise StatementInvalid(where="lodetrace:direct", reason="is more than the carbon in all")
    return StatedCarbon(total, own, parts)


def read_attested(event: EpcisEvent, kind: EventKind) -> tuple[int, ...]:
    """ppm of metal out per credit slot."""
    entries = event.extension("attested")
    found = {} if entries is None else shares(entries, "lodetrace:attested")
    if found and kind is not EventKind.BIRTH:
        raise StatementInvalid(where="lodetrace:attested", reason="belongs to births")
    numbers = {meaning.name: credit for credit, meaning in SCHEMAS[SCHEMA].items()}
    unknown = sorted(set(found) - set(numbers))
    if unknown:
        raise StatementInvalid(where="lodetrace:attested", reason=f"{unknown[0]!r:.40} is unknown")
    row = [0] * CREDITS
    for name, share in found.items():
        row[numbers[name] - 1] = share
    if row[1] + row[2] > PPM:
        raise StatementInvalid(where="lodetrace:attested", reason="is more than 100 % recycled")
    return tuple(row)


def read_model(event: EpcisEvent, kind: EventKind) -> CustodyModel:
    """What the site kept apart: without a word, births all, everything else nothing."""
    value = event.extension("custodyModel")
    if value is None:
        apart = kind.is_birth
        return CustodyModel.IDENTITY_PRESERVED if apart else CustodyModel.MASS_BALANCE
    found = _MODELS.get(value) if isinstance(value, str) else None
    if found is None:
        reason = f"is none of {', '.join(_MODELS)}"
        raise StatementInvalid(where="lodetrace:custodyModel", reason=reason)
    return found


def read_not_less(event: EpcisEvent, kind: EventKind) -> bool:
    """Whether the umpire says that the lot weighs no less than it is booked with."""
    value = event.extension("notLess")
    if value is None:
        return False
    if value is not True or kind is not EventKind.MEASUREMENT:
        reason = "is either true, in a measurement, or left out"
        raise StatementInvalid(where="lodetrace:notLess", reason=reason)
    return True


def read_seals(event: EpcisEvent) -> tuple[str, ...]:
    """Numbers of the seals on what was made."""
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


def read_start(event: EpcisEvent) -> int:
    """Begin of the event, seconds since 1970."""
    start = event.extension("startTime")
    moment = event.time if start is None else read_time(start, "lodetrace:startTime")
    if moment > event.time:
        raise StatementInvalid(where="lodetrace:startTime", reason="lies after eventTime")
    seconds = int(moment.timestamp())
    if not 0 < seconds < 1 << 40:
        raise StatementInvalid(where="lodetrace:startTime", reason="lies before 1970")
    return seconds


def read_salt(raw: Mapping[str, Any]) -> bytes:
    """The secret of the document."""
    if SALT_FIELD not in raw:
        raise StatementInvalid(where=SALT_FIELD, reason="is missing")
    try:
        return parse_hex(raw.get(SALT_FIELD), 32, lower=True)
    except TextMalformed as error:
        raise StatementInvalid(where=SALT_FIELD, reason="is not 32 bytes in hexadecimal") from error
