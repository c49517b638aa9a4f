"""Runs of the story: which metal goes into which output."""

from collections.abc import Mapping, Sequence
from typing import Any

from demo.errors import StoryMalformed
from demo.members import StatedElement, StoryMembers
from demo.step_log import StepLog
from demo.story import StoryStep
from lodetrace.contracts.enums import CustodyModel, Material, RunKind
from lodetrace.contracts.structs import ZERO32
from lodetrace.member.lots import own_lot
from lodetrace.member.merge_trees import Progress, merge
from lodetrace.member.run_plan import RunOrder, Wanted
from lodetrace.member.runs import run, settle
from lodetrace.member.session import MemberSession
from lodetrace.text import enum_words
from lodetrace.units import parse_metal
from zk_circuits.allocation import equal_metal, metal_to_book
from zk_circuits.balance import RunMeasurement


def play_run(members: StoryMembers, step_log: StepLog, step: StoryStep) -> dict[str, bytes]:
    """Plays a run or a settlement; the labels of what it made."""
    member = members[step.actor]
    inputs = step_log.lots(step["inputs"])
    labels = [output["lot"] for output in step["outputs"]]
    stated = None
    if "document" in step.fields:
        stated = members.stated(step["document"], step["element"])
    if step["kind"] == "settle" and stated is not None:
        done = settle(member, inputs[0], stated.event_id, stated.opening)
    else:
        done = run(member, _order(member, step, inputs, stated))
    return dict(zip(labels, (made.lot for made in done.outputs), strict=True))


def play_charge(
    members: StoryMembers, step_log: StepLog, step: StoryStep, progress: Progress
) -> dict[str, bytes]:
    """Merges any number of lots into one that can only be processed, four at a time."""
    lots, model = step_log.lots(step["inputs"]), CustodyModel[step["model"]]
    charge = merge(members[step.actor], lots, model, progress, kind=RunKind.CHARGE)
    return {step["lot"]: charge}


def _order(
    member: MemberSession, step: StoryStep, inputs: list[bytes], stated: StatedElement | None
) -> RunOrder:
    event = None if stated is None else stated.opening.run
    metal_in = sum(own_lot(member, lot)[1].lot.metal for lot in inputs)
    return RunOrder(
        kind=enum_words(RunKind)[step["kind"]],
        inputs=tuple(inputs),
        outputs=tuple(wanted_outputs(step, metal_to_book(metal_in, event), event)),
        model=CustodyModel[step["model"]],
        event_id=ZERO32 if stated is None else stated.event_id,
        event=None if stated is None else stated.opening,
        greedy=step.fields.get("credits") == "first",
    )


def wanted_outputs(
    step: StoryStep, metal: int, event: RunMeasurement | None = None
) -> list[Wanted]:
    """The outputs of a run that makes `metal` mg in all. event: what was measured of it.

    A quantity is taken as it is; `scrap` is what was measured as such; `by-count` is the share of
    the units; `rest` is what the others leave, and stands once.
    """
    outputs: Sequence[Mapping[str, Any]] = step["outputs"]
    counts = [int(output.get("count", 1)) for output in outputs]
    shares = equal_metal(metal, counts)
    scrap = 0 if event is None else min(event.scrap, metal)
    metals = [
        _metal(output["metal"], share, scrap) for output, share in zip(outputs, shares, strict=True)
    ]
    rests = metals.count(None)
    left = metal - sum(known for known in metals if known is not None)
    if rests > 1 or left < 0 or (rests and left == 0):
        reason = f"of {metal} mg, {left} mg are left for {rests} outputs"
        raise StoryMalformed(file="story.yaml", step=step.id, reason=reason)
    return [
        Wanted(left if known is None else known, Material[output["material"]], count)
        for output, known, count in zip(outputs, metals, counts, strict=True)
    ]


def _metal(wanted: str, share: int, scrap: int) -> int | None:
    """mg of an output; None for what the others leave."""
    words = {"rest": None, "scrap": scrap, "by-count": share}
    return words[wanted] if wanted in words else parse_metal(wanted)
