"""What is mutated, and the tests that matter to it: the one place that says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Room:
    """files, tests: patterns below the root. findings: its rules yield what they find.

    limit: seconds of one mutant, some ten times what all tests of the room take.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    findings: bool = False
    limit: int = 900

    def paths(self, root: Path, patterns: tuple[str, ...]) -> list[str]:
        """The files of the patterns, each once."""
        found = {path for pattern in patterns for path in root.glob(pattern)}
        return sorted(path.relative_to(root).as_posix() for path in found)


PYTHON: Final = (
    Room(
        ("lodetrace/audit/**/*.py", "lodetrace/chain/*.py"),
        # without the rest of tampering/: what changes at random names no rule, and takes long
        (
            "tests/unit/audit/test_*.py",
            "tests/unit/audit/tampering/test_full_verifier.py",
            "tests/unit/chain/test_*.py",
        ),
        findings=True,
        limit=1800,
    ),
    Room(
        ("lodetrace/witness/*.py", "lodetrace/evidence/cosignatures.py"),
        ("tests/unit/witness/test_*.py", "tests/unit/audit/test_witnessed.py"),
    ),
    Room(
        ("lodetrace/member/*.py",),
        (
            "tests/stateful/test_member_*.py",
            "tests/stateful/test_prices.py",
            "tests/stateful/test_rehearsal.py",
            "tests/stateful/test_repetition.py",
            "tests/unit/cli/test_*.py",
            "tests/unit/lodetrace/test_member_guards.py",
            "tests/unit/lodetrace/test_product_names.py",
            "tests/unit/lodetrace/test_words.py",
        ),
        limit=3600,
    ),
    Room(
        (
            "zk_circuits/*_checks.py",
            "zk_circuits/statements/*.py",
            *(
                f"zk_circuits/{name}.py"
                for name in (
                    "abi", "allocation", "balance", "batch_verify", "commitment", "ctx",
                    "fast_verify", "field", "key_policy", "price", "proof", "rule",
                    "run_circuits", "same_element", "snarkjs_json", "statement_judge", "tags",
                    "totals", "tree", "verify", "verifying_key",
                )
            ),
        ),
        (
            "tests/unit/zk/test_*.py",
            "tests/circuits/test_keys.py",
            "tests/model_tests/test_library_agrees.py",
        ),
    ),
    Room(
        ("oracle/checks/*.py", "lodetrace/plausibility/*.py"),
        (
            "tests/unit/oracle/test_checks*.py",
            "tests/unit/oracle/test_comparisons.py",
            "tests/unit/oracle/test_frauds.py",
            "tests/unit/oracle/test_named_lots.py",
            "tests/unit/oracle/test_production_totals.py",
            "tests/unit/oracle/test_profile.py",
            "tests/unit/oracle/test_reliability.py",
            "tests/unit/oracle/test_rulebook.py",
            "tests/unit/oracle/test_run_statements.py",
            "tests/unit/oracle/test_withdrawal.py",
        ),
        findings=True,
    ),
)  # fmt: skip

_LOTS: Final = ("Custody", "Holds", "LotBook", "Origins", "Runs", "Products", "Claims")
_REGISTRY: Final = (
    "Attestations", "Bindings", "Certificates", "Council", "Directory", "Emergency", "Gates",
    "Governed", "Guardian", "Members", "Places", "Seats", "Settings", "Sites",
)  # fmt: skip
_OF_REGISTRY: Final = ("Bitemporal", "ElementSet", "Independence", "Numbers", "Statements")

SOLIDITY: Final = (
    Room(
        (
            *(f"contracts/{name}.sol" for name in _REGISTRY),
            *(f"contracts/libraries/{name}.sol" for name in _OF_REGISTRY),
        ),
        ("tests/contracts/registry/test_*.py", "tests/contracts/registry/council/test_*.py"),
    ),
    Room(
        (
            *(f"contracts/{name}.sol" for name in _LOTS),
            "contracts/libraries/*.sol",
            "contracts/types/*.sol",
        ),
        ("tests/contracts/lots/test_*.py", "tests/contracts/lots/proven/test_*.py"),
    ),
    Room(
        ("contracts/Prices.sol",),
        ("tests/contracts/prices/test_*.py", "tests/contracts/prices/proven/test_*.py"),
    ),
)


def selected(
    rooms: tuple[Room, ...], root: Path, selection: list[str]
) -> Iterator[tuple[Room, list[str]]]:
    """Rooms with those of their files that the selection names; each file is in its first room.

    The selection: files, folders, or files without their ending; nothing selects everything.
    """
    taken: set[str] = set()
    for room in rooms:
        files = [file for file in room.paths(root, room.files) if file not in taken]
        taken |= set(files)
        wanted = [file for file in files if not selection or is_selected(file, selection)]
        if wanted:
            yield room, wanted


def is_selected(file: str, selection: list[str]) -> bool:
    """Whether a file is one of those, or lies in one of those folders."""
    ends = tuple(one.rstrip("/") for one in selection)
    stem = file.rpartition(".")[0]
    return any(file == end or stem == end or file.startswith(f"{end}/") for end in ends)
