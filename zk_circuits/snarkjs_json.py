"""Strict reading and writing of curve points as snarkjs writes them.

snarkjs gives projective decimal strings with z = 1 and c0 before c1; the EVM takes affine
words with c1 before c0. Here a point is always in the EVM's order.
"""

import re
from collections.abc import Sequence
from typing import Final

from zk_circuits.errors import ProofMalformed
from zk_circuits.field import Q

G1 = tuple[int, int]
"""x, y."""

G2 = tuple[int, int, int, int]
"""x_c1, x_c0, y_c1, y_c0."""

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,77}", re.ASCII)


def decimal(name: str, value: object, modulus: int = Q) -> int:
    """A canonical decimal string below `modulus`; raises ProofMalformed."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ProofMalformed(name=name, reason="is not a decimal string")
    number = int(value)
    if number >= modulus:
        raise ProofMalformed(name=name, reason="is not below the modulus of its field")
    return number


def text(name: str, value: object, expected: str) -> None:
    """Raises ProofMalformed unless `value` is `expected`."""
    if value != expected:
        raise ProofMalformed(name=name, reason=f"is not {expected}")


def g1_point(name: str, value: object) -> G1:
    """An affine point of G1; raises ProofMalformed, also for the point at infinity."""
    x, y, z = _list(name, value, 3)
    text(f"{name} z", z, "1")
    return decimal(f"{name} x", x), decimal(f"{name} y", y)


def g2_point(name: str, value: object) -> G2:
    """An affine point of G2; raises ProofMalformed, also for the point at infinity."""
    x, y, z = _list(name, value, 3)
    z_c0, z_c1 = _list(f"{name} z", z, 2)
    text(f"{name} z_c0", z_c0, "1")
    text(f"{name} z_c1", z_c1, "0")
    x_c0, x_c1 = (decimal(f"{name} x", part) for part in _list(f"{name} x", x, 2))
    y_c0, y_c1 = (decimal(f"{name} y", part) for part in _list(f"{name} y", y, 2))
    return x_c1, x_c0, y_c1, y_c0


def g1_json(point: Sequence[int]) -> list[str]:
    """The reverse of g1_point."""
    x, y = point
    return [str(x), str(y), "1"]


def g2_json(point: Sequence[int]) -> list[list[str]]:
    """The reverse of g2_point."""
    x_c1, x_c0, y_c1, y_c0 = point
    return [[str(x_c0), str(x_c1)], [str(y_c0), str(y_c1)], ["1", "0"]]


def _list(name: str, value: object, length: int) -> list[object]:
    if not isinstance(value, list) or len(value) != length:
        raise ProofMalformed(name=name, reason=f"is not a list of {length}")
    return value
