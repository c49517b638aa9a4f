"""Who may be a peer: in the record and in every file that a node reads."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from lodetrace.network.access import allow, deny, peer_from_enode
from lodetrace.network.errors import EnodeMalformed, NodeUnknown, RecordMalformed
from lodetrace.network.founding import found
from lodetrace.network.manifest import NetworkManifest

from .parts import CHOICES, KEYS, SEALS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found(tmp_path / "network", "besu", 27_001, CHOICES, 2)
    return tmp_path / "network"


def allowed(folder: Path, name: str) -> list[str]:
    text = (folder / "nodes" / name / "permissions.toml").read_text("utf-8")
    found: list[str] = tomllib.loads(text)["nodes-allowlist"]
    return found


def static(folder: Path, name: str) -> list[str]:
    text = (folder / "nodes" / name / "static-nodes.json").read_text("utf-8")
    found: list[str] = json.loads(text)
    return found


def test_a_node_is_let_in_and_kept_out_by_every_node_here(folder: Path) -> None:
    assert allow(folder, SEALS) == ()
    for name in ("validator1", "validator2"):
        assert SEALS.enode in allowed(folder, name)
        assert SEALS.enode in static(folder, name)
    assert deny(folder, "seals1") == ()
    for name in ("validator1", "validator2"):
        assert SEALS.enode not in allowed(folder, name)
        assert SEALS.enode not in static(folder, name)
    with pytest.raises(NodeUnknown):
        deny(folder, "seals1")


def test_a_node_that_moved_is_replaced(folder: Path) -> None:
    allow(folder, SEALS)
    moved = replace(SEALS, host="192.0.2.99")
    allow(folder, moved)
    assert allowed(folder, "validator1").count(moved.enode) == 1
    assert SEALS.enode not in allowed(folder, "validator1")
    assert len(NetworkManifest.read(folder).peers) == 3


def test_it_is_kept_out_by_its_enode_as_well(folder: Path) -> None:
    allow(folder, SEALS)
    deny(folder, SEALS.enode)
    assert SEALS not in NetworkManifest.read(folder).peers


def test_nodes_of_this_machine_are_neither_replaced_nor_kept_out(folder: Path) -> None:
    with pytest.raises(RecordMalformed):
        allow(folder, replace(SEALS, name="validator1"))
    with pytest.raises(NodeUnknown):
        deny(folder, "validator1")
    assert len(allowed(folder, "validator2")) == 2


def test_an_enode_is_read_as_its_operator_gave_it() -> None:
    text = f"enode://{KEYS[0].upper()}@192.0.2.10:30303?discport=0"
    assert peer_from_enode(text, "seals1", "Refinery", "validator") == SEALS
    bracketed = f"enode://{KEYS[0]}@[2001:db8::1]:30303"
    assert peer_from_enode(bracketed, "seals1", "Refinery", "validator").host == "2001:db8::1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "enode://ab@192.0.2.10:30303",
        f"enode://{KEYS[0]}@seals1.example:30303",
        f"enode://{KEYS[0]}@192.0.2.10:0",
        f"enode://{KEYS[0]}@192.0.2.10:99999",
        f"enode://{KEYS[0]}@192.0.2.999:30303",
        f'enode://{KEYS[0]}@192.0.2.10:30303"\n',
    ],
)
def test_what_is_no_enode_is_refused(text: str) -> None:
    with pytest.raises(EnodeMalformed):
        peer_from_enode(text, "seals1", "Refinery", "validator")
