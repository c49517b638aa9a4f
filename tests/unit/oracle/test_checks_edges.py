"""The last value that passes and the first that does not, of every limit."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from lodetrace.contracts.enums import EventKind
from lodetrace.documents.epcis import read_time
from lodetrace.documents.event_hash import EventIdentity
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from lodetrace.documents.statement_fields import StatedCarbon
from lodetrace.plausibility.clock import check_clock
from lodetrace.plausibility.content import check_content
from lodetrace.plausibility.rulebook import rulebook_at
from lodetrace.plausibility.stated import RuleFinding
from oracle.checks import CheckContext
from oracle.checks.capacity import check_capacity
from oracle.checks.mass import check_mass
from oracle.checks.time import check_parents
from oracle.history import ACCEPTED, DocumentHistory
from tests.support.sites import site_struct
from tests.unit.oracle.village import NOW, Village

KG = 10**6
HOUR, DAY = 3_600, 86_400


@pytest.fixture
def birth(village: Village, history: DocumentHistory) -> CheckContext:
    """A container of the first mine."""
    return case_of(village, history, "mwinda-mine-M01", "mwinda-mine")


@pytest.fixture
def refining(village: Village, history: DocumentHistory) -> CheckContext:
    """The segregated run in Finland."""
    return case_of(village, history, "saimaa-refining", "saimaa-refinery")


def case_of(village: Village, history: DocumentHistory, label: str, site: str) -> CheckContext:
    signed = SignedDocument.read(village.signed_path(label))
    statement = SiteStatement.of(signed.document)
    return CheckContext(
        signed=signed,
        statement=statement,
        signer=village.signer(signed.signer),
        site=site_struct(village.by_label[site]),
        declaration=village.declarations()[signed.site],
        rules=rulebook_at(statement.to),
        history=history,
        lots=village.lots,
        now=NOW,
    )


def names(findings: Iterable[RuleFinding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_an_event_that_ends_now(birth: CheckContext) -> None:
    end = birth.statement.to
    assert names(check_clock(replace(birth, now=end))) == []
    assert names(check_clock(replace(birth, now=end - 1))) == ["event-in-future"]


def test_the_longest_event(birth: CheckContext) -> None:
    longest = birth.statement.to - 31 * DAY
    for start, expected in ((longest, []), (longest - 1, ["event-too-long"])):
        statement = replace(birth.statement, from_=start)
        assert names(check_clock(replace(birth, statement=statement))) == expected


def remembered(case: CheckContext, finish: int, place: str) -> CheckContext:
    """The same case after its first input was made at `finish` in `place`."""
    first = case.statement.inputs[0]
    made = replace(
        case.statement,
        kind=EventKind.BIRTH,
        inputs=(),
        named=(),
        outputs=(first,),
        to=finish,
        from_=finish,
    )
    signed = replace(case.signed, hash=b"\x01" * 32, site=b"\x02" * 32)
    case.history.remember(signed, EventIdentity("a", None), made, place, ACCEPTED, ())
    return replace(case, statement=replace(case.statement, inputs=(first,)))


def test_it_may_begin_when_its_parent_ends(refining: CheckContext) -> None:
    begins = refining.statement.from_
    same_place = remembered(refining, begins, "FI-02")
    assert names(check_parents(same_place)) == []
    early = replace(same_place, statement=replace(same_place.statement, from_=begins - 1))
    assert names(check_parents(early)) == ["before-parent"]


def test_the_fastest_ship(refining: CheckContext) -> None:
    case = remembered(refining, refining.statement.from_ - 600 * HOUR, "CD-LU")
    assert names(check_parents(case)) == []
    faster = replace(case, statement=replace(case.statement, from_=case.statement.from_ - 1))
    assert names(check_parents(faster)) == ["transit-too-fast"]


def test_a_measurement_looks_at_a_lot_wherever_it_is(
    village: Village, history: DocumentHistory
) -> None:
    case = case_of(village, history, "delfland-measurement-L12", "delfland-laboratory")
    begins = case.statement.from_
    near = remembered(case, begins, "CD-HK")
    assert names(check_parents(near)) == []
    early = replace(near, statement=replace(near.statement, from_=begins - 1))
    assert names(check_parents(early)) == ["before-parent"]


@pytest.mark.parametrize(
    ("symbol", "assay", "expected"),
    [
        ("Co", 634_050, []),
        ("Co", 634_051, ["assay-above-theory"]),
        ("Ni", 4_000, []),
        ("Cu", 20_000, []),
    ],
)
def test_the_theoretical_content(
    birth: CheckContext, symbol: str, assay: int, expected: list[str]
) -> None:
    """A trace of another element is nobody's statement; hydroxide without cobalt is odd."""
    [output] = birth.statement.outputs
    assayed = replace(output, assay={"Co": 300_000, symbol: assay})
    statement = replace(birth.statement, outputs=(assayed,))
    assert names(check_content(replace(birth, statement=statement))) == expected


def test_a_stated_element_that_the_substance_does_not_hold(birth: CheckContext) -> None:
    [output] = birth.statement.outputs
    statement = replace(
        birth.statement,
        outputs=(replace(output, assay={"Co": 300_000, "Ni": 1}),),
        stated_carbon=StatedCarbon(2, 0, {"Co": 1, "Ni": 1}),
    )
    assert names(check_content(replace(birth, statement=statement))) == ["assay-above-theory"]


def test_an_element_of_the_substance_that_nobody_states(
    village: Village, history: DocumentHistory
) -> None:
    case = case_of(village, history, "odra-cathode-1", "odra-cathode")
    [output] = case.statement.outputs
    outputs = (replace(output, assay={**output.assay, "Li": 999_999}),)
    statement = replace(case.statement, outputs=outputs)
    assert names(check_content(replace(case, statement=statement))) == ["assay-above-theory"]


@pytest.mark.parametrize(
    ("moisture", "expected"), [(0, []), (700_000, []), (700_001, ["moisture-out-of-range"])]
)
def test_the_range_of_moisture(birth: CheckContext, moisture: int, expected: list[str]) -> None:
    [output] = birth.statement.outputs
    statement = replace(birth.statement, outputs=(replace(output, moisture=moisture),))
    assert names(check_content(replace(birth, statement=statement))) == expected


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        (1_005_000, []),
        (1_005_001, ["mass-does-not-add-up"]),
        (1_000_000, []),
        (999_999, ["loss-outside-band"]),
        (998_001, ["loss-outside-band"]),
        (998_000, []),
        (960_000, []),
        (959_999, ["loss-outside-band"]),
    ],
)
def test_tolerance_and_band(refining: CheckContext, out: int, expected: list[str]) -> None:
    """Tolerance 0.5 %, band 0.2 to 4 %; nothing lost is nothing to explain."""
    [output] = refining.statement.outputs
    pure = {"wet_mass": 1_000_000, "moisture": 0, "assay": {"Co": 1_000_000}}
    inputs = (replace(output, **pure),)
    outputs = (replace(output, **{**pure, "wet_mass": out}),)
    statement = replace(refining.statement, inputs=inputs, outputs=outputs)
    assert names(check_mass(replace(refining, statement=statement))) == expected


def test_capacity_to_the_milligram(birth: CheckContext) -> None:
    """A fifth of the yearly capacity in 30 days; all of it in a year."""
    assert birth.declaration is not None
    [output] = birth.statement.outputs
    limit = birth.declaration.capacity["Co"] // 5
    for metal, expected in ((limit, []), (limit + 1, ["above-capacity"])):
        pure = replace(output, wet_mass=metal, moisture=0, assay={"Co": 1_000_000})
        statement = replace(birth.statement, outputs=(pure,))
        assert names(check_capacity(replace(birth, statement=statement))) == expected


def test_times_of_the_story_are_read_in_utc() -> None:
    assert int(read_time("2026-01-06T13:00:00+02:00", "here").timestamp()) == 1_767_697_200
