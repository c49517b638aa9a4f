"""The verifier: ten numbered steps from the bytes of a bundle to a verdict.

Three inputs, never mixed: evidence (the bundle, from anybody), a trust anchor (from whom the
reader trusts), a policy (what the reader demands). No network; what time it is the caller says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.collector import uncollected
from lodetrace.audit.cosign import co_signers
from lodetrace.audit.disclosures import documents_of, opened
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import Observer, Passed, establish, unobserved
from lodetrace.audit.policy import DEFAULT, Policy
from lodetrace.audit.replay.findings import Finding, findings_of
from lodetrace.audit.replay.history import ReplayedHistory, replay
from lodetrace.audit.statements.judging import Verifier, require_proofs, require_signals
from lodetrace.audit.statements.recorded import recorded_proofs
from lodetrace.audit.verdict import Verdict, counts_of, verdict_of
from zk_circuits.batch_on_cores import batch_verify_on_cores
from zk_circuits.keccak import keccak256

STEPS: Final = (
    "Format and version",
    "Header chain",
    "Seals",
    "Rows",
    "Events",
    "Closure",
    "Proofs",
    "Public signals",
    "Story",
    "Policy",
)
"""Titles of all steps; a step that did not pass is named by them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What nine passed steps establish, whatever the reader demands of it."""

    story: ReplayedHistory
    findings: tuple[Finding, ...]


Hearer: TypeAlias = Callable[[Told], None]
"""Is told the story that holds."""


def unheard(told: Told) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What became of a bundle: a verdict, or the refusal and the steps that passed before it.

    file_hash: keccak256 of the file, which names it in reports. digests: SHA-256 of each file that
    was read, by what it is: "bundle", "anchor", "policy", "names". told: the story, where it holds,
    also where the policy demands more.
    """

    file_hash: bytes
    file_size: int
    steps: tuple[Passed, ...]
    verdict: Verdict | None
    refusal: BundleRefused | None
    digests: Mapping[str, bytes] = field(default_factory=dict)
    told: Told | None = None


@uncollected()
def verify(
    file: bytes,
    anchor: Anchor,
    policy: Policy = DEFAULT,
    *,
    now: int | None = None,
    observe: Observer = unobserved,
    hear: Hearer = unheard,
    verifier: Verifier = batch_verify_on_cores,
) -> Verdict:
    """All ten steps; raises a BundleRefused of the step that does not pass, and nothing else.

    now: seconds since 1970; where nobody says, no age is judged. An anchor with a co-signature that
    nobody made is the reader's own: CoSignatureInvalid.
    """
    co_signers(anchor)
    passed: list[Passed] = []

    def note(step: Passed) -> None:
        passed.append(step)
        observe(step)

    # 1 to 6: format, header chain, seals, rows, events, closure
    evidence = establish(file, anchor, full_header_chain=policy.full_header_chain, observe=note)
    # 7: every proof holds, under a key that the chain had then
    proofs = recorded_proofs(evidence)
    require_proofs(proofs, verifier)
    note(
        Passed(
            7,
            "Proofs",
            "Every zero-knowledge proof holds under the verifying key that the chain had then.",
            {"proofs": len(proofs), "keys": len(evidence.keys)},
        )
    )
    # 8: what the proofs speak of is what the events say
    require_signals(proofs)
    signals = sum(len(recorded.proof.public) for recorded in proofs)
    note(
        Passed(
            8,
            "Public signals",
            "The proofs speak of just the lots, events, rules and amounts that were recorded.",
            {"signals": signals},
        )
    )
    # 9: the story as a whole, and what of it was opened
    story = replay(evidence)
    openings, documents = opened(story), documents_of(story)
    findings = findings_of(story)
    note(_story_passed(story, len(findings), len(openings), len(documents)))
    hear(Told(story, findings))
    # 10: what the reader demands
    policy.require(story, findings, now)
    note(
        Passed(
            10,
            "Policy",
            "The story is what this policy demands.",
            {"demands": len(policy.demands)},
        )
    )
    return verdict_of(story, tuple(passed), findings, openings, documents, policy, now)


def examine(
    file: bytes,
    anchor: Anchor,
    policy: Policy = DEFAULT,
    *,
    now: int | None = None,
    read: Mapping[str, bytes] | None = None,
    observe: Observer = unobserved,
    verifier: Verifier = batch_verify_on_cores,
) -> Examination:
    """As verify, for a report: a refusal comes with the steps that passed before it.

    read: the other files that count, by what they are.
    """
    passed: list[Passed] = []
    told: list[Told] = []

    def note(step: Passed) -> None:
        passed.append(step)
        observe(step)

    verdict, refused = None, None
    try:
        verdict = verify(
            file, anchor, policy, now=now, observe=note, hear=told.append, verifier=verifier
        )
    except BundleRefused as refusal:
        refused = refusal
    heard = told[0] if told else None
    digests = {
        name: sha256(content).digest() for name, content in {"bundle": file, **(read or {})}.items()
    }
    return Examination(keccak256(file), len(file), tuple(passed), verdict, refused, digests, heard)


def _story_passed(story: ReplayedHistory, findings: int, openings: int, documents: int) -> Passed:
    found = counts_of(story)
    counts = {name: found[name] for name in ("lots", "site events", "hand-overs")}
    shown = {"findings": findings, "openings": openings, "documents": documents}
    return Passed(
        9,
        "Story",
        "Every lot comes from site events that a quorum of independent organisations attested, "
        "used once; runs consumed just the lots that their events name; custody is unbroken; "
        "models, gates, rules and bands are those of certificates, places and sites as of each "
        "event.",
        counts | {name: count for name, count in shown.items() if count},
    )
