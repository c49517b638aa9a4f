"""Prices as whole fen (0.01 CNY) per mt, exact wherever they are converted.

A price is read and shown in the unit of its methodology, for example 10,000 CNY per mt.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from lodetrace.canonical_json import plain
from lodetrace.units import PPM
from oracle.prices.errors import PriceMalformed

FEN: Final = 100
"""In one CNY."""
KG_PER_MT: Final = 1_000
HIGHEST: Final = 10**12
"""fen per mt, 10 billion CNY: no commodity costs that; above it a comma is missing."""

_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PriceUnit:
    """A unit of prices. fen: fen per mt in 1 of it."""

    name: str
    fen: int

    def parse(self, text: object) -> int:
        """fen per mt of "4.85"; raises PriceMalformed for what is finer than a fen."""
        if not isinstance(text, str) or not _NUMBER.fullmatch(text):
            raise self._malformed(text, "no plain decimal")
        fen = Decimal(text) * self.fen
        if fen != fen.to_integral_value():
            raise self._malformed(text, "finer than a fen per mt")
        if not 1 <= fen <= HIGHEST:
            raise self._malformed(text, f"not between 1 and {HIGHEST} fen per mt")
        return int(fen)

    def text(self, fen: int) -> str:
        """ "4.85": the number in this unit, nothing rounded."""
        return plain(Decimal(fen) / self.fen)

    def _malformed(self, text: object, reason: str) -> PriceMalformed:
        return PriceMalformed(text=text, unit=self.name, reason=reason)


def per_kg_metal(fen_per_mt: int, vat: int, content: int) -> Fraction:
    """CNY per kg of contained metal without VAT, exact. vat, content: ppm."""
    without_vat = Fraction(fen_per_mt * PPM, PPM + vat)
    return without_vat * PPM / (FEN * KG_PER_MT * content)


def half_even(amount: Fraction) -> int:
    """The nearest integer; halves go to the even one, so that rounding has no direction."""
    return round(amount)


def decimal_text(amount: Fraction, digits: int) -> str:
    """The amount with so many decimals, halves to even."""
    scaled = Decimal(half_even(amount * 10**digits))
    return f"{(scaled / 10**digits).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):f}"
