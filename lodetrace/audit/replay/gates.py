"""Which credits an event let in or through: Gates.sol and the public rule of a run, recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.replay.attestations import StandingRecord
from lodetrace.audit.replay.bitemporal import Known
from lodetrace.audit.replay.certificates import CertificateQuestion, CertificateRecord, Certificates
from lodetrace.audit.replay.places import Places
from lodetrace.audit.replay.sites import Sites
from lodetrace.audit.statements.runs import recycled_credit
from lodetrace.contracts.enums import CustodyModel, RunKind
from zk_circuits.quantity_text import PPM
from zk_circuits.rule import ALL_GATES, RunRule
from zk_circuits.schema import CREDITS, Credit

FILING_LIMIT: Final = 30 * 24 * 3600
"""Seconds from the end of an event until it stands."""

CAHRA_BIT: Final = 1 << CREDITS

Coverage = Mapping[Credit, tuple[CertificateRecord, ...]]
"""By credit: the certificates that covered the event."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Gates as of an event, and what opened them.

    known: how certificates were known then. schemes: recognised for each credit then, a bit each.
    """

    site: bytes
    gates: int
    coverage: Coverage
    known: Known
    schemes: Mapping[Credit, int]


class Gates:
    """Answers from what is shown up to the moment of the replay."""

    def __init__(self, sites: Sites, certificates: Certificates, places: Places) -> None:
        self._sites: Final = sites
        self._certificates: Final = certificates
        self._places: Final = places

    def at_birth(self, standing: StandingRecord, item: str, at: ProvenEvent) -> Passage:
        """Bits 0 to 4: the credits; bit 5: the place counts as a CAHRA."""
        coverage = {} if is_late(standing) else self._coverage(standing, known_at(at))
        gates = sum(_bit(credit) for credit in coverage)
        if self.is_cahra(standing, known_at(at), item):
            gates |= CAHRA_BIT
        return self._passage(standing, gates, coverage, at)

    def is_cahra(self, standing: StandingRecord, known: Known, item: str) -> bool:
        """Whether its place is one, by what others than its operator's group found."""
        said = standing.statement
        site = self._sites.site(said.site, item)
        others = replace(known, without=self._sites.operators_group(said.site, item))
        return self._places.is_cahra(site.place, said.from_, said.to, others)

    def at_processing(self, standing: StandingRecord, at: ProvenEvent) -> Passage:
        """Credits that the site lets through: without a gate, or certified."""
        coverage = self._coverage(standing, known_at(at))
        gates = 0
        gated = {}
        for credit in Credit:
            if not self._certificates.rule(credit).pass_gated:
                gates |= _bit(credit)
            elif credit in coverage:
                gates |= _bit(credit)
                gated[credit] = coverage[credit]
        return self._passage(standing, gates, gated, at)

    def run_rule(
        self,
        kind: RunKind,
        model: CustodyModel,
        standing: StandingRecord | None,
        material: int,
        item: str,
        at: ProvenEvent,
    ) -> tuple[RunRule, tuple[Passage, ...]]:
        """The rule that a run had to be proven under, and the gates it came from.

        material: of the inputs.
        """
        if standing is None:
            return RunRule.of_model(model).on_paper(), ()
        if kind is RunKind.SETTLE:
            return RunRule.of_model(model, ALL_GATES, 0, PPM, (0, PPM)).on_paper(), ()
        through = self.at_processing(standing, at)
        passages = [through]
        grants = 0
        if kind is RunKind.RECOVER:
            granted = self.at_birth(standing, item, at)
            credit = recycled_credit(material)
            grants = granted.gates & _bit(credit)
            kept = {key: by for key, by in granted.coverage.items() if key is credit}
            passages.append(replace(granted, gates=grants, coverage=kept))
        site = self._sites.site(standing.statement.site, item)
        band = (site.loss_from, site.loss_to)
        rule = RunRule.of_model(model, through.gates, grants, site.tolerance, band)
        return rule, tuple(passages)

    def covering(
        self, standing: StandingRecord, schemes: int, known: Known
    ) -> tuple[CertificateRecord, ...] | None:
        """Certificates of given schemes that cover an event, as known then."""
        statement = standing.statement
        question = CertificateQuestion(schemes, statement.element, known)
        return self._certificates.covering(statement.site, statement.from_, statement.to, question)

    def _passage(
        self, standing: StandingRecord, gates: int, coverage: Coverage, at: ProvenEvent
    ) -> Passage:
        schemes = {credit: self._certificates.rule(credit).schemes for credit in Credit}
        return Passage(standing.statement.site, gates, coverage, known_at(at), schemes)

    def _coverage(self, standing: StandingRecord, known: Known) -> Coverage:
        found = {
            credit: self.covering(standing, self._certificates.rule(credit).schemes, known)
            for credit in Credit
        }
        return {credit: by for credit, by in found.items() if by is not None}


def known_at(at: ProvenEvent) -> Known:
    """What a gate knows that an event of the chain asks: all that was recorded before."""
    return Known(at.time, at.place)


def is_late(standing: StandingRecord) -> bool:
    """Whether the event stood too late to let credits in."""
    late = standing.since > standing.statement.to + FILING_LIMIT
    return late and not standing.excused


def _bit(credit: Credit) -> int:
    return 1 << (credit - 1)
