"""Outputs as the rules of SPEC section 6 want them, where nobody asks for others."""

from collections.abc import Sequence

from tests.circuits.signals import Event, Lot, Rule


def ceiling(dividend: int, divisor: int) -> int:
    """Rounds up."""
    return -(-dividend // divisor)


def fair(
    inputs: Sequence[Lot],
    metals: Sequence[int],
    event: Event | None = None,
    rule: Rule | None = None,
) -> tuple[Lot, ...]:
    """One output for each metal, with carbon, cahra and proportional credits."""
    rule = rule or Rule()
    consumed = [sum(lot.slots[s] for lot in inputs) for s in range(9)]
    carbon = consumed[1] + (event.carbon if event else 0)
    made = sum(metals)
    pools = [
        consumed[0] if rule.grants >> k & 1 else consumed[4 + k] * (rule.gates >> k & 1)
        for k in range(5)
    ]
    return tuple(
        Lot(
            metal=metal,
            carbon=ceiling(carbon * metal, made),
            cahra=ceiling(consumed[2] * metal, consumed[0]),
            credits=tuple(pool * metal // consumed[0] for pool in pools),
            salt=1000 + j,
        )
        for j, metal in enumerate(metals)
    )
