"""Sealed boxes as they lie on chain: a byte for the algorithm, then what it made, always as long.

Equal to contracts/libraries/SealedBoxes.sol.
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final


class BoxAlgorithm(IntEnum):
    """What seals. X25519: NaCl's sealed box (X25519, XSalsa20-Poly1305)."""

    X25519 = 1


OPENING_BYTES: Final = 128
"""Of an opening in clear: equal for all, so that a box tells nobody how large an amount is."""

CONTENT_BYTES: Final[Mapping[int, int]] = MappingProxyType(
    {BoxAlgorithm.X25519: 48 + OPENING_BYTES}
)
"""What each algorithm makes of an opening."""


def is_sealed_box(box: bytes) -> bool:
    """Whether contracts take it: a known algorithm, and as long as that makes it."""
    return bool(box) and len(box) - 1 == CONTENT_BYTES.get(box[0])
