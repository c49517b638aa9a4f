"""How many examples the model tests draw: fast and repeatable unless more, or others, are asked."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.support.required import hypothesis_profile

LONG = hypothesis_profile() == "long"
RANDOM = LONG or hypothesis_profile() == "night"
FAST_EXAMPLES = 200
LONG_EXAMPLES = 2_000


def _profile(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=not RANDOM,
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
    if RANDOM
    else f"model tests: {judged.max_examples} examples a test, derandomized "
    "(seeded by each test's source); HYPOTHESIS_PROFILE=long looks deeper"
)
