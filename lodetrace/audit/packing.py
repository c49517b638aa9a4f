"""Packing 2 of a content: references to words that came before, then lengths for runs of zeros.

A content has one packing and a packing one content, so that nothing depends on a compressor
(docs/audit-bundle.md, section 1).
"""

from typing import Final

from lodetrace.audit.word_references import ADDRESS, with_references, without_references
from lodetrace.audit.zero_runs import with_zeros, without_zeros

SHORTEST_WORD: Final = ADDRESS + 1
"""With its prefix: each costs one byte more where nothing before it repeats."""


def pack(content: bytes) -> bytes:
    """The one packing of a content."""
    return without_zeros(with_references(content))


def unpack(packed: bytes, size: int) -> bytes:
    """The content of so many bytes; raises PackingMalformed."""
    return without_references(with_zeros(packed, size + size // SHORTEST_WORD), size)
