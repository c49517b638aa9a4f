"""Witness programs; and how the examples were chosen, so that a failure can be repeated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_tests.profile import SUMMARY
from tests.model_tests.witness import WitnessPrograms, missing
from tests.support.required import absent


@pytest.fixture(scope="module")
def programs() -> Iterator[WitnessPrograms]:
    lacking = missing()
    if lacking:
        absent(f"no witness program of {lacking}: run python -m zk_circuits.build")
    with WitnessPrograms() as started:
        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(SUMMARY)
