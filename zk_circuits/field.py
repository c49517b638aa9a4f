"""The two prime fields of BN254 and the checks of integers against them."""

from typing import Final

from zk_circuits.errors import FieldElementOutOfRange, NotAnInteger, WordOutOfRange

R: Final = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""Order of the groups: commitments, public signals and salts live below it."""

Q: Final = 21888242871839275222246405745257275088696311157297823662689037894645226208583
"""Modulus of the coordinates of curve points."""


def integer(name: str, value: object) -> int:
    """`value`, when it is an int and no bool; raises NotAnInteger."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name=name, kind=type(value).__name__)
    return int(value)


def field_element(name: str, value: object, modulus: int = R) -> int:
    """`value`, when it lies in 0 … modulus - 1; raises FieldElementOutOfRange."""
    number = integer(name, value)
    if not 0 <= number < modulus:
        raise FieldElementOutOfRange(name=name, value=number, modulus=modulus)
    return number


def fits(name: str, value: object, bits: int) -> int:
    """`value`, when it is an unsigned integer of that many bits; raises WordOutOfRange."""
    number = integer(name, value)
    if not 0 <= number < 1 << bits:
        raise WordOutOfRange(name=name, value=f"{number:,}", bits=bits)
    return number
