"""`lodetrace-oracle` (or `python -m oracle`): commands of an oracle node's operator."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.streams import run_program
from lodetrace.cli.version import ShowVersion
from lodetrace.errors import ExitCode
from lodetrace.text import hex_of, visible
from oracle import service_commands
from oracle.options import Declarations, DeclarationsIfAny, Node, choose, oracle_settings
from oracle.prices.cli import app as prices

if TYPE_CHECKING:
    from lodetrace.settings import Settings
    from oracle.attest_files import FileOutcome
    from oracle.attest_rehearsal import RehearsedFate
    from oracle.examination import FileReport

app: Final = group("lodetrace-oracle", "An oracle node: examines site documents, attests events.")
app.add_typer(prices)

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="Signed documents, parents first.")
]
AnyFiles = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE…]", help="Signed documents, parents first; none: the node."),
]
History = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="This node's memory; beside its outbox by default."),
]


@app.callback()
def oracle(version: ShowVersion = False) -> None:
    """An oracle node: examines site documents and attests their events on chain."""


@command(
    app,
    "attest",
    "lodetrace-oracle attest --declarations sites.yaml incoming/*.signed.json",
    writes=True,
)
def attest(
    cli: CommandContext, files: Files, declarations: Declarations, node: Node = None
) -> Answer:
    """Verify signatures, check plausibility and attest what holds.

    The documents go the way of those that the service takes in; where it runs, it does the work.
    Safe to repeat: what is attested already is not attested again. Ends with exit code 5 when a
    document is refused (the others are attested all the same), else with 10 when one is overruled
    or still pending.
    """
    import logging

    from oracle.attest_files import attest_files

    choose(cli, node)
    if cli.dry_run:
        return _rehearsed(cli, files, declarations)
    # the log is the service's: here the answer says what became of each document
    logging.getLogger("lodetrace.oracle").addHandler(logging.NullHandler())
    found = attest_files(oracle_settings(cli, declarations), cli.keys, files)
    return _answer([_outcome(one) for one in found])


@command(
    app,
    "check",
    "lodetrace-oracle check",
    "lodetrace-oracle check --declarations sites.yaml incoming/*.signed.json",
)
def check(
    cli: CommandContext,
    files: AnyFiles = None,
    declarations: DeclarationsIfAny = None,
    node: Node = None,
    history: History = None,
) -> Answer:
    """Check the node before it works, or examine documents as attest does. Changes nothing.

    Without files: settings, disk, keys, role, chain node, clock, deployment, declarations and
    sources. With files: what attest would find, and nothing is sent or remembered.
    """
    choose(cli, node)
    settings = oracle_settings(cli, declarations)
    if not files:
        from oracle.preflight import preflight_answer
        from oracle.prices.preflight import desk_checks

        return preflight_answer(cli, settings, desk_checks(cli.settings.home))
    return _examined(cli, files, settings.require_declarations(), history)


def _examined(
    cli: CommandContext, files: list[Path], declarations: Path, history: Path | None
) -> Answer:
    from lodetrace.documents.contexts import ContextCopies
    from oracle.declarations import read_declarations
    from oracle.examination import OracleNode
    from oracle.history import DocumentHistory as Memory
    from oracle.registry import ChainRegistry

    with cli.contracts() as contracts:
        folder = history or _folder(cli.settings, contracts.deployment.genesis, cli.account)
        register = ChainRegistry.at_head(contracts)
        with Memory.copy_of(_history_file(folder)) as memory:
            copies = ContextCopies(cli.settings.contexts)
            oracle_node = OracleNode(read_declarations(declarations), memory, copies)
            reports = [oracle_node.examine(path, register) for path in files]
    return _answer([_report(one) for one in reports])


def _rehearsed(cli: CommandContext, files: list[Path], declarations: Path) -> Answer:
    """As _examined, with the key, and with what the chain says to what is in order."""
    from lodetrace.documents.contexts import ContextCopies
    from oracle.attest_rehearsal import opened_rehearsal
    from oracle.declarations import read_declarations
    from oracle.examination import OracleNode
    from oracle.history import DocumentHistory as Memory
    from oracle.registry import ChainRegistry

    keys, network = cli.keys, cli.settings.network
    keys.require_allowed(network.id, development=network.development)
    declared = read_declarations(declarations)
    with cli.contracts() as contracts:
        folder = _folder(cli.settings, contracts.deployment.genesis, keys.account)
        register = ChainRegistry.at_head(contracts)
        with (
            Memory.copy_of(_history_file(folder)) as memory,
            opened_rehearsal(contracts, keys, folder, register) as chain,
        ):
            oracle_node = OracleNode(declared, memory, ContextCopies(cli.settings.contexts))
            reports = [oracle_node.examine(path, register) for path in files]
            fates = [chain.fate(one.said) for one in reports]
    return _answer([_beside(one, fate) for one, fate in zip(reports, fates, strict=True)])


app.registered_commands += service_commands.app.registered_commands


def run(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `lodetrace-oracle`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    run_program(lambda: app(args=words, prog_name="lodetrace-oracle"))


def _folder(settings: "Settings", genesis: str, account: str) -> Path:
    from lodetrace.member.session import member_folder

    return member_folder(settings, genesis, account)


def _history_file(history: Path) -> Path:
    from oracle.history import FILE

    return history if history.suffix else history / FILE


def _outcome(found: "FileOutcome") -> dict[str, Any]:
    return {
        "file": str(found.path),
        "document": None if found.document is None else hex_of(found.document),
        "outcome": found.state,
        "reason": found.reason,
        "refusals": found.refusals,
        "flags": list(found.flags),
        "transactions": list(found.transactions),
    }


def _report(report: "FileReport") -> dict[str, Any]:
    return {
        "file": str(report.path),
        "document": None if report.document is None else hex_of(report.document),
        "outcome": _found(report),
        "reason": "\n".join(report.refusals),
        "refusals": report.refusals,
        "flags": [str(one) for one in report.findings if str(one) not in report.refusals],
        "transactions": [],
    }


def _beside(report: "FileReport", fate: "RehearsedFate") -> dict[str, Any]:
    """What was found, and what the chain says of it where nothing else stands against it."""
    found = _report(report)
    if report.refusals or report.contradicts is not None:
        return found
    refusals = [fate.reason] if fate.outcome == "refused" else []
    return {**found, "outcome": fate.outcome, "reason": fate.reason, "refusals": refusals}


def _found(report: "FileReport") -> str:
    if report.contradicts is not None:
        return "contradicted"
    return "refused" if report.refusals else "in order"


def _answer(reports: list[dict[str, Any]]) -> Answer:
    lines = [
        (
            visible(one["file"], keep=""),
            one["outcome"],
            "\n".join(dict.fromkeys([*one["reason"].splitlines(), *one["flags"]])),
        )
        for one in reports
    ]
    table = rows(("file", "outcome", "findings"), lines)
    return Answer({"documents": reports}, [table], _exit_code(reports))


def _exit_code(reports: list[dict[str, Any]]) -> ExitCode:
    found = {one["outcome"] for one in reports}
    if found & {"refused", "contradicted"}:
        return ExitCode.REFUSED
    return ExitCode.PENDING if found & {"pending", "overruled"} else ExitCode.OK
