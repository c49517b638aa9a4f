"""`lodetrace-gateway` (or `python -m api`): the gateway of the network that the settings name."""

import sys
from typing import Final

import typer

from api.reads_cli import reads
from lodetrace.cli.streams import run_program
from lodetrace.cli.version import ShowVersion
from lodetrace.errors import LodetraceError
from lodetrace.text import visible

app: Final = typer.Typer(
    add_completion=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(reads)


@app.callback(
    invoke_without_command=True,
    epilog="Example: LODETRACE_NETWORK=consortium lodetrace-gateway",
)
def gateway(context: typer.Context, version: ShowVersion = False) -> None:
    """Serve what the chain says about lots, from mine to car, until SIGINT or SIGTERM.

    All settings come from the environment; docs/gateway.md lists them.
    """
    if context.invoked_subcommand is not None:
        return
    from api.serve import serve
    from api.settings import GatewaySettings
    from lodetrace.service_log import start_log

    try:
        settings = GatewaySettings.load()
        start_log(settings.library.log_format)
        serve(settings)
    except LodetraceError as error:
        print(visible(f"{error}\n{error.advice}"), file=sys.stderr)
        raise typer.Exit(error.exit_code) from error


@app.command(epilog="Example: lodetrace-gateway rebuild")
def rebuild() -> None:
    """Make the index anew from the chain, beside the old one, and put it in its place.

    A gateway may go on answering meanwhile. However it ends, there is one good index.
    """
    from api.rebuild_cli import rebuild_index
    from lodetrace.service_log import start_log

    try:
        start_log(None)
        rebuild_index()
    except LodetraceError as error:
        print(visible(f"{error}\n{error.advice}"), file=sys.stderr)
        raise typer.Exit(error.exit_code) from error


def run() -> None:
    """The program `lodetrace-gateway`."""
    run_program(lambda: app(prog_name="lodetrace-gateway"))
