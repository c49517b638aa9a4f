"""`make mutants`: drops one guard after the other, and looks whether a test goes red.

    python -m tests.mutants [--jobs 2] [--afresh] [FILE-OR-FOLDER ...]

Without a selection: all rooms of Python. Contracts are mutated where the selection names them
(`contracts` for all): each takes a compilation and some of Brownie's tests, half a minute. What is
known already is in build/mutants/results.jsonl and is not tried again (see results.py); --afresh
forgets it.
"""

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from tests.mutants.explained import contradictions, read_explained
from tests.mutants.guards import Guard
from tests.mutants.python_mutants import PythonMutants, RedBefore
from tests.mutants.results import Fate, Result, Results
from tests.mutants.rooms import PYTHON, SOLIDITY, selected
from tests.mutants.solidity_mutants import NotCompiled, SolidityMutants
from tests.mutants.tree import copied_tree

ROOT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = ROOT / "build" / "mutants" / "results.jsonl"


def main() -> int:
    """0 where every survivor is explained, and every explanation is needed; 2 without a verdict."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    explained = read_explained()
    if asked.afresh:
        RESULTS.unlink(missing_ok=True)
    began = time.monotonic()
    results = Results(RESULTS, ROOT)
    found: list[Result] = []
    try:
        for result in _all(asked.selection, results, asked.jobs):
            found.append(result)
            console.print(f"{result.fate:<8} {result.seconds:>6.1f} s  {result.guard}  {result.by}")
    except (RedBefore, NotCompiled) as error:
        console.print(f"{type(error).__name__}: {error}")
        return 2
    _table(console, found, time.monotonic() - began)
    faults = contradictions(
        explained,
        [guard.name for guard in (*python_guards(ROOT), *contract_guards(ROOT))],
        [one.guard for one in found if one.fate.survives],
        {one.guard for one in found if one.fate is not Fate.BROKEN},
    )
    faults += [f"broken: {one.guard}: {one.by}" for one in found if one.fate is Fate.BROKEN]
    for fault in faults:
        console.print(fault)
    return 1 if faults or not found else 0


def python_guards(root: Path) -> Iterator[Guard]:
    """All guards of Python."""
    for room, files in selected(PYTHON, root, []):
        yield from PythonMutants(room, files, root).guards


def contract_guards(root: Path) -> Iterator[Guard]:
    """All guards of the contracts, which have to be compiled."""
    for room, files in selected(SOLIDITY, root, []):
        yield from SolidityMutants(room, files, root).guards


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("selection", nargs="*", help="files and folders; all of Python by default")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="at once, Python only")
    parser.add_argument("--afresh", action="store_true", help="forget earlier results")
    return parser.parse_args()


def _all(selection: list[str], results: Results, jobs: int) -> Iterator[Result]:
    for room, files in selected(PYTHON, ROOT, selection):
        with copied_tree(ROOT) as tree:
            mutants = PythonMutants(room, files, tree)
            known, left = _known(mutants.guards, mutants.tests, results)
            yield from known
            if left:
                yield from mutants.tried(left, results, jobs)
    for room, files in selected(SOLIDITY, ROOT, selection) if selection else ():
        with copied_tree(ROOT) as tree:
            contracts = SolidityMutants(room, files, tree)
            known, left = _known(contracts.guards, contracts.tests, results)
            yield from known
            yield from contracts.tried(left, results)


def _known(
    guards: Sequence[Guard], tests: Sequence[str], results: Results
) -> tuple[list[Result], list[Guard]]:
    """Results that still hold, and the guards that are to be tried."""
    known, left = list[Result](), list[Guard]()
    for guard in guards:
        result = results.known(guard.name, guard.file, tests)
        if result is None:
            left.append(guard)
        else:
            known.append(result)
    return known, left


def _table(console: Console, found: list[Result], seconds: float) -> None:
    """Of each file, how many guards were dropped, and how many of them unseen."""
    files = Counter(one.guard.partition(" ")[0] for one in found)
    unseen = Counter(one.guard.partition(" ")[0] for one in found if one.fate.survives)
    console.print(f"\n{'guards':>6} {'unseen':>6}  file")
    for file, count in sorted(files.items()):
        console.print(f"{count:>6} {unseen[file]:>6}  {file}")
    console.print(f"{files.total():>6} {unseen.total():>6}  all, {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
