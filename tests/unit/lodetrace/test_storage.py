"""What was acknowledged is on disk; what was not leaves no half state."""

import os
import resource
import signal
import sqlite3
import stat
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from lodetrace.errors import StorageError
from lodetrace.member.vault import OpeningMissing, Vault
from lodetrace.storage import (
    DiskFull,
    StorageDamaged,
    StorageOfAnotherVersion,
    open_database,
    transaction,
)
from lodetrace.transactions.outbox import EntryState, Outbox, SignedTransaction, opened
from zk_circuits.balance import Balance, RunMeasurement
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag, TagType

KEY = b"\x11" * 32
SIGNER = "0x00000000000000000000000000000000000000AA"
FULL = 7
"""Exit code of a child whose disk was full."""


def opening(metal: int) -> Opening:
    return Opening(Tag(27), Balance(metal, 1, 0), metal)


def word(found: Opening) -> bytes:
    return found.commitment.to_bytes(32, "big")


def signed(nonce: int) -> SignedTransaction:
    return SignedTransaction(f"0x{nonce:064x}", bytes([nonce]))


def test_openings_come_back(tmp_path: Path) -> None:
    path, lot = tmp_path / "vault.sqlite", opening(5)
    event = Opening(Tag(27, TagType.RUN_EVENT), RunMeasurement(9, (4, 6), 1), 3)
    with closing(Vault(path, KEY)) as vault:
        vault.put(word(lot), lot)
        vault.put(word(lot), lot)
        vault.put(b"\x22" * 32, event)
    with closing(Vault(path, KEY)) as vault:
        assert vault.opening(word(lot)) == lot
        assert vault.event(b"\x22" * 32) == event
        assert vault.event(b"\x33" * 32) is None
        assert sorted(vault.subjects()) == sorted([word(lot), b"\x22" * 32])
        with pytest.raises(OpeningMissing):
            vault.require(word(opening(6)), b"\x01" * 32)


def test_openings_are_encrypted_at_rest(tmp_path: Path) -> None:
    metal = 0x1122334455667788
    with closing(Vault(tmp_path / "vault.sqlite", KEY)) as vault:
        vault.put(b"\x01" * 32, opening(metal))
    for file in tmp_path.iterdir():
        assert metal.to_bytes(8, "big") not in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_vault_opens_with_its_own_key_only(tmp_path: Path) -> None:
    path, lot = tmp_path / "vault.sqlite", opening(5)
    with closing(Vault(path, KEY)) as vault:
        vault.put(word(lot), lot)
    with closing(Vault(path, b"\x12" * 32)) as vault, pytest.raises(StorageDamaged):
        vault.opening(word(lot))


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vault.sqlite"
    path.write_text("no database" * 100)
    with pytest.raises(StorageDamaged, match=r"vault\.sqlite"):
        Vault(path, KEY)


def test_a_file_of_another_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vault.sqlite"
    open_database(path, "CREATE TABLE other (id INTEGER)", 99).close()
    with pytest.raises(StorageOfAnotherVersion, match="layout 99"):
        Vault(path, KEY)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError):
        Vault(tmp_path / "file" / "vault.sqlite", KEY)


def test_a_failed_transaction_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite"
    connection = open_database(path, "CREATE TABLE t (x INTEGER)", 1)

    def half() -> None:
        with transaction(connection, path):
            connection.execute("INSERT INTO t VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert connection.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    connection.close()


def test_commits_are_synchronised(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "some.sqlite", "CREATE TABLE t (x INTEGER)", 1)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def fill_disk(path: Path, limit: int) -> None:
    """Puts openings until the file may not grow; exits with FULL on the clear error."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    vault = Vault(path, KEY)
    vault.put(b"\x01" * 32, opening(1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        for first in range(2, 100_000, 50):
            batch = [opening(metal) for metal in range(first, first + 50)]
            vault.put_all([(word(one), one) for one in batch])
            (path.parent / "acknowledged").write_text(str(first + 49))
    except DiskFull:
        os._exit(FULL)


def test_a_full_disk_is_a_clear_error_and_no_half_state(tmp_path: Path) -> None:
    path = tmp_path / "vault.sqlite"
    child = get_context("fork").Process(target=fill_disk, args=(path, 1 << 18))
    child.start()
    child.join(60)
    assert child.exitcode == FULL
    acknowledged = int((tmp_path / "acknowledged").read_text())
    with closing(Vault(path, KEY)) as vault:
        assert len(vault.subjects()) == acknowledged
        assert vault.opening(word(opening(acknowledged))) == opening(acknowledged)
        assert vault.opening(word(opening(acknowledged + 1))) is None
        vault.put(b"\x44" * 32, opening(10**6))


def test_an_outbox_counts_nonces_and_purposes(tmp_path: Path) -> None:
    with opened(tmp_path / "outbox.sqlite") as outbox:
        first = outbox.add("a", SIGNER, None, b"", 4, signed)
        again = outbox.add("a", SIGNER, None, b"", 9, signed)
        second = outbox.add("b", SIGNER, None, b"", 4, signed)
        assert first == again
        assert (first.nonce, second.nonce) == (4, 5)
        assert outbox.pending(SIGNER) == [first, second]
        assert outbox.from_nonce(SIGNER, 5) == [second]
        assert outbox.live("c", SIGNER) is None


@pytest.mark.parametrize("state", [EntryState.FAILED, EntryState.DISPLACED])
def test_what_had_no_effect_may_be_tried_again(tmp_path: Path, state: EntryState) -> None:
    with opened(tmp_path / "outbox.sqlite") as outbox:
        first = outbox.add("a", SIGNER, None, b"", 0, signed)
        outbox.record(first, state, 3)
        assert outbox.live("a", SIGNER) is None
        second = outbox.add("a", SIGNER, None, b"", 1, lambda nonce: SignedTransaction("0xb", b"b"))
        assert second.nonce == 1
        assert len(outbox.entries(SIGNER)) == 2


def test_a_signature_that_fails_leaves_no_entry(tmp_path: Path) -> None:
    def fail(nonce: int) -> SignedTransaction:
        raise ZeroDivisionError

    with opened(tmp_path / "outbox.sqlite") as outbox:
        with pytest.raises(ZeroDivisionError):
            outbox.add("a", SIGNER, None, b"", 0, fail)
        assert outbox.entries(SIGNER) == []


def test_two_processes_share_an_outbox(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with opened(path) as one, opened(path) as other:
        first = one.add("a", SIGNER, None, b"", 0, signed)
        assert other.add("a", SIGNER, None, b"", 0, signed) == first
        assert other.add("b", SIGNER, None, b"", 0, signed).nonce == 1
    assert isinstance(Outbox(path).entries(SIGNER), list)
    assert sqlite3.sqlite_version_info >= (3, 35)
