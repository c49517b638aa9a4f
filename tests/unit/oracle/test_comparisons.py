"""What a document is held against: edges of the rules that compare, and how their memory lasts."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.documents.energy import format_energy, format_factor, parse_energy, parse_factor
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import event_id
from lodetrace.documents.withdrawal import declare_wrong
from lodetrace.plausibility.comparisons import TransitDefault
from lodetrace.plausibility.rulebook import rulebooks
from lodetrace.plausibility.stated import Severity
from oracle.batch_ledger import SiteStep
from oracle.examination import OracleNode
from oracle.history import ACCEPTED, DocumentHistory
from oracle.robust import is_outlier, twice_median
from oracle.service.intake import BY_HAND, Intake
from oracle.service.recall import recall
from oracle.service.states import DOCUMENTS, IntakeState
from oracle.service.store import Store
from tests.unit.oracle.booked_lots import standing
from tests.unit.oracle.fraud_cases import SAIMAA, World, alone, analysed, moved, renamed, weighed
from tests.unit.oracle.mine_output import Mine, electricity, steady
from tests.unit.oracle.village import Village, event_of, rules

NOW = 1_900_000_000
SITE = "saimaa-refinery"


@pytest.fixture
def world(cobalt: Path, tmp_path: Path) -> Iterator[World]:
    """A node without a past."""
    village = Village(cobalt, now=NOW)
    with DocumentHistory(tmp_path / "history.sqlite") as history:
        yield World(village, OracleNode(village.declarations(), history), history, tmp_path)


# the ledger


@pytest.mark.parametrize(
    ("kilograms", "refused"), [(19_900, []), (20_098, []), (20_100, ["batch-overused"])]
)
def test_dry_mass_within_two_scales(world: World, kilograms: int, refused: list[str]) -> None:
    """The mine filled M25 with 19.9 t; 1 % more is 20.099 t."""
    world.story(*SAIMAA)
    report = world.file("saimaa-refining", SITE, weighed("M25", kilograms))
    assert rules(report) == refused


@pytest.mark.parametrize(
    ("assay", "refused"),
    [("31.33 %", []), ("31.34 %", ["batch-assay"]), ("29.5 %", ["batch-assay"])],
)
def test_assay_within_two_laboratories(world: World, assay: str, refused: list[str]) -> None:
    """The mine's was 30.42 %, three hundredths of it are 0.9126 points."""
    world.story(*SAIMAA)
    assert rules(world.file("saimaa-refining", SITE, analysed("M25", assay))) == refused


@pytest.mark.parametrize(("kilograms", "overused"), [(10_100, False), (10_200, True)])
def test_a_batch_is_used_in_parts(world: World, kilograms: int, overused: bool) -> None:
    """10 t of 19.9 t now, the rest later, and 1 % for the scales: 10.099 t are left."""
    world.story(*SAIMAA)
    assert rules(world.file("saimaa-refining", SITE, alone("M25", 9_990))) == []
    rest = (alone("M25", kilograms), moved(24 * 30), renamed("SM26-97"))
    assert ("batch-overused" in rules(world.file("saimaa-refining", SITE, *rest))) is overused


def test_a_use_that_lapsed_counts_no_more(world: World) -> None:
    world.story(*SAIMAA, "saimaa-refining")
    first = SignedDocument.read(world.village.signed_path("saimaa-refining"))
    again = (renamed("SM26-98"), moved(24))
    assert "batch-overused" in rules(world.file("saimaa-refining", SITE, *again))
    event = event_id(first.site, first.sequence, 27)
    world.village.lots.standings[event] = standing(since=1)
    world.village.lots.known = {
        lot: one for lot, one in world.village.lots.known.items() if one.event_id != event
    }
    assert rules(world.file("saimaa-refining", SITE, *again)) == []


def test_a_use_that_was_withdrawn_counts_no_more(world: World) -> None:
    world.story(*SAIMAA, "saimaa-refining")
    first = SignedDocument.read(world.village.signed_path("saimaa-refining"))
    key = world.village.keys_of(SITE).signing_key
    gone = declare_wrong(first, reason="did_not_occur", declared=NOW - 1, private_key=key)
    (world.folder / "gone").write_text(gone.to_json(), "utf-8")
    assert rules(world.node.examine(world.folder / "gone", world.village)) == []
    again = world.file("saimaa-refining", SITE, renamed("SM26-98"), moved(24))
    assert "batch-overused" not in rules(again)


def test_a_node_that_lags_waits(world: World) -> None:
    """Another document of the mine stands than the one it has: it does not refuse for that one."""
    world.story(*SAIMAA)
    mined = SignedDocument.read(world.village.signed_path("mwinda-mine-M25"))
    event = event_id(mined.site, mined.sequence, 27)
    world.village.lots.documents_of[event] = bytes(31) + b"\x66"
    raw = world.village.unsigned("saimaa-refining")
    weighed("M25", 26_000)(raw)
    path = world.village.sign(raw, world.folder / "heavy", by=SITE)
    report = world.node.judge(path, path.read_bytes(), world.village, patient=True)
    assert "batch-superseded" in rules(report)
    assert "batch-overused" not in rules(report)
    assert report.is_early or "batch-not-seen" in rules(report)


def test_a_use_that_was_replaced_on_chain_is_waited_for(world: World) -> None:
    world.story(*SAIMAA, "saimaa-refining")
    first = SignedDocument.read(world.village.signed_path("saimaa-refining"))
    event = event_id(first.site, first.sequence, 27)
    world.village.lots.documents_of[event] = bytes(31) + b"\x67"
    again = rules(world.file("saimaa-refining", SITE, renamed("SM26-98"), moved(24)))
    assert "batch-superseded" in again
    assert "batch-overused" not in again


# rates


def test_metal_of_a_long_event_is_spread() -> None:
    step = SiteStep(
        start=0, finish=100, metal_in=0, metal_out=0, made=1_000, throughput=0, carbon=0
    )
    assert step.share_within(-50, 50) == 500
    assert step.share_within(90, 200) == 100
    assert step.share_within(100, 200) == step.share_within(-9, 0) == 0
    instant = replace(step, start=100)
    assert instant.share_within(50, 100) == 1_000
    assert instant.share_within(100, 150) == 0


def test_an_event_of_no_length_is_refused(world: World) -> None:
    container = replace(next(steady(seed=1, count=1)), lasts=0)
    report = world.mine(container)
    assert rules(report) == ["rate-above-capacity"]
    assert "no time at all" in report.refusals[0]


# middles and spreads


def test_a_median_is_whole() -> None:
    assert twice_median([1, 2]) == 3
    assert twice_median([5, 1, 3]) == 6


@pytest.mark.parametrize(
    ("value", "outlies"), [(100, False), (108, False), (109, True), (91, True), (92, False)]
)
def test_six_deviations(value: int, outlies: bool) -> None:
    """The median is 100, the median deviation 1: 6 × 1.4826 is 8.9."""
    others = [98, 99, 99, 100, 100, 100, 101, 101, 102]
    assert is_outlier(value, others, deviations=6, least=0) is outlies
    assert not is_outlier(value, others, deviations=6, least=9)


def test_one_outlier_moves_nothing() -> None:
    others = [98, 99, 99, 100, 100, 101, 101, 102, 10**9]
    assert is_outlier(120, others, deviations=6, least=0)


def test_a_profile_begins_with_ten_documents(world: World) -> None:
    *honest, ninth, tenth = steady(seed=3, count=11)
    world.mine(*honest)
    rich = {"assay": 4_400}
    assert rules(world.mine(replace(ninth, **rich)), Severity.FLAG) == []
    assert rules(world.mine(replace(tenth, **rich)), Severity.FLAG) == ["assay-unlike-site"]


# energy and packaging


def test_energy_in_words() -> None:
    assert parse_energy("85.5 MWh") == 85_500_000
    assert parse_energy("1 GWh") == 10**9
    assert parse_factor("24.5 g/kWh") == parse_factor("24.5 kg/MWh") == 24_500
    assert format_energy(85_500_000) == "85.5 MWh"
    assert format_factor(24_500) == "24.5 g/kWh"


@pytest.mark.parametrize(
    "energy",
    [
        [], {}, "85 MWh", {"lodetrace:steam": {}}, {"lodetrace:electricity": "85 MWh"},
        {"lodetrace:electricity": {"lodetrace:amount": "85 MWh"}},
        electricity(-1), electricity(1, "24 g"), electricity(1, "24.0001 g/kWh"),
        electricity(10**12),
    ],
)  # fmt: skip
def test_malformed_energy_is_refused(world: World, energy: Any) -> None:
    container = replace(next(steady(seed=1, count=1)), energy=energy)
    report = world.node.examine(Mine(world.village, world.folder).file(container), world.village)
    assert report.error is not None


@pytest.mark.parametrize(
    "packages",
    [
        "container", {"lodetrace:kind": "container"},
        {"lodetrace:kind": "crate", "lodetrace:count": 1},
        {"lodetrace:kind": "drum", "lodetrace:count": 0},
        {"lodetrace:kind": "drum", "lodetrace:count": 1.5},
    ],
)  # fmt: skip
def test_malformed_packaging_is_refused(world: World, packages: Any) -> None:
    container = replace(next(steady(seed=1, count=1)), packages=packages)
    report = world.node.examine(Mine(world.village, world.folder).file(container), world.village)
    assert report.error is not None


def test_two_containers_hold_twice_as_much(world: World) -> None:
    two = {"lodetrace:kind": "container", "lodetrace:count": 2}
    heavy = replace(next(steady(seed=1, count=1)), wet_kg=55_000)
    assert "mass-above-packaging" in rules(world.mine(heavy))
    assert rules(world.mine(replace(heavy, packages=two))) == []


# ways


def test_ways_that_no_table_lists() -> None:
    [rules_now] = rulebooks()
    hours = {
        ("FI-02", "FI-14"): 0, ("NL-ZH", "BE-VAN"): 1, ("ZM-08", "FI-02"): 120,
        ("ZM-08", "CD-LU"): 1, ("CN-ZJ", "KZ-ALA"): 1, ("CN-ZJ", "AU-WA"): 120,
        ("XX-1", "FI-02"): 1, ("CD-LU", "FI-02"): 600,
    }  # fmt: skip
    assert {way: rules_now.least_transit(*way) // 3_600 for way in hours} == hours


def test_a_country_lies_in_one_region() -> None:
    raw = {"border_hours": 1, "sea_hours": 2, "regions": {"a": ["FI"], "b": ["FI"]}, "joined": []}
    with pytest.raises(ValueError, match="FI"):
        TransitDefault.of(raw)


# how the memory lasts


def test_a_lost_history_comes_back_from_the_intake(world: World, tmp_path: Path) -> None:
    """Also one of a version without a ledger: what was booked is booked, nothing is judged anew."""
    containers = list(steady(seed=4, count=12))
    mine = Mine(world.village, tmp_path)
    with Store(tmp_path) as store:
        intake = Intake(store)
        for one in containers:
            path = mine.file(one)
            _accept(world, intake, path)
        with DocumentHistory(tmp_path / "other.sqlite") as empty:
            node = OracleNode(world.village.declarations(), empty)
            assert recall(intake, node) == 12
            assert recall(intake, node) == 0
            probe = SignedDocument.read(mine.file(replace(containers[-1], number=99)))
            until, substance = containers[-1].end, "cobalt-hydroxide"
            same = empty.last_made(probe, substance, until, 30)
            assert same == world.history.last_made(probe, substance, until, 30)
            assert len(same) == 12
            assert empty.made_between(probe, "Co", 0, until) == world.history.made_between(
                probe, "Co", 0, until
            )
            connection = empty._connection
            connection.execute("DELETE FROM booked")
            connection.execute("DELETE FROM made_batches")
            assert recall(intake, node) == 12
            assert empty.last_made(probe, substance, until, 30) == same


def test_a_history_of_layout_7_is_booked_again(world: World) -> None:
    """It knew no shipments: the next start asks the intake for all documents."""
    document = world.mine(world.next()[0]).document
    assert document is not None
    assert world.history.is_booked(document)
    world.history._connection.executescript(
        "DROP TABLE shipments; DROP TABLE credited; DROP TABLE certified_at;PRAGMA user_version = 7"
    )
    with DocumentHistory(world.folder / "history.sqlite") as upgraded:
        assert not upgraded.is_booked(document)


def _accept(world: World, intake: Intake, path: Path) -> None:
    """As a round of the service does it."""
    content = path.read_bytes()
    digest = intake.accept(content, BY_HAND, path.name).digest
    report = world.node.judge(path, content, world.village)
    assert report.refusals == []
    [(number,)] = intake.store.rows("SELECT id FROM intake WHERE digest = ?", digest)
    with intake.store.write() as connection:
        DOCUMENTS.move(connection, [number], IntakeState.EXAMINED, document=report.document)


CHILD = """
import sys
from pathlib import Path
from oracle.examination import OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.mine_output import Mine, steady
from tests.unit.oracle.village import Village
folder = Path(sys.argv[1])
village = Village(Path(sys.argv[2]), now=1_900_000_000)
mine = Mine(village, folder)
node = OracleNode(village.declarations(), DocumentHistory(folder / "history.sqlite"))
for one in steady(seed=8, count=1_000):
    print(node.examine(mine.file(one), village).document.hex(), flush=True)
"""


@pytest.mark.slow
def test_what_was_booked_survives_a_kill(cobalt: Path, tmp_path: Path) -> None:
    """Documents and their ledger are committed together, however the process ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), str(cobalt)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    told = [bytes.fromhex(child.stdout.readline()) for _ in range(15)]
    child.send_signal(signal.SIGKILL)
    child.wait()
    with DocumentHistory(tmp_path / "history.sqlite") as history:
        rows = history._rows("SELECT hash FROM documents", ())
        assert set(told) <= {bytes(one) for (one,) in rows}
        for (document,) in rows:
            assert history.outcome_of(document) == ACCEPTED
            assert history.is_booked(document)
        booked = history._rows("SELECT count(*) FROM made_batches", ())
        assert booked == [(len(rows),)]


def test_a_node_says_the_same_in_any_order_of_its_batches(world: World, tmp_path: Path) -> None:
    """Profiles go by the order of events: two nodes that got them differently agree."""
    *past, last = steady(seed=6, count=20)
    odd = replace(last, assay=4_400, moisture=120)
    found = []
    for number, order in enumerate((past, past[::-1])):
        with DocumentHistory(tmp_path / f"{number}.sqlite") as history:
            node = OracleNode(world.village.declarations(), history)
            mine = Mine(world.village, tmp_path)
            for one in order:
                node.examine(mine.file(one), world.village)
            report = node.examine(mine.file(odd), world.village)
            found.append([str(one) for one in report.findings])
    assert found[0] == found[1]
    assert any("assay-unlike-site" in one for one in found[0])


def test_unknown_words_of_energy_are_refused(world: World) -> None:
    """Nothing of it is passed over."""
    raw = world.village.unsigned("mwinda-mine-M01")
    event_of(raw)["lodetrace:energy"] = {
        "lodetrace:electricity": {
            "lodetrace:amount": "85 MWh", "lodetrace:factor": "24 g/kWh", "lodetrace:faktor": "1"
        }
    }  # fmt: skip
    path = world.village.sign(raw, world.folder / "d", by="mwinda-mine")
    report = world.node.examine(path, world.village)
    assert report.error is not None
    assert "faktor" in str(report.error)
