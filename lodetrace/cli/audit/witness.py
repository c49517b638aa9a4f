"""`lodetrace audit witness`: a member signs the chain's heads, for the readers of bundles."""

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.audit.export import audit
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import ExitCode
from lodetrace.text import hex_of, iso_time

if TYPE_CHECKING:
    from lodetrace.audit.anchor import Anchor
    from lodetrace.audit.heads import SignedHead
    from lodetrace.node.client import Node
    from lodetrace.witness.service import WitnessService

PORT: Final = 8031


@command(
    audit,
    "witness",
    "lodetrace audit witness --trust anchor.json",
    "lodetrace audit witness --once",
    "lodetrace audit witness --publish /var/www/lodetrace --port 0",
    writes=True,
)
def witness(
    cli: CommandContext,
    trust: Annotated[
        Path | None,
        typer.Option(metavar="ANCHOR", help="At the first start: what the first head extends."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Sign the head of this time, and end.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(help="What was signed; below LODETRACE_HOME, by key and network, without it."),
    ] = None,
    publish: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where heads.json is written; in the folder without."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Of loopback, where GET /heads answers.")
    ] = PORT,
) -> Answer:
    """Sign the chain's head every 5 minutes, as an extension of the one signed before.

    It reads your own node, and every header since. Where another block stands at a height that it
    signed, it keeps both and stops for good. Use a keystore of its own: its address is what
    anchors name. Runs until it is ended.
    """
    from lodetrace.audit.anchor import Anchor
    from lodetrace.witness.publication import Publication
    from lodetrace.witness.service import WitnessService

    start = None if trust is None else Anchor.load(trust)
    signer, network = cli.keys.signer.lower(), cli.settings.network.id
    where = folder or cli.settings.home / "witness" / f"{signer}-{network}"
    WitnessService.rehearse(where, Publication(publish or where), _address(cli), start)
    cli.about_to("sign heads", key=signer, folder=str(where))
    return _once(cli, where, publish, start) if once else _run(cli, where, publish, start, port)


def _once(
    cli: CommandContext, folder: Path, publish: Path | None, start: "Anchor | None"
) -> Answer:
    from lodetrace.node.client import Node

    with Node.of(cli.settings) as node:
        service = _service(cli, node, folder, publish, start)
        try:
            with cli.work("signing"):
                signed = service.await_once()
            return _answer(signed or service.newest(), new=signed is not None, folder=folder)
        finally:
            service.close()


def _run(
    cli: CommandContext, folder: Path, publish: Path | None, start: "Anchor | None", port: int
) -> Answer:
    import logging

    from lodetrace.node.client import Node
    from lodetrace.service_log import start_log
    from lodetrace.witness.publication import HeadsServer, Publication

    start_log(cli.settings.log_format)
    log = logging.getLogger("lodetrace.witness")
    server = HeadsServer(Publication(publish or folder), port)
    try:
        with Node.of(cli.settings) as node:
            service = _service(cli, node, folder, publish, start)
            try:
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, lambda *_: service.end())
                log.info("%s signs; heads at %s", cli.keys.signer, server.address)
                service.run()
                return Answer({"ended": True}, ["ended"])
            finally:
                service.close()
    finally:
        server.close()


def _service(
    cli: CommandContext,
    node: "Node",
    folder: Path,
    publish: Path | None,
    start: "Anchor | None",
) -> "WitnessService":
    from lodetrace.witness.publication import Publication
    from lodetrace.witness.service import WitnessService

    return WitnessService.open(
        node,
        folder,
        Publication(publish or folder),
        (_address(cli), cli.keys.signing_key),
        lambda: int(time.time()),
        start,
    )


def _address(cli: CommandContext) -> bytes:
    from lodetrace.text import ADDRESS_BYTES, parse_address, parse_hex

    return parse_hex(parse_address(cli.keys.signer), ADDRESS_BYTES)


def _answer(found: "SignedHead | None", *, new: bool, folder: Path) -> Answer:
    if found is None:
        return Answer({"signed": False}, ["Nothing was signed."], ExitCode.PENDING)
    head = found.head
    told = {
        "signed": new,
        "witness": hex_of(found.signer),
        "block": head.number,
        "hash": hex_of(head.block_hash),
        "time": iso_time(head.block_time),
        "seen_at": iso_time(head.seen_at),
        "extends": head.previous_number,
        "folder": str(folder),
    }
    said = {name: str(value) for name, value in told.items() if name != "signed"}
    return Answer(told, [fields(said)])
