"""Poseidon from its paper (IACR ePrint 2019/458), for the commitments of proposals.

Written apart from zk_circuits/poseidon.py, one bit and one step at a time, so that an error in the
constants or in the rounds there cannot agree with itself here. SPEC, head of the page: x^5, as many
columns as inputs and one more, 8 full rounds; circomlib's partial rounds are 56, 60 and 60 for the
3, 4 and 11 inputs of this protocol.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache

ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""Of the scalar field of BN254; a prime of 254 bits."""

FULL = 8
PARTIAL_BY_INPUTS = {3: 56, 4: 60, 11: 60}

Vector = list[int]


def poseidon(inputs: Sequence[int]) -> int:
    """The hash of 3, 4 or 11 field elements."""
    constants, matrix = parameters(len(inputs))
    state = [0, *inputs]
    last = len(constants) - FULL // 2
    for number, added in enumerate(constants):
        state = [(value + constant) % ORDER for value, constant in zip(state, added, strict=True)]
        if FULL // 2 <= number < last:
            state[0] = _fifth_power(state[0])
        else:
            state = [_fifth_power(value) for value in state]
        state = _product(matrix, state)
    return state[0]


@cache
def parameters(inputs: int) -> tuple[list[Vector], list[Vector]]:
    """What is added in each round, and the matrix that mixes."""
    columns, partial = inputs + 1, PARTIAL_BY_INPUTS[inputs]
    stream = kept_bits(columns, partial)
    constants = [[next_below_order(stream) for _ in range(columns)] for _ in range(FULL + partial)]
    xs = [next_number(stream) % ORDER for _ in range(columns)]
    ys = [next_number(stream) % ORDER for _ in range(columns)]
    assert len({*xs, *ys}) == 2 * columns, "the paper draws again"
    # by Fermat, a number to the power of p - 2 is its inverse
    matrix = [[pow(x + y, ORDER - 2, ORDER) for y in ys] for x in xs]
    return constants, matrix


def next_below_order(stream: Iterator[int]) -> int:
    while (number := next_number(stream)) >= ORDER:
        pass
    return number


def next_number(stream: Iterator[int]) -> int:
    """254 bits, the first is the highest."""
    return sum(next(stream) << place for place in reversed(range(254)))


def kept_bits(columns: int, partial: int) -> Iterator[int]:
    """Of each pair of bits the second, where the first is 1."""
    bits = grain_bits(columns, partial)
    for _ in range(160):
        next(bits)
    while True:
        keep, bit = next(bits), next(bits)
        if keep:
            yield bit


def grain_bits(columns: int, partial: int) -> Iterator[int]:
    """The register of 80 bits, and each new bit as it enters."""
    described = [(1, 2), (0, 4), (254, 12), (columns, 12), (FULL, 10), (partial, 10)]
    start = [value >> place & 1 for value, size in described for place in reversed(range(size))]
    register = deque([*start, *[1] * 30], maxlen=80)
    while True:
        bit = 0
        for tap in (0, 13, 23, 38, 51, 62):
            bit ^= register[tap]
        register.append(bit)
        yield bit


def _fifth_power(value: int) -> int:
    square = value * value % ORDER
    return square * square * value % ORDER


def _product(matrix: Sequence[Vector], state: Vector) -> Vector:
    """One column after the other, reduced at the end."""
    mixed = [0] * len(state)
    for column, value in enumerate(state):
        for row, entries in enumerate(matrix):
            mixed[row] += entries[column] * value
    return [value % ORDER for value in mixed]
