"""Commits and proves for the contract tests: a JSON request a line, a JSON answer a line.

    python -m tests.contracts.proofs.worker

Runs in the main environment, because Brownie's has no prover. An opening is a list of type,
element, nine amounts and salt; see tests/contracts/proofs/prover.py for the other side.
"""

import json
import sys
from typing import Any

from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.commitment import Hidden, Opening
from zk_circuits.ctx import (
    ProofContext,
    claim_ctx,
    origin_ctx,
    price_ctx,
    run_ctx,
    total_ctx,
    verifying_key_hash,
)
from zk_circuits.errors import ZkError
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.proof import Proof
from zk_circuits.prove import prove
from zk_circuits.rule import BirthRule, RunRule
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
from zk_circuits.tags import PriceTag, Tag, TagType

ADDRESS_DIGITS = 42
_CTX = {
    "origin": origin_ctx,
    "run": run_ctx,
    "total": total_ctx,
    "claim": claim_ctx,
    "price": price_ctx,
}


def opening(values: list[Any]) -> Opening:
    """Lots and totals open to a balance, events to what was measured."""
    kind, element, slots, salt = values
    tag = Tag(element, TagType(kind))
    return Opening(tag, _hidden(tag.type, tuple(slots)), salt)


def _hidden(kind: TagType, slots: tuple[int, ...]) -> Hidden:
    four = (slots[4], slots[5], slots[6], slots[7])
    if kind is TagType.BIRTH:
        return BirthMeasurement(slots[0], slots[1], slots[3], four, slots[8])
    if kind is TagType.RUN_EVENT:
        return RunMeasurement(slots[0], four, slots[1], slots[2], slots[3], slots[8])
    return Balance(*slots[:4], four, slots[8])


def openings(values: list[list[Any]]) -> tuple[Opening, ...]:
    return tuple(opening(each) for each in values)


def origin(fields: dict[str, Any]) -> Statement:
    event, lot = opening(fields["event"]), opening(fields["lot"])
    return OriginStatement(fields["ctx"], BirthRule.parse(fields["rule"]), event, lot)


def run(fields: dict[str, Any]) -> Statement:
    event = opening(fields["event"]) if fields["event"] else None
    inputs, outputs = openings(fields["inputs"]), openings(fields["outputs"])
    rule = RunRule.parse(fields["rule"], len(outputs))
    return RunStatement(fields["ctx"], rule, inputs, outputs, event)


def total(fields: dict[str, Any]) -> Statement:
    parts, weights = openings(fields["parts"]), tuple(fields["weights"])
    return TotalStatement(fields["ctx"], parts, weights, opening(fields["total"]))


def claim(fields: dict[str, Any]) -> Statement:
    credits = tuple(Credit(credit) for credit in fields["credits"])
    measure = ClaimMeasure(fields["measure"])
    subject = opening(fields["subject"])
    return ClaimStatement(fields["ctx"], subject, measure, fields["threshold"], credits)


def price(fields: dict[str, Any]) -> Statement:
    """A range is element, low, high and salt, a settlement price element, price and salt."""
    assessed, paid = price_range(fields["range"]), settlement(fields["price"])
    return PriceStatement(fields["ctx"], assessed, paid, fields["inside"])


def price_range(values: list[int]) -> RangeOpening:
    element, low, high, salt = values
    return RangeOpening(PriceTag(element), PriceRange(low, high), salt)


def settlement(values: list[int]) -> PriceOpening:
    element, paid, salt = values
    return PriceOpening(PriceTag(element), paid, salt)


_STATEMENTS = {"origin": origin, "run": run, "total": total, "claim": claim, "price": price}
_COMMITMENTS = {"commit": opening, "commit_range": price_range, "commit_price": settlement}


def proven(fields: dict[str, Any]) -> dict[str, Any]:
    """A proof of the statement, or why there is none."""
    try:
        proof: Proof = prove(_STATEMENTS[fields["kind"]](fields))
    except ZkError as refused:
        return {"refused": type(refused).__name__}
    return {"words": proof.words, "public": proof.public}


def ctx(fields: dict[str, Any]) -> dict[str, Any]:
    """The ctx that a contract has to compute."""
    key = ZkArtifacts.of_checkout().verifying_key(fields["circuit"])
    frame = ProofContext(
        fields["chain"], fields["contract"], verifying_key_hash(key), fields["account"]
    )
    body = {name: _unhexed(value) for name, value in fields["body"].items()}
    return {"ctx": _CTX[fields["kind"]](frame, **body)}


def _unhexed(value: Any) -> Any:
    """Words and ciphertexts come as hexadecimal."""
    if isinstance(value, list):
        return [_unhexed(item) for item in value]
    if isinstance(value, str) and len(value) != ADDRESS_DIGITS:
        return bytes.fromhex(value[2:])
    return value


def answer(fields: dict[str, Any]) -> dict[str, Any]:
    if fields["op"] in _COMMITMENTS:
        return {"commitment": _COMMITMENTS[fields["op"]](fields["opening"]).commitment}
    return proven(fields) if fields["op"] == "prove" else ctx(fields)


def main() -> None:
    """Answers until its input ends."""
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
