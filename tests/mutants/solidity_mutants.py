"""Mutants of contracts: one edited source, compiled and tested by Brownie, for each of them.

A guard is an `if` that reverts, and a call of a function named `require…` or `_require…`. Where
they stand is told by the syntax tree that solc left in Brownie's artifacts.
"""

import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.mutants.guards import Guard
from tests.mutants.results import Fate, Result, Results
from tests.mutants.rooms import Room
from tests.mutants.tree import environment

CALLS: Final = re.compile(r"_*require")
ENDED: Final = re.compile(r"^=+ .*\b(passed|failed|error)\b.* =+$", re.MULTILINE)
FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


class NotCompiled(Exception):
    """A contract whose syntax tree is that of another text."""


@dataclass(frozen=True, slots=True)
class ContractGuard:
    """start, length: bytes of what is replaced. error: what it reverts with, as far as told."""

    guard: Guard
    start: int
    length: int
    instead: str
    error: str

    def dropped(self, source: bytes) -> bytes:
        """The source without it."""
        return source[: self.start] + self.instead.encode() + source[self.start + self.length :]


def compiled(tree: Path) -> dict[str, dict[str, Any]]:
    """Brownie's artifacts by the source they come from."""
    found = [json.loads(path.read_text("utf-8")) for path in tree.glob("build/contracts/*.json")]
    return {artifact["sourcePath"]: artifact for artifact in found if artifact.get("sourcePath")}


def contract_guards(tree: Path, file: str, artifact: dict[str, Any]) -> list[ContractGuard]:
    """Of one source; it has to be compiled as it is."""
    source = (tree / file).read_bytes()
    if artifact["source"].encode() != source:
        raise NotCompiled(f"{file} has changed since `make compile`")
    seen: Counter[tuple[str, str]] = Counter()
    return list(_walk(artifact["ast"], source, file, "", seen))


def _walk(
    node: Any, source: bytes, file: str, scope: str, seen: Counter[tuple[str, str]]
) -> Iterator[ContractGuard]:
    if isinstance(node, list):
        for one in node:
            yield from _walk(one, source, file, scope, seen)
    if not isinstance(node, dict):
        return
    kind = node.get("nodeType")
    if kind in ("FunctionDefinition", "ModifierDefinition"):
        scope = node["name"] or node["kind"]
    replaced, instead, error = _guard(node)
    if replaced is not None:
        start, length = (int(number) for number in replaced["src"].split(":")[:2])
        words = " ".join(source[start : start + length].decode().split())
        text = f"if {words}" if kind == "IfStatement" else words
        line = source.count(b"\n", 0, start) + 1
        guard = Guard(file, scope, text, seen[scope, text], line)
        seen[scope, text] += 1
        yield ContractGuard(guard, start, length, instead, error)
    for value in node.values():
        yield from _walk(value, source, file, scope, seen)


def _guard(node: dict[str, Any]) -> tuple[dict[str, Any] | None, str, str]:
    """The node to replace, by what, and the name of its custom error."""
    match node:
        case {"nodeType": "IfStatement", "condition": condition, "trueBody": body}:
            for one in body.get("statements", [body]):
                if one["nodeType"] == "RevertStatement":
                    called = one["errorCall"]["expression"]
                    return condition, "false", called.get("name") or called["memberName"]
        case {"nodeType": "ExpressionStatement", "expression": {"expression": called}}:
            name = called.get("name") or called.get("memberName") or ""
            if CALLS.match(name):
                return node["expression"], "true", ""
    return None, "", ""


class SolidityMutants:
    """Those of a room's contracts, in a copy that belongs to them."""

    def __init__(self, room: Room, files: list[str], tree: Path) -> None:
        self._room: Final = room
        self._tree: Final = tree
        self.tests: Final = room.paths(tree, room.tests)
        artifacts = compiled(tree)
        self._guards: Final = {
            one.guard.name: one
            for file in files
            for one in contract_guards(tree, file, artifacts[file])
        }

    @property
    def guards(self) -> list[Guard]:
        """In the order of the files."""
        return [one.guard for one in self._guards.values()]

    def tried(self, guards: Sequence[Guard], results: Results) -> Iterator[Result]:
        """Each as soon as it is known."""
        for guard in guards:
            path, one = self._tree / guard.file, self._guards[guard.name]
            source = path.read_bytes()
            path.write_bytes(one.dropped(source))
            began = time.monotonic()
            fate, by = self._tested(one)
            path.write_bytes(source)
            killer = [by.partition("::")[0]] if fate is Fate.KILLED else self.tests
            seconds = round(time.monotonic() - began, 1)
            yield results.add(guard.name, fate, by, seconds, [guard.file, *killer])

    def _tested(self, one: ContractGuard) -> tuple[Fate, str]:
        """First by the tests that name its error, then by all others."""
        naming = [
            name for name in self.tests
            if one.error and f'"{one.error}"' in (self._tree / name).read_text("utf-8")
        ]  # fmt: skip
        for tests in (naming, [name for name in self.tests if name not in naming]):
            if not tests:
                continue
            try:
                printed = self._brownie("test", *tests, "-x", "--network", "anvil")
            except subprocess.TimeoutExpired:
                return Fate.KILLED, "the limit of time"
            failed = FAILED.search(printed)
            if failed is not None:
                return Fate.KILLED, failed[1]
            if ENDED.search(printed) is None:
                return Fate.BROKEN, printed[-400:]
        return Fate.SURVIVED, ""

    def _brownie(self, *words: str) -> str:
        done = subprocess.run(
            ["scripts/setup/brownie.sh", *words],
            cwd=self._tree, env=environment(self._tree), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=self._room.limit,
        )  # fmt: skip
        return done.stdout + done.stderr
