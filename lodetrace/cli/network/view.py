"""A network on the screen: its nodes, its validators, its figures."""

from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Document, fields, rows
from lodetrace.text import counted, iso_time

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

    from lodetrace.network.manifest import NetworkManifest, OwnNode
    from lodetrace.network.watch import NetworkState, NodeState

ADDRESS_SIGNS: Final = 10
"""Of an address in the live table; `node list` shows all of it."""


def network_document(network: "NetworkManifest", nodes: "tuple[OwnNode, ...]") -> Document:
    """The record, and where its nodes of this machine answer."""
    return {
        "network": network.id,
        "chain_id": network.chain_id,
        "genesis": network.genesis_hash or None,
        "parameters": network.document()["parameters"],
        "nodes": [
            {
                "name": node.name,
                "organisation": node.peer.organisation,
                "role": node.peer.role,
                "address": node.peer.address,
                "enode": node.peer.enode,
                "rpc_url": node.url,
                "storage": node.placement.storage,
                "folder": str(node.folder),
            }
            for node in nodes
        ],
    }


def node_table(nodes: "tuple[OwnNode, ...]") -> "RenderableType":
    """Where the nodes of this machine answer."""
    lines = [
        (node.name, node.peer.organisation, node.peer.role, node.peer.address, node.url)
        for node in nodes
    ]
    return rows(("node", "organisation", "role", "address", "JSON-RPC"), lines)


def state_document(state: "NetworkState") -> Document:
    """Everything that a look at the network found."""
    newest = state.newest
    return {
        "network": state.network.id,
        "advances": state.advances,
        "head": None if newest is None else newest.number,
        "head_time": None if newest is None else iso_time(newest.time),
        "head_age_seconds": state.age,
        "round": None if newest is None else newest.extra.round,
        "validators": state.validators,
        "quorum": state.quorum,
        "nodes": [_node_document(node) for node in state.nodes],
        "turns": [
            {
                "validator": name,
                "name": _name(state, name),
                "proposed": one.proposed,
                "missed": one.missed,
                "last": one.last,
                "ahead_seconds": state.ahead.get(name),
            }
            for name, one in state.turns.items()
        ],
    }


def state_view(state: "NetworkState") -> "Group":
    """The same for people."""
    from rich.console import Group

    return Group(_summary(state), _nodes(state), _turns(state))


def _summary(state: "NetworkState") -> "RenderableType":
    newest = state.newest
    verdict = "blocks are made" if state.advances else "NO BLOCKS: the head stands still"
    head = "no node answers"
    if newest is not None:
        head = f"{newest.number}, {state.age} s old, round {newest.extra.round}"
    return fields(
        {
            "network": f"{state.network.id}, chain {state.network.chain_id}",
            "verdict": verdict,
            "head": head,
            "validators": f"{state.validators}, {state.quorum} have to agree"
            if state.validators
            else None,
        }
    )


def _nodes(state: "NetworkState") -> "RenderableType":
    columns = ("node", "height>", "behind>", "peers>", "seals", "pool>", "MiB>", "GiB free>",
               "clock>", "")  # fmt: skip
    return rows(columns, [_node_line(node) for node in state.nodes])


def _node_line(node: "NodeState") -> tuple[str, ...]:
    if not node.started:
        ended, silence = "it never started", ""
    else:
        ended, silence = "" if node.running else "its process ended", node.silence
    return (
        node.name,
        _or_dash(node.head),
        _or_dash(node.lag),
        _or_dash(node.peers),
        "–" if node.validates is None else "yes" if node.validates else "no",
        _or_dash(node.waiting),
        str(node.data_bytes >> 20),
        str(node.free_bytes >> 30),
        _seconds(node.clock),
        "; ".join(part for part in (ended, silence) if part),
    )


def _turns(state: "NetworkState") -> "RenderableType":
    lines = [
        (
            _name(state, name) or "unknown",
            name[:ADDRESS_SIGNS],
            str(one.proposed),
            str(one.missed),
            _or_dash(one.last),
            _seconds(state.ahead.get(name)),
        )
        for name, one in state.turns.items()
    ]
    counts = sum(one.proposed for one in state.turns.values())
    columns = ("validator", "address", "proposed>", "missed>", "last>", "time ahead>")
    return rows(columns, lines, f"Turns over {counted(counts, 'blocks')}")


def _name(state: "NetworkState", address: str) -> str | None:
    return next((peer.name for peer in state.network.peers if peer.address == address), None)


def _node_document(node: "NodeState") -> Document:
    return {
        "name": node.name,
        "organisation": node.organisation,
        "address": node.address,
        "started": node.started,
        "running": node.running,
        "head": node.head,
        "behind": node.lag,
        "peers": node.peers,
        "validator": node.validates,
        "pool": node.waiting,
        "data_bytes": node.data_bytes,
        "free_bytes": node.free_bytes,
        "clock_seconds": node.clock,
        "silence": node.silence or None,
    }


def _or_dash(value: int | None) -> str:
    return "–" if value is None else str(value)


def _seconds(value: int | None) -> str:
    return "–" if value is None else f"{value:+} s"
