"""Runs tests many times from one collection: `python -P forked_runs.py PLAN`, in the tree's root.

Every run is a child that is forked once all modules are loaded and all tests collected, so it
begins within a few hundredths of a second. It stands alone: the tree it runs in need not have it.

PLAN is JSON: {"pytest": […], "outcomes": a file descriptor, "log": file, "runs": [{"name": …,
"environment": {…}, "tests": node ids, null for all, "then_all": bool, "limit": seconds}]}. One line
of JSON is written for each run: name, code (pytest's; null beyond the limit), by (the first test
that failed), seconds, durations (seconds by test, where all tests ran).
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest
from _pytest.main import pytest_runtestloop as run_all

GRACE: Final = 20
"""Seconds a run beyond its limit has to stop the chains it started."""


class ForkedRuns:
    """A plugin in whose place of a test loop stands a loop over runs."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan: Final = plan
        self._answer: Final = Path(f"{plan['log']}.outcome")
        self._failed = ""
        self._durations: Final[dict[str, float]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Each run in a child of its own."""
        collected = {item.nodeid: item for item in session.items}
        for run in self._plan["runs"]:
            began = time.monotonic()
            named = run["tests"]
            items = session.items if named is None else [collected[name] for name in named]
            outcome = self._forked(session, run, items)
            if outcome["code"] == 0 and run["then_all"]:
                outcome = self._forked(session, run, session.items)
            outcome |= {"name": run["name"], "seconds": round(time.monotonic() - began, 1)}
            line = json.dumps(outcome) + "\n"
            os.write(self._plan["outcomes"], line.encode())
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """In a child."""
        if report.failed and not self._failed:
            self._failed = report.nodeid
        taken = self._durations.get(report.nodeid, 0.0)
        self._durations[report.nodeid] = round(taken + report.duration, 3)

    def _forked(
        self, session: pytest.Session, run: dict[str, Any], items: list[pytest.Item]
    ) -> dict[str, Any]:
        self._answer.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            self._child(session, run, items)
        if not _ends(child, run["limit"]):
            return {"code": None, "by": "", "durations": {}}
        if not self._answer.exists():
            return {"code": 3, "by": "", "durations": {}}
        outcome: dict[str, Any] = json.loads(self._answer.read_text("utf-8"))
        return outcome

    def _child(
        self, session: pytest.Session, run: dict[str, Any], items: list[pytest.Item]
    ) -> None:
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            log = os.open(self._plan["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.environ.update(run["environment"])
            session.items = items
            try:
                run_all(session)
                code = 0
            except session.Failed:  # -x: a test failed
                code = 1
            session.config.hook.pytest_sessionfinish(session=session, exitstatus=code)
            outcome = {
                "code": 1 if self._failed else code,
                "by": self._failed,
                "durations": self._durations if run["tests"] is None else {},
            }
            self._answer.write_text(json.dumps(outcome), "utf-8")
        finally:
            os._exit(0)


def _ends(child: int, limit: float) -> bool:
    """Whether it ended in time; if it did not, it is ended."""
    if _has_ended(child, limit):
        return True
    os.kill(child, signal.SIGINT)
    if not _has_ended(child, GRACE):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return False


def _has_ended(child: int, within: float) -> bool:
    deadline = time.monotonic() + within
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def main() -> int:
    """Pytest's code for the collection."""
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    os.set_inheritable(plan["outcomes"], False)
    return int(pytest.main(plan["pytest"], plugins=[ForkedRuns(plan)]))


if __name__ == "__main__":
    sys.exit(main())
