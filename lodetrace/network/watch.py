"""How a network does: asked of every node of this machine, judged by whether its head advances."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.chain.seals import quorum
from lodetrace.network.errors import NodeSilent
from lodetrace.network.launch import LATE_SECONDS, has_started, head_of, is_running
from lodetrace.network.manifest import NetworkManifest, OwnNode
from lodetrace.network.node_metrics import PEERS, Metrics, read_metrics
from lodetrace.network.node_rpc import NodeRpc, QbftBlock
from lodetrace.network.proposals import Turns, turns
from lodetrace.text import hex_of

WINDOW: Final = 60
"""Blocks over which turns are counted."""


@dataclass(frozen=True, slots=True)
class NodeState:
    """One node now. What a silent node would have said is None; sizes in bytes.

    lag: blocks behind the highest head; started: it ran here once; running: its process lives,
    which says little; clock: seconds by which its clock is ahead of ours, as its answer was dated.
    """

    name: str
    organisation: str
    address: str
    started: bool
    running: bool
    head: int | None
    lag: int | None
    peers: int | None
    validates: bool | None
    waiting: int | None
    data_bytes: int
    free_bytes: int
    clock: int | None
    silence: str


@dataclass(frozen=True, slots=True)
class NetworkState:
    """All of it. age: seconds of this machine's clock since the newest block's time.

    ahead: by validator, wherever it runs, seconds by which the newest block that it was seen to
    propose was ahead of this clock when it came; only watched blocks tell, so it fills with time.
    """

    network: NetworkManifest
    nodes: tuple[NodeState, ...]
    newest: QbftBlock | None
    age: int | None
    turns: Mapping[str, Turns]
    ahead: Mapping[str, int]

    @property
    def advances(self) -> bool:
        """Whether blocks are made: the newest is no older than the longest pause of a fault."""
        limit = self.network.parameters.longest_pause + LATE_SECONDS
        return self.age is not None and self.age <= limit

    @property
    def validators(self) -> int:
        """Those that seal the newest block."""
        return len(self.newest.extra.validators) if self.newest else 0

    @property
    def quorum(self) -> int:
        """How many of them have to run."""
        return quorum(self.validators)


class Watch:
    """Looks at a network again and again; keeps the blocks it has seen."""

    def __init__(self, network: NetworkManifest, folder: Path) -> None:
        self._network = network
        self._nodes = network.own(folder)
        self._blocks: dict[int, QbftBlock] = {}
        self._ahead: dict[str, int] = {}

    def look(self) -> NetworkState:
        """Everything as it is now; a node that does not answer is part of the answer."""
        heads = {node.name: _head(node) for node in self._nodes}
        now = int(time.time())  # reading many headers takes a while
        known = [head for head, _ in heads.values() if head is not None]
        highest = max(known, default=None)
        for node in self._nodes:
            if heads[node.name][0] == highest is not None and not node.placement.exposed:
                self._read(NodeRpc(node), highest, now)
                break
        newest = self._blocks.get(highest) if highest is not None else None
        validators = self._sealers(newest)
        return NetworkState(
            network=self._network,
            nodes=tuple(
                _state(node, *heads[node.name], highest, validators) for node in self._nodes
            ),
            newest=newest,
            age=None if newest is None else max(0, now - newest.time),
            turns=turns([self._blocks[number] for number in sorted(self._blocks)]),
            ahead=dict(self._ahead),
        )

    def _read(self, rpc: NodeRpc, highest: int, now: int) -> None:
        """The last WINDOW blocks and the one before; those known are not asked for again."""
        first = max(0, highest - WINDOW)
        self._blocks = {
            number: block for number, block in self._blocks.items() if first <= number <= highest
        }
        watched = bool(self._blocks)
        try:
            for number in range(first, highest + 1):
                if number not in self._blocks:
                    block = self._blocks[number] = rpc.block(number)
                    if watched and number == highest:
                        self._ahead[block.proposer] = block.time - now
        except NodeSilent:  # it ended in between; the next look asks another one
            self._blocks = {}

    def _sealers(self, newest: QbftBlock | None) -> frozenset[str]:
        found = newest.extra.validators if newest else ()
        return frozenset(hex_of(address) for address in found)


def _head(node: OwnNode) -> tuple[int | None, str]:
    """The head, or why there is none."""
    try:
        return head_of(node).number, ""
    except NodeSilent as error:
        return None, str(error.values["reason"])


def _state(
    node: OwnNode,
    head: int | None,
    silence: str,
    highest: int | None,
    validators: frozenset[str],
) -> NodeState:
    rpc = None if head is None or node.placement.exposed else NodeRpc(node)
    metrics = _metrics(node)
    return NodeState(
        name=node.name,
        organisation=node.peer.organisation,
        address=node.peer.address,
        started=has_started(node),
        running=is_running(node),
        head=head,
        lag=None if head is None or highest is None else highest - head,
        peers=None if metrics is None else metrics.figures.get(PEERS),
        validates=node.peer.address in validators if validators else None,
        waiting=None if rpc is None else _or_none(rpc.waiting),
        data_bytes=folder_bytes(node.data),
        free_bytes=shutil.disk_usage(node.folder).free,
        clock=None if metrics is None else metrics.clock,
        silence=silence,
    )


def _metrics(node: OwnNode) -> Metrics | None:
    try:
        return read_metrics(node)
    except NodeSilent:
        return None


def _or_none(question: Callable[[], int]) -> int | None:
    try:
        return question()
    except NodeSilent:
        return None


def folder_bytes(folder: Path) -> int:
    """Bytes of a folder whose files come and go."""
    found = 0
    for path in _files(folder):
        try:
            found += path.stat().st_blocks * 512
        except OSError:
            continue
    return found


def _files(folder: Path) -> Sequence[Path]:
    try:
        return [path for path in folder.rglob("*") if path.is_file()]
    except OSError:
        return []
