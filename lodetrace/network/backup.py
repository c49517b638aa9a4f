"""A node in one file, and back: taken from a stopped node, checked before anything is replaced.

The archive holds the record, the genesis and Besu's data; the last member is the manifest, with
length and SHA-256 of every other one. Secrets are in it only encrypted.
"""

import hashlib
import io
import json
import shutil
import tarfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from lodetrace.atomic_file import PRIVATE
from lodetrace.network.errors import BackupRefused, NodeRuns, RecordMalformed
from lodetrace.network.files import (
    file_errors,
    json_of,
    make_private_folder,
    write_file,
)
from lodetrace.network.founding import render
from lodetrace.network.joining import move, require_address
from lodetrace.network.launch import is_running, locked
from lodetrace.network.manifest import (
    GENESIS_FILE,
    RECORD_FILE,
    SECRET_FILES,
    NetworkManifest,
    OwnNode,
)
from lodetrace.network.node_key import public_key
from lodetrace.network.sealed_secrets import seal, unseal
from lodetrace.network.tls import CERTIFICATE

FORMAT: Final = "lodetrace-node-backup/1"
MANIFEST: Final = "manifest.json"
SECRETS: Final = "secrets.sealed"
DATA: Final = "data/"
LARGEST_DOCUMENT: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What an archive says of itself. made: seconds since 1970; bytes: of all members."""

    network: str
    chain_id: int
    node: str
    made: int
    files: int
    bytes: int
    secrets: bool


def back_up(folder: Path, name: str | None, target: Path, passphrase: str | None) -> Backup:
    """Writes the archive of a node that does not run.

    passphrase: with it the node's secrets come along. Raises NodeRuns, BackupRefused where the
    target exists, or FileFailed.
    """
    with locked(folder) as place:
        network = NetworkManifest.read(place)
        node = network.node(place, name)
        if is_running(node):
            raise NodeRuns(node=node.name)
        if target.exists():
            raise BackupRefused(path=target, reason="the file exists")
        secrets = None if passphrase is None else seal(_secrets(node), passphrase)
        arriving = target.with_name(f".{target.name}.new")
        try:
            with file_errors(target):
                made = _write(arriving, network, node, place, secrets)
                arriving.replace(target)
        finally:
            arriving.unlink(missing_ok=True)
    return made


def restore(
    folder: Path, archive: Path, passphrase: str | None, host: str | None = None
) -> tuple[Backup, OwnNode]:
    """Puts a node back, once the whole archive was checked; nothing is started.

    The folder holds the same network, or none yet. host: the IP address of another machine than
    that of the backup. Raises NodeRuns, BackupRefused, ChoiceOutOfRange or FileFailed.
    """
    if host is not None:
        require_address(host)
    make_private_folder(folder)
    place = folder.resolve()
    staging = place / ".restoring"
    with file_errors(archive):
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
    try:
        manifest = _extract(archive, staging)
        node = _put_in_place(place, staging, manifest, archive, passphrase)
        return _described(manifest), node if host is None else move(place, node, host)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _secrets(node: OwnNode) -> dict[str, bytes]:
    with file_errors(node.folder):
        return {
            name: (node.folder / name).read_bytes()
            for name in SECRET_FILES
            if (node.folder / name).is_file()
        }


def _write(
    target: Path, network: NetworkManifest, node: OwnNode, folder: Path, secrets: bytes | None
) -> Backup:
    digests: dict[str, dict[str, Any]] = {}
    alone = replace(network, placements={node.name: node.placement})
    with target.open("xb") as file, tarfile.open(fileobj=file, mode="w") as opened:
        target.chmod(PRIVATE)
        _add_bytes(opened, RECORD_FILE, json.dumps(alone.document()).encode(), digests)
        _add_bytes(opened, GENESIS_FILE, (folder / GENESIS_FILE).read_bytes(), digests)
        certificate = node.folder / CERTIFICATE
        if certificate.is_file():
            _add_bytes(opened, CERTIFICATE, certificate.read_bytes(), digests)
        if secrets is not None:
            _add_bytes(opened, SECRETS, secrets, digests)
        for path in _data_files(node.data):
            _add_file(opened, DATA + path.relative_to(node.data).as_posix(), path, digests)
        manifest = {
            "format": FORMAT,
            "network": network.id,
            "chain_id": network.chain_id,
            "node": node.name,
            "made": int(time.time()),
            "files": digests,
        }
        _add_bytes(opened, MANIFEST, json.dumps(manifest).encode(), {})
    return _described(manifest)


def _data_files(data: Path) -> Iterator[Path]:
    """All but locks and sockets; the key is not among them, it lies beside the data."""
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name not in ("LOCK", "besu.ports"):
            yield path


class _Hashed(io.RawIOBase):
    """Hashes what is read through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block


def _add_file(
    opened: tarfile.TarFile, name: str, path: Path, digests: dict[str, dict[str, Any]]
) -> None:
    with path.open("rb") as file:
        info = opened.gettarinfo(arcname=name, fileobj=file)
        hashed = _Hashed(file)
        opened.addfile(info, hashed)
    digests[name] = {"bytes": info.size, "sha256": hashed.digest.hexdigest()}


def _add_bytes(
    opened: tarfile.TarFile, name: str, content: bytes, digests: dict[str, dict[str, Any]]
) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), PRIVATE
    opened.addfile(info, io.BytesIO(content))
    digests[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _extract(archive: Path, staging: Path) -> dict[str, Any]:
    """All members, held against the manifest; raises BackupRefused."""
    try:
        with file_errors(archive), tarfile.open(archive, "r:") as opened:
            opened.extractall(staging, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise BackupRefused(path=archive, reason=f"no whole archive: {error}") from error
    try:
        manifest = json_of((staging / MANIFEST).read_bytes(), archive)
        if manifest["format"] != FORMAT:
            raise ValueError(f"format {manifest['format']!r}")
        _described(manifest)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecordMalformed) as error:
        raise BackupRefused(path=archive, reason=f"no usable manifest: {error}") from error
    _require_members(manifest["files"], staging, archive)
    return manifest


def _require_members(files: Mapping[str, Any], staging: Path, archive: Path) -> None:
    found = {path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()}
    for name in sorted(found ^ {*files, MANIFEST}):
        what = "is not in the manifest" if name in found else "is missing"
        raise BackupRefused(path=archive, reason=f"{name} {what}")
    for name, expected in files.items():
        with (staging / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != expected["sha256"]:
            raise BackupRefused(path=archive, reason=f"{name} has another SHA-256")


def _put_in_place(
    place: Path,
    staging: Path,
    manifest: Mapping[str, Any],
    archive: Path,
    passphrase: str | None,
) -> OwnNode:
    try:
        saved = NetworkManifest.of(json_of((staging / RECORD_FILE).read_bytes(), archive), archive)
        node = saved.node(place, str(manifest["node"]))
    except (RecordMalformed, ValueError) as error:
        raise BackupRefused(path=archive, reason=f"its record: {error}") from error
    network = _require_same_network(place, staging, saved, node, archive)
    if is_running(node):
        raise NodeRuns(node=node.name)
    make_private_folder(node.folder)
    _restore_secrets(node, staging, archive, passphrase)
    if public_key(node.key_file).hex() != node.peer.public_key:
        raise BackupRefused(path=archive, reason=f"the key of {node.name} here is another one")
    with file_errors(node.folder):
        shutil.rmtree(node.data, ignore_errors=True)
        (staging / "data").mkdir(exist_ok=True)
        (staging / "data").replace(node.data)
    write_file(place / GENESIS_FILE, (staging / GENESIS_FILE).read_bytes())
    render(node, network.peers, place)
    network.write(place)
    return node


def _require_same_network(
    place: Path, staging: Path, saved: NetworkManifest, node: OwnNode, archive: Path
) -> NetworkManifest:
    """The record that will stand; the folder's own one knows newer peers."""
    if not (place / RECORD_FILE).exists():
        return saved
    here = NetworkManifest.read(place)
    genesis = (place / GENESIS_FILE).read_bytes()
    if genesis != (staging / GENESIS_FILE).read_bytes():
        raise BackupRefused(path=archive, reason="it is of another network than the folder")
    if node.peer not in here.peers:
        raise BackupRefused(path=archive, reason=f"the network of the folder has no {node.name}")
    return replace(here, placements={**here.placements, node.name: node.placement})


def _restore_secrets(node: OwnNode, staging: Path, archive: Path, passphrase: str | None) -> None:
    """Files that are here stay; raises BackupRefused where the key is nowhere."""
    if node.key_file.exists():
        return
    sealed = staging / SECRETS
    if not sealed.is_file() or passphrase is None:
        reason = "the key of the node is not here, and the backup has it"
        reason += " for a passphrase only" if sealed.is_file() else " not"
        raise BackupRefused(path=archive, reason=reason)
    for name, content in unseal(sealed.read_bytes(), passphrase, archive).items():
        if name in SECRET_FILES:
            write_file(node.folder / name, content, PRIVATE)
    if (staging / CERTIFICATE).is_file():
        write_file(node.folder / CERTIFICATE, (staging / CERTIFICATE).read_bytes())


def _described(manifest: Mapping[str, Any]) -> Backup:
    files = manifest["files"]
    return Backup(
        network=str(manifest["network"]),
        chain_id=int(manifest["chain_id"]),
        node=str(manifest["node"]),
        made=int(manifest["made"]),
        files=len(files),
        bytes=sum(int(entry["bytes"]) for entry in files.values()),
        secrets=SECRETS in files,
    )
