"""A member's first settings: what was given or asked, and the file that a shell reads them from."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lodetrace.errors import InputError

if TYPE_CHECKING:
    from lodetrace.cli.terminal import Terminal
    from lodetrace.settings import Settings

QUESTIONS: Final = {
    "LODETRACE_NETWORK": "Network (an entry of networks.yaml)",
    "LODETRACE_RPC_URL": "Address of your node",
    "LODETRACE_HOME": "Folder of keystores and vaults",
    "LODETRACE_MEMBER": "Name of your keystore",
}
"""What is asked where no option says it, in this order."""

_PATHS: Final = (
    "LODETRACE_NETWORKS", "LODETRACE_RPC_TOKEN_FILE", "LODETRACE_DEPLOYMENTS", "LODETRACE_HOME",
)  # fmt: skip
HEAD: Final = "# Settings of Lodetrace, made by `lodetrace init`. No key or passphrase is here.\n"


class AddressHasSecret(InputError):
    """An address with what opens it."""

    template = "the address of the node has a name or a password in it"
    advice = "A settings file holds no secrets: put the node's token into a file (--token-file)."


def choose(terminal: "Terminal", before: "Settings", given: Mapping[str, str]) -> dict[str, str]:
    """Settings by name: those given, those asked for, and the networks.yaml that is used.

    before: what counts so far, and is offered. Raises AddressHasSecret or NetworkUnknown.
    """
    chosen = {"LODETRACE_NETWORKS": str(before.networks_file), **given}
    for name, question in QUESTIONS.items():
        if name not in chosen:
            chosen[name] = terminal.ask(question, _offered(before, name, chosen))
    for name in _PATHS:
        if name in chosen:
            chosen[name] = str(Path(chosen[name]).expanduser().absolute())
    found = {name: value for name, value in chosen.items() if value}
    addresses = found.get("LODETRACE_RPC_URL", "").split(",")
    if any("@" in one.partition("://")[2].partition("/")[0] for one in addresses):
        raise AddressHasSecret()
    return found


def shell_text(chosen: Mapping[str, str]) -> str:
    """The file: what a shell takes with `. FILE`."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sorted(chosen.items())]
    return HEAD + "".join(lines)


def _offered(before: "Settings", name: str, chosen: Mapping[str, str]) -> str:
    match name:
        case "LODETRACE_NETWORK":
            return before.network_id
        case "LODETRACE_HOME":
            return str(before.home)
        case "LODETRACE_MEMBER":
            return before.member
    listed = before.networks.get(chosen["LODETRACE_NETWORK"])
    return before.rpc_url_override or (listed.rpc_url if listed else None) or ""
