# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""The generated verifiers, real openings and real proofs."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.lots.making import new_lot
from tests.contracts.proofs.prover import Opening, Prover


@pytest.fixture(scope="module")
def verifiers(
    OriginVerifier: Any,
    Run2Verifier: Any,
    Run4Verifier: Any,
    TotalVerifier: Any,
    ClaimVerifier: Any,
    governor: Any,
) -> dict[str, Any]:
    """The generated verifiers, in place of the one that answers what it is told."""
    contracts = (OriginVerifier, Run2Verifier, Run4Verifier, TotalVerifier, ClaimVerifier)
    names = ("origin", "run2", "run4", "total", "claim")
    deployed = (governor.deploy(contract) for contract in contracts)
    return dict(zip(names, deployed, strict=True))


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    """Commits and proves in the main environment."""
    made = Prover()
    yield made
    made.close()


@pytest.fixture
def hold(lot_book: Any, governor: Any, miner: Any) -> Any:
    """Writes the lot of an opening into the book."""

    def write(opening: Opening, account: Any = miner, **changes: Any) -> Opening:
        lot_book.create(*new_lot(opening.id, account, **changes), {"from": governor})
        return opening

    return write
