"""The keystore file: all keys of one account, encrypted with a passphrase.

Argon2id makes a key of the passphrase, XChaCha20-Poly1305 encrypts; the readable header is
authenticated with it. The file is replaced in one step and readable by its owner only.
"""

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lodetrace.atomic_file import PRIVATE, replace_file, require_place
from lodetrace.errors import KeysError, NotFound, StorageError
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.keys.viewing import KEY_BYTES, ViewingKey
from lodetrace.passphrase import SHORTEST_PASSPHRASE, passphrase_bytes, passphrase_length
from lodetrace.strict_json import KeyDuplicated, unique_keys
from lodetrace.text import (
    AddressMalformed,
    TextMalformed,
    hex_of,
    parse_address,
    parse_bare_hex,
    parse_hex,
)

FORMAT: Final = "lodetrace-keystore/2"
_SALT_BYTES: Final = 16
_LARGEST_MEMORY: Final = 1 << 30
_LARGEST_OPS: Final = 10
_LARGEST_FILE: Final = 1 << 20


class KeystoreMissing(KeysError):
    """No keystore at the path."""

    template = "there is no keystore {path}"
    advice = (
        "Make one with `lodetrace keys new`, or restore a backup with `lodetrace keys recover`."
    )


class BackupMissing(NotFound):
    """The file that was named as a backup is not there."""

    template = "there is no file {path}"
    advice = "Check the path; mount the medium of the backup."


class BackupExists(StorageError):
    """A file is where the backup would go; it is never overwritten."""

    template = "the file {path} exists"
    advice = "Name a new file for the backup, then remove the old one yourself."


class BackupFolderMissing(StorageError):
    """The folder of a backup is not there; one that is made would lie on the disk at hand."""

    template = "there is no folder {folder}"
    advice = "Mount the medium of the backup, or make the folder yourself if this is its disk."


class KeystoreExists(KeysError):
    """A keystore is there; it is never overwritten."""

    template = "the keystore {path} exists"
    advice = "Choose another name with LODETRACE_MEMBER; keys are never overwritten."


class KeystoreMalformed(KeysError):
    """A file that is no keystore of this version, or was altered."""

    template = "{path} is no usable keystore: {reason}"
    advice = "Restore it from your backup."


class KeystoreExposed(KeysError):
    """Others may read the file."""

    template = "others may read {path} (mode {mode})"
    advice = "Take their rights away: chmod 600. Rotate your keys if others had access."


class PassphraseWrong(KeysError):
    """The passphrase does not open the keystore."""

    template = "the passphrase does not open {path}, or the file was altered"
    advice = "Try again; there is no way around a lost passphrase but your backup."


class PassphraseTooShort(KeysError):
    """Too short a passphrase for a new keystore."""

    template = "the passphrase has {length} signs, at least {shortest} are needed"
    advice = "Take several words."


class KeysElsewhere(KeysError):
    """Keys that an agent holds cannot be written into a file: it does not give them away."""

    template = "the keys of {account} are in the agent, which gives no key away"
    advice = "Run `lodetrace lock`, then repeat the command: it asks for the passphrase."


class KeystoreUnwritable(StorageError):
    """The file could not be written; the one before is untouched."""

    template = "cannot write the keystore {path}: {reason}"
    advice = "Make room or fix permissions, then repeat the command."


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Cost of Argon2id. memory in bytes."""

    ops: int
    memory: int


MODERATE: Final = KdfCost(ops=3, memory=256 << 20)
"""About a second; for the keys of real members."""

LIGHT: Final = KdfCost(ops=2, memory=64 << 20)
"""A tenth of a second; for development keys."""


def create_keystore(path: Path, keys: MemberKeys, passphrase: str) -> None:
    """Writes a new keystore; raises as require_creatable."""
    require_creatable(path, passphrase)
    save_keystore(path, keys, passphrase)


def require_creatable(path: Path, passphrase: str) -> None:
    """Raises KeystoreExists, KeystoreUnwritable, PassphraseTooShort or PassphraseUnusable."""
    if path.exists():
        raise KeystoreExists(path=path)
    length = passphrase_length(passphrase)
    if length < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort(length=length, shortest=SHORTEST_PASSPHRASE)
    passphrase_bytes(passphrase)
    _require_writable(path)


def save_keystore(path: Path, keys: MemberKeys, passphrase: str) -> None:
    """Writes or replaces a keystore in one step; raises KeystoreUnwritable."""
    cost = LIGHT if keys.development else MODERATE
    write_private(path, _sealed(keys, passphrase, cost))


def load_keystore(path: Path, passphrase: str) -> MemberKeys:
    """The keys in a file.

    Raises KeystoreMissing, KeystoreExposed, KeystoreMalformed or PassphraseWrong.
    """
    document = read_header(path)
    try:
        ciphertext = parse_bare_hex(document.pop("ciphertext"))
        plain = _decrypt(document, ciphertext, passphrase, path)
        return keys_from_plain(document, json.loads(plain))
    except (KeyError, TypeError, ValueError) as error:
        raise KeystoreMalformed(path=path, reason=f"malformed near {error}") from error


def read_header(path: Path) -> dict[str, Any]:
    """The file's readable part, without a passphrase; raises KeystoreMissing and its siblings."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise KeystoreExposed(path=path, mode=f"{mode:o}")
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
        document = json.loads(content, object_pairs_hook=unique_keys)
    except FileNotFoundError as error:
        raise KeystoreMissing(path=path) from error
    except OSError as error:
        raise KeystoreMalformed(path=path, reason=error.strerror or error) from error
    except KeyDuplicated as error:
        raise KeystoreMalformed(path=path, reason=error) from error
    except ValueError as error:
        raise KeystoreMalformed(path=path, reason="it is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise KeystoreMalformed(path=path, reason=f"its format is not {FORMAT}")
    return document


def public_account(header: Mapping[str, Any], path: Path) -> str:
    """Whose keys they are, as the readable part says; raises KeystoreMalformed."""
    try:
        return parse_address(header.get("account"))
    except AddressMalformed as error:
        raise KeystoreMalformed(path=path, reason=f"account: {error}") from error


def public_viewing_key(header: Mapping[str, Any], path: Path) -> bytes:
    """As the readable part names it, to nobody's proof; raises KeystoreMalformed."""
    try:
        return parse_hex(header.get("viewing_key"), KEY_BYTES)
    except TextMalformed as error:
        raise KeystoreMalformed(path=path, reason=f"viewing_key: {error}") from error


def backup_keystore(path: Path, target: Path, passphrase: str) -> bool:
    """Copies a keystore that the passphrase opens, into a folder that is there.

    Whether both lie on one device, and so are lost together. Raises as require_backup_place and
    load_keystore.
    """
    require_backup_place(target)
    restore_keystore(path, target, passphrase)
    return path.stat().st_dev == target.stat().st_dev


def require_backup_place(target: Path) -> None:
    """Raises BackupFolderMissing, BackupExists or KeystoreUnwritable."""
    if not target.parent.is_dir():
        raise BackupFolderMissing(folder=target.parent)
    require_vacant(target)


def restore_keystore(backup: Path, path: Path, passphrase: str) -> None:
    """Copies a backup that the passphrase opens to where the keystore was; raises BackupExists."""
    require_vacant(path)
    load_keystore(backup, passphrase)
    write_private(path, backup.read_text("utf-8"))


def require_vacant(path: Path) -> None:
    """Whether a copy may go there; raises BackupExists or KeystoreUnwritable."""
    if path.exists():
        raise BackupExists(path=path)
    _require_writable(path)


def _sealed(keys: MemberKeys, passphrase: str, cost: KdfCost) -> str:
    from nacl.utils import random

    header = {
        "format": FORMAT,
        "account": keys.account,
        "signer": keys.signer,
        "viewing_key": hex_of(keys.viewing_key.public),
        "development": keys.development,
        "kdf": {
            "name": "argon2id13",
            "ops": cost.ops,
            "memory": cost.memory,
            "salt": random(_SALT_BYTES).hex(),
        },
        "cipher": "xchacha20-poly1305-ietf",
    }
    aead = _aead(header["kdf"], passphrase)
    ciphertext = bytes(aead.encrypt(json.dumps(plain_keys(keys)).encode(), _canonical(header)))
    return json.dumps({**header, "ciphertext": ciphertext.hex()}, indent=2) + "\n"


def _decrypt(header: Mapping[str, Any], ciphertext: bytes, passphrase: str, path: Path) -> bytes:
    from nacl.exceptions import CryptoError

    try:
        return bytes(_aead(header["kdf"], passphrase).decrypt(ciphertext, _canonical(header)))
    except CryptoError as error:
        raise PassphraseWrong(path=path) from error


def _aead(kdf: Any, passphrase: str) -> Any:
    from nacl.pwhash import argon2id
    from nacl.secret import Aead

    ops, memory = int(kdf["ops"]), int(kdf["memory"])
    if kdf["name"] != "argon2id13" or ops > _LARGEST_OPS or memory > _LARGEST_MEMORY:
        raise ValueError("kdf")
    salt = parse_bare_hex(kdf["salt"])
    secret = passphrase_bytes(passphrase)
    return Aead(argon2id.kdf(Aead.KEY_SIZE, secret, salt, opslimit=ops, memlimit=memory))


def plain_keys(keys: MemberKeys) -> dict[str, Any]:
    """All that is secret, to be encrypted or handed to the agent; raises KeysElsewhere."""

    def text(secret: object) -> str | None:
        if isinstance(secret, ViewingKey):
            return secret.secret.hex()
        if secret is not None and not isinstance(secret, bytes):
            raise KeysElsewhere(account=keys.account)
        return None if secret is None else secret.hex()

    return {
        "signing_key": text(keys.signing_key),
        "viewing_key": text(keys.viewing_key),
        "salt_secret": text(keys.salt_secret),
        "epoch_secrets": [text(secret) for secret in keys.epoch_secrets],
        "next_signing_key": text(keys.next_signing_key),
        "next_viewing_key": text(keys.next_viewing_key),
        "former": [text(key) for key in keys.former],
    }


def keys_from_plain(header: Mapping[str, Any], plain: Mapping[str, Any]) -> MemberKeys:
    """Keys of the readable part and of what plain_keys made of them."""
    following, upcoming = plain["next_signing_key"], plain["next_viewing_key"]
    return MemberKeys(
        account=str(header["account"]),
        signing_key=parse_bare_hex(plain["signing_key"]),
        viewing_key=ViewingKey(parse_bare_hex(plain["viewing_key"])),
        salt_secret=parse_bare_hex(plain["salt_secret"]),
        epoch_secrets=tuple(parse_bare_hex(secret) for secret in plain["epoch_secrets"]),
        development=bool(header["development"]),
        next_signing_key=parse_bare_hex(following) if following else None,
        next_viewing_key=ViewingKey(parse_bare_hex(upcoming)) if upcoming else None,
        former=tuple(ViewingKey(parse_bare_hex(secret)) for secret in plain["former"]),
    )


def _canonical(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _require_writable(path: Path) -> None:
    try:
        require_place(path, makes_folders=True)
    except OSError as error:
        raise KeystoreUnwritable(path=path, reason=error.strerror or error) from error


def write_private(path: Path, text: str) -> None:
    """Writes or replaces a file for its owner alone; raises KeystoreUnwritable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, text.encode(), PRIVATE)
    except OSError as error:
        raise KeystoreUnwritable(path=path, reason=error.strerror or error) from error
