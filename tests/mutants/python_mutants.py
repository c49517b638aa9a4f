"""Mutants of Python modules: one copy with a switch at every guard, one fork for each mutant."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tests.mutants.guards import DROPPED, REFUSALS, Guard, guards_of, switched
from tests.mutants.results import Fate, Result, Results
from tests.mutants.rooms import Room
from tests.mutants.tree import environment

FORKED_RUNS: Final = Path(__file__).with_name("forked_runs.py")


class RedBefore(Exception):
    """The tests of a room fail before any guard is dropped."""


class PythonMutants:
    """Those of a room's files, in a copy that belongs to them."""

    def __init__(self, room: Room, files: list[str], tree: Path, limit: int | None = None) -> None:
        self._room: Final = room
        self._tree: Final = tree
        self._limit: Final = limit or room.limit
        self._tests: Final = room.paths(tree, room.tests)
        self.guards: Final = [
            guard
            for file in files
            for guard in guards_of((tree / file).read_text("utf-8"), file, findings=room.findings)
        ]

    @property
    def tests(self) -> list[str]:
        """The files of tests that matter."""
        return self._tests

    def tried(self, guards: Sequence[Guard], results: Results, jobs: int) -> Iterator[Result]:
        """Each as soon as it is known."""
        for file in sorted({guard.file for guard in guards}):
            path = self._tree / file
            source = path.read_text("utf-8")
            path.write_text(switched(source, file, findings=self._room.findings), "utf-8")
        refusals, durations = self._recorded()
        runs = []
        for guard in guards:
            seen = refusals.get(guard.name)
            if seen is None:
                yield results.add(guard.name, Fate.IDLE, "", 0.0, [guard.file, *self._tests])
                continue
            tests = sorted({test for test, _ in seen} & durations.keys(), key=durations.__getitem__)
            # what a fixture met may be told by any test
            shared = any(phase != "call" for _, phase in seen)
            runs.append(self._run(guard.name, {DROPPED: guard.name}, tests or None, shared))
        by_name = {guard.name: guard for guard in guards}
        for outcome in self._side_by_side(runs, jobs):
            yield self._result(by_name[outcome["name"]], outcome, results)

    def _recorded(self) -> tuple[dict[str, set[tuple[str, str]]], dict[str, float]]:
        """Tests in which each guard refuses, with the phase; and the seconds of every test."""
        file = self._tree.parent / "refusals"
        file.write_text("", "utf-8")
        run = self._run("all tests, no guard dropped", {REFUSALS: str(file)}, None, False)
        (outcome,) = self._outcomes([run], 0)
        if outcome["code"] != 0:
            raise RedBefore(f"{outcome['by']}\n{self._log(0).read_text('utf-8')[-4000:]}")
        refusals: dict[str, set[tuple[str, str]]] = {}
        for line in file.read_text("utf-8").splitlines():
            guard, test, phase = line.split("\t")
            refusals.setdefault(guard, set()).add((test, phase))
        return refusals, outcome["durations"]

    def _run(
        self, name: str, variables: dict[str, str], tests: list[str] | None, then_all: bool
    ) -> dict[str, Any]:
        return {
            "name": name,
            "environment": variables,
            "tests": tests,
            "then_all": then_all and tests is not None,
            "limit": self._limit,
        }

    def _side_by_side(self, runs: list[dict[str, Any]], jobs: int) -> Iterator[dict[str, Any]]:
        """By halves where there are two jobs; those of the first half are told first."""
        with ThreadPoolExecutor(jobs) as pool:
            others = [
                pool.submit(lambda part, job: list(self._outcomes(part, job)), runs[job::jobs], job)
                for job in range(1, jobs)
            ]
            yield from self._outcomes(runs[::jobs], 0)
            for other in others:
                yield from other.result()

    def _outcomes(self, runs: list[dict[str, Any]], job: int) -> Iterator[dict[str, Any]]:
        if not runs:
            return
        reader, writer = os.pipe()
        # Everybody's examples are those of the seed: a mutant meets what the recording met.
        options = [
            "-x", "-s", "-q", "-p", "no:pytest-brownie", "-p", "no:cacheprovider",
            "--hypothesis-seed=0", f"--timeout={self._limit}",
        ]  # fmt: skip
        plan = {
            "pytest": [*options, *self._tests],
            "outcomes": writer,
            "log": str(self._log(job)),
            "runs": runs,
        }
        file = self._tree.parent / f"plan-{job}.json"
        file.write_text(json.dumps(plan), "utf-8")
        with file.with_suffix(".log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", FORKED_RUNS, file],
                cwd=self._tree, env=environment(self._tree), pass_fds=[writer],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        os.close(writer)
        told = 0
        try:
            with os.fdopen(reader, encoding="utf-8") as lines:
                for line in lines:
                    told += 1
                    yield json.loads(line)
            process.wait()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
        if told < len(runs):
            raise RedBefore(file.with_suffix(".log").read_text("utf-8")[-4000:])

    def _result(self, guard: Guard, outcome: dict[str, Any], results: Results) -> Result:
        by, seconds = outcome["by"], outcome["seconds"]
        match outcome["code"]:
            case 0:
                files = [guard.file, *self._tests]
                return results.add(guard.name, Fate.SURVIVED, "", seconds, files)
            case 1 | None:  # a run that no longer ends has noticed it as well
                by = by or "the limit of time"
                files = [guard.file, by.partition("::")[0]]
                return results.add(guard.name, Fate.KILLED, by, seconds, files)
        return results.add(guard.name, Fate.BROKEN, f"pytest: {outcome['code']}", seconds, [])

    def _log(self, job: int) -> Path:
        return self._tree.parent / f"tests-{job}.log"
