"""besu.toml, static nodes and allow-list of a node. Pure: text from the record.

Secure by default: everything binds to loopback unless told otherwise, peers are those of the
record, and what answers beyond loopback speaks TLS, wants a token and has no operator's methods.

Comments are written as text between the tables: tomli-w, which writes the values, has none.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import tomli_w

from lodetrace.network.manifest import GENESIS_FILE, LOOPBACK, OwnNode, Peer

OPERATOR_APIS: Final = ("ETH", "NET", "WEB3", "TXPOOL", "QBFT", "ADMIN", "PERM")
"""On loopback only: who asks there operates the node."""

PUBLIC_APIS: Final = ("ETH", "NET", "WEB3")

POOL_SIZE: Final = 20_000
"""Transactions that wait at most; the software keeps far fewer in flight."""

POOL_SHARE: Final = "0.1"
"""Part of the pool that one sender may fill: 2,000. Besu's own 0.001 refuses the fifth."""

MOST_LOGS: Final = 5_000
"""Blocks of one question for logs; the software asks in such pieces."""

JWT_PUBLIC_KEY: Final = "jwt-public.pem"
TLS_KEYSTORE: Final = "tls.p12"
TLS_PASSWORD: Final = "tls.password"  # noqa: S105  # the name of a file

Value = str | int | bool | tuple[str, ...]
"""Of a setting; a number that Besu wants as text is text."""


def besu_toml(node: OwnNode, network_folder: Path) -> str:
    """The node's configuration file."""
    sections = [
        ("The chain: every block is checked from the first one on.", _chain(node, network_folder)),
        ("Peers: those of static-nodes.json and of the allow-list, found by nothing else.",
         _peers(node)),
        ("Gas is free; spam is kept out by who may be a member.", _pool()),
        (_rpc_title(node), _rpc(node)),
        ("Figures for Prometheus.", _metrics(node)),
    ]  # fmt: skip
    head = f"{node.name} of {node.peer.organisation}; rendered, rewritten by every `up`."
    tables = (f"\n{_comment(title)}{tomli_w.dumps(values)}" for title, values in sections)
    return _comment(head) + "".join(tables)


def static_nodes(node: OwnNode, peers: Iterable[Peer]) -> str:
    """static-nodes.json: whom the node keeps connected with."""
    return json.dumps([peer.enode for peer in peers if peer.name != node.name], indent=2) + "\n"


def allow_list(peers: Iterable[Peer]) -> str:
    """The permissions file: nobody else is talked to. Besu wants itself on it."""
    listed = {"nodes-allowlist": [peer.enode for peer in peers]}
    return _comment("Only these nodes may be peers.") + tomli_w.dumps(listed)


def _chain(node: OwnNode, network_folder: Path) -> Mapping[str, Value]:
    return {
        "genesis-file": str(network_folder / GENESIS_FILE),
        "data-path": str(node.data),
        "node-private-key-file": str(node.key_file),
        "sync-mode": "FULL",
        "data-storage-format": node.placement.storage,
        "logging": "INFO",
        "color-enabled": False,
    }


def _peers(node: OwnNode) -> Mapping[str, Value]:
    return {
        "p2p-host": node.peer.host,
        "p2p-interface": node.placement.p2p_interface,
        "p2p-port": node.peer.port,
        "discovery-enabled": False,
        "nat-method": "NONE",
        "static-nodes-file": str(node.folder / "static-nodes.json"),
        "permissions-nodes-config-file-enabled": True,
        "permissions-nodes-config-file": str(node.folder / "permissions.toml"),
    }


def _pool() -> Mapping[str, Value]:
    return {
        "min-gas-price": 0,
        "tx-pool-min-gas-price": "0",
        "tx-pool": "sequenced",
        "tx-pool-max-size": POOL_SIZE,
        "tx-pool-limit-by-account-percentage": POOL_SHARE,
    }


def _rpc_title(node: OwnNode) -> str:
    if node.placement.exposed:
        return "JSON-RPC for other machines: TLS, tokens, no operator's methods."
    return "JSON-RPC on this machine only, with the operator's methods."


def _rpc(node: OwnNode) -> Mapping[str, Value]:
    found: dict[str, Value] = {
        "rpc-http-enabled": True,
        "rpc-http-host": node.placement.rpc_host,
        "rpc-http-port": node.placement.rpc_port,
        "rpc-http-api": PUBLIC_APIS if node.placement.exposed else OPERATOR_APIS,
        "rpc-max-logs-range": MOST_LOGS,
        "host-allowlist": _hosts(node),
    }
    if node.placement.exposed:
        found |= {
            "rpc-http-tls-enabled": True,
            "rpc-http-tls-keystore-file": str(node.folder / TLS_KEYSTORE),
            "rpc-http-tls-keystore-password-file": str(node.folder / TLS_PASSWORD),
            "rpc-http-authentication-enabled": True,
            "rpc-http-authentication-jwt-algorithm": node.placement.jwt,
            "rpc-http-authentication-jwt-public-key-file": str(node.folder / JWT_PUBLIC_KEY),
        }
    return found


def _hosts(node: OwnNode) -> tuple[str, ...]:
    local = ("localhost", LOOPBACK)
    return (*local, node.placement.rpc_host) if node.placement.exposed else local


def _metrics(node: OwnNode) -> Mapping[str, Value]:
    return {
        "metrics-enabled": True,
        "metrics-host": node.placement.metrics_host,
        "metrics-port": node.placement.metrics_port,
    }


def _comment(text: str) -> str:
    """One line, whatever an organisation is called: a line break would begin a setting."""
    return "# " + "".join(char if char.isprintable() else " " for char in text) + "\n"
