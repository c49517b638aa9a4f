"""The lot contracts with the generated verifiers, and a prover."""

from tests.contracts.lots.conftest import *  # noqa: F403 - the same contracts and helpers
from tests.contracts.lots.proven.conftest import prover, verifiers  # noqa: F401 - real proofs
