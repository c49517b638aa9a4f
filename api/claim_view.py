"""Claims as readers see them, with the proof that anyone can check."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.format import Amount, Id, Time, threshold, word, words_of
from lodetrace.contracts.enums import PERIOD_BALANCE, Measure
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
    balance: str | None = Field(
        examples=[PERIOD_BALANCE],
        description="over which time metal was balanced by mass, where a period of a continuous "
        "site is behind the subject",
    )
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
        balance=PERIOD_BALANCE if row["by_period"] else None,
        revision=row["revision"],
        time=iso_time(row["time"]),
        block=row["block"],
        tx=row["tx"],
        public_signals=row["public_signals"],
        proof=row["proof"],
    )
