"""What the record of a run says of its lots: the same as what is told of each of them.

The record is what the rows of the Journal keep; a reader of rows has nothing else of a run.
"""

from typing import Any

from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.events import LotMade, RunRecorded
from lodetrace.contracts.structs import RunOutput
from zk_circuits.ctx import boxes_hash


class RunRecordDiffers(HistoryRefused):
    """A record of a run that names its lots otherwise than they are told."""

    template = "step {step}, {item}: its record says {what} {actual}, its lots say {expected}"


def require_noted(
    record: RunRecorded, consumed: list[bytes], made: list[LotMade], item: str
) -> None:
    """The lots that went in, as many as came out, and all sealed boxes."""
    boxes = boxes_hash([one.sealed_to_owner for one in made])
    _require("inputs", record.inputs, tuple(consumed), item)
    _require("a number of outputs", len(record.outputs), len(made), item)
    _require("boxes", record.boxes, boxes, item)


def require_noted_output(record: RunRecorded, place: int, made: LotMade, item: str) -> None:
    """One lot that came out; of the first one everything."""
    output = RunOutput(made.lot, made.made.count, made.made.material)
    _require("an output", record.outputs[place], output, item)
    _require("a holder", record.holder, made.account, item)
    if place == 0:
        _require("what was made", record.made, made.made, item)


def _require(what: str, actual: Any, expected: Any, item: str) -> None:
    if actual != expected:
        raise RunRecordDiffers(item=item, what=what, actual=actual, expected=expected)
