"""Attacks that a proof refuses: the generated verifiers, real openings, real proofs."""

from tests.contracts.lots.conftest import *  # noqa: F403 - the same contracts and helpers
from tests.contracts.lots.proven.conftest import (  # noqa: F401 - real proofs
    hold,
    prove_run,
    prover,
    verifiers,
)
