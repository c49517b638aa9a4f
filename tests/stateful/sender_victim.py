"""A process that sends and kills itself: started by test_sender_crashes, again and again.

    python sender_victim.py URL OUTBOX CONTRACT COUNT STEP

It sends purposes 0 … COUNT - 1 and dies by SIGKILL after STEP finished steps (0: never).
"""

import os
import signal
import sys
from pathlib import Path

from lodetrace.keys.member_keys import development_signing_key
from lodetrace.node.client import Node
from lodetrace.transactions.outbox import Outbox
from lodetrace.transactions.sender import Sender


class Fuse:
    """Kills the process after so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self, step: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, path: str, contract: str, count: int, steps: int) -> None:
    node, outbox = Node(url), Outbox(Path(path))
    sender = Sender(node, outbox, development_signing_key(3), checkpoint=Fuse(steps))
    for purpose in range(count):
        sender.send(f"increment:{purpose}", contract, (purpose + 1).to_bytes(32, "big"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
