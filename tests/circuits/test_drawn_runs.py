"""Statements of zk_circuits and the circuits themselves against the model of protocol 2."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings

from tests.circuits.drawn import GATES, PLANT, Drawn, proposals, runs
from tests.circuits.solver import Solver
from tests.circuits.test_forged_witness import LONG
from tests.model.protocol_2.book import Balance2, Material
from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.errors import ZkError
from zk_circuits.rule import RunRule
from zk_circuits.statement_checks import check
from zk_circuits.statements import RunStatement
from zk_circuits.tags import Tag, TagType

COBALT = Tag(27)


def mask(bits: tuple[bool, ...]) -> int:
    return sum(bit << at for at, bit in enumerate(bits))


def opening(balance: Balance2, units: int, salt: int) -> Opening:
    ours = Balance(
        balance.metal, balance.carbon, balance.cahra, units, balance.credits, balance.direct
    )
    return Opening(COBALT, ours, salt)


def statement_of(run: Drawn) -> RunStatement:
    """The same run in our words."""
    event = None
    rule = RunRule(
        tuple(one.units for one in run.wanted),
        in_units=mask(tuple(one.material.in_units for one in run.wanted)),
    )
    if run.statement is not None:
        rule = RunRule(
            rule.counts,
            proportional=run.model.proportional,
            gates=mask(GATES),
            scrap=mask(tuple(one.material is Material.SCRAP for one in run.wanted)),
            in_units=rule.in_units,
            tolerance_ppm=PLANT.tolerance,
            loss_to_ppm=PLANT.loss_to,
            scrap_to_ppm=PLANT.scrap_to,
        )
        said = run.statement
        measured = RunMeasurement(
            said.product, said.metal_in, said.carbon, said.scrap, said.units, said.direct
        )
        event = Opening(COBALT.of(TagType.RUN_EVENT), measured, 7)
    inputs = tuple(opening(lot.balance, lot.units, at) for at, lot in enumerate(run.consumed))
    outputs = tuple(
        opening(balance, one.units, 10 + at)
        for at, (balance, one) in enumerate(zip(run.balances(), run.wanted, strict=True))
    )
    return RunStatement(1, rule, inputs, outputs, event)


def is_true(run: Drawn) -> bool:
    try:
        check(statement_of(run))
    except ZkError:
        return False
    return True


@given(runs())
def test_runs_that_the_model_accepts_are_true(run: Drawn) -> None:
    assert run.is_accepted()
    check(statement_of(run))


@given(proposals())
def test_any_run_is_judged_as_the_model_does(run: Drawn) -> None:
    assert is_true(run) is run.is_accepted()


@settings(
    max_examples=200 if LONG else 5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(run=proposals())
def test_the_circuit_judges_as_the_model_does(run: Drawn, plain: Callable[[str], Solver]) -> None:
    try:
        statement = statement_of(run)
    except ZkError:
        return  # has no words for it
    solver = plain(statement.circuit)
    witness = solver.solve(statement.circuit_inputs())
    assert solver.system.accepts(witness) is run.is_accepted()
    public = witness[1 : 1 + solver.system.public]
    assert public == list(statement.public_signals())
