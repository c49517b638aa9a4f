"""batch_verify with the cores of the machine: the same answer, sooner where there are several.

The other cores run programs of their own, which are given a share of the proofs and say whether
all of them hold: neither threads nor a fork, which a caller's threads might not survive.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from zk_circuits.batch_points import KeyedProof
from zk_circuits.batch_verify import MOST_AT_ONCE, batch_verify
from zk_circuits.errors import ZkError

WORTH: Final = MOST_AT_ONCE
"""Proofs from which on another program repays its start: about a second."""

MOST_CORES: Final = 8
PROGRAM: Final = "import sys; sys.path[:] = {path!r}; from {module} import answer; answer()"


def batch_verify_on_cores(proofs: Sequence[KeyedProof], cores: int | None = None) -> None:
    """As batch_verify. cores: those that this process may use, at most MOST_CORES.

    A share that does not hold, or of which no answer comes, is judged here: what is refused, and
    why, is what batch_verify says of all the proofs.
    """
    shares = _shares(proofs, min(_cores() if cores is None else cores, MOST_CORES))
    if len(shares) < 2:
        batch_verify(proofs)
        return
    programs = [_start(share) for share in shares[1:]]
    held = _holds(shares[0])
    # every program is waited for, also where an answer is already known
    answers = [_answer(program) for program in programs]
    if not held or not all(answers):
        batch_verify(proofs)


def answer() -> None:
    """Of a program that was started for a share: ends with 0 where all of it holds."""
    sys.exit(0 if _holds(pickle.load(sys.stdin.buffer)) else 1)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shares(proofs: Sequence[KeyedProof], cores: int) -> list[Sequence[KeyedProof]]:
    """One for each core, as long as each is worth it."""
    count = max(1, min(cores, len(proofs) // WORTH))
    ends = [len(proofs) * at // count for at in range(count + 1)]
    return [proofs[start:end] for start, end in pairwise(ends)]


def _holds(proofs: Sequence[KeyedProof]) -> bool:
    try:
        batch_verify(proofs)
    except ZkError:
        return False
    return True


def _start(proofs: Sequence[KeyedProof]) -> "subprocess.Popen[bytes] | None":
    """A program that has its share; None where none can be started."""
    program = PROGRAM.format(path=sys.path, module=__name__)
    try:
        started = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return None
    try:
        assert started.stdin is not None
        with started.stdin as pipe:
            pickle.dump(list(proofs), pipe)
    except OSError:
        pass  # it ended early: what it ends with says so
    return started


def _answer(program: "subprocess.Popen[bytes] | None") -> bool:
    return program is not None and program.wait() == 0
