"""`lodetrace keys backup --verify`: what a backup holds, and whether it is the keys in use."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.errors import ExitCode
from lodetrace.keys.backup_drill import COMPARED
from lodetrace.keys.keystore import load_keystore, plain_keys, save_keystore
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.keys.viewing import ViewingKey
from tests.unit.cli.conftest import Run

PASSPHRASE = "a passphrase for tests"
VERIFY = ("keys", "backup", "--verify")


@pytest.fixture
def keystore(run: Run, home: Path) -> Path:
    run("keys", "new", "--dev-index", "3")
    return home / "keys" / "member.keystore.json"


@pytest.fixture
def backup(run: Run, keystore: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.json"
    assert run("keys", "backup", str(path)).exit_code == ExitCode.OK
    return path


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of every file below."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_backup_of_the_keys_in_use(
    run: Run, keystore: Path, backup: Path, tmp_path: Path
) -> None:
    before = everything(tmp_path)
    done = run(*VERIFY, str(backup), "--json")
    assert done.exit_code == ExitCode.OK, done.stderr
    held = MemberKeys.for_development(3)
    assert json.loads(done.stdout) == {
        "backup": str(backup),
        "keystore": str(keystore),
        "account": held.account,
        "signer": held.signer,
        "viewing_key": "0x" + held.viewing_key.public.hex(),
        "former_viewing_keys": 0,
        "epoch": 1,
        "rotation_under_way": False,
        "development": True,
        "in_use": True,
        "differs": [],
        "warnings": ["keystore and backup are on one device, which loses both at once"],
    }
    shown = run(*VERIFY, str(backup))
    assert "holds the keys in use" in shown.stdout
    assert "on one device" in shown.stderr
    assert run(*VERIFY, str(backup), "--dry-run").stdout == shown.stdout
    assert everything(tmp_path) == before, "a drill touches nothing"


def test_the_same_keys_encrypted_anew_are_the_keys_in_use(
    run: Run, keystore: Path, backup: Path
) -> None:
    save_keystore(keystore, load_keystore(keystore, PASSPHRASE), PASSPHRASE)
    assert keystore.read_bytes() != backup.read_bytes()
    assert run(*VERIFY, str(backup)).exit_code == ExitCode.OK


def test_earlier_viewing_keys_come_back_from_the_chain(
    run: Run, keystore: Path, backup: Path
) -> None:
    used = load_keystore(keystore, PASSPHRASE).with_former((ViewingKey.generate(),))
    save_keystore(keystore, used, PASSPHRASE)
    assert run(*VERIFY, str(backup)).exit_code == ExitCode.OK


ROTATED: dict[str, Any] = {
    "signing_key": MemberKeys.for_development(4).signing_key,
    "viewing_key": ViewingKey(b"\x07" * 32),
    "salt_secret": b"\x07" * 32,
    "epoch_secrets": (b"\x07" * 32, b"\x08" * 32),
    "next_signing_key": b"\x07" * 32,
    "next_viewing_key": ViewingKey(b"\x07" * 32),
}


@pytest.mark.parametrize("name", ROTATED)
def test_a_key_that_the_backup_lacks_is_named(
    run: Run, keystore: Path, backup: Path, name: str
) -> None:
    used = replace(load_keystore(keystore, PASSPHRASE), **{name: ROTATED[name]})
    save_keystore(keystore, used, PASSPHRASE)
    done = run(*VERIFY, str(backup), "--json")
    assert done.exit_code == ExitCode.REFUSED, done.stderr
    document = json.loads(done.stdout)
    assert (document["in_use"], document["differs"]) == (False, [name])
    shown = run(*VERIFY, str(backup))
    assert COMPARED[name] in shown.stdout
    assert "Back the keystore up" in shown.stdout
    assert (b"\x07" * 32).hex() not in done.output + shown.output


def test_every_secret_of_a_keystore_is_compared_or_on_chain() -> None:
    secrets = plain_keys(MemberKeys.for_development(3))
    assert {*COMPARED, "former"} == {"account", *secrets}
    assert {*ROTATED} == {*COMPARED} - {"account"}


def test_a_rotation_under_way_is_told(run: Run, keystore: Path, tmp_path: Path) -> None:
    used = replace(load_keystore(keystore, PASSPHRASE), next_signing_key=b"\x07" * 32)
    save_keystore(keystore, used, PASSPHRASE)
    path = tmp_path / "copy.json"
    run("keys", "backup", str(path))
    assert "goes on after a restore" in run(*VERIFY, str(path)).stdout
    assert json.loads(run(*VERIFY, str(path), "--json").stdout)["rotation_under_way"] is True


def test_a_backup_of_another_account(run: Run, keystore: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    save_keystore(other, MemberKeys.for_development(4), PASSPHRASE)
    done = run(*VERIFY, str(other), "--json")
    assert done.exit_code == ExitCode.REFUSED
    assert json.loads(done.stdout)["differs"] == ["account"]
    assert "another account" in run(*VERIFY, str(other)).stdout


def test_where_no_keystore_is_the_backup_alone_is_told(run: Run, home: Path, backup: Path) -> None:
    shutil.rmtree(home)
    done = run(*VERIFY, str(backup), "--json")
    assert done.exit_code == ExitCode.OK, done.stderr
    document = json.loads(done.stdout)
    assert (document["keystore"], document["in_use"]) == (None, None)
    assert document["account"] == MemberKeys.for_development(3).account
    assert "keys recover --backup" in run(*VERIFY, str(backup)).stdout
    assert not home.exists()


def test_what_a_restore_would_refuse_a_drill_refuses(
    run: Run, keystore: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def problem(path: Path) -> str:
        done = run(*VERIFY, str(path), "--json")
        assert done.exit_code != ExitCode.OK
        return str(json.loads(done.stderr)["code"])

    assert problem(tmp_path / "none.json") == "BackupMissing"
    assert problem(keystore) == "BackupIsKeystore"
    link = tmp_path / "link.json"
    link.symlink_to(keystore)
    assert problem(link) == "BackupIsKeystore"
    text = tmp_path / "text.json"
    text.write_text("{}", "utf-8")
    text.chmod(0o600)
    assert problem(text) == "KeystoreMalformed"
    altered = tmp_path / "altered.json"
    shutil.copy(backup, altered)
    altered.write_text(
        altered.read_text("utf-8").replace('"development": true', '"development": 1')
    )
    assert problem(altered) == "PassphraseWrong"
    backup.chmod(0o644)
    assert problem(backup) == "KeystoreExposed"
    backup.chmod(0o600)
    monkeypatch.setenv("LODETRACE_PASSPHRASE", "another passphrase")
    assert problem(backup) == "PassphraseWrong"
    monkeypatch.delenv("LODETRACE_PASSPHRASE")
    assert problem(tmp_path / "none.json") == "BackupMissing", "nobody is asked for a passphrase"
    assert problem(backup) == "PassphraseMissing"
