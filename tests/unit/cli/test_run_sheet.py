"""A run that a sheet plans, and its tree as it is shown."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lodetrace.cli.lot.run_sheet import PlanAlone, read_plan, require_alone
from lodetrace.cli.lot.sheets import RowUnusable
from lodetrace.cli.lot.tree_view import steps_of
from lodetrace.cli.parse import TypedOutput
from lodetrace.contracts.enums import Material
from lodetrace.errors import ExitCode
from lodetrace.sheets.figures import DecimalsUnclear
from lodetrace.text import short_id
from tests.unit.cli.command_lines import commands, options_of
from tests.unit.cli.conftest import Run

TONNE = 10**9


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(("Lot;Material;Metal [t];Count", *lines)), "utf-8")
    return path


def test_a_plan_names_lots_and_outputs(tmp_path: Path) -> None:
    found = read_plan(
        written(
            tmp_path / "p.csv",
            "MWD-700001;;;",
            "2f3a91c4;;;",
            ";sulphate;2,5;",
            ";SULPHATE;500 kg;",
            ";pack;;96",
            ";scrap;Rest;",
        )
    )
    assert found.lots == ("MWD-700001", "2f3a91c4")
    assert found.outputs == (
        TypedOutput(5 * TONNE // 2, Material.SULPHATE),
        TypedOutput(TONNE // 2, Material.SULPHATE),
        TypedOutput(None, Material.PACK, 96),
        TypedOutput(None, Material.SCRAP),
    )


@pytest.mark.parametrize(
    "line",
    ["MWD-1;sulphate;2;", ";sulphate;;", ";tea;2;", ";sulphate;two;", ";pack;;0", ";pack;;1.5"],
)
def test_a_row_that_cannot_be_taken_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(RowUnusable, match="row 3"):
        read_plan(written(tmp_path / "p.csv", "MWD-1;;;", line))


def test_a_plan_stands_alone(run: Run, tmp_path: Path) -> None:
    with pytest.raises(PlanAlone, match="--input and --output as well"):
        require_alone(["1"], ["2"])
    path = str(written(tmp_path / "p.csv", "MWD-1;;;"))
    words = ("lot", "run", "--kind", "rebook", "--plan", path, "--dev-index", "3")
    assert run(*words, "--input", "2f3a91c4").exit_code == ExitCode.INPUT
    assert run(*words).exit_code == ExitCode.NODE


def test_a_figure_of_two_meanings_is_asked_about(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", ";sulphate;1.500 kg;")
    with pytest.raises(DecimalsUnclear, match="a thousand times as much"):
        read_plan(path)
    assert read_plan(path, ",").outputs[0].metal == 1500 * 10**6
    assert read_plan(path, ".").outputs[0].metal == 1_500_000


def test_whoever_reads_figures_can_be_told_the_sign() -> None:
    """The advice of DecimalsUnclear names the option."""
    readers = {"event import", "event watch", "lot accept", "lot run"}
    assert {name for name, one in commands() if "--decimal" in options_of(one)} == readers


def tree(lots: int, parts: list[int]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    asked = SimpleNamespace(
        views=[SimpleNamespace(id=bytes([number]) * 32) for number in range(lots, 0, -1)],
        openings=[
            SimpleNamespace(lot=SimpleNamespace(metal=number * TONNE))
            for number in range(lots, 0, -1)
        ],
        outputs=[SimpleNamespace(metal=part * TONNE) for part in parts],
    )
    return [(one.takes, one.makes) for one in steps_of(cast("Any", asked))]


def ids(*numbers: int) -> tuple[str, ...]:
    return tuple(short_id(bytes([number]) * 32) for number in numbers)


def test_the_tree_of_a_merge_says_which_run_takes_what() -> None:
    assert tree(8, [36]) == [
        (ids(1, 2, 3, 4), ("10 t",)),
        (ids(5, 6, 7, 8), ("26 t",)),
        (("that of run 1", "that of run 2"), ("36 t",)),
    ]
    assert tree(1, [1]) == []


def test_the_tree_of_a_split_goes_the_other_way() -> None:
    assert tree(1, [5, 5, 5, 5, 1]) == [
        (ids(1), ("20 t", "1 t")),
        (("part 1 of run 1",), ("5 t", "5 t", "5 t", "5 t")),
    ]


def test_runs_are_counted_on_through_both_halves() -> None:
    steps = tree(5, [3, 3, 3, 3, 3])
    assert [takes for takes, _ in steps][1:] == [
        ("that of run 1", ids(5)[0]),
        ("that of run 2",),
        ("part 1 of run 3",),
    ]
