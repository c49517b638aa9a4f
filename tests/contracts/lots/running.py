"""Runs in one line, and what they said: see the fixtures lots, process, rebook and recover."""

from typing import Any

from tests.contracts.lots.making import COBALT, FORMAT, SCHEMA, field_word
from tests.contracts.values import plain

LOT_FIELDS = (
    "account", "state", "revision", "sequence", "until", "held_since", "model", "count", "born_at",
    "time", "element", "schema", "format", "material", "root", "index", "mixed", "charge",
    "reworked", "young",
)  # fmt: skip
"""Of the struct Lot."""

COBALT_TAG = 1 | FORMAT << 8 | SCHEMA << 16 | COBALT << 32
PROPORTIONAL, WHOLE, SETTLES = 1 << 128, 1 << 129, 1 << 130
SEGREGATED_BITS = PROPORTIONAL | WHOLE
ALL_GATES = 0b1111 << 131
UNGATED = 0b1101 << 131
"""All credits but the gated second pass."""
GRANTS_AT, SCRAP_AT, UNITS_AT = 135, 139, 143
BAND = 5_000 << 147 | 0 << 167 | 40_000 << 187 | 100_000 << 207
"""Of every site of the tests."""


def counts(*units: int) -> int:
    """The counts of outputs in a rule word."""
    return sum(count << 32 * index for index, count in enumerate(units))


def signals_of(tx: Any) -> dict[str, Any]:
    """Of `run4`: inBand, ctx, tag, event, rule, in, out; of `rebook2`: ctx, tag, rule, in, out."""
    found = plain(tx.events["RunRecorded"]["publicSignals"])
    names = ("ctx", "tag", "rule") if len(found) == 7 else ("inBand", "ctx", "tag", "event", "rule")
    head, lots = found[: len(names)], found[len(names) :]
    width = len(lots) // 2
    return {**dict(zip(names, head, strict=True)), "in": lots[:width], "out": lots[width:]}


def made(lot_book: Any, name: str) -> dict[str, Any]:
    """A lot of the book by its name, with the names of its fields."""
    return dict(zip(LOT_FIELDS, plain(lot_book.lotOf(field_word(name))), strict=True))


MADE_FIELDS = (
    "count", "material", "element", "model", "root", "index", "mixed", "charge", "reworked",
    "time", "held_since", "held", "young",
)  # fmt: skip
"""Of the struct IRuns.Made."""


def lots_made(tx: Any) -> list[dict[str, Any]]:
    """What the events LotMade say of the lots, in order."""
    return [
        dict(zip(MADE_FIELDS, plain(event["made"]), strict=True))
        for event in tx.events
        if event.name == "LotMade"
    ]
