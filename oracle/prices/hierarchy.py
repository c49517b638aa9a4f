"""Which ranks are needed (2.4.1), and where abnormal volumes stand among them (2.4.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from oracle.prices.datum import Datum, DatumOutcome, Rank


class Sufficiency(StrEnum):
    """How much there is; it decides where abnormal volumes stand."""

    SUFFICIENT = "sufficient"
    SHORT = "short"
    SINGLE_DEAL = "single deal"
    """The only deal of the day has an abnormal volume."""


ORDER: Final[Mapping[Sufficiency, tuple[Rank, ...]]] = {
    Sufficiency.SUFFICIENT: (
        Rank.TRADE,
        Rank.QUOTE,
        Rank.EXPECTED,
        Rank.CROSS_VALIDATED,
        Rank.ABNORMAL,
    ),
    Sufficiency.SHORT: (Rank.TRADE, Rank.QUOTE, Rank.EXPECTED, Rank.ABNORMAL, Rank.CROSS_VALIDATED),
    Sufficiency.SINGLE_DEAL: (
        Rank.TRADE,
        Rank.QUOTE,
        Rank.ABNORMAL,
        Rank.EXPECTED,
        Rank.CROSS_VALIDATED,
    ),
}
"""Highest priority first."""


def case_of(data: Sequence[Datum], pieces: int) -> Sufficiency:
    """data: those that count. pieces: how many make enough."""
    abnormal = [one for one in data if one.rank is Rank.ABNORMAL]
    if len(abnormal) == 1 and not any(one.rank is Rank.TRADE for one in data):
        return Sufficiency.SINGLE_DEAL
    stated = [one for one in data if one.rank in (Rank.TRADE, Rank.QUOTE, Rank.EXPECTED)]
    return Sufficiency.SUFFICIENT if pieces_in(stated) >= pieces else Sufficiency.SHORT


def pieces_in(data: Iterable[Datum]) -> int:
    """Independent pieces of information: what one voice says several times counts once.

    Otherwise one submitter with four deals would push everybody else's information out.
    """
    return len({one.voice for one in data})


def chosen(data: Sequence[Datum], case: Sufficiency, pieces: int) -> list[Datum]:
    """The same data, those of ranks that are not needed marked so."""
    used: list[Datum] = []
    spare: list[Datum] = []
    for rank in ORDER[case]:
        enough = pieces_in(used) >= pieces
        of_rank = [one for one in data if one.rank is rank]
        if enough:
            spare += [replace(one, outcome=DatumOutcome.NOT_NEEDED) for one in of_rank]
        else:
            used += of_rank
    return used + spare
