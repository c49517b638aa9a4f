"""How the elements of a document share its carbon: by their mass in what came out.

No other key is taken: it could move the carbon of the metal that buyers ask about to one that
nobody asks about.
"""

from collections.abc import Mapping

from lodetrace.documents.analysis import ATOMIC_NUMBERS


def split_exactly(total: int, masses: Mapping[str, int]) -> dict[str, int]:
    """`total` in proportion to the masses, without a remainder (largest remainder).

    Of equal remainders the element with the smaller atomic number is served first; all masses 0
    share alike.
    """
    weights = masses if any(masses.values()) else dict.fromkeys(masses, 1)
    whole = sum(weights.values())
    found = {symbol: total * mass // whole for symbol, mass in weights.items()}
    order = sorted(weights, key=lambda one: (-(total * weights[one] % whole), ATOMIC_NUMBERS[one]))
    for symbol in order[: total - sum(found.values())]:
        found[symbol] += 1
    return found


def shared(carbon: int, direct: int, masses: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Carbon and its direct part of each element, mg CO2e each.

    Direct and other carbon are split by themselves, so that no element gets more direct
    emissions than carbon.
    """
    own, other = split_exactly(direct, masses), split_exactly(carbon - direct, masses)
    return {symbol: (own[symbol] + other[symbol], own[symbol]) for symbol in masses}
