"""Runs Brownie in this clone: its networks from networks.yaml, one run at a time.

Brownie reads networks only from ~/.brownie, attaches to whatever listens on a configured port and
writes build/ in place. So each run gets its own free ports for the chains that it launches, and a
second run in the same clone waits. Call it through scripts/setup/brownie.sh, which moves HOME.
"""

import fcntl
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parents[2]
FALLBACK_URL = "http://127.0.0.1:8545"


def hold_lock(folder: Path) -> None:
    """Holds the lock until Brownie, which takes over this process, has ended."""
    lock = os.open(folder / "brownie.lock", os.O_RDWR | os.O_CREAT, 0o644)
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("waiting for another Brownie run in this clone", file=sys.stderr, flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in sockets]
    for listener in sockets:
        listener.close()
    return ports


def with_own_ports(networks: dict[str, Any], url: str | None) -> dict[str, Any]:
    """Free ports for the chains Brownie launches, or the port of a given chain to attach to."""
    entries = networks["development"]
    for entry, port in zip(entries, free_ports(len(entries)), strict=True):
        entry["cmd_settings"]["port"] = urlsplit(url).port if url else port
    return networks


def with_given_host(networks: dict[str, Any], url: str | None) -> dict[str, Any]:
    """The first of the given nodes instead of the described one: a run is on one network."""
    for group in networks["live"]:
        for entry in group["networks"]:
            entry["host"] = url or entry["host"]
    return networks


def write_networks(home: Path) -> None:
    described = os.environ.get("LODETRACE_NETWORKS") or ROOT / "networks.yaml"
    networks = yaml.safe_load(Path(described).read_text(encoding="utf-8"))
    networks.pop("lodetrace", None)  # for our own services alone
    given = os.environ.get("LODETRACE_RPC_URL", "").split(",")[0].strip() or None
    os.environ.setdefault("LODETRACE_RPC_URL", FALLBACK_URL)
    networks = with_given_host(networks, given)
    target = home / ".brownie" / "network-config.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml.safe_dump(with_own_ports(networks, given)), encoding="utf-8")


def forget_deployments(folder: Path) -> None:
    """Removes Brownie's own notes of deployments, by chain id; our records are files beside them.

    It would look for each of them on the network, and give up where that was founded anew.
    """
    for place in folder.glob("*"):
        if place.is_dir() and place.name.isdigit():
            shutil.rmtree(place)
    (folder / "map.json").unlink(missing_ok=True)


def main() -> None:
    home = Path(os.environ["HOME"])
    hold_lock(home)
    forget_deployments(ROOT / "build" / "deployments")
    write_networks(home)
    brownie = Path(sys.executable).with_name("brownie")
    os.execv(brownie, [str(brownie), *sys.argv[1:]])


if __name__ == "__main__":
    main()
