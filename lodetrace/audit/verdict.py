"""The verdict: what was verified, what was only asserted and by whom, and what is not proven."""

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lodetrace.audit.anchor import AnchoredContract
from lodetrace.audit.as_of import AsOf, as_of
from lodetrace.audit.bundle import BundleSubject, Subject
from lodetrace.audit.cosign import co_signers, typed_data
from lodetrace.audit.disclosures import Disclosed, DocumentShown
from lodetrace.audit.evidence import Finality, Passed
from lodetrace.audit.policy import Policy, subject_claims
from lodetrace.audit.replay.claims import ClaimMade
from lodetrace.audit.replay.findings import Finding, FindingCode, periods_behind
from lodetrace.audit.replay.history import Replay, ReplayedHistory
from lodetrace.audit.replay.lots import LotRecord
from lodetrace.audit.wording import say_claim, scheme_word
from lodetrace.contracts.enums import PERIOD_BALANCE, EventKind
from lodetrace.contracts.events import HashRegistered
from lodetrace.text import enum_word, hex_of, iso_time
from zk_circuits.published_keys import published_as


@dataclass(frozen=True, slots=True)
class Asserted:
    """Something that a party said, and that no proof shows. by: its id, or what is known of it."""

    by: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class LotShown:
    """One of the subject's own lots, as it is at the head. holder: account, of organisation."""

    id: bytes
    element: int
    material: int
    count: int
    model: str
    state: str
    holder: str
    organisation: bytes
    hands: int


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A recorded and proven claim. whole: it speaks of the whole subject."""

    id: bytes
    subject: bytes
    element: int
    says: str
    account: str
    whole: bool


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A verifying key that proofs stand under. circuit: of one whose secrets are published."""

    hash: bytes
    circuit: str | None


@dataclass(frozen=True, slots=True)
class FileNamed:
    """A file that the council named by its hash: a release, the transcript of a ceremony."""

    name: str
    version: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class StandsOn:
    """What the reader believed before he read, and what the evidence was held against.

    anchor: digest of it, what its co-signers signed. contracts: by name, as the anchor has them.
    """

    anchor: bytes
    co_signers: tuple[bytes, ...]
    contracts: Mapping[str, AnchoredContract]
    keys: tuple[KeyShown, ...]
    files: tuple[FileNamed, ...]

    @property
    def forgeable(self) -> bool:
        """Whether everybody can make proofs under one of the keys."""
        return any(key.circuit is not None for key in self.keys)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that ten passed steps establish; times in seconds since 1970."""

    subject: Subject
    chain_id: int
    genesis: bytes
    anchor_block: int
    anchor_hash: bytes
    head_block: int
    head_time: int
    finality: Finality
    steps: tuple[Passed, ...]
    counts: Mapping[str, int]
    lots: tuple[LotShown, ...]
    claims: tuple[ClaimShown, ...]
    asserted: tuple[Asserted, ...]
    not_proven: tuple[str, ...]
    findings: tuple[Finding, ...]
    openings: tuple[Disclosed, ...]
    documents: tuple[DocumentShown, ...]
    policy: Policy
    stands_on: StandsOn
    as_of: AsOf

    @property
    def headline(self) -> str:
        """The verdict in one sentence."""
        noun = "lot" if self.subject.kind is BundleSubject.LOT else "product"
        said = f"As of {iso_time(self.as_of.time)} the origin of this {noun} is verified"
        return "; ".join([said, *self.limits]) + "."

    @property
    def limits(self) -> tuple[str, ...]:
        """What a reader has to see first."""
        limits = []
        if not self.finality.sealed:
            limits.append("finality is not proven")
        if self.stands_on.forgeable:
            limits.append("everybody can forge its proofs (development keys)")
        limits += self.as_of.limits()
        codes = {finding.code for finding in self.findings}
        limits += [text for code, text in SINCE.items() if code in codes]
        return tuple(limits)


SINCE: Final = {
    FindingCode.EVENT_WITHDRAWN: "a document that it rests on was withdrawn since",
    FindingCode.CREDIT_REVOKED: "a credit in its past was revoked since",
    FindingCode.CAHRA_FOUND_LATER: "a birthplace was found a high-risk area since",
    FindingCode.LOT_HELD: "a lot of its past is held",
    FindingCode.LOT_DISPUTED: "a lot of its past is disputed",
}
"""Findings that a reader has to see first."""

NOT_PROVEN: Final = (
    "That a scale was honest, an assay right, or that ore existed: attested numbers add up.",
    "That inspectors looked, that a certificate was deserved, that groups are independent.",
    "That a lot's metal is physically in the product: mass balance does not even claim it.",
    "A carbon footprint of the product: carbon claims speak of the tracked metal's chain.",
    "Finer amounts than the claims: thresholds lie on a registered grid.",
    "Who is who: names behind ids are exchanged off chain.",
    "That a price that was checked was paid, or that the day was the agreed one.",
    "Whether a holder counted every lot of a loss, or all that a group holds or used in a year.",
    "Anything, under development keys: whoever made them can forge proofs.",
)
"""Of every bundle."""


def verdict_of(
    story: ReplayedHistory,
    steps: tuple[Passed, ...],
    findings: tuple[Finding, ...],
    openings: tuple[Disclosed, ...],
    documents: tuple[DocumentShown, ...],
    policy: Policy,
    now: int | None = None,
) -> Verdict:
    """Puts together what the steps have established. now: by the reader's clock."""
    evidence = story.replay.evidence
    return Verdict(
        subject=evidence.subject,
        chain_id=evidence.chain_id,
        genesis=evidence.bundle.genesis,
        anchor_block=evidence.anchor.number,
        anchor_hash=evidence.anchor.hash,
        head_block=evidence.head.number,
        head_time=evidence.head.time,
        finality=evidence.finality,
        steps=steps,
        counts=counts_of(story),
        lots=tuple(_lots(story)),
        claims=tuple(claims_shown(story)),
        asserted=tuple(asserted_by(story.replay)),
        not_proven=NOT_PROVEN,
        findings=findings,
        openings=openings,
        documents=documents,
        policy=policy,
        stands_on=_stands_on(story),
        as_of=as_of(story, policy.witnesses, now),
    )


def _stands_on(story: ReplayedHistory) -> StandsOn:
    evidence = story.replay.evidence
    named = (shown.event for shown in evidence.events if isinstance(shown.event, HashRegistered))
    return StandsOn(
        anchor=typed_data(evidence.anchor).digest(),
        co_signers=co_signers(evidence.anchor),
        contracts=dict(sorted(evidence.anchor.contracts.items())),
        keys=tuple(KeyShown(at, published_as(key)) for at, key in sorted(evidence.keys.items())),
        files=tuple(
            FileNamed(
                event.name.rstrip(b"\0").decode("ascii", "backslashreplace"),
                event.version,
                event.hash,
            )
            for event in named
        ),
    )


def counts_of(story: ReplayedHistory) -> dict[str, int]:
    """How much of the story there is."""
    replay = story.replay
    return {
        "events": len(replay.evidence.events),
        "lots": len(replay.book.lots),
        "births": len(replay.births.births),
        "runs": len(replay.runs.runs),
        "site events": len(replay.attestations.events),
        "hand-overs": replay.custody.transfers,
        "certificates relied on": len(replay.certificates.relied),
        "members": len(replay.members.relied),
        "totals": len(replay.products.totals),
        "claims": len(replay.claims.claims),
        "price checks": len(replay.prices.checks),
        "rows": len(replay.evidence.closure.rows),
    }


def asserted_by(replay: Replay) -> Iterator[Asserted]:
    """What rests on somebody's word: attestations, certificates, determinations, approvals."""
    yield from _attested(replay)
    yield from _certified(replay)
    yield from _determined(replay)
    yield from _decided(replay)


def _attested(replay: Replay) -> Iterator[Asserted]:
    tally: Tally[tuple[bytes, str]] = Tally()
    for history in replay.attestations.events.values():
        if history.standing is not None:
            kind = history.standing.statement.kind
            noun = enum_word(EventKind(kind))
            tally.update((organisation, noun) for organisation in history.standing.attesters)
    for (organisation, noun), count in sorted(tally.items()):
        yield Asserted(hex_of(organisation), f"{noun} events", count)


def _certified(replay: Replay) -> Iterator[Asserted]:
    tally: Tally[tuple[bytes, str]] = Tally()
    for id_ in replay.certificates.relied:
        issued = replay.certificates.certificates[id_].issued
        certifier = replay.members.accounts[issued.certifier].organisation
        tally[certifier, scheme_word(issued.scheme)] += 1
    for (certifier, scheme), count in sorted(tally.items()):
        yield Asserted(hex_of(certifier), f"certificates of {scheme}", count)


def _determined(replay: Replay) -> Iterator[Asserted]:
    """Determinations name no member: whoever had the risk role."""
    count = sum(len(replay.places.facts.get(place, ())) for place in replay.places.relied)
    if count:
        yield Asserted("members with the risk role", "determinations of places", count)


def _decided(replay: Replay) -> Iterator[Asserted]:
    for organisation, count in sorted(Tally(replay.custody.umpires).items()):
        yield Asserted(hex_of(organisation), "approved settlements", count)
    for organisation, count in sorted(Tally(replay.holds.deciders).items()):
        yield Asserted(hex_of(organisation), "decisions on holds", count)
    operators = {replay.sites.sites[site].operator for site in replay.sites.relied}
    for operator in sorted(operators):
        sites = sum(replay.sites.sites[site].operator == operator for site in replay.sites.relied)
        yield Asserted(hex_of(operator), "declared sites: place, capacity, loss band", sites)


def _lots(story: ReplayedHistory) -> Iterator[LotShown]:
    time = story.replay.evidence.head.time
    for lot in sorted(set(story.replay.ancestry.targets)):
        yield _lot(story.replay, story.replay.book.lots[lot], time)


def _lot(replay: Replay, record: LotRecord, time: int) -> LotShown:
    nature = record.nature
    return LotShown(
        id=record.id,
        element=nature.element,
        material=int(nature.material),
        count=nature.count,
        model=enum_word(nature.model),
        state=enum_word(record.state_at(time)),
        holder=record.account,
        organisation=replay.members.accounts[record.account].organisation,
        hands=len(record.owners),
    )


def claims_shown(story: ReplayedHistory) -> Iterator[ClaimShown]:
    """Each with what it says, and over which time metal was balanced."""
    whole = {claim.event.claim_id for claim in subject_claims(story)}
    behind = periods_behind(story)
    for id_, claim in story.replay.claims.claims.items():
        lots = _claimed(story.replay, claim)
        yield _claim(id_, claim, id_ in whole, balanced=not behind.isdisjoint(lots))


def _claimed(replay: Replay, claim: ClaimMade) -> list[bytes]:
    """The lot that a claim speaks of, or those of its metal in the product."""
    if claim.event.subject in replay.book.lots:
        return [claim.event.subject]
    return [
        lot
        for lot in replay.ancestry.targets
        if replay.book.lots[lot].nature.element == claim.element
    ]


def _claim(id_: bytes, claim: ClaimMade, whole: bool, balanced: bool) -> ClaimShown:
    event = claim.event
    said = say_claim(event.measure, event.credit_mask, event.threshold)
    return ClaimShown(
        id=id_,
        subject=event.subject,
        element=claim.element,
        says=f"{said} ({PERIOD_BALANCE})" if balanced else said,
        account=event.account,
        whole=whole,
    )
