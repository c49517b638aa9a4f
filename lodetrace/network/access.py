"""Which nodes may be peers: in the record, in the files of every node here, and while they run."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from lodetrace.network.errors import EnodeMalformed, NodeSilent, NodeUnknown, RecordMalformed
from lodetrace.network.founding import render
from lodetrace.network.launch import is_running, locked
from lodetrace.network.manifest import NetworkManifest, OwnNode, Peer, Role, require_name
from lodetrace.network.node_rpc import NodeRpc

_ENODE: Final = re.compile(
    r"enode://(?P<key>[0-9a-fA-F]{128})@(?P<host>[0-9a-fA-F.:\[\]]+?):(?P<port>[0-9]{1,5})(\?.*)?"
)


def peer_from_enode(text: str, name: str, organisation: str, role: Role) -> Peer:
    """A peer by the address that its operator gave; raises EnodeMalformed."""
    match = _ENODE.fullmatch(text.strip())
    if match is None:
        reason = "a public key of 128 digits, an IP address and a port are expected"
        raise EnodeMalformed(text=text[:200], reason=reason)
    try:
        host = str(ipaddress.ip_address(match["host"].strip("[]")))
        require_name(name)
    except ValueError as error:
        raise EnodeMalformed(text=text[:200], reason=error) from error
    port = int(match["port"])
    if not 0 < port < 1 << 16:
        raise EnodeMalformed(text=text[:200], reason=f"port {port}")
    return Peer(name, organisation, role, match["key"].lower(), host, port)


def allow(folder: Path, peer: Peer) -> tuple[str, ...]:
    """Lets a node be a peer; one of the same name or key is replaced.

    Answers the running nodes of this machine that take it up only when they start again.
    """
    with locked(folder) as place:
        network = require_allowable(place, peer)
        kept = tuple(
            known
            for known in network.peers
            if known.name != peer.name and known.public_key != peer.public_key
        )
        changed = replace(network, peers=(*kept, peer))
        return _take_up(changed, place, added=peer, removed=_same(network, peer))


def deny(folder: Path, named: str) -> tuple[str, ...]:
    """Ends that a node is a peer, by its name or enode; answers as allow. Raises NodeUnknown."""
    with locked(folder) as place:
        network = NetworkManifest.read(place)
        gone = require_deniable(network, named)
        kept = tuple(peer for peer in network.peers if peer not in gone)
        return _take_up(replace(network, peers=kept), place, added=None, removed=gone)


def require_allowable(folder: Path, peer: Peer) -> NetworkManifest:
    """The network that the peer may come into; raises as allow."""
    network = NetworkManifest.read(folder)
    if peer.name in network.placements:
        raise RecordMalformed(path=folder, reason=f"{peer.name} is a node of this machine")
    return network


def require_deniable(network: NetworkManifest, named: str) -> list[Peer]:
    """The peers of that name or enode; raises NodeUnknown."""
    others = [peer for peer in network.peers if peer.name not in network.placements]
    match = _ENODE.fullmatch(named.strip())
    key = match["key"].lower() if match else None
    gone = [peer for peer in others if peer.name == named or peer.public_key == key]
    if not gone:
        known = ", ".join(peer.name for peer in others) or "none"
        raise NodeUnknown(node=named, known=known)
    return gone


def _same(network: NetworkManifest, peer: Peer) -> list[Peer]:
    """What the peer replaces, where it is reached differently."""
    return [
        known
        for known in network.peers
        if peer.name == known.name or peer.public_key == known.public_key
        if known.enode != peer.enode
    ]


def _take_up(
    network: NetworkManifest, place: Path, added: Peer | None, removed: Sequence[Peer]
) -> tuple[str, ...]:
    """Files first, so that a crash leaves what the next start reads; then the running nodes."""
    network.write(place)
    waiting = []
    for node in network.own(place):
        render(node, network.peers, place)
        if is_running(node) and not _tell(node, added, removed):
            waiting.append(node.name)
    return tuple(waiting)


def _tell(node: OwnNode, added: Peer | None, removed: Sequence[Peer]) -> bool:
    if node.placement.exposed:
        return False
    rpc = NodeRpc(node)
    try:
        for peer in removed:
            rpc.ask("admin_removePeer", peer.enode)
        rpc.ask("perm_reloadPermissionsFromFile")
        if added is not None:
            rpc.ask("admin_addPeer", added.enode)
    except NodeSilent:
        return False
    return True
