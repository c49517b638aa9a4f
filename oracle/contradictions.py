"""A site that signs two documents under one number: two signatures prove it.

The proof needs no document, only what was signed (EIP-712): site, number, revision and network, the
same in both, and the hash of a document, which is not. So it can be shown to anybody.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from lodetrace.documents.signed_document import SignedDocument
from lodetrace.strict_json import parse
from lodetrace.text import hex_of
from oracle.checks import CheckContext, RuleFinding

Proof = dict[str, Any]
"""site, sequence, revision, chainId, directory; signed: of each document its hash, signer and signature."""

TABLE: Final = """
CREATE TABLE IF NOT EXISTS contradictions (
    intake INTEGER PRIMARY KEY REFERENCES intake,
    proof TEXT NOT NULL
) STRICT
"""
"""proof: JSON. In the database of the intake, beside both documents."""

NUMBER_REUSED: Final = "number-reused"
NOT_THE_SITE: Final = frozenset(
    {"site-mismatch", "site-unknown", "signer-unknown", "signer-not-operator"}
)
"""Rules broken where somebody else than the site signed: then it contradicts nobody."""


def contradicted(case: CheckContext, findings: Iterable[RuleFinding]) -> bytes | None:
    """The accepted document that a refused one of the same site contradicts."""
    rules = {one.rule for one in findings}
    if NUMBER_REUSED not in rules or not rules.isdisjoint(NOT_THE_SITE):
        return None
    return case.history.other_document(case.signed)


def keep_proof(
    connection: sqlite3.Connection, number: int, content: bytes, contradicts: bytes
) -> None:
    """Writes down what proves it. number, content: of the later document in the intake.

    Where this node has lost the earlier document, the proof has only one signature: whoever
    handed that in has the other.
    """
    found = connection.execute(
        "SELECT content FROM intake WHERE document = ? AND content IS NOT NULL", (contradicts,)
    ).fetchone()
    both = [SignedDocument.of(parse(one)) for one in (*(found or ()), content)]
    connection.execute(
        "INSERT OR REPLACE INTO contradictions VALUES (?, ?)", (number, json.dumps(_proof(both)))
    )


def proofs(connection: sqlite3.Connection) -> list[Proof]:
    """All that a node holds."""
    rows = connection.execute(
        "SELECT proof FROM contradictions JOIN intake ON intake.id = contradictions.intake"
        " WHERE state = 'contradicted' ORDER BY intake"
    ).fetchall()
    return [json.loads(proof) for (proof,) in rows]


def _proof(both: list[SignedDocument]) -> Proof:
    number = both[-1]
    return {
        "site": hex_of(number.site),
        "sequence": number.sequence,
        "revision": number.revision,
        "chainId": number.domain.chain_id,
        "directory": number.domain.verifying_contract,
        "signed": [
            {"document": hex_of(one.hash), "signer": one.signer, "signature": str(one.signature)}
            for one in both
        ],
    }
