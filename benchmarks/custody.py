"""Gas of handing one lot over, beside an ERC-1155 transfer."""

from benchmarks.measurement import Measurement, Unit
from benchmarks.stage import Stage

ACCEPT_AIM = 0.65
BOTH_AIM = 1.7
STEPS = 6


def measure(stage: Stage) -> list[Measurement]:
    """The lot is alone in its batch. The aims are for a lot that was sold before; the first sale
    also has its birthplace checked, and is there for information.
    """
    lot = stage.born().lot
    first = stage.hand_over("mine", "refinery", [lot])
    later = stage.hand_over("refinery", "pack_maker", [lot])
    yardstick = stage.yardstick

    def gas(name: str, value: int, aim: float | None = None) -> Measurement:
        return Measurement(name, value, Unit.GAS, yardstick, aim)

    return [
        gas("offer", later[0]),
        gas("accept", later[1], ACCEPT_AIM),
        gas("offer and accept", sum(later), BOTH_AIM),
        gas("offer, first sale", first[0]),
        gas("accept, first sale", first[1]),
        gas("offer and accept, first sale", sum(first)),
    ]
