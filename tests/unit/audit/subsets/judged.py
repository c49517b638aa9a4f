"""What the verifier makes of a bundle, and what of it may be less than the truth."""

from dataclasses import dataclass, replace
from functools import cache

from lodetrace.audit.bundle import Bundle, Subject
from lodetrace.audit.closure import Closure, root_of
from lodetrace.audit.errors import (
    BundleRefused,
    EntryUnused,
    EventRefused,
    NodeUnused,
    OrderBroken,
    RowIncomplete,
    StateRefused,
    WriterNotAllowed,
)
from lodetrace.audit.evidence import Evidence, establish
from lodetrace.audit.logs import KnownContracts, proven
from lodetrace.audit.policy import DEFAULT
from lodetrace.audit.replay.findings import Finding, FindingCode, findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.rows import ShownEntry
from lodetrace.audit.verdict import verdict_of
from lodetrace.contracts.structs import Row
from tests.unit.audit.subsets.alone import Alone
from tests.unit.audit.subsets.truth import About, Truth
from tests.unit.audit.subsets.whole import Whole, whole

COMPLETENESS = (RowIncomplete, StateRefused)
"""What names a row that is not whole, or a word that is not proven."""

OF_EXCHANGES = (*COMPLETENESS, WriterNotAllowed, EventRefused, OrderBroken)

FAILED = (EntryUnused, NodeUnused)
"""A forger who left something over has not done his work: that proves nothing."""

OF_PARTS = frozenset({FindingCode.QUORUM_RAISED, FindingCode.MASS_BALANCE})
"""Findings that count several things in one sentence."""


@dataclass(frozen=True)
class Told:
    """An accepted bundle: what it says of its subject, in one sentence too, and what is claimed."""

    findings: tuple[Finding, ...]
    headline: str
    claims: frozenset[bytes]

    def lacks(self, whole: "WholeTruth") -> set[object]:
        """What is true and not said."""
        said = {(one.code, one.about) for one in self.findings}
        said |= {(one.code, None) for one in self.findings}
        return {*(whole.findings - said), *(whole.claims - self.claims)}


@dataclass(frozen=True)
class WholeTruth:
    """What the whole chain says of a subject."""

    findings: frozenset[About]
    claims: frozenset[bytes]


def judged(bundle: Bundle, of: Whole | Alone) -> Told | BundleRefused:
    """Steps 1 to 6 and 9, from the bytes; of a refusal just that. Proofs refuse only (step 7)."""
    try:
        return told(establish(bundle.encode(), of.anchor))
    except BundleRefused as refusal:
        return refusal


def told(evidence: Evidence) -> Told:
    """Raises a BundleRefused of step 9."""
    story = replay(evidence)
    findings = findings_of(story)
    verdict = verdict_of(story, (), findings, (), (), DEFAULT, evidence.head.time)
    return Told(findings, verdict.headline, frozenset(claim.id for claim in verdict.claims))


@cache
def truth(seed: int, subject: Subject) -> WholeTruth:
    """By the whole chain: what is derived apart, and the replay of everything for the rest.

    Of that replay counts what reaches a lot of the subject's, as derived apart.
    """
    of = whole(seed)
    apart = Truth(subject, of.entries, of.chain.head.time)
    shared = {
        (one.code, None if one.code in OF_PARTS else one.about)
        for one in everything(seed, subject).findings
        if apart.lots & set(one.reaches)
    }
    return WholeTruth(apart.findings | shared, apart.claims)


def everything(seed: int, subject: Subject) -> Told:
    """The replay over every row of the chain, whatever the closure says."""
    of = whole(seed)
    honest = establish(of.honest(subject).encode(), of.anchor)
    contracts = KnownContracts(of.anchor)
    rows = _EveryRow({row: tuple(shown) for row, shown in of.rows.items()})
    events = tuple(proven(shown, contracts) for shown in of.entries)
    return told(replace(honest, closure=Closure(root_of(subject), rows), events=events))


class _EveryRow(dict[Row, tuple[ShownEntry, ...]]):
    """Of which also those are known that are empty."""

    def get(self, row: Row, default: object = None) -> tuple[ShownEntry, ...]:  # type: ignore[override]
        del default
        return super().get(row, ())

    def __contains__(self, row: object) -> bool:
        return True
