"""An oracle service beside the bare replay of the transactions that it sent, on the same node."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Measurement, Reference, Unit
from benchmarks.stage import Stage
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import deployment_path
from lodetrace.devchain import ANVIL, DevChain, running
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.node import Node
from lodetrace.outbox import opened
from lodetrace.settings import Network
from oracle.service.reports import Reports, ReportState
from oracle.service.run import Running, opened_service
from oracle.service.store import Store
from oracle.settings import OracleSettings
from tests.stateful.births import birth_of
from tests.stateful.cobalt_chain import COBALT, CobaltChain, found_cobalt
from tests.stateful.consortium import compiled

DOCUMENTS = 400
AIM = 1.43  # 1 / 0.7: documents a second at least 0.7 of the replay's
STEPS = 2
ORACLE = 12  # development key of the story's first inspector
NETWORKS = """
development:
  - {id: anvil, name: anvil, host: "http://127.0.0.1", cmd_settings: {port: 1, chain_id: 31337}}
"""


def measure(stage: Stage) -> list[Measurement]:
    """Seconds for a document: from its file to its receipt, and its share of the bare sending."""
    with running(ANVIL) as chain, TemporaryDirectory(prefix="lodetrace-bench-") as folder:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        with Node(chain.url, chain.chain_id) as node:
            home = Path(folder)
            cobalt = found_cobalt(node, network, Artifacts(compiled()), home)
            settings = oracle_settings(chain, cobalt, home)
            _write(cobalt, home / "inbox")
            snapshot = node.rpc("evm_snapshot")
            seconds, raw = _serve(settings)
            stage.step()
            node.rpc("evm_revert", [snapshot])
            bare = _replay(node, raw)
            stage.step()
    reference = Reference("the same transactions, signed before", bare / DOCUMENTS)
    return [
        Measurement("attest a document", seconds / DOCUMENTS, Unit.SECONDS, reference, AIM),
    ]


def _serve(settings: OracleSettings) -> tuple[float, list[bytes]]:
    """Seconds until the last receipt, and what was sent."""
    keys = MemberKeys.for_development(ORACLE)
    with opened_service(settings, keys) as service:
        start = time.perf_counter()
        while not _is_done(service):
            service.service.round()
        seconds = time.perf_counter() - start
        with opened(service.folder / "outbox.sqlite") as outbox:
            raw = [entry.raw for entry in outbox.entries(keys.signer)]
    return seconds, raw


def _is_done(service: Running) -> bool:
    with Store(service.folder) as store:
        return Reports(store).count(ReportState.ATTESTED) == DOCUMENTS


def _replay(node: Node, raw: list[bytes]) -> float:
    """Seconds until the last of them has a receipt."""
    from zk_circuits.keccak import keccak256

    start = time.perf_counter()
    for transaction in raw:
        node.send(transaction)
    for transaction in raw:
        while node.receipt("0x" + keccak256(transaction).hex()) is None:
            time.sleep(0.01)
    return time.perf_counter() - start


def _write(cobalt: CobaltChain, inbox: Path) -> None:
    for number in range(1, DOCUMENTS + 1):
        content = birth_of(cobalt.deployment.chain_id, 1_000 + number, f"B{number}", 100)
        (inbox / f"{number}.json").write_bytes(content)
    time.sleep(2.1)  # until the files count as complete


def oracle_settings(chain: DevChain, cobalt: CobaltChain, home: Path) -> OracleSettings:
    """Settings of a service that watches home/inbox."""
    (home / "inbox").mkdir()
    (home / "networks.yaml").write_text(NETWORKS)
    cobalt.deployment.save(deployment_path(home / "deployments", "anvil"))
    return OracleSettings.load(
        {
            "LODETRACE_NETWORKS": str(home / "networks.yaml"),
            "LODETRACE_NETWORK": "anvil",
            "LODETRACE_RPC_URL": chain.url,
            "LODETRACE_BUILD": str(compiled().parent),
            "LODETRACE_DEPLOYMENTS": str(home / "deployments"),
            "LODETRACE_HOME": str(home),
            "LODETRACE_DECLARATIONS": str(COBALT / "sites.yaml"),
            "LODETRACE_ORACLE_FOLDER": str(home / "inbox"),
            "LODETRACE_ORACLE_PORT": "0",
        }
    )
