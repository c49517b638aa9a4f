"""Recovery of a public key in plain Python: what computes where libsecp256k1 is not installed.

SEC 1 (version 2.0), 4.1.6, over the curve of SEC 2, 2.4.1: y² = x³ + 7. It reads public values only
and takes no care to hide what it works on: nothing here ever sees a private key.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final, TypeAlias

P: Final = 2**256 - 2**32 - 977
"""Modulus of the coordinates."""

N: Final = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""Order of the curve."""

G: Final = (
    0x79BE667E_F9DCBBAC_55A06295_CE870B07_029BFCDB_2DCE28D9_59F2815B_16F81798,
    0x483ADA77_26A3C465_5DA4FBFC_0E1108A8_FD17B448_A6855419_9C47D08F_FB10D4B8,
)

WIDTH: Final = 5
"""Bits of a window over the point that a signature names."""
FIXED_WIDTH: Final = 8
"""Of a window over G, whose multiples are made once."""

Affine: TypeAlias = tuple[int, int]
Jacobian: TypeAlias = tuple[int, int, int]
"""(x, y, z) for the point (x / z², y / z³); z = 0 for the point at infinity."""

INFINITY: Final[Jacobian] = (1, 1, 0)


class NotRecoverable(ValueError):
    """No key makes such a signature."""


def recovered_key(signature: bytes, message: bytes) -> bytes:
    """x ‖ y of the key, 64 bytes; raises NotRecoverable.

    signature: r ‖ s ‖ recovery id, 65 bytes. message: the 32 bytes that were signed.
    """
    if len(signature) != 65 or len(message) != 32:
        raise NotRecoverable("it is not 65 bytes over 32")
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    if not (0 < r < N and 0 < s < N and signature[64] < 4):
        raise NotRecoverable("a number in it is out of range")
    point = _point(r + N * (signature[64] >> 1), odd=bool(signature[64] & 1))
    inverse = pow(r, -1, N)
    own = -int.from_bytes(message, "big") * inverse % N
    x, y, z = _sum_of_multiples(own, s * inverse % N, point)
    if z == 0:
        raise NotRecoverable("it leads to the point at infinity")
    across = pow(z, -1, P)
    square = across * across % P
    x, y = x * square % P, y * square * across % P
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")


def _point(x: int, *, odd: bool) -> Affine:
    """The point over x whose y is odd or even."""
    square = (x**3 + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if x >= P or y * y % P != square:
        raise NotRecoverable("no point of the curve lies over its r")
    return x, y if y % 2 == odd else P - y


def _sum_of_multiples(fixed: int, free: int, point: Affine) -> Jacobian:
    """fixed · G + free · point, doubling once for both (Straus)."""
    digits = (_windows(fixed, FIXED_WIDTH), _windows(free, WIDTH))
    tables: tuple[Sequence[Affine], ...] = (_multiples_of_g(), _odd_multiples(point, WIDTH))
    total = INFINITY
    for place in reversed(range(max(map(len, digits)))):
        total = _doubled(total)
        for windows, table in zip(digits, tables, strict=True):
            digit = windows[place] if place < len(windows) else 0
            if digit > 0:
                total = _added(total, table[digit // 2])
            elif digit < 0:
                x, y = table[-digit // 2]
                total = _added(total, (x, P - y))
    return total


def _windows(number: int, width: int) -> list[int]:
    """The width-w non-adjacent form: odd digits with zeros between them, the lowest first."""
    digits = []
    while number:
        digit = 0
        if number & 1:
            digit = number & (1 << width) - 1
            if digit >> width - 1:
                digit -= 1 << width
            number -= digit
        digits.append(digit)
        number >>= 1
    return digits


@cache
def _multiples_of_g() -> tuple[Affine, ...]:
    return _odd_multiples(G, FIXED_WIDTH)


def _odd_multiples(point: Affine, width: int) -> tuple[Affine, ...]:
    """1, 3, 5 … times a point, as many as a window needs."""
    twice = _affine([_doubled((*point, 1))])[0]
    found: list[Jacobian] = [(*point, 1)]
    while len(found) < 1 << width - 2:
        found.append(_added(found[-1], twice))
    return tuple(_affine(found))


def _affine(points: Sequence[Jacobian]) -> list[Affine]:
    """With one inversion for all of them; none is at infinity, for the order is prime."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % P)
    inverse = pow(products[-1], -1, P)
    found: list[Affine] = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        own = inverse * before % P
        inverse = inverse * z % P
        square = own * own % P
        found.append((x * square % P, y * square * own % P))
    return found[::-1]


def _doubled(point: Jacobian) -> Jacobian:
    """dbl-2009-l of the Explicit-Formulas Database, for a = 0."""
    x, y, z = point
    a, b = x * x % P, y * y % P
    c = b * b % P
    d = 2 * ((x + b) ** 2 - a - c)
    e = 3 * a
    x_new = (e * e - 2 * d) % P
    return x_new, (e * (d - x_new) - 8 * c) % P, 2 * y * z % P


def _added(point: Jacobian, other: Affine) -> Jacobian:
    """A sum with a point whose z is 1."""
    x, y, z = point
    if z == 0:
        return (*other, 1)
    square = z * z % P
    across = (other[0] * square - x) % P
    up = (other[1] * square * z - y) % P
    if across == 0:
        return INFINITY if up else _doubled(point)
    h2 = across * across % P
    h3 = across * h2 % P
    v = x * h2 % P
    x_new = (up * up - h3 - 2 * v) % P
    return x_new, (up * (v - x_new) - y * h3) % P, z * across % P
