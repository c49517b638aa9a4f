"""Checking a recorded claim: on chain, and in Python from the claim's words and its subject."""

from lodetrace.contracts.codes import LotState, Measure
from lodetrace.contracts.contracts import Contracts
from lodetrace.contracts.events import ClaimRecorded
from lodetrace.contracts.reads import Reads
from lodetrace.contracts.structs import ClaimRequest
from lodetrace.errors import zk_refusals
from lodetrace.member.prover import Prover
from lodetrace.member.verdict import (
    RecordedProof,
    Verdict,
    verdict_in_python,
    verdict_of_chain,
)
from zk_circuits.ctx import SubjectKind, claim_ctx
from zk_circuits.tags import Tag, TagType


def check_on_chain(contracts: Contracts, event: ClaimRecorded) -> Verdict:
    """Asks the contract to verify the proof again; raises NodeError."""
    request = ClaimRequest(
        event.subject, event.measure, event.credit_mask, event.threshold, event.proof
    )
    return verdict_of_chain(lambda: Reads(contracts).verify_claim(event.account, request))


def check_in_python(contracts: Contracts, prover: Prover, event: ClaimRecorded) -> Verdict:
    """Recomputes the public signals and verifies with py_ecc; raises NodeError."""
    recorded = RecordedProof("claim", event.proof, event.public_signals)
    return verdict_in_python(recorded, prover, lambda: expected_signals(contracts, prover, event))


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
