"""Small files that ask for much; run as a program it judges them within a limit of memory.

python -m tests.unit.audit.tampering.bombs
"""

import json
import resource
import time
from pathlib import Path

from lodetrace.audit.bundle import MAGIC, frame
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import establish
from lodetrace.audit.packing import pack
from lodetrace.chain.strict_rlp import Item, encode
from tests.unit.audit.cases.base import items, story
from zk_circuits.keccak import keccak256

MEBIBYTE = 1 << 20
MEMORY = 1024 * MEBIBYTE
"""What the program may take beyond what its interpreter has: four times the largest content."""


def claimed(size: int, packed: bytes) -> bytes:
    """A file that says a size of its content, and nothing true about it."""
    return MAGIC + b"\0\2" + size.to_bytes(8, "big") + bytes(32) + packed


def content(raw: bytes) -> bytes:
    return frame(raw, pack(raw))


def listed(payload: bytes) -> bytes:
    return b"\xfb" + len(payload).to_bytes(4, "big") + payload


def zeros_to_the_limit() -> bytes:
    """2 MiB of file, 256 MiB of zeros."""
    return claimed(256 * MEBIBYTE, b"\0\xff" * (256 * MEBIBYTE // 255 + 1))


def more_zeros_than_it_says() -> bytes:
    return claimed(1_000, b"\0\xff" * (4 * MEBIBYTE))


def a_run_for_every_byte() -> bytes:
    return claimed(8 * MEBIBYTE, b"\0\1A" * (4 * MEBIBYTE))


def a_size_beyond_any_memory() -> bytes:
    return claimed((1 << 64) - 1, b"\1")


def lists_nested_a_million_deep() -> bytes:
    return content(b"\xc1" * 1_000_000 + b"\xc0")


def lists_that_claim_gigabytes() -> bytes:
    return content(b"\xff" + b"\xff" * 8 + b"\1" * 100)


def sixteen_million_items() -> bytes:
    return content(listed(b"\1" * (16 * MEBIBYTE)))


def eight_million_empty_lists() -> bytes:
    return content(listed(b"\xc0" * (8 * MEBIBYTE)))


def four_million_items_in_headers() -> bytes:
    found = items()
    many: Item = [b"\1"] * 1_000_000
    return content(encode([*found[:3], many, *found[4:]]))


def a_node_of_lists_in_lists() -> bytes:
    found = items()
    node = b"\xc1" * 100_000 + b"\xc0"
    nodes = found[6]
    assert isinstance(nodes, list)
    every = sorted(
        [*nodes, node], key=lambda one: keccak256(one) if isinstance(one, bytes) else b""
    )
    return content(encode([*found[:6], every, *found[7:]]))


def a_document_of_sixty_mebibytes() -> bytes:
    found = items()
    return content(encode([*found[:9], [bytes(60 * MEBIBYTE)]]))[:-1]


def three_hundred_thousand_receipts_of_one_block() -> bytes:
    found = items()
    places: Item = [number.to_bytes(3, "big") for number in range(1 << 16, (1 << 16) + 300_000)]
    return content(encode([*found[:4], [[b"\2", places]], *found[5:]]))


def a_hundred_thousand_lots_in_the_state() -> bytes:
    found = items()
    lots: Item = [number.to_bytes(32, "big") for number in range(1, 100_000)]
    return content(encode([*found[:5], [b"\3", [[b"\1", lots]], []], *found[6:]]))


BOMBS = (
    zeros_to_the_limit,
    more_zeros_than_it_says,
    a_run_for_every_byte,
    a_size_beyond_any_memory,
    lists_nested_a_million_deep,
    lists_that_claim_gigabytes,
    sixteen_million_items,
    eight_million_empty_lists,
    four_million_items_in_headers,
    a_node_of_lists_in_lists,
    a_document_of_sixty_mebibytes,
    three_hundred_thousand_receipts_of_one_block,
    a_hundred_thousand_lots_in_the_state,
)


def judge_all() -> list[dict[str, object]]:
    """Each bomb: its bytes, the error and the seconds of processor time."""
    anchor, found = story().anchor(), []
    for bomb in BOMBS:
        file = bomb()
        start = time.process_time()
        try:
            establish(file, anchor)
            error = "none"
        except BundleRefused as refusal:
            error = refusal.code
        seconds = time.process_time() - start
        found.append(
            {"bomb": bomb.__name__, "bytes": len(file), "error": error, "seconds": seconds}
        )
    return found


if __name__ == "__main__":
    pages = Path("/proc/self/statm").read_text().split()[0]
    taken = int(pages) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    print(json.dumps(judge_all()))
