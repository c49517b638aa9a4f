"""Which lots went in: a document names them by their ids on chain, with the batches in each.

A lot is of one element, so a batch of nickel and cobalt lies in a lot of each. What of a batch
lies in which lot decides how much metal the event attests of every named lot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from lodetrace.contracts.enums import INPUTS_MAX
from lodetrace.documents.analysis import ATOMIC_NUMBERS, Analysis, AnalysisInvalid
from lodetrace.documents.epcis import PREFIX
from lodetrace.documents.identity import canonical
from lodetrace.text import TextMalformed, parse_hex

WHERE: Final = f"{PREFIX}:lots"
FIELDS: Final = (f"{PREFIX}:element", f"{PREFIX}:lot", f"{PREFIX}:epcClass")


class NamedLotsInvalid(AnalysisInvalid):
    """A list of lots that cannot be read."""

    template = "{where}: {reason}"
    advice = (
        "Name each lot as {element, lot, epcClass: [batches that lie in it]}, at most four of an"
        " element: `lodetrace lot list` shows their ids, `lodetrace lot charge` merges more of"
        " them. The site corrects the document and signs it again."
    )


@dataclass(frozen=True, slots=True)
class NamedLot:
    """A lot that went in. element: symbol; batches: in canonical form, sorted."""

    element: str
    lot: bytes
    batches: tuple[str, ...]

    def metal(self, inputs: Mapping[str, Analysis]) -> int:
        """mg of its element in its batches, as they were weighed. inputs: by batch."""
        weighed = (inputs.get(batch) for batch in self.batches)
        return sum(one.metal(self.element) for one in weighed if one is not None)


def read_named_lots(value: Any, inputs: Iterable[Analysis]) -> tuple[NamedLot, ...]:
    """The lots in the order of element and id; raises NamedLotsInvalid."""
    if value is None:
        raise NamedLotsInvalid(where=WHERE, reason="is missing: it names the lots that went in")
    if not isinstance(value, list) or not value:
        raise NamedLotsInvalid(where=WHERE, reason="is no list with lots")
    known = {one.epc_class for one in inputs}
    found = [_named(entry, known) for entry in value]
    found.sort(key=lambda one: (ATOMIC_NUMBERS[one.element], one.lot))
    for element, group in groupby(found, lambda one: one.element):
        count = len(list(group))
        if count > INPUTS_MAX:
            reason = f"names {count} lots of {element}, at most {INPUTS_MAX} go into one event"
            raise NamedLotsInvalid(where=WHERE, reason=reason)
    return tuple(found)


def _named(entry: Any, known: set[str]) -> NamedLot:
    if not isinstance(entry, dict) or set(entry) != set(FIELDS):
        words = ", ".join(FIELDS)
        raise NamedLotsInvalid(where=WHERE, reason=f"an entry has not exactly {words}")
    element, lot, classes = (entry[name] for name in FIELDS)
    if element not in list(ATOMIC_NUMBERS):
        raise NamedLotsInvalid(where=WHERE, reason=f"element {element!r:.20} is not known")
    return NamedLot(element, _id(lot), _batches(classes, known))


def _id(value: Any) -> bytes:
    try:
        return parse_hex(value, 32)
    except TextMalformed as error:
        reason = f"{value!r:.80} is no lot id: 32 bytes in hexadecimal"
        raise NamedLotsInvalid(where=WHERE, reason=reason) from error


def _batches(classes: Any, known: set[str]) -> tuple[str, ...]:
    texts = isinstance(classes, list) and all(isinstance(one, str) for one in classes)
    if not texts or not classes:
        raise NamedLotsInvalid(where=WHERE, reason="a lot has no list of batches")
    found = sorted(map(canonical, classes))
    if len(set(found)) != len(found):
        raise NamedLotsInvalid(where=WHERE, reason="a lot names a batch twice")
    for batch in found:
        if batch not in known:
            reason = f"{batch:.100} is not among what went in"
            raise NamedLotsInvalid(where=WHERE, reason=reason)
    return tuple(found)
