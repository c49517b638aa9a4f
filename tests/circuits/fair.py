"""Outputs as SPEC sections 6 and 7, wants them, where nobody asks for others."""

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
    units: Sequence[int] = (),
) -> tuple[Lot, ...]:
    """One output for each metal, with carbon, direct, cahra and proportional credits.

    units: of each output, 1 where it is not said.
    """
    rule = rule or Rule()
    consumed = [sum(lot.slots[s] for lot in inputs) for s in range(9)]
    made = sum(metals)
    carbon = consumed[1] + (event.carbon if event else 0)
    direct = consumed[8] + (event.direct if event else 0)
    pools = [
        consumed[0] if rule.grants >> k & 1 else consumed[4 + k] * (rule.gates >> k & 1)
        for k in range(4)
    ]
    counts = [*units, *[1] * len(metals)]
    return tuple(
        Lot(
            metal=metal,
            carbon=ceiling(carbon * metal, made),
            cahra=ceiling(consumed[2] * metal, consumed[0]),
            units=counts[j],
            credits=tuple(pool * metal // consumed[0] for pool in pools),
            direct=ceiling(direct * metal, made),
            salt=1000 + j,
        )
        for j, metal in enumerate(metals)
    )
