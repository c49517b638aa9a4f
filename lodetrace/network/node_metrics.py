"""What a node tells Prometheus: its clock, and its height where JSON-RPC asks for a token."""

import time
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Final

from lodetrace.network.errors import NodeSilent
from lodetrace.network.manifest import OwnNode
from lodetrace.node.plain_rpc import open_directly

HEIGHT: Final = "ethereum_blockchain_height"
HEAD_TIME: Final = "besu_blockchain_chain_head_timestamp"
PEERS: Final = "ethereum_peer_count"
LARGEST: Final = 4 << 20
"""Bytes of an answer."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """figures: without labels, rounded down. clock: seconds by which the node's is ahead."""

    figures: dict[str, int]
    clock: int | None


def read_metrics(node: OwnNode, limit: int = 5) -> Metrics:
    """What the node says now; raises NodeSilent."""
    placement = node.placement
    host = placement.metrics_host
    url = f"http://{f'[{host}]' if ':' in host else host}:{placement.metrics_port}/metrics"
    try:
        with open_directly(url, limit) as answer:
            date = answer.headers.get("Date")
            text = answer.read(LARGEST).decode("utf-8", errors="replace")
    except (OSError, HTTPException) as error:
        reason = str(getattr(error, "reason", error))
        raise NodeSilent(node=node.name, url=url, reason=reason) from error
    return Metrics(figures(text), _ahead(date))


def _ahead(date: str | None) -> int | None:
    try:
        return None if date is None else int(parsedate_to_datetime(date).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def figures(text: str) -> dict[str, int]:
    """Of Prometheus' text: names without labels, with their whole part. Pure."""
    found = {}
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name and not name.startswith("#") and "{" not in name:
            try:
                found[name] = int(Decimal(value.split(" ")[0]))
            except (InvalidOperation, ValueError, OverflowError):  # NaN and infinity
                continue
    return found
