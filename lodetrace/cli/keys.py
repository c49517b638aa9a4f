"""`lodetrace keys`: the keys of an account, and what they bring back."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.parse import parse_organisation, parse_roles
from lodetrace.errors import InputError
from lodetrace.text import counted, flag_words, hex_of, say_ago, short_id

if TYPE_CHECKING:
    from lodetrace.keys.member_keys import MemberKeys
    from lodetrace.member.recover import Recovered
    from lodetrace.member.session import MemberSession

keys: Final = group("keys", "Keys of an account: made, shown, rotated, backed up, recovered.")


ONE_DEVICE: Final = "keystore and backup are on one device, which loses both at once"


class Key(StrEnum):
    """Which key is rotated."""

    SIGNING = "signing"
    VIEWING = "viewing"
    SALTS = "salts"


class BackupUnneeded(InputError):
    """A backup where the keystore is there already."""

    template = "the keystore {path} exists, the backup {backup} was not taken"
    advice = "Leave --backup away to rebuild the vault with the keystore that is there."


@command(
    keys,
    "new",
    "lodetrace keys new",
    "LODETRACE_MEMBER=refinery lodetrace keys new --dev-index 5",
    writes=True,
)
def new(cli: CommandContext) -> Answer:
    """Make the keys of a new account, in an encrypted keystore.

    The answer is what the consortium's council registers. The passphrase has at least 10 signs.
    """
    from lodetrace.keys.keystore import KeystoreExists, create_keystore, require_creatable
    from lodetrace.keys.member_keys import MemberKeys
    from lodetrace.keys.passphrase import new_passphrase

    path = cli.settings.keystore
    if path.exists():
        raise KeystoreExists(path=path)
    made = MemberKeys.generate() if cli.dev_index is None else cli.keys
    passphrase = new_passphrase(cli.settings)
    require_creatable(path, passphrase)
    cli.about_to("make new keys", keystore=str(path))
    create_keystore(path, made, passphrase)
    return _shown(made.account, made.signer, made.viewing_key.public, made.development, path)


@command(keys, "show", "lodetrace keys show")
def show(cli: CommandContext) -> Answer:
    """Show the account and its public keys; needs no passphrase."""
    from lodetrace.keys.keystore import public_viewing_key, read_header

    if cli.dev_index is not None:
        made = cli.keys
        return _shown(made.account, made.signer, made.viewing_key.public, True, None)
    path = cli.settings.keystore
    header = read_header(path)
    public = public_viewing_key(header, path)
    development = bool(header["development"])
    return _shown(str(header["account"]), str(header["signer"]), public, development, path)


@command(
    keys,
    "consent",
    "lodetrace keys consent refinery --role trader --role operator",
    "lodetrace keys consent inspectors --role oracle --yes --json",
    asks=True,
)
def consent(
    cli: CommandContext,
    organisation: Annotated[
        str, typer.Argument(help="Its name in members.yaml, or its id: 0x and 64 digits.")
    ],
    role: Annotated[
        list[str], typer.Option(metavar="ROLE", help="A role that the account gets; may repeat.")
    ],
) -> Answer:
    """Sign that this new account becomes one of an organisation; nothing is sent.

    Its admin adds the account with what this prints, and with no other roles or viewing key. An
    address becomes an account once in its life. Needs no node, only the deployment record.
    """
    from lodetrace.contracts.deployment import Deployment, deployment_path
    from lodetrace.keys.account_consent import sign_consent

    roles = parse_roles(role)
    named = parse_organisation(organisation)
    settings = cli.settings
    record = Deployment.load(deployment_path(settings.deployments, settings.network_id))
    register = record.address("Members")
    said = {
        "account": cli.keys.account,
        "organisation": organisation,
        "roles": ", ".join(flag_words(roles)),
        "viewing key": hex_of(cli.keys.viewing_key.public),
        "register": register,
    }
    signature = sign_consent(cli.keys, named, roles, record.chain_id, register)
    cli.terminal.confirm("Become an account of this organisation, for good?", fields(said))
    document = {
        "account": cli.keys.account,
        "organisation": hex_of(named),
        "roles": flag_words(roles),
        "viewing_key": hex_of(cli.keys.viewing_key.public),
        "register": register,
        "chain_id": record.chain_id,
        "consent": str(signature),
    }
    return Answer(document, [fields({**said, "consent": str(signature)})])


@command(
    keys, "rotate", "lodetrace keys rotate viewing", "lodetrace keys rotate signing",
    "lodetrace keys rotate salts", keys=False, asks=True, writes=True,
)  # fmt: skip
def rotate(
    cli: CommandContext,
    key: Annotated[Key, typer.Argument(help="The key that is replaced.")],
) -> Answer:
    """Replace the signing key, the viewing key, or the secret that salts are made of.

    A new key is in the keystore before anything is sent; after a crash the same command goes on.
    The account and its lots stay. Of salts nothing goes on chain: lots that are made from now on
    belong to a new epoch. Back the keystore up again afterwards.
    """
    from lodetrace.keys.keystore import save_keystore
    from lodetrace.keys.member_keys import address_of
    from lodetrace.member.rotation import (
        last_rotation,
        rotate_salts,
        rotate_signer,
        rotate_viewing_key,
    )

    rotate_key = rotate_signer if key is Key.SIGNING else rotate_viewing_key
    path, passphrase = cli.settings.keystore, cli.passphrase
    cli.open_keystore()

    def save(changed: "MemberKeys") -> None:
        if cli.dry_run:
            return
        save_keystore(path, changed, passphrase)
        if changed.next_signing_key is not None:
            address = address_of(changed.next_signing_key)
            cli.terminal.note(f"The new signer is {address}; where gas costs, fund it first.")

    if key is Key.SALTS:
        cli.about_to("begin a new epoch of salts", keystore=str(path))
        changed = rotate_salts(cli.keys, save)
        document = {"account": changed.account, "epoch": changed.epoch, "keystore": str(path)}
        return Answer(document, [fields({name: str(value) for name, value in document.items()})])
    with cli.member() as member:
        keys_ = member.keys
        replaced = keys_.signer if key is Key.SIGNING else hex_of(keys_.viewing_key.public)
        before = last_rotation(member, key is Key.SIGNING)
        again = "" if before is None else f" You replaced it {say_ago(member.now() - before)} ago."
        cli.ask(
            f"Replace the {key} key on chain, for good?{again}",
            lambda session: rotate_key(session, lambda changed: None),
            fields({"account": member.account, f"{key} key": replaced}),
        )
        with cli.work(f"rotating the {key} key"):
            rotated = rotate_key(member, save)
    public = rotated.viewing_key.public
    return _shown(rotated.account, rotated.signer, public, rotated.development, path)


@command(
    keys, "backup", "lodetrace keys backup /media/stick/refinery.keystore.json",
    "lodetrace keys backup --verify /media/stick/refinery.keystore.json", keys=False, writes=True,
)  # fmt: skip
def backup(
    cli: CommandContext,
    target: Annotated[Path, typer.Argument(help="A new file; it stays encrypted.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Open the backup that is there; write nothing.")
    ] = False,
) -> Answer:
    """Copy the encrypted keystore, once the passphrase has opened it.

    The folder of the new file has to be there: for a medium that is not mounted, none is made.

    With --verify, say what a backup holds and whether it is the keys in use: exit code 5 if not.
    """
    if verify:
        return _drill(cli, target)
    from contextlib import suppress

    from lodetrace.keys.backup_mark import BackupMark
    from lodetrace.keys.keystore import backup_keystore, load_keystore, require_backup_place

    path = cli.settings.keystore
    passphrase = cli.passphrase
    require_backup_place(target)
    load_keystore(path, passphrase)
    cli.about_to("copy the keystore", keystore=str(path), backup=str(target))
    if backup_keystore(path, target, passphrase):
        cli.terminal.warn(ONE_DEVICE)
    with suppress(OSError):  # the copy counts; `status` then says less
        BackupMark.leave(path)
    document = {"keystore": str(path), "backup": str(target)}
    text = f"Copied {path} to {target}. Keep the passphrase elsewhere: both are needed."
    return Answer(document, [text])


def _drill(cli: CommandContext, target: Path) -> Answer:
    from lodetrace.cli.backup_view import drill_answer
    from lodetrace.keys.backup_drill import BackupDrill, require_backup
    from lodetrace.keys.passphrase import existing_passphrase

    path = cli.settings.keystore
    require_backup(target, path)
    drill = BackupDrill.of(target, path, existing_passphrase(cli.settings))
    if path.exists() and path.stat().st_dev == target.stat().st_dev:
        cli.terminal.warn(ONE_DEVICE)
    return drill_answer(drill, target, path)


@command(
    keys,
    "recover",
    "lodetrace keys recover --backup /media/stick/refinery.keystore.json",
    "lodetrace keys recover",
    writes=True,
)
def recover(
    cli: CommandContext,
    backup: Annotated[
        Path | None,
        typer.Option(help="Backup of the keystore, where the keystore itself is lost."),
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Signed documents: what your lots are called."),
    ] = None,
) -> Answer:
    """Rebuild the vault of an empty disk from the chain and the keys.

    Every opening that was ever sealed to this account comes back, also after rotations of the
    viewing key. What cannot be read is listed, never kept. Labels are no matter of the chain: they
    come back from the signed documents that you kept.
    """
    from lodetrace.keys.keystore import save_keystore
    from lodetrace.member.recover import recover as recover_vault

    if backup is not None:
        _restore(cli, backup)
    with cli.member() as member, cli.work("reading the chain"):
        found = recover_vault(member)
        known = {key.public for key in member.keys.former}
        changes = cli.dev_index is None and not cli.dry_run
        if changes and any(key.public not in known for key in found.former):
            cli.open_keystore()
            restored = cli.keys.with_former(found.former)
            save_keystore(cli.settings.keystore, restored, cli.passphrase)
        called = 0 if documents is None else _labels_again(cli, member, documents)
    return _recovered(found, called)


def _labels_again(cli: CommandContext, member: "MemberSession", folder: Path) -> int:
    """Of lots that were born of signed documents in a folder; how many."""
    from lodetrace.errors import LodetraceError
    from lodetrace.member.labels import labels_again

    called: set[bytes] = set()
    for path in sorted(folder.glob("*.json")):
        try:
            called |= labels_again(member, path, cli.domain)
        except LodetraceError as error:
            cli.terminal.warn(f"{path}: {error}")
    return len(called)


def _restore(cli: CommandContext, backup: Path) -> None:
    from lodetrace.keys.keystore import (
        BackupMissing,
        load_keystore,
        require_vacant,
        restore_keystore,
    )
    from lodetrace.keys.passphrase import existing_passphrase

    path = cli.settings.keystore
    if path.exists():
        raise BackupUnneeded(path=path, backup=backup)
    if not backup.exists():
        raise BackupMissing(path=backup)
    passphrase = existing_passphrase(cli.settings)
    if not cli.dry_run:
        restore_keystore(backup, path, passphrase)
        cli.passphrase = passphrase
        return
    require_vacant(path)
    found = load_keystore(backup, passphrase)
    cli.terminal.note(f"The keystore {path} would come back from {backup}.")
    if cli.dev_index is None:
        cli.keys = found  # so that the rehearsal goes on to the chain, as the command does


def _shown(
    account: str, signer: str, public: bytes, development: bool, path: Path | None
) -> Answer:
    document = {
        "account": account,
        "signer": signer,
        "viewing_key": hex_of(public),
        "development": development,
        "keystore": None if path is None else str(path),
    }
    said = {
        "account": account,
        "signer": signer,
        "viewing key": hex_of(public),
        "development": "yes: everybody has these keys" if development else None,
        "keystore": None if path is None else str(path),
    }
    return Answer(document, [fields(said)])


def _recovered(found: "Recovered", called: int) -> Answer:
    unreadable = [
        {
            "lot": hex_of(one.copy.lot),
            "origin": one.copy.origin,
            "reason": one.reason.code,
            "detail": str(one.reason),
        }
        for one in found.unreadable
    ]
    document = {
        "lots": [hex_of(lot) for lot in found.lots],
        "labels": called,
        "former_viewing_keys": len(found.former),
        "unreadable": unreadable,
    }
    said = f"Openings of {counted(len(found.lots), 'lots')}, "
    said += f"{counted(len(found.former), 'earlier viewing keys')}"
    said += f", labels of {counted(called, 'lots')}." if called else "."
    lines = [(short_id(one.copy.lot), one.copy.origin, str(one.reason)) for one in found.unreadable]
    table = rows(("lot", "copy", "why it cannot be read"), lines, "Unreadable")
    return Answer(document, [said, table] if lines else [said])
