"""snarkjs and a mutated circuit confirm what our own checker says of forged witnesses."""

from collections.abc import Callable
from pathlib import Path

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
from tests.circuits.programs import WORKSHOP, calculate, copied, run_snarkjs, snarkjs
from tests.circuits.r1cs import System, load_system, read_wtns, write_wtns
from tests.circuits.signals import Case
from tests.circuits.solver import Solver, flat
from zk_circuits.build import CIRCUITS, run_circom


def named(forgeries: list[Forgery], defect: str) -> Forgery:
    return next(forgery for forgery in forgeries if forgery.defect == defect)


SAMPLE = [
    named(forged_origin.FORGERIES, "gate that is no bit triples a credit"),
    named(forged_rebook.FORGERIES, "padding that mints metal"),
    named(forged_rebook.FORGERIES, "carbon 1 mg below its share"),
    named(forged_run.FORGERIES, "negative lot"),
    named(forged_total.FORGERIES, "event used as a lot by two bits in one"),
    named(forged_claim.FORGERIES, "threshold of carbon off by one"),
    named(forged_price.FORGERIES, "outside said to be inside"),
]


@pytest.mark.parametrize("forgery", SAMPLE, ids=str)
def test_snarkjs_refuses_the_forged_witness(
    forgery: Forgery,
    plain: Callable[[str], Solver],
    production: Callable[[str], System],
    tmp_path: Path,
) -> None:
    circuit = forgery.case.circuit
    solver, used = plain(circuit), production(circuit)
    witness = projected(forgery.witness(solver), solver.system, used)
    path = tmp_path / "forged.wtns"
    write_wtns(path, witness)
    assert read_wtns(path) == witness
    assert snarkjs_refuses(circuit, path)


def test_snarkjs_refuses_one_edited_value(
    production: Callable[[str], System], tmp_path: Path
) -> None:
    """The witness program's own file, with the carbon of the subject set to 0."""
    path = calculate(forged_claim.CARBON, tmp_path)
    assert "WITNESS IS CORRECT" in snarkjs("wtns", "check", WORKSHOP.r1cs("claim"), path)
    witness = read_wtns(path)
    witness[production("claim").wire_of["slots[1]"]] = 0
    write_wtns(path, witness)
    assert snarkjs_refuses("claim", path)


def snarkjs_refuses(circuit: str, witness: Path) -> bool:
    """Whether it finds a constraint that does not hold, rather than failing otherwise."""
    code, said = run_snarkjs("wtns", "check", WORKSHOP.r1cs(circuit), witness)
    return code != 0 and "WITNESS IS NOT CORRECT" in said


# a line of a template, and the forgery that passes where it is missing
MUTATIONS = [
    ("slot.circom", "    opened.out * used === commitment;\n", "rebook2",
     "output committed to more"),
    ("slot.circom", "    in * (1 - used) === 0;\n", "rebook2", "padding that mints metal"),
    ("credit.circom", "    selected * (metal - credit) === 0;\n", "rebook2",
     "part of a lot credited though segregated"),
    ("claim.circom", "    isCredit + direct + cahra + carbon + perUnit === 1;\n", "claim",
     "two shares at once"),
    ("price_in_range.circom", "    fromLow.out * toHigh.out === inside;\n", "price_in_range",
     "outside said to be inside"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("template", "line", "circuit", "defect"), MUTATIONS)
def test_compiled_without_the_line_the_circuit_accepts(
    template: str, line: str, circuit: str, defect: str, tmp_path: Path
) -> None:
    """The source itself without its constraint, simplified as the circuit in use is."""
    known = {
        "rebook2": forged_rebook.FORGERIES,
        "claim": forged_claim.FORGERIES,
        "price_in_range": forged_price.FORGERIES,
    }
    forgery = named(known[circuit], defect)
    mutant = copied(tmp_path)
    path = mutant.root / "zk_circuits" / "circuits" / template
    source = path.read_text("utf-8")
    assert source.count(line) == 1
    path.write_text(source.replace(line, ""), "utf-8")
    made = tmp_path / "made"
    made.mkdir()
    run_circom(mutant, circuit, made, "--O0")
    solver = Solver(load_system(made / f"{circuit}.r1cs", made / f"{circuit}.sym"))
    witness = solver.solve(dict(flat(forgery.case.signals())) | dict(forgery.lie))
    assert solver.system.broken(witness) == []
    run_circom(mutant, circuit, made)
    used = load_system(made / f"{circuit}.r1cs", made / f"{circuit}.sym")
    assert used.broken(projected(witness, solver.system, used)) == []


def test_sample_covers_every_circuit() -> None:
    cases: list[Case] = [forgery.case for forgery in SAMPLE]
    assert {case.circuit for case in cases} == set(CIRCUITS)
