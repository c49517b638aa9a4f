"""Reference of the contracts, from what the compiler keeps of their NatSpec."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lodetrace.contracts.abi_codec import canonical
from scripts.docs.markdown import cell, table


def contracts_page(artifacts: Path) -> str:
    """Every deployed contract with its functions and events. artifacts: the compiler's output."""
    parts = [
        "# Contracts",
        "What is deployed, in the words of its NatSpec ([the whole](../docs/design.md)).",
    ]
    for path in sorted(artifacts.glob("*.json")):
        artifact = json.loads(path.read_text("utf-8"))
        if _is_deployed(artifact):
            parts += _section(artifact, _promise(path))
    return "\n\n".join(parts) + "\n"


def _is_deployed(artifact: dict[str, Any]) -> bool:
    """Whether it is a contract of ours with code: no interface, library or test."""
    source = artifact.get("sourcePath", "")
    shallow = source.startswith("contracts/") and source.count("/") == 1
    return shallow and bool(artifact.get("bytecode")) and artifact.get("type") != "library"


def _promise(path: Path) -> list[str]:
    """What the contract's interface says of the whole."""
    interface = path.with_name(f"I{path.name}")
    if not interface.exists():
        return []
    natspec = json.loads(interface.read_text("utf-8"))["natspec"]
    return [natspec[part] for part in ("notice", "details") if natspec.get(part)]


def _section(artifact: dict[str, Any], promise: list[str]) -> list[str]:
    natspec = artifact.get("natspec", {})
    found = [f"## {artifact['contractName']}", *promise]
    methods = natspec.get("methods", {})
    rows = []
    for entry in artifact["abi"]:
        if entry["type"] == "function":
            said = methods.get(_call(entry, canonical), {})
            words = " ".join(said[part] for part in ("notice", "details") if said.get(part))
            rows.append((f"`{_call(entry, _named)}`", entry["stateMutability"], cell(words)))
    if rows:
        found.append(table(("function", "kind", "meaning"), sorted(rows)))
    events = [
        (f"`{entry['name']}`", cell(", ".join(one["name"] for one in entry["inputs"])))
        for entry in artifact["abi"]
        if entry["type"] == "event"
    ]
    if events:
        found.append(table(("event", "fields"), sorted(set(events))))
    return found


def _call(entry: dict[str, Any], spelt: Callable[[dict[str, Any]], str]) -> str:
    return f"{entry['name']}({','.join(map(spelt, entry['inputs']))})"


def _named(parameter: dict[str, Any]) -> str:
    """As the source spells it: structs by their names."""
    internal: str = parameter.get("internalType", parameter["type"])
    return internal.split(" ")[-1]
