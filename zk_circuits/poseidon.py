"""Poseidon over the scalar field of BN254 in plain Python: the reference beside the wheel.

Grassi, Khovratovich, Rechberger, Roy, Schofnegger: "Poseidon: A New Hash Function for
Zero-Knowledge Proof Systems" (USENIX Security 2021; IACR ePrint 2019/458), as circomlib 2.0.5
uses it: S-box x^5, 128 bits of security, width = inputs + 1, 8 full rounds, and the partial rounds
below. The state begins with 0 and then the inputs; its first element is the hash.

No constant is copied: all come out of the Grain LFSR by the procedure of the paper's appendix on
it. Tests hold the result against circom's witnesses, the wheel and published vectors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import mul
from typing import Final

from zk_circuits.errors import ArityRefused
from zk_circuits.field import R

FULL_ROUNDS: Final = 8
PARTIAL_ROUNDS: Final = {
    2: 56, 3: 57, 4: 56, 5: 60, 6: 60, 7: 63, 8: 64, 9: 63, 10: 60, 11: 66, 12: 60, 13: 65,
}  # fmt: skip
"""By width. What the paper's script asks for, with its margin, rounded up to a multiple of the
width: so circomlib has it."""

MOST_INPUTS: Final = max(PARTIAL_ROUNDS) - 1
FIELD_BITS: Final = R.bit_length()


@dataclass(frozen=True, slots=True)
class Parameters:
    """Of one width. round_constants: by round; mds: the rows of the mixing matrix."""

    round_constants: tuple[tuple[int, ...], ...]
    mds: tuple[tuple[int, ...], ...]


def reference_hash(inputs: Sequence[int]) -> int:
    """The hash of 1 to 12 elements, each in 0 … r - 1; raises ArityRefused."""
    if not 1 <= len(inputs) <= MOST_INPUTS:
        raise ArityRefused(count=len(inputs), name="inputs of Poseidon", limit=MOST_INPUTS)
    return permute([0, *inputs])[0]


def permute(state: Sequence[int]) -> list[int]:
    """Poseidon's permutation of 2 to 13 elements."""
    made = parameters(len(state))
    before = FULL_ROUNDS // 2
    partial = range(before, before + PARTIAL_ROUNDS[len(state)])
    mixed = list(state)
    for number, constants in enumerate(made.round_constants):
        added = [element + constant for element, constant in zip(mixed, constants, strict=True)]
        boxes = 1 if number in partial else len(added)
        boxed = [pow(element, 5, R) for element in added[:boxes]] + added[boxes:]
        mixed = [sum(map(mul, row, boxed)) % R for row in made.mds]
    return mixed


@cache
def parameters(width: int) -> Parameters:
    """Round constants and mixing matrix, drawn from one stream in this order."""
    rounds = FULL_ROUNDS + PARTIAL_ROUNDS[width]
    bits = _grain(width)
    below = (number for number in _numbers(bits) if number < R)
    constants = tuple(tuple(islice(below, width)) for _ in range(rounds))
    return Parameters(constants, _cauchy(width, bits))


def _cauchy(width: int, bits: Iterator[int]) -> tuple[tuple[int, ...], ...]:
    """1 / (x_i + y_j) for numbers that all differ, reduced rather than drawn again.

    The paper rejects matrices that let subspaces through; of these widths the first draw passes,
    else the hash would not be circomlib's.
    """
    drawn = [number % R for number in islice(_numbers(bits), 2 * width)]
    across, down = drawn[:width], drawn[width:]
    return tuple(tuple(pow(x + y, -1, R) for y in down) for x in across)


def _numbers(bits: Iterator[int]) -> Iterator[int]:
    """Numbers of as many bits as the modulus has, the highest bit first."""
    while True:
        number = 0
        for bit in islice(bits, FIELD_BITS):
            number = number << 1 | bit
        yield number


def _grain(width: int) -> Iterator[int]:
    """The stream for one width: an LFSR of 80 bits in self-shrinking mode.

    The oldest bit of the state is its lowest. Sixteen steps are made at once: the nearest tap is 18
    bits from the new one. Of every two bits the first says whether the second is given out.
    """
    start = (
        f"{1:02b}{0:04b}"  # a prime field, a power as S-box
        f"{FIELD_BITS:012b}{width:012b}{FULL_ROUNDS:010b}{PARTIAL_ROUNDS[width]:010b}"
    ).ljust(80, "1")
    state = int(start[::-1], 2)
    made = 0
    while True:
        taps = state ^ state >> 13 ^ state >> 23 ^ state >> 38 ^ state >> 51 ^ state >> 62
        new = taps & 0xFFFF
        state = state >> 16 | new << 64
        made += 16
        if made > 160:  # the first 160 bits are thrown away
            yield from (new >> at + 1 & 1 for at in range(0, 16, 2) if new >> at & 1)
