"""From pieces of information to a range that no third of the voices can move out of the rest.

Each voice states one interval, from its lowest to its highest price. Of n voices a third may be
wrong: f = ⌊(n − 1) / 3⌋. The f lowest lows and the f highest highs are set aside. What remains at
each end lies between values of honest voices, whatever f of them say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median

from lodetrace.units import PPM
from oracle.prices.datum import Datum, DatumOutcome, Ground
from oracle.prices.methodology import DealRoom

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """range: None where the voices do not agree. data: as given, outliers excluded."""

    range: Interval | None
    data: tuple[Datum, ...]


def intervals(data: Iterable[Datum]) -> dict[str, Interval]:
    """Lowest and highest price of each voice, fen per mt."""
    found: dict[str, Interval] = {}
    for one in data:
        low, high = one.range
        known = found.get(one.voice, (low, high))
        found[one.voice] = (min(low, known[0]), max(high, known[1]))
    return found


def faults(voices: int) -> int:
    """How many of so many voices may be wrong."""
    return max(0, (voices - 1) // 3)


def without_outliers(used: Sequence[Datum], market: Sequence[Datum], share: int) -> list[Datum]:
    """Excludes what lies further than `share` ppm from the middle of the wider market (2.4.3).

    market: all data that count, also those of ranks that are not needed.
    """
    middles = [Fraction(low + high, 2) for low, high in intervals(market).values()]
    middle = median(middles)
    return [_judged(one, middle, share) for one in used]


def price_range(used: Sequence[Datum], market: Sequence[Datum], share: int) -> Found:
    """The range of what is used; `share` as in without_outliers."""
    before = intervals(used)
    data = tuple(without_outliers(used, market, share))
    kept = intervals(one for one in data if one.outcome is DatumOutcome.USED)
    wrong = faults(len(before))
    if len(kept) < len(before) - wrong:
        return Found(None, data)
    lows = sorted(low for low, _ in before.values())
    highs = sorted(high for _, high in before.values())
    low = max(lows[wrong], min(low for low, _ in kept.values()))
    high = min(highs[len(highs) - 1 - wrong], max(high for _, high in kept.values()))
    return Found((low, high) if low <= high else None, data)


def with_room(agreed: Interval, deals: Iterable[Interval], room: DealRoom) -> Interval:
    """The range around what the voices agree on in which deals lie.

    An end moves out to the deals within reach of it, so that no deal moves it further; then both
    move apart until the least width, and on to the next tick.
    """
    low, high = agreed
    found = list(deals)
    near = [one for one in found if low - room.reach <= one[0] and one[1] <= high + room.reach]
    low, high = min([low, *(one[0] for one in near)]), max([high, *(one[1] for one in near)])
    missing = max(0, room.least_width - (high - low))
    low, high = max(room.tick, low - -(-missing // 2)), high + -(-missing // 2)
    return low - low % room.tick, high + -high % room.tick


def _judged(datum: Datum, middle: Fraction, share: int) -> Datum:
    low, high = datum.range
    if abs(Fraction(low + high, 2) - middle) * PPM <= share * middle:
        return datum
    note = "; ".join(filter(None, [datum.note, f"the market's middle is {round(middle)} fen/mt"]))
    return replace(
        datum, outcome=DatumOutcome.EXCLUDED, ground=Ground.AGAINST_THE_MARKET, note=note
    )
