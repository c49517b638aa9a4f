"""Writes zk_circuits/vectors/proofs.json: `python -m zk_circuits.make_proofs`.

One accepted proof of each circuit under the committed keys, for the tests of verifiers in
any language. Proofs are random, so a proof that still holds under its key is kept. Words
are in the order of SPEC section 10; numbers are decimal strings.
"""

import json
import sys
from typing import Any, Final

from zk_circuits.allocation import equal_metal, plan_run
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import ProofMalformed, ProofRejected
from zk_circuits.make_vectors import COBALT, FOLDER
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.proof import Proof
from zk_circuits.prove import prove
from zk_circuits.rule import BirthRule, RuleModel, RunRule
from zk_circuits.schema import Credit
from zk_circuits.statements import (
    ClaimMeasure,
    ClaimStatement,
    OriginStatement,
    PriceStatement,
    RunStatement,
    Statement,
    TotalStatement,
)
from zk_circuits.tags import PriceTag, TagType
from zk_circuits.totals import weighted_sum
from zk_circuits.vector_text import Vector, number, text
from zk_circuits.verify import verify

PATH: Final = FOLDER / "proofs.json"
CTX: Final = number("proof ctx")
KG: Final = 10**6
"""mg."""


BIRTH: Final = BirthMeasurement(
    6_000 * KG, 45_000 * KG, attested=(6_000 * KG, 0, 0, 0), direct=9_000 * KG
)
OTHER: Final = Balance(4_000 * KG, 20_000 * KG, 4_000 * KG, direct=5_000 * KG)
PROCESS: Final = RunMeasurement(
    9_000 * KG,
    (6_012 * KG, 3_990 * KG),
    carbon=3_000 * KG,
    scrap=800 * KG,
    units=96,
    direct=1_000 * KG,
)
BLEND: Final = RunRule(
    (60, 36, 1),
    scrap=0b100,
    in_units=0b011,
    tolerance_ppm=3_000,
    loss_from_ppm=5_000,
    loss_to_ppm=25_000,
    scrap_to_ppm=100_000,
)
SPLIT: Final = RunRule.rebook(RuleModel.MASS_BALANCE, (23, 37), 0b11)


def statements() -> list[Statement]:
    """A small story: a birth, packs and scrap, a rebook, a total, a claim on it, a price."""
    born = _lot("born", Balance(BIRTH.metal, BIRTH.carbon, 0, 1, BIRTH.attested, BIRTH.direct))
    origin = OriginStatement(CTX, BirthRule(1, 1, False), _birth(), born)
    series = equal_metal(PROCESS.product, BLEND.counts[:2])
    blend = _run("blend", (born, _lot("other", OTHER)), (*series, PROCESS.scrap), BLEND, PROCESS)
    before = blend.outputs[0]
    split = _run("split", (before,), equal_metal(before.lot.metal, SPLIT.counts), SPLIT)
    total = _total((*split.outputs, blend.outputs[1]), (10, 3, 1))
    share = ClaimStatement(CTX, total.total, ClaimMeasure.CREDIT, 590_000, (Credit.RESPONSIBLE,))
    return [origin, blend, split, total, share, _settled()]


def _settled() -> PriceStatement:
    """At the upper end of the day's range."""
    tag = PriceTag(COBALT.element)
    assessed = RangeOpening(tag, PriceRange(7_850_000, 8_350_000), number("salt of the range"))
    paid = PriceOpening(tag, 8_350_000, number("salt of the price"))
    return PriceStatement(CTX, assessed, paid, inside=True)


def _run(
    name: str,
    inputs: tuple[Opening, ...],
    wanted: tuple[int, ...],
    rule: RunRule,
    measured: RunMeasurement | None = None,
) -> RunStatement:
    plan = plan_run([opening.lot for opening in inputs], wanted, rule, measured)
    outputs = tuple(_lot(f"{name} {at}", balance) for at, balance in enumerate(plan))
    event = None if measured is None else _event(name, measured)
    return RunStatement(CTX, rule, inputs, outputs, event)


def _total(parts: tuple[Opening, ...], weights: tuple[int, ...]) -> TotalStatement:
    balance = weighted_sum([part.lot for part in parts], weights)
    total = Opening(COBALT.of(TagType.TOTAL), balance, number("salt of the total"))
    return TotalStatement(CTX, parts, weights, total)


def _lot(name: str, balance: Balance) -> Opening:
    return Opening(COBALT, balance, number(f"salt of {name}"))


def _birth() -> Opening:
    return Opening(COBALT.of(TagType.BIRTH), BIRTH, number("salt of event birth"))


def _event(name: str, measured: RunMeasurement) -> Opening:
    return Opening(COBALT.of(TagType.RUN_EVENT), measured, number(f"salt of event {name}"))


def proof_of(vector: Vector) -> Proof:
    """The proof of an entry of proofs.json; raises ProofMalformed."""
    words = tuple(int(word) for word in vector["words"])
    return Proof(words, tuple(int(signal) for signal in vector["public"]))


def entry(statement: Statement, known: Vector | None, artifacts: ZkArtifacts) -> Vector:
    """The entry of a statement: the known proof where it still holds, else a new one."""
    key = artifacts.verifying_key(statement.circuit)
    proof = _still_holds(statement, known, artifacts) or prove(statement, artifacts=artifacts)
    return {
        "circuit": statement.circuit,
        "verifyingKeyHash": "0x" + verifying_key_hash(key).hex(),
        "words": [str(word) for word in proof.words],
        "public": [str(signal) for signal in proof.public],
    }


def _still_holds(
    statement: Statement, known: Vector | None, artifacts: ZkArtifacts
) -> Proof | None:
    if known is None:
        return None
    try:
        proof = proof_of(known)
        verify(artifacts.verifying_key(statement.circuit), proof)
    except (ProofMalformed, ProofRejected):
        return None
    return proof if proof.public == statement.public_signals() else None


def main() -> int:
    """Writes the file when a proof in it changed."""
    before = PATH.read_text("utf-8") if PATH.is_file() else "[]"
    known: dict[str, Any] = {vector["circuit"]: vector for vector in json.loads(before)}
    artifacts = ZkArtifacts.of_checkout()
    entries = [
        entry(statement, known.get(statement.circuit), artifacts) for statement in statements()
    ]
    if text(entries) != before:
        PATH.write_text(text(entries), "utf-8")
        print(f"written: {PATH.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
