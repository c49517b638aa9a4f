"""Hypothesis profiles: fast and repeatable by default, long on demand."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

NEVER_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

settings.register_profile(
    "fast", max_examples=200, deadline=None, derandomize=True, suppress_health_check=NEVER_SLOW
)
settings.register_profile(
    "long",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=NEVER_SLOW,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how the examples were chosen, so that a failure can be repeated."""
    profile = settings.default
    seed = "derandomized (the seed is each test's own source)" if profile.derandomize else "random"
    name = os.environ.get("HYPOTHESIS_PROFILE", "fast")
    terminalreporter.write_line(
        f"model tests: profile {name}, {profile.max_examples} examples, {seed}; "
        "--hypothesis-seed repeats a random one"
    )
