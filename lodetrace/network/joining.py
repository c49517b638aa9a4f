"""Joins a network from a bundle: the key is made here, the node's files are rendered here."""

import ipaddress
from dataclasses import dataclass, replace
from pathlib import Path

from lodetrace.network.errors import (
    ChoiceOutOfRange,
    ExposureRefused,
    NetworkBundleRefused,
    ValidatorMalformed,
)
from lodetrace.network.files import make_private_folder, write_file, write_json
from lodetrace.network.founding import render, require_new
from lodetrace.network.join_bundle import JoinBundle
from lodetrace.network.manifest import (
    GENESIS_FILE,
    NetworkManifest,
    OwnNode,
    Peer,
    Placement,
    Role,
    require_name,
)
from lodetrace.network.node_key import make_node_key
from lodetrace.network.service_files import compose_file, systemd_unit
from lodetrace.network.tls import make_certificate
from lodetrace.network.tokens import make_key_pair
from lodetrace.text import TextMalformed, parse_typed_address

DEPLOYMENTS = "deployments"
"""Folder for LODETRACE_DEPLOYMENTS, where the bundle brings the contracts' record."""


@dataclass(frozen=True, slots=True)
class JoiningNode:
    """A node of one organisation on its own host. host, port: where peers reach it."""

    name: str
    organisation: str
    role: Role
    host: str
    port: int


def address(text: str) -> str:
    """An address in lower case; raises ValidatorMalformed, also for a wrong checksum."""
    try:
        return parse_typed_address(text).lower()
    except TextMalformed as error:
        raise ValidatorMalformed(text=text[:60]) from error


def make_card(folder: Path, site: JoiningNode) -> Peer:
    """The node's public half; its key is made below the folder, or found there."""
    require_sound(site)
    place = folder / "nodes" / site.name
    for private in (folder, folder / "nodes", place):
        make_private_folder(private)
    public = make_node_key(place / "key").hex()
    return Peer(site.name, site.organisation, site.role, public, site.host, site.port)


def join(
    folder: Path,
    bundle: JoinBundle,
    site: JoiningNode,
    placement: Placement,
    besu_home: str = "/opt/besu",
) -> OwnNode:
    """Makes this host's node of the network; nothing is started.

    besu_home: for the unit of systemd. Raises NetworkExists, ExposureRefused, NetworkBundleRefused,
    ChoiceOutOfRange or FileFailed.
    """
    require_joinable(folder, site, placement)
    peer = make_card(folder, site)
    known = [one for one in bundle.network.peers if one.name == peer.name]
    if known and known != [peer]:
        reason = f"its {peer.name} has another key or address than this host's"
        raise NetworkBundleRefused(path=folder, reason=reason)
    others = tuple(one for one in bundle.network.peers if one.name != peer.name)
    network = replace(bundle.network, peers=(*others, peer), placements={peer.name: placement})
    node = network.node(folder, peer.name)
    write_json(folder / GENESIS_FILE, bundle.genesis)
    if bundle.deployment is not None:
        write_json(folder / DEPLOYMENTS / f"{network.id}.json", bundle.deployment)
    if placement.exposed:
        make_certificate(node)
        make_key_pair(node.folder, placement.jwt)
    render(node, network.peers, folder)
    write_file(node.folder / f"besu-{peer.name}.service", systemd_unit(node, folder, besu_home))
    write_file(node.folder / "compose.yaml", compose_file(node, folder))
    network.write(folder)
    return node


def require_joinable(folder: Path, site: JoiningNode, placement: Placement) -> None:
    """Raises NetworkExists, ExposureRefused or ChoiceOutOfRange; makes nothing."""
    require_new(folder)
    _require_unexposed(site, placement)
    require_sound(site)


def move(folder: Path, node: OwnNode, host: str) -> OwnNode:
    """Gives a node of this machine another address; peers have to allow it anew."""
    old, peer = node.peer.host, replace(node.peer, host=host)
    placed = node.placement
    placement = replace(
        placed,
        p2p_interface=host if placed.p2p_interface == old else placed.p2p_interface,
        rpc_host=host if placed.rpc_host == old and placed.exposed else placed.rpc_host,
    )
    network = NetworkManifest.read(folder)
    moved = replace(
        network,
        peers=tuple(peer if one == node.peer else one for one in network.peers),
        placements={**network.placements, node.name: placement},
    )
    found = moved.node(folder, node.name)
    if placement.rpc_host != placed.rpc_host:
        make_certificate(found)
    render(found, moved.peers, folder)
    moved.write(folder)
    return found


def require_address(host: str) -> None:
    """Raises ChoiceOutOfRange for what is no IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError as error:
        raise ChoiceOutOfRange(name="host", value=host, reason=error) from error


def require_sound(site: JoiningNode) -> None:
    """Raises ChoiceOutOfRange for a name, host or port that cannot be one."""
    try:
        require_name(site.name)
        ipaddress.ip_address(site.host)
        if not 0 < site.port < 1 << 16:
            raise ValueError(f"port {site.port}")
    except ValueError as error:
        raise ChoiceOutOfRange(name="node", value=site.name, reason=error) from error


def _require_unexposed(site: JoiningNode, placement: Placement) -> None:
    """What holds the network together answers to its own operator only."""
    if placement.exposed and site.role == "validator":
        reason = "a validator's RPC casts votes and changes peers"
        raise ExposureRefused(what="JSON-RPC", host=placement.rpc_host, reason=reason)
    if placement.metrics_host in ("0.0.0.0", "::"):  # noqa: S104  # refused here
        reason = "metrics have neither TLS nor tokens: name the address of a private network"
        raise ExposureRefused(what="metrics", host=placement.metrics_host, reason=reason)
    if placement.rpc_host in ("0.0.0.0", "::"):  # noqa: S104  # refused here
        reason = "name the address that clients use; certificate and host list carry it"
        raise ExposureRefused(what="JSON-RPC", host=placement.rpc_host, reason=reason)
