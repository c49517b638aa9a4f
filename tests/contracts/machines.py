"""State machines on a chain: Hypothesis's own, with the chain set back after each run.

Brownie's `state_machine` fixture raises TypeError in the compiled wheel of 1.22.2.
"""

from collections.abc import Callable
from typing import Any

from brownie import chain
from brownie.exceptions import VirtualMachineError
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.support.required import hypothesis_profile

REPEATABLE = hypothesis_profile() == "ci"
"""Whether every run of a test draws the same examples; Hypothesis prints a failing one."""


class ChainMachine(RuleBasedStateMachine):
    """Every run begins with the chain that the test's fixtures left."""

    def __init__(self) -> None:
        super().__init__()
        chain.snapshot()

    def teardown(self) -> None:
        chain.revert()


def attempt(method: Any, *arguments: Any) -> Any:
    """The transaction, or None where the contract refuses it."""
    try:
        return method(*arguments)
    except VirtualMachineError:
        return None


def run(machine: Callable[[], ChainMachine], *, runs: int = 12, steps: int = 25) -> None:
    """Plays random sequences of rules until one breaks an invariant."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=REPEATABLE,
            print_blob=True,
            suppress_health_check=HealthCheck.all(),
        ),
    )
