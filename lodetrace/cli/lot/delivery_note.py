"""The delivery note of an offer: a sheet that the receiver fills in."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from lodetrace.atomic_file import PRIVATE, replace_file, require_place
from lodetrace.cli.sheet_options import SheetExists, sheet_errors
from lodetrace.text import hex_of
from lodetrace.units import format_metal

if TYPE_CHECKING:
    from lodetrace.member.session import MemberSession

TITLES: Final = ("Lot", "Label", "Booked", "Metal", "Wet mass", "Moisture", "Assay")


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """content: lots with their labels and booked metal, as CSV; for the receiver's eyes."""

    path: Path
    content: bytes

    @classmethod
    def of(cls, member: "MemberSession", path: Path, lots: Sequence[bytes]) -> Self:
        """The note, before anything is offered; raises SheetUnwritable or SheetExists."""
        note = cls(path, _content(member, lots))
        with sheet_errors(path):
            if path.is_file():
                if path.read_bytes() != note.content:
                    raise SheetExists(path=path)
            else:
                require_place(path)
        return note

    def write(self) -> None:
        """Raises SheetUnwritable."""
        with sheet_errors(self.path):
            replace_file(self.path, self.content, PRIVATE)


def _content(member: "MemberSession", lots: Sequence[bytes]) -> bytes:
    labels = member.vault.labels()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(TITLES)
    for lot in sorted(lots):
        opening = member.vault.require(member.reads.commitment(lot), lot)
        called = labels.get(lot, ("",))[0]
        writer.writerow((hex_of(lot), called, format_metal(opening.lot.metal), "", "", "", ""))
    return text.getvalue().encode("utf-8-sig")
