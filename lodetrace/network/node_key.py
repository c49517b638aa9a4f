"""A node's key: made where it stays, its address seals blocks, its public half names the node."""

import secrets
from pathlib import Path
from typing import Final

from coincurve import PrivateKey

from lodetrace.atomic_file import PRIVATE
from lodetrace.network.errors import KeyMalformed
from lodetrace.network.files import file_errors, require_private, write_file
from lodetrace.text import hex_of, parse_typed_hex

PRIVATE_BYTES: Final = 32
PUBLIC_BYTES: Final = 64


def make_node_key(path: Path) -> bytes:
    """Writes a new key, readable by its owner only; the public half. An existing one stays."""
    if path.exists():
        return public_key(path)
    while True:
        candidate = secrets.token_bytes(PRIVATE_BYTES)
        try:
            made = PrivateKey(candidate)
        except ValueError:  # 0, or not below the order of the curve: once in 2^128 tries
            continue
        write_file(path, hex_of(candidate) + "\n", PRIVATE)
        return _public(made)


def public_key(path: Path) -> bytes:
    """The public half of the key in a file; raises KeyExposed, KeyMalformed or FileFailed."""
    require_private(path)
    with file_errors(path):
        text = path.read_text("ascii", errors="replace").strip()
    try:
        return _public(PrivateKey(parse_typed_hex(text, PRIVATE_BYTES)))
    except ValueError as error:
        reason = f"{PRIVATE_BYTES} bytes in hexadecimal digits are expected"
        raise KeyMalformed(path=path, reason=reason) from error


def _public(key: PrivateKey) -> bytes:
    return key.public_key.format(compressed=False)[1:]
