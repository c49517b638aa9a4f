"""Which credits an event let in or through: Gates.sol and the public rule of a run, recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.audit.made_lots import MadeLot
from lodetrace.audit.replay.attestations import StandingRecord
from lodetrace.audit.replay.bitemporal import Known
from lodetrace.audit.replay.certificates import CertificateQuestion, CertificateRecord, Certificates
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.places import Places
from lodetrace.audit.replay.run_materials import comes_in_units
from lodetrace.audit.replay.sites import Sites
from lodetrace.audit.statements.runs import recycled_credit
from lodetrace.contracts.enums import CustodyModel, EventKind, Material, RunKind
from lodetrace.text import hex_of, iso_time
from zk_circuits.quantity_text import PPM
from zk_circuits.rule import RuleModel, RunRule
from zk_circuits.schema import CREDITS, Credit

FILING_LIMIT: Final = 30 * 24 * 3600
"""Seconds from the end of an event until its operator files it, or until it stands."""

CREDIT_TERM: Final = 365 * 24 * 3600
"""Seconds by which metal may be older than the end of the period that passes its credits."""

CAHRA_BIT: Final = 1 << CREDITS

Coverage = Mapping[Credit, tuple[CertificateRecord, ...]]
"""By credit: the certificates that covered the event."""


class ModelNotCertified(HistoryRefused):
    """A model stronger than mass balance, without a chain-of-custody certificate of the site."""

    template = (
        "step {step}, {item}: model {actual} from {start} to {end}, "
        "for which no certificate of site {site} was in force"
    )


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


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """What is public of a run. post_consumer: what went in was in use.

    oldest: when the oldest of it was made. made: its outputs.
    """

    kind: RunKind
    model: CustodyModel
    post_consumer: bool
    oldest: int
    made: tuple[MadeLot, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Units of each output."""
        return tuple(one.count for one in self.made)

    @property
    def in_units(self) -> int:
        """Outputs that come in units, a bit each."""
        return sum(comes_in_units(one.material) << at for at, one in enumerate(self.made))

    @property
    def leaves_stock(self) -> bool:
        """Whether something lies in the plant at its end."""
        return any(one.material == Material.IN_PROCESS for one in self.made)

    @property
    def scrap(self) -> int:
        """Outputs that are scrap, a bit each."""
        return sum((one.material == Material.SCRAP) << at for at, one in enumerate(self.made))


class Gates:
    """Answers from what is shown up to the moment of the replay."""

    def __init__(self, sites: Sites, certificates: Certificates, places: Places) -> None:
        self._sites: Final = sites
        self._certificates: Final = certificates
        self._places: Final = places

    def at_birth(self, standing: StandingRecord, item: str, at: ProvenEvent) -> Passage:
        """Bits 0 to 3: the credits; bit 4: the place counts as a CAHRA.

        Metal from outside the consortium has no credits, and counts as from one.
        """
        if standing.statement.kind == EventKind.OUTSIDE:
            return self._passage(standing, CAHRA_BIT, {}, at)
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

    def at_processing(self, standing: StandingRecord, oldest: int, at: ProvenEvent) -> Passage:
        """Credits that the site lets through: without a gate, or certified.

        None through a period where the oldest metal is of more than a year before its end.
        """
        if standing.continuous_since and oldest + CREDIT_TERM < standing.statement.to:
            return self._passage(standing, 0, {}, at)
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

    def require_kept_apart(
        self, standing: StandingRecord, model: CustodyModel, item: str, at: ProvenEvent
    ) -> None:
        """That certificates prove the model during the whole event; raises ModelNotCertified."""
        schemes = self._certificates.model_rule(model)
        if self.covering(standing, schemes, known_at(at)) is None:
            said = standing.statement
            raise ModelNotCertified(
                item=item,
                actual=model.name,
                start=iso_time(said.from_),
                end=iso_time(said.to),
                site=hex_of(said.site),
            )

    def run_rule(
        self, run: RunQuestion, standing: StandingRecord | None, item: str, at: ProvenEvent
    ) -> tuple[RunRule, tuple[Passage, ...]]:
        """The rule that a run had to be proven under, and the gates it came from."""
        if standing is None or run.kind is RunKind.END_OF_LIFE:
            return RunRule.rebook(RuleModel(run.model), run.counts, run.in_units), ()
        if run.kind is RunKind.SETTLE:
            (count,), model = run.counts, RuleModel(run.model)
            return RunRule.settlement(model, count, bool(run.in_units)), ()
        through = self.at_processing(standing, run.oldest, at)
        if run.kind is RunKind.LOSS:
            return self._loss(run, standing, through, item), (through,)
        passages, grants = [through], 0
        if run.kind is RunKind.RECOVER:
            granted = self.at_birth(standing, item, at)
            credit = recycled_credit(run.post_consumer)
            grants = granted.gates & _bit(credit)
            kept = {key: by for key, by in granted.coverage.items() if key is credit}
            passages.append(replace(granted, gates=grants, coverage=kept))
        site = self._sites.site(standing.statement.site, item)
        free = run.kind in (RunKind.PROCESS, RunKind.RECOVER)
        rule = RunRule(
            run.counts,
            proportional=RuleModel(run.model).proportional or run.leaves_stock or not free,
            whole=RuleModel(run.model).whole,
            gates=through.gates,
            grants=grants,
            scrap=run.scrap,
            in_units=run.in_units,
            tolerance_ppm=site.tolerance,
            loss_from_ppm=site.loss_from,
            loss_to_ppm=site.loss_to,
            scrap_to_ppm=site.scrap_to,
        )
        return rule, tuple(passages)

    def _loss(
        self, run: RunQuestion, standing: StandingRecord, through: Passage, item: str
    ) -> RunRule:
        """Whatever is left is in band: inspectors attested it."""
        return RunRule(
            run.counts,
            whole=RuleModel(run.model).whole,
            gates=through.gates,
            in_units=run.in_units,
            tolerance_ppm=self._sites.site(standing.statement.site, item).tolerance,
            loss_to_ppm=PPM,
            scrap_to_ppm=PPM,
        )

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
    return Known(at.time, at.order)


def is_late(standing: StandingRecord) -> bool:
    """Whether the event was filed, and stood, too late to let credits in."""
    return is_filed_late(standing) and not standing.excused


def is_filed_late(standing: StandingRecord) -> bool:
    """By the operator's own filing where there is one: nobody else's delay counts."""
    first = min(standing.since, standing.filed_at or standing.since)
    return first > standing.statement.to + FILING_LIMIT


def _bit(credit: Credit) -> int:
    return 1 << (credit - 1)
