"""keccak256 in plain Python: what computes beside the compiled one where that is not installed.

Bertoni, Daemen, Peeters, Van Assche: "The Keccak reference" (version 3.0, 2011): Keccak-f[1600]
with a rate of 1088 bits and the padding of the submission: 1, zeros, 1, without SHA-3's two bits of
domain. Both tables come out of their definitions; tests hold the result against the compiled one.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

RATE: Final = 136
"""Bytes that a block takes in."""
ROUNDS: Final = 24
DIGEST: Final = 32

_LANE: Final = (1 << 64) - 1


def sponge(data: bytes | bytearray) -> bytes:
    """The 32 bytes of keccak256."""
    room = RATE - len(data) % RATE
    padding = b"\x81" if room == 1 else b"\x01" + bytes(room - 2) + b"\x80"
    state = [0] * 25
    for block in _blocks(bytes(data) + padding):
        for place in range(RATE // 8):
            state[place] ^= int.from_bytes(block[8 * place : 8 * place + 8], "little")
        state = permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[: DIGEST // 8])


def _blocks(padded: bytes) -> Iterator[bytes]:
    return (padded[at : at + RATE] for at in range(0, len(padded), RATE))


def permute(state: list[int]) -> list[int]:
    """Keccak-f[1600] of 25 lanes; lane x + 5y is at column x and row y."""
    moves, mask = _moves(), _LANE
    for constant in _constants():
        # theta: each lane takes up the parity of two columns
        c0, c1, c2, c3, c4 = (
            state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
            for x in range(5)
        )
        mixed = (
            c4 ^ (c1 << 1 & mask | c1 >> 63),
            c0 ^ (c2 << 1 & mask | c2 >> 63),
            c1 ^ (c3 << 1 & mask | c3 >> 63),
            c2 ^ (c4 << 1 & mask | c4 >> 63),
            c3 ^ (c0 << 1 & mask | c0 >> 63),
        )
        # rho and pi: each lane turns, and goes to another place
        turned = []
        for source, column, left, right in moves:
            lane = state[source] ^ mixed[column]
            turned.append(lane << left & mask | lane >> right)
        # chi: each lane is bent by its two neighbours in the row
        state = []
        for row in (0, 5, 10, 15, 20):
            a, b, c, d, e = turned[row : row + 5]
            state += (a ^ ~b & c, b ^ ~c & d, c ^ ~d & e, d ^ ~e & a, e ^ ~a & b)
        state[0] ^= constant  # iota
    return state


@cache
def _moves() -> tuple[tuple[int, int, int, int], ...]:
    """For each place after rho and pi: the lane that comes there, its column, and its turn to the
    left, with what is left of 64 bits."""
    turns = {0: 0}
    x, y = 1, 0
    for step in range(24):
        turns[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    found = {}
    for source, turn in turns.items():
        x, y = source % 5, source // 5
        found[y + 5 * ((2 * x + 3 * y) % 5)] = (source, x, turn, 64 - turn)
    return tuple(found[place] for place in range(25))


@cache
def _constants() -> tuple[int, ...]:
    """Of the rounds: bits 2^j - 1 of each come from an LFSR over x^8 + x^6 + x^5 + x^4 + 1."""
    register = 1
    made = []
    for _ in range(ROUNDS):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << (1 << power) - 1
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        made.append(constant)
    return tuple(made)
