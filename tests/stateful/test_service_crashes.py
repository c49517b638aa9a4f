"""The service under kill -9: lost 0, doubled 0, phantom 0, whichever step it dies at.

CRASHES: how many seeded crashes; 20 in `make test`, 100 in `make test-long`. They come in lots of
at most 250, each on a chain of its own; CRASH_SEED is the first lot's seed, the next has the next,
so that a run that was cut goes on with the lot at which it stopped.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from lodetrace.contracts.events.lots import Attested
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.strict_json import parse
from tests.stateful.nursery import Nursery
from tests.stateful.service_node import STEPS, ServiceNode, put, signed_birth
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

CRASHES = int(os.environ.get("CRASHES", "20"))
SEED = int(os.environ.get("CRASH_SEED", "1"))
LOT = 250
LOTS = [(SEED + start // LOT, min(LOT, CRASHES - start)) for start in range(0, CRASHES, LOT)]
SAID_EVERY = 25
"""Crashes between two lines on the screen."""
MOST_STEPS = 40
LAST_LIFE = 600
"""Seconds for what the killed lives left undone; far more than it takes on an idle machine."""


@dataclass
class Site:
    """A mine that brings documents, and remembers which were acknowledged."""

    node: ServiceNode
    client: httpx.Client
    made: dict[bytes, bytes] = field(default_factory=dict)
    acknowledged: set[bytes] = field(default_factory=set)
    effects: Counter[bytes] = field(default_factory=Counter)
    seen: int = 0

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
            answer = self.client.post(f"{address}/documents", content=content)
        except httpx.HTTPError:
            return
        if answer.status_code == 202:
            self.acknowledged.add(key)

    def look(self) -> Counter[bytes]:
        """Attestations on chain by document; only blocks that are new are read."""
        head = self.node.chain.node.header().number
        if head > self.seen:
            found = self.node.chain.contracts().events(Attested, self.seen + 1, head)
            events = [one.event for one in found if isinstance(one.event, Attested)]
            self.effects.update(event.statement.document for event in events)
            self.seen = head
        return self.effects

    def is_at_rest(self) -> bool:
        """Whether everything that was acknowledged had its effect, and the node knows of it."""
        found = self.look()
        done = all(found[key] for key in self.acknowledged)
        return done and "pending" not in self.node.states().values()

    def verdict(self) -> dict[str, int]:
        """Of the whole chain."""
        self.effects, self.seen = Counter(), 0
        found = self.look()
        return {
            "lost": sum(1 for key in self.acknowledged if found[key] == 0),
            "doubled": sum(1 for count in found.values() if count > 1),
            "phantom": sum(1 for key in found if key not in self.made),
        }


NOTHING = {"lost": 0, "doubled": 0, "phantom": 0}


@pytest.fixture
def site(cobalt: CobaltChain, tmp_path: Path) -> Iterator[Site]:
    with httpx.Client(timeout=30) as client:
        yield Site(ServiceNode(cobalt, tmp_path / "node"), client)


def live(site: Site, nursery: Nursery, deadly: str, posts: int) -> int:
    """One life of the service, in which documents are posted; its exit code."""
    address = nursery.begin(deadly)
    for _ in range(posts if address else 0):
        site.post(address)
    if deadly != "0":
        return nursery.end()
    deadline = time.monotonic() + LAST_LIFE
    while not site.is_at_rest() and time.monotonic() < deadline:
        time.sleep(0.02)
    return nursery.stop()


def test_killed_at_each_step_in_turn(site: Site) -> None:
    with Nursery(site.node) as nursery:
        for step in STEPS:
            site.drop()
            assert live(site, nursery, step, posts=1) == -signal.SIGKILL, step
        assert live(site, nursery, "0", posts=0) == 0
    assert site.verdict() == NOTHING
    assert set(site.node.states().values()) == {"attested"}


@pytest.mark.parametrize(("seed", "crashes"), LOTS)
def test_seeded_crashes(site: Site, seed: int, crashes: int) -> None:
    chance = random.Random(f"service {seed}")
    start = time.monotonic()
    with Nursery(site.node) as nursery:
        for number in range(1, crashes + 1):
            site.drop()
            deadly = str(chance.randint(1, MOST_STEPS))
            assert live(site, nursery, deadly, posts=chance.randint(1, 4)) == -signal.SIGKILL
            assert max(site.look().values(), default=0) <= 1, f"doubled after {number} crashes"
            if number % SAID_EVERY == 0 and number < crashes:
                print(_progress(site, seed, number, start), flush=True)
        assert live(site, nursery, "0", posts=1) == 0
    verdict = site.verdict()
    print(_progress(site, seed, crashes, start), *(f"{key} {n}" for key, n in verdict.items()))
    assert verdict == NOTHING
    assert set(site.node.states().values()) == {"attested"}


def _progress(site: Site, seed: int, crashes: int, start: float) -> str:
    documents = f"{len(site.made)} documents, {len(site.acknowledged)} acknowledged"
    return f"seed {seed}: {crashes} crashes, {documents}, {time.monotonic() - start:.0f} s"
