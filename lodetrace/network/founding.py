"""Founds a network: genesis, record, and the keys and files of the validators of this machine."""

import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from lodetrace.network.besu_toml import allow_list, besu_toml, static_nodes
from lodetrace.network.errors import ChoiceOutOfRange, NetworkExists
from lodetrace.network.files import make_private_folder, write_file, write_json
from lodetrace.network.genesis import genesis_document
from lodetrace.network.manifest import (
    GENESIS_FILE,
    LOOPBACK,
    RECORD_FILE,
    NetworkManifest,
    OwnNode,
    Peer,
    Placement,
    Storage,
)
from lodetrace.network.node_key import make_node_key
from lodetrace.network.parameters import NetworkParameters
from lodetrace.text import ADDRESS_BYTES, parse_hex

MOST_VALIDATORS = 13
"""On one machine, for rehearsals; a consortium's validators join from their own hosts."""

P2P_OFFSET = 22_000
METRICS_OFFSET = 1_000
HEAP_MB = 640


def found(
    folder: Path,
    network: str,
    chain_id: int,
    parameters: NetworkParameters,
    validators: int,
    organisations: Sequence[str] = (),
    base_port: int = 0,
    storage: Storage = "FOREST",
    heap_mb: int = HEAP_MB,
    funded: Sequence[str] = (),
) -> NetworkManifest:
    """A network of validators on this machine, one organisation after the other.

    base_port: JSON-RPC of the first; 0 takes free ports. Keys are made below the folder and stay
    there. Raises NetworkExists, ChoiceOutOfRange or FileFailed.
    """
    require_new(folder)
    _require_sound(validators, base_port)
    names = [f"validator{number}" for number in range(1, validators + 1)]
    owners = [
        organisations[index % len(organisations)] if organisations else f"organisation{index + 1}"
        for index in range(validators)
    ]
    ports = _ports(validators, base_port)
    make_private_folder(folder)
    make_private_folder(folder / "nodes")
    peers, placements = [], {}
    for name, owner, (rpc, p2p, metrics) in zip(names, owners, ports, strict=True):
        place = folder / "nodes" / name
        make_private_folder(place)
        public = make_node_key(place / "key").hex()
        peers.append(Peer(name, owner, "validator", public, LOOPBACK, p2p))
        placements[name] = Placement(LOOPBACK, LOOPBACK, rpc, LOOPBACK, metrics, storage, heap_mb)
    made = NetworkManifest(network, chain_id, parameters, tuple(peers), placements)
    addresses = [parse_hex(peer.address, ADDRESS_BYTES) for peer in peers]
    write_json(folder / GENESIS_FILE, genesis_document(chain_id, parameters, addresses, funded))
    for node in made.own(folder):
        render(node, made.peers, folder)
    made.write(folder)  # last: a network without it was never founded
    return made


def require_new(folder: Path) -> None:
    """Raises NetworkExists where a network lives in the folder."""
    if (folder / RECORD_FILE).exists():
        raise NetworkExists(folder=folder)


def render(node: OwnNode, peers: Sequence[Peer], folder: Path) -> None:
    """Writes what Besu reads, from the record; edits of these files do not last."""
    write_file(node.folder / "besu.toml", besu_toml(node, folder))
    write_file(node.folder / "static-nodes.json", static_nodes(node, peers))
    write_file(node.folder / "permissions.toml", allow_list(peers))


def _require_sound(validators: int, base_port: int) -> None:
    if not 1 <= validators <= MOST_VALIDATORS:
        reason = f"1 to {MOST_VALIDATORS} run on one machine"
        raise ChoiceOutOfRange(name="validators", value=validators, reason=reason)
    if base_port and not 1024 <= base_port <= 40_000:
        reason = "0 for free ports, or 1024 to 40000: peers use 22000 above, metrics 1000"
        raise ChoiceOutOfRange(name="base_port", value=base_port, reason=reason)


def _ports(nodes: int, base: int) -> list[tuple[int, int, int]]:
    """JSON-RPC, peers and metrics of each node."""
    if base:
        return [
            (base + node, base + P2P_OFFSET + node, base + METRICS_OFFSET + node)
            for node in range(nodes)
        ]
    with ExitStack() as held:  # all at once, so that no two are the same
        free = [
            held.enter_context(socket.create_server((LOOPBACK, 0))).getsockname()[1]
            for _ in range(3 * nodes)
        ]
    return [(free[at], free[at + 1], free[at + 2]) for at in range(0, 3 * nodes, 3)]
