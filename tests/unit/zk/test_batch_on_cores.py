"""Shares of a batch on other cores: the same answer as on one, whatever becomes of a program."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from zk_circuits import batch_on_cores as module
from zk_circuits.batch_on_cores import batch_verify_on_cores
from zk_circuits.batch_verify import batch_verify
from zk_circuits.errors import ProofOfBatchRefused

from .simulated import KEY, proof


@pytest.fixture(autouse=True)
def small_shares(monkeypatch):
    """So that a few proofs are worth a program."""
    monkeypatch.setattr(module, "WORTH", 2)


@pytest.fixture
def started(monkeypatch):
    """Every program that is started."""
    found = []
    start = module._start
    monkeypatch.setattr(module, "_start", lambda share: found.append(start(share)) or found[-1])
    return found


def honest(count):
    return [(KEY, proof((at, at * at), a=at + 2, b=at + 3)) for at in range(count)]


def with_a_false_one(proofs, at):
    vkey, held = proofs[at]
    return [*proofs[:at], (vkey, replace(held, public=(1, 2))), *proofs[at + 1 :]]


def refusal(judge, proofs):
    with pytest.raises(ProofOfBatchRefused) as refused:
        judge(proofs)
    return {name: str(value) for name, value in refused.value.values.items()}


def test_shares_hold_on_three_cores(started):
    batch_verify_on_cores(honest(7), cores=3)
    assert [program.returncode for program in started] == [0, 0]


def test_one_core_and_few_proofs_start_nothing(started):
    batch_verify_on_cores(honest(7), cores=1)
    batch_verify_on_cores(honest(3), cores=8)
    batch_verify_on_cores([], cores=8)
    assert started == []


def test_cores_are_those_of_the_process(started):
    batch_verify_on_cores(honest(4))
    assert (len(started) == 1) == (len(os.sched_getaffinity(0)) > 1)


@pytest.mark.parametrize("at", [0, 2, 5])
def test_a_false_proof_in_any_share_is_named_as_on_one_core(at, started):
    proofs = with_a_false_one(honest(6), at)
    false = refusal(lambda given: batch_verify_on_cores(given, cores=3), proofs)
    assert false == refusal(batch_verify, proofs)
    assert len(started) == 2


def test_a_program_that_dies_or_cannot_start_leaves_its_share_to_us(monkeypatch):
    monkeypatch.setattr(
        module, "PROGRAM", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    batch_verify_on_cores(honest(4), cores=2)
    assert refusal(lambda given: batch_verify_on_cores(given, cores=2), forged(4))
    monkeypatch.setattr(sys, "executable", "/nothing/here")
    batch_verify_on_cores(honest(4), cores=2)
    assert refusal(lambda given: batch_verify_on_cores(given, cores=2), forged(4))


def test_a_program_says_no_of_a_false_share():
    for share, code in ((honest(2), 0), (forged(2), 1)):
        program = module._start(share)
        assert isinstance(program, subprocess.Popen)
        assert program.wait() == code


def forged(count):
    return with_a_false_one(honest(count), count - 1)
