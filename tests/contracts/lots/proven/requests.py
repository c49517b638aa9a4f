"""Requests that are changed after they were proven, and how that is refused."""

from typing import Any

from tests.contracts.reverts import reverts


def refused(circuit: str) -> Any:
    """The verifier of this circuit says no."""
    return reverts("ProofRefused", "0x" + circuit.encode().ljust(32, b"\0").hex())


def with_field(request: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    """The request with another value in its place."""
    return (*request[:index], value, *request[index + 1 :])
