"""Oracle services of a test: real settings, a real folder, keys of the development mnemonic."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lodetrace.contracts.deployment import deployment_path
from lodetrace.contracts.events.lots import Attested, EventStanding
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.strict_json import parse
from oracle.assembly import RunningService, opened_service
from oracle.attest_files import FileOutcome, attest_files
from oracle.service.loop import keep_going
from oracle.service.overview import overview
from oracle.settings import OracleSettings
from tests.support import births
from tests.support.births import Edit, lot_named
from tests.support.cobalt_chain import COBALT, CobaltChain
from tests.support.consortium import compiled

__all__ = ["ServiceNode", "lot_named"]

NETWORKS = """
development:
  - {id: anvil, name: anvil, host: "http://127.0.0.1", cmd_settings: {port: 1, chain_id: 31337}}
"""
FIRST_ORACLE = 12
STEPS = (
    "received", "stored", "judged", "examined", "simulated", "signed", "persisted", "broadcast",
    "sent", "receipt", "recorded", "collected", "followed",
)  # fmt: skip
"""Every checkpoint of the pipeline, in its order."""
MINES = ("mwinda-mine-M01", "mwinda-mine-M02", "lukusa-mine-L01", "tujenge-coop-T01")


@dataclass
class ServiceNode:
    """One oracle node with its own home. url: of its chain node, where it is another one."""

    chain: CobaltChain
    home: Path
    index: int = FIRST_ORACLE
    url: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    keys: MemberKeys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = MemberKeys.for_development(self.index)

    @property
    def inbox(self) -> Path:
        """The folder that it watches."""
        found = self.home / "inbox"
        found.mkdir(parents=True, exist_ok=True)
        return found

    def variables(self) -> dict[str, str]:
        """Its environment, with the files that this names."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "networks.yaml").write_text(NETWORKS)
        self.chain.deployment.save(deployment_path(self.home / "deployments", "anvil"))
        return {
            "LODETRACE_NETWORKS": str(self.home / "networks.yaml"),
            "LODETRACE_NETWORK": "anvil",
            "LODETRACE_RPC_URL": self.url or self.chain.node.url,
            "LODETRACE_RPC_TIMEOUT": "2",
            "LODETRACE_BUILD": str(compiled().parent),
            "LODETRACE_DEPLOYMENTS": str(self.home / "deployments"),
            "LODETRACE_HOME": str(self.home),
            "LODETRACE_DECLARATIONS": str(COBALT / "sites.yaml"),
            "LODETRACE_ORACLE_FOLDER": str(self.inbox),
            "LODETRACE_ORACLE_PORT": "0",
            "LODETRACE_ORACLE_MONITOR_PORT": "0",
            "LODETRACE_ORACLE_POLL_MS": "50",
            "LODETRACE_ORACLE_HEAD_SECONDS": "0",
            **self.environment,
        }

    @property
    def settings(self) -> OracleSettings:
        return OracleSettings.load(self.variables())

    @contextmanager
    def opened(self, **others: Any) -> Iterator[RunningService]:
        """The service, for one block of code."""
        with opened_service(self.settings, self.keys, **others) as running:
            yield running

    def work(self, **others: Any) -> None:
        """Opened, until nothing more can be done, and closed again."""
        with self.opened(**others) as running:
            settle(running)

    def attest(self, *paths: Path, **others: Any) -> list[FileOutcome]:
        """What `lodetrace-oracle attest` does with files."""
        return attest_files(self.settings, self.keys, paths, **others)

    def drop(self, *labels: str) -> None:
        """Documents of the story come into its folder."""
        for label in labels:
            put(self.inbox / f"{label}.json", self.chain.documents[label].read_bytes())

    @property
    def folder(self) -> Path:
        """Where its databases are."""
        [found] = {path.parent for path in self.home.rglob("oracle.lock")}
        return found

    def states(self) -> dict[str, str]:
        """Shown state by file name."""
        return {line.name.removesuffix(".json"): line.shown_state for line in self.lines()}

    def reasons(self) -> dict[str, str]:
        """Reason by file name."""
        return {line.name.removesuffix(".json"): line.reason for line in self.lines()}

    def lines(self) -> list[Any]:
        return list(overview(self.folder, self.settings.stuck_after, 100_000).lines)

    def sent(self) -> int:
        """Transactions of this node that the chain has."""
        return self.chain.node.transaction_count(self.keys.account, "latest")


def put(path: Path, content: bytes) -> Path:
    """A file that appears complete, as `mv` makes it."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(content)
    return unfinished.rename(path)


def settle(running: RunningService, rounds: int = 200) -> None:
    """Rounds until two in a row had nothing to do; the folder's files have settled by then."""
    idle = 0
    for _ in range(rounds):
        idle = 0 if running.service.round() else idle + 1
        if idle == 2:
            return
    raise AssertionError("the service never comes to rest")


def run_until(running: RunningService, done: Callable[[], bool], limit: int = 60) -> None:
    """Rounds as its process makes them, faults included, until something is so."""

    def watch() -> None:
        deadline = time.monotonic() + limit
        while not done() and time.monotonic() < deadline:
            time.sleep(0.05)
        running.end()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        keep_going(running.service, running.service_health, running.stop, running.wake, 50)
    finally:
        watcher.join()
        running.stop.clear()
    assert done(), running.service_health.trouble


def attested(chain: CobaltChain) -> list[Attested]:
    return chain.contracts().happened(Attested)


def standing(chain: CobaltChain) -> list[EventStanding]:
    return chain.contracts().happened(EventStanding)


def signed_birth(
    chain: CobaltChain, sequence: int, edit: Edit = lambda event: None, revision: int = 0
) -> bytes:
    """A birth at the first mine, signed and filed by its operator."""
    content = births.signed_birth(chain.domain, sequence, edit, revision)
    chain.file(SignedDocument.of(parse(content)))
    return content
