"""Checking a recorded claim: on chain, and in Python from what the chain recorded.

Anybody can: nothing here needs keys. Python recomputes every public signal from the claim's own
words and from the subject, so that a proof of something else does not pass.
"""

from dataclasses import dataclass

from lodetrace.contracts.codes import LotState, Measure
from lodetrace.contracts.contracts import Contracts
from lodetrace.contracts.events import ClaimRecorded
from lodetrace.contracts.reads import Reads
from lodetrace.contracts.refusals import ContractRefused
from lodetrace.contracts.structs import ClaimRequest
from lodetrace.errors import LodetraceError, StatementRefused, zk_refusals
from lodetrace.member.prover import Prover
from zk_circuits.ctx import SubjectKind, claim_ctx
from zk_circuits.proof import Proof
from zk_circuits.tags import Tag, TagType
from zk_circuits.verify import verify


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim holds, and why not."""

    holds: bool
    reason: LodetraceError | None = None


def check_on_chain(contracts: Contracts, event: ClaimRecorded) -> Verdict:
    """Asks the contract to verify the proof again; raises NodeError."""
    request = ClaimRequest(
        event.subject, event.measure, event.credit_mask, event.threshold, event.proof
    )
    try:
        Reads(contracts).verify_claim(event.account, request)
    except ContractRefused as refused:
        return Verdict(False, refused)
    return Verdict(True)


def check_in_python(contracts: Contracts, prover: Prover, event: ClaimRecorded) -> Verdict:
    """Recomputes the public signals and verifies with py_ecc; raises NodeError."""
    try:
        expected = expected_signals(contracts, prover, event)
        if tuple(event.public_signals) != expected:
            raise StatementRefused(
                reason="the recorded public signals are not those of the claim",
                advice="Do not rely on it: the claim was not recorded by these contracts.",
            )
        with zk_refusals():
            verify(prover.verifying_key("claim"), Proof(event.proof.words, expected))
    except StatementRefused as refused:
        return Verdict(False, refused)
    return Verdict(True)


def expected_signals(
    contracts: Contracts, prover: Prover, event: ClaimRecorded
) -> tuple[int, int, int, int]:
    """ctx, tag, subject and statement, from the claim's words and the subject on chain."""
    kind, tag, commitment = _subject(Reads(contracts), event.subject)
    with zk_refusals():
        ctx = claim_ctx(
            prover.frame("claim", "Claims", event.account),
            subject=event.subject,
            subject_kind=kind,
            measure=event.measure,
            credit_mask=event.credit_mask,
            threshold=event.threshold,
        )
    return ctx, tag.word, int.from_bytes(commitment, "big"), statement_word(event)


def statement_word(event: ClaimRecorded) -> int:
    """The word `statement` of zk_circuits/SPEC.md, section 8."""
    cahra = int(event.measure is Measure.CAHRA_SHARE) << 69
    carbon = int(event.measure is Measure.CARBON_INTENSITY) << 70
    return event.threshold | event.credit_mask << 64 | cahra | carbon


def _subject(reads: Reads, subject: bytes) -> tuple[SubjectKind, Tag, bytes]:
    lot = reads.lot(subject)
    if lot.state is not LotState.NONE:
        tag = Tag(lot.element, TagType.LOT, lot.schema)
        return SubjectKind.LOT, tag, reads.commitment(subject)
    return SubjectKind.TOTAL, Tag(reads.total(subject).element, TagType.TOTAL), subject
