"""Witnesses by the program, on a real anvil: from their keys to a reader who demands them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from api.bundles import bundles_of
from lodetrace.audit.bundle import Bundle, BundleSubject, Subject
from lodetrace.audit.heads import AHEAD, GRID
from lodetrace.errors import ExitCode
from lodetrace.evidence.cosignatures import AnchorWithoutWitnesses, Wanted
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.onchain.reads import Reads
from lodetrace.text import hex_of, iso_time
from tests.e2e.shells import Shell, Village
from tests.e2e.steps import born_lot, development

pytestmark = [pytest.mark.chain, pytest.mark.slow]

KEYS = (11, 12, 13)
"""Of the development mnemonic; no member has them."""

CLOCK = """
import sys, time
real, ahead = time.time, int(sys.argv.pop(1))
time.time = lambda: real() + ahead
from lodetrace.cli.main import run
run()
"""
"""The program on a machine whose clock is that of the chain, which tests move on."""


@dataclass
class Witnessed:
    """A lot of the mine, an anchor that names three witnesses, and their machines."""

    village: Village
    lot: str
    own: str
    auditor: Shell
    ahead: int

    def order(self, key: int, *words: str) -> list[str]:
        order = [sys.executable, "-c", CLOCK, str(self.ahead), "audit", "witness"]
        return [*order, *words, "--dev-index", str(key)]

    def folder(self, key: int) -> Path:
        return self.auditor.folder / f"witness-{key}"

    def once(self, key: int) -> dict[str, object]:
        words = ("--once", "--trust", "anchor.json", "--folder", str(self.folder(key)), "--json")
        done = subprocess.run(
            self.order(key, *words),
            cwd=self.auditor.folder,
            env={**os.environ, **self.auditor.environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    @property
    def now(self) -> int:
        return int(time.time()) + self.ahead


@pytest.fixture(scope="module")
def witnessed(village: Village) -> Witnessed:
    """One witness is of the mine's own group."""
    mine = development(village, "mine")
    lot = born_lot(village, mine, "W01")
    auditor = village.shell("reader")
    reads = Reads(village.consortium.contracts())
    organisation = reads.account(reads.lot(bytes.fromhex(lot[2:])).account).organisation
    own = hex_of(reads.organisation(organisation).group)
    groups = [own, "0x" + "22" * 32, "0x" + "33" * 32]
    named = [
        [MemberKeys.for_development(key).signer.lower(), group, 0, None]
        for key, group in zip(KEYS, groups, strict=True)
    ]
    (auditor.folder / "witnesses.json").write_text(json.dumps({"witnesses": named}))
    order = ("audit", "checkpoint", "--witnesses", "witnesses.json", "--out", "anchor.json")
    made = auditor.json(*order)
    assert made["witnesses"] == [one[0] for one in named]
    chain = village.consortium.node.header().time
    quiet = chain - chain % GRID + GRID + AHEAD
    return Witnessed(village, lot, own, auditor, quiet + 1 - int(time.time()))


def test_a_reader_who_demands_witnesses(witnessed: Witnessed) -> None:
    auditor = witnessed.auditor
    signed = [witnessed.once(key) for key in KEYS]
    assert {one["hash"] for one in signed} == {signed[0]["hash"]}
    again = witnessed.once(KEYS[0])
    assert (again["signed"], again["seen_at"]) == (False, signed[0]["seen_at"])
    sources = [word for key in KEYS for word in ("--witness", str(witnessed.folder(key)))]
    export = ("audit", "export", "--lot", witnessed.lot, "--trust", "anchor.json", "--out")
    told = auditor.json(*export, "lot.bundle", *sources)
    assert (told["block"], told["witnesses"]) == (signed[0]["block"], 3)
    policy = {
        "format": "lodetrace-policy/1",
        "witnesses": {"at_least": 2},
        "max_age": "1 hour",
    }
    (auditor.folder / "policy.json").write_text(json.dumps(policy))
    verify = ("audit", "verify", "--trust", "anchor.json", "--policy", "policy.json")
    now = ("--now", iso_time(witnessed.now))
    found = auditor.json(*verify, *now, "lot.bundle")
    as_of = found["verdict"]["as_of"]
    assert (as_of["witnessed"], as_of["witnesses"]["needed"]) == (True, 2)
    assert as_of["witnesses"]["own_groups_left_out"] == [witnessed.own]
    assert as_of["time"] == min(str(one["seen_at"]) for one in signed[1:])
    assert set(found["sha256"]) == {"bundle", "anchor", "policy"}
    assert not any("witness" in limit for limit in found["verdict"]["limits"])
    late = ("--now", iso_time(witnessed.now + 2 * 3600))
    old = auditor.json(*verify, *late, "lot.bundle", code=ExitCode.REFUSED)
    assert old["refusal"]["code"] == "EvidenceTooOld"
    auditor.run(*export, "bare.bundle")
    bare = auditor.json(*verify, *now, "bare.bundle", code=ExitCode.REFUSED)
    assert bare["refusal"]["code"] == "WitnessesTooFew"
    few = auditor.run(*export, "few.bundle", *sources[:4], "--json", code=ExitCode.NOT_FOUND)
    assert few.problem["code"] == "HeadNotWitnessed"
    compared = auditor.json("audit", "fork", sources[1], sources[3])
    assert compared["kind"] is None


def test_a_gateway_that_knows_the_heads_gives_the_same_bytes(
    witnessed: Witnessed, caplog: pytest.LogCaptureFixture
) -> None:
    """And where too few signed, or one is out of reach, a bundle without them, and a warning."""
    contracts, folder = witnessed.village.consortium.contracts(), witnessed.auditor.folder
    subject = Subject(BundleSubject.LOT, bytes.fromhex(witnessed.lot[2:]))
    newest = contracts.node.head()
    heads = [str(witnessed.folder(key)) for key in KEYS]
    anchor = folder / "anchor.json"
    whole = bundles_of(contracts, anchor, heads).of(Wanted(subject, None, newest))
    assert whole == (folder / "lot.bundle").read_bytes()
    assert caplog.messages == []
    few = bundles_of(contracts, anchor, [*heads[:2], str(folder / "nobody")])
    assert few.of(Wanted(subject, None, newest)) == (folder / "bare.bundle").read_bytes()
    assert [message.split(" ")[:2] for message in caplog.messages] == [
        ["no", "heads"], ["no", "block"],
    ]  # fmt: skip
    named = few.of(Wanted(subject, Bundle.decode(whole).headers[-1].number, newest))
    assert len(Bundle.decode(named).cosignatures) == 2
    with pytest.raises(AnchorWithoutWitnesses):
        bundles_of(contracts, None, heads)


def test_another_member_signs_the_anchor_with_its_witnesses(witnessed: Witnessed) -> None:
    auditor = witnessed.auditor
    extend = ("audit", "checkpoint", "--extend", "anchor.json", "--out")
    auditor.run(*extend, "same.json")
    one, other = (auditor.folder / name for name in ("anchor.json", "same.json"))
    assert one.read_bytes() == other.read_bytes()
    named = json.loads((auditor.folder / "witnesses.json").read_text())["witnesses"]
    (auditor.folder / "fewer.json").write_text(json.dumps({"witnesses": named[1:]}))
    moved = (*extend, "moved.json", "--witnesses", "fewer.json", "--json")
    refused = auditor.run(*moved, code=ExitCode.INPUT)
    assert refused.problem["code"] == "AnchorInconsistent"
    (auditor.folder / "none.json").write_text("{}")
    odd = auditor.run(*moved[:-2], "none.json", "--json", code=ExitCode.INPUT)
    assert odd.problem["code"] == "WitnessesMalformed"


def test_the_service_gives_its_heads_away_until_it_is_ended(witnessed: Witnessed) -> None:
    later = replace(witnessed, ahead=witnessed.ahead + GRID)
    with running(later, KEYS[1]) as (address, ended):
        auditor = later.auditor
        sources = ("--witness", address, "--witness", str(later.folder(KEYS[2])))
        export = ("audit", "export", "--lot", later.lot, "--trust", "anchor.json")
        auditor.run("audit", "fork", address, str(later.folder(KEYS[2])))
        told = auditor.json(*export, "--out", "served.bundle", *sources)
        assert told["witnesses"] == 2
        assert ended() == 0


@contextmanager
def running(witnessed: Witnessed, key: int) -> Iterator[tuple[str, Callable[[], int]]]:
    """Where a witness answers, once it has signed; and what ends it, and with which code."""
    words = ("--trust", "anchor.json", "--folder", str(witnessed.folder(key)), "--port", "0")
    log = witnessed.auditor.folder / "witness.log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            witnessed.order(key, *words),
            cwd=witnessed.auditor.folder,
            env={**os.environ, **witnessed.auditor.environment},
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
    try:
        deadline = time.monotonic() + 120
        while "signed block" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        found = re.search(r"heads at (http://[\w.:/]+)", log.read_text())
        assert found is not None

        def ended() -> int:
            process.send_signal(signal.SIGTERM)
            return process.wait(60)

        yield found[1], ended
    finally:
        process.kill()
        process.wait()
