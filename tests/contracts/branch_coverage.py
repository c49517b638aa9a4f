"""Which branches and statements of the contracts the tests reached, from Brownie's traces.

    scripts/setup/brownie.sh test tests/contracts/registry --network <traced> --coverage
    .venv-brownie/bin/python tests/contracts/branch_coverage.py Council Members …

The network has to be anvil with `steps_tracing`: without it there are no traces, and on Ganache
Brownie 1.22.2 waits forever for some calls. Brownie's own summary fails with TypeError in the
compiled wheel, but build/tests.json is complete by then. Ends with 1 where something was missed.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BUILD = Path(__file__).resolve().parents[2] / "build"
STATEMENT, TRUE, FALSE = range(3)

Reached = dict[str, dict[str, list[set[int]]]]
"""Contract, source, then what was reached: statements, branches taken, branches not taken."""


def reached() -> Reached:
    """What all transactions reached together."""
    merged: Reached = defaultdict(lambda: defaultdict(lambda: [set(), set(), set()]))
    traces = json.loads((BUILD / "tests.json").read_text("utf-8"))["tx"]
    for trace in traces.values():
        for contract, sources in trace.items():
            for source, lists in sources.items():
                for kind, indexes in enumerate(lists):
                    merged[contract][source][kind].update(indexes)
    return merged


def missed(contract: str, sources: dict[str, list[set[int]]]) -> Iterator[str]:
    """Statements never run, and branches that went one way only."""
    artifact = json.loads((BUILD / "contracts" / f"{contract}.json").read_text("utf-8"))
    for kind in ("statements", "branches"):
        for source, functions in artifact["coverageMap"][kind].items():
            path = artifact["allSourcePaths"][source]
            for function, ranges in functions.items():
                for index, span in ranges.items():
                    ways = _missing(kind, sources[source], int(index))
                    if ways:
                        yield f"{path} {function}: {_text(path, span)!r} {ways}"


def _missing(kind: str, found: list[set[int]], index: int) -> str:
    if kind == "statements":
        return "" if index in found[STATEMENT] else "never runs"
    never = [name for way, name in ((TRUE, "true"), (FALSE, "false")) if index not in found[way]]
    return f"never {' nor '.join(never)}" if never else ""


def _text(path: str, span: list[Any]) -> str:
    """The source; the compiler counts bytes."""
    source = (BUILD.parent / path).read_bytes()[span[0] : span[1]].decode("utf-8", "replace")
    return " ".join(source.split())[:100]


def main() -> None:
    found = reached()
    total = 0
    for contract in sys.argv[1:]:
        lines = list(missed(contract, found[contract]))
        total += len(lines)
        print(f"{contract}: {len(lines)} missed")
        for line in lines:
            print(f"  {line}")
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
