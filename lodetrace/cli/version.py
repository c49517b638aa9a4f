"""`--version` of every program of the house."""

from typing import Annotated

import typer

from lodetrace.version import VERSION


def _tell(context: typer.Context, asked: bool) -> None:
    if asked:
        typer.echo(f"{context.find_root().info_name} {VERSION}")
        raise typer.Exit


ShowVersion = Annotated[
    bool,
    typer.Option("--version", callback=_tell, is_eager=True, help="Show the version and exit."),
]
