"""Four hosts on one machine: network namespaces on a bridge, cut apart and joined again."""

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

NETWORK = "10.211.7"
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of setns(2)


class NotPermitted(Exception):
    """This machine does not let us make namespaces."""


class Hosts:
    """names[i] is a namespace with the address NETWORK.(i + 1)."""

    def __init__(self, names: Sequence[str], bridge: str) -> None:
        self.names = names
        self._bridge = bridge

    def address(self, index: int) -> str:
        return f"{NETWORK}.{index + 1}"

    def cut(self, *indexes: int) -> None:
        """These hosts hear nobody, not even each other."""
        for index in indexes:
            ip("-n", self._bridge, "link", "set", port(index), "down")

    def split(self, indexes: Sequence[int]) -> None:
        """These on a bridge of their own: two halves that hear only themselves."""
        for index in indexes:
            ip("-n", self._bridge, "link", "set", port(index), "master", "other")

    def heal(self, *indexes: int) -> None:
        for index in indexes:
            ip("-n", self._bridge, "link", "set", port(index), "master", "one")
            ip("-n", self._bridge, "link", "set", port(index), "up")

    def inside(self, index: int, run: Callable[[], T]) -> T:
        """Runs a function whose sockets belong to the host."""
        found: list[T] = []
        failed: list[BaseException] = []

        def enter() -> None:
            handle = os.open(f"/run/netns/{self.names[index]}", os.O_RDONLY)
            try:
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.setns(handle, _NEW_NETWORK) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
                found.append(run())
            except BaseException as error:  # noqa: BLE001  # handed to the caller's thread
                failed.append(error)
            finally:
                os.close(handle)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return found[0]


@contextmanager
def hosts(count: int) -> Iterator[Hosts]:
    """Raises NotPermitted; removes what it made."""
    mark = f"lt{os.getpid()}"
    names = [f"{mark}-{index}" for index in range(count)]
    bridge = f"{mark}-b"
    try:
        made: list[str] = []
        try:
            for name in (bridge, *names):
                ip("netns", "add", name)
                made.append(name)
            for link in ("one", "other"):
                ip("-n", bridge, "link", "add", link, "type", "bridge")
                ip("-n", bridge, "link", "set", link, "up")
            for index, name in enumerate(names):
                wire(index, name, bridge)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None) or str(error)
            raise NotPermitted(str(said).strip()) from error
        yield Hosts(names, bridge)
    finally:
        for name in made:
            if Path(f"/run/netns/{name}").exists():
                ip("netns", "delete", name)


def wire(index: int, name: str, bridge: str) -> None:
    ip(
        "-n",
        name,
        "link",
        "add",
        "eth0",
        "type",
        "veth",
        "peer",
        "name",
        port(index),
        "netns",
        bridge,
    )
    ip("-n", bridge, "link", "set", port(index), "master", "one", "up")
    ip("-n", name, "addr", "add", f"{NETWORK}.{index + 1}/24", "dev", "eth0")
    ip("-n", name, "link", "set", "eth0", "up")
    ip("-n", name, "link", "set", "lo", "up")


def port(index: int) -> str:
    return f"port{index}"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
