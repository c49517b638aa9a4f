"""Does what arrives fit what was sent, what was made, and what arrived before?

Flags all: who weighs may be the honest one, and a batch may come in several loads.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lodetrace.documents.analysis import Analysis
from lodetrace.plausibility.comparisons import DeliveryBounds, LedgerBounds
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of
from lodetrace.units import PPM, format_metal, format_share
from oracle.checks.context import CheckContext


def check_deliveries(case: CheckContext) -> Iterator[RuleFinding]:
    """Each batch of a shipping or receiving document, and the balance of the receiving site."""
    bounds, ledger, statement = case.rules.deliveries, case.rules.ledger, case.statement
    if bounds is None or ledger is None:
        return
    for analysis in statement.outputs:
        delivery = _Delivery(case, ledger, analysis)
        if statement.is_shipment:
            yield from delivery.shipped()
        elif statement.is_receipt:
            yield from delivery.beside_shipments()
            yield from delivery.beside_arrivals()
    if statement.is_receipt:
        for symbol in sorted({symbol for one in statement.outputs for symbol in one.assay}):
            yield from _balance(case, bounds, symbol)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One batch on its way, as this document weighs it."""

    case: CheckContext
    ledger: LedgerBounds
    here: Analysis

    def shipped(self) -> Iterator[RuleFinding]:
        """A site sends off no more of a batch than it made."""
        made = self.case.history.made_batch(self.here.epc_class)
        if made is None or not self._is_own(made.document):
            return
        own = self.case.signed.site
        others = [
            one
            for one in self.case.history.shipments(self.case.signed, self.here.epc_class)
            if one.site == own
        ]
        total = self.here.dry_mass + sum(one.dry_mass for one in others)
        if total * PPM > made.dry_mass * (PPM + self.ledger.dry_mass):
            yield self.case.finding(
                "batch-overshipped",
                "{lot}: with {count} other shipping documents{which} {total} dry were sent off,"
                " {made} were made",
                Severity.FLAG,
                lot=self.here.epc_class,
                count=len(others),
                which=f" ({hex_of(others[0].document)})" if others else "",
                total=format_metal(total),
                made=format_metal(made.dry_mass),
            )

    def beside_shipments(self) -> Iterator[RuleFinding]:
        """What arrives is one of the loads that were sent, or all of them together."""
        sent = [
            one
            for one in self.case.history.shipments(self.case.signed, self.here.epc_class)
            if one.site != self.case.signed.site
        ]
        loads = [*(one.dry_mass for one in sent), sum(one.dry_mass for one in sent)]
        if not sent or any(_near(self.here.dry_mass, one, self.ledger.dry_mass) for one in loads):
            return
        yield self.case.finding(
            "delivery-differs",
            "{lot}: {here} dry arrived, document {other} says that {sent} were sent",
            Severity.FLAG,
            lot=self.here.epc_class,
            here=format_metal(self.here.dry_mass),
            other=hex_of(sent[0].document),
            sent=format_metal(sent[0].dry_mass),
        )

    def beside_arrivals(self) -> Iterator[RuleFinding]:
        """No more of a batch arrives at a site, in all its documents, than was made."""
        made = self.case.history.made_batch(self.here.epc_class)
        apart = self.ledger.dry_mass + self.ledger.assay
        for symbol in self.here.assay:
            others = self.case.history.deliveries_of(self.case.signed, symbol, self.here.epc_class)
            here = self.here.metal(symbol)
            if not others or not here:
                continue
            if made is None:
                twin = next((one for one in others if _near(one.metal, here, apart)), None)
                if twin is not None:
                    yield self._repeated(symbol, here, twin.document)
                    return
                continue
            most = made.dry_mass * made.assay.get(symbol, 0) // PPM
            total = here + sum(one.metal for one in others)
            if most and total * PPM > most * (PPM + apart):
                yield self._heavier(symbol, total, len(others), most)
                return

    def _repeated(self, symbol: str, here: int, other: bytes) -> RuleFinding:
        return self.case.finding(
            "delivery-repeated",
            "{lot}: {here} of {element} arrived, and as much of the batch by document {other}",
            Severity.FLAG,
            lot=self.here.epc_class,
            element=symbol,
            here=format_metal(here),
            other=hex_of(other),
        )

    def _heavier(self, symbol: str, total: int, others: int, made: int) -> RuleFinding:
        return self.case.finding(
            "batch-heavier",
            "{lot}: with {count} other receiving documents of the site {total} of {element}"
            " arrived, {made} were made",
            Severity.FLAG,
            lot=self.here.epc_class,
            count=others,
            total=format_metal(total),
            element=symbol,
            made=format_metal(made),
        )

    def _is_own(self, document: bytes) -> bool:
        return any(
            site == self.case.signed.site for site, _, _ in self.case.history.events_of(document)
        )


def _balance(case: CheckContext, bounds: DeliveryBounds, symbol: str) -> Iterator[RuleFinding]:
    """A one-sided cumulative sum of what the site found beyond the makers' figures, in ppm."""
    before = case.history.deliveries(case.signed, symbol, case.statement.to, bounds.batches)
    found = [(one.epc_class, one.metal) for one in reversed(before)]
    found += [(one.epc_class, one.metal(symbol)) for one in case.statement.outputs]
    balance, count = 0, 0
    for batch, metal in found:
        made = case.history.made_batch(batch)
        most = 0 if made is None else made.dry_mass * made.assay.get(symbol, 0) // PPM
        if not most or metal * PPM < most * (PPM - bounds.part):
            continue
        balance = max(0, balance + metal * PPM // most - PPM - bounds.slack)
        count = count + 1 if balance else 0
    if balance > bounds.limit:
        yield case.finding(
            "deliveries-gain",
            "{element}: {count} deliveries in a row hold more than their makers say, {balance} of"
            " a batch together beyond {slack} each; {limit} is the most",
            Severity.FLAG,
            element=symbol,
            count=count,
            balance=format_share(balance),
            slack=format_share(bounds.slack),
            limit=format_share(bounds.limit),
        )


def _near(one: int, other: int, share: int) -> bool:
    return abs(one - other) * PPM <= share * max(one, other)
