"""Many lots into one, and one into many: trees of runs on paper that resume after a crash.

Each run is idempotent and its salts are derived from its inputs, so the same call finds every
run that is done and goes on with the first that is not.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from lodetrace.contracts.enums import CustodyModel, RunKind
from lodetrace.errors import InputError, zk_refusals
from lodetrace.member.lots import distinct, own_lot
from lodetrace.member.run_plan import RunOrder, Wanted
from lodetrace.member.runs import (
    charge_model,
    charge_order,
    paper_model,
    rebook_order,
    recorded,
    rehearse,
    run_each,
)
from lodetrace.member.session import MemberSession
from lodetrace.text import counted
from lodetrace.units import format_metal
from zk_circuits.allocation import equal_metal
from zk_circuits.run_circuits import MOST_LOTS
from zk_circuits.tree import Level, plan_tree

Progress = Callable[[int, int], None]
"""Told of the runs that are done, and of their number."""


class SplitInexact(InputError):
    """Parts that do not add up to what is split."""

    template = "the parts have {parts}, the lot has {whole}"
    advice = "A split loses nothing: the parts have to add up exactly."


def quiet(done: int, total: int) -> None:
    """A progress that says nothing."""


def merge(
    member: MemberSession,
    lots: Sequence[bytes],
    model: CustodyModel | None = None,
    progress: Progress = quiet,
    *,
    kind: RunKind = RunKind.REBOOK,
) -> bytes:
    """One lot of all metal of any number of lots, four at a time; again, returns that lot.

    kind: REBOOK, or CHARGE for a lot that is only processed. model None: the strongest that the
    lots allow. Raises as runs.run; what was merged before an error stays merged, and the same call
    goes on there.
    """
    named = sorted(distinct(lots))
    chosen = tree_model(member, named, kind) if model is None else model
    with zk_refusals():
        levels = plan_tree(len(named), MOST_LOTS)
    total, done = _runs(levels), 0
    row = named
    for level in levels:
        groups = [[row[position] for position in group] for group in level]
        joined = (group for group in groups if len(group) > 1)
        made = run_each(member, (_join_order(member, group, chosen, kind) for group in joined))
        row = []
        for group in groups:
            if len(group) == 1:
                row.extend(group)
                continue
            row.append(next(made).outputs[0].lot)
            done += 1
            progress(done, total)
    return row[0]


def tree_model(member: MemberSession, lots: Sequence[bytes], kind: RunKind) -> CustodyModel:
    """The strongest model under which these lots become one."""
    views = [own_lot(member, lot)[0] for lot in lots]
    return charge_model(member, views) if kind is RunKind.CHARGE else paper_model(views)


def _join_order(
    member: MemberSession, inputs: Sequence[bytes], model: CustodyModel, kind: RunKind
) -> RunOrder:
    if kind is RunKind.CHARGE:
        return charge_order(member, inputs, model)
    return rebook_order(member, inputs, model=model)


def split(
    member: MemberSession,
    lot: bytes,
    parts: Sequence[Wanted],
    progress: Progress = quiet,
) -> list[bytes]:
    """Lots of the wanted parts, in their order; again, returns those lots.

    Credits and carbon follow the metal. The metal of units is shared evenly over them, to a
    milligram a unit, whatever the parts say. Raises SplitInexact, and as runs.run.
    """
    view, opening = own_lot(member, lot)
    units = view.lot.count if view.lot.material.comes_in_units else None
    _require_sum(parts, opening.lot.metal, units)
    with zk_refusals():
        levels = plan_tree(len(parts), MOST_LOTS)
    wanted = _rows(levels, parts, opening.lot.metal)
    total, done = _runs(levels), 0
    row = [lot]
    for depth in range(len(levels) - 1, -1, -1):
        below: list[bytes | None] = [None] * len(wanted[depth])
        pairs = list(zip(row, levels[depth], strict=True))
        parted = (
            rebook_order(member, [source], [wanted[depth][position] for position in group])
            for source, group in pairs
            if len(group) > 1
        )
        made = run_each(member, parted)
        for source, group in pairs:
            if len(group) == 1:
                below[group[0]] = source
                continue
            for position, output in zip(group, next(made).outputs, strict=True):
                below[position] = output.lot
            done += 1
            progress(done, total)
        row = [found for found in below if found is not None]
    return row


def rehearse_tree(
    member: MemberSession,
    lots: Sequence[bytes],
    parts: Sequence[Wanted],
    model: CustodyModel,
    *,
    kind: RunKind = RunKind.REBOOK,
) -> list[bytes] | None:
    """What merge, then split into more than one part, made before; None where runs are left.

    The chain is asked about every run whose lots are there; those of the later runs are not made
    yet. Sends and keeps nothing. Raises as merge and split.
    """
    with zk_refusals():
        levels = plan_tree(len(lots), MOST_LOTS)
    row: list[bytes | None] = [*sorted(distinct(lots))]
    for level in levels:
        row = [_rehearsed_join(member, [row[at] for at in group], model, kind) for group in level]
    if len(parts) > 1:
        row = _rehearsed_parts(member, row[0], parts)
    made = [lot for lot in row if lot is not None]
    return made if len(made) == len(row) else None


def _rehearsed_join(
    member: MemberSession,
    inputs: Sequence[bytes | None],
    model: CustodyModel,
    kind: RunKind,
) -> bytes | None:
    """The lot that was made of these. Beside lots that are still to be made, the others are asked
    about by themselves."""
    known = [lot for lot in inputs if lot is not None]
    whole = len(known) == len(inputs)
    if whole and len(known) == 1:
        return known[0]
    if not known:
        return None
    made = _rehearsed(member, _join_order(member, known, model, kind))
    return made[0] if whole and made else None


def _rehearsed_parts(
    member: MemberSession, lot: bytes | None, parts: Sequence[Wanted]
) -> list[bytes | None]:
    with zk_refusals():
        levels = plan_tree(len(parts), MOST_LOTS)
    wanted = _rows(levels, parts, sum(part.metal for part in parts))
    row = [lot]
    for depth in range(len(levels) - 1, -1, -1):
        below: list[bytes | None] = [None] * len(wanted[depth])
        for source, group in zip(row, levels[depth], strict=True):
            if len(group) == 1:
                below[group[0]] = source
            elif source is not None:
                outputs = [wanted[depth][position] for position in group]
                made = _rehearsed(member, rebook_order(member, [source], outputs))
                for position, output in zip(group, made, strict=False):
                    below[position] = output
        row = below
    return row


def _rehearsed(member: MemberSession, order: RunOrder) -> list[bytes]:
    """The lots that this very run made; none where it was not recorded, and may be."""
    done = recorded(member, order)
    if done is None:
        rehearse(member, order)
        return []
    return [output.lot for output in done.outputs]


def _rows(levels: Sequence[Level], parts: Sequence[Wanted], metal: int) -> list[list[Wanted]]:
    """What the lots of each row are, from the parts up to their sum of so many mg."""
    rows = [list(parts)]
    for level in levels:
        rows.append([_sum([rows[-1][position] for position in group]) for group in level])
    if parts[0].material.comes_in_units:
        rows[-1] = [replace(rows[-1][0], metal=metal)]
        for depth in range(len(levels) - 1, -1, -1):
            rows[depth] = _in_units(rows[depth], rows[depth + 1], levels[depth])
    return rows


def _in_units(row: Sequence[Wanted], above: Sequence[Wanted], level: Level) -> list[Wanted]:
    """The lots of a row with the metal of their units, from those that are divided into them."""
    shared = list(row)
    for whole, group in zip(above, level, strict=True):
        metals = equal_metal(whole.metal, [row[position].count for position in group])
        for position, metal in zip(group, metals, strict=True):
            shared[position] = replace(row[position], metal=metal)
    return shared


def _sum(parts: Sequence[Wanted]) -> Wanted:
    material = parts[0].material
    count = sum(part.count for part in parts) if material.comes_in_units else 1
    return Wanted(sum(part.metal for part in parts), material, count)


def _require_sum(parts: Sequence[Wanted], metal: int, units: int | None) -> None:
    found = sum(part.metal for part in parts)
    if found != metal:
        raise SplitInexact(parts=format_metal(found), whole=format_metal(metal))
    named = sum(part.count for part in parts)
    if units is not None and named != units:
        raise SplitInexact(parts=counted(named, "units"), whole=counted(units, "units"))


def _runs(levels: Sequence[Level]) -> int:
    return sum(1 for level in levels for group in level if len(group) > 1)
