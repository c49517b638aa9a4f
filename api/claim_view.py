"""Claims as readers see them, with the proof that anyone can check."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import Connection, RowMapping, select

from api.format import Amount, Id, Time, threshold, word, words_of
from api.indexer.tables import claims
from lodetrace.contracts.enums import Measure
from lodetrace.text import iso_time
from zk_circuits.schema import Credit


class ClaimResource(BaseModel):
    """A threshold statement that the chain verified. It names no amount but the threshold."""

    claim: Id
    subject: Id = Field(description="a lot or the total of a product")
    account: str = Field(description="who made it")
    measure: str = Field(examples=["credit share"], json_schema_extra=words_of(Measure))
    credits: list[Annotated[str, Field(json_schema_extra=words_of(Credit))]] = Field(
        examples=[["responsible"]]
    )
    relation: str = Field(
        examples=["at least"], json_schema_extra={"enum": ["at least", "at most"]}
    )
    threshold: Amount
    revision: int
    time: Time
    block: int
    tx: Id
    public_signals: list[str] = Field(description="ctx, tag, subject, statement")
    proof: list[str] = Field(description="eight words, zk_circuits/SPEC.md section 10")


def claim_view(row: RowMapping) -> ClaimResource:
    """The JSON form of a row."""
    masked = [credit for credit in Credit if row["credit_mask"] >> (credit - 1) & 1]
    return ClaimResource(
        claim=row["claim"],
        subject=row["subject"],
        account=row["account"],
        measure=word(Measure, row["measure"]),
        credits=[word(Credit, credit) for credit in masked],
        relation="at least" if Measure(row["measure"]).at_least else "at most",
        threshold=threshold(row["measure"], row["threshold"]),
        revision=row["revision"],
        time=iso_time(row["time"]),
        block=row["block"],
        tx=row["tx"],
        public_signals=row["public_signals"],
        proof=row["proof"],
    )


def claims_on(connection: Connection, subjects: Iterable[str]) -> list[ClaimResource]:
    """All claims on some subjects, in the order of the chain."""
    wanted = select(claims).where(claims.c.subject.in_(sorted(subjects)))
    ordered = wanted.order_by(claims.c.block, claims.c.claim)
    return [claim_view(row) for row in connection.execute(ordered).mappings()]
