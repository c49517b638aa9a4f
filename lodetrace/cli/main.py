"""`lodetrace`: the command line of members and auditors."""

import sys
from collections.abc import Sequence
from typing import Any, Final

import typer
from typer.core import TyperGroup

from lodetrace.cli import (
    event_filing,
    event_sending,
    event_sheets,
    event_watch,
    paper_backup,
    product_batches,
)
from lodetrace.cli.audit import anchor, fork, verify, witness
from lodetrace.cli.audit.export import audit
from lodetrace.cli.book import book
from lodetrace.cli.ceremony import ceremony
from lodetrace.cli.check import app as check
from lodetrace.cli.claim import claim
from lodetrace.cli.command import HELP_OPTIONS
from lodetrace.cli.event import event
from lodetrace.cli.gateway import gateway
from lodetrace.cli.init import app as init
from lodetrace.cli.keys import keys
from lodetrace.cli.lot import holds, inbox, labels, offers, reasons, runs
from lodetrace.cli.lot.lots import lot
from lodetrace.cli.network import joining, upkeep, votes
from lodetrace.cli.network.lifecycle import network
from lodetrace.cli.opening import opening
from lodetrace.cli.price import price
from lodetrace.cli.product import product
from lodetrace.cli.status import app as status
from lodetrace.cli.streams import run_program
from lodetrace.cli.terminal import print_json
from lodetrace.cli.total import total
from lodetrace.cli.try_demo import app as try_demo
from lodetrace.cli.unlock import app as unlock
from lodetrace.cli.version import ShowVersion
from lodetrace.cli.watch import app as watch
from lodetrace.errors import ExitCode
from lodetrace.problems import TITLES, problem

EVENT_COMMANDS: Final = (event_filing, event_sheets, event_sending, event_watch)
"""Modules that add their commands to `lodetrace event`."""

LOT_COMMANDS: Final = (labels, offers, inbox, runs, holds, reasons)
"""Modules that add their commands to `lodetrace lot`."""

KEYS_COMMANDS: Final = (paper_backup,)
"""Modules that add their commands to `lodetrace keys`."""

PRODUCT_COMMANDS: Final = (product_batches,)
"""Modules that add their commands to `lodetrace product`."""

NETWORK_COMMANDS: Final = (joining, votes, upkeep)
"""Modules that add their commands to `lodetrace network`."""

AUDIT_COMMANDS: Final = (anchor, verify, witness, fork)
"""Modules that add their commands to `lodetrace audit`."""

WrongUsage: Final[type[Exception]] = typer.BadParameter.__mro__[1]


class Root(TyperGroup):
    """The command itself. With --json wrong usage is a problem object as well."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **extra: Any) -> Any:
        """Runs one command line."""
        words = list(sys.argv[1:] if args is None else args)
        if "--json" not in words:
            return super().main(words, *others, **extra)
        try:
            code = super().main(words, *others, **{**extra, "standalone_mode": False})
        except WrongUsage as error:
            detail = str(getattr(error, "format_message", error.__str__)())
            advice = "See `lodetrace --help`, or --help of the command."
            usage = ExitCode.USAGE
            found = problem("WrongUsage", TITLES[usage], detail, advice, exit_code=usage)
            print_json(found, sys.stderr)
            sys.exit(int(usage))
        sys.exit(code if isinstance(code, int) else 0)


app: Final = typer.Typer(
    name="lodetrace",
    cls=Root,
    help="Proof-carrying lots of metal: keys, events, lots, products and claims of a member.",
    epilog="Example: lodetrace check\n\nExample: lodetrace lot list --json",
    no_args_is_help=True,
    add_completion=True,
    context_settings=HELP_OPTIONS,
    pretty_exceptions_show_locals=False,
)
for _group in (
    keys,
    book,
    event,
    lot,
    product,
    total,
    opening,
    claim,
    price,
    audit,
    ceremony,
    gateway,
    network,
):
    app.add_typer(_group)
for _single in (init, check, status, unlock, watch, try_demo):
    app.registered_commands += _single.registered_commands


@app.callback()
def root(version: ShowVersion = False) -> None:
    """Options of the program itself."""


def run() -> None:
    """The program `lodetrace`."""
    run_program(lambda: app(prog_name="lodetrace"))
