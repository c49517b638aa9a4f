"""Writes zk_circuits/vectors/proofs.json: `python -m zk_circuits.make_proofs`.

One accepted proof of each circuit under the committed keys, for the tests of verifiers in
any language. Proofs are random, so a proof that still holds under its key is kept. Words
are in the order of SPEC section 9; numbers are decimal strings.
"""

import json
import sys
from typing import Any, Final

from zk_circuits.allocation import plan_run
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.balance import Balance, Measurement
from zk_circuits.commitment import Opening
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.errors import ProofMalformed, ProofRejected
from zk_circuits.make_vectors import COBALT, FOLDER, Vector, number, text
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening, price_tag
from zk_circuits.proof import Proof
from zk_circuits.prove import prove
from zk_circuits.rule import ALL_GATES, RuleModel, RunRule
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
from zk_circuits.tags import TagType
from zk_circuits.totals import weighted_sum
from zk_circuits.verify import verify

PATH: Final = FOLDER / "proofs.json"
CTX: Final = number("proof ctx")
KG: Final = 10**6
"""mg."""


def statements() -> list[Statement]:
    """A small story: a birth, a blend with loss, a split, a total, a claim on it, a price."""
    birth = Measurement(6_000 * KG, 45_000 * KG, attested=(6_000 * KG, 0, 0, 0, 0))
    born = _lot("born", Balance(6_000 * KG, 45_000 * KG, 0, credits=birth.attested))
    other = _lot("other", Balance(4_000 * KG, 20_000 * KG, 4_000 * KG))
    blend = _run("blend", (born, other), (9_000 * KG, 800 * KG), BLEND, PROCESS)
    split = _run("split", blend.outputs[:1], (6_000 * KG, 2_000 * KG, 999 * KG, 1 * KG), REBOOK)
    total = _total((split.outputs[3], split.outputs[2], blend.outputs[1]), (10, 3, 1))
    share = ClaimStatement(CTX, total.total, ClaimMeasure.CREDIT, 590_000, (Credit.RESPONSIBLE,))
    gates = ALL_GATES
    origin = OriginStatement(CTX, gates, _event("birth", birth), born)
    return [origin, blend, split, total, share, _settled()]


PROCESS: Final = Measurement(9_850 * KG, 3_000 * KG, metal_in=10_020 * KG)
REBOOK: Final = RunRule.of_model(RuleModel.MASS_BALANCE)
BLEND: Final = RunRule.of_model(
    RuleModel.CONTROLLED_BLENDING, tolerance_ppm=3_000, loss_band_ppm=(5_000, 25_000)
)


def _settled() -> PriceStatement:
    """At the upper end of the day's range."""
    tag = price_tag(COBALT.element)
    assessed = RangeOpening(tag, PriceRange(7_850_000, 8_350_000), number("salt of the range"))
    paid = PriceOpening(tag, 8_350_000, number("salt of the price"))
    return PriceStatement(CTX, assessed, paid, inside=True)


def _run(
    name: str,
    inputs: tuple[Opening, ...],
    wanted: tuple[int, ...],
    rule: RunRule,
    measured: Measurement | None = None,
) -> RunStatement:
    plan = plan_run([opening.lot for opening in inputs], wanted, rule, measured)
    outputs = tuple(_lot(f"{name} {at}", balance) for at, balance in enumerate(plan.outputs))
    event = None if measured is None else _event(name, measured)
    return RunStatement(CTX, rule, inputs, outputs, event)


def _total(parts: tuple[Opening, ...], weights: tuple[int, ...]) -> TotalStatement:
    balance = weighted_sum([part.lot for part in parts], weights)
    total = Opening(COBALT.of(TagType.TOTAL), balance, number("salt of the total"))
    return TotalStatement(CTX, parts, weights, total)


def _lot(name: str, balance: Balance) -> Opening:
    return Opening(COBALT, balance, number(f"salt of {name}"))


def _event(name: str, measured: Measurement) -> Opening:
    return Opening(COBALT.of(TagType.EVENT), measured, number(f"salt of event {name}"))


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
