"""Runs of the story: which metal goes into which output."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from demo.errors import StoryMalformed
from demo.members import StoryMembers
from demo.step_log import StepLog
from demo.story import StoryStep
from lodetrace.contracts.enums import CustodyModel, Material, RunKind
from lodetrace.contracts.structs import ZERO32
from lodetrace.member.lots import own_lot
from lodetrace.member.merge_trees import Progress, merge
from lodetrace.member.run_plan import RunOrder, Wanted
from lodetrace.member.runs import RunDone, run_each, settle
from lodetrace.text import enum_words
from lodetrace.units import parse_metal
from zk_circuits.allocation import equal_metal, metal_to_book
from zk_circuits.balance import RunMeasurement


@dataclass(slots=True)
class RunSeries:
    """Plays runs; of those of one member in a row the next is proven while one is sent."""

    members: StoryMembers
    step_log: StepLog
    _series: deque[StoryStep] = field(default_factory=deque)
    _done: Iterator[RunDone] = field(default_factory=lambda: iter(()))

    def play(self, step: StoryStep) -> dict[str, bytes]:
        """Plays a run or a settlement; the labels of what it made."""
        labels = [output["lot"] for output in step["outputs"]]
        if step["kind"] == "settle":
            done = _settled(self.members, self.step_log, step)
        else:
            done = self._next(step)
        return dict(zip(labels, (made.lot for made in done.outputs), strict=True))

    def _next(self, step: StoryStep) -> RunDone:
        if not self._series or self._series[0].id != step.id:
            series = [step, *takewhile(lambda later: self._joins(later, step), self._after(step))]
            orders = (_order(self.members, self.step_log, one) for one in series)
            self._series = deque(series)
            self._done = run_each(self.members[step.actor], orders)
        self._series.popleft()
        return next(self._done)

    def _after(self, step: StoryStep) -> Sequence[StoryStep]:
        steps = self.members.story.steps
        return steps[steps.index(step) + 1 :]

    def _joins(self, later: StoryStep, first: StoryStep) -> bool:
        """Whether it is a run of the same member, of lots that are there already."""
        if (later.do, later.fields.get("actor")) != (first.do, first.actor):
            return False
        known = all(lot in self.step_log.labels for lot in later["inputs"])
        return later["kind"] != "settle" and known


def _settled(members: StoryMembers, step_log: StepLog, step: StoryStep) -> RunDone:
    stated = members.stated(step["document"], step["element"])
    (lot,) = step_log.lots(step["inputs"])
    return settle(members[step.actor], lot, stated.event_id, stated.opening)


def play_charge(
    members: StoryMembers, step_log: StepLog, step: StoryStep, progress: Progress
) -> dict[str, bytes]:
    """Merges any number of lots into one that can only be processed, four at a time."""
    lots, model = step_log.lots(step["inputs"]), CustodyModel[step["model"]]
    charge = merge(members[step.actor], lots, model, progress, kind=RunKind.CHARGE)
    return {step["lot"]: charge}


def _order(members: StoryMembers, step_log: StepLog, step: StoryStep) -> RunOrder:
    member, inputs = members[step.actor], step_log.lots(step["inputs"])
    stated = None
    if "document" in step.fields:
        stated = members.stated(step["document"], step["element"])
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
