"""Oracle nodes that kill themselves: started by nursery.py, again and again.

    python service_victim.py INDEX

Settings come from the environment. For each line with a DEADLY step a process is forked, which has
loaded the program and opened nothing. It says its number and its address, works, and dies by
SIGKILL at DEADLY: after so many finished steps (0: never), or at the first step of that name.
Where the line names files as well, parted by tabs, it has no address, and does with them what
`lodetrace-oracle attest` does. The last line says how it ended, as Popen.returncode would.
"""

import os
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import NoReturn

from lodetrace.keys.member_keys import MemberKeys
from oracle.assembly import opened_service
from oracle.attest_files import attest_files
from oracle.settings import OracleSettings

LOADED_WHEN_NEEDED = (
    "eth_account", "web3", "web3.providers", "coincurve", "epcis_event_hash_generator.json_to_py",
    "epcis_event_hash_generator.hash_generator", "fastapi", "uvicorn.protocols.http.h11_impl",
    "uvicorn.lifespan.off", "uvicorn.loops.asyncio", "yaml",
)  # fmt: skip
"""Loading these costs a life more than all its work."""


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


def live(keys: MemberKeys, deadly: str, *files: str) -> None:
    if files:
        attest_files(OracleSettings.load(), keys, [*map(Path, files)], Fuse(deadly))
        return
    with opened_service(OracleSettings.load(), keys, checkpoint=Fuse(deadly)) as running:
        print(running.address, flush=True)
        running.run()


def main(index: int) -> None:
    for name in LOADED_WHEN_NEEDED:
        import_module(name)
    keys = MemberKeys.for_development(index)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _whole_life(keys, *line.strip().split("\t"))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _whole_life(keys: MemberKeys, deadly: str, *files: str) -> NoReturn:
    code = 1
    try:
        print(os.getpid(), flush=True)
        live(keys, deadly, *files)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))
