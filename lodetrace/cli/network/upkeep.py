"""`lodetrace network`: backups, upgrades, and where Besu comes from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, Document, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.network.lifecycle import (
    BESU,
    Folder,
    Image,
    Named,
    Node,
    folder_of,
    network,
    software,
    up_command,
)
from lodetrace.errors import ExitCode, InputError
from lodetrace.text import iso_time

if TYPE_CHECKING:
    from lodetrace.network.backup import Backup
    from lodetrace.network.manifest import NetworkManifest
    from lodetrace.network.upgrade import Facts

CARE: Final = "Care"


class VersionMalformed(InputError):
    """No version of Besu."""

    template = "{text!r} is no version"
    advice = "Write it as 25.12.0."


class ArchiveUnknown(InputError):
    """A release whose archive is not in the table."""

    template = "the table of releases has no archive of Besu {version}"
    advice = "Leave --release away for the recommended one, or unpack it and set BESU_HOME."


@command(
    network,
    "backup",
    "lodetrace network backup --node validator1 --out validator1.backup --restart",
    "LODETRACE_PASSPHRASE_FILE=pass lodetrace network backup --out all.backup --with-secrets",
    keys=False,
    writes=True,
    panel=CARE,
)
def backup(
    cli: CommandContext,
    out: Annotated[Path, typer.Option("--out", help="A new file.")],
    named: Named = BESU,
    folder: Folder = None,
    node: Node = None,
    with_secrets: Annotated[
        bool,
        typer.Option("--with-secrets", help="The node's keys too, under LODETRACE_PASSPHRASE."),
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Stop the node for it, and start it again.")
    ] = False,
    image: Image = False,
) -> Answer:
    """Write a stopped node into one file: record, genesis, chain, and SHA-256 of every part.

    A database is copied whole only while nobody writes it, so a running node is refused unless
    --restart is given. Back up one validator at a time: each is missed while it is stopped.
    """
    from lodetrace.network.backup import back_up, require_new, require_stopped
    from lodetrace.network.launch import down, is_running, up
    from lodetrace.network.manifest import NetworkManifest

    place = folder_of(cli, named, folder)
    passphrase = _passphrase(cli, new=True) if with_secrets else None
    chosen = NetworkManifest.read(place).node(place, node)
    again = restart and is_running(chosen)
    if again:
        found = software(cli, image)  # before it stops: it has to start again
    else:
        require_stopped(chosen)
    require_new(out.absolute(), passphrase)
    cli.about_to("back up a node", node=chosen.name, backup=str(out))
    with cli.work(f"backing up {chosen.name}"):
        if again:
            down(place, [chosen.name])
        try:
            made = back_up(place, chosen.name, out.absolute(), passphrase)
        finally:
            if again:
                up(place, found, only=[chosen.name])
    said = f"{out}: {made.node} of {made.network}, {made.files} files, {made.bytes >> 20} MiB, "
    said += "with its keys, encrypted." if made.secrets else "without its keys."
    return Answer({"backup": str(out), **_described(made)}, [said])


@command(
    network,
    "restore",
    "lodetrace network restore validator1.backup",
    "lodetrace network restore seals1.backup --network consortium --p2p-host 192.0.2.77",
    keys=False,
    asks=True,
    writes=True,
    panel=CARE,
)
def restore(
    cli: CommandContext,
    archive: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    named: Named = BESU,
    folder: Folder = None,
    p2p_host: Annotated[
        str | None, typer.Option("--p2p-host", help="IP address of this machine, where it is new.")
    ] = None,
) -> Answer:
    """Put a node back from its backup, once every part of it was checked; nothing is started.

    Its present chain is replaced; it catches up from its peers when it starts. Never run a
    validator's key on two machines.
    """
    from lodetrace.network.backup import rehearse_restore
    from lodetrace.network.backup import restore as put_back

    place = folder_of(cli, named, folder)
    passphrase = _passphrase(cli, new=False)
    if cli.dry_run or not cli.terminal.confirmed:
        _, found = rehearse_restore(place, archive, passphrase, p2p_host)
        cli.terminal.confirm(f"Replace the chain of the backed up node in {place}?")
        cli.about_to("restore a node", archive=str(archive), folder=str(found.folder))
    with cli.work(f"restoring {archive}"):
        made, node = put_back(place, archive, passphrase, p2p_host)
    said = f"{node.name} is as of {iso_time(made.made)}. Next: {up_command(named, folder)}"
    document = {"folder": str(node.folder), "enode": node.peer.enode, **_described(made)}
    return Answer(document, [said, *([node.peer.enode] if p2p_host else [])])


@command(
    network,
    "upgrade-check",
    "lodetrace network upgrade-check",
    "lodetrace network upgrade-check --to 26.3.0",
    keys=False,
    panel=CARE,
)
def upgrade_check(
    cli: CommandContext,
    to: Annotated[
        str | None, typer.Option("--to", help="A release; the recommended one else.")
    ] = None,
    named: Named = BESU,
    folder: Folder = None,
) -> Answer:
    """Look at versions, Java, forks, disk, and what the releases in between change.

    Changes nothing. Ends with exit code 5 where the upgrade must not go ahead as it is.
    """
    from lodetrace.network.manifest import NetworkManifest
    from lodetrace.network.releases import known_releases, parse_version
    from lodetrace.network.upgrade import upgrade_points

    place = folder_of(cli, named, folder)
    table = known_releases()
    try:
        wanted = table.recommended if to is None else parse_version(to)
    except ValueError as error:
        raise VersionMalformed(text=to) from error
    points = upgrade_points(_facts(cli, NetworkManifest.read(place), place, wanted), table)
    failed = any(point.verdict == "failed" for point in points)
    document = {
        "ok": not failed,
        "points": [
            {"verdict": point.verdict, "what": point.what, "found": point.found} for point in points
        ],
    }
    lines = [(point.verdict, point.what, point.found) for point in points]
    code = ExitCode.REFUSED if failed else ExitCode.OK
    return Answer(document, [rows(("", "what", "found"), lines)], code)


@command(
    network,
    "fetch-besu",
    "lodetrace network fetch-besu",
    "lodetrace network fetch-besu --file besu-25.12.0.tar.gz",
    keys=False,
    writes=True,
    panel=CARE,
)
def fetch_besu(
    cli: CommandContext,
    release: Annotated[
        str | None, typer.Option(help="A version; the recommended one else.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="The archive, where it came by hand.")
    ] = None,
) -> Answer:
    """Fetch the official release, check its SHA-256, unpack it into LODETRACE_BUILD.

    Where this machine does not reach the address, bring the archive by hand and name it.
    """
    from lodetrace.network.releases import fetch, known_releases, parse_version, require_digest

    table = known_releases()
    try:
        wanted = table.recommended if release is None else parse_version(release)
    except ValueError as error:
        raise VersionMalformed(text=release) from error
    known = table.find(wanted)
    if known is None or known.archive is None:
        raise ArchiveUnknown(version=release)
    cli.terminal.note(f"{known.archive.address}\nSHA-256 as of {known.archive.attested}.")
    if file is not None:
        require_digest(file, known.archive)
    cli.about_to("fetch Besu", address=known.archive.address, version=known.name)
    with cli.work(f"fetching Besu {known.name}"):
        home = fetch(known.archive, cli.settings.build / BESU, file)
    document = {"besu": str(home), "sha256": known.archive.sha256, "version": known.name}
    return Answer(
        document, [f"Besu {known.name} is in {home}; it is used while BESU_HOME is unset."]
    )


def _facts(
    cli: CommandContext, record: "NetworkManifest", place: Path, wanted: tuple[int, ...]
) -> "Facts":
    import shutil

    from lodetrace.network.errors import NodeSilent
    from lodetrace.network.files import read_json
    from lodetrace.network.manifest import GENESIS_FILE
    from lodetrace.network.node_rpc import NodeRpc
    from lodetrace.network.software import find_software, java_version
    from lodetrace.network.upgrade import Facts
    from lodetrace.network.watch import folder_bytes

    installed = find_software(cli.settings.build / BESU)
    running = {}
    for node in record.own(place):
        try:
            if not node.placement.exposed:
                running[node.name] = str(NodeRpc(node).ask("web3_clientVersion"))
        except NodeSilent:
            running[node.name] = "nothing: it does not answer"
    return Facts(
        installed=installed.version,
        wanted=wanted,
        java=None if installed.java is None else java_version(installed.java),
        config=read_json(place / GENESIS_FILE)["config"],
        data_bytes=sum(folder_bytes(node.data) for node in record.own(place)),
        free_bytes=shutil.disk_usage(place).free,
        running=running,
    )


def _passphrase(cli: CommandContext, new: bool) -> str | None:
    """From the environment, else asked for a new one; a restore asks nobody without need."""
    import sys

    import typer as asked

    given = cli.settings.passphrase()
    if given is not None or not new:
        return given
    if not sys.stdin.isatty():
        from lodetrace.keys.passphrase import PassphraseMissing

        raise PassphraseMissing(path="of the backup's secrets")
    return str(asked.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True))


def _described(made: "Backup") -> Document:
    return {
        "network": made.network,
        "chain_id": made.chain_id,
        "node": made.node,
        "made": iso_time(made.made),
        "files": made.files,
        "bytes": made.bytes,
        "with_secrets": made.secrets,
    }
