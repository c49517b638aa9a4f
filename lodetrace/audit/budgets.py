"""How much of everything a bundle may have (docs/audit-bundle.md, section 5)."""

from typing import Final

from lodetrace.audit.errors import BundleTooLarge, TooMany
from lodetrace.chain.strict_rlp import Limits
from lodetrace.contracts.enums import RowKind

KIB: Final = 1 << 10
MIB: Final = 1 << 20

MOST_FILE: Final = 64 * MIB
CONTENT_BYTES_PER_BYTE: Final = 4
CONTENT_BYTES_BESIDE: Final = 64 * KIB
ITEMS_BESIDE: Final = 4_096
BYTES_PER_ITEM: Final = 16
DEEPEST: Final = 8

MOST_HEADERS: Final = 4_096
MOST_ENTRIES: Final = 1 << 18
MOST_ENTRY: Final = 8 * KIB
"""Bytes of an entry's topics and data."""

MOST_SUBJECTS: Final = 20_000
"""Rows of the closure."""

MOST_OF_ROW: Final = {
    RowKind.LOT: 512,
    RowKind.EVENT: 256,
    RowKind.CERTIFICATE: 32,
    RowKind.PLACE: 128,
    RowKind.SITE: 512,
    RowKind.MEMBER: 1_024,
}
MOST_OF_OTHER_ROW: Final = 4_096
"""Entries of a row: the Journal's own limits, which no Journal has to keep that nobody seals."""

MOST_NODES: Final = 1 << 18
MOST_NODE: Final = KIB
ITEMS_OF_NODE: Final = 64

MOST_KEYS: Final = 8
MOST_KEY_WORDS: Final = 80
MOST_OPENINGS: Final = 4_096
MOST_DOCUMENT_BYTES: Final = 16 * MIB
"""Of all documents together."""


def most_content(file: int) -> int:
    """Bytes that a file of so many bytes may unpack to."""
    return CONTENT_BYTES_PER_BYTE * file + CONTENT_BYTES_BESIDE


def limits_of_content(size: int) -> Limits:
    """What a content of so many bytes may have."""
    return Limits(bytes=size, items=ITEMS_BESIDE + size // BYTES_PER_ITEM, depth=DEEPEST)


def limits_of_node(size: int) -> Limits:
    """What a trie node of so many bytes may have: it stays decoded for all who come past it."""
    return Limits(bytes=MOST_NODE, items=ITEMS_OF_NODE + size // BYTES_PER_ITEM, depth=DEEPEST)


def require_bytes(item: str, actual: int, most: int) -> None:
    """Raises BundleTooLarge."""
    if actual > most:
        raise BundleTooLarge(item=item, actual=actual, most=most)


def require_few(item: str, actual: int, most: int) -> None:
    """Raises TooMany."""
    if actual > most:
        raise TooMany(item=item, actual=actual, most=most)
