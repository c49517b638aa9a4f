"""The explorer's own look at a claim's proof (api/explorer/src/proof) says what Python says."""

import gzip
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from api.format import UNITS, word
from lodetrace.contracts.enums import Measure
from tests.support.required import absent
from tests.unit.setup_steps import ROOT, run
from tests.unit.zk.twist_points import point_outside_the_subgroup
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import ZkError
from zk_circuits.field import Q, R
from zk_circuits.proof import Proof
from zk_circuits.schema import Credit
from zk_circuits.verify import verify
from zk_circuits.verifying_key import VerifyingKey

SOURCES = ROOT / "api" / "explorer" / "src" / "proof"
VECTORS = ROOT / "zk_circuits" / "vectors"
KEYS = ROOT / "zk_circuits" / "keys" / "development"

MOST = 20_000
"""Bytes of the worker as a gateway sends it."""

PROGRAM = f"""
import {{ readFileSync }} from "node:fs";
import {{ judge, said }} from "{(SOURCES / "judge.js").as_uri()}";
const answer = (ask) => {{
  try {{
    return ask.statement === undefined ? judge(ask) : said(BigInt(ask.statement));
  }} catch (error) {{
    return {{ malformed: error.message, of: error.of }};
  }}
}};
console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(answer)));
"""

Case = dict[str, Any]

OFF_SUBGROUP = "a point of the twist, outside the subgroup of order r"


def judged(asked: list[Case]) -> list[Case]:
    """What the module says of each."""
    done = run("node", "--input-type=module", "-e", PROGRAM, input=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    found: list[Case] = json.loads(done.stdout)
    return found


@cache
def key(circuit: str) -> str:
    return (KEYS / f"{circuit}.vkey.json").read_text("utf-8")


def proven() -> Case:
    """The vector's claim, as the explorer gives it."""
    found = json.loads((VECTORS / "proofs.json").read_text("utf-8"))
    (claim,) = [one for one in found if one["circuit"] == "claim"]
    return {"proof": claim["words"], "signals": claim["public"], "key": json.loads(key("claim"))}


def by_python(case: Mapping[str, Any]) -> bool | None:
    """Whether the proof holds; None where it is malformed."""
    try:
        read = VerifyingKey.from_json(case["key"])
        words, signals = (tuple(map(int, case[name])) for name in ("proof", "signals"))
        verify(read, Proof(words, signals))
    except ZkError as error:
        return False if type(error).__name__ == "ProofRejected" else None
    return True


def changed() -> Iterator[tuple[str, Case]]:
    """The proof, its signals and its key, each changed somewhere."""
    true = proven()

    def with_(name: str, at: int, value: int | str) -> Case:
        case = deepcopy(true)
        case[name][at] = str(value)
        return case

    yield "as it is", true
    for at, signal in enumerate(true["signals"]):
        yield f"signal {at}", with_("signals", at, (int(signal) + 1) % R)
        yield f"signal {at} and r", with_("signals", at, int(signal) + R)
    for at, number in enumerate(true["proof"]):
        yield f"word {at}", with_("proof", at, (int(number) + 1) % Q)
        yield f"word {at} and q", with_("proof", at, int(number) + Q)
    negated = with_("proof", 1, Q - int(true["proof"][1]))
    yield "minus A", negated
    twisted = deepcopy(negated)
    for at in (4, 5):
        twisted["proof"][at] = str(Q - int(true["proof"][at]))
    yield "minus A and minus B, the same proof", twisted
    nowhere = deepcopy(true)
    nowhere["proof"][:2] = ["0", "0"]
    yield "A at infinity", nowhere
    outside = deepcopy(true)
    outside["proof"][2:6] = [str(number) for number in point_outside_the_subgroup()]
    yield OFF_SUBGROUP, outside
    swapped = deepcopy(true)
    swapped["key"]["vk_beta_2"], swapped["key"]["vk_delta_2"] = (
        swapped["key"]["vk_delta_2"], swapped["key"]["vk_beta_2"],
    )  # fmt: skip
    yield "beta and delta swapped", swapped
    undone = deepcopy(true)
    undone["key"]["vk_delta_2"] = undone["key"]["vk_gamma_2"]
    yield "a key without a contribution", undone
    for circuit in ("run4", "total"):
        yield f"the key of {circuit}", {**true, "key": json.loads(key(circuit))}
    yield "fewer words", {**true, "proof": true["proof"][:7]}
    yield "fewer signals", {**true, "signals": true["signals"][:3]}
    short = deepcopy(true)
    short["key"]["IC"].pop()
    yield "a key for fewer signals", short


def test_a_proof_is_judged_as_python_judges_it() -> None:
    labels, cases = zip(*changed(), strict=True)
    verdicts = set()
    for label, case, found in zip(labels, cases, judged(list(cases)), strict=True):
        expected = by_python(case)
        assert found.get("holds") is expected, (label, found)
        verdicts.add(expected)
        if label == OFF_SUBGROUP:
            assert found["malformed"] == "proof: a point is off the curve or outside the subgroup"
    assert verdicts == {True, False, None}


def test_the_key_and_the_signals_are_shown() -> None:
    (found,) = judged([proven()])
    read = VerifyingKey.from_json(json.loads(key("claim")))
    assert found["key"] == "0x" + verifying_key_hash(read).hex()
    assert [int(one, 16) for one in found["signals"].values()] == list(
        map(int, proven()["signals"])
    )
    assert list(found["signals"]) == ["ctx", "tag", "subject", "statement"]


def test_a_statement_is_read_out_of_the_signal() -> None:
    """In the gateway's words, so that the explorer says it as it says every claim."""
    claims = json.loads((VECTORS / "claims.json").read_text("utf-8"))
    asked = [{"statement": claim["word"]} for claim in claims]
    for claim, found in zip(claims, judged(asked), strict=True):
        measure = Measure(claim["measure"])
        assert found == {
            "measure": word(Measure, measure),
            "credits": [
                word(Credit, one) for one in Credit if claim["creditMask"] >> (one - 1) & 1
            ],
            "relation": "at least" if measure.at_least else "at most",
            "threshold": {"value": claim["threshold"], "unit": UNITS[measure]},
        }


@pytest.mark.parametrize("statement", [0, 1 << 69 | 1 << 70, 1 << 64 | 1 << 69, 1 << 72 | 1 << 64])
def test_a_signal_that_chooses_no_single_measure_says_nothing(statement: int) -> None:
    (found,) = judged([{"statement": str(statement)}])
    assert found["of"] == "statement"


def test_the_worker_is_small() -> None:
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    if not esbuild.is_file():
        absent("esbuild is not installed: make setup")
    made = run(
        esbuild, SOURCES / "worker.js", "--bundle", "--minify", "--format=esm", "--target=es2022"
    )
    assert made.returncode == 0, made.stderr
    assert len(gzip.compress(made.stdout.encode(), 9)) <= MOST
