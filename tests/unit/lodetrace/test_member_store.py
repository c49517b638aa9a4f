"""Nonces of salts: kept with the outbox's plan or not at all, and the same for a retry."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lodetrace.keys.member_keys import MemberKeys, SecretMalformed
from lodetrace.member.store import MemberStore
from lodetrace.transactions.outbox import Outbox, SignedTransaction

KEYS = MemberKeys.generate()
ANCHOR = b"\x07" * 32


def opened(folder: Path, keys: MemberKeys = KEYS) -> "closing[MemberStore]":
    return closing(MemberStore(folder / "member.sqlite", keys))


def states(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "member.sqlite")) as connection:
        return connection.execute("SELECT purpose, state FROM outbox ORDER BY id").fetchall()


def test_a_retry_has_the_salt_of_the_first_attempt(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        first = store.planned_salts("birth:1", ANCHOR)
        assert store.planned_salts("birth:2", ANCHOR).nonce != first.nonce
    with opened(tmp_path) as store:
        assert store.planned_salts("birth:1", ANCHOR) == first
    assert states(tmp_path) == [("birth:1", "planned"), ("birth:2", "planned")]


def test_a_look_keeps_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert store.passing_salts(ANCHOR).nonce != store.passing_salts(ANCHOR).nonce
    assert states(tmp_path) == []


def test_nonce_and_plan_are_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(outbox: Outbox, purpose: str, signer: str) -> None:
        raise ZeroDivisionError

    with opened(tmp_path) as store:
        monkeypatch.setattr(Outbox, "plan", no_room)
        with pytest.raises(ZeroDivisionError):
            store.planned_salts("birth:1", ANCHOR)
        assert store.vault.nonce("birth:1") is None


def test_a_plan_becomes_what_is_signed(tmp_path: Path) -> None:
    def sign(nonce: int) -> SignedTransaction:
        return SignedTransaction("0xa", b"raw")

    with opened(tmp_path) as store:
        store.planned_salts("birth:1", ANCHOR)
        assert store.outbox.live("birth:1", KEYS.signer) is None
        assert store.outbox.pending(KEYS.signer) == store.outbox.entries(KEYS.signer) == []
        assert store.outbox.nonces(KEYS.signer).known == 0
        entry = store.outbox.add("birth:1", KEYS.signer, None, b"", 4, sign)
        assert store.outbox.entries(KEYS.signer) == [entry]
    assert states(tmp_path) == [("birth:1", "signed")]


def test_a_new_epoch_is_of_new_acts_only(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        begun = store.planned_salts("birth:1", ANCHOR)
    rotated = KEYS.with_new_epoch()
    assert (KEYS.epoch, rotated.epoch, rotated.vault_key) == (1, 2, KEYS.vault_key)
    with opened(tmp_path, rotated) as store:
        assert store.planned_salts("birth:1", ANCHOR) == begun
        fresh = store.planned_salts("birth:2", ANCHOR)
    assert (begun.epoch, fresh.epoch) == (1, 2)
    assert fresh.secret == rotated.epoch_secrets[1] != begun.secret


def test_a_keystore_older_than_the_vault_takes_a_new_nonce(tmp_path: Path) -> None:
    with opened(tmp_path, KEYS.with_new_epoch()) as store:
        lost = store.planned_salts("birth:1", ANCHOR)
    with opened(tmp_path) as store:
        again = store.planned_salts("birth:1", ANCHOR)
        assert (again.epoch, store.planned_salts("birth:1", ANCHOR)) == (1, again)
    assert again.nonce != lost.nonce


def test_nonces_are_encrypted_at_rest(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        nonce = store.planned_salts("birth:1", ANCHOR).nonce
    for file in tmp_path.iterdir():
        assert nonce not in file.read_bytes()


def test_keys_without_an_epoch_are_refused() -> None:
    with pytest.raises(SecretMalformed, match="no epoch"):
        replace(KEYS, epoch_secrets=())
    with pytest.raises(SecretMalformed, match="5 bytes"):
        replace(KEYS, epoch_secrets=(b"short",))


def test_a_story_that_is_told_again_has_the_same_ids(tmp_path: Path) -> None:
    """Under development keys, whose secrets everybody knows; under others, never."""
    told = []
    for folder in ("first", "again"):
        (tmp_path / folder).mkdir()
        with opened(tmp_path / folder, MemberKeys.for_development(3)) as store:
            told.append(store.planned_salts("birth:1", ANCHOR))
            assert store.passing_salts(ANCHOR) == told[-1]
            assert store.planned_salts("birth:2", b"\x08" * 32).nonce != told[-1].nonce
    assert told[0] == told[1]
