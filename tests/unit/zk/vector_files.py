"""The committed vectors."""

import json
from typing import Any

from zk_circuits.make_vectors import FOLDER


def vectors(name: str) -> list[dict[str, Any]]:
    """The entries of a vector file."""
    entries: list[dict[str, Any]] = json.loads((FOLDER / name).read_text("utf-8"))
    return entries


def named(name: str) -> list[Any]:
    """The same as pytest parameters that carry the entry's name."""
    import pytest

    return [
        pytest.param(entry, id=str(entry.get("name", entry.get("kind", at))))
        for at, entry in enumerate(vectors(name))
    ]
