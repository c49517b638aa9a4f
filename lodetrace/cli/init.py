"""`lodetrace init`: a member's first settings, each checked, in a file that a shell reads."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, Document, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import StorageError

if TYPE_CHECKING:
    from lodetrace.cli.preflight import CheckResult

app: Final = typer.Typer()

NEEDED: Final = ("settings", "disk", "node", "deployment", "code", "directory")
"""Checks without which nothing is written; what else fails is shown, and comes later."""


class SettingsFileUnwritable(StorageError):
    """The settings file cannot be written, or what lies there cannot be read."""

    template = "{path}: {reason}"
    advice = "Choose another file with --out, or make room."


class NoSettingsFile(StorageError):
    """A file of somebody else where settings would go."""

    template = "{path} is no settings file of Lodetrace"
    advice = "Nothing was written. Choose another file with --out, or move this one away."


@command(
    app,
    "init",
    "lodetrace init",
    "lodetrace init --network consortium --rpc https://node.example:8545 --member refinery --yes",
    keys=False,
    asks=True,
    writes=True,
)
def init(
    cli: CommandContext,
    network: Annotated[
        str | None, typer.Option(metavar="ID", help="Entry of networks.yaml; else it is asked.")
    ] = None,
    rpc: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of your node; else it is asked.")
    ] = None,
    home: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="For keystores and vaults; else it is asked."),
    ] = None,
    member: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the keystore; else it is asked.")
    ] = None,
    networks: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The consortium's networks.yaml; else that found here."),
    ] = None,
    deployments: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where the deployment record lies.")
    ] = None,
    token_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="The node's token, where it asks for one.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write; else NETWORK.sh in the folder of keystores.")
    ] = None,
) -> Answer:
    """Choose network, node, folder and name, have them checked, and write a settings file.

    What no option says is asked on a terminal; Enter takes what is shown. Node, chain and
    deployment record have to fit, or nothing is written. The file holds no key and no passphrase:
    `lodetrace keys new` makes keys. For several networks, write a file for each.
    """
    from lodetrace.cli.first_settings import choose, shell_text
    from lodetrace.cli.preflight import preflight
    from lodetrace.settings import Settings

    options = {
        "LODETRACE_NETWORKS": networks,
        "LODETRACE_NETWORK": network,
        "LODETRACE_RPC_URL": rpc,
        "LODETRACE_RPC_TOKEN_FILE": token_file,
        "LODETRACE_DEPLOYMENTS": deployments,
        "LODETRACE_HOME": home,
        "LODETRACE_MEMBER": member,
    }
    given = {name: value for name, value in options.items() if value is not None}
    loaded = Settings.load({**cli.settings.environment, **given})
    chosen = choose(cli.terminal, loaded, given)
    cli.settings = Settings.load({**loaded.environment, **chosen})
    path = (out or cli.settings.home / f"{cli.settings.network_id}.sh").absolute()
    with cli.work("checking"):
        found = preflight(cli, proving=False)
    lines = [(one.verdict, one.check, f"{one.detail}\n{one.advice}".strip()) for one in found]
    shown = [rows(("", "check", "found"), lines)]
    document = {
        "file": str(path),
        "settings": chosen,
        "checks": [{"check": one.check, "verdict": one.verdict} for one in found],
    }
    failed = next((one for one in found if one.failed and one.check in NEEDED), None)
    if failed is not None:
        said = "Nothing was written: correct what failed, and repeat the command."
        return Answer({**document, "written": False}, [*shown, said], failed.exit_code)
    written = _write(cli, path, shell_text(chosen), document)
    said = f"{'Wrote' if written else 'This stands already in'} {path}. {_next(path, found)}"
    return Answer({**document, "written": written}, [*shown, said])


def _write(cli: CommandContext, path: Path, content: str, document: Document) -> bool:
    """Whether the file changed; one with other settings is replaced after a question.

    Raises NoSettingsFile or SettingsFileUnwritable.
    """
    from lodetrace.atomic_file import PRIVATE, replace_file, require_place
    from lodetrace.cli.first_settings import HEAD

    try:
        require_place(path, makes_folders=True)
        if path.exists():
            before = path.read_text("utf-8")
            if before == content:
                return False
            if not before.startswith(HEAD):
                raise NoSettingsFile(path=path)
            cli.terminal.confirm(f"Replace the settings in {path}?")
        cli.about_to("write the settings", **document)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, content.encode(), PRIVATE)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsFileUnwritable(path=path, reason=reason) from error
    return True


def _next(path: Path, found: "list[CheckResult]") -> str:
    """What comes now."""
    missing = any(one.check == "keystore" and one.failed for one in found)
    begin = f"Begin each terminal with `. {shlex.quote(str(path))}`"
    return f"{begin}, then make your keys: `lodetrace keys new`." if missing else f"{begin}."
