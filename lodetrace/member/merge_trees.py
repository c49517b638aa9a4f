"""Many lots into one, and one into many: trees of rebooks that resume after a crash.

Each run is idempotent and its salts are derived from its inputs, so the same call finds every
run that is done and goes on with the first that is not.
"""

from collections.abc import Callable, Sequence

from lodetrace.contracts.enums import CustodyModel
from lodetrace.errors import InputError, zk_refusals
from lodetrace.member.lots import distinct, own_lot
from lodetrace.member.run_plan import Wanted, weakest_model
from lodetrace.member.runs import rebook
from lodetrace.member.session import MemberSession
from lodetrace.text import counted
from lodetrace.units import format_metal
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
) -> bytes:
    """One lot of all metal of any number of lots, four at a time; again, returns that lot.

    model None: the strongest that the lots allow. Raises as runs.run; what was merged before an
    error stays merged, and the same call goes on there.
    """
    named = sorted(distinct(lots))
    chosen = model
    if chosen is None:
        chosen = weakest_model([own_lot(member, lot)[0] for lot in named])
    with zk_refusals():
        levels = plan_tree(len(named), MOST_LOTS)
    total, done = _runs(levels), 0
    row = named
    for level in levels:
        above: list[bytes] = []
        for group in level:
            inputs = [row[position] for position in group]
            if len(inputs) == 1:
                above.append(inputs[0])
                continue
            above.append(rebook(member, inputs, model=chosen).outputs[0].lot)
            done += 1
            progress(done, total)
        row = above
    return row[0]


def split(
    member: MemberSession,
    lot: bytes,
    parts: Sequence[Wanted],
    progress: Progress = quiet,
) -> list[bytes]:
    """Lots of the wanted parts, in their order; again, returns those lots.

    Credits and carbon follow the metal. Raises SplitInexact, and as runs.run.
    """
    view, opening = own_lot(member, lot)
    units = view.lot.count if view.lot.material.comes_in_units else None
    _require_sum(parts, opening.lot.metal, units)
    with zk_refusals():
        levels = plan_tree(len(parts), MOST_LOTS)
    wanted = _rows(levels, parts)
    total, done = _runs(levels), 0
    row = [lot]
    for depth in range(len(levels) - 1, -1, -1):
        below: list[bytes | None] = [None] * len(wanted[depth])
        for source, group in zip(row, levels[depth], strict=True):
            if len(group) == 1:
                below[group[0]] = source
                continue
            outputs = [wanted[depth][position] for position in group]
            made = rebook(member, [source], outputs).outputs
            for position, output in zip(group, made, strict=True):
                below[position] = output.lot
            done += 1
            progress(done, total)
        row = [found for found in below if found is not None]
    return row


def _rows(levels: Sequence[Level], parts: Sequence[Wanted]) -> list[list[Wanted]]:
    """What the lots of each row are, from the parts up to their sum."""
    rows = [list(parts)]
    for level in levels:
        rows.append([_sum([rows[-1][position] for position in group]) for group in level])
    return rows


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
