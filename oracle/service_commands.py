"""`lodetrace-oracle run` and `status`: a node as a service."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode
from lodetrace.text import hex_of, iso_time, visible
from oracle.options import DeclarationsIfAny, Node, choose, oracle_settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from oracle.service.overview import DocumentLine, Overview

app: Final = typer.Typer()

Adopt = Annotated[
    bool,
    typer.Option("--adopt-nonces", help="What the key has sent so far was this node's own."),
]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=100_000, help="Most documents that are shown.")
]


@command(app, "run", "lodetrace-oracle run", "lodetrace-oracle run --node oracle-1")
def run(
    cli: CommandContext,
    declarations: DeclarationsIfAny = None,
    node: Node = None,
    adopt_nonces: Adopt = False,
) -> Answer:
    """Run the node: take documents in, examine, attest, and follow each to its end.

    Ends at SIGTERM or SIGINT, with exit code 0. One process per node.
    """
    import logging

    from lodetrace.service_log import start_log
    from oracle.assembly import RunningService, serve

    choose(cli, node)
    start_log(cli.settings.log_format)
    log = logging.getLogger("lodetrace.oracle")
    settings = oracle_settings(cli, declarations)

    def began(running: RunningService) -> None:
        places = (running.address, running.monitor)
        log.info("%s works; documents at %s/documents, health at %s/ready", cli.account, *places)

    serve(settings, cli.keys, adopt_nonces, began)
    return Answer({"ended": True}, ["ended"])


@command(app, "status", "lodetrace-oracle status", "lodetrace-oracle status --json")
def status(cli: CommandContext, node: Node = None, limit: Limit = 50) -> Answer:
    """Show what became of the documents, those first that need to be looked at.

    Reads this node's own database, while the service runs or not, and asks nobody else. Ends with
    exit code 10 while a document is stuck, was overruled, or contradicts another of its site.
    """
    from lodetrace.contracts.deployment import Deployment, deployment_path
    from lodetrace.member.session import member_folder
    from oracle.service.overview import overview

    choose(cli, node)
    settings = oracle_settings(cli, None)
    library = settings.library
    deployment = Deployment.load(deployment_path(library.deployments, library.network_id))
    folder = member_folder(library, deployment.genesis, cli.account)
    found = overview(folder, settings.stuck_after, limit)
    wrong = any(found.counts[state] for state in ("stuck", "overruled", "contradicted"))
    return Answer(_document(found), _shown(found), ExitCode.PENDING if wrong else ExitCode.OK)


def _document(found: "Overview") -> dict[str, object]:
    return {
        "counts": dict(found.counts),
        "documents": [_entry(one) for one in found.lines],
        "contradictions": list(found.contradictions),
    }


def _entry(line: "DocumentLine") -> dict[str, object]:

    return {
        "file": line.name,
        "source": line.source,
        "digest": hex_of(line.digest),
        "identity": line.identity,
        "document": None if line.document is None else hex_of(line.document),
        "received": iso_time(line.received),
        "state": line.shown_state,
        "reason": line.reason,
        "transactions": list(line.transactions),
    }


def _shown(found: "Overview") -> "list[RenderableType]":
    from rich.text import Text

    counts = rows(("state", "documents>"), [(name, str(n)) for name, n in found.counts.items()])
    lines = [
        (iso_time(one.received), visible(one.name, keep=""), one.shown_state, one.reason)
        for one in found.lines
    ]
    tables: list[RenderableType] = [counts, rows(("received", "file", "state", "reason"), lines)]
    for one in found.contradictions:
        said = f"site {one['site']} signed two documents as number {one['sequence']}"
        text = f"A site contradicts itself: {said}, revision {one['revision']}."
        tables.append(Text(f"{text} --json has the signatures that prove it.", "bold red"))
    overruled = found.counts["overruled"]
    if overruled:
        text = f"{overruled} documents were overruled: the quorum attested something else"
        tables.append(Text(text, "bold red"))
    return tables
