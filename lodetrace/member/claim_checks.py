"""Checking a recorded claim: on chain, and in Python from the claim's words and its subject."""

from lodetrace.audit.statements.claims import CIRCUIT, claim_signals, recorded_claim_ctx
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import ClaimRecorded
from lodetrace.contracts.structs import ClaimRequest
from lodetrace.errors import zk_refusals
from lodetrace.member.prover import Prover
from lodetrace.member.recheck import EventProof, Recheck, recheck_in_python, recheck_on_chain
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads
from zk_circuits.ctx import ClaimSubject
from zk_circuits.tags import Tag, TagType


def check_on_chain(contracts: Contracts, event: ClaimRecorded) -> Recheck:
    """Asks the contract to verify the proof again; raises NodeError."""
    request = ClaimRequest(
        event.subject, event.measure, event.credit_mask, event.threshold, event.proof
    )
    return recheck_on_chain(lambda: Reads(contracts).verify_claim(event.account, request))


def check_in_python(contracts: Contracts, prover: Prover, event: ClaimRecorded) -> Recheck:
    """Recomputes the public signals and verifies with py_ecc; raises NodeError."""
    recorded = EventProof(CIRCUIT, event.proof, event.public_signals)
    return recheck_in_python(recorded, prover, lambda: expected_signals(contracts, prover, event))


def expected_signals(contracts: Contracts, prover: Prover, event: ClaimRecorded) -> tuple[int, ...]:
    """ctx, tag, subject and statement, from the claim's words and the subject on chain."""
    kind, tag, commitment = _subject(Reads(contracts), event.subject)
    frame = prover.frame(CIRCUIT, "Claims", event.account)
    with zk_refusals():
        ctx = recorded_claim_ctx(event, kind, frame)
    return tuple(claim_signals(ctx, event, tag, commitment).values())


def _subject(reads: Reads, subject: bytes) -> tuple[ClaimSubject, Tag, bytes]:
    lot = reads.lot(subject)
    if lot.state is not LotState.NONE:
        return ClaimSubject.LOT, Tag(lot.element), reads.commitment(subject)
    return ClaimSubject.TOTAL, Tag(reads.total(subject).element, TagType.TOTAL), subject
