"""Starts and ends the nodes of this machine, and says so only once blocks are made.

A process counts as ours only while its command line names its node's folder; the pid is recorded
there. A node that runs is found again, one that was killed starts over its database.
"""

import fcntl
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lodetrace import processes
from lodetrace.network.errors import (
    NetworkMissing,
    NoBlocks,
    NodeDidNotStart,
    NodePortTaken,
    NodeRuns,
    NodeSilent,
    OtherGenesis,
)
from lodetrace.network.files import file_errors, make_private_folder, require_private
from lodetrace.network.founding import render
from lodetrace.network.manifest import RECORD_FILE, SECRET_FILES, NetworkManifest, OwnNode
from lodetrace.network.node_metrics import HEAD_TIME, HEIGHT, read_metrics
from lodetrace.network.node_rpc import NodeRpc
from lodetrace.network.software import Software

START_SECONDS: Final = 180
"""Until the first answer: four Java machines on two busy processors took over a minute."""

BLOCK_SECONDS: Final = 120
"""Until a block is made, beside what the figures of the network and a halt ask for."""

HALT_SHARE: Final = 4
"""Round timers double, and who comes back begins with the first: it waits as long as it stood."""

LONGEST_WAIT: Final = 1_200
"""Seconds; after a longer halt, all validators are restarted together."""

LATE_SECONDS: Final = 5
"""What a busy machine may add to the longest pause between two blocks."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block of a node. time: seconds since 1970."""

    number: int
    time: int


@dataclass(frozen=True, slots=True)
class RunningNodes:
    """Nodes that answer, on a chain whose head advanced. started: those that did not run."""

    network: NetworkManifest
    nodes: tuple[OwnNode, ...]
    started: tuple[str, ...]
    head: int


def up(
    folder: Path, software: Software, say: Say = lambda _: None, only: Sequence[str] = ()
) -> RunningNodes:
    """Starts every node that does not run and waits until a block is made.

    only: names, to start some of them. Raises NetworkMissing, NodePortTaken, NodeDidNotStart,
    OtherGenesis or NoBlocks.
    """
    with locked(folder) as place:
        network = NetworkManifest.read(place)
        nodes = chosen(network, place, only)
        started = [node for node in nodes if not processes.lives(node.folder)]
        for node in started:
            _require_free(node)
        for node in started:
            start(node, network, software, place)
        for index, node in enumerate(nodes):
            say(f"waiting for {node.name}, {index} of {len(nodes)} answer")
            _wait_for_answer(node)
        network = _held_against_record(network, nodes, place)
    say("waiting for a block")
    head = wait_for_block(network, nodes)
    return RunningNodes(network, nodes, tuple(node.name for node in started), head)


def down(folder: Path, only: Sequence[str] = ()) -> tuple[str, ...]:
    """Ends the nodes of this machine, all at once; the names of those that ran."""
    with locked(folder) as place:
        nodes = chosen(NetworkManifest.read(place), place, only)
        with ThreadPoolExecutor(max_workers=len(nodes) or 1) as pool:
            ended = list(pool.map(lambda node: processes.end(node.folder), nodes))
    return tuple(node.name for node, ran in zip(nodes, ended, strict=True) if ran)


def remove(folder: Path) -> None:
    """Removes a network whose nodes were ended; raises NodeRuns or FileFailed."""
    with locked(folder) as place:
        for node in NetworkManifest.read(place).own(place):
            if processes.lives(node.folder):
                raise NodeRuns(node=node.name)
        with file_errors(place):
            shutil.rmtree(place)


def start(node: OwnNode, network: NetworkManifest, software: Software, folder: Path) -> None:
    """Starts one node over its database, without waiting for it; raises KeyExposed."""
    require_private(node.key_file)
    for path in (node.folder / name for name in SECRET_FILES):
        if path.exists():
            require_private(path)
    render(node, network.peers, folder)
    make_private_folder(node.data)
    log = log_file(node)
    if log.is_file() and log.stat().st_size and not processes.lives(node.folder):
        with file_errors(log):  # the log of the last start is the one that says why it ended
            log.replace(log.with_suffix(".log.1"))
    processes.spawn(software.command(node, folder), node.folder, lasting=True)


def is_running(node: OwnNode) -> bool:
    """Whether a process of this node lives or is starting."""
    return processes.lives(node.folder)


def has_started(node: OwnNode) -> bool:
    """Whether this node ran once; its folder of data is made for that, or came from a backup."""
    return node.data.is_dir()


def log_file(node: OwnNode) -> Path:
    """What the node says since its last start; .1 beside it is from the start before."""
    return node.folder / "chain.log"


def chosen(network: NetworkManifest, folder: Path, only: Sequence[str]) -> tuple[OwnNode, ...]:
    """The nodes of this machine, or those named; raises NodeUnknown."""
    if not only:
        return network.own(folder)
    return tuple(network.node(folder, name) for name in only)


def wait_for_block(
    network: NetworkManifest, nodes: Sequence[OwnNode], seconds: int | None = None
) -> int:
    """The head, once it advanced on any of the nodes; raises NoBlocks.

    A node that catches up advances too, so the block has to be a new one by its time.
    """
    started = time.monotonic()
    limit = seconds or _patience(network, nodes)
    newest_allowed = network.parameters.longest_pause + LATE_SECONDS
    first: int | None = None
    while True:
        heads = [head for head in map(_head, nodes) if head is not None]
        highest = max(heads, key=lambda head: head.number, default=None)
        if highest is not None:
            first = highest.number if first is None else first
            if highest.number > first and time.time() - highest.time <= newest_allowed:
                return highest.number
        if time.monotonic() - started > limit:
            raise NoBlocks(
                head="none" if highest is None else highest.number,
                seconds=limit,
                answering=len(heads),
                nodes=len(nodes),
            )
        time.sleep(0.2)


def _patience(network: NetworkManifest, nodes: Sequence[OwnNode]) -> int:
    """Seconds to wait for a block; after a halt the validators' rounds are long."""
    heads = [head for head in map(_head, nodes) if head is not None and head.number]
    stood = max((int(time.time()) - head.time for head in heads), default=0)
    usual = BLOCK_SECONDS + 2 * network.parameters.longest_pause
    return min(usual + HALT_SHARE * max(0, stood), LONGEST_WAIT)


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """Only one process at a time decides about a network's nodes; raises NetworkMissing."""
    if not (folder / RECORD_FILE).is_file():
        raise NetworkMissing(folder=folder)
    place = folder.resolve()
    with file_errors(place), (place / "network.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def head_of(node: OwnNode) -> Head:
    """By JSON-RPC, or by metrics where that asks for a token; raises NodeSilent."""
    if not node.placement.exposed:
        block = NodeRpc(node).block()
        return Head(block.number, block.time)
    figures = read_metrics(node).figures
    if HEIGHT not in figures or HEAD_TIME not in figures:
        raise NodeSilent(node=node.name, url=node.url, reason=f"its metrics have no {HEIGHT}")
    return Head(figures[HEIGHT], figures[HEAD_TIME])


def _head(node: OwnNode) -> Head | None:
    try:
        return head_of(node)
    except NodeSilent:
        return None


def _require_free(node: OwnNode) -> None:
    placement = node.placement
    wanted = (
        (placement.rpc_host, placement.rpc_port, "JSON-RPC"),
        (placement.p2p_interface, node.peer.port, "peers"),
        (placement.metrics_host, placement.metrics_port, "metrics"),
    )
    for host, port, purpose in wanted:
        try:
            socket.create_server((host, port)).close()
        except OSError as error:
            raise NodePortTaken(port=port, purpose=purpose, node=node.name) from error


def _wait_for_answer(node: OwnNode) -> None:
    deadline = time.monotonic() + START_SECONDS
    while _head(node) is None:
        if not processes.lives(node.folder) or time.monotonic() > deadline:
            tail = processes.log_tail(node.folder)
            raise NodeDidNotStart(node=node.name, seconds=START_SECONDS, log=tail)
        time.sleep(0.2)


def _held_against_record(
    network: NetworkManifest, nodes: Sequence[OwnNode], folder: Path
) -> NetworkManifest:
    """The record with its genesis hash; raises OtherGenesis."""
    recorded = network.genesis_hash
    for node in nodes:
        if node.placement.exposed:
            continue
        actual = NodeRpc(node).genesis_hash()
        if recorded and actual != recorded:
            raise OtherGenesis(node=node.name, actual=actual, recorded=recorded)
        recorded = actual
    if recorded != network.genesis_hash:
        network = replace(network, genesis_hash=recorded)
        network.write(folder)
    return network
