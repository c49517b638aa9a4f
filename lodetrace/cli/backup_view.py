"""What a backup of the keystore holds, as `lodetrace keys backup --verify` answers it."""

from pathlib import Path
from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, fields
from lodetrace.errors import ExitCode
from lodetrace.text import hex_of

if TYPE_CHECKING:
    from lodetrace.keys.backup_drill import BackupDrill


def drill_answer(drill: "BackupDrill", backup: Path, keystore: Path) -> Answer:
    """Ends with REFUSED where a restore would not bring back the keys in use."""
    from lodetrace.keys.backup_drill import COMPARED

    held, there = drill.held, keystore.exists()
    rotating = held.next_signing_key is not None or held.next_viewing_key is not None
    document = {
        "backup": str(backup),
        "keystore": str(keystore) if there else None,
        "account": held.account,
        "signer": held.signer,
        "viewing_key": hex_of(held.viewing_key.public),
        "former_viewing_keys": len(held.former),
        "epoch": held.epoch,
        "rotation_under_way": rotating,
        "development": held.development,
        "in_use": drill.fits if there else None,
        "differs": list(drill.differing),
    }
    said = {
        "backup": str(backup),
        "account": held.account,
        "signer": held.signer,
        "viewing key": hex_of(held.viewing_key.public),
        "earlier viewing keys": str(len(held.former)),
        "epoch of salts": str(held.epoch),
        "rotation": "under way: it goes on after a restore" if rotating else None,
        "development": "yes: everybody has these keys" if held.development else None,
        "keys in use": str(keystore) if there else f"none at {keystore}",
        "differs": ", ".join(COMPARED[name] for name in drill.differing) or None,
    }
    code = ExitCode.OK if drill.fits else ExitCode.REFUSED
    return Answer(document, [fields(said), _verdict(drill, there)], code)


def _verdict(drill: "BackupDrill", there: bool) -> str:
    if not there:
        return "The passphrase opens the backup. `lodetrace keys recover --backup` restores it."
    if drill.fits:
        return "The passphrase opens the backup, and it holds the keys in use."
    if drill.used is None:
        return "This is the backup of another account than that of the keystore."
    return (
        "The backup does not hold the keys in use. Back the keystore up into a new file; keep this"
        " one if the keystore itself came back from an earlier backup."
    )
