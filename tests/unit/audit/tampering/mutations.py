"""Every systematic way to change a bundle that the lane tries, as labels and bytes.

Raw ones change the file. Repaired ones change the content, and make packing, size, checksum, RLP
and, where it is asked for, the order of lists right again, so that they reach what is behind.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from lodetrace.audit.bundle import frame
from lodetrace.audit.packing import pack
from lodetrace.chain.strict_rlp import Item, decode, encode
from zk_circuits.keccak import keccak256

Mutation: TypeAlias = "tuple[str, bytes]"
Path: TypeAlias = "tuple[int, ...]"

FLIPS = (0x01, 0x80, 0xFF)
HEADERS, ENTRIES, NODES, KEYS, OPENINGS, DOCUMENTS = range(3, 9)


def repaired(content: bytes) -> bytes:
    """A file that is right about its content."""
    return frame(content, pack(content))


def flipped(raw: bytes, flips: Sequence[int] = FLIPS, step: int = 1) -> Iterator[Mutation]:
    """Each byte, one at a time, XORed with each of the masks."""
    for flip in flips:
        for at in range(0, len(raw), step):
            label = f"byte {at} xor {flip:#04x}"
            yield label, raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]


def cut(raw: bytes) -> Iterator[Mutation]:
    """Each shorter file that begins as this one, and each that ends as it."""
    for at in range(len(raw)):
        yield f"the first {at} bytes", raw[:at]
    for at in range(1, len(raw), 7):
        yield f"without the first {at} bytes", raw[at:]


def moved(raw: bytes) -> Iterator[Mutation]:
    """A byte left out, given twice, or put before another; chunks swapped."""
    for at in range(len(raw)):
        yield f"byte {at} left out", raw[:at] + raw[at + 1 :]
        yield f"byte {at} twice", raw[: at + 1] + raw[at:]
    for at in range(0, len(raw), 3):
        for extra in (b"\0", b"\xff", b"\0\1"):
            yield f"{extra.hex()} before byte {at}", raw[:at] + extra + raw[at:]
    for at in range(0, len(raw) - 64, 32):
        swapped = raw[:at] + raw[at + 32 : at + 64] + raw[at : at + 32] + raw[at + 64 :]
        yield f"32 bytes at {at} swapped with the next", swapped


def paths(item: Item, path: Path = ()) -> Iterator[Path]:
    """The way to each item inside, from the outside in."""
    yield path
    if isinstance(item, list):
        for at, inner in enumerate(item):
            yield from paths(inner, (*path, at))


def at_path(item: Item, path: Path) -> Item:
    for step in path:
        assert isinstance(item, list)
        item = item[step]
    return item


def with_at(item: Item, path: Path, change: Callable[[list[Item], int], None]) -> Item:
    """A copy in which the parent list at a path was changed."""
    if len(path) == 1:
        assert isinstance(item, list)
        copy = list(item)
        change(copy, path[0])
        return copy
    assert isinstance(item, list)
    inner = with_at(item[path[0]], path[1:], change)
    return [*item[: path[0]], inner, *item[path[0] + 1 :]]


def replacements(item: Item) -> Iterator[tuple[str, Item]]:
    """Other values for an item."""
    yield "nothing", b""
    yield "an empty list", []
    yield "a zero byte", b"\0"
    yield "itself in a list", [item]
    yield "33 bytes", b"\1" * 33
    if isinstance(item, list):
        yield "itself as a string", encode(item)
        yield "itself reversed", item[::-1]
        yield "itself twice over", [*item, *item]
        return
    yield "one byte more", item + b"\0"
    yield "a zero byte before it", b"\0" + item
    yield "its end left out", item[:-1]
    yield "its beginning left out", item[1:]
    yield "all ones", b"\xff" * len(item)
    yield "all zeros", bytes(len(item))
    if item:
        yield "its last bit", item[:-1] + bytes([item[-1] ^ 1])
        yield "its first bit", bytes([item[0] ^ 0x80]) + item[1:]
        yield "a bit in its middle", _flip_middle(item)


def structural(content: Item) -> Iterator[tuple[str, Item]]:
    """Each item at each depth replaced, left out, given twice, swapped with the next, or by one
    like it from elsewhere in its list."""
    for path in paths(content):
        if not path:
            continue
        item, where = at_path(content, path), "/".join(map(str, path))
        for label, other in replacements(item):
            if other != item:
                yield f"{where}: {label}", with_at(content, path, put(other))
        yield f"{where}: left out", with_at(content, path, _left_out)
        yield f"{where}: twice", with_at(content, path, _twice)
        parent = at_path(content, path[:-1])
        assert isinstance(parent, list)
        for offset in (1, 2, 5):
            sibling = parent[(path[-1] + offset) % len(parent)]
            if sibling != item:
                yield f"{where}: as the one {offset} further", with_at(content, path, put(sibling))
        if path[-1] + 1 < len(parent) and parent[path[-1] + 1] != item:
            yield f"{where}: swapped with the next", with_at(content, path, _swapped)


def in_nodes(content: Item, step: int) -> Iterator[tuple[str, Item]]:
    """Each trie node: bytes of it changed, and items inside it replaced; then in order again."""
    assert isinstance(content, list)
    nodes = content[NODES]
    assert isinstance(nodes, list)
    for at, node in enumerate(nodes):
        assert isinstance(node, bytes)
        others = [(label, raw) for label, raw in flipped(node, (0x01,), step)]
        inner = decode(node, "node")
        others += [
            (f"{'/'.join(map(str, path))}: {label}", encode(with_at(inner, path, put(other))))
            for path in paths(inner)
            if path
            for label, other in replacements(at_path(inner, path))
        ]
        for label, raw in others:
            changed = [*nodes[:at], raw, *nodes[at + 1 :]]
            yield f"node {at}, {label}", [*content[:NODES], changed, *content[NODES + 1 :]]


def in_order(content: Item) -> Item:
    """Lists that have an order, brought into it, each entry once."""
    if not isinstance(content, list) or len(content) != 9:
        return content
    by_number: Callable[[Any], Any] = lambda item: _number(item, 8)  # noqa: E731
    keys: dict[int, Callable[[Any], Any]] = {
        HEADERS: by_number,
        ENTRIES: lambda item: _number(item, 3),
        NODES: lambda item: _hash(item if isinstance(item, bytes) else encode(item)),
    }
    found = list(content)
    for place, key in keys.items():
        entries = found[place]
        if isinstance(entries, list):
            once = {encode(entry): entry for entry in entries}
            found[place] = sorted(once.values(), key=key)
    return found


@lru_cache(maxsize=4096)
def _hash(node: bytes) -> bytes:
    return keccak256(node)


def _number(item: Item, place: int) -> tuple[int, int]:
    if isinstance(item, list) and len(item) > place:
        value = item[place]
        if isinstance(value, bytes):
            return (len(value), int.from_bytes(value, "big"))
    return (0, 0)


def _flip_middle(item: bytes) -> bytes:
    at = len(item) // 2
    return item[:at] + bytes([item[at] ^ 0x10]) + item[at + 1 :]


def put(other: Item) -> Callable[[list[Item], int], None]:
    """Puts it in the place of what is there."""

    def change(parent: list[Item], at: int) -> None:
        parent[at] = other

    return change


def _left_out(parent: list[Item], at: int) -> None:
    del parent[at]


def _twice(parent: list[Item], at: int) -> None:
    parent.insert(at, parent[at])


def _swapped(parent: list[Item], at: int) -> None:
    parent[at], parent[at + 1] = parent[at + 1], parent[at]
