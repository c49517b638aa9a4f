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
from zk_circuits.run_circuits import MOST_LOTS


def play_run(
    members: StoryMembers, step_log: StepLog, step: StoryStep, progress: Progress
) -> dict[str, bytes]:
    """Plays a run, a settlement or a tree of rebooks; the labels of what it made."""
    member = members[step.actor]
    inputs = step_log.lots(step["inputs"])
    labels = [output["lot"] for output in step["outputs"]]
    if len(inputs) > MOST_LOTS:
        return {labels[0]: merge(member, inputs, CustodyModel[step["model"]], progress)}
    stated = None
    if "document" in step.fields:
        stated = members.stated(step["document"], step["element"])
    if step["kind"] == "settle" and stated is not None:
        done = settle(member, inputs[0], stated.event_id, stated.opening)
    else:
        done = run(member, _order(member, step, inputs, stated))
    return dict(zip(labels, (made.lot for made in done.outputs), strict=True))


def _order(
    member: MemberSession, step: StoryStep, inputs: list[bytes], stated: StatedElement | None
) -> RunOrder:
    metal = sum(own_lot(member, lot)[1].lot.metal for lot in inputs)
    if stated is not None:
        metal = min(metal, stated.opening.event.metal_out)
    return RunOrder(
        kind=enum_words(RunKind)[step["kind"]],
        inputs=tuple(inputs),
        outputs=tuple(wanted_outputs(step, metal)),
        model=CustodyModel[step["model"]],
        event_id=ZERO32 if stated is None else stated.event_id,
        event=None if stated is None else stated.opening,
        greedy=step.fields.get("credits") == "first",
    )


def wanted_outputs(step: StoryStep, metal: int) -> list[Wanted]:
    """The outputs of a run that makes `metal` mg in all.

    A quantity is taken as it is; `by-count` is the share of the units, rounded down; `rest` is
    what the others leave, and stands once.
    """
    outputs: Sequence[Mapping[str, Any]] = step["outputs"]
    units = sum(output.get("count", 1) for output in outputs)
    metals = [_metal(output, metal, units) for output in outputs]
    rests = metals.count(None)
    left = metal - sum(known for known in metals if known is not None)
    if rests > 1 or left < 0 or (rests and left == 0):
        reason = f"of {metal} mg, {left} mg are left for {rests} outputs"
        raise StoryMalformed(file="story.yaml", step=step.id, reason=reason)
    return [
        Wanted(left if known is None else known, Material[output["material"]], count)
        for output, known in zip(outputs, metals, strict=True)
        for count in [output.get("count", 1)]
    ]


def _metal(output: Mapping[str, Any], metal: int, units: int) -> int | None:
    if output["metal"] == "rest":
        return None
    if output["metal"] == "by-count":
        return metal * int(output.get("count", 1)) // units
    return parse_metal(output["metal"])
