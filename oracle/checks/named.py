"""Are the lots that went in what the site says, in its hands, and named once?"""

from collections.abc import Iterable, Iterator

from lodetrace.contracts.enums import EventKind, LotState, Material, element_name
from lodetrace.contracts.structs import Lot
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.named_lots import NamedLot
from lodetrace.documents.statement import event_id
from lodetrace.plausibility.stated import RuleFinding
from lodetrace.text import enum_word, hex_of, iso_time
from oracle.checks.context import CheckContext


def check_named_lots(case: CheckContext) -> Iterator[RuleFinding]:
    """Each named lot is there, is free in the operator's hands, and is in no other document."""
    origins = case.lots.origins(named.lot for named in case.statement.named)
    standing = stands(case, (named.element for named in case.statement.named))
    for named in case.statement.named:
        origin = origins.get(named.lot)
        if origin is None:
            yield case.finding("named-unknown", "there is no lot {lot} yet", lot=hex_of(named.lot))
            continue
        if origin.element != ATOMIC_NUMBERS[named.element]:
            yield case.finding(
                "named-element",
                "lot {lot} is of {actual}, the document says {element}",
                lot=hex_of(named.lot),
                actual=element_name(origin.element),
                element=named.element,
            )
            continue
        if not case.statement.kind.looks_at_one:
            yield from _elsewhere(case, named)
        if case.site is not None and named.element not in standing:
            yield from _free(case, named)


def stands(case: CheckContext, symbols: Iterable[str]) -> set[str]:
    """For which of these metals this very document stands: its event names or used their lots."""
    site, number = case.signed.site, case.signed.sequence
    keys = {symbol: event_id(site, number, ATOMIC_NUMBERS[symbol]) for symbol in symbols}
    found = case.lots.documents(keys.values())
    return {symbol for symbol, key in keys.items() if found.get(key) == case.signed.hash}


def _elsewhere(case: CheckContext, named: NamedLot) -> Iterator[RuleFinding]:
    """Another document that this node accepted, unless its event has lapsed unused."""
    for document, site, sequence in case.history.naming(case.signed, named.lot):
        standing = case.lots.standing(event_id(site, sequence, ATOMIC_NUMBERS[named.element]))
        if not standing.standing_since or case.lots.time <= standing.lapses_at:
            yield case.finding(
                "named-twice",
                "lot {lot} is named by document {other} too",
                lot=hex_of(named.lot),
                other=hex_of(document),
            )
            return


def _free(case: CheckContext, named: NamedLot) -> Iterator[RuleFinding]:
    """A measurement is of a disputed lot of others, an end of life of one in products of whomever;
    all else needs free lots of the site.
    """
    view = case.lots.view(named.lot)
    assert view is not None
    assert case.site is not None
    state = view.state_at(case.lots.time)
    stock = view.material is Material.IN_PROCESS  # is its plant's, whoever operates that
    own = stock or case.lots.organisation_of(view.account) == case.site.operator
    kind = case.statement.kind
    if kind is EventKind.END_OF_LIFE:
        yield from _in_products(case, named, view, state)
        return
    measures = kind is EventKind.MEASUREMENT
    if state is LotState.NAMED and not measures:
        yield case.finding(
            "named-twice",
            "lot {lot} is named by another event, which stands unused until {until}",
            lot=hex_of(named.lot),
            until=iso_time(view.until),
        )
        return
    hold = case.lots.hold_on(named.lot)
    if hold.in_force(case.lots.time) and not measures:
        yield case.finding(
            "named-not-held",
            "lot {lot} is on hold until {until}; an event names it after that",
            lot=hex_of(named.lot),
            until=iso_time(hold.until),
        )
        return
    wanted = LotState.DISPUTED if measures else LotState.ACTIVE
    if state is not wanted or own == measures:
        yield case.finding(
            "named-not-held",
            "lot {lot} is {state} in the hands of {holder}; a {kind} names lots that are {wanted}"
            " in the hands of {who}",
            lot=hex_of(named.lot),
            state=enum_word(state),
            holder=view.account,
            kind=enum_word(kind),
            wanted=enum_word(wanted),
            who="others" if measures else "the site's operator",
        )


def _in_products(
    case: CheckContext, named: NamedLot, view: Lot, state: LotState
) -> Iterator[RuleFinding]:
    """Whoever holds it: its units are in products, and as many as were taken out are among them."""
    if state is not LotState.ASSIGNED:
        yield case.finding(
            "ended-not-in-product",
            "lot {lot} is {state}: units that end their life are in products",
            lot=hex_of(named.lot),
            state=enum_word(state),
        )
    elif case.statement.units > case.lots.assigned_units(named.lot):
        yield case.finding(
            "ended-exceeds-products",
            "{units} units of lot {lot} were taken out of products, {assigned} are in them",
            lot=hex_of(named.lot),
            units=case.statement.units,
            assigned=case.lots.assigned_units(named.lot),
        )
