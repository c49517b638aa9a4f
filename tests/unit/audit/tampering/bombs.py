"""Small files that ask for much; run as a program it judges them within limits of memory.

python -m tests.unit.audit.tampering.bombs
"""

import json
import resource
import time
from pathlib import Path

from lodetrace.audit.budgets import most_content
from lodetrace.audit.bundle import MAGIC, VERSION, frame
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import establish
from lodetrace.audit.packing import pack
from lodetrace.audit.zero_runs import without_zeros
from lodetrace.chain.strict_rlp import Item, encode, integer_bytes
from lodetrace.contracts.events import ContractRegistered
from tests.support.synthetic_chain import log_of
from tests.unit.audit.cases.base import items, story
from zk_circuits.keccak import keccak256

MEBIBYTE = 1 << 20
CONTENTS, BESIDE = 10, 100_000_000
"""What a bundle may take: so many times the content, and so many bytes, beyond what was there."""


def claimed(size: int, packed: bytes) -> bytes:
    """A file that says a size of its content, and nothing true about it."""
    return MAGIC + VERSION.to_bytes(2, "big") + size.to_bytes(8, "big") + bytes(32) + packed


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


def a_new_word_for_every_21_bytes() -> bytes:
    """The table of words is as large as it can be."""
    words = (b"\x94\0" + number.to_bytes(20, "little") for number in range(1 << 19))
    return claimed(21 << 19, without_zeros(b"".join(words)))


def one_word_half_a_million_times() -> bytes:
    """As much of the content in references as its limit leaves room for."""
    packed = b"\xa0\0" + keccak256(b"a word") + (b"\xa0\1" + b"ABCDEFGHI") * (1 << 19)
    return claimed(33 + (42 << 19), without_zeros(packed))


def a_word_to_the_limit() -> bytes:
    """Of 33 bytes each, in two: more than four times the file."""
    return claimed(33 * MEBIBYTE, b"\xa0\1" * MEBIBYTE)


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
    nodes = found[5]
    assert isinstance(nodes, list)
    every = sorted(
        [*nodes, node], key=lambda one: keccak256(one) if isinstance(one, bytes) else b""
    )
    return content(encode([*found[:5], every, *found[6:]]))


def a_document_of_sixty_mebibytes() -> bytes:
    found = items()
    return content(encode([*found[:8], [bytes(60 * MEBIBYTE)]]))[:-1]


def entries(count: int, *topics: bytes) -> bytes:
    """As small as entries are, each with a place of its own."""
    found = items()
    many: Item = [
        [bytes(20), b"\1", b"\1", integer_bytes(place), list(topics), b""]
        for place in range(1, count + 1)
    ]
    return content(encode([*found[:4], many, *found[5:]]))


def three_hundred_thousand_entries() -> bytes:
    return entries(300_000, bytes(32))


def as_many_entries_as_there_may_be() -> bytes:
    return entries(1 << 18, bytes(32))


def sixty_thousand_registrations() -> bytes:
    """Each is decoded before the row of the Directory is asked."""
    log = log_of(ContractRegistered(b"Custody".ljust(32, b"\0"), 1, "0x" + "11" * 20, bytes(32)))
    found, writer = items(), log.address
    many: Item = [
        [writer, b"\1", b"\1", integer_bytes(place), list(log.topics), log.data]
        for place in range(1, 60_000)
    ]
    return content(encode([*found[:4], many, *found[5:]]))


BOMBS = (
    zeros_to_the_limit,
    more_zeros_than_it_says,
    a_run_for_every_byte,
    a_new_word_for_every_21_bytes,
    one_word_half_a_million_times,
    a_word_to_the_limit,
    a_size_beyond_any_memory,
    lists_nested_a_million_deep,
    lists_that_claim_gigabytes,
    sixteen_million_items,
    eight_million_empty_lists,
    four_million_items_in_headers,
    a_node_of_lists_in_lists,
    a_document_of_sixty_mebibytes,
    three_hundred_thousand_entries,
    as_many_entries_as_there_may_be,
    sixty_thousand_registrations,
)


def judge_all() -> list[dict[str, object]]:
    """Each bomb: its bytes, the error and the seconds of processor time."""
    anchor, found = story().anchor(), []
    for bomb in BOMBS:
        file = bomb()
        content = min(int.from_bytes(file[18:26], "big"), most_content(len(file)))
        allowed = _taken() + CONTENTS * content + BESIDE
        resource.setrlimit(resource.RLIMIT_AS, (allowed, resource.RLIM_INFINITY))
        start = time.process_time()
        try:
            establish(file, anchor)
            error = "none"
        except BundleRefused as refusal:
            error = refusal.code
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        seconds = time.process_time() - start
        found.append(
            {"bomb": bomb.__name__, "bytes": len(file), "error": error, "seconds": seconds}
        )
    return found


def _taken() -> int:
    """Bytes of addresses that the program has now."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    print(json.dumps(judge_all()))
