"""Every constraint of SPEC sections 5 to 13 stops a forger, and nothing else stops him there."""

import os
from collections.abc import Callable

import pytest

from tests.circuits import (
    forged_claim,
    forged_origin,
    forged_price,
    forged_rebook,
    forged_run,
    forged_total,
)
from tests.circuits.forgery import Forgery, projected
from tests.circuits.r1cs import System, without_index
from tests.circuits.solver import Solver

CATALOGUE = {
    "origin": forged_origin.FORGERIES,
    "run4": forged_run.FORGERIES,
    "rebook2": forged_rebook.FORGERIES,
    "total": forged_total.FORGERIES,
    "claim": forged_claim.FORGERIES,
    "price_in_range": forged_price.FORGERIES,
}
ALL = [forgery for forgeries in CATALOGUE.values() for forgery in forgeries]
LONG = os.environ.get("FORGERIES") == "all"
"""Whether `run4` too is tried with what rebooks try of the templates that it shares with them."""
TRIED = ALL if LONG else [forgery for forgery in ALL if forgery not in forged_run.ON_PAPER]


@pytest.mark.parametrize("forgery", TRIED, ids=str)
def test_only_the_named_constraint_stops_the_forger(
    forgery: Forgery,
    plain: Callable[[str], Solver],
    production: Callable[[str], System],
) -> None:
    solver = plain(forgery.case.circuit)
    system = solver.system
    witness = forgery.witness(solver)
    broken = set(system.broken(witness))

    for entry, taken in zip(forgery.without, forgery.taken(system), strict=True):
        assert broken & taken, f"{entry} does not stop him"
        broken -= taken
    assert not broken, [system.homes[i] for i in sorted(broken)]

    used = production(forgery.case.circuit)
    assert not used.accepts(projected(witness, system, used)), "the circuit as used accepts it"


def test_defects_have_names_of_their_own() -> None:
    for forgeries in CATALOGUE.values():
        names = [forgery.defect for forgery in forgeries]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("circuit", CATALOGUE)
def test_every_component_with_a_constraint_has_a_forger(
    circuit: str, plain: Callable[[str], Solver]
) -> None:
    """Poseidon itself is circomlib's; its inputs and its output stand in the catalogue."""
    system = plain(circuit).system
    stopped = set()
    for forgery in CATALOGUE[circuit]:
        for taken in forgery.taken(system):
            stopped |= {without_index(system.homes[i]) for i in taken}
    all_homes = {
        without_index(system.homes[i])
        for i, constraint in enumerate(system.constraints)
        if constraint.a or len(constraint.c) > 2  # all but a = b, which hands a signal on
    }
    assert {home for home in all_homes - stopped if ".hash" not in home} == set()
