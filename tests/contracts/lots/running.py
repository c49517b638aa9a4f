"""Runs in one line, and what they said: see the fixtures lots, process, rebook and recover."""

from typing import Any

from tests.contracts.lots.making import COBALT, field_word
from tests.contracts.values import plain

COBALT_TAG = 1 | 1 << 8 | 1 << 16 | COBALT << 32
PROPORTIONAL, WHOLE = 1, 2
SEGREGATED_BITS = PROPORTIONAL | WHOLE
UNGATED = (1 | 1 << 2 | 1 << 3 | 1 << 4) << 2  # all credits but the gated second pass
ALL_GATES = 0b11111 << 2
BAND = 5_000 << 12 | 0 << 32 | 40_000 << 52  # of every site of the tests


def signals_of(tx: Any) -> dict[str, Any]:
    """inBand, ctx, tag, event, rule, in, out."""
    found = plain(tx.events["RunRecorded"]["publicSignals"])
    width = (len(found) - 5) // 2
    return {
        "inBand": found[0], "ctx": found[1], "tag": found[2], "event": found[3], "rule": found[4],
        "in": found[5 : 5 + width], "out": found[5 + width :],
    }  # fmt: skip


def made(lot_book: Any, name: str) -> Any:
    """ILotBook.lotOf, by the name of the lot."""
    return plain(lot_book.lotOf(field_word(name)))
