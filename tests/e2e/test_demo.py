"""The demo from its first block to the passport, and what a second run makes of it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from api.indexer.digest import digest
from api.serve import open_gateway
from api.settings import GatewaySettings
from demo.clock import SetClock
from demo.members import StoryMembers
from demo.renewal import lots_of
from demo.report import opening_of
from demo.setup import set_up
from demo.step_log import StepLog
from demo.story import read_story, seconds
from demo.telling import bring_to_today
from demo.workspace import Workspace
from lodetrace.audit.anchor import Anchor
from lodetrace.audit.evidence import establish
from lodetrace.audit.replay.history import replay as tell_story
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import ZERO32
from lodetrace.devchain import ChainSettings, attach_or_start
from lodetrace.member.lots import held_lots
from lodetrace.member.offers import offer
from lodetrace.member.products import declare
from lodetrace.node.client import Node
from lodetrace.settings import Settings
from lodetrace.text import DAY_SECONDS, hex_of
from tests.conftest import ROOT
from tests.e2e.told_demo import LIMIT, Told, tell
from tests.unit.oracle.rehearsal import Lot, Rehearsal
from tests.unit.oracle.setting import Setting
from zk_circuits.artifacts import ZkArtifacts
from zk_circuits.balance import Balance
from zk_circuits.keccak import keccak256
from zk_circuits.proof import Proof
from zk_circuits.verify import verify

pytestmark = [pytest.mark.slow, pytest.mark.chain, pytest.mark.brownie]

STOPPED = "Gateway and chain are stopped."


class Remembered(dict[str, Lot]):
    """Lots by label; those that were used up are remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.balances: dict[str, Balance] = {}

    def __setitem__(self, label: str, lot: Lot) -> None:
        super().__setitem__(label, lot)
        self.balances[label] = lot.balance


@pytest.fixture(scope="module")
def expected() -> dict[str, Balance]:
    """Every balance of the story as rehearsed; the independent model judges the rehearsal."""
    lots = Remembered()
    Rehearsal(Setting(ROOT / "examples" / "cobalt"), lots=lots).play()
    return lots.balances


@pytest.fixture(scope="module")
def settings(told: Told) -> Iterator[Settings]:
    starts = read_story(told.workspace.story).starts
    chain = attach_or_start(told.workspace.chain, ChainSettings(starts=starts))
    given = {
        "LODETRACE_NETWORK": "development",
        "LODETRACE_RPC_URL": chain.url,
        "LODETRACE_HOME": str(told.workspace.home),
        "LODETRACE_DEPLOYMENTS": str(told.workspace.deployments),
        "LODETRACE_NETWORKS": str(ROOT / "networks.yaml"),
    }
    yield Settings.load({**os.environ, **given})
    chain.stop()


def test_every_balance_is_right_to_the_milligram(
    told: Told, settings: Settings, expected: dict[str, Balance]
) -> None:
    story = read_story(told.workspace.story)
    ledger = StepLog(told.workspace.folder / "journal.jsonl")
    cast = StoryMembers.of(story, settings)
    reads = cast.anybody().reads
    found: dict[str, Balance] = {}
    for label, lot in ledger.labels.items():
        state = reads.lot(lot)
        if state.state is not LotState.NONE:
            opening = opening_of(cast, cast.name_of(state.account), lot, state)
            assert opening is not None, f"{label} cannot be opened by its holder"
            found[label] = opening.lot
    cast.close()
    assert len(found) > 90
    named = {label: balance for label, balance in expected.items() if "/" not in label}
    assert found == named  # lots inside a tree of runs, charge-1/1 …, have no label in the journal


def test_the_lots_have_the_ids_that_documents_name(told: Told) -> None:
    """What `python -m demo --renew-lots` would write is what is committed."""
    story = read_story(told.workspace.story)
    labels = StepLog(told.workspace.folder / "journal.jsonl").labels
    committed = story.part("lots")["lots"]
    assert {name: hex_of(lot) for name, lot in lots_of(story, labels).items()} == committed


def test_each_step_and_stage_is_said_without_a_terminal(told: Told) -> None:
    story = read_story(told.workspace.story)
    lines = re.findall(r"^ +\d+ s  (.*)$", told.said, re.MULTILINE)
    steps = [line for line in lines if re.match(r"\d+/\d+  ", line)]
    assert [line.split()[2] for line in steps] == [step.id for step in story.steps]
    assert lines[0] == "starting the chain"
    assert told.said.rstrip().splitlines()[-1].startswith("No gateway was started, as you asked")


def test_the_claims_of_the_passport_verify_without_any_node(told: Told) -> None:
    passport = json.loads((told.workspace.folder / "passport.json").read_text("utf-8"))
    key = ZkArtifacts.of_checkout().verifying_key("claim")
    cobalt = next(metal for metal in passport["metals"] if metal["element"] == "Co")
    assert cobalt["complete"]
    assert len(cobalt["claims"]) == 4
    for claim in cobalt["claims"]:
        public = tuple(int(signal) for signal in claim["public_signals"])
        assert public[2] == int(cobalt["total"], 16)
        verify(key, Proof(tuple(int(word) for word in claim["proof"]), public))


def test_the_passport_shows_what_a_late_suspension_reaches(told: Told) -> None:
    """Nickel's certificate was suspended after the birth, from before it: nothing is rewritten."""
    passport = json.loads((told.workspace.folder / "passport.json").read_text("utf-8"))
    changed = [
        certificate
        for origin in passport["origins"]
        for certificate in origin["event"]["certificates"]
        if certificate["in_force_as_known_then"] and not certificate["in_force_as_known_now"]
    ]
    assert len(changed) == 1


def test_the_picture_shows_every_site_that_the_car_comes_from_on_one_page(told: Told) -> None:
    passport = json.loads((told.workspace.folder / "passport.json").read_text("utf-8"))
    picture = ElementTree.parse(told.workspace.folder / "provenance.svg").getroot()
    titles = [title.text or "" for title in picture.iter("{http://www.w3.org/2000/svg}title")]
    sites = {origin["event"]["site"] for origin in passport["origins"]}
    assert [site for site in sites if not any(site in title for title in titles)] == []
    assert int(picture.attrib["width"]) <= 1_600
    assert int(picture.attrib["height"]) <= 900


def test_thirty_trading_days_are_plotted(told: Told) -> None:
    picture = (told.workspace.folder / "prices.svg").read_text("utf-8")
    titles = [title.text or "" for title in ElementTree.fromstring(picture).iter() if title.text]
    assert len({text[:10] for text in titles if re.match(r"2026-0[789]-\d\d", text)}) == 30


def test_the_car_is_verified_step_by_step_with_everything_stopped(told: Told) -> None:
    said = told.said.split(STOPPED)[1]
    passed = [int(number) for number in re.findall(r"^ *(\d+) ✓", said, re.MULTILINE)]
    assert passed == list(range(1, 11))
    assert "VERIFIED, WITH LIMITS" in said
    headline = re.sub(r"[│\s]+", " ", said)
    for limit in (
        "finality is not proven",
        "everybody can forge its proofs (development keys)",
        "no witness vouches for its last block",
    ):
        assert limit in headline
    assert "days old" not in headline, "the clock of the story counts"
    assert "Isar Motors AG" in said
    page = (told.workspace.folder / "verdict.html").read_text("utf-8")
    assert "finality is not proven" in page


def test_the_bundle_says_the_same_as_the_passport(told: Told) -> None:
    folder = told.workspace.folder
    passport = json.loads((folder / "passport.json").read_text("utf-8"))
    anchor = Anchor.load(folder / "anchor.json")
    evidence = establish((folder / "car.bundle").read_bytes(), anchor)
    story = tell_story(evidence)
    assert "0x" + evidence.subject.id.hex() == passport["product"]
    replay = story.replay
    assert (len(replay.book.lots), len(replay.runs.runs)) == (passport["lots"], passport["runs"])
    claims = {claim["claim"] for metal in passport["metals"] for claim in metal["claims"]}
    assert claims <= {"0x" + claim.hex() for claim in replay.claims.claims}


def test_command_and_gateway_give_the_same_bundle(told: Told, settings: Settings) -> None:
    product = json.loads((told.workspace.folder / "passport.json").read_text("utf-8"))["product"]
    made = told.workspace.folder / "again.bundle"
    ended = subprocess.run(
        [sys.executable, "-m", "lodetrace", "audit", "export", "--product", product,
         "--out", str(made)],
        env={**os.environ, **settings.environment}, cwd=ROOT, capture_output=True, text=True,
        timeout=LIMIT, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert made.read_bytes() == (told.workspace.folder / "car.bundle").read_bytes()


def test_no_amount_leaves_in_clear(told: Told, expected: dict[str, Balance]) -> None:
    """A lot's metal, known to its holder, is nowhere in what the gateway hands out."""
    published = (told.workspace.folder / "passport.json").read_text("utf-8")
    published += (told.workspace.folder / "provenance.svg").read_text("utf-8")
    for balance in expected.values():
        if balance.metal % 1_000_000:  # round figures could stand there by chance
            assert str(balance.metal) not in published


def test_the_index_rebuilt_from_the_chain_is_identical(
    told: Told, settings: Settings, tmp_path: Path
) -> None:
    digests = []
    for database in (told.workspace.index, tmp_path / "anew.db"):
        url = f"sqlite:///{database}"
        gateway = open_gateway(
            GatewaySettings.open(settings, url, f"sqlite:///{tmp_path / 'access.db'}")
        )
        gateway.indexer.catch_up()
        digests.append(digest(gateway.engine))
    assert digests[0] == digests[1]


def test_a_second_run_resumes_and_ends_alike(told: Told) -> None:
    before = (told.workspace.folder / "journal.jsonl").read_bytes()
    again = tell(told.workspace.folder)
    assert again.returncode == 0, again.stdout[-2000:]
    assert (told.workspace.folder / "journal.jsonl").read_bytes() == before
    before_the_end, at_the_end = again.stdout.split(STOPPED)
    assert before_the_end.count("holds") == told.said.split(STOPPED)[0].count("holds") == 8
    assert "VERIFIED" in at_the_end


def test_a_visitor_acts_between_two_runs(told: Told, tmp_path: Path) -> None:
    """On the chain that the demo serves at its end: acted, exported, verified, stopped, resumed."""
    story = read_story(told.workspace.story)
    product = json.loads((told.workspace.folder / "passport.json").read_text("utf-8"))["product"]
    exported = tmp_path / "car.bundle"
    for turn in range(2):
        with set_up(told.workspace, "embedded") as story_chain:
            settings, before = story_chain.settings, story_chain.clock.now()
            story_chain.clock.catch_up()
            (declared,) = {step.actor for step in story.steps if step.do == "declare"}
            members = StoryMembers.of(story, settings)
            maker = members[declared]
            declare(maker, f"a visitor's car {turn}")
            node = maker.contracts.node
            last = node.header().number
            times = [node.header(number).time for number in range(last - 5, last + 1)]
            members.close()
            assert times == sorted(times)
            assert times[-1] >= max(before, int(time.time()) - 60)
            ended = subprocess.run(
                [sys.executable, "-m", "lodetrace", "audit", "export", "--product", product,
                 "--out", str(exported)],
                env={**os.environ, **settings.environment}, cwd=ROOT, capture_output=True,
                text=True, timeout=LIMIT, check=False,
            )  # fmt: skip
            assert ended.returncode == 0, ended.stderr
        establish(exported.read_bytes(), Anchor.load(told.workspace.folder / "anchor.json"))
        exported.unlink()
    again = tell(told.workspace.folder)
    assert again.returncode == 0, again.stdout[-2000:]
    assert "VERIFIED" in again.stdout.split(STOPPED)[1]


@pytest.mark.parametrize("day", ["2027-02-01", "2028-06-01"])
def test_a_visitor_trades_in_a_later_year(told: Told, tmp_path: Path, day: str) -> None:
    """A lot that was split where it was bought is offered while the place of its birth is known."""
    later = seconds(day)
    shutil.copytree(told.untouched, tmp_path / "demo")
    workspace = Workspace(tmp_path / "demo", told.workspace.story)
    with set_up(workspace, "embedded") as found:
        clock = SetClock(Node.of(found.settings), lambda: later)
        story_chain, story = replace(found, clock=clock), read_story(workspace.story)
        members = StoryMembers.of(story, found.settings)
        buyer = members["dongfan"]
        lot = next(one.id for one in held_lots(buyer) if buyer.reads.birthplace(one.id) != ZERO32)
        receiver = members.keys("saimaa").account
        clock.forward_to(later - DAY_SECONDS)
        with pytest.raises(ContractRefused) as refused:
            offer(buyer, [lot], receiver, later + DAY_SECONDS)
        assert refused.value.name == "PlaceNotDetermined"
        bring_to_today(story_chain)
        bring_to_today(story_chain)
        made = offer(buyer, [lot], receiver, later + DAY_SECONDS)
        assert [one.lot for one in made] == [lot]
        places = story.part("places")["determinations"]
        reads = members.anybody().reads
        said = [reads.determinations(keccak256(one["place"].encode())) for one in places]
        assert [len(one) for one in said] == [2] * len(places)
        members.close()


def test_a_demo_of_other_code_is_recognised(told: Told, tmp_path: Path) -> None:
    other = tmp_path / "demo"
    other.mkdir()
    (other / "made-by.json").write_text('{"code": "00", "story": "00"}')
    refused = tell(other)
    assert refused.returncode == 9
    assert "RESET=1" in refused.stdout
