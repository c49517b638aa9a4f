"""A drill of a restore: what a backup holds, beside the keys in use. It writes nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.errors import InputError
from lodetrace.keys.keystore import BackupMissing, load_keystore, plain_keys, read_header
from lodetrace.keys.member_keys import MemberKeys

COMPARED: Final = {
    "account": "account",
    "signing_key": "signing key",
    "viewing_key": "viewing key",
    "salt_secret": "secret of the vault",
    "epoch_secrets": "epochs of salts",
    "next_signing_key": "signing key of a rotation under way",
    "next_viewing_key": "viewing key of a rotation under way",
}
"""What no chain brings back, in words; earlier viewing keys lie there, sealed."""


class BackupIsKeystore(InputError):
    """The keystore in use, named as its own backup."""

    template = "{path} is the keystore in use, no backup of it"
    advice = "Name the file that `lodetrace keys backup` wrote to another medium."


@dataclass(frozen=True, slots=True)
class BackupDrill:
    """held: the keys in a backup. used: those in use, None where there is no keystore.

    differing: names in COMPARED of what is not the same in both; of another account, that alone.
    """

    held: MemberKeys
    used: MemberKeys | None
    differing: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the backup would bring the keys in use back, or all that there is."""
        return not self.differing

    @classmethod
    def of(cls, backup: Path, keystore: Path, passphrase: str) -> "BackupDrill":
        """Opens both with one passphrase, as a restore would; raises as load_keystore."""
        held = load_keystore(backup, passphrase)
        if not keystore.exists():
            return cls(held, None)
        if str(read_header(keystore)["account"]) != held.account:
            return cls(held, None, ("account",))
        used = load_keystore(keystore, passphrase)
        ours, theirs = plain_keys(used), plain_keys(held)
        return cls(
            held, used, tuple(name for name in COMPARED if ours.get(name) != theirs.get(name))
        )


def require_backup(backup: Path, keystore: Path) -> None:
    """Whether a file may be a backup, before a passphrase is asked for.

    Raises BackupMissing, BackupIsKeystore, KeystoreExposed or KeystoreMalformed.
    """
    if not backup.exists():
        raise BackupMissing(path=backup)
    if keystore.exists() and backup.samefile(keystore):
        raise BackupIsKeystore(path=backup)
    read_header(backup)
