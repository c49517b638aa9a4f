"""What a run's inputs and its rule have to be, whatever else the story says."""

from dataclasses import dataclass
from typing import Final

from lodetrace.audit.replay import labels
from lodetrace.audit.replay.attestations import StandingRecord
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.lots import Nature
from lodetrace.audit.replay.natures import require_element
from lodetrace.audit.replay.run_materials import comes_in_units, require_inputs
from lodetrace.contracts.enums import CustodyModel, Material, Role, RunKind
from lodetrace.contracts.hours import rounded_up
from lodetrace.contracts.structs import ZERO32
from lodetrace.text import DAY_SECONDS, hex_of
from zk_circuits.errors import ZkError
from zk_circuits.rule import RunRule

AT_SITE: Final = (RunKind.PROCESS, RunKind.RECOVER, RunKind.REWORK, RunKind.LOSS)
"""Kinds in which a site consumes what its event named."""

MAKING: Final = (RunKind.PROCESS, RunKind.RECOVER, RunKind.REWORK)
"""Kinds in which a site makes something new."""

SAME_ROOT: Final = (RunKind.SETTLE, RunKind.LOSS, RunKind.END_OF_LIFE)
"""Kinds that write down anew what is left of the same batch."""


class RuleMismatch(HistoryRefused):
    """A run proven under another rule than certificates, places and the site's band make."""

    template = (
        "step {step}, {item}: {what} of its rule is {actual}, as of the run it was {expected}"
    )


class ModelStrengthened(HistoryRefused):
    """A chain-of-custody model stronger than that of the weakest input."""

    template = "step {step}, {item}: model {actual}, the weakest input has {weakest}"


class ModelNotAttested(HistoryRefused):
    """A chain-of-custody model stronger than what inspectors saw the site keep apart."""

    template = "step {step}, {item}: model {actual}, its event attests {attested}"


class OriginMismatch(HistoryRefused):
    """Identity preserved for metal of two origins."""

    template = "step {step}, {item}: identity is preserved of {expected} and of {actual}"


class RootsMixed(HistoryRefused):
    """Lots of several roots that only mass balance may bring into one account."""

    template = (
        "step {step}, {item}: lots of the roots {roots} become {model}, material {material}; "
        "only mass balance accounts join roots, and none of parts that are one thing"
    )


class BatchesJoined(HistoryRefused):
    """Units of two batches of one document, which never met, as one series."""

    template = "step {step}, {item}: units of the outputs {indexes} of root {root} are joined"


class ChargeBound(HistoryRefused):
    """A charge that was offered, assigned, retired or claimed, or made as more than one lot."""

    template = "step {step}, {item}: {reason}; a charge is processed whole, or broken"


class ReworkedTwice(HistoryRefused):
    """A rework of what was reworked before."""

    template = "step {step}, {item}: lot {lot} was reworked before"


class HeldTooLate(HistoryRefused):
    """A lot that was used up before its holder had it."""

    template = (
        "step {step}, {item}: its holder has it since {actual}, "
        "its event ended at {end}, with a grace of {grace} seconds"
    )


class BeforeParent(HistoryRefused):
    """Something made before what it is made of."""

    template = (
        "step {step}, {item}: its event begins at {actual}, its latest input is of {expected}"
    )


@dataclass(frozen=True, slots=True)
class Consumed:
    """An input as it was when it ended. holder: who had it then."""

    id: bytes
    nature: Nature
    birthplace: bytes | None
    held_since: int
    holder: str


Inputs = tuple[Consumed, ...]


def role_for(kind: RunKind) -> Role:
    """Who may make a run of a kind; a settlement is also its umpire's."""
    if kind is RunKind.END_OF_LIFE:
        return Role.MAKER
    return Role.OPERATOR if kind in AT_SITE else Role.TRADER


def require_alike(kind: RunKind, inputs: Inputs, item: str) -> None:
    """One metal, materials of the kind, one root where only that is written down anew."""
    first = inputs[0].nature
    for taken in inputs:
        require_element(taken.nature.element, first.element, labels.lot(taken.id))
        if kind is RunKind.REWORK and taken.nature.reworked:
            raise ReworkedTwice(item=item, lot=hex_of(taken.id))
    require_inputs(kind, [(taken.id, taken.nature.material) for taken in inputs], item)
    if kind in SAME_ROOT and not is_one_root(inputs):
        raise _mixed(inputs, CustodyModel.MASS_BALANCE, item)
    if kind in (RunKind.REBOOK, RunKind.LOSS):
        _require_one_batch(inputs, item)


def require_model(
    kind: RunKind,
    model: CustodyModel,
    inputs: Inputs,
    standing: StandingRecord | None,
    item: str,
) -> None:
    """No stronger than the weakest input, nor than what the event attests."""
    weakest = max(taken.nature.model for taken in inputs)
    if model < weakest:
        raise ModelStrengthened(item=item, actual=model.name, weakest=weakest.name)
    if standing is not None and kind in AT_SITE and model < standing.statement.model:
        attested = CustodyModel(standing.statement.model).name
        raise ModelNotAttested(item=item, actual=model.name, attested=attested)


def needs_certificate(kind: RunKind, model: CustodyModel, inputs: Inputs) -> bool:
    """Whether only a chain-of-custody certificate bears the model out."""
    if kind not in AT_SITE or model is CustodyModel.MASS_BALANCE:
        return False
    return kind in (RunKind.PROCESS, RunKind.RECOVER) or not is_one_root(inputs)


def is_one_root(inputs: Inputs) -> bool:
    """Whether all inputs come from one document, or from the same set of lots."""
    return len({taken.nature.root for taken in inputs}) == 1


def require_way(
    kind: RunKind, model: CustodyModel, inputs: Inputs, outputs: int, item: str
) -> None:
    """On paper: parts of one root, a charge of whole lots, or an account of mass balance."""
    lost = kind is RunKind.LOSS and any(taken.nature.charge for taken in inputs)
    if kind is RunKind.CHARGE or lost:
        if outputs != 1:
            raise ChargeBound(item=item, reason=f"it was made as {outputs} lots")
    elif kind is RunKind.REBOOK and not keeps_root(kind, inputs):
        material = inputs[0].nature.material
        if model is not CustodyModel.MASS_BALANCE or comes_in_units(material):
            raise _mixed(inputs, model, item)


def keeps_root(kind: RunKind, inputs: Inputs) -> bool:
    """Whether the outputs are still of the root of the inputs."""
    charges = any(taken.nature.charge for taken in inputs)
    return kind in SAME_ROOT or (kind is RunKind.REBOOK and is_one_root(inputs) and not charges)


def in_common(
    kind: RunKind,
    model: CustodyModel,
    inputs: Inputs,
    standing: StandingRecord | None,
    item: str,
) -> Nature:
    """What the outputs have in common. root: 0 where it is a new one; origin: 0 unless kept."""
    first = inputs[0].nature
    kept = keeps_root(kind, inputs)
    joined = kind.is_on_paper and not kept
    attested = standing is not None and kind in AT_SITE
    time = standing.statement.to if standing and attested else latest_time(inputs)
    return Nature(
        count=0,
        material=first.material,
        element=first.element,
        model=model,
        time=time,
        origin=_origin(model, inputs, item),
        root=first.root if kept else 0,
        index=first.index if kept else 0,
        mixed=joined or (kept and any(taken.nature.mixed for taken in inputs)),
        charge=kind is RunKind.CHARGE
        or (kind in SAME_ROOT and any(taken.nature.charge for taken in inputs)),
        reworked=_reworked(kind, inputs),
        young=is_young(inputs) and kind not in MAKING,
        age=_age(kind, time, inputs),
    )


def is_post_consumer(inputs: Inputs) -> bool:
    """Whether what went in was in use: retired products, none of them young."""
    return inputs[0].nature.material == Material.RETIRED and not is_young(inputs)


def is_young(inputs: Inputs) -> bool:
    """Whether any of them was retired soon: then all that is recovered of them counts as waste."""
    return any(taken.nature.young for taken in inputs)


def held_since(kind: RunKind, inputs: Inputs, standing: StandingRecord | None) -> int:
    """Since when the maker of the outputs has what they are made of."""
    if standing is None or kind in SAME_ROOT:
        return max(taken.held_since for taken in inputs)
    return rounded_up(standing.statement.to)


def require_in_custody(lot: str, since: int, end: int, grace: int) -> None:
    """That a lot came to its holder until the end of an event, or soon after."""
    if since > end + grace:
        raise HeldTooLate(item=lot, actual=since, end=end, grace=grace)


def require_made_before(time: int, start: int, item: str) -> None:
    """That nothing that went in was made after the event had begun."""
    if start < time:
        raise BeforeParent(item=item, actual=start, expected=time)


def latest_time(inputs: Inputs) -> int:
    """When the event that the youngest input comes from ended."""
    return max(taken.nature.time for taken in inputs)


def oldest_time(inputs: Inputs) -> int:
    """When the oldest event ended that metal in the inputs comes from."""
    return min(taken.nature.oldest for taken in inputs)


def require_rule(word: int, expected: RunRule, item: str) -> None:
    """That the proof was made under the rule of its moment; names the first part that differs."""
    if word == expected.word:
        return
    try:
        actual = RunRule.parse(word, len(expected.counts))
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


def _require_one_batch(inputs: Inputs, item: str) -> None:
    """Of what comes in units, lots of one root are of one output of it."""
    first = inputs[0].nature
    indexes = sorted({one.nature.index for one in inputs if one.nature.root == first.root})
    if comes_in_units(first.material) and len(indexes) > 1:
        raise BatchesJoined(item=item, indexes=indexes, root=first.root)


def _origin(model: CustodyModel, inputs: Inputs, item: str) -> bytes:
    if model is not CustodyModel.IDENTITY_PRESERVED:
        return ZERO32
    origin = inputs[0].nature.origin
    for taken in inputs:
        if taken.nature.origin != origin:
            raise OriginMismatch(
                item=item, expected=hex_of(origin), actual=hex_of(taken.nature.origin)
            )
    return origin


def _reworked(kind: RunKind, inputs: Inputs) -> bool:
    """A process makes something new; whatever else is done, a second rework stays out."""
    if kind in (RunKind.PROCESS, RunKind.RECOVER):
        return False
    return kind is RunKind.REWORK or any(taken.nature.reworked for taken in inputs)


def _age(kind: RunKind, time: int, inputs: Inputs) -> int:
    """In days, rounded up: what a site makes is new, else the oldest part counts."""
    return 0 if kind in MAKING else age_at(time, inputs)


def age_at(time: int, inputs: Inputs) -> int:
    """Days from the oldest part to then, rounded up."""
    return -(-(time - oldest_time(inputs)) // DAY_SECONDS)


def _mixed(inputs: Inputs, model: CustodyModel, item: str) -> RootsMixed:
    roots = sorted({taken.nature.root for taken in inputs})
    return RootsMixed(item=item, roots=roots, model=model.name, material=inputs[0].nature.material)
