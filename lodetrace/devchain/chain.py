"""A chain for one block of code, and a chain that outlives its caller."""

import contextlib
import fcntl
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lodetrace import processes
from lodetrace.devchain.clock import go_on
from lodetrace.devchain.errors import (
    ChainDidNotStart,
    ChainFolderFailed,
    ClockNotSet,
    DevChainError,
    OtherChain,
    OtherSettings,
    PortTaken,
)
from lodetrace.devchain.record import Record
from lodetrace.devchain.settings import GANACHE, HOST, ChainSettings, Kind
from lodetrace.node.plain_rpc import rpc
from lodetrace.text import parse_quantity

START_LIMIT = 60  # seconds until the first answer; Ganache takes 1.5 to 5 on an idle machine
TRIES = 3  # ports tried where none is asked for: another program may take one in between


@dataclass(frozen=True)
class DevChain:
    """A chain that answered. `pid` is the node's own, `genesis` the hash of its block 0."""

    kind: Kind
    folder: Path
    port: int
    pid: int
    chain_id: int
    genesis: str

    @property
    def url(self) -> str:
        """Where its JSON-RPC listens."""
        return _url(self.port)

    def stop(self) -> None:
        """Ends the node cleanly; without effect where it has ended."""
        processes.end(self.folder)


@contextlib.contextmanager
def running(
    settings: ChainSettings = GANACHE, folder: Path | None = None, port: int | None = None
) -> Iterator[DevChain]:
    """A chain for one block of code, fresh in a temporary folder unless one is given."""
    with contextlib.ExitStack() as stack:
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="lodetrace-chain-")
            folder = Path(stack.enter_context(temporary))
        with _locked(folder) as place:
            processes.end(place)
            chain = _start(settings, place, port, lasting=False)
        stack.callback(chain.stop)
        yield chain


def attach_or_start(
    folder: Path, settings: ChainSettings = GANACHE, port: int | None = None
) -> DevChain:
    """The chain of this folder: found alive, or started over its database.

    Without a wish it keeps the port of its last start, where that is still free. Its clock goes on
    after its last block (see clock.go_on).
    """
    with _locked(folder) as place:
        record = Record.read(place)
        wanted = record is not None and record.timed and port in (None, record.port)
        if record is not None and wanted and processes.lives(place):
            _require_same(record, settings, place)
            with contextlib.suppress(ChainDidNotStart):
                return _ready(record, place)
        processes.end(place)
        kept = record.port if record is not None and _is_free(record.port) else None
        return _start(settings, place, port, kept=kept, lasting=True)


def stop(folder: Path) -> bool:
    """Ends the chain of this folder; returns whether one was running."""
    return processes.end(folder.resolve())


def stop_all(below: Path) -> int:
    """Ends every chain whose folder lies below this one; returns how many were running."""
    return sum(stop(file.parent) for file in sorted(below.rglob("chain.pid")))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """Only one process at a time decides about a folder's chain."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "chain.lock").open("w")
    except OSError as error:
        raise ChainFolderFailed(path=folder, reason=error.strerror) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder.resolve()


def _require_same(record: Record, settings: ChainSettings, place: Path) -> None:
    if record.settings != settings:
        raise OtherSettings(folder=place, recorded=record.settings, wanted=settings)


def _start(
    settings: ChainSettings,
    place: Path,
    port: int | None,
    *,
    lasting: bool,
    kept: int | None = None,
) -> DevChain:
    """port: asked for, there or nowhere; kept: tried first where none is asked for."""
    earlier = Record.read(place)
    if earlier is not None:
        _require_same(earlier, settings, place)
    if port is not None and not _is_free(port):
        raise PortTaken(port=port)
    tries = 1 if port is not None else TRIES
    chosen = port or kept or _free_port()
    while True:
        tries -= 1
        record = replace(earlier or Record(settings, chosen), port=chosen, timed=False)
        command = settings.command(place, record.port, record.begun)
        record.write(place)
        processes.spawn(command, place, lasting=lasting)
        try:
            chain = _ready(record, place)
            _set_clock(record, chain)
            return chain
        except DevChainError:
            processes.end(place)
            if tries == 0 or "already in use" not in processes.log_tail(place):
                raise
            chosen = _free_port()


def _ready(record: Record, place: Path) -> DevChain:
    """Waits for the first answer and holds it against the record.

    Only the node itself is asked: while it starts, another chain may have taken its port.
    """
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        pid = processes.pid_of(place)
        try:
            if pid is not None and processes.listens(pid, record.port):
                return _described(record, place, pid)
        except OSError:  # not listening yet
            pass
        if not processes.lives(place):
            break
        time.sleep(0.05)
    raise ChainDidNotStart(
        kind=record.settings.kind,
        url=_url(record.port),
        seconds=START_LIMIT,
        log=processes.log_tail(place),
    )


def _described(record: Record, place: Path, pid: int) -> DevChain:
    url = _url(record.port)
    chain_id = parse_quantity(rpc(url, "eth_chainId"))
    genesis = str(rpc(url, "eth_getBlockByNumber", "0x0", False)["hash"])
    found: list[tuple[str, object, object]] = [("chain id", chain_id, record.settings.chain_id)]
    if record.genesis:
        found.append(("genesis", genesis, record.genesis))
    for name, actual, recorded in found:
        if actual != recorded:
            raise OtherChain(url=url, name=name, actual=actual, recorded=recorded, folder=place)
    return DevChain(record.settings.kind, place, record.port, pid, chain_id, genesis)


def _set_clock(record: Record, chain: DevChain) -> None:
    """A chain that is killed before this is not taken for one that goes on (record.timed)."""
    try:
        begun = go_on(chain.url, record.settings)
    except OSError as error:
        raise ClockNotSet(url=chain.url, reason=error) from error
    replace(record, genesis=chain.genesis, begun=begun, timed=True).write(chain.folder)


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
