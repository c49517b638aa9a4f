# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""The generated verifier and real proofs."""

from typing import Any

import pytest

from tests.contracts.lots.proven.conftest import prover  # noqa: F401 - real commitments, proofs


@pytest.fixture(scope="module")
def price_verifier(PriceInRangeVerifier: Any, governor: Any) -> Any:
    """In place of the one that answers what it is told."""
    return governor.deploy(PriceInRangeVerifier)
