"""How many examples the model tests draw: fast and repeatable by default, long on demand."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
FAST_EXAMPLES = 200
LONG_EXAMPLES = 2_000


def _profile(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=not LONG,
        print_blob=True,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
            HealthCheck.data_too_large,
        ],
    )


judged = _profile(LONG_EXAMPLES if LONG else FAST_EXAMPLES)
"""For tests of one run, one claim, one birth."""

judged_histories = _profile((LONG_EXAMPLES if LONG else FAST_EXAMPLES) // 2)
"""For tests of whole histories, each of which is many runs."""

judged_defects = _profile((LONG_EXAMPLES if LONG else FAST_EXAMPLES) // 4)
"""For tests that run once for each defect."""

judged_totals = judged_defects
"""For tests of totals, each of which is sixteen balances."""

judged_witnesses = _profile((LONG_EXAMPLES if LONG else FAST_EXAMPLES) * 3 // 10)
"""For tests that compute a witness for every example."""

SUMMARY = (
    f"model tests: {judged.max_examples} examples a test, random; --hypothesis-seed repeats them"
    if LONG
    else f"model tests: {judged.max_examples} examples a test, derandomized "
    "(seeded by each test's source); HYPOTHESIS_PROFILE=long looks deeper"
)
