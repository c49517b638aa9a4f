"""Do the lots that went in hold the batches that went in, and did these arrive at the site?"""

from collections.abc import Iterator
from dataclasses import dataclass

from lodetrace.contracts.enums import EventKind, element_name
from lodetrace.documents.named_lots import NamedLot
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import hex_of, iso_time
from oracle.ancestry import Ancestry, AncestryTooLong, live_parts
from oracle.checks.context import CheckContext
from oracle.checks.ledger import unseen_uses
from oracle.lot_reader import LotOrigin


def check_ancestry(case: CheckContext) -> Iterator[RuleFinding]:
    """From each named lot back to what made it, against the documents that this node has seen."""
    if not case.statement.named:
        return
    try:
        ancestry = Ancestry.of((one.lot for one in case.statement.named), case.lots)
        seen = _Seen.of(case, ancestry)
        for named in case.statement.named:
            if named.lot in ancestry.origins:
                yield from _one_lot(case, seen, named)
        if case.statement.kind is EventKind.LOSS:
            yield from _whole_loss(case, ancestry)
        yield from unseen_uses(case, ancestry)
    except AncestryTooLong:
        yield case.finding("named-too-deep", "too many rebooks lie behind its lots to follow them")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What this node knows of the events behind the lots. documents: by event."""

    case: CheckContext
    ancestry: Ancestry
    documents: dict[bytes, bytes]

    @classmethod
    def of(cls, case: CheckContext, ancestry: Ancestry) -> "_Seen":
        events = {one.event_id for one in ancestry.origins.values() if not one.keeps_goods}
        standing = case.lots.documents(events)
        known = {key: one for key, one in standing.items() if case.history.outcome_of(one)}
        return cls(case, ancestry, known)

    def batches(self, maker: LotOrigin) -> frozenset[str] | None:
        """Batches that may lie in a lot: those of its event with its metal, of its material.

        None where the node has not seen the event's document.
        """
        document = self.documents.get(maker.event_id)
        if document is None:
            return None
        made = self.case.history.contents(document, element_name(maker.element))
        substances = self.case.rules.substances
        return frozenset(
            batch
            for batch, substance in made
            if substance not in substances or substances[substance].material == maker.material
        )


def _one_lot(case: CheckContext, seen: _Seen, named: NamedLot) -> Iterator[RuleFinding]:
    makers = seen.ancestry.makers(named.lot)
    yield from _batches(case, seen, named, makers)
    if case.statement.kind.looks_at_one:
        return
    yield from _received(case, seen, named)
    if seen.ancestry.origins[named.lot].charge:
        for part in seen.ancestry.split(named.lot):
            yield case.finding(
                "part-in-charge",
                "charge {lot} holds {part}, a part of a lot that its holder split: name parts by"
                " themselves",
                lot=hex_of(named.lot),
                part=hex_of(part.lot),
            )


def _batches(
    case: CheckContext, seen: _Seen, named: NamedLot, makers: list[LotOrigin]
) -> Iterator[RuleFinding]:
    """Every batch that is laid to a lot lies in it; whatever lies in it is among the batches.

    Of a lot mixed under mass balance only some of its batches may have gone in.
    """
    known = {maker.lot: seen.batches(maker) for maker in makers}
    together = frozenset().union(*(found for found in known.values() if found))
    unseen = [lot for lot, found in known.items() if found is None]
    for batch in named.batches:
        foreign = bool(case.history.parents([batch])) or not unseen
        if batch not in together and foreign:
            yield case.finding(
                "batch-not-seen",
                "{batch} does not lie in lot {lot}",
                batch=batch,
                lot=hex_of(named.lot),
            )
    origin = seen.ancestry.origins[named.lot]
    for found in known.values():
        partly = origin.mixed and not origin.charge
        if found is not None and not partly and not found & set(named.batches):
            yield case.finding(
                "batch-not-seen",
                "lot {lot} holds {batch}, which is not among what went in",
                lot=hex_of(named.lot),
                batch=min(found, default="a batch that no document names"),
            )
    if unseen and all(case.history.parents([batch]) for batch in named.batches):
        yield case.finding(
            "parent-unknown",
            "no document of lot {lot} was seen ({count} in all)",
            Severity.FLAG,
            lot=hex_of(unseen[0]),
            count=len(unseen),
        )


def _received(case: CheckContext, seen: _Seen, named: NamedLot) -> Iterator[RuleFinding]:
    """What another organisation delivered was weighed by this site when it arrived."""
    missing = {
        batch
        for leaf in seen.ancestry.leaves(named.lot)
        if leaf.lot in seen.ancestry.accepted
        for batch in _delivered(seen, named, leaf)
        if not case.history.is_received(case.signed.site, batch, case.statement.to)
    }
    for batch in sorted(missing):
        yield case.finding(
            "not-received",
            "no document says that {batch} arrived at this site by {to}",
            batch=batch,
            to=iso_time(case.statement.to),
        )


def _delivered(seen: _Seen, named: NamedLot, leaf: LotOrigin) -> frozenset[str]:
    """Batches of a named lot that came with a delivery; those that nobody explains, too."""
    found = [seen.batches(maker) for maker in seen.ancestry.makers(leaf.lot)]
    known = frozenset().union(*(one for one in found if one))
    if None not in found:
        return known & set(named.batches)
    everything = [seen.batches(maker) for maker in seen.ancestry.makers(named.lot)]
    explained = frozenset().union(*(one for one in everything if one))
    return (known & set(named.batches)) | (frozenset(named.batches) - explained)


def _whole_loss(case: CheckContext, ancestry: Ancestry) -> Iterator[RuleFinding]:
    """A loss names all that the operator has of these goods, so that none keeps out of it."""
    named = {one.lot for one in case.statement.named}
    outputs = {
        lot for one in named & ancestry.origins.keys()
        for maker in ancestry.makers(one)
        for lot in _same_goods(maker, case)
    }  # fmt: skip
    for lot in live_parts(outputs, case.lots):
        view = case.lots.view(lot)
        if lot in named or view is None or view.state_at(case.lots.time).is_final:
            continue
        if case.site and case.lots.organisation_of(view.account) == case.site.operator:
            yield case.finding(
                "loss-names-part",
                "lot {lot} is of the same goods and in the same hands: name it too",
                lot=hex_of(lot),
            )


def _same_goods(maker: LotOrigin, case: CheckContext) -> list[bytes]:
    """What its run made of the same material beside it."""
    made = case.lots.origins(maker.together)
    return [lot for lot, one in made.items() if one.material == maker.material]
