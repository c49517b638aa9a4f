"""Points in the files of a set-up, all checked to lie on their curves.

snarkjs keeps coordinates in Montgomery's form, little end first; a step of ours keeps them as the
EVM does. Infinity is zeros in either. That points of the twist lie in the subgroup is checked on
sums of them (combinations.py), or by their lines.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from zk_circuits.bn254.g1 import is_on_curve
from zk_circuits.bn254.twist import TwistPoint, twist_point
from zk_circuits.ceremony.errors import SetupFileMalformed
from zk_circuits.field import Q
from zk_circuits.snarkjs_json import G1

COORDINATE: Final = 32
G1_BYTES: Final = 2 * COORDINATE
G2_BYTES: Final = 4 * COORDINATE
_FROM_MONTGOMERY: Final = pow(1 << 256, -1, Q)

MaybeG1 = G1 | None
"""None: the point at infinity."""


def snarkjs_g1(name: str, content: bytes | memoryview) -> list[MaybeG1]:
    """Points of G1 as snarkjs writes them; raises SetupFileMalformed."""
    values = _coordinates(name, content, "little")
    affine = [value * _FROM_MONTGOMERY % Q for value in values]
    return _points_1(name, affine)


def snarkjs_g2(name: str, content: bytes | memoryview) -> list[TwistPoint | None]:
    """Points of the twist as snarkjs writes them; raises SetupFileMalformed."""
    values = [v * _FROM_MONTGOMERY % Q for v in _coordinates(name, content, "little")]
    places = range(0, len(values), 4)
    return [_point_2(name, (values[at], *values[at + 1 : at + 4])) for at in places]


def snarkjs_bytes(points: Iterable[Sequence[int] | None], width: int) -> bytes:
    """The reverse of both; width: coordinates of a point."""
    return b"".join(
        (coordinate * (1 << 256) % Q).to_bytes(COORDINATE, "little")
        for point in points
        for coordinate in (point or (0,) * width)
    )


def evm_g1(name: str, content: bytes | memoryview) -> list[MaybeG1]:
    """Points of G1 as the EVM takes them; raises SetupFileMalformed."""
    return _points_1(name, _coordinates(name, content, "big"))


def evm_g2(name: str, content: bytes | memoryview) -> TwistPoint:
    """One point of the twist as the EVM takes it; raises SetupFileMalformed."""
    x1, x0, y1, y0 = _coordinates(name, content, "big")
    point = _point_2(name, (x0, x1, y0, y1))
    if point is None:
        raise SetupFileMalformed(name=name, reason="a point is at infinity")
    return point


def evm_bytes(points: Iterable[Sequence[int] | None], width: int = 2) -> bytes:
    """The reverse of evm_g1; for points of the twist in the EVM's order with width 4."""
    return b"".join(
        coordinate.to_bytes(COORDINATE, "big")
        for point in points
        for coordinate in (point or (0,) * width)
    )


def _coordinates(name: str, content: bytes | memoryview, order: str) -> list[int]:
    raw = bytes(content)
    places = range(0, len(raw), COORDINATE)
    if order == "little":
        found = [int.from_bytes(raw[at : at + COORDINATE], "little") for at in places]
    else:
        found = [int.from_bytes(raw[at : at + COORDINATE], "big") for at in places]
    if any(value >= Q for value in found):
        raise SetupFileMalformed(name=name, reason="a coordinate is not below the modulus")
    return found


def _points_1(name: str, values: Sequence[int]) -> list[MaybeG1]:
    found: list[MaybeG1] = []
    for x, y in zip(values[::2], values[1::2], strict=True):
        if x == y == 0:
            found.append(None)
            continue
        if not is_on_curve((x, y)):
            raise SetupFileMalformed(name=name, reason=f"point {len(found)} is off the curve")
        found.append((x, y))
    return found


def _point_2(name: str, point: Sequence[int]) -> TwistPoint | None:
    x0, x1, y0, y1 = point
    if not any(point):
        return None
    if (found := twist_point((x1, x0, y1, y0))) is None:
        raise SetupFileMalformed(name=name, reason="a point of G2 is off the curve")
    return found
