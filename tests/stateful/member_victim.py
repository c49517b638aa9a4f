"""A member's process that merges lots and kills itself: started by test_member_runs.

    python -m tests.stateful.member_victim URL CHAIN_ID DEPLOYMENT ARTIFACTS FOLDER INDEX STEP LOT…

It dies by SIGKILL after STEP finished steps of its sender (0: never), else prints the merged lot.
"""

import sys
from pathlib import Path

from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import Deployment
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.merge_trees import merge
from lodetrace.member.session import MemberSession
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts
from lodetrace.settings import Network
from tests.stateful.sender_victim import Fuse


def main(words: list[str]) -> None:
    url, chain_id, record, artifacts, folder, index, steps, *lots = words
    node = Node(url, int(chain_id))
    contracts = Contracts(node, Artifacts(Path(artifacts)), Deployment.load(Path(record)))
    network = Network("anvil", "anvil", url, int(chain_id), True)
    keys = MemberKeys.for_development(int(index))
    fuse = Fuse(int(steps))
    with MemberSession(network, contracts, keys, Path(folder), checkpoint=fuse) as member:
        print(merge(member, [bytes.fromhex(lot) for lot in lots]).hex())


if __name__ == "__main__":
    main(sys.argv[1:])
