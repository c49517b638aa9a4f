"""A tree of rebooks as it is planned and as it was grown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.format import balance, metal, say_balance
from lodetrace.cli.lot.lost_credits import say_lost_credits
from lodetrace.cli.lot.view import COLUMNS, lot_document, lot_row
from lodetrace.errors import zk_refusals
from lodetrace.text import enum_word, hex_of, short_id
from lodetrace.units import format_metal
from zk_circuits.run_circuits import MOST_LOTS

if TYPE_CHECKING:
    from lodetrace.cli.lot.run_order import AskedRun
    from lodetrace.member.lots import LotView
    from zk_circuits.balance import Balance
    from zk_circuits.rule import RunRule
    from zk_circuits.tree import Level


def tree_answer(asked: "AskedRun") -> Answer:
    """How many runs a tree has, and what its lots will hold. Raises StatementRefused."""
    merged = merged_balance(asked)
    steps = steps_of(asked)
    runs = len(steps)
    document = {
        "kind": enum_word(asked.kind),
        "model": enum_word(asked.model),
        "runs": runs,
        "metal_in": metal(merged.metal),
        "metal_out": metal(merged.metal),
        "loss": metal(0),
        "merged": balance(merged),
        "outputs": [
            {"metal": metal(one.metal), "material": enum_word(one.material), "count": one.count}
            for one in asked.outputs
        ],
        "steps": [{"takes": list(one.takes), "makes": list(one.makes)} for one in steps],
    }
    kind = enum_word(asked.kind)
    said = fields({"tree": f"{runs} {kind} runs, {enum_word(asked.model)}", **say_balance(merged)})
    lines = [
        (enum_word(one.material), str(one.count), format_metal(one.metal)) for one in asked.outputs
    ]
    tree = [
        (str(number), ", ".join(step.takes), ", ".join(step.makes))
        for number, step in enumerate(steps, 1)
    ]
    shown = [said, rows(("run>", "takes", "makes"), tree)]
    return Answer(document, [*shown, rows(("output", "count>", "metal>"), lines)])


def lost_in_tree(asked: "AskedRun") -> Iterator[str]:
    """What a merge costs in credits, in words. Raises StatementRefused."""
    used = [opening.lot for opening in asked.openings]
    merged = merged_balance(asked)
    return say_lost_credits(used, [merged], _rule(asked, merged.units), None)


def grown_answer(views: "Sequence[LotView]") -> Answer:
    """The lots that a tree made."""
    document = {"outputs": [lot_document(view) for view in views]}
    ids = [hex_of(view.id) for view in views]
    return Answer(document, [rows(COLUMNS, map(lot_row, views)), *ids])


def merged_balance(asked: "AskedRun") -> "Balance":
    """The balance of all inputs in one lot, by the very runs of the tree."""
    from zk_circuits.tree import plan_tree

    pairs = zip(asked.lots, asked.openings, strict=True)
    row = [opening.lot for _, opening in sorted(pairs, key=lambda pair: pair[0])]
    with zk_refusals():
        for level in plan_tree(len(row), MOST_LOTS):
            groups = [[row[position] for position in group] for group in level]
            row = [_joined(asked, group) if len(group) > 1 else group[0] for group in groups]
    return row[0]


def _joined(asked: "AskedRun", group: "Sequence[Balance]") -> "Balance":
    from zk_circuits.allocation import plan_run

    in_units = asked.views[0].lot.material.comes_in_units
    units = sum(lot.units for lot in group) if in_units else 1
    return plan_run(group, [sum(lot.metal for lot in group)], _rule(asked, units))[0]


def _rule(asked: "AskedRun", units: int) -> "RunRule":
    from zk_circuits.rule import RuleModel, RunRule

    in_units = int(asked.views[0].lot.material.comes_in_units)
    return RunRule.rebook(RuleModel(asked.model), (units,), in_units)


@dataclass(frozen=True, slots=True)
class TreeStep:
    """One run of a tree, in words: lots by their ids, or by the run that makes them."""

    takes: tuple[str, ...]
    makes: tuple[str, ...]


def steps_of(asked: "AskedRun") -> list[TreeStep]:
    """The runs in the order in which they are recorded: all into one, then one into all."""
    metal = {view.id: opening.lot.metal for view, opening in
             zip(asked.views, asked.openings, strict=True)}  # fmt: skip
    row = [(short_id(lot), metal[lot]) for lot in sorted(metal)]
    steps: list[TreeStep] = []
    for level in _levels(len(row)):
        groups = [[row[position] for position in group] for group in level]
        row = []
        for group in groups:
            whole = sum(mass for _, mass in group)
            if len(group) > 1:
                steps.append(TreeStep(tuple(name for name, _ in group), (format_metal(whole),)))
            row.append((f"that of run {len(steps)}" if len(group) > 1 else group[0][0], whole))
    return steps + _parting(row[0][0], [one.metal for one in asked.outputs], len(steps))


def _parting(name: str, parts: "Sequence[int]", before: int) -> list[TreeStep]:
    """The runs that divide one lot. before: how many runs came earlier."""
    levels = _levels(len(parts))
    masses = [list(parts)]
    for level in levels:
        masses.append([sum(masses[-1][position] for position in group) for group in level])
    names, steps = [name], []
    for depth in range(len(levels) - 1, -1, -1):
        below = [""] * len(masses[depth])
        for source, group in zip(names, levels[depth], strict=True):
            if len(group) == 1:
                below[group[0]] = source
                continue
            made = tuple(format_metal(masses[depth][position]) for position in group)
            steps.append(TreeStep((source,), made))
            for number, position in enumerate(group, 1):
                below[position] = f"part {number} of run {before + len(steps)}"
        names = below
    return steps


def _levels(lots: int) -> "Sequence[Level]":
    from zk_circuits.tree import plan_tree

    return plan_tree(lots, MOST_LOTS) if lots > 1 else ()
