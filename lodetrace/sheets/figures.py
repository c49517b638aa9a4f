"""Numbers and times in cells, exactly: which sign parts decimals is asked of the whole sheet.

"20.150" is 20150 to one clerk and 20.15 to another. Nothing is guessed: either other figures of
the sheet say which it is, or the clerk does.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from lodetrace.errors import InputError
from lodetrace.sheets.cells import Cell, Form
from lodetrace.text import DAY_SECONDS

_THREE: Final = 3
_BLANKS: Final = "\u0020\u00a0\u202f\u2009'\u2019"
_FIGURE: Final = re.compile(
    rf"([0-9][0-9.,{_BLANKS}]*[0-9]|[0-9])[ \u00a0\u202f]?(\D.*)?", re.ASCII
)
_GROUPED: Final = re.compile(rf"[0-9]{{1,3}}([{_BLANKS}.,][0-9]{{3}})+")
_ISO: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|[+-]\d{2}:\d{2})?",
    re.ASCII,
)
_LOCAL: Final = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,? (\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?", re.ASCII
)


class FigureMalformed(InputError):
    """A cell that is no number, or no time."""

    template = "{text!r} {reason}"
    advice = "Correct the cell."


class DecimalsUnclear(InputError):
    """Figures that can be read in two ways, or that contradict each other."""

    template = "decimals are unclear: {reason}"
    advice = "Say which sign parts decimals: --decimal comma, or --decimal point."


class DatesUnclear(InputError):
    """Days and months that could be either."""

    template = "dates are unclear: {example!r} may be of two days"
    advice = "Say what stands first: --dates day-first, or --dates month-first."


@dataclass(frozen=True, slots=True)
class Reading:
    """How the texts of a sheet are read. decimal: "," or ".". day_first: of dates with numbers."""

    decimal: str
    day_first: bool
    epoch_1904: bool = False

    def number(self, text: str) -> tuple[Decimal, str]:
        """A number of text, and the unit behind it, if any; raises FigureMalformed."""
        found = _FIGURE.fullmatch(text.strip())
        if found is None or not _is_unit((found[2] or "").strip()):
            raise FigureMalformed(text=text[:40], reason="is no plain positive number")
        figure, unit = found[1], (found[2] or "").strip()
        grouping = "." if self.decimal == "," else ","
        whole, parted, decimals = figure.partition(self.decimal)
        if self.decimal in decimals or grouping in decimals or any(s in decimals for s in _BLANKS):
            raise FigureMalformed(text=text[:40], reason=f"has no decimals after {self.decimal!r}")
        if not whole.isdigit() and not _GROUPED.fullmatch(whole):
            raise FigureMalformed(text=text[:40], reason="is not grouped by thousands")
        digits = "".join(sign for sign in whole if sign.isdigit())
        return Decimal(f"{digits}.{decimals}" if parted else digits), unit

    def time(self, cell: Cell) -> tuple[datetime, str | None]:
        """A local time, and the offset that is written with it; raises FigureMalformed."""
        text = cell.text.strip()
        if cell.form in (Form.DATE, Form.NUMBER):
            return self._of_days(text), None
        iso, local = _ISO.fullmatch(text), _LOCAL.fullmatch(text)
        try:
            if iso is not None:
                year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
                hour, minute, second = (int(part or 0) for part in iso.groups()[3:6])
                return datetime(year, month, day, hour, minute, second), iso[7]  # noqa: DTZ001
            if local is not None:
                day, month, year = int(local[1]), int(local[3]), int(local[4])
                if not self.day_first and local[2] != ".":
                    day, month = month, day
                hour, minute, second = (int(part or 0) for part in local.groups()[4:])
                return datetime(year, month, day, hour, minute, second), None  # noqa: DTZ001
        except ValueError as error:
            raise FigureMalformed(text=text[:40], reason=f"is no time: {error}") from error
        raise FigureMalformed(text=text[:40], reason="is no time such as 2026-08-08 10:00")

    def _of_days(self, text: str) -> datetime:
        """A day number of Excel; days before March 1900 are wrong in it, and refused."""
        days = number_of_cell(text)
        if not 61 <= days < 100_000:
            raise FigureMalformed(text=text[:40], reason="is no day number of a date")
        begin = datetime(1904, 1, 1) if self.epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        seconds = int((days * DAY_SECONDS).to_integral_value())
        return begin + timedelta(seconds=seconds)


def number_of_cell(text: str) -> Decimal:
    """The number that a workbook says a cell holds; raises FigureMalformed where it holds none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise FigureMalformed(text=text[:40], reason="is no number")
    return number


def _is_unit(text: str) -> bool:
    """What may stand behind a figure: a word, never more of the figure (1e3, 0x10, 5.)."""
    begins = not text or text[0].isalpha() or text[0] in "%‰"
    return begins and not any(sign.isdigit() for sign in text.replace("CO2e", ""))


def decimal_sign(texts: Iterable[str], given: str | None = None) -> str:
    """What parts decimals in all of these; raises DecimalsUnclear.

    A file without a figure that shows it has the point.
    """
    if given is not None:
        return given
    shown: dict[str, str] = {}
    unclear = ""
    for text in texts:
        found = _FIGURE.fullmatch(text.strip())
        sign = None if found is None else _decimal_of(found[1])
        if sign == "?":
            unclear = unclear or text.strip()
        elif sign is not None:
            shown.setdefault(sign, text.strip())
    if len(shown) > 1:
        reason = f"{shown['.']!r} has a point, {shown[',']!r} has a comma"
        raise DecimalsUnclear(reason=reason)
    if unclear and not shown:
        raise DecimalsUnclear(reason=f"{unclear!r} may be a thousand times as much")
    return next(iter(shown), ".")


def is_day_first(texts: Iterable[str], given: bool | None = None) -> bool:
    """Whether 05/08/2026 is a day of August; raises DatesUnclear. Points always mean that."""
    if given is not None:
        return given
    unclear = None
    for text in texts:
        found = _LOCAL.fullmatch(text.strip())
        if found is None or found[2] == ".":
            continue
        if int(found[1]) > 12:
            return True
        if int(found[3]) > 12:
            return False
        if found[1] != found[3]:
            unclear = unclear or text.strip()
    if unclear is not None:
        raise DatesUnclear(example=unclear)
    return True


def _decimal_of(figure: str) -> str | None:
    """The sign that parts decimals in a figure; None where none does, "?" where it may be one."""
    signs = [one for one in figure if one in ".,"]
    if not signs:
        return None
    other = {".": ",", ",": "."}
    if len(set(signs)) > 1:
        return signs[-1]
    if len(signs) > 1:
        return other[signs[0]]
    whole, _, decimals = figure.partition(signs[0])
    if any(blank in whole for blank in _BLANKS):
        return signs[0]
    if len(decimals) != _THREE or not 1 <= len(whole) <= _THREE or whole.startswith("0"):
        return signs[0]
    return "?"
