"""A node's secrets in a backup: encrypted with a passphrase, by Argon2id and XChaCha20-Poly1305."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lodetrace.errors import KeysError
from lodetrace.network.errors import BackupRefused
from lodetrace.passphrase import SHORTEST_PASSPHRASE, passphrase_bytes, passphrase_length
from lodetrace.text import parse_bare_hex

FORMAT: Final = "lodetrace-node-secrets/1"
OPS: Final = 3
MEMORY: Final = 256 << 20
_SALT_BYTES: Final = 16


class BackupPassphraseWrong(KeysError):
    """The passphrase does not open the secrets of the backup."""

    template = "the passphrase does not open the secrets in {path}"
    advice = "Set LODETRACE_PASSPHRASE_FILE to the passphrase of the day of the backup."


class BackupPassphraseShort(KeysError):
    """Too short a passphrase for what makes a node this node."""

    template = "the passphrase has {length} signs, at least {shortest} are needed"
    advice = "Take several words."


def seal(files: Mapping[str, bytes], passphrase: str) -> bytes:
    """The files by name, encrypted; raises BackupPassphraseShort or PassphraseUnusable."""
    from nacl.utils import random

    length = passphrase_length(passphrase)
    if length < SHORTEST_PASSPHRASE:
        raise BackupPassphraseShort(length=length, shortest=SHORTEST_PASSPHRASE)
    salt = random(_SALT_BYTES)
    plain = json.dumps({name: content.hex() for name, content in files.items()}).encode()
    sealed = bytes(_aead(passphrase, salt).encrypt(plain, FORMAT.encode()))
    document = {"format": FORMAT, "salt": salt.hex(), "ciphertext": sealed.hex()}
    return json.dumps(document).encode()


def unseal(sealed: bytes, passphrase: str, path: Path) -> dict[str, bytes]:
    """The files by name; raises BackupPassphraseWrong or BackupRefused."""
    from nacl.exceptions import CryptoError

    try:
        document: dict[str, Any] = json.loads(sealed)
        if document["format"] != FORMAT:
            raise ValueError("format")
        salt = parse_bare_hex(document["salt"], _SALT_BYTES)
        ciphertext = parse_bare_hex(document["ciphertext"])
        plain = json.loads(_aead(passphrase, salt).decrypt(ciphertext, FORMAT.encode()))
        return {str(name): parse_bare_hex(content) for name, content in plain.items()}
    except CryptoError as error:
        raise BackupPassphraseWrong(path=path) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupRefused(path=path, reason=f"its secrets are malformed: {error}") from error


def _aead(passphrase: str, salt: bytes) -> Any:
    from nacl.pwhash import argon2id
    from nacl.secret import Aead

    secret = passphrase_bytes(passphrase)
    return Aead(argon2id.kdf(Aead.KEY_SIZE, secret, salt, opslimit=OPS, memlimit=MEMORY))
