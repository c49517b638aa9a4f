"""Which rows of the Journal tell a subject's provenance: all that they need, and nothing else.

Computed before any story, from complete rows alone: the head of the chain determines it to the
byte, whoever shows it. Verifier and exporter ask the same function; what a row needs is a table of
its own (needs.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.needs import needs
from lodetrace.audit.rows import ShownEntry
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.structs import ZERO32, Row
from lodetrace.text import enum_word, hex_of

RowOf: TypeAlias = Callable[[Row], Sequence[ShownEntry]]
"""All entries of a row, by place; it answers for their being all."""

EVERYWHERE: Final = (Row(RowKind.SETTINGS, ZERO32), Row(RowKind.DIRECTORY, ZERO32))
"""Rows that every provenance rests on."""


class OutsideClosure(LookupError):
    """A row was asked that the closure does not have: a fault of the program, not of a bundle."""

    def __init__(self, row: Row) -> None:
        super().__init__(f"row {enum_word(row.kind)} {hex_of(row.subject)} is not in the closure")
        self.row = row


@dataclass(frozen=True)
class Closure:
    """The rows of one provenance, each whole. root: the subject's."""

    root: Row
    rows: Mapping[Row, tuple[ShownEntry, ...]]

    def row(self, row: Row) -> tuple[ShownEntry, ...]:
        """Its entries, by place; none of what is 0 and names nothing. Raises OutsideClosure."""
        found = self.rows.get(row)
        if found is None and any(row.subject):
            raise OutsideClosure(row)
        return found or ()

    def __contains__(self, row: Row) -> bool:
        return row in self.rows

    def of(self, kind: RowKind) -> tuple[bytes, ...]:
        """Subjects of the rows of a kind, in order."""
        return tuple(sorted(row.subject for row in self.rows if row.kind is kind))

    @cached_property
    def entries(self) -> tuple[ShownEntry, ...]:
        """Of all rows, each once, by place."""
        found = {shown.entry.place: shown for row in self.rows.values() for shown in row}
        return tuple(found[place] for place in sorted(found))


def root_of(subject: Subject) -> Row:
    """The row that a provenance begins at."""
    is_lot = subject.kind is BundleSubject.LOT
    return Row(RowKind.LOT if is_lot else RowKind.PRODUCT, subject.id)


def closure(root: Row, row_of: RowOf) -> Closure:
    """The fixpoint: rows that the rows so far need, until there is none more."""
    found: dict[Row, tuple[ShownEntry, ...]] = {}
    waiting = [*EVERYWHERE, root]
    while waiting:
        row = waiting.pop()
        if row not in found:
            found[row] = tuple(row_of(row))
            waiting += needs(row, found[row], is_root=row == root)
    return Closure(root, found)
