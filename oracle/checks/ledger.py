"""Is no more used of a batch than was made, and is it still what it was made as?

Amounts come from the documents that this node has seen. Where other documents stand on chain, the
node waits for them: it would judge by what counts no more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lodetrace.contracts.enums import Material
from lodetrace.documents.analysis import ATOMIC_NUMBERS, Analysis
from lodetrace.documents.statement import event_id
from lodetrace.documents.statement_fields import RUNS
from lodetrace.plausibility.comparisons import LedgerBounds
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of
from lodetrace.units import PPM, format_metal, format_share
from oracle.ancestry import Ancestry, live_parts
from oracle.batch_ledger import MadeBatch, UsedBatch, used
from oracle.checks.context import CheckContext

_ENDS = frozenset({Material.CELL, Material.MODULE, Material.PACK})
"""What becomes a retired thing without being changed."""


def check_ledger(case: CheckContext) -> Iterator[RuleFinding]:
    """Each batch that goes in, or arrives, beside the document that made it.

    What goes in is refused, what arrives is flagged: whoever weighs it may be the honest one.
    """
    bounds, statement = case.rules.ledger, case.statement
    if bounds is None:
        return
    runs = statement.kind in RUNS
    if not runs and not statement.is_receipt:
        return
    taken = used(statement)
    for analysis in statement.inputs if runs else statement.outputs:
        made = None if analysis.is_stock else case.history.made_batch(analysis.epc_class)
        if made is None:
            continue
        batch = _Batch(case, bounds, made, analysis)
        found = [*batch.substance(), *batch.assay(), *batch.amount(taken if runs else None)]
        stands = _standing_otherwise(case, made.document) if found else None
        if stands is None:
            yield from found
        else:
            yield _superseded(case, analysis.epc_class, "made", made.document, stands)


@dataclass(frozen=True, slots=True)
class _Batch:
    """One batch: where it was made, and as this document weighs it."""

    case: CheckContext
    bounds: LedgerBounds
    made: MadeBatch
    here: Analysis

    @property
    def severity(self) -> Severity:
        return Severity.FLAG if self.case.statement.is_receipt else Severity.REFUSAL

    def substance(self) -> Iterator[RuleFinding]:
        """The same substance, or the same thing at the end of its life."""
        if self.here.substance == self.made.substance or self._has_ended():
            return
        yield self.case.finding(
            "batch-substance",
            "{lot} is called {here}, it was made as {made}",
            self.severity,
            lot=self.made.epc_class,
            here=self.here.substance,
            made=self.made.substance,
        )

    def assay(self) -> Iterator[RuleFinding]:
        """The metal content of two laboratories, apart by a share of the maker's."""
        for symbol, made in self.made.assay.items():
            here = self.here.assay.get(symbol)
            if here is None or abs(here - made) * PPM <= self.bounds.assay * made:
                continue
            yield self.case.finding(
                "batch-assay",
                "{lot}: {here} {element}, where it was made {made}; {most} of that is the most"
                " that two laboratories differ",
                self.severity,
                lot=self.made.epc_class,
                element=symbol,
                here=format_share(here),
                made=format_share(made),
                most=format_share(self.bounds.assay),
            )

    def amount(self, taken: Mapping[str, int] | None) -> Iterator[RuleFinding]:
        """Of what arrives its own mass, of what goes in all that was used. taken: by batch."""
        if taken is None:
            yield from self._arrived()
        else:
            yield from self._used(taken[self.made.epc_class])

    def _used(self, taken: int) -> Iterator[RuleFinding]:
        """All that was used of it, by whomever, beside what was made."""
        others = self.case.history.uses(self.case.signed, self.made.epc_class)
        if not self._exceeds(taken + sum(one.dry_mass for one in others)):
            return
        others = [one for one in others if not _lapsed(self.case, one)]
        if not self._exceeds(taken + sum(one.dry_mass for one in others)):
            return
        late = [
            (one, stands)
            for one in others
            if (stands := _standing_otherwise(self.case, one.document)) is not None
        ]
        for one, stands in late:
            yield _superseded(self.case, self.made.epc_class, "used", one.document, stands)
        if late:
            return
        before = sum(one.dry_mass for one in others)
        yield self.case.finding(
            "batch-overused",
            "{lot}: {taken} dry go in here, {before} in {count} other documents{which}; {made}"
            " were made",
            lot=self.made.epc_class,
            taken=format_metal(taken),
            before=format_metal(before),
            count=len(others),
            which=f" ({hex_of(others[0].document)})" if others else "",
            made=format_metal(self.made.dry_mass),
        )

    def _arrived(self) -> Iterator[RuleFinding]:
        """No more arrives than was made."""
        if self._exceeds(self.here.dry_mass):
            yield self.case.finding(
                "batch-heavier",
                "{lot}: {here} dry arrived, {made} were made",
                Severity.FLAG,
                lot=self.made.epc_class,
                here=format_metal(self.here.dry_mass),
                made=format_metal(self.made.dry_mass),
            )

    def _exceeds(self, dry: int) -> bool:
        return dry * PPM > self.made.dry_mass * (PPM + self.bounds.dry_mass)

    def _has_ended(self) -> bool:
        """A cell, module or pack that is retired now: on chain, or as the receiver says."""
        substances = self.case.rules.substances
        made, here = (substances.get(one.substance) for one in (self.made, self.here))
        if made is None or here is None or made.material not in _ENDS:
            return False
        if here.material is not Material.RETIRED:
            return False
        lots = [
            one.lot
            for one in self.case.statement.named
            if self.made.epc_class in one.batches
        ]  # fmt: skip
        origins = self.case.lots.origins(lots).values()
        return all(one.material is Material.RETIRED for one in origins)


def _standing_otherwise(case: CheckContext, document: bytes) -> bytes | None:
    """The document that stands on chain in place of one that this node has seen."""
    standing = set(case.lots.documents(_events(case, document)).values())
    return None if not standing or document in standing else min(standing)


def _lapsed(case: CheckContext, use: UsedBatch) -> bool:
    """Whether all its events stood, and their time ran out before anything was made of them."""
    for event in _events(case, use.document):
        standing = case.lots.standing(event)
        if not standing.standing_since or case.lots.time <= standing.lapses_at:
            return False
        if case.lots.is_used(event):
            return False
    return True


def _events(case: CheckContext, document: bytes) -> list[bytes]:
    """Ids of the events of an accepted document, one a metal."""
    return [
        event_id(site, sequence, ATOMIC_NUMBERS[symbol])
        for site, sequence, symbol in case.history.events_of(document)
    ]


def _superseded(
    case: CheckContext, lot: str, what: str, document: bytes, stands: bytes
) -> RuleFinding:
    return case.finding(
        "batch-superseded",
        "{lot} was {what} by document {document}; on chain {stands} stands in its place: bring it",
        lot=lot,
        what=what,
        document=hex_of(document),
        stands=hex_of(stands),
    )


def _was_before(case: CheckContext, event: bytes) -> bool:
    """Whether an event stands that ended by the end of this one."""
    standing = case.lots.standing(event)
    return standing.standing_since > 0 and standing.to <= case.statement.to


def unseen_uses(case: CheckContext, ancestry: Ancestry) -> Iterator[RuleFinding]:
    """Runs on chain that took parts of the same goods, and whose documents nobody brought here.

    Raises AncestryTooLong.
    """
    if case.rules.ledger is None or case.statement.kind not in RUNS:
        return
    named = {one.lot for one in case.statement.named}
    together = {
        lot for one in named & ancestry.origins.keys()
        for maker in ancestry.makers(one)
        for lot in maker.together
    }  # fmt: skip
    parts = set(live_parts(together, case.lots))
    events = set(case.lots.users(parts - named).values())
    own = {
        event_id(case.signed.site, case.signed.sequence, ATOMIC_NUMBERS[symbol])
        for symbol in case.statement.elements
    }
    documents = case.lots.documents(events - own)
    unseen = sorted(
        document
        for event, document in documents.items()
        if case.history.outcome_of(document) is None and _was_before(case, event)
    )
    if unseen:
        yield case.finding(
            "use-not-seen",
            "other parts of these goods were used by document {document} ({count} in all), which"
            " was not seen",
            Severity.FLAG,
            document=hex_of(unseen[0]),
            count=len(unseen),
        )
