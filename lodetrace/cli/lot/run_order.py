"""From what was typed of a run to what the library runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.cli.lot.site_document import StatedMetal, read_stated_metal
from lodetrace.cli.parse import TypedOutput
from lodetrace.contracts.enums import CustodyModel, Material, RunKind, element_name
from lodetrace.errors import InputError
from lodetrace.member.lots import LotView, own_lot
from lodetrace.member.run_plan import RunOrder, Wanted, weakest_model
from lodetrace.text import enum_word
from lodetrace.units import format_metal
from zk_circuits.commitment import Opening
from zk_circuits.run_circuits import MOST_LOTS

if TYPE_CHECKING:
    from lodetrace.member.session import MemberSession

NO_OUTPUTS: Final[tuple[TypedOutput, ...]] = ()


class Sharing(IntEnum):
    """How credits are shared over the outputs."""

    PROPORTIONAL = 1
    FIRST = 2


class DocumentUnfitting(InputError):
    """A document where none belongs, or none where one belongs."""

    template = "a {kind} run {rule}"
    advice = "process, recover and settle take --document and --element, rebook takes neither."


class InputsUnlike(InputError):
    """A rebook of different metals or materials."""

    template = "the lots of a rebook are {found}"
    advice = "A rebook keeps metal and material: name lots of one kind, or process them."


class OutputsUnfitting(InputError):
    """Outputs that do not fit the kind of run."""

    template = "outputs of a {kind} run: {reason}"
    advice = 'Write each as --output "material=SULPHATE,metal=500 kg"; one metal may be rest.'


class RestUnfitting(InputError):
    """A rest that is nothing, or that stands twice."""

    template = "of {metal}, {named} are in outputs by quantity, for {rests} outputs with rest"
    advice = "Leave something for one output with rest, and name rest once."


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run with everything looked up. stated: None for a rebook."""

    kind: RunKind
    views: tuple[LotView, ...]
    openings: tuple[Opening, ...]
    outputs: tuple[Wanted, ...]
    model: CustodyModel
    stated: StatedMetal | None
    greedy: bool

    @property
    def lots(self) -> list[bytes]:
        """Ids of the inputs."""
        return [view.id for view in self.views]

    @property
    def needs_tree(self) -> bool:
        """Whether it is a rebook of more lots than one run takes."""
        wide = max(len(self.views), len(self.outputs)) > MOST_LOTS
        return self.kind is RunKind.REBOOK and wide

    def order(self) -> RunOrder:
        """The one run; raises InputError."""
        inputs = tuple(self.lots)
        if self.stated is None:
            return RunOrder(self.kind, inputs, self.outputs, self.model, greedy=self.greedy)
        event_id, opening = self.stated.event_id, self.stated.opening
        return RunOrder(
            self.kind, inputs, self.outputs, self.model, event_id, opening, greedy=self.greedy
        )


def ask(
    member: "MemberSession",
    kind: RunKind,
    inputs: Sequence[bytes],
    outputs: Sequence[TypedOutput] = NO_OUTPUTS,
    model: CustodyModel | None = None,
    document: Path | None = None,
    element: int | None = None,
    greedy: bool = False,
) -> AskedRun:
    """Looks the inputs and the document up and works the outputs out.

    Raises InputError, LotUnknown, LotOfAnother or OpeningMissing.
    """
    stated = _stated(member, kind, document, element)
    owned = [own_lot(member, lot) for lot in inputs]
    views = tuple(view for view, _ in owned)
    if kind is RunKind.REBOOK:
        _require_alike(views)
    asked = AskedRun(
        kind=kind,
        views=views,
        openings=tuple(opening for _, opening in owned),
        outputs=(),
        model=weakest_model(views) if model is None else model,
        stated=stated,
        greedy=greedy,
    )
    if greedy and kind not in (RunKind.PROCESS, RunKind.RECOVER):
        raise OutputsUnfitting(kind=enum_word(kind), reason="credits are shared by metal here")
    return _with_outputs(asked, outputs)


def _stated(
    member: "MemberSession", kind: RunKind, document: Path | None, element: int | None
) -> StatedMetal | None:
    needed = kind.event_kind is not None
    if (document is not None, element is not None) != (needed, needed):
        rule = "needs a document and an element" if needed else "has no document and no element"
        raise DocumentUnfitting(kind=enum_word(kind), rule=rule)
    if document is None or element is None:
        return None
    return read_stated_metal(document, element, member.contracts.deployment.chain_id)


def _with_outputs(asked: AskedRun, typed: Sequence[TypedOutput]) -> AskedRun:
    first, metal = asked.views[0].lot, _metal(asked)
    if not typed:
        if asked.kind not in (RunKind.REBOOK, RunKind.SETTLE):
            raise OutputsUnfitting(kind=enum_word(asked.kind), reason="there is none")
        units = sum(view.lot.count for view in asked.views)
        count = units if first.material.comes_in_units else 1
        return replace(asked, outputs=(Wanted(metal, first.material, count),))
    if asked.kind is RunKind.SETTLE:
        raise OutputsUnfitting(kind="settle", reason="the measurement says what is left")
    metals = _metals(typed, metal)
    materials = [_material(asked, output, first.material) for output in typed]
    wanted = tuple(
        Wanted(amount, material, output.count)
        for amount, material, output in zip(metals, materials, typed, strict=True)
    )
    if asked.kind is RunKind.REBOOK:
        _require_nothing_lost(asked, wanted, metal)
    _require_possible(asked, wanted)
    return replace(asked, outputs=wanted)


def _require_alike(views: Sequence[LotView]) -> None:
    """A tree must not find that out after its first runs."""
    kinds = {f"{element_name(view.lot.element)} {enum_word(view.lot.material)}" for view in views}
    if len(kinds) > 1:
        raise InputsUnlike(found=", ".join(sorted(kinds)))


def _require_nothing_lost(asked: AskedRun, wanted: Sequence[Wanted], metal: int) -> None:
    """A tree must not find that out after its first runs."""
    material = asked.views[0].lot.material
    made = sum(output.metal for output in wanted)
    units = sum(view.lot.count for view in asked.views)
    counted = sum(output.count for output in wanted)
    reason = ""
    if made != metal:
        reason = f"they have {format_metal(made)}, the lots {format_metal(metal)}"
    elif any(output.material is not material for output in wanted):
        reason = f"the lots are {enum_word(material)}"
    elif material.comes_in_units and counted != units:
        reason = f"they have {counted} units, the lots {units}"
    if reason:
        raise OutputsUnfitting(kind="rebook", reason=reason)


def _require_possible(asked: AskedRun, wanted: Sequence[Wanted]) -> None:
    """Said in the units that were typed; the circuit would refuse it in milligrams."""
    made = sum(output.metal for output in wanted)
    whole = sum(opening.lot.metal for opening in asked.openings)
    reason = ""
    if made > whole:
        reason = f"they have {format_metal(made)}, the inputs {format_metal(whole)}"
    elif any(output.metal < 1 for output in wanted):
        reason = "one has less than 1 mg of metal"
    if reason:
        raise OutputsUnfitting(kind=enum_word(asked.kind), reason=reason)


def _metal(asked: AskedRun) -> int:
    """mg that the outputs may have: what went in, or less where less was measured."""
    metal = sum(opening.lot.metal for opening in asked.openings)
    return metal if asked.stated is None else min(metal, asked.stated.opening.event.metal_out)


def _metals(typed: Sequence[TypedOutput], metal: int) -> list[int]:
    named = sum(output.metal for output in typed if output.metal is not None)
    rests = sum(output.metal is None for output in typed)
    if rests > 1 or (rests and named >= metal):
        raise RestUnfitting(metal=format_metal(metal), named=format_metal(named), rests=rests)
    return [metal - named if output.metal is None else output.metal for output in typed]


def _material(asked: AskedRun, output: TypedOutput, input_: Material) -> Material:
    if output.material is not None:
        return output.material
    if asked.kind is not RunKind.REBOOK:
        raise OutputsUnfitting(kind=enum_word(asked.kind), reason="one names no material")
    return input_
