"""From what was typed of a run to what the library runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.cli.lot.run_metals import Pools, metals_of, metals_on_paper
from lodetrace.cli.lot.site_document import StatedMetal, read_stated_metal
from lodetrace.cli.parse import TypedOutput
from lodetrace.contracts.enums import CustodyModel, Material, RunKind, element_name
from lodetrace.documents.signed_number import domain_of
from lodetrace.errors import InputError
from lodetrace.member.lots import LotView, own_lot
from lodetrace.member.run_plan import RunOrder, Wanted, weakest_model
from lodetrace.member.runs import charge_model, crosses_roots, paper_model
from lodetrace.member.settlements import disputed_lot
from lodetrace.text import enum_word, short_id
from lodetrace.units import format_metal
from zk_circuits.allocation import metal_to_book
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
    advice = (
        "process, recover, rework, loss and settle take --document and --element, rebook and charge"
        " neither."
    )


class InputsUnlike(InputError):
    """A run on paper of different metals or materials."""

    template = "the lots of a run on paper are {found}"
    advice = "It keeps metal and material: name lots of one kind, or process them."


class OutputsUnfitting(InputError):
    """Outputs that do not fit the kind of run."""

    template = "outputs of a {kind} run: {reason}"
    advice = 'Write each as --output "material=SULPHATE,metal=500 kg"; one metal may be rest.'


class LotsOfTheDocument(InputError):
    """Other lots than those that the document names."""

    template = "the document says that {named} went in, {given} was given with --input"
    advice = "Leave --input out: the lots of such a run are those of its document."


class InputsMissing(InputError):
    """A run on paper of no lot, or a charge of one."""

    template = "a {kind} run {rule}"
    advice = "Name the lots with --input; `lodetrace lot charge` takes at least two."


PAPER: Final = (RunKind.REBOOK, RunKind.CHARGE)
"""Kinds of run that no document says anything of."""

WHOLE: Final = (RunKind.REBOOK, RunKind.CHARGE, RunKind.SETTLE, RunKind.REWORK, RunKind.LOSS)
"""Kinds of run that keep the material: one output of everything unless others are named."""


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run with everything looked up. stated: None for a rebook or a charge."""

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
        """Whether it is a run on paper of more lots than one takes."""
        wide = max(len(self.views), len(self.outputs)) > MOST_LOTS
        return self.kind in PAPER and wide

    @property
    def pools(self) -> bool:
        """Whether it makes one account of mass balance of metal of several documents."""
        return self.kind is RunKind.REBOOK and crosses_roots(self.views)

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
    """Looks the lots and the document up and works the outputs out.

    inputs: none where a document names them. Raises InputError, LotUnknown, LotOfAnother or
    OpeningMissing.
    """
    stated = _stated(member, kind, document, element)
    look_up = disputed_lot if kind is RunKind.SETTLE else own_lot
    owned = [look_up(member, lot) for lot in _inputs(kind, inputs, stated)]
    views = tuple(view for view, _ in owned)
    if kind in PAPER:
        _require_alike(views)
    asked = AskedRun(
        kind=kind,
        views=views,
        openings=tuple(opening for _, opening in owned),
        outputs=(),
        model=_strongest(member, kind, views, stated) if model is None else model,
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
    return read_stated_metal(document, element, domain_of(member.contracts.deployment))


def _inputs(kind: RunKind, inputs: Sequence[bytes], stated: StatedMetal | None) -> Sequence[bytes]:
    """Those of the document, in its order, or those that were given."""
    if stated is None:
        if not inputs:
            raise InputsMissing(kind=enum_word(kind), rule="names the lots that it uses up")
        if kind is RunKind.CHARGE and len(inputs) < 2:
            raise InputsMissing(kind="charge", rule="is of at least two lots")
        return inputs
    named = stated.event.inputs
    if inputs and set(inputs) != set(named):
        raise LotsOfTheDocument(named=_listed(named), given=_listed(inputs))
    return named


def _strongest(
    member: "MemberSession",
    kind: RunKind,
    views: Sequence[LotView],
    stated: StatedMetal | None,
) -> CustodyModel:
    """The strongest model that lots and document allow."""
    if kind is RunKind.CHARGE:
        return charge_model(member, views)
    if stated is None:
        return paper_model(views)
    weakest = weakest_model(views)
    return weakest if kind is RunKind.SETTLE else max(weakest, stated.event.model)


def _with_outputs(asked: AskedRun, typed: Sequence[TypedOutput]) -> AskedRun:
    first = asked.views[0].lot
    if not typed:
        return replace(asked, outputs=(_everything(asked),))
    if asked.kind in (RunKind.SETTLE, RunKind.CHARGE):
        reason = "the measurement says what is left"
        if asked.kind is RunKind.CHARGE:
            reason = "it makes one lot of everything"
        raise OutputsUnfitting(kind=enum_word(asked.kind), reason=reason)
    materials = [_material(asked, output, first.material) for output in typed]
    metal_in = sum(opening.lot.metal for opening in asked.openings)
    if asked.stated is None:
        metals = metals_on_paper(typed, materials, metal_in)
    else:
        metals = metals_of(typed, materials, Pools.of(metal_in, asked.stated.opening.run))
    wanted = tuple(
        Wanted(amount, material, output.count)
        for amount, material, output in zip(metals, materials, typed, strict=True)
    )
    if asked.kind is RunKind.REBOOK:
        _require_nothing_lost(asked, wanted, metal_in)
    _require_possible(asked, wanted)
    return replace(asked, outputs=wanted)


def _everything(asked: AskedRun) -> Wanted:
    """One output of all metal that has to be booked; its units are those attested, or before."""
    if asked.kind not in WHOLE:
        raise OutputsUnfitting(kind=enum_word(asked.kind), reason="there is none")
    material = asked.views[0].lot.material
    metal = sum(opening.lot.metal for opening in asked.openings)
    units = sum(view.lot.count for view in asked.views)
    if asked.stated is not None:
        event = asked.stated.opening.run
        metal, units = metal_to_book(metal, event), event.units
    return Wanted(metal, material, units if material.comes_in_units else 1)


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


def _material(asked: AskedRun, output: TypedOutput, input_: Material) -> Material:
    if output.material is not None:
        return output.material
    if asked.kind not in WHOLE:
        raise OutputsUnfitting(kind=enum_word(asked.kind), reason="one names no material")
    return input_


def _listed(lots: Sequence[bytes]) -> str:
    return ", ".join(map(short_id, lots)) or "no lot"
