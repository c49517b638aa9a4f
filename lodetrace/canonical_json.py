"""One form of a document's bytes, whoever wrote them down: canonical JSON after RFC 8785.

Unlike the PyPI libraries of that RFC it takes Decimals, never floats: strict_json refuses the
numbers for which the two would differ.
"""

import json
from decimal import Decimal
from typing import Any

from lodetrace.strict_json import Json
from zk_circuits.keccak import keccak256


def canonical_bytes(value: Json) -> bytes:
    """UTF-8 without spaces, keys in the order of their UTF-16 code units."""
    return _text(value).encode("utf-8")


def document_hash(document: dict[str, Any]) -> bytes:
    """keccak256 of the canonical bytes: what a site signs and what stands on chain."""
    return keccak256(canonical_bytes(document))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, Decimal):
        return plain(value)
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"no JSON value: {type(value).__name__}")


def plain(number: Decimal) -> str:
    """The number without exponent, trailing zeros or minus zero."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
