"""Options that several commands of an operator share."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodetrace.cli.context import CommandContext

if TYPE_CHECKING:
    from oracle.settings import OracleSettings

VARIABLE = "LODETRACE_DECLARATIONS"
_ABOUT = "What operators declared about their sites (like examples/cobalt/sites.yaml)."

Node = Annotated[
    str | None,
    typer.Option(
        "--node", metavar="NAME", help="Keystore of this node; LODETRACE_MEMBER if absent."
    ),
]
Declarations = Annotated[Path, typer.Option(envvar=VARIABLE, metavar="FILE", help=_ABOUT)]
DeclarationsIfAny = Annotated[
    Path | None, typer.Option("--declarations", envvar=VARIABLE, metavar="FILE", help=_ABOUT)
]


def choose(cli: CommandContext, node: str | None) -> None:
    """--node NAME stands for LODETRACE_MEMBER."""
    if node is not None:
        cli.settings = replace(cli.settings, member=node)


def oracle_settings(cli: CommandContext, declarations: Path | None) -> "OracleSettings":
    """The service's settings, as the options of the command have it; raises SettingsError."""
    from oracle.settings import OracleSettings

    found = OracleSettings.load()
    given = found.declarations if declarations is None else declarations
    return replace(found, library=cli.settings, declarations=given)
