"""What a run's inputs and its rule have to be, whatever else the story says."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.replay import batches, labels
from lodetrace.audit.replay.attestations import StandingRecord
from lodetrace.audit.replay.births import ElementMismatch, MaterialMismatch
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.lots import Nature
from lodetrace.contracts.enums import CustodyModel, Material, Role, RunKind
from lodetrace.contracts.events import RunRecorded
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import hex_of
from zk_circuits.errors import ZkError
from zk_circuits.rule import RunRule
from zk_circuits.run_circuits import RULE_SIGNAL

MADE: Final = (RunKind.PROCESS, RunKind.RECOVER)
"""Kinds in which a site makes something new."""

RECOVERABLE: Final = (Material.SCRAP, Material.RETIRED)


class RuleMismatch(HistoryRefused):
    """A run proven under another rule than certificates, places and the site's band make."""

    template = (
        "step {step}, {item}: {what} of its rule is {actual}, as of the run it was {expected}"
    )


class ModelStrengthened(HistoryRefused):
    """A chain-of-custody model stronger than that of the weakest input."""

    template = "step {step}, {item}: model {actual}, the weakest input has {weakest}"


class OriginMismatch(HistoryRefused):
    """Identity preserved for metal of two origins."""

    template = "step {step}, {item}: identity is preserved of {expected} and of {actual}"


@dataclass(frozen=True, slots=True)
class Consumed:
    """An input as it was when it ended."""

    id: bytes
    nature: Nature
    birthplace: bytes | None


def role_for(kind: RunKind) -> Role:
    """Who may make a run of a kind."""
    return Role.OPERATOR if kind in MADE else Role.TRADER


def require_alike(
    kind: RunKind, model: CustodyModel, inputs: tuple[Consumed, ...], item: str
) -> None:
    """One metal, materials of the kind, and no model stronger than the weakest."""
    first = inputs[0].nature
    for taken in inputs:
        nature, name = taken.nature, labels.lot(taken.id)
        if nature.element != first.element:
            raise ElementMismatch(item=name, actual=nature.element, expected=first.element)
        recoverable = nature.material in RECOVERABLE
        if kind is RunKind.PROCESS:
            if recoverable:
                raise MaterialMismatch(item=name, actual=nature.material, reason="is recovered")
        elif kind is RunKind.RECOVER and not recoverable:
            raise MaterialMismatch(item=name, actual=nature.material, reason="is not recovered")
        elif nature.material != first.material:
            raise MaterialMismatch(item=name, actual=nature.material, reason="is another's")
    weakest = max(taken.nature.model for taken in inputs)
    if model < weakest:
        raise ModelStrengthened(item=item, actual=model.name, weakest=weakest.name)


def in_common(
    kind: RunKind,
    model: CustodyModel,
    inputs: tuple[Consumed, ...],
    standing: StandingRecord | None,
    item: str,
) -> Nature:
    """What the outputs have in common; batch: of output 0, origin: 0 unless identity is kept."""
    first = inputs[0].nature
    if kind is RunKind.SETTLE:
        batch = first.batch
    elif standing is None:
        batch = batches.of_batches(taken.nature.batch for taken in inputs)
    else:
        batch = batches.of_document(standing.statement.site, standing.statement.document)
    origin = ZERO32
    if model is CustodyModel.IDENTITY_PRESERVED:
        origin = first.origin
        for taken in inputs:
            if taken.nature.origin != origin:
                raise OriginMismatch(
                    item=item, expected=hex_of(origin), actual=hex_of(taken.nature.origin)
                )
    time = latest_time(inputs) if standing is None else standing.statement.to
    return Nature(0, first.material, first.element, model, batch, time, origin)


def latest_time(inputs: tuple[Consumed, ...]) -> int:
    """When the event that the youngest input comes from ended."""
    return max(taken.nature.time for taken in inputs)


def require_rule(event: RunRecorded, expected: RunRule, item: str) -> None:
    """That the proof was made under the rule of its moment; names the first part that differs."""
    word = event.public_signals[RULE_SIGNAL]
    if word == expected.word:
        return
    try:
        actual = RunRule.parse(word)
    except ZkError as error:
        raise RuleMismatch(
            item=item, what="the word", actual=word, expected=expected.word
        ) from error
    for name in RunRule.__slots__:
        if getattr(actual, name) != getattr(expected, name):
            raise RuleMismatch(
                item=item,
                what=name.replace("_", " "),
                actual=getattr(actual, name),
                expected=getattr(expected, name),
            )
