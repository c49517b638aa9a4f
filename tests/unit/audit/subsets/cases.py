"""Which chains, subjects and how many forgeries: AUDIT_SUBSETS=10000 in the long lane."""

import os
from functools import cache
from typing import Final

from lodetrace.audit.bundle import Subject
from tests.unit.audit.subsets.chains import SEEDS, SUBJECTS_OF_EACH
from tests.unit.audit.subsets.forger import Forger
from tests.unit.audit.subsets.whole import whole

CASES: Final = int(os.environ.get("AUDIT_SUBSETS", "300"))
LONG: Final = CASES > 300
SUBJECTS: Final = [(seed, at) for seed in range(SEEDS) for at in range(SUBJECTS_OF_EACH)]
"""Every lot and product of every chain: its seed, and the place among its subjects."""


@cache
def forger(seed: int, at: int) -> Forger:
    """Of one subject."""
    return Forger(whole(seed), subject(seed, at))


def subject(seed: int, at: int) -> Subject:
    """Of a chain, by its place."""
    return whole(seed).subjects[at]
