"""Step 10: the policy, what a reader demands of a story that holds (docs/audit-policy.md).

The policy is the reader's own. It is no evidence and nobody sends it along with a bundle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from lodetrace.audit.anchor import Consensus
from lodetrace.audit.as_of import AsOf, as_of
from lodetrace.audit.cosign import co_signers
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.heads import AHEAD
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.claims import ClaimMade, satisfies
from lodetrace.audit.replay.findings import Finding, FindingCode
from lodetrace.audit.replay.history import ReplayedHistory
from lodetrace.audit.wording import say_claim, say_period, scheme_word
from lodetrace.contracts.enums import CustodyModel, Measure, Scheme, element_name
from lodetrace.text import enum_word, hex_of, iso_time, say_ago
from zk_circuits.published_keys import published_as
from zk_circuits.schema import Credit

REFUSED_FINDINGS: Final = frozenset({
    FindingCode.EVENT_WITHDRAWN,
    FindingCode.LOT_HELD,
    FindingCode.LOT_DISPUTED,
})  # fmt: skip
"""What the default policy refuses: documents withdrawn after their use, and open questions.

Later word about credits and places is told in the headline; claims that it undermines count for
no policy.
"""


class PolicyRefused(BundleRefused):
    """A story that holds and is not what the reader demands.

    unmet: every demand that is not met, this one first.
    """

    step: ClassVar[int] = 10
    template = "step {step}, {item}: {reason}"
    advice = "The evidence is sound. What it proves is less than this policy demands."

    def __init__(self, *, item: str, **values: object) -> None:
        self.unmet: tuple[str, ...] = ()
        super().__init__(item=item, **values)


class FinalityMissing(PolicyRefused):
    """Blocks that nothing seals."""


class DevelopmentKeyUsed(PolicyRefused):
    """Proofs under a key whose secrets are published, of a chain that is not for development."""

    template = "step {step}, {item}: {circuit} is proven under a key that everybody forges under"


class HeadTooOld(PolicyRefused):
    """Evidence from before the time that the policy asks for."""

    template = "step {step}, {item}: it is of {actual}, not before {required} is demanded"


class AttestationsBelowPolicy(PolicyRefused):
    """A site event that fewer organisations attested than the policy asks for."""

    template = "step {step}, {item}: {actual} organisations attested it, {required} are demanded"


class SchemeNotRecognised(PolicyRefused):
    """A responsible credit that rests on schemes that the policy does not recognise."""

    template = "step {step}, {item}: its credit rests on {actual}, recognised are {required}"


class ModelTooWeak(PolicyRefused):
    """A weaker chain-of-custody model than the policy accepts."""

    template = "step {step}, {item}: its model is {actual}, {required} or stronger is demanded"


class ClaimMissing(PolicyRefused):
    """No recorded claim says what the policy demands."""

    template = "step {step}, {item}: no recorded claim says {required}"


class ClaimUndermined(PolicyRefused):
    """A claim that was true as known then, and is not by what was recorded since."""

    template = "step {step}, {item}: {required} was recorded, but {reason}"


class CosignersTooFew(PolicyRefused):
    """Fewer known members signed the trust anchor than the policy asks for."""

    template = "step {step}, {item}: {actual} known members signed it, {required} are demanded"


class WitnessesTooFew(PolicyRefused):
    """Fewer groups vouch for the head than the policy asks for; the holder's own counts nothing."""

    template = "step {step}, {item}: {actual} groups of witnesses vouch for it, {required} needed"
    advice = (
        "Ask for a bundle that ends on a head which more witnesses signed, and see that your trust"
        " anchor names them."
    )


class OutsidersTooFew(PolicyRefused):
    """Too few of those who vouch for the head seal no blocks themselves."""

    template = (
        "step {step}, {item}: {actual} groups that are known to seal no block vouch for it, "
        "{required} needed"
    )


class EvidenceTooOld(PolicyRefused):
    """More time went by since than the policy allows."""

    template = "step {step}, {item}: it is of {actual}, {age} before {now}; at most {required}"
    advice = "Ask for a bundle of today."


class EvidenceFromLater(PolicyRefused):
    """Dated ahead of the reader's clock, so that its age says nothing."""

    template = "step {step}, {item}: it is of {actual}, the clock says {now}"
    advice = "Set the clock of this machine, or name the time with --now; else ask the witnesses."


class AgeUnknown(PolicyRefused):
    """An age that is asked for where nobody says what time it is."""

    template = "step {step}, {item}: nobody says what time it is, at most {required} is demanded"
    advice = "Name the time with --now."


class AnchorExpired(PolicyRefused):
    """An anchor older than the policy trusts the keys of validators."""

    template = (
        "step {step}, {item}: its block is of {actual}, {age} before {now}; {required} trusted"
    )
    advice = (
        "Ask for a bundle that ends on a head which the anchor's witnesses signed; else take a"
        " newer anchor from whom you trust."
    )


class FindingRefused(PolicyRefused):
    """A finding that the policy does not accept."""

    template = "step {step}, {item}: {code}: {reason}"


@dataclass(frozen=True, slots=True)
class ClaimDemanded:
    """A claim that must be recorded about the subject. element: None for each of its metals.

    threshold: ppm, or mg CO2e per kg of metal. credits: bit k - 1 is credit k.
    """

    measure: Measure
    threshold: int
    credits: int = 0
    element: int | None = None

    def __str__(self) -> str:
        """ "at least 90 % responsible"."""
        return say_claim(self.measure, self.credits, self.threshold)

    def is_undermined_by(self, finding: Finding) -> bool:
        """Whether the amounts that such a claim was proven of are overtaken by later word."""
        if finding.code is FindingCode.CREDIT_REVOKED and finding.credit is not None:
            return bool(self.credits >> (finding.credit - 1) & 1)
        later_cahra = finding.code is FindingCode.CAHRA_FOUND_LATER
        return later_cahra and self.measure is Measure.CAHRA_SHARE


@dataclass(frozen=True, slots=True)
class Policy:
    """What a reader demands. Every field has the value of the default policy.

    development: published keys are accepted, as on a network that is marked development; where no
    validators are named, the anchor marks it so. finality: False leaves it to the anchor: one of a
    chain with validators demands seals anyway.
    head_not_before: seconds since 1970. attestations: ownership groups for each site event used.
    schemes: recognised for the responsible credit; None for those that the consortium recognises.
    cosigners: addresses that count, and how many of them must have signed the anchor.
    witnesses, outside_validators: groups that must vouch for the head; of them, such as seal none.
    max_age, trusting_period: seconds, of the evidence and of the anchor. None: not demanded, and
    told in the headline.
    """

    development: bool = False
    full_header_chain: bool = False
    finality: bool = False
    head_not_before: int | None = None
    attestations: int = 2
    schemes: frozenset[Scheme] | None = None
    weakest_model: CustodyModel = CustodyModel.MASS_BALANCE
    claims: tuple[ClaimDemanded, ...] = ()
    cosigners: frozenset[bytes] = frozenset()
    cosigners_needed: int = 0
    witnesses: int | None = None
    outside_validators: int | None = None
    max_age: int | None = None
    trusting_period: int | None = None
    refuse: frozenset[FindingCode] = REFUSED_FINDINGS

    def require(
        self, story: ReplayedHistory, findings: tuple[Finding, ...], now: int | None = None
    ) -> None:
        """Step 10; raises a PolicyRefused that names all demands that are not met.

        now: seconds since 1970, by the reader's clock.
        """
        unmet = list(self._unmet(story, findings, as_of(story, self.witnesses, now)))
        if unmet:
            unmet[0].unmet = tuple(str(refusal) for refusal in unmet)
            raise unmet[0]

    @property
    def demands(self) -> dict[str, str]:
        """What is demanded, for people; of the default policy as of any other."""
        schemes = "those of the consortium"
        if self.schemes is not None:
            schemes = ", ".join(sorted(scheme.name for scheme in self.schemes)) or "none"
        return {
            "published keys": "accepted" if self.development else "only where nothing seals blocks",
            "every block header": _yes(self.full_header_chain),
            "finality": "always" if self.finality else "where the anchor names validators",
            "head not before": "any time"
            if self.head_not_before is None
            else iso_time(self.head_not_before),
            "attestations of each event": f"at least {self.attestations}",
            "schemes for responsible metal": schemes,
            "weakest custody model": enum_word(self.weakest_model),
            "claims": "; ".join(map(str, self.claims)) or "none demanded",
            "co-signers of the anchor": f"at least {self.cosigners_needed} "
            f"of {len(self.cosigners)}",
            "witnesses of the head": _at_least(self.witnesses, "groups"),
            "witnesses that seal nothing": _at_least(self.outside_validators, "groups"),
            "age": _at_most(self.max_age),
            "age of the anchor": _at_most(self.trusting_period),
            "findings that refuse": ", ".join(sorted(self.refuse)) or "none",
        }

    def _unmet(
        self, story: ReplayedHistory, findings: tuple[Finding, ...], standing: AsOf
    ) -> Iterator[PolicyRefused]:
        yield from self._of_chain(story)
        yield from self._of_witnesses(standing, f"block {story.replay.evidence.head.number}")
        yield from self._of_age(standing)
        yield from self._of_events(story)
        yield from self._of_subject(story, findings)
        for finding in findings:
            if finding.code in self.refuse:
                yield FindingRefused(
                    item=finding.about, code=finding.code.value, reason=finding.text
                )

    def _of_chain(self, story: ReplayedHistory) -> Iterator[PolicyRefused]:
        evidence = story.replay.evidence
        head = f"block {evidence.head.number}"
        if evidence.anchor.consensus is not Consensus.NONE and not self.development:
            for key_hash, key in sorted(evidence.keys.items()):
                if circuit := published_as(key):
                    yield DevelopmentKeyUsed(item=f"key {hex_of(key_hash)}", circuit=circuit)
        if self.finality and not evidence.finality.sealed:
            yield FinalityMissing(item=head, reason="nothing seals the blocks of this chain")
        if self.head_not_before is not None and evidence.head.time < self.head_not_before:
            yield HeadTooOld(
                item=head,
                actual=iso_time(evidence.head.time),
                required=iso_time(self.head_not_before),
            )
        signed = self.cosigners.intersection(co_signers(evidence.anchor))
        if len(signed) < self.cosigners_needed:
            yield CosignersTooFew(
                item="the trust anchor", actual=len(signed), required=self.cosigners_needed
            )

    def _of_witnesses(self, standing: AsOf, head: str) -> Iterator[PolicyRefused]:
        have, outside = len(standing.vouched.groups), standing.vouched.outside
        if self.witnesses is not None and have < self.witnesses:
            yield WitnessesTooFew(item=head, actual=have, required=self.witnesses)
        if self.outside_validators is not None and outside < self.outside_validators:
            yield OutsidersTooFew(item=head, actual=outside, required=self.outside_validators)

    def _of_age(self, standing: AsOf) -> Iterator[PolicyRefused]:
        told, anchor = "the evidence", "the trust anchor"
        if standing.now is None:
            for item, most in ((told, self.max_age), (anchor, self.trusting_period)):
                if most is not None:
                    yield AgeUnknown(item=item, required=say_period(most))
            return
        now = iso_time(standing.now)
        if self.max_age is not None:
            age, of = standing.now - standing.time, iso_time(standing.time)
            if age < -AHEAD:
                yield EvidenceFromLater(item=told, actual=of, now=now)
            if age > self.max_age:
                yield EvidenceTooOld(
                    item=told,
                    actual=of,
                    age=say_ago(age),
                    now=now,
                    required=say_period(self.max_age),
                )
        period, made = self.trusting_period, standing.anchor_time
        if period is not None and made is not None and standing.rests_on_old_keys(period):
            yield AnchorExpired(
                item=anchor,
                actual=iso_time(made),
                age=say_ago(standing.now - made),
                now=now,
                required=say_period(period),
            )

    def _of_events(self, story: ReplayedHistory) -> Iterator[PolicyRefused]:
        for event_id, history in story.replay.attestations.events.items():
            standing = history.standing
            if standing is not None and standing.voices < self.attestations:
                yield AttestationsBelowPolicy(
                    item=labels.site_event(event_id),
                    actual=standing.voices,
                    required=self.attestations,
                )
        if self.schemes is None:
            return
        mask = sum(1 << scheme for scheme in self.schemes)
        for birth in story.replay.births.births:
            pieces = birth.passage.coverage.get(Credit.RESPONSIBLE)
            if pieces is None:
                continue
            recognised = mask & birth.passage.schemes[Credit.RESPONSIBLE]
            covered = story.replay.gates.covering(birth.standing, recognised, birth.passage.known)
            if covered is None:
                yield SchemeNotRecognised(
                    item=labels.lot(birth.event.lot),
                    actual=", ".join(
                        sorted({scheme_word(piece.issued.scheme) for piece in pieces})
                    ),
                    required=", ".join(sorted(scheme.name for scheme in self.schemes)) or "none",
                )

    def _of_subject(
        self, story: ReplayedHistory, findings: tuple[Finding, ...]
    ) -> Iterator[PolicyRefused]:
        for lot in sorted(set(story.replay.ancestry.targets)):
            model = story.replay.book.lots[lot].nature.model
            if model > self.weakest_model:
                yield ModelTooWeak(
                    item=labels.lot(lot),
                    actual=enum_word(model),
                    required=enum_word(self.weakest_model),
                )
        claims = subject_claims(story)
        for demanded in self.claims:
            for element in _elements(story, demanded):
                if not any(_says(claim, demanded, element) for claim in claims):
                    name = element_name(element)
                    yield ClaimMissing(item="the subject", required=f"{demanded} of its {name}")
            for finding in findings:
                if demanded.is_undermined_by(finding):
                    reason = f"{finding.code.value} of {finding.about}"
                    yield ClaimUndermined(item="the subject", required=demanded, reason=reason)


DEFAULT: Final = Policy()
"""A sound story, two organisations for each event, no withdrawn document, no open question."""


def subject_claims(story: ReplayedHistory) -> tuple[ClaimMade, ...]:
    """Claims that speak of the whole subject: of the lot, or of complete totals of the product."""
    about = story.replay.ancestry.totals | {story.replay.ancestry.subject.id}
    claims = story.replay.claims.claims.values()
    return tuple(claim for claim in claims if claim.event.subject in about)


def _elements(story: ReplayedHistory, demanded: ClaimDemanded) -> list[int]:
    """The metals of the subject that a claim is demanded of."""
    if demanded.element is not None:
        return [demanded.element]
    lots = story.replay.ancestry.targets
    return sorted({story.replay.book.lots[lot].nature.element for lot in lots})


def _says(claim: ClaimMade, demanded: ClaimDemanded, element: int) -> bool:
    fits = satisfies(claim, demanded.measure, demanded.credits, demanded.threshold)
    return fits and claim.element == element


def _at_least(number: int | None, nouns: str) -> str:
    return "told in the headline" if number is None else f"at least {number} {nouns}"


def _at_most(seconds: int | None) -> str:
    return "told in the headline" if seconds is None else f"at most {say_period(seconds)}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
