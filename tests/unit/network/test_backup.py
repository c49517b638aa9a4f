"""A node in one file and back; what is damaged, foreign or running changes nothing."""

import fcntl
import io
import json
import tarfile
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lodetrace.network import sealed_secrets
from lodetrace.network.backup import MANIFEST, back_up, restore
from lodetrace.network.errors import BackupRefused, ChoiceOutOfRange, NodeRuns
from lodetrace.network.founding import found
from lodetrace.network.manifest import NetworkManifest, OwnNode
from lodetrace.network.sealed_secrets import (
    BackupPassphraseShort,
    BackupPassphraseWrong,
    seal,
    unseal,
)

from .parts import CHOICES

PASSPHRASE = "several words of a passphrase"
STATE = b"what Besu stored" * 1_000


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of Argon2id for each test is for real nodes."""
    monkeypatch.setattr(sealed_secrets, "OPS", 1)
    monkeypatch.setattr(sealed_secrets, "MEMORY", 8 << 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A network with data in its first node."""
    place = tmp_path / "network"
    found(place, "besu", 27_001, CHOICES, 2)
    fill(node_of(place))
    return place


def fill(node: OwnNode) -> None:
    (node.data / "database").mkdir(parents=True)
    (node.data / "database" / "000001.sst").write_bytes(STATE)
    (node.data / "database" / "LOCK").write_bytes(b"")
    (node.data / "DATABASE_METADATA.json").write_text("{}", encoding="utf-8")


def node_of(folder: Path, name: str = "validator1") -> OwnNode:
    return NetworkManifest.read(folder).node(folder, name)


@contextmanager
def running(node: OwnNode) -> Iterator[None]:
    """A process holds the log of the node, as a node that runs does."""
    with (node.folder / "chain.log").open("wb") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        yield


def test_a_node_comes_back_over_newer_data(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup"
    made = back_up(folder, "validator1", archive, None)
    assert (made.node, made.network, made.secrets) == ("validator1", "besu", False)
    assert archive.stat().st_mode & 0o777 == 0o600
    node = node_of(folder)
    (node.data / "database" / "000001.sst").write_bytes(b"newer, and damaged")
    (node.data / "database" / "000002.sst").write_bytes(b"newer")
    restore(folder, archive, None)
    assert (node.data / "database" / "000001.sst").read_bytes() == STATE
    assert not (node.data / "database" / "000002.sst").exists()
    assert not list(folder.glob(".restoring"))


def test_a_node_comes_back_to_an_empty_machine(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup"
    back_up(folder, "validator1", archive, PASSPHRASE)
    _, node = restore(tmp_path / "new", archive, PASSPHRASE)
    assert node.key_file.read_bytes() == node_of(folder).key_file.read_bytes()
    assert node.key_file.stat().st_mode & 0o777 == 0o600
    here = NetworkManifest.read(tmp_path / "new")
    assert [one.name for one in here.own(tmp_path / "new")] == ["validator1"]
    assert len(here.peers) == 2
    assert (tmp_path / "new" / "genesis.json").read_bytes() == (
        folder / "genesis.json"
    ).read_bytes()
    assert str(tmp_path / "new") in (node.folder / "besu.toml").read_text("utf-8")


def test_a_node_comes_back_at_another_address(folder: Path, tmp_path: Path) -> None:
    back_up(folder, "validator1", tmp_path / "backup", PASSPHRASE)
    _, node = restore(tmp_path / "new", tmp_path / "backup", PASSPHRASE, "192.0.2.77")
    configured = tomllib.loads((node.folder / "besu.toml").read_text("utf-8"))
    assert configured["p2p-host"] == "192.0.2.77"
    assert configured["p2p-interface"] == "192.0.2.77"
    assert configured["rpc-http-host"] == "127.0.0.1", "what was on loopback stays there"
    assert "@192.0.2.77:" in node.peer.enode
    assert node.peer in NetworkManifest.read(tmp_path / "new").peers
    with pytest.raises(ChoiceOutOfRange):
        restore(tmp_path / "other", tmp_path / "backup", PASSPHRASE, "seals.example")
    assert not (tmp_path / "other").exists()


def test_no_key_is_in_a_backup_in_clear(folder: Path, tmp_path: Path) -> None:
    key = node_of(folder).key_file.read_text("ascii").strip()[2:]
    for name, passphrase in (("without", None), ("with", PASSPHRASE)):
        back_up(folder, "validator1", tmp_path / name, passphrase)
        content = (tmp_path / name).read_bytes()
        assert key.encode() not in content
        assert bytes.fromhex(key) not in content


def test_the_keys_need_the_passphrase_of_the_day(folder: Path, tmp_path: Path) -> None:
    back_up(folder, "validator1", tmp_path / "backup", PASSPHRASE)
    with pytest.raises(BackupPassphraseWrong):
        restore(tmp_path / "new", tmp_path / "backup", PASSPHRASE + "!")
    with pytest.raises(BackupRefused, match="for a passphrase only"):
        restore(tmp_path / "new", tmp_path / "backup", None)
    with pytest.raises(BackupPassphraseShort):
        back_up(folder, "validator1", tmp_path / "other", "short")


def test_the_passphrase_opens_however_it_is_sent() -> None:
    composed, decomposed = "Kömür-Łódź-7", unicodedata.normalize("NFD", "Kömür-Łódź-7")
    assert composed != decomposed
    sealed = seal({"key": b"secret"}, composed)
    assert unseal(sealed, decomposed, Path("b")) == {"key": b"secret"}


def test_a_key_that_is_nowhere_is_said(folder: Path, tmp_path: Path) -> None:
    back_up(folder, "validator1", tmp_path / "backup", None)
    with pytest.raises(BackupRefused, match="has it not"):
        restore(tmp_path / "new", tmp_path / "backup", PASSPHRASE)


def test_a_running_node_is_neither_backed_up_nor_replaced(folder: Path, tmp_path: Path) -> None:
    back_up(folder, "validator1", tmp_path / "backup", None)
    with running(node_of(folder)):
        with pytest.raises(NodeRuns):
            back_up(folder, "validator1", tmp_path / "second", None)
        with pytest.raises(NodeRuns):
            restore(folder, tmp_path / "backup", None)
    assert not (tmp_path / "second").exists()


def test_a_backup_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("another one", encoding="utf-8")
    with pytest.raises(BackupRefused, match="exists"):
        back_up(folder, "validator1", tmp_path / "backup", None)
    assert (tmp_path / "backup").read_text("utf-8") == "another one"


def test_a_backup_of_another_network_is_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    found(other, "besu", 27_002, CHOICES, 2)
    fill(node_of(other))
    back_up(other, "validator1", tmp_path / "backup", None)
    with pytest.raises(BackupRefused, match="of another network"):
        restore(folder, tmp_path / "backup", None)


def members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as opened:
        return {
            one.name: file.read()
            for one in opened.getmembers()
            if (file := opened.extractfile(one)) is not None
        }


def rewrite(archive: Path, content: dict[str, bytes]) -> None:
    with tarfile.open(archive, "w") as opened:
        for name, raw in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            opened.addfile(info, io.BytesIO(raw))


def manifest(content: dict[str, bytes], **changes: object) -> None:
    content[MANIFEST] = json.dumps({**json.loads(content[MANIFEST]), **changes}).encode()


DAMAGED: dict[str, Callable[[dict[str, bytes]], object]] = {
    "one byte of the state": lambda found: found.update(
        {"data/database/000001.sst": STATE[:-1] + b"!"}
    ),
    "a file more": lambda found: found.update({"data/extra": b"x"}),
    "a file less": lambda found: found.pop("data/database/000001.sst"),
    "no manifest": lambda found: found.pop(MANIFEST),
    "a manifest of nothing": lambda found: manifest(found, files={}),
    "another format": lambda found: manifest(found, format="lodetrace-node-backup/2"),
    "a manifest that is a list": lambda found: found.update({MANIFEST: b"[]"}),
    "a path that leaves": lambda found: found.update({"../../escaped": b"x"}),
}


@pytest.mark.parametrize("defect", DAMAGED)
def test_a_damaged_backup_changes_nothing(folder: Path, tmp_path: Path, defect: str) -> None:
    archive = tmp_path / "backup"
    back_up(folder, "validator1", archive, None)
    content = members(archive)
    DAMAGED[defect](content)
    rewrite(archive, content)
    with pytest.raises(BackupRefused):
        restore(folder, archive, None)
    assert (node_of(folder).data / "database" / "000001.sst").read_bytes() == STATE
    assert not (tmp_path / "escaped").exists()
    assert not list(folder.glob(".restoring"))


def test_a_backup_that_was_cut_off_is_refused(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup"
    back_up(folder, "validator1", archive, None)
    archive.write_bytes(archive.read_bytes()[:9_000])
    with pytest.raises(BackupRefused):
        restore(folder, archive, None)


def test_the_folders_own_peers_are_the_newer_ones(folder: Path, tmp_path: Path) -> None:
    """A backup is older than who was let in since."""
    from lodetrace.network.access import allow
    from lodetrace.network.errors import NodeUnknown

    from .parts import SEALS

    back_up(folder, "validator1", tmp_path / "backup", None)
    allow(folder, SEALS)
    restore(folder, tmp_path / "backup", None)
    assert SEALS in NetworkManifest.read(folder).peers
    with pytest.raises(NodeUnknown):
        back_up(folder, SEALS.name, tmp_path / "second", None)


def test_a_field_of_sealed_secrets_that_stands_twice_is_refused() -> None:
    """Readers differ in which of the two they take."""
    sealed = seal({"key": b"secret"}, "correct horse battery")
    twice = sealed.replace(b"{", b'{"salt": "00", ', 1)
    with pytest.raises(BackupRefused, match="salt"):
        unseal(twice, "correct horse battery", Path("b"))
