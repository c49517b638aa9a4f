"""An oracle service on a real Besu, beside the bare sending of as many attestations.

    BESU_HOME=... JAVA_HOME=... .venv/bin/python -m benchmarks.besu.attesting

The replay's transactions are of the same shape and size as the service's, but another inspector's
and about other documents of the same site: a chain of four validators cannot be set back.
"""

import os
import sys
from pathlib import Path

from benchmarks.attesting import (
    ORACLE,
    WAYS,
    DocumentRoute,
    least_of,
    oracle_settings,
    replay,
    serve,
)
from benchmarks.besu.custody import KIND
from benchmarks.besu.network import CHAIN_ID, running
from lodetrace.contracts.abi import Artifacts
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement, attestable_events
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.node.client import Node
from lodetrace.settings import Network
from lodetrace.strict_json import parse
from lodetrace.transactions.sender import GAS_CEILING
from lodetrace.transactions.signing import Fee, Unsigned, sign_transaction
from oracle.service.submitter import BATCH
from oracle.settings import OracleSettings
from tests.support.births import birth_of
from tests.support.cobalt_chain import CobaltChain, found_cobalt
from tests.support.consortium import compiled

NETWORKS = f"""
live:
  - name: Besu
    networks:
      - {{id: besu, name: besu, host: "http://127.0.0.1:1", chainid: CHAIN}}
lodetrace:
  besu: {{development: true, gas: free, window: {KIND.window}}}
"""


def main() -> int:
    """Prints seconds for a document in each way, beside the replay and what it cannot leave out."""
    if not os.environ.get("BESU_HOME"):
        print("NOTHING WAS MEASURED: BESU_HOME is not set.", file=sys.stderr)
        return 1
    with running() as network, Node(network.urls[0], CHAIN_ID, 60, KIND) as node:
        print(f"Besu {network.version}, {len(network.nodes)} validators, 1 s", flush=True)
        entry = Network("besu", "besu", node.url, CHAIN_ID, True, KIND)
        cobalt = found_cobalt(node, entry, Artifacts(compiled()), network.folder)
        settings = oracle_settings(node, cobalt, network.folder, "besu", NETWORKS)
        for number, way in enumerate(WAYS):
            _measure(node, cobalt, settings, way, 2_000 * number)
    return 0


def _measure(
    node: Node, cobalt: CobaltChain, settings: OracleSettings, way: DocumentRoute, first: int
) -> None:
    count = way.documents
    contents = [
        birth_of(cobalt.domain, 1_000 + number, f"B{number}", 100)
        for number in range(first, first + 2 * count)
    ]
    served, others = contents[:count], contents[count:]
    seconds, _ = serve(settings, way, served)
    size = BATCH if way.at_once else 1
    bare = replay(node, _signed(node, cobalt, others, size))
    least = least_of(served, Path(settings.library.home) / f"{first}.sqlite") + bare
    print(
        f"{way.name}: {seconds / count * 1_000:.1f} ms a document;"
        f" replay {bare / count * 1_000:.1f} ms, {bare / seconds:.2f} of its rate;"
        f" with what cannot be left out {least / count * 1_000:.1f} ms, {least / seconds:.2f}",
        flush=True,
    )


def _signed(node: Node, cobalt: CobaltChain, contents: list[bytes], size: int) -> list[bytes]:
    keys, contracts = MemberKeys.for_development(ORACLE + 1), cobalt.contracts()
    documents = [SignedDocument.of(parse(content)) for content in contents]
    events = [
        found.event
        for signed in documents
        for found in attestable_events(signed, SiteStatement.of(signed.document))
    ]
    target = contracts.address("Attestations")
    nonce = node.transaction_count(keys.account, "latest")
    raw: list[bytes] = []
    for at in range(0, len(events), size):
        data = contracts.data("Attestations", "attestMany", events[at : at + size])
        unsigned = Unsigned(CHAIN_ID, nonce + len(raw), target, data, GAS_CEILING, Fee(0, 0))
        raw.append(sign_transaction(unsigned, keys.signing_key).raw)
    return raw


if __name__ == "__main__":
    sys.exit(main())
