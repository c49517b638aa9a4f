"""Keystores keep keys, and only for who has the passphrase."""

import json
import stat
import unicodedata
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lodetrace.keys.keystore import (
    BackupExists,
    BackupFolderMissing,
    KeystoreExists,
    KeystoreExposed,
    KeystoreMalformed,
    KeystoreMissing,
    KeystoreUnwritable,
    PassphraseTooShort,
    PassphraseWrong,
    backup_keystore,
    create_keystore,
    load_keystore,
    public_account,
    read_header,
    restore_keystore,
    save_keystore,
)
from lodetrace.keys.member_keys import (
    DevelopmentKeyRefused,
    MemberKeys,
    SecretMalformed,
    address_of,
    new_signing_key,
)
from lodetrace.keys.passphrase import PassphraseMissing, existing_passphrase
from lodetrace.keys.viewing import ViewingKey
from lodetrace.settings import Settings
from tests.support.required import system_path

PASSPHRASE = "correct horse battery"
OTHER_DEVICE = "/dev/shm"  # a file system of its own, in memory


@pytest.fixture
def keys() -> MemberKeys:
    return MemberKeys.for_development(5)


def test_keys_come_back(tmp_path: Path, keys: MemberKeys) -> None:
    path = tmp_path / "keys" / "katanga.keystore.json"
    full = replace(
        keys,
        next_signing_key=new_signing_key(),
        next_viewing_key=ViewingKey.generate(),
        former=(ViewingKey.generate(), ViewingKey.generate()),
    )
    create_keystore(path, full, PASSPHRASE)
    assert load_keystore(path, PASSPHRASE) == full


def test_generated_keys_come_back(tmp_path: Path) -> None:
    path, keys = tmp_path / "k.json", MemberKeys.generate()
    create_keystore(path, keys, PASSPHRASE)
    found = load_keystore(path, PASSPHRASE)
    assert found == keys
    assert not found.development
    assert found.account == found.signer


def test_the_file_is_its_owners_alone(tmp_path: Path, keys: MemberKeys) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(KeystoreExposed):
        load_keystore(path, PASSPHRASE)


def test_no_secret_is_readable(tmp_path: Path, keys: MemberKeys) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    text = path.read_text() + repr(keys)
    for secret in (keys.signing_key, keys.viewing_key.secret, keys.salt_secret):
        assert secret.hex() not in text


def test_the_wrong_passphrase_opens_nothing(tmp_path: Path, keys: MemberKeys) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    with pytest.raises(PassphraseWrong):
        load_keystore(path, PASSPHRASE + " ")


@pytest.mark.parametrize("field", ["account", "signer", "development", "viewing_key"])
def test_an_altered_header_is_noticed(tmp_path: Path, keys: MemberKeys, field: str) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    document = json.loads(path.read_text())
    document[field] = False if field == "development" else "0x" + "11" * 20
    path.write_text(json.dumps(document))
    with pytest.raises(PassphraseWrong):
        load_keystore(path, PASSPHRASE)


def test_the_account_is_read_in_one_spelling_or_not_at_all(
    tmp_path: Path, keys: MemberKeys
) -> None:
    """Accounts are compared as text: what waits for one is looked for without a passphrase."""
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    assert public_account(read_header(path), path) == keys.account
    assert public_account({"account": keys.account.lower()}, path) == keys.account
    for wrong in ({}, {"account": None}, {"account": 7}, {"account": keys.account.swapcase()}):
        with pytest.raises(KeystoreMalformed, match="account"):
            public_account(wrong, path)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "lodetrace-keystore/9"},
        {"ciphertext": "zz"},
        {"ciphertext": None},
        {"kdf": {"name": "argon2id13", "ops": 99, "memory": 1 << 26, "salt": "00" * 16}},
        {"kdf": {"name": "argon2id13", "ops": 2, "memory": 1 << 40, "salt": "00" * 16}},
        {"kdf": {"name": "md5", "ops": 2, "memory": 1 << 26, "salt": "00" * 16}},
        {"kdf": {}},
    ],
)
def test_a_malformed_file_is_refused(
    tmp_path: Path, keys: MemberKeys, change: dict[str, object]
) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(KeystoreMalformed):
        load_keystore(path, PASSPHRASE)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{"])
def test_what_is_no_keystore_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "k.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeystoreMalformed):
        read_header(path)


def test_keys_are_never_overwritten(tmp_path: Path, keys: MemberKeys) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    before = path.read_bytes()
    with pytest.raises(KeystoreExists):
        create_keystore(path, MemberKeys.generate(), PASSPHRASE)
    assert path.read_bytes() == before


def test_a_short_passphrase_is_refused(tmp_path: Path, keys: MemberKeys) -> None:
    with pytest.raises(PassphraseTooShort):
        create_keystore(tmp_path / "k.json", keys, "short")
    assert not list(tmp_path.iterdir())


def test_a_missing_keystore_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeystoreMissing, match=r"k\.json"):
        load_keystore(tmp_path / "k.json", PASSPHRASE)


def test_an_unwritable_folder_leaves_nothing(tmp_path: Path, keys: MemberKeys) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KeystoreUnwritable):
        save_keystore(tmp_path / "file" / "k.json", keys, PASSPHRASE)


def test_a_backup_opens_and_is_never_overwritten(tmp_path: Path, keys: MemberKeys) -> None:
    path, copy = tmp_path / "k.json", tmp_path / "copy.json"
    create_keystore(path, keys, PASSPHRASE)
    with pytest.raises(PassphraseWrong):
        backup_keystore(path, copy, "another passphrase")
    assert not copy.exists()
    backup_keystore(path, copy, PASSPHRASE)
    assert load_keystore(copy, PASSPHRASE) == keys
    with pytest.raises(BackupExists, match="exists"):
        backup_keystore(path, copy, PASSPHRASE)
    restore_keystore(copy, tmp_path / "anew" / "k.json", PASSPHRASE)
    assert load_keystore(tmp_path / "anew" / "k.json", PASSPHRASE) == keys


def test_a_backup_makes_no_folder_for_a_medium_that_is_not_there(
    tmp_path: Path, keys: MemberKeys
) -> None:
    path, stick = tmp_path / "k.json", tmp_path / "stick"
    create_keystore(path, keys, PASSPHRASE)
    with pytest.raises(BackupFolderMissing, match="stick"):
        backup_keystore(path, stick / "k.json", PASSPHRASE)
    assert not stick.exists()


def test_a_backup_says_whether_it_lies_on_the_same_device(tmp_path: Path, keys: MemberKeys) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, PASSPHRASE)
    assert backup_keystore(path, tmp_path / "copy.json", PASSPHRASE)
    with TemporaryDirectory(dir=system_path(OTHER_DEVICE)) as folder:
        assert not backup_keystore(path, Path(folder) / "copy.json", PASSPHRASE)


@pytest.mark.parametrize(
    ("made_with", "opened_with"),
    [
        ("Kömür-Łódź-7", unicodedata.normalize("NFD", "Kömür-Łódź-7")),
        (unicodedata.normalize("NFD", "Kömür-Łódź-7"), "Kömür-Łódź-7"),
        ("correct horse １２３", "correct horse 123"),
        ("correct\u00a0horse\u3000battery", "correct horse battery"),
        (PASSPHRASE, f"{PASSPHRASE}\r"),
    ],
)
def test_one_passphrase_opens_however_it_is_sent(
    tmp_path: Path, keys: MemberKeys, made_with: str, opened_with: str
) -> None:
    path = tmp_path / "k.json"
    create_keystore(path, keys, made_with)
    assert load_keystore(path, opened_with) == keys


def test_development_keys_stay_on_development_networks(keys: MemberKeys) -> None:
    keys.require_allowed("embedded", development=True)
    with pytest.raises(DevelopmentKeyRefused):
        keys.require_allowed("consortium", development=False)
    MemberKeys.generate().require_allowed("consortium", development=False)


def test_development_keys_are_those_of_the_mnemonic() -> None:
    # the first account of the mnemonic, as every development chain funds it
    first = MemberKeys.for_development(0)
    assert first.account == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert first == MemberKeys.for_development(0)
    assert first.viewing_key != MemberKeys.for_development(1).viewing_key


def test_unusable_secrets_are_refused(keys: MemberKeys) -> None:
    with pytest.raises(SecretMalformed):
        address_of(b"\0" * 32)
    with pytest.raises(SecretMalformed):
        replace(keys, salt_secret=b"short")


def test_without_a_terminal_the_passphrase_is_asked_of_the_environment(root: Path) -> None:
    path = str(root / "networks.yaml")
    given = Settings.load({"LODETRACE_NETWORKS": path, "LODETRACE_PASSPHRASE": PASSPHRASE})
    assert existing_passphrase(given) == PASSPHRASE
    with pytest.raises(PassphraseMissing):
        existing_passphrase(Settings.load({"LODETRACE_NETWORKS": path}))


def test_a_field_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Readers differ in which of the two they take."""
    path = tmp_path / "keystore.json"
    path.write_text('{"format": "other", "format": "lodetrace-keystore/1"}', "utf-8")
    path.chmod(0o600)
    with pytest.raises(KeystoreMalformed, match="format"):
        read_header(path)
