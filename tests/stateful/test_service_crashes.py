"""The service under kill -9: lost 0, doubled 0, phantom 0, whichever step it dies at.

CRASHES: how many seeded crashes; 20 in `make test`, 100 in `make test-long`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from cobalt_chain import CobaltChain
from service_node import ServiceNode, attested, put, signed_birth

from lodetrace.documents.envelope import SignedDocument
from lodetrace.documents.strict_json import parse

pytestmark = pytest.mark.chain

CRASHES = int(os.environ.get("CRASHES", "20"))
SEED = os.environ.get("CRASH_SEED", "1")
MOST_STEPS = 40
VICTIM = Path(__file__).with_name("service_victim.py")
STEPS = (
    "received", "stored", "judged", "examined", "simulated", "signed", "persisted", "broadcast",
    "sent", "receipt", "recorded", "collected", "followed",
)  # fmt: skip
"""Every checkpoint of the pipeline, in its order."""


@dataclass
class Site:
    """A mine that brings documents, and remembers which were acknowledged."""

    node: ServiceNode
    made: dict[bytes, bytes] = field(default_factory=dict)
    acknowledged: set[bytes] = field(default_factory=set)

    def document(self) -> tuple[bytes, bytes]:
        """A new document: its hash and its bytes."""
        number = len(self.made) + 1
        lot = f"https://id.gs1.org/01/09521234000013/10/C{number}"

        def edit(event: dict) -> None:
            event["quantityList"][0] |= {"epcClass": lot, "quantity": 100}
            event["ilmd"]["lodetrace:analysis"][0]["lodetrace:epcClass"] = lot

        content = signed_birth(self.node.chain, 1_000 + number, edit)
        key = SignedDocument.of(parse(content)).hash
        self.made[key] = content
        return key, content

    def drop(self) -> None:
        """A file is acknowledged by nobody; it stays until it was read."""
        key, content = self.document()
        put(self.node.inbox / f"{len(self.made)}.json", content)
        self.acknowledged.add(key)

    def post(self, address: str) -> None:
        """Posts a new document once. Without an answer it counts as not acknowledged."""
        key, content = self.document()
        try:
            answer = httpx.post(f"{address}/documents", content=content, timeout=30)
        except httpx.HTTPError:
            return
        if answer.status_code == 202:
            self.acknowledged.add(key)

    def effects(self) -> Counter[bytes]:
        """Attestations on chain by document."""
        return Counter(one.statement.document for one in attested(self.node.chain))

    def verdict(self) -> dict[str, int]:
        found = self.effects()
        return {
            "lost": sum(1 for key in self.acknowledged if found[key] == 0),
            "doubled": sum(1 for count in found.values() if count > 1),
            "phantom": sum(1 for key in found if key not in self.made),
        }


NOTHING = {"lost": 0, "doubled": 0, "phantom": 0}


@pytest.fixture
def site(cobalt: CobaltChain, tmp_path: Path) -> Site:
    return Site(ServiceNode(cobalt, tmp_path / "node"))


def live(site: Site, deadly: str, posts: int) -> int:
    """One life of the service, in which documents are posted; its exit code."""
    words = [sys.executable, str(VICTIM), str(site.node.index), deadly]
    environment = {**os.environ, **site.node.variables()}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        for _ in range(posts if address else 0):
            site.post(address)
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if deadly == "0" and _at_rest(site):
                process.send_signal(signal.SIGTERM)
                break
            time.sleep(0.02)
        return process.wait(60)
    finally:
        process.kill()
        process.stdout.close()


def _at_rest(site: Site) -> bool:
    found = site.effects()
    return all(found[key] for key in site.acknowledged)


def test_killed_at_each_step_in_turn(site: Site) -> None:
    for step in STEPS:
        site.drop()
        assert live(site, step, posts=1) == -signal.SIGKILL, step
    assert live(site, "0", posts=0) == 0
    assert site.verdict() == NOTHING
    assert set(site.node.states().values()) == {"attested"}


def test_seeded_crashes(site: Site) -> None:
    chance = random.Random(f"service {SEED}")
    kills = 0
    while kills < CRASHES:
        site.drop()
        code = live(site, str(chance.randint(1, MOST_STEPS)), posts=chance.randint(1, 4))
        assert code == -signal.SIGKILL
        kills += 1
        found = site.effects()
        assert max(found.values(), default=0) <= 1, f"doubled after {kills} crashes"
    assert live(site, "0", posts=1) == 0
    assert site.verdict() == NOTHING
    assert set(site.node.states().values()) == {"attested"}
    print(f"{kills} crashes, {len(site.made)} documents, {len(site.acknowledged)} acknowledged")
