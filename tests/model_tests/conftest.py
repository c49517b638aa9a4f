"""Says how the examples were chosen, so that a failure can be repeated."""

from __future__ import annotations

import pytest

from tests.model_tests.profile import SUMMARY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(SUMMARY)
