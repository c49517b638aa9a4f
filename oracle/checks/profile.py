"""Is it like what this site usually states, and not too much like it?

Flags: each may have a good reason. The site's own last documents are asked, in the order of their
events, so that every node that has them comes to the same answer.
"""

from collections.abc import Iterator

from lodetrace.documents.analysis import Analysis
from lodetrace.documents.statement_fields import BATCHING
from lodetrace.plausibility.comparisons import ProfileBounds
from lodetrace.plausibility.stated import RuleFinding, Severity
from lodetrace.text import iso_time
from lodetrace.units import MG_PER_KG, PPM, format_intensity, format_metal, format_share
from oracle.batch_ledger import MadeBatch
from oracle.checks.context import CheckContext
from oracle.robust import is_outlier, twice_median


def check_profile(case: CheckContext) -> Iterator[RuleFinding]:
    """Moisture, assay and carbon beside the median; figures that come again and again."""
    bounds = case.rules.profile
    if bounds is None or case.statement.kind not in BATCHING:
        return
    for analysis in case.statement.outputs:
        substance = case.rules.substances.get(analysis.substance)
        if substance is None or substance.material not in bounds.materials:
            continue
        last = case.history.last_made(
            case.signed, analysis.substance, case.statement.to, bounds.last
        )
        yield from _analysis(case, bounds, analysis, last)
        if substance.packaging is not None and analysis.packages is None:
            yield from _mass(case, bounds, analysis, last)
        yield from _copied(case, bounds, analysis, last)
        yield from _duplicate(case, bounds, analysis, last)
    for symbol in case.statement.elements:
        yield from _carbon(case, bounds, symbol)


def _analysis(
    case: CheckContext, bounds: ProfileBounds, analysis: Analysis, last: list[MadeBatch]
) -> Iterator[RuleFinding]:
    if len(last) < bounds.at_least:
        return
    moistures = [one.moisture for one in last]
    if is_outlier(analysis.moisture, moistures, bounds.deviations, bounds.floors["moisture"]):
        yield case.finding(
            "moisture-unlike-site",
            "{lot}: {moisture}, the median of the site's last {count} is {median}",
            Severity.FLAG,
            lot=analysis.epc_class,
            moisture=format_share(analysis.moisture),
            count=len(last),
            median=format_share(twice_median(moistures) // 2),
        )
    for symbol, assay in analysis.assay.items():
        assays = [one.assay[symbol] for one in last if symbol in one.assay]
        if len(assays) >= bounds.at_least and _is_unlike(case, assay, assays, "assay"):
            yield case.finding(
                "assay-unlike-site",
                "{lot}: {assay} {element}, the median of the site's last {count} is {median}",
                Severity.FLAG,
                lot=analysis.epc_class,
                element=symbol,
                assay=format_share(assay),
                count=len(assays),
                median=format_share(twice_median(assays) // 2),
            )


def _mass(
    case: CheckContext, bounds: ProfileBounds, analysis: Analysis, last: list[MadeBatch]
) -> Iterator[RuleFinding]:
    """A full package weighs what the others weigh; another unit weighs something else."""
    if len(last) < bounds.at_least or "mass" not in bounds.floors:
        return
    masses = [one.wet_mass for one in last]
    if _is_unlike(case, analysis.wet_mass, masses, "mass"):
        yield case.finding(
            "mass-unlike-site",
            "{lot}: {mass}, the median of the site's last {count} is {median}",
            Severity.FLAG,
            lot=analysis.epc_class,
            mass=format_metal(analysis.wet_mass),
            count=len(last),
            median=format_metal(twice_median(masses) // 2),
        )


def _copied(
    case: CheckContext, bounds: ProfileBounds, analysis: Analysis, last: list[MadeBatch]
) -> Iterator[RuleFinding]:
    """One batch like another to the last digit, or one laboratory result for many batches."""
    figures = (analysis.moisture, analysis.assay)
    same = [one for one in last[: bounds.same_of] if (one.moisture, one.assay) == figures]
    twin = next((one for one in last if _is_twin(one, analysis)), None)
    if twin is not None:
        yield case.finding(
            "figures-repeated",
            "{lot} has the mass, moisture and assay of {other}, to the last digit",
            Severity.FLAG,
            lot=analysis.epc_class,
            other=twin.epc_class,
        )
    elif len(same) >= bounds.same_most:
        yield case.finding(
            "variance-too-small",
            "{lot} has moisture and assay of {same} of the site's last {count} batches",
            Severity.FLAG,
            lot=analysis.epc_class,
            same=len(same),
            count=min(len(last), bounds.same_of),
        )


def _is_twin(one: MadeBatch, analysis: Analysis) -> bool:
    there = (one.wet_mass, one.moisture, one.assay)
    return there == (analysis.wet_mass, analysis.moisture, analysis.assay)


def _duplicate(
    case: CheckContext, bounds: ProfileBounds, analysis: Analysis, last: list[MadeBatch]
) -> Iterator[RuleFinding]:
    """The same filling under two names: the same hours, and nearly the same mass."""
    statement, near = case.statement, bounds.near
    for one in last:
        apart = max(abs(one.start - statement.from_), abs(one.finish - statement.to))
        heavier = max(one.dry_mass, analysis.dry_mass)
        if apart > near.seconds or statement.to == statement.from_:
            continue
        if abs(one.dry_mass - analysis.dry_mass) * PPM <= near.mass * heavier:
            yield case.finding(
                "near-duplicate",
                "{lot} was filled in the hours of {other}, which ended at {finish}, with nearly"
                " its mass",
                Severity.FLAG,
                lot=analysis.epc_class,
                other=one.epc_class,
                finish=iso_time(one.finish),
            )
            return


def _carbon(case: CheckContext, bounds: ProfileBounds, symbol: str) -> Iterator[RuleFinding]:
    statement = case.statement
    if not (worked := statement.throughput(symbol)):
        return
    steps = case.history.steps(
        case.signed, symbol, (statement.kind,), (0, statement.to), bounds.last
    )
    intensities = [one.carbon * MG_PER_KG // one.throughput for one in steps if one.throughput]
    intensity = statement.carbon[symbol] * MG_PER_KG // worked
    if len(intensities) >= bounds.at_least and _is_unlike(case, intensity, intensities, "carbon"):
        yield case.finding(
            "carbon-unlike-site",
            "{element}: {intensity} CO2e, the median of the site's last {count} is {median}",
            Severity.FLAG,
            element=symbol,
            intensity=format_intensity(intensity),
            count=len(intensities),
            median=format_intensity(twice_median(intensities) // 2),
        )


def _is_unlike(case: CheckContext, value: int, others: list[int], floor: str) -> bool:
    """floor: a share of the median."""
    bounds = case.rules.profile
    assert bounds is not None
    least = twice_median(others) * bounds.floors[floor] // (2 * PPM)
    return is_outlier(value, others, bounds.deviations, least)
