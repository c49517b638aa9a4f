"""Is the carbon at least what the stated energy emits, and is each factor one of its carrier?"""

from collections.abc import Iterator

from lodetrace.documents.energy import format_energy, format_factor
from lodetrace.plausibility.stated import RuleFinding, StatedCase
from lodetrace.units import format_carbon


def check_energy(case: StatedCase) -> Iterator[RuleFinding]:
    """Energy may be left out; what is said of it binds the carbon of the step."""
    uses = case.statement.energy
    for use in uses if case.rules.energy else ():
        least, most = case.rules.energy[use.carrier]
        if not least <= use.factor <= most:
            yield case.finding(
                "energy-factor",
                "{carrier} with {factor} of CO2e, it has {least} to {most}",
                carrier=use.carrier,
                factor=format_factor(use.factor),
                least=format_factor(least),
                most=format_factor(most),
            )
    emitted = sum(use.carbon for use in uses)
    if case.rules.energy and emitted > case.statement.stated_carbon.total:
        yield case.finding(
            "carbon-below-energy",
            "{carbon} are stated, its {energy} alone emitted {emitted}",
            carbon=format_carbon(case.statement.stated_carbon.total),
            energy=format_energy(sum(use.amount for use in uses)),
            emitted=format_carbon(emitted),
        )
