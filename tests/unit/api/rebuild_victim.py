"""A rebuild that kills itself: a process of test_rebuild, again and again."""

import os
import signal
from typing import Any

from sqlalchemy import Engine, event

from api.indexer.rebuild import rebuild
from tests.unit.api.scripted_chain import ScriptedChain


def main(url: str, chain: ScriptedChain, statements: int) -> None:
    """statements: before which one it dies by SIGKILL, in whatever transaction it is."""
    left = [statements]

    def step(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    rebuild(url, chain, lambda read, head: None, may_rewind=False)
