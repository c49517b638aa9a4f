"""Requests that are changed after they were proven, and how that is refused."""

from collections.abc import Iterable
from typing import Any

from tests.contracts.lots.making import number
from tests.contracts.proofs.prover import Opening
from tests.contracts.reverts import reverts


def refused(circuit: str) -> Any:
    """The verifier of this circuit says no."""
    return reverts("ProofRefused", "0x" + circuit.encode().ljust(32, b"\0").hex())


def by_id(openings: Iterable[Opening]) -> list[Opening]:
    """As events and runs name their inputs."""
    return sorted(openings, key=lambda opening: number(opening.id))


def with_field(request: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    """The request with another value in its place."""
    return (*request[:index], value, *request[index + 1 :])
