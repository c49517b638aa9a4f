"""A gateway's indexer that kills itself: a process of test_index, again and again.

It reads the chain in ranges of a few blocks and dies by SIGKILL at the STEP-th step (0: never). An
event that is applied is a step, in the middle of the transaction of its range; so is a range that
was committed.
"""

import os
import signal
from pathlib import Path

from api.indexer import follow
from api.indexer.chain_event import ChainEvent
from api.indexer.follow import Indexer
from api.indexer.source import DeployedContracts
from api.indexer.store import open_store
from api.indexer.writes import Rows
from lodetrace.contracts.abi import Artifacts
from lodetrace.contracts.deployment import Deployment
from lodetrace.node.client import Node

RANGE = 9  # blocks


class Fuse:
    """Kills the process after so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(rpc: str, artifacts: Path, deployment: Path, database: str, steps: int) -> None:
    """steps: after which it dies."""
    fuse, apply, head = Fuse(steps), follow.apply, DeployedContracts.head

    def applied(rows: Rows, event: ChainEvent) -> None:
        apply(rows, event)
        fuse.step()

    def looked(source: DeployedContracts) -> int:
        fuse.step()
        return head(source)

    follow.LARGEST_RANGE, follow.apply = RANGE, applied  # type: ignore[misc]
    DeployedContracts.head = looked  # type: ignore[method-assign]
    with Node(rpc) as node:
        source = DeployedContracts(node, Artifacts(artifacts), Deployment.load(deployment))
        Indexer(open_store(database), source, may_rewind=False).catch_up()
