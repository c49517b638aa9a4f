"""What a bundle holds, and the one way to write it (docs/audit-bundle.md, sections 1 and 2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any, Final, Self

from lodetrace.audit.budgets import (
    MOST_DOCUMENT_BYTES,
    MOST_ENTRIES,
    MOST_ENTRY,
    MOST_FILE,
    MOST_HEADERS,
    MOST_KEY_WORDS,
    MOST_KEYS,
    MOST_NODE,
    MOST_NODES,
    MOST_OPENINGS,
    limits_of_content,
    most_content,
    require_bytes,
    require_few,
)
from lodetrace.audit.errors import (
    ChecksumMismatch,
    ContentMalformed,
    FileMalformed,
    HeaderRefused,
    OrderBroken,
    VersionOutdated,
    VersionUnknown,
    refusing,
)
from lodetrace.audit.packing import pack, unpack
from lodetrace.audit.rows import Entry
from lodetrace.chain.header import Header
from lodetrace.chain.strict_rlp import Item, decode_list, encode, fixed, integer, integer_bytes
from lodetrace.text import ADDRESS_BYTES, hex_of
from zk_circuits.abi import key_hash
from zk_circuits.keccak import keccak256

MAGIC: Final = b"LODETRACE-BUNDLE"
VERSION: Final = 3
FRAME_BYTES: Final = len(MAGIC) + 2 + 8 + 32
SLOTS: Final = 9
"""Amounts of an opening."""

MOST_COSIGNATURES: Final = 64
MOST_TOPICS: Final = 4

KEY_WORDS: Final = 14
"""Of a verifying key: alpha, beta, gamma and delta; two for each point of the signals follow."""


class BundleSubject(IntEnum):
    """What a bundle is about."""

    LOT = 1
    PRODUCT = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """The lot or product whose provenance a bundle proves. id: 32 bytes."""

    kind: BundleSubject
    id: bytes


@dataclass(frozen=True, slots=True)
class OpeningShown:
    """What opens a commitment, shown by its holder. values: v0 … v8; commitment: 32 bytes."""

    tag: int
    commitment: bytes
    values: tuple[int, ...]
    salt: int


@dataclass(frozen=True, slots=True)
class CoSignature:
    """A witness's word for the head. index: the witness's place in the trust anchor.

    seen_at: seconds since 1970. previous_…: the head that it signed before. signature: 65 bytes.
    """

    index: int
    seen_at: int
    previous_number: int
    previous_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """The evidence, before anything about it is believed.

    headers: by number, the last one is the head, seals normalised. entries: of the Journal, by
    place. nodes: of the proofs of all words in the head's state, by their hash. keys: words of
    verifying keys in the order of zk_circuits/SPEC.md, section 4, by their hash. openings: by
    commitment. documents: by keccak256. cosignatures: by index.
    """

    chain_id: int
    genesis: bytes
    subject: Subject
    headers: tuple[Header, ...]
    entries: tuple[Entry, ...]
    nodes: tuple[bytes, ...]
    keys: tuple[tuple[int, ...], ...] = ()
    openings: tuple[OpeningShown, ...] = ()
    documents: tuple[bytes, ...] = ()
    cosignatures: tuple[CoSignature, ...] = ()

    def encode(self) -> bytes:
        """The file."""
        content = encode(_content(self))
        file = frame(content, pack(content))
        _require_size(len(file), len(content))
        return file

    @classmethod
    def decode(cls, file: bytes) -> Self:
        """From a file; raises a BundleRefused of step 1, or HeaderRefused."""
        content = open_frame(file)
        with refusing(ContentMalformed, "the content"):
            items = decode_list(content, "the content", limits_of_content(len(content)))
        if len(items) not in (len(ITEMS) - 1, len(ITEMS)):
            raise ContentMalformed(
                item="the content",
                reason=f"{len(items)} items instead of {len(ITEMS) - 1} or {len(ITEMS)}",
            )
        read = [
            _read(name, reader, item)
            for (name, reader), item in zip(ITEMS.items(), items, strict=False)
        ]
        return cls(*read)


def frame(content: bytes, packed: bytes) -> bytes:
    """The file of a packed content."""
    head = MAGIC + VERSION.to_bytes(2, "big") + len(content).to_bytes(8, "big")
    return head + keccak256(content) + packed


def open_frame(file: bytes) -> bytes:
    """The content of a file, unpacked and compared with its checksum."""
    require_bytes("the file", len(file), MOST_FILE)
    if file[: len(MAGIC)] != MAGIC or len(file) < FRAME_BYTES:
        raise FileMalformed(item="the file", reason="it does not begin as a bundle")
    version = int.from_bytes(file[16:18], "big")
    if 0 < version < VERSION:
        raise VersionOutdated(item="the file", actual=version, expected=VERSION)
    if version != VERSION:
        raise VersionUnknown(item="the file", actual=version, expected=VERSION)
    size = int.from_bytes(file[18:26], "big")
    _require_size(len(file), size)
    content = unpack(file[FRAME_BYTES:], size)
    checksum = keccak256(content)
    if checksum != file[26:FRAME_BYTES]:
        raise ChecksumMismatch(
            item="the content",
            actual=hex_of(checksum),
            expected=hex_of(file[26:FRAME_BYTES]),
        )
    return content


def _require_size(file: int, content: int) -> None:
    """Raises BundleTooLarge."""
    require_bytes("the file", file, MOST_FILE)
    require_bytes(f"the content of a file of {file} bytes", content, most_content(file))


def _content(bundle: Bundle) -> list[Item]:
    signed: list[Item] = [_cosignature_item(shown) for shown in bundle.cosignatures]
    return [
        integer_bytes(bundle.chain_id),
        bundle.genesis,
        [integer_bytes(bundle.subject.kind), bundle.subject.id],
        [list(header.fields) for header in bundle.headers],
        [_entry_item(entry) for entry in bundle.entries],
        list(bundle.nodes),
        [[integer_bytes(word) for word in key] for key in bundle.keys],
        [_opening_item(shown) for shown in bundle.openings],
        list(bundle.documents),
        *([signed] if signed else []),
    ]


def _entry_item(entry: Entry) -> Item:
    return [
        entry.writer,
        integer_bytes(entry.block),
        integer_bytes(entry.time),
        integer_bytes(entry.place),
        list(entry.topics),
        entry.data,
    ]


def _cosignature_item(shown: CoSignature) -> Item:
    return [
        integer_bytes(shown.index),
        integer_bytes(shown.seen_at),
        integer_bytes(shown.previous_number),
        shown.previous_hash,
        shown.signature,
    ]


def _opening_item(shown: OpeningShown) -> Item:
    values: list[Item] = [integer_bytes(value) for value in shown.values]
    return [integer_bytes(shown.tag), shown.commitment, values, integer_bytes(shown.salt)]


def _read(name: str, reader: Callable[[Item], Any], item: Item) -> Any:
    with refusing(ContentMalformed, name):
        return reader(item)


def _chain_id(item: Item) -> int:
    return integer(item, "chain id")


def _genesis(item: Item) -> bytes:
    return fixed(item, 32, "genesis")


def _subject(item: Item) -> Subject:
    kind, identity = _tuple(item, 2, "subject")
    number = integer(kind, "kind")
    if number not in tuple(BundleSubject):
        raise ContentMalformed(item="subject", reason=f"kind {number} is unknown")
    return Subject(BundleSubject(number), fixed(identity, 32, "subject"))


def _headers(item: Item) -> tuple[Header, ...]:
    found = _list(item, "headers")
    require_few("headers", len(found), MOST_HEADERS)
    with refusing(HeaderRefused, "headers"):
        headers = tuple(Header.of_fields(_list(fields, "a header")) for fields in found)
    _increasing("headers", [header.number for header in headers])
    if not headers:
        raise ContentMalformed(item="headers", reason="there is none")
    return headers


def _entries(item: Item) -> tuple[Entry, ...]:
    """By place, at which neither block nor time falls."""
    found = _list(item, "entries")
    require_few("entries", len(found), MOST_ENTRIES)
    entries = tuple(map(_entry, found))
    _increasing("entries", [entry.place for entry in entries])
    for index, (before, after) in enumerate(pairwise(entries), 1):
        if after.block < before.block or after.time < before.time:
            raise OrderBroken(item="entries", index=index)
    return entries


def _entry(item: Item) -> Entry:
    writer, block, time, place, topics, data = _tuple(item, 6, "an entry")
    words = tuple(fixed(topic, 32, "a topic") for topic in _list(topics, "topics"))
    if not 0 < len(words) <= MOST_TOPICS:
        raise ContentMalformed(item="entries", reason=f"an entry has {len(words)} topics")
    told = _string(data, "the data of an entry")
    require_bytes("an entry", sum(map(len, words)) + len(told), MOST_ENTRY)
    return Entry(
        writer=fixed(writer, ADDRESS_BYTES, "a writer"),
        block=integer(block, "a block"),
        time=integer(time, "a time"),
        place=integer(place, "a place"),
        topics=words,
        data=told,
    )


def _nodes(item: Item) -> tuple[bytes, ...]:
    nodes = _by_hash("nodes", item)
    require_few("nodes", len(nodes), MOST_NODES)
    require_bytes("a node", max(map(len, nodes), default=0), MOST_NODE)
    return nodes


def _keys(item: Item) -> tuple[tuple[int, ...], ...]:
    found = _list(item, "keys")
    require_few("keys", len(found), MOST_KEYS)
    keys = tuple(_key(entry) for entry in found)
    _increasing("keys", [key_hash(key) for key in keys])
    return keys


def _key(item: Item) -> tuple[int, ...]:
    words = tuple(integer(word, "a word of a key", 256) for word in _list(item, "a key"))
    if len(words) < KEY_WORDS + 4 or len(words) % 2:
        raise ContentMalformed(item="keys", reason=f"{len(words)} words are no verifying key")
    require_few("words of a key", len(words), MOST_KEY_WORDS)
    return words


def _openings(item: Item) -> tuple[OpeningShown, ...]:
    found = _list(item, "openings")
    require_few("openings", len(found), MOST_OPENINGS)
    shown = tuple(_opening(entry) for entry in found)
    _increasing("openings", [entry.commitment for entry in shown])
    return shown


def _opening(item: Item) -> OpeningShown:
    tag, commitment, values, salt = _tuple(item, 4, "an opening")
    return OpeningShown(
        tag=integer(tag, "a tag", 256),
        commitment=fixed(commitment, 32, "a commitment"),
        values=tuple(integer(value, "an amount") for value in _tuple(values, SLOTS, "amounts")),
        salt=integer(salt, "a salt", 256),
    )


def _documents(item: Item) -> tuple[bytes, ...]:
    documents = _by_hash("documents", item)
    require_bytes("the documents", sum(map(len, documents)), MOST_DOCUMENT_BYTES)
    return documents


def _cosignatures(item: Item) -> tuple[CoSignature, ...]:
    found = _list(item, "co-signatures")
    if not 0 < len(found) <= MOST_COSIGNATURES:
        reason = f"{len(found)} of them; the item is left out, or has 1 to {MOST_COSIGNATURES}"
        raise ContentMalformed(item="co-signatures", reason=reason)
    shown = tuple(_cosignature(entry) for entry in found)
    _increasing("co-signatures", [entry.index for entry in shown])
    return shown


def _cosignature(item: Item) -> CoSignature:
    index, seen_at, number, hash_, signature = _tuple(item, 5, "a co-signature")
    return CoSignature(
        index=integer(index, "a witness", 32),
        seen_at=integer(seen_at, "a time"),
        previous_number=integer(number, "a previous block"),
        previous_hash=fixed(hash_, 32, "a previous block"),
        signature=fixed(signature, 65, "a signature"),
    )


ITEMS: Final[dict[str, Callable[[Item], Any]]] = {
    "chain id": _chain_id,
    "genesis": _genesis,
    "subject": _subject,
    "headers": _headers,
    "entries": _entries,
    "nodes": _nodes,
    "keys": _keys,
    "openings": _openings,
    "documents": _documents,
    "co-signatures": _cosignatures,
}
"""The content, in its order; the last one is left out where there is none of them."""


def _by_hash(name: str, item: Item) -> tuple[bytes, ...]:
    found = tuple(_string(entry, name) for entry in _list(item, name))
    _increasing(name, [keccak256(entry) for entry in found])
    return found


def _increasing(name: str, keys: Sequence[Any]) -> None:
    for index, (before, after) in enumerate(pairwise(keys), 1):
        if after <= before:
            raise OrderBroken(item=name, index=index)


def _string(item: Item, name: str) -> bytes:
    if not isinstance(item, bytes):
        raise ContentMalformed(item=name, reason="bytes are expected")
    return item


def _list(item: Item, name: str) -> list[Item]:
    if isinstance(item, bytes):
        raise ContentMalformed(item=name, reason="a list is expected")
    return item


def _tuple(item: Item, length: int, name: str) -> list[Item]:
    found = _list(item, name)
    if len(found) != length:
        raise ContentMalformed(item=name, reason=f"{len(found)} items instead of {length}")
    return found
