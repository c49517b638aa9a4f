"""The circuits of format 2 as they are used, and once more without simplification."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.circuits.r1cs import System, load_system
from tests.circuits.solver import Solver
from zk_circuits import build
from zk_circuits.schema_2.build import Workshop2

WORKSHOP = Workshop2(build.Workshop.of_checkout().root)


@pytest.fixture(scope="session")
def production() -> Callable[[str], System]:
    """The constraint system that keys will be made for."""

    @cache
    def load(circuit: str) -> System:
        if not build.is_compiled(WORKSHOP, circuit):
            build.compile_circuit(WORKSHOP, circuit)
        folder = WORKSHOP.folder(circuit)
        return load_system(folder / f"{circuit}.r1cs", folder / f"{circuit}.sym")

    return load


@pytest.fixture(scope="session")
def plain() -> Callable[[str], Solver]:
    """The same circuit at --O0, where every constraint of the source is one of the system."""

    @cache
    def load(circuit: str) -> Solver:
        with tempfile.TemporaryDirectory() as folder:
            build.run_circom(WORKSHOP, circuit, Path(folder), "--O0")
            made = Path(folder) / circuit
            return Solver(load_system(made.with_suffix(".r1cs"), made.with_suffix(".sym")))

    return load
