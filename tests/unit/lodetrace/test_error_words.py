"""What people read in errors: amounts with units, fields by their path, never None."""

import re
from string import Formatter

import pytest

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.abi_codec import snake
from lodetrace.contracts.enums import LotState, Measure
from lodetrace.contracts.plan import NAMES
from lodetrace.contracts.refusals.decoder import _CODES, ContractRefused
from lodetrace.errors import LodetraceError
from tests.unit.lodetrace.test_errors import all_errors
from zk_circuits.balance import Balance, BirthMeasurement
from zk_circuits.errors import AllocationImpossible, MassError, WitnessRefused, ZkError

AMOUNT = 64_500_000_000
"""64.5 t in mg."""

BARE = re.compile(r"(?<![0-9a-zA-Z_])[0-9]{7,}")
"""A number that nobody reads; ids are 0x and hexadecimal."""


def plain(text: str) -> None:
    assert not BARE.search(text), text
    assert "None" not in text, text


def typical(template: str) -> dict[str, object]:
    """Every name of a template; formatted numbers are numbers."""
    parts = [(name, spec) for _, name, spec, _ in Formatter().parse(template) if name]
    return {name: 7 if spec and spec[-1] in "bx,d" else "7" for name, spec in parts}


@pytest.mark.parametrize("cls", all_errors(), ids=lambda cls: cls.__name__)
def test_no_template_writes_a_unit_that_nobody_reads(cls: type[LodetraceError]) -> None:
    """What an amount is said with is formatted by whoever raises it, unit included."""
    assert not re.search(r"\}\s*(mg|ppm)\b", cls.template)
    plain(cls.template.format(**typical(cls.template)))
    assert "ppm" not in cls.template + str(cls.advice)


SPECIAL: dict[str, object] = {
    "element": 27, "measure": Measure.CARBON_INTENSITY, "tolerance": 999_999, "loss_from": 5,
    "loss_to": 999_999, "scrap_to": 5, "delay": 31_536_001, "day": 20_700, "applies_from": 20_700,
    "earliest": 20_700, "scheme": 3, "accredited": 6,
}  # fmt: skip
TIMES = {"executable_at", "valid_from", "valid_to", "effective_from", "time", "until", "expiry",
         "lot_time", "event_from", "from_", "to"}  # fmt: skip


def argument(error: str, name: str, kind: str) -> object:
    """A typical argument of this type: integers are large, as amounts and times are."""
    if (error, name) in _CODES:
        return next(one for one in _CODES[error, name] if one.value)
    if name in TIMES and kind.startswith("uint"):
        return 1_793_000_000
    if error == "ElementMismatch" and name in ("expected", "actual"):
        return 27
    if error == "OffGrid":
        return 505_000
    if kind.startswith("uint"):
        return SPECIAL.get(name, AMOUNT)
    return bytes(range(32)) if kind.startswith("bytes") else "0x" + "2f" * 20


def test_refusals_of_the_contracts_are_readable(artifacts: Artifacts) -> None:
    for contract in NAMES:
        for entry in artifacts[contract].entries("error"):
            name = entry["name"]
            kinds = {snake(one["name"]): one["type"] for one in entry["inputs"]}
            plain(str(ContractRefused(name, {one: argument(name, one, kind)
                                             for one, kind in kinds.items()})))  # fmt: skip


@pytest.mark.parametrize("measure", [Measure.CREDIT_SHARE, Measure.CARBON_INTENSITY])
def test_a_threshold_off_the_grid_has_its_unit(measure: Measure) -> None:
    given = {"measure": measure, "threshold": 505_000, "step": 10_000, "limit": 1_000_000}
    said = str(ContractRefused("OffGrid", given))
    expected = "50.5 %" if measure is Measure.CREDIT_SHARE else "0.505 kg CO2e per kg"
    assert f"threshold {expected} is not on the grid" in said


def test_what_has_ended_ends_at_no_time() -> None:
    given = {"id": bytes(32), "state": LotState.CONSUMED, "until": 0}
    refused = ContractRefused("LotNotFree", given)
    assert str(refused).endswith("is consumed")
    assert "lot show" in refused.advice
    until = {**given, "state": LotState.OFFERED, "until": 1_793_000_000}
    assert "is offered until 2026-1" in str(ContractRefused("LotNotFree", until))


def test_amounts_of_the_circuits_have_units() -> None:
    values = {"rule": "metal is not made", "name": "metal", "value": AMOUNT, "limit": 7}
    assert str(AllocationImpossible(**values)) == (
        "metal is not made: metal is 64.5 t, possible is at most 7 mg"
    )
    for make in (lambda: Balance(1, 1, AMOUNT), lambda: BirthMeasurement(-AMOUNT, 1)):
        with pytest.raises(MassError) as refused:
            make()
        plain(str(refused.value))
        assert "64.5 t" in str(refused.value)


@pytest.mark.parametrize("cls", [AllocationImpossible, WitnessRefused, *MassError.__subclasses__()])
def test_no_template_of_the_circuits_writes_milligrams(cls: type[ZkError]) -> None:
    assert not re.search(r"\}\s*(mg|ppm)\b", cls.template)
