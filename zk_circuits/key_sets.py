"""Sets of keys side by side: zk_circuits/keys/<set>, chosen by network.

Only the standard library is imported here: what builds circuits runs before packages are there.
"""

import re
from pathlib import Path
from typing import Final

from zk_circuits.errors import KeyUnusable

DEVELOPMENT: Final = "development"
"""The set that came with the repository; its secrets are published."""

_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,31}", re.ASCII)


def set_name(name: str) -> str:
    """A set's name, as folders and contracts have it; raises KeyUnusable."""
    if not _NAME.fullmatch(name):
        raise KeyUnusable(reason=f"{name[:40]!r} is no name of a key set (letters and digits)")
    return name


def key_sets(keys: Path) -> list[str]:
    """The sets in a folder of sets, in order."""
    found = (path.parent.name for path in keys.glob("*/manifest.json"))
    return sorted(set_name(name) for name in found)


def contract_prefix(key_set: str) -> str:
    """What the names of a set's verifier contracts begin with: nothing for development."""
    return "" if key_set == DEVELOPMENT else set_name(key_set).capitalize()
