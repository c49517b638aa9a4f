"""The story of examples/cobalt can be told: its files fit together and its numbers add up."""

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lodetrace.contracts.enums import Material, Role, Scheme, SiteKind
from lodetrace.plausibility.rulebook import rulebook_at
from oracle.declarations import read_declarations
from oracle.examination import OracleNode
from tests.support.sites import site_struct
from tests.unit.oracle.rehearsal import Rehearsal
from tests.unit.oracle.setting import Setting, seconds_of
from tests.unit.oracle.village import DOMAIN, Village
from zk_circuits.keccak import keccak256


@pytest.fixture(scope="module")
def setting(cobalt: Path) -> Setting:
    return Setting(cobalt)


@pytest.fixture(scope="module")
def played(setting: Setting) -> Rehearsal:
    """The story after its last step."""
    return Rehearsal(setting).play()


@pytest.fixture(scope="module")
def maker(cobalt: Path) -> ModuleType:
    """examples/cobalt/make_documents.py, which is no package."""
    spec = importlib.util.spec_from_file_location("make_documents", cobalt / "make_documents.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_documents_are_those_of_the_figures(maker: ModuleType, cobalt: Path) -> None:
    made = {label: (text, signed.to_json()) for label, text, signed in maker.make(DOMAIN)}
    for label, (text, envelope) in made.items():
        assert (cobalt / "documents" / f"{label}.jsonld").read_text("utf-8") == text, label
        assert (cobalt / "signed" / f"{label}.json").read_text("utf-8") == envelope, label
    assert {path.stem for path in (cobalt / "signed").iterdir()} == set(made)
    assert {path.stem for path in (cobalt / "documents").iterdir()} == set(made)


def test_an_oracle_node_finds_nothing_to_object(
    setting: Setting, village: Village, node: OracleNode
) -> None:
    labels: list[str] = []
    for step in setting.story["steps"]:
        labels += step["documents"] if step["do"] == "attest" else []
        labels += [step["document"]] if step["do"] in ("offer", "accept", "dispute") and (
            "document" in step) else []  # fmt: skip
    papers = list(dict.fromkeys(labels))
    assert len(papers) == len(list((village.folder / "signed").iterdir()))
    for label in papers:
        report = node.examine(village.signed_path(label), village)
        assert report.error is None, (label, report.error)
        disputed = ["delivery-differs"] if label == "dongfan-receiving-L12" else []
        assert [one.rule for one in report.findings] == disputed, label


def test_the_car(played: Rehearsal) -> None:
    """10 kg of cobalt, and claims that are true but not generous."""
    total = played.totals["car-Co"]
    assert 9_900_000 < total.metal // 224 < 10_200_000
    assert played.claims
    assert all(played.claims.values())
    assert 640_000 <= total.credits[0] * 10**6 // total.metal < 650_000
    recycled = total.credits[1] + total.credits[2]
    assert 240_000 <= recycled * 10**6 // total.metal < 250_000
    assert 780_000 < total.cahra * 10**6 // total.metal <= 790_000
    assert 22_500_000 < total.carbon * 10**6 // total.metal <= 23_000_000


def test_everything_the_story_promises_is_in_it(setting: Setting, played: Rehearsal) -> None:
    steps = setting.story["steps"]
    did = Counter(step["do"] for step in steps)
    assert did["lapse"] == 1, "one expired offer"
    assert did["dispute"] == did["approve-settlement"] == 1
    assert did["hold"] == 1
    assert did["release"] == 2
    assert did["certificate-status"] == 2
    births = [lot for step in steps if step["do"] == "birth" for lot in step["lots"]]
    assert len(births) == 47, "44 containers, recycled cobalt, nickel, manganese"
    tree = [name for name in played.runs if name.startswith("charge-")]
    assert len(tree) == 5 + 5 + 3, "16 -> 4 -> 1, twice, and 8 -> 2 -> 1"
    assert played.runs["refine-segregated"].outputs[0].credits[0] == 500_000_000
    assert played.lots["PK26-1-Co"].count == 224
    assert played.lots["DF-B"].balance.credits[0] < played.lots["DF-B"].balance.metal
    assert did["retire"] == 1


def test_the_gain_within_tolerance_adds_nothing(setting: Setting, played: Rehearsal) -> None:
    _, statement = setting.document("isar-packs")
    run = played.runs["packs-Co"]
    made = sum(output.metal for output in run.outputs)
    assert statement.metal_out("Co") > made
    assert run.loss == 0


def test_only_the_certified_mine_bears_credit(played: Rehearsal, setting: Setting) -> None:
    born = Rehearsal(setting)
    for step in setting.story["steps"]:
        if step["do"] == "birth":
            for lot in step["lots"]:
                born.attested[lot["document"]] = seconds_of(step["at"])
            born._birth(step)
    responsible = {label: lot.balance.credits[0] for label, lot in born.lots.items()}
    assert responsible["M01"] == born.lots["M01"].balance.metal
    assert responsible["L01"] == responsible["T01"] == responsible["K01"] == 0
    assert born.lots["L01"].balance.cahra == born.lots["L01"].balance.metal
    assert born.lots["R01"].balance.credits[1] == born.lots["R01"].balance.metal
    assert responsible["N01"] > 0, "the suspension was recorded later"


def test_the_late_suspension_was_effective_before_the_birth(setting: Setting) -> None:
    steps = {step["id"]: step for step in setting.story["steps"]}
    _, statement = setting.document("oulanka-N01")
    [certificate] = [
        one for one in setting.certificates["certificates"] if one["site"] == "oulanka-nickel"
    ]
    [status] = certificate["statuses"]
    assert seconds_of(status["effective_from"]) < statement.from_
    assert seconds_of(status["recorded_at"]) > seconds_of(steps["birth-nickel"]["at"])


def test_names_of_the_files_are_codes(setting: Setting, cobalt: Path) -> None:
    for member in setting.members:
        assert all(Role[role] for role in member["roles"])
    for site in setting.sites.values():
        assert SiteKind[site["kind"]]
        assert all(Material[name] for name in site["materials"])
        assert site["operator"] in {member["organisation"] for member in setting.members}
        assert site["place"] in {one["place"] for one in setting.places}
    for certificate in setting.certificates["certificates"]:
        assert Scheme[certificate["scheme"]]
        assert certificate["site"] in setting.sites
    indices = [account["index"] for member in setting.members for account in member["accounts"]]
    assert len(set(indices)) == len(indices)
    declared = read_declarations(cobalt / "sites.yaml")
    for site in setting.sites.values():
        found = declared[keccak256(site["identifier"].encode())]
        assert found.confirmed_by(site_struct(site))


def test_the_materials_of_runs_are_those_of_their_documents(setting: Setting) -> None:
    for step in setting.story["steps"]:
        if step["do"] != "run" or "document" not in step:
            continue
        _, statement = setting.document(step["document"])
        named = {
            rulebook_at(statement.to).substances[analysis.substance].material.name
            for analysis in statement.outputs
        }
        assert {output["material"] for output in step["outputs"]} <= named, step["id"]


def test_steps_are_in_order_and_late_filing_is_avoided(setting: Setting) -> None:
    times = [seconds_of(step["at"]) for step in setting.story["steps"]]
    assert times == sorted(times)
    assert seconds_of(setting.story["starts"]) < times[0]
    for step in setting.story["steps"]:
        for label in step.get("documents", []):
            statement = setting.document(label)[1]
            if not statement.is_receipt:
                assert seconds_of(step["at"]) - statement.to < 30 * 86_400, label


def test_the_car_tree_links_cathode_parts_to_lots(
    setting: Setting, cobalt: Path, shared_dir: Path, played: Rehearsal
) -> None:
    car = setting.story["car"]
    linked = set(car["cathode_parts"])
    own = json.loads((cobalt / car["fallback"]).read_text("utf-8"))
    assert {part["id"] for part in _leaves(own)} <= linked
    shared = json.loads((shared_dir / car["tree"].removeprefix("../shared/")).read_text("utf-8"))
    twins = {twin["catenaXId"] for twin in next(iter(shared.values()))}
    assert len(linked & twins) == 2
    assert car["vehicle"] in twins
    assert set(car["claims"]) <= set(played.claims)
    made = {run for run in played.runs if run.startswith("cathode-")}
    assert {f"cathode-{lot[-1]}-Co" for lot in car["cathode_parts"].values()} <= made


def _leaves(part: dict[str, Any]) -> list[dict[str, Any]]:
    if not part["parts"]:
        return [part]
    return [leaf for child in part["parts"] for leaf in _leaves(child)]
