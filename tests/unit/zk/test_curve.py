import subprocess
import sys

import pytest

HOSTILE = """
import json, sys
before = sys.getrecursionlimit()
import zk_circuits.verify
assert sys.getrecursionlimit() == before
try:
    json.loads("[" * 100_000)
except RecursionError:
    print("refused")
"""


def test_py_ecc_leaves_the_recursion_limit_alone():
    """With py_ecc's own limit this program dies of a full C stack."""
    ran = subprocess.run([sys.executable, "-c", HOSTILE], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "refused\n")


@pytest.mark.parametrize("module", ["prove", "verify", "fast_verify", "commitment", "ctx"])
def test_nothing_heavy_comes_with_an_import(module):
    program = f"import sys, zk_circuits.{module}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0
    loaded = set(ran.stdout.split())
    assert not loaded & {"groth16py", "web3", "pydantic", "fastapi", "lodetrace", "oracle", "api"}
