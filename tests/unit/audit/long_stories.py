"""Memory and time that long honest stories take, each in a process of its own.

python -m tests.unit.audit.long_stories held 2500
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.long_ancestry import long_ancestry
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.verify import verify
from lodetrace.chain.strict_rlp import encode
from lodetrace.contracts.enums import CustodyModel, RunKind
from tests.support.audit_world import HOUR, World
from tests.support.synthetic_chain import log_of

REST: Final = 25 * HOUR
"""Until what is mixed may be mixed again."""


def of_held_lots(births: int) -> dict[str, Any]:
    """Lots of a mine join one account one after the other; each lot on the way was held once."""
    world = World.founded()
    born = [_held(world, world.birth()) for _ in range(births)]
    lot = born[0]
    for other in born[1:]:
        world.chain.next(REST)
        material = world.lots[lot].material
        (lot,) = world.run(
            RunKind.REBOOK, [lot, other], [(material, 1)],
            account="alpha", model=CustodyModel.MASS_BALANCE,
        )  # fmt: skip
        _held(world, lot)
    content, evidence = _content(world), world.evidence(lot)

    def judge() -> int:
        return len(findings_of(replay(evidence)))

    return {"lots": len(world.lots), "content": content, **_measured(judge, before=0)}


def of_sold_lots(births: int) -> dict[str, Any]:
    """A whole bundle, from its bytes: what benchmarks/long_ancestry.py makes."""
    found = long_ancestry(births)
    file, anchor = found.bundle.encode(), found.anchor
    verify(long_ancestry(2).bundle.encode(), anchor)  # the code is loaded, keys are prepared
    size = int.from_bytes(file[18:26], "big")

    def judge() -> int:
        return len(verify(file, anchor).findings)

    return {"lots": births, "content": size, **_measured(judge, before=_memory("VmRSS"))}


def _held(world: World, lot: bytes) -> bytes:
    world.hold(lot)
    world.release(lot)
    return lot


def _content(world: World) -> int:
    """Bytes of the events alone; receipts, tries and headers come beside them in a bundle."""
    sizes: dict[type, int] = {}
    total = 0
    for shown in world.chain.events:
        kind = type(shown.event)
        if kind not in sizes:
            log = log_of(shown.event)
            sizes[kind] = len(encode([log.address, list(log.topics), log.data]))
        total += sizes[kind]
    return total


def _measured(judge: Callable[[], int], before: int) -> dict[str, Any]:
    start = time.process_time()
    findings = judge()
    seconds = time.process_time() - start
    return {"findings": findings, "seconds": seconds, "memory": _memory("VmHWM") - before}


def _memory(which: str) -> int:
    """Bytes of this program in memory: VmRSS now, VmHWM at most so far (Linux)."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith(which))
    return int(line.split()[1]) << 10


STORIES: Final = {"held": of_held_lots, "sold": of_sold_lots}

if __name__ == "__main__":
    print(json.dumps(STORIES[sys.argv[1]](int(sys.argv[2]))))
