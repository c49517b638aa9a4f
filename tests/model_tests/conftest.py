"""Witness programs; and how the examples were chosen, so that a failure can be repeated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_tests.profile import SUMMARY
from tests.model_tests.witness import WitnessPrograms, missing, required


@pytest.fixture(scope="module")
def programs() -> Iterator[WitnessPrograms]:
    absent = missing()
    if absent:
        said = f"no witness program of {absent}: run python -m zk_circuits.build"
        pytest.fail(said) if required() else pytest.skip(said)
    with WitnessPrograms() as started:
        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(SUMMARY)
