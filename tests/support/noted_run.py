"""The last fields of RunRecorded, for tests that look at other ones."""

from collections.abc import Sequence
from typing import Any

from lodetrace.contracts.enums import CustodyModel, Material
from lodetrace.contracts.structs import NOBODY, Made, RunOutput
from zk_circuits.ctx import boxes_hash

NOTHING_MADE = Made(
    count=1, material=Material.HYDROXIDE, element=27, model=CustodyModel.MASS_BALANCE, root=1,
    index=0, mixed=False, charge=False, reworked=False, time=1, held_since=0, held=False,
    young=False,
)  # fmt: skip


def noted_lots(
    holder: str = NOBODY,
    inputs: Sequence[bytes] = (),
    outputs: Sequence[RunOutput] = (),
    made: Made = NOTHING_MADE,
    boxes: Sequence[bytes] = (),
) -> dict[str, Any]:
    """What a run took and made, as its event names it."""
    return {
        "holder": holder,
        "inputs": tuple(inputs),
        "outputs": tuple(outputs),
        "made": made,
        "boxes": boxes_hash(boxes),
    }


def run_outputs(lots: Sequence[bytes], natures: Sequence[Made]) -> list[RunOutput]:
    """As the request of the run named them."""
    return [
        RunOutput(lot, nature.count, nature.material)
        for lot, nature in zip(lots, natures, strict=True)
    ]
