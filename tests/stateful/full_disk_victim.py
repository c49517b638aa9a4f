"""A member's process on a disk that is full: started by test_member_network.

    python full_disk_victim.py URL DEPLOYMENT ARTIFACTS FOLDER INDEX LOT LIMIT

No file may grow beyond LIMIT bytes once the session is open.
"""

import resource
import signal
import sys
from pathlib import Path

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import Deployment
from lodetrace.errors import StorageError
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.runs import rebook
from lodetrace.member.session import MemberSession
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.settings import Network


def main(words: list[str]) -> int:
    url, record, artifacts, folder, index, lot, limit = words
    node = Node(url)
    contracts = Contracts(node, Artifacts(Path(artifacts)), Deployment.load(Path(record)))
    network = Network("anvil", "anvil", url, node.chain_id, True)
    keys = MemberKeys.for_development(int(index))
    with MemberSession(network, contracts, keys, Path(folder)) as member:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        try:
            rebook(member, [bytes.fromhex(lot)])
        except StorageError as full:
            print(full, full.advice)
            return int(full.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
