"""An oracle service beside the bare replay of the transactions that it sent, on the same node.

The replay knows nothing of documents. What a service cannot leave out is measured beside it: a
document read strictly, its hash by the reference algorithm, its signature recovered, the
commitment made and one durable commit, and then the replay.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import BenchmarkResult, MeasureUnit, Reference
from benchmarks.stage import BenchmarkStage
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import deployment_path
from lodetrace.devchain import ANVIL, GANACHE, DevChain, running
from lodetrace.documents.event_hash import identities
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.store import FILE, MemberStore
from lodetrace.node.client import Node
from lodetrace.settings import Network
from lodetrace.storage import open_database, transaction
from lodetrace.strict_json import parse
from lodetrace.text import hex_of
from oracle.assembly import RunningService, opened_service
from oracle.service.intake import Intake
from oracle.service.reports import EventReports
from oracle.service.states import ReportState
from oracle.service.store import Store
from oracle.settings import OracleSettings
from tests.support.births import birth_of
from tests.support.cobalt_chain import COBALT, CobaltChain, found_cobalt
from tests.support.consortium import compiled

AIM = 1.43  # 1 / 0.7: documents a second at least 0.7 of the replay's
CHAINS = {"anvil": ANVIL, "Ganache": GANACHE}
STEPS = 2 * len(CHAINS)
ORACLE = 12  # development key of the story's first inspector
NETWORKS = """
development:
  - {id: anvil, name: anvil, host: "http://127.0.0.1", cmd_settings: {port: 1, chain_id: CHAIN}}
"""

Served = Callable[[RunningService, list[bytes]], None]


@dataclass(frozen=True)
class DocumentRoute:
    """How documents come. serve: brings them all and returns once they are attested.

    at_once: in full batches.
    """

    name: str
    documents: int
    serve: Served
    at_once: bool


@dataclass(frozen=True)
class Times:
    """Seconds for a document: in the service, in the replay, and for what cannot be left out."""

    service: float
    replay: float
    least: float


def measure(stage: BenchmarkStage) -> list[BenchmarkResult]:
    """From a document's bytes to its receipt, and the same transactions sent barely."""
    found = []
    for chain, program in CHAINS.items():
        for way in WAYS:
            with running(program) as started:
                times = _measure(started, way)
            name = f"attest a document, {way.name}, {chain}"
            bare = Reference("the same transactions, signed before", times.replay)
            least = Reference("what cannot be left out", times.replay + times.least)
            found.append(BenchmarkResult(name, times.service, MeasureUnit.SECONDS, bare, AIM))
            found.append(BenchmarkResult(name, times.service, MeasureUnit.SECONDS, least))
            stage.step()
    return found


def _measure(chain: DevChain, way: DocumentRoute) -> Times:
    with Node(chain.url, chain.chain_id) as node, TemporaryDirectory(prefix="lodetrace-") as folder:
        home = Path(folder)
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        cobalt = found_cobalt(node, network, Artifacts(compiled()), home)
        settings = oracle_settings(chain, cobalt, home)
        contents = [
            birth_of(cobalt.domain, 1_000 + number, f"B{number}", 100)
            for number in range(1, way.documents + 1)
        ]
        snapshot = node.rpc("evm_snapshot")
        seconds, raw = serve(settings, way, contents)
        node.rpc("evm_revert", [snapshot])
        bare, least = replay(node, raw), least_of(contents, home / "least.sqlite")
    count = way.documents
    return Times(seconds / count, bare / count, least / count)


def serve(
    settings: OracleSettings, way: DocumentRoute, contents: list[bytes]
) -> tuple[float, list[bytes]]:
    """Seconds until the last receipt, and what was sent."""
    keys = MemberKeys.for_development(ORACLE)
    with opened_service(settings, keys) as service:
        service.service.round()  # loads what is loaded once
        start = time.perf_counter()
        way.serve(service, contents)
        seconds = time.perf_counter() - start
        with closing(MemberStore(service.folder / FILE, keys)) as store:
            raw = [entry.raw for entry in store.outbox.entries(keys.signer)]
    return seconds, raw


def _all_at_once(service: RunningService, contents: list[bytes]) -> None:
    with Store(service.folder) as store:
        with store.write():
            for content in contents:
                Intake(store).accept(content, "bench", "")
        _finish(service, store, len(contents))


def _one_by_one(service: RunningService, contents: list[bytes]) -> None:
    with Store(service.folder) as store:
        for content in contents:
            Intake(store).accept(content, "bench", "")
            service.service.round()
        _finish(service, store, len(contents))


def _finish(service: RunningService, store: Store, count: int) -> None:
    while EventReports(store).count(ReportState.ATTESTED) < count:
        service.service.round()


WAYS = (
    DocumentRoute("20 in a transaction", 400, _all_at_once, at_once=True),
    DocumentRoute("one by one", 100, _one_by_one, at_once=False),
)


def replay(node: Node, raw: list[bytes]) -> float:
    """Seconds until the last of them has a receipt."""
    from zk_circuits.keccak import keccak256

    start = time.perf_counter()
    for transaction_bytes in raw:
        node.send(transaction_bytes)
    for transaction_bytes in raw:
        while node.receipt(hex_of(keccak256(transaction_bytes))) is None:
            time.sleep(0.01)
    return time.perf_counter() - start


def least_of(contents: list[bytes], path: Path) -> float:
    """Seconds for what every service has to do with documents."""
    database = open_database(path, "CREATE TABLE taken (hash TEXT, content BLOB)", 1)
    start = time.perf_counter()
    for content in contents:
        signed = SignedDocument.of(parse(content))
        signed.verify(signed.domain)
        [identity] = identities(signed.document.raw)
        attestable_events(signed, SiteStatement.of(signed.document))
        with transaction(database, path):
            database.execute("INSERT INTO taken VALUES (?, ?)", (str(identity), content))
    seconds = time.perf_counter() - start
    database.close()
    return seconds


def oracle_settings(
    chain: DevChain | Node,
    cobalt: CobaltChain,
    home: Path,
    network: str = "anvil",
    networks: str = NETWORKS,
) -> OracleSettings:
    """Settings of a service that watches home/inbox."""
    (home / "inbox").mkdir()
    (home / "networks.yaml").write_text(networks.replace("CHAIN", str(chain.chain_id)))
    cobalt.deployment.save(deployment_path(home / "deployments", network))
    return OracleSettings.load(
        {
            "LODETRACE_NETWORKS": str(home / "networks.yaml"),
            "LODETRACE_NETWORK": network,
            "LODETRACE_RPC_URL": chain.url,
            "LODETRACE_BUILD": str(compiled().parent),
            "LODETRACE_DEPLOYMENTS": str(home / "deployments"),
            "LODETRACE_HOME": str(home),
            "LODETRACE_DECLARATIONS": str(COBALT / "sites.yaml"),
            "LODETRACE_ORACLE_FOLDER": str(home / "inbox"),
            "LODETRACE_ORACLE_PORT": "0",
            "LODETRACE_ORACLE_MONITOR_PORT": "0",
        }
    )
