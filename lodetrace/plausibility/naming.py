"""Is all that went in laid to the lots that are named, and each of them named once?"""

from collections import Counter
from collections.abc import Iterator

from lodetrace.plausibility.stated import RuleFinding, StatedCase
from lodetrace.text import hex_of
from lodetrace.units import format_metal


def check_named(case: StatedCase) -> Iterator[RuleFinding]:
    """Each lot is named once; the weight of each batch goes to one lot of each of its metals."""
    counted = Counter(one.lot for one in case.statement.named)
    for lot, times in counted.items():
        if times > 1:
            yield case.finding(
                "named-twice",
                "lot {lot} is named {times} times in this document",
                lot=hex_of(lot),
                times=times,
            )
    if case.statement.named:
        for symbol in case.statement.elements:
            yield from _covered(case, symbol)


def _covered(case: StatedCase, symbol: str) -> Iterator[RuleFinding]:
    named = case.statement.named_of(symbol)
    lots = Counter(batch for one in named for batch in one.batches)
    for analysis in case.statement.inputs:
        batch, metal = analysis.epc_class, analysis.metal(symbol)
        if metal and lots[batch] != 1:
            yield case.finding(
                "weight-by-input",
                "{batch}: its {metal} of {element} are laid to {lots} lots instead of one",
                batch=batch,
                metal=format_metal(metal),
                element=symbol,
                lots=lots[batch],
            )
        elif not metal and lots[batch]:
            yield case.finding(
                "weight-by-input",
                "{batch} has no {element}, and lies in a lot of it",
                batch=batch,
                element=symbol,
            )
