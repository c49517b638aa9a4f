# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""The generated verifiers, real openings and real proofs."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.contracts.lots.making import HYDROXIDE, new_lot, run_request
from tests.contracts.lots.proven.requests import by_id, with_field
from tests.contracts.proofs.prover import Opening, Prover


@pytest.fixture(scope="module")
def verifiers(
    OriginVerifier: Any,
    Rebook2Verifier: Any,
    Run4Verifier: Any,
    TotalVerifier: Any,
    ClaimVerifier: Any,
    governor: Any,
) -> dict[str, Any]:
    """The generated verifiers, in place of the one that answers what it is told."""
    contracts = (OriginVerifier, Rebook2Verifier, Run4Verifier, TotalVerifier, ClaimVerifier)
    names = ("origin", "rebook2", "run4", "total", "claim")
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
        traits = {"count": opening.slots[3], **changes}
        lot_book.create(*new_lot(opening.id, account, **traits), {"from": governor})
        return opening

    return write


@pytest.fixture
def prove_run(runs: Any, prover: Prover, miner: Any) -> Any:
    """The request with its proof; `opened` is what the event's commitment opens to."""

    def prove(
        kind: int,
        inputs: Any,
        outputs: Any,
        account: Any = miner,
        opened: Any = None,
        material: int | Sequence[int] = HYDROXIDE,
        **changes: Any,
    ) -> tuple[Any, ...]:
        ordered = by_id(inputs)
        materials = [material] * len(outputs) if isinstance(material, int) else material
        made = [
            (opening.id, opening.slots[3], each)
            for opening, each in zip(outputs, materials, strict=True)
        ]
        request = run_request(kind, [opening.id for opening in ordered], made, **changes)
        fields = {"ctx": runs.ctxOf(account, request), "rule": runs.ruleOf(request)}
        proof = prover.prove("run", inputs=ordered, outputs=outputs, event=opened, **fields)
        return with_field(request, 7, proof)

    return prove
