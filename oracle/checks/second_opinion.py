"""Does a laboratory's own certificate say the same of a batch as the site's document?

A certificate is signed with the laboratory's key and brought by whomever, before the document or
after it. Whoever comes second is told of the contradiction: a flag, since either may be wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lodetrace.contracts.enums import EventKind, SiteKind
from lodetrace.documents.analysis import Analysis
from lodetrace.documents.statement_fields import BATCHING
from lodetrace.plausibility.comparisons import OpinionBounds
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of, iso_time
from lodetrace.units import PPM, format_share
from oracle.batch_ledger import BatchFigures
from oracle.checks.context import CheckContext


def check_second_opinion(case: CheckContext) -> Iterator[RuleFinding]:
    """Each batch of the document beside what others said of it: certificates, or its maker."""
    bounds, statement = case.rules.second_opinion, case.statement
    if bounds is None:
        return
    if statement.is_certificate:
        yield from _laboratory(case)
    for analysis in (*statement.inputs, *statement.outputs):
        if analysis.is_stock:
            continue
        if statement.is_certificate:
            made = case.history.made_batch(analysis.epc_class)
            others = [] if made is None else [made.figures]
        else:
            others = case.history.certified(analysis.epc_class)
        for one in others:
            yield from _Contradiction(case, bounds, analysis, one).found()
            yield from _too_early(case, analysis, one)


def _too_early(
    case: CheckContext, analysis: Analysis, other: BatchFigures
) -> Iterator[RuleFinding]:
    """A certificate of before the batch was begun is of something else."""
    made = case.history.made_batch(analysis.epc_class)
    if case.rules.deliveries is None or other.finish is None:
        return
    if case.statement.is_certificate and made is not None:
        begun, certified = made.start, case.statement.to
    elif case.statement.kind in BATCHING and analysis in case.statement.outputs:
        begun, certified = case.statement.from_, other.finish
    else:
        return
    if certified < begun:
        yield case.finding(
            "certificate-too-early",
            "{lot} was begun at {begun}, the laboratory certified it at {certified}: document"
            " {other}",
            Severity.FLAG,
            lot=analysis.epc_class,
            begun=iso_time(begun),
            certified=iso_time(certified),
            other=hex_of(other.document),
        )


def _laboratory(case: CheckContext) -> Iterator[RuleFinding]:
    """Only a laboratory certifies."""
    if case.site is not None and case.site.kind is not SiteKind.LABORATORY:
        yield case.finding(
            "certificate-not-of-laboratory",
            "a {site_kind} states a certificate; laboratories do",
            site_kind=case.site.kind.name,
        )


@dataclass(frozen=True, slots=True)
class _Contradiction:
    """Two papers on one batch: this one, and one that the node had before."""

    case: CheckContext
    bounds: OpinionBounds
    here: Analysis
    there: BatchFigures

    def found(self) -> Iterator[RuleFinding]:
        """Substance, moisture and assay, each by itself; goods that dried are not asked again."""
        here, there = self.here, self.there
        if here.substance != there.substance:
            yield self._differ("substance", here.substance, there.substance)
            return
        is_where_made = self.case.statement.kind is not EventKind.NONE or (
            self.case.statement.is_certificate
        )
        apart = abs(here.moisture - there.moisture)
        if is_where_made and apart > self.bounds.moisture:
            yield self._differ(
                "moisture", format_share(here.moisture), format_share(there.moisture)
            )
        for symbol, assay in there.assay.items():
            said = here.assay.get(symbol)
            if said is not None and abs(said - assay) * PPM > self.bounds.assay * assay:
                yield self._differ(symbol, format_share(said), format_share(assay))

    def _differ(self, what: str, here: str, there: str) -> RuleFinding:
        return self.case.finding(
            "laboratory-differs",
            "{lot}: {what} {here}, document {other} says {there}",
            Severity.FLAG,
            lot=self.here.epc_class,
            what=what,
            here=here,
            there=there,
            other=hex_of(self.there.document),
        )
