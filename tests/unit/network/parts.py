"""A small network as data, and programs that stand for Besu and Java."""

from dataclasses import replace
from pathlib import Path

from lodetrace.network.manifest import LOOPBACK, NetworkManifest, OwnNode, Peer, Placement
from lodetrace.network.parameters import NetworkParameters

CHOICES = NetworkParameters(period=1, request_timeout=4)
# public keys of the private keys 1 and 2
KEYS = (
    (
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
    ),
    (
        "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
        "1ae168fea63dc339a3c58419466ceaeef7f632653266d0e1236431a950cfe52a"
    ),
)
SEALS = Peer("seals1", "Refinery", "validator", KEYS[0], "192.0.2.10", 30303)
ASKS = Peer("asks1", "Refinery", "rpc", KEYS[1], "192.0.2.11", 30304)
INNER = Placement("192.0.2.10", LOOPBACK, 8545, LOOPBACK, 9545, "BONSAI", 2048)
OUTER = Placement("192.0.2.11", "192.0.2.11", 8546, LOOPBACK, 9546, "FOREST", 1024)


def network() -> NetworkManifest:
    return NetworkManifest(
        "consortium", 27_027, CHOICES, (SEALS, ASKS), {"seals1": INNER, "asks1": OUTER}
    )


def node(name: str, folder: Path) -> OwnNode:
    return network().node(folder, name)


def exposed(placement: Placement, host: str) -> Placement:
    return replace(placement, rpc_host=host)


def program(path: Path, text: str) -> Path:
    """An executable of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def java(folder: Path, version: str) -> Path:
    """A folder whose bin/java says a version as Java does."""
    program(folder / "bin" / "java", f"echo 'openjdk version \"{version}\" 2025-04-15' >&2")
    return folder


def besu(folder: Path, version: str, needs: int | None = None) -> Path:
    """A folder whose bin/besu says a version as Besu does; needs: Java of its class files."""
    program(folder / "bin" / "besu", f"echo 'besu/v{version}/linux-x86_64/openjdk-java-21'")
    if needs is not None:
        import zipfile

        jar = folder / "lib" / f"besu-app-{version}.jar"
        jar.parent.mkdir(parents=True)
        head = bytes.fromhex("cafebabe0000") + (44 + needs).to_bytes(2, "big")
        with zipfile.ZipFile(jar, "w") as opened:
            opened.writestr("org/hyperledger/besu/Besu.class", head + bytes(8))
    return folder
