"""Rows of a sheet become a site's EPCIS documents: one a row, or one for all rows of a name."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from lodetrace.canonical_json import plain
from lodetrace.contracts.enums import EventKind
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.carbon_shares import split_exactly
from lodetrace.documents.epcis import NAMESPACE, PREFIX, EventType
from lodetrace.documents.statement_fields import SHAPES
from lodetrace.errors import InputError
from lodetrace.sheets.figures import FigureMalformed
from lodetrace.sheets.table import CellRefused, Headings, Row
from lodetrace.text import hex_of
from lodetrace.units import contained_metal, parse_carbon, parse_metal, parse_share

GS1_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
KINDS: Final = (
    "birth", "outside", "processing", "recovery", "rework", "loss", "shipping", "receiving",
)  # fmt: skip
"""What sheets are made for; measurements and ends of life are single documents."""

_CODES: Final = {"t": "TNE", "kg": "KGM", "g": "GRM"}
_DISPOSITIONS: Final = {"shipping": "in_transit", "receiving": "in_progress"}
_CREDITS: Final = {
    "Responsible": "responsible",
    "Recycled post-consumer": "recycledPostConsumer",
    "Recycled manufacturing": "recycledManufacturing",
}
_OFFSET: Final = re.compile(r"[+-]\d{2}:\d{2}", re.ASCII)
_PARTS: Final = re.compile(r"[\s,;]+")

LotNamed = Callable[[str], bytes]
"""The id of a lot that a clerk names; raises InputError or NotFound."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why the rows of a document make none. rows: their numbers in the sheet."""

    rows: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RowsDocument:
    """An unsigned document, and the rows that it is of."""

    rows: tuple[int, ...]
    raw: dict[str, Any]


def headings_of(kind: str) -> Headings:
    """The columns of a kind of document, with the units that are meant where none is written."""
    uses_lots = SHAPES[kind][0] is EventType.TRANSFORMATION
    states_carbon = SHAPES[kind][3] is not EventKind.NONE
    known = {"Document": "", **({"Side": ""} if uses_lots else {})}
    known |= {"GTIN": "", "Batch": "", "Substance": "", "Start": "", "End": ""}
    known |= {"Wet mass": "t", "Moisture": "%", **dict.fromkeys(ATOMIC_NUMBERS, "%")}
    known |= {"Material": ""} if uses_lots else {}
    known |= {"Unit material": "", "Units": ""}
    if uses_lots:
        known |= {"Lot": "", **{f"Lot {symbol}": "" for symbol in ATOMIC_NUMBERS}}
        known |= {"Custody model": ""}
    if states_carbon:
        known |= {"Seals": "", "Carbon": "t CO2e", "Direct": "t CO2e"}
    if kind == "birth":
        known |= dict.fromkeys(_CREDITS, "%")
    required = ["Batch", "Substance", "End", "Wet mass", "Moisture"]
    required += ["Side"] if uses_lots else []
    required += ["Carbon"] if states_carbon and kind != "loss" else []
    numbers = [name for name, unit in known.items() if unit] + ["Units"]
    return Headings(known, required, numbers, ("Start", "End"))


def documents_of(
    rows: Sequence[Row], kind: str, site: str, offset: str | None, lot_named: LotNamed
) -> Iterator[RowsDocument | RowFault]:
    """One document after the other, in the order of the sheet; what fails stops no other."""
    order: dict[str, int] = {}
    for row in rows:
        order.setdefault(_group(row), len(order))
    for _, found in groupby(
        sorted(rows, key=lambda row: order[_group(row)]), key=lambda row: order[_group(row)]
    ):
        together = tuple(found)
        numbers = tuple(row.number for row in together)
        fault = next((row.fault for row in together if row.fault), None)
        if fault is not None:
            yield RowFault(numbers, fault)
            continue
        try:
            yield RowsDocument(numbers, _document(together, kind, site, offset, lot_named))
        except InputError as error:
            yield RowFault(numbers, str(error))


def _group(row: Row) -> str:
    """Rows of one name are of one document; a row without a name is one by itself."""
    cell = row.cells.get("Document")
    name = "" if cell is None else cell.text.strip()
    return f"name {name}" if name else f"row {row.number}"


def _document(
    rows: tuple[Row, ...], kind: str, site: str, offset: str | None, lot_named: LotNamed
) -> dict[str, Any]:
    event_type, action, step, _ = SHAPES[kind]
    end, zone = _time(rows, "End", offset)
    place = {"id": site}
    event: dict[str, Any] = {
        "type": str(event_type),
        "eventTime": end,
        "eventTimeZoneOffset": zone,
        "bizStep": step,
        "disposition": _DISPOSITIONS.get(kind, "active"),
        "readPoint": place,
        "bizLocation": place,
    }
    if action is not None:
        event["action"] = str(action)
    event |= _goods(rows, kind)
    event[_ours("statement")] = kind
    if _said(rows, "Start"):
        event[_ours("startTime")] = _time(rows, "Start", offset)[0]
    event |= _carbon(rows, event, kind)
    model = _said(rows, "Custody model")
    if model:
        event[_ours("custodyModel")] = model.lower().replace("-", " ")
    if event_type is EventType.TRANSFORMATION:
        event[_ours("lots")] = _lots(rows, lot_named)
    attested = {
        word: f"{plain(share[0])} {share[1]}"
        for heading, word in _CREDITS.items()
        if (share := _quantity(rows, heading)) is not None and share[0]
    }
    if attested:
        event[_ours("attested")] = _prefixed(attested)
    return {
        "@context": [GS1_CONTEXT, {PREFIX: NAMESPACE}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": end,
        "epcisBody": {"eventList": [event]},
    }


def _goods(rows: tuple[Row, ...], kind: str) -> dict[str, Any]:
    event_type, action, _, _ = SHAPES[kind]
    outputs = [row for row in rows if not _is_input(row)]
    quantities, analyses = _weighed(outputs)
    seals = [one for row in rows for one in _PARTS.split(row.text("Seals")) if one]
    master: dict[str, Any] = {_ours("analysis"): analyses}
    if seals:
        master[_ours("seals")] = seals
    if event_type is EventType.TRANSFORMATION:
        inputs, input_analyses = _weighed([row for row in rows if _is_input(row)])
        goods: dict[str, Any] = {"inputQuantityList": inputs}
        goods[_ours("inputAnalysis")] = input_analyses
        if quantities or kind != "loss":
            goods |= {"outputQuantityList": quantities, "ilmd": master}
        return goods
    if str(action) == "ADD":
        return {"quantityList": quantities, "ilmd": master}
    return {"quantityList": quantities, _ours("analysis"): analyses}


def _is_input(row: Row) -> bool:
    if "Side" not in row.columns:
        return False
    side = row.text("Side").lower()
    if side not in ("in", "out"):
        raise CellRefused(heading="Side", reason=f"{side!r:.20} is neither in nor out")
    return side == "in"


def _weighed(rows: list[Row]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    quantities, analyses = [], []
    for row in rows:
        batch = _batch(row)
        mass, unit = _required(row, "Wet mass")
        _take("Wet mass", parse_metal, f"{plain(mass)} {unit}")
        if unit not in _CODES:
            raise CellRefused(heading="Wet mass", reason=f"is in {unit}, not in t, kg or g")
        quantities.append({"epcClass": batch, "quantity": mass, "uom": _CODES[unit]})
        analysis: dict[str, Any] = {
            "epcClass": batch,
            "substance": _word(row, "Substance"),
            "moisture": _share(row, "Moisture"),
            "assay": _prefixed(_assay(row)),
        }
        if material := row.text("Material"):
            analysis["material"] = material.lower().replace(" ", "_")
        if (units := row.quantity("Units")) is not None:
            of = _word(row, "Unit material").lower().replace(" ", "_")
            analysis["units"] = _prefixed({"material": of, "count": units[0]})
        analyses.append(_prefixed(analysis))
    return quantities, analyses


def _batch(row: Row) -> str:
    """A GS1 Digital Link as it stands, or made of a GTIN and a batch number."""
    batch = _word(row, "Batch")
    if batch.lower().startswith(("http://", "https://", "urn:")):
        return batch
    from urllib.parse import quote

    gtin = _word(row, "GTIN")
    if not gtin.isascii() or not gtin.isdigit() or len(gtin) > 14:
        raise CellRefused(heading="GTIN", reason=f"{gtin!r:.40} is no GTIN of up to 14 digits")
    return f"https://id.gs1.org/01/{gtin.zfill(14)}/10/{quote(batch, safe='')}"


def _assay(row: Row) -> dict[str, str]:
    found = {
        symbol: _share(row, symbol)
        for symbol in ATOMIC_NUMBERS
        if symbol in row.columns and row.text(symbol)
    }
    if not found:
        raise CellRefused(heading="assay", reason="no metal has one: fill Co, Ni …")
    return found


def _share(row: Row, heading: str) -> str:
    number, unit = _required(row, heading)
    text = f"{plain(number)} {unit}"
    _take(heading, parse_share, text)
    return text


def _carbon(rows: tuple[Row, ...], event: Mapping[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for heading, name in (("Carbon", "carbon"), ("Direct", "direct")):
        given = _quantity(rows, heading)
        if given is not None:
            number, unit = given
            mass = unit.removesuffix("CO2e").removesuffix("CO₂e").strip()
            text = f"{plain(number)} {mass} CO2e"
            _take(heading, parse_carbon, text)
            found[_ours(name)] = text
    if not found:
        return {}
    outputs = [row for row in rows if not _is_input(row)]
    tenths = split_exactly(1_000, _metals(outputs or list(rows)))
    shares = {symbol: f"{plain(Decimal(part) / 10)} %" for symbol, part in tenths.items()}
    return {**found, _ours("carbonShare"): _prefixed(shares)}


def _metals(rows: list[Row]) -> dict[str, int]:
    """mg of each metal that was assayed."""
    found: dict[str, int] = {}
    for row in rows:
        mass, unit = _required(row, "Wet mass")
        wet = parse_metal(f"{plain(mass)} {unit}")
        moisture = parse_share(_share(row, "Moisture"))
        for symbol, share in _assay(row).items():
            metal = contained_metal(wet, moisture, parse_share(share))
            found[symbol] = found.get(symbol, 0) + metal
    return found


def _lots(rows: tuple[Row, ...], lot_named: LotNamed) -> list[dict[str, Any]]:
    """Which lots went in, each with the batches that lie in it."""
    batches: dict[tuple[str, bytes], list[str]] = {}
    for row in rows:
        if not _is_input(row):
            continue
        symbols = list(_assay(row))
        named = {symbol: row.text(f"Lot {symbol}") for symbol in symbols}
        if len(symbols) == 1:
            named = {symbols[0]: named[symbols[0]] or row.text("Lot")}
        for symbol, text in named.items():
            if not text:
                raise CellRefused(heading=f"Lot {symbol}", reason="is empty: which lot went in?")
            batches.setdefault((symbol, lot_named(text)), []).append(_batch(row))
    return [
        _prefixed({"element": symbol, "lot": hex_of(lot), "epcClass": together})
        for (symbol, lot), together in batches.items()
    ]


def _time(rows: tuple[Row, ...], heading: str, offset: str | None) -> tuple[str, str]:
    """A time with its offset, and the offset."""
    text, row = _said(rows, heading), _speaker(rows, heading)
    if not text:
        raise CellRefused(heading=heading, reason="is empty")
    try:
        moment, written = row.reading.time(row.cells[heading])
    except FigureMalformed as error:
        raise CellRefused(heading=heading, reason=str(error)) from error
    zone = {"Z": "+00:00"}.get(written or "", written) or offset
    if zone is None or not _OFFSET.fullmatch(zone):
        reason = "has no offset from UTC: write it behind the time, or give --offset +02:00"
        raise CellRefused(heading=heading, reason=reason)
    return f"{moment.isoformat(timespec='seconds')}{zone}", zone


def _speaker(rows: tuple[Row, ...], heading: str) -> Row:
    return next((row for row in rows if row.text(heading)), rows[0])


def _said(rows: tuple[Row, ...], heading: str) -> str:
    """What all rows of a document say, or the first that says something; raises CellRefused."""
    texts = list(dict.fromkeys(text for row in rows if (text := row.text(heading))))
    if len(texts) > 1:
        reason = f"differs within one document ({texts[0]!r:.30}, {texts[1]!r:.30})"
        raise CellRefused(heading=heading, reason=reason)
    return texts[0] if texts else ""


def _quantity(rows: tuple[Row, ...], heading: str) -> tuple[Decimal, str] | None:
    return _speaker(rows, heading).quantity(heading) if _said(rows, heading) else None


def _required(row: Row, heading: str) -> tuple[Decimal, str]:
    found = row.quantity(heading)
    if found is None:
        raise CellRefused(heading=heading, reason="is empty")
    return found


def _word(row: Row, heading: str) -> str:
    text = row.text(heading)
    if not text:
        raise CellRefused(heading=heading, reason="is empty")
    return text


def _take(heading: str, parse: Callable[[str], int], text: str) -> None:
    try:
        parse(text)
    except InputError as error:
        raise CellRefused(heading=heading, reason=str(error)) from error


def _ours(name: str) -> str:
    return f"{PREFIX}:{name}"


def _prefixed(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {_ours(key): value for key, value in raw.items()}
