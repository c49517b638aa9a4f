"""How vectors are written: values that look random and are the same everywhere, and their text.

Numbers are decimal strings, bytes are 0x-hexadecimal.
"""

import json
from hashlib import sha256
from typing import Any

Vector = dict[str, Any]


def seed(label: str, size: int = 32) -> bytes:
    """Bytes that look random and are the same on every machine."""
    return sha256(b"lodetrace/vector/" + label.encode()).digest()[:size]


def number(label: str, bits: int = 248) -> int:
    """As seed, as an integer."""
    return int.from_bytes(seed(label), "big") >> (256 - bits)


def hexed(data: bytes) -> str:
    """Bytes as a vector has them."""
    return "0x" + data.hex()


def text(vectors: object) -> str:
    """A vector file's text."""
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"
