"""Numbers that a site gives once: of its batches, and of the seals that it puts on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lodetrace.documents.identity import canonical, seal_number
from lodetrace.documents.statement import SiteStatement

BATCH: Final = "batch"
SEAL: Final = "seal"

_NUMBERED: Final = re.compile(r"(.*?)(\d{1,18})", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Serial:
    """One number, however the site wrote it. series: what stands before its digits at the end.

    number: None where it does not end with digits; such a number has no place in a series.
    """

    kind: str
    name: str
    series: str
    number: int | None


def serials_of(statement: SiteStatement) -> Iterator[Serial]:
    """Batch numbers of the lots that came out (their whole class), and the seals on them."""
    for analysis in statement.outputs:
        yield serial(BATCH, analysis.epc_class)
    for seal in statement.seals:
        yield serial(SEAL, seal)


def serial(kind: str, written: str) -> Serial:
    """A number in the form in which it is compared."""
    name = canonical(written) if kind == BATCH else seal_number(written)
    found = _NUMBERED.fullmatch(name)
    if found is None:
        return Serial(kind, name, name, None)
    return Serial(kind, name, found[1], int(found[2]))
