"""Memory of an oracle service over many documents: `python -m benchmarks.memory 100000`.

Not part of `make bench`: it takes minutes, or an hour. The service works on a real chain, its
documents are signed by another process.
"""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.attesting import ORACLE, oracle_settings
from lodetrace.contracts.abi import Artifacts
from lodetrace.devchain import ANVIL, running
from lodetrace.documents.signed_number import site_domain
from lodetrace.eip712 import Domain
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.node.client import Node
from lodetrace.settings import Network
from oracle.assembly import opened_service
from oracle.service.reports import EventReports
from oracle.service.states import ReportState
from oracle.service.store import Store
from tests.support.births import birth_of
from tests.support.cobalt_chain import found_cobalt
from tests.support.consortium import compiled

STAGES = (1_000, 10_000, 25_000, 50_000, 75_000, 100_000)
"""Documents after which the memory is looked at; after the first all code has been loaded."""

# with all its old states anvil fills the disk: 64 GB after 75,000 blocks
CHAIN = replace(ANVIL, states=256)


def main(documents: int) -> int:
    """Prints what the process has in memory after 1,000 documents, then again and again."""
    with running(CHAIN) as chain, TemporaryDirectory(prefix="lodetrace-bench-") as folder:
        network = Network("anvil", "anvil", chain.url, chain.chain_id, True)
        with Node(chain.url, chain.chain_id) as node:
            cobalt = found_cobalt(node, network, Artifacts(compiled()), Path(folder))
            settings = oracle_settings(chain, cobalt, Path(folder))
            with opened_service(settings, MemberKeys.for_development(ORACLE)) as service:
                done = 0
                for wanted in (*(one for one in STAGES if one < documents), documents):
                    _write(cobalt.domain, wanted, Path(folder) / "inbox")
                    start = time.process_time()
                    with Store(service.folder) as store:
                        while EventReports(store).count(ReportState.ATTESTED) < wanted:
                            service.service.round()
                    cost = (time.process_time() - start) * 1_000 / (wanted - done)
                    memory = f"{_resident() >> 20} MiB"
                    print(f"{wanted:,} documents: {memory}, {cost:.1f} ms of CPU each", flush=True)
                    done = wanted
    return 0


def _write(domain: Domain, documents: int, inbox: Path) -> None:
    network = (str(domain.chain_id), str(domain.verifying_contract))
    words = [sys.executable, "-m", "benchmarks.memory", *network, str(documents), str(inbox)]
    subprocess.run(words, check=True)


def _sign(domain: Domain, documents: int, inbox: Path) -> int:
    for number in range(len(list(inbox.iterdir())) + 1, documents + 1):
        content = birth_of(domain, 1_000 + number, f"B{number}", 100)
        (inbox / f"{number}.json").write_bytes(content)
    time.sleep(2.1)  # until the files count as complete
    return 0


def _resident() -> int:
    """Bytes of this process in memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    given = sys.argv[1:]
    if len(given) == 4:
        domain = site_domain(int(given[0]), given[1])
        sys.exit(_sign(domain, int(given[2]), Path(given[3])))
    sys.exit(main(int(given[0]) if given else 10_000))
