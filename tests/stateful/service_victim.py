"""An oracle service that kills itself: started by test_service_crashes, again and again.

    python service_victim.py INDEX DEADLY

Settings come from the environment. It says its address, works, and dies by SIGKILL at DEADLY:
after so many finished steps (0: never), or at the first step of that name.
"""

import os
import signal
import sys
from threading import Lock

from lodetrace.keys.member_keys import MemberKeys
from oracle.service.run import opened_service
from oracle.settings import OracleSettings


class Fuse:
    """Told of every finished step, by whatever thread."""

    def __init__(self, deadly: str) -> None:
        self.name = "" if deadly.isdigit() else deadly
        self.left = int(deadly) if deadly.isdigit() else 0
        self.lock = Lock()

    def __call__(self, step: str) -> None:
        with self.lock:
            self.left -= 1
            if step == self.name or self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(index: int, deadly: str) -> None:
    keys = MemberKeys.for_development(index)
    with opened_service(OracleSettings.load(), keys, checkpoint=Fuse(deadly)) as running:
        print(running.address, flush=True)
        running.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
