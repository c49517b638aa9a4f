"""What a machine knows of a network: its figures, every node, and which of them run here.

The record holds no secret. It is written when a network is founded or joined and when a node is
allowed or denied; nodes read the files that are rendered from it.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from lodetrace.network.errors import (
    ChoiceOutOfRange,
    NetworkMissing,
    NodeUnknown,
    RecordMalformed,
)
from lodetrace.network.files import read_json, write_json
from lodetrace.network.node_key import PUBLIC_BYTES
from lodetrace.network.parameters import NetworkParameters
from lodetrace.secp256k1 import address_of_public
from lodetrace.text import TextMalformed, hex_of, parse_bare_hex

FORMAT: Final = "lodetrace-network/2"
LOOPBACK: Final = "127.0.0.1"
RECORD_FILE: Final = "network.json"
GENESIS_FILE: Final = "genesis.json"

SECRET_FILES: Final = ("key", "tls.p12", "tls.password", "jwt-private.pem")
"""Of a node's folder; readable by their owner only, in backups only encrypted."""

Role = Literal["validator", "rpc"]
Storage = Literal["FOREST", "BONSAI"]
Algorithm = Literal["ES256", "RS256"]


@dataclass(frozen=True, slots=True)
class Peer:
    """A node of the network as everybody knows it. public_key: 64 bytes in hexadecimal."""

    name: str
    organisation: str
    role: Role
    public_key: str
    host: str
    port: int

    @property
    def address(self) -> str:
        """By which a validator is named in blocks and votes."""
        return hex_of(address_of_public(parse_bare_hex(self.public_key, PUBLIC_BYTES)))

    @property
    def enode(self) -> str:
        """Where its peers reach it; found by this list alone, so no discovery port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"enode://{self.public_key}@{host}:{self.port}?discport=0"


@dataclass(frozen=True, slots=True)
class Placement:
    """How a node runs on this machine.

    Hosts: what it binds to; heap_mb: most MiB of Java's heap; storage: FOREST keeps every state,
    BONSAI the last 512 and less disk; jwt: how tokens are signed where its RPC is exposed.
    """

    p2p_interface: str
    rpc_host: str
    rpc_port: int
    metrics_host: str
    metrics_port: int
    storage: Storage
    heap_mb: int
    jwt: Algorithm = "ES256"

    @property
    def exposed(self) -> bool:
        """Whether its RPC is reached from other machines."""
        return self.rpc_host != LOOPBACK


@dataclass(frozen=True, slots=True)
class OwnNode:
    """A node of this machine and its folder."""

    peer: Peer
    placement: Placement
    folder: Path

    @property
    def name(self) -> str:
        """The node's name."""
        return self.peer.name

    @property
    def url(self) -> str:
        """Its JSON-RPC."""
        scheme = "https" if self.placement.exposed else "http"
        return f"{scheme}://{self.placement.rpc_host}:{self.placement.rpc_port}"

    @property
    def key_file(self) -> Path:
        """The key that makes it this node."""
        return self.folder / "key"

    @property
    def data(self) -> Path:
        """Besu's database."""
        return self.folder / "data"


@dataclass(frozen=True, slots=True)
class NetworkManifest:
    """The record. placements: by name, of the nodes that run here; genesis_hash: once known."""

    id: str
    chain_id: int
    parameters: NetworkParameters
    peers: tuple[Peer, ...]
    placements: Mapping[str, Placement]
    genesis_hash: str = ""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The folder's record; raises NetworkMissing, FileFailed or RecordMalformed."""
        path = folder / RECORD_FILE
        if not path.is_file():
            raise NetworkMissing(folder=folder)
        return cls.of(read_json(path), path)

    @classmethod
    def of(cls, document: Mapping[str, Any], path: Path) -> Self:
        """From a document; path: where it came from, for errors. Raises RecordMalformed."""
        try:
            if document["format"] != FORMAT:
                raise ValueError(f"format {document['format']!r} is not {FORMAT}")
            return cls(
                id=str(document["network"]),
                chain_id=int(document["chain_id"]),
                parameters=NetworkParameters.of(document["parameters"]),
                peers=tuple(peer_of(entry) for entry in document["peers"]),
                placements={
                    name: Placement(**entry) for name, entry in document["placements"].items()
                },
                genesis_hash=str(document["genesis_hash"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, ChoiceOutOfRange) as error:
            raise RecordMalformed(path=path, reason=f"malformed near {error}") from error

    def document(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "format": FORMAT,
            "network": self.id,
            "chain_id": self.chain_id,
            "parameters": asdict(self.parameters),
            "genesis_hash": self.genesis_hash,
            "peers": [asdict(peer) for peer in self.peers],
            "placements": {name: asdict(one) for name, one in self.placements.items()},
        }

    def write(self, folder: Path) -> None:
        """Replaces the folder's record."""
        write_json(folder / RECORD_FILE, self.document())

    def own(self, folder: Path) -> tuple[OwnNode, ...]:
        """The nodes of this machine."""
        return tuple(
            OwnNode(peer, self.placements[peer.name], folder / "nodes" / peer.name)
            for peer in self.peers
            if peer.name in self.placements
        )

    def node(self, folder: Path, name: str | None) -> OwnNode:
        """One node of this machine; no name means the only or first. Raises NodeUnknown."""
        nodes = self.own(folder)
        for node in nodes:
            if name in (None, node.name):
                return node
        known = ", ".join(node.name for node in nodes) or "none"
        raise NodeUnknown(node=name, known=known)


def peer_of(entry: Mapping[str, Any]) -> Peer:
    """From a document; raises KeyError, TypeError or ValueError."""
    peer = Peer(**entry)
    if peer.role not in ("validator", "rpc"):
        raise ValueError(f"role {peer.role!r}")
    try:
        parse_bare_hex(peer.public_key, PUBLIC_BYTES)
    except TextMalformed as error:
        raise ValueError(f"public key of {peer.name}: {error}") from error
    require_name(peer.name)
    require_host(peer.host)
    if type(peer.port) is not int or not 0 < peer.port < 1 << 16:
        raise ValueError(f"port of {peer.name}")
    return peer


def require_name(name: str) -> None:
    """Raises ValueError unless the name may be that of a folder and of a service."""
    plain = name.isascii() and all(sign.isalnum() or sign in "-_" for sign in name)
    if not plain or not 0 < len(name) <= 40:
        raise ValueError(f"name {name!r}: letters, digits, - and _ are expected, at most 40")


def require_host(host: str) -> None:
    """Raises ValueError for what is no IP address: allow-lists know no names."""
    ipaddress.ip_address(host)
