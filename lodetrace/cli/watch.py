"""`lodetrace watch`: what happens to an account, as a gateway tells it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.gateway import Url
from lodetrace.secrets import secret
from lodetrace.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from lodetrace.member.concerns import Notice
    from lodetrace.member.watch import GatewayAway
    from lodetrace.member.webhook import Webhook

app: Final = typer.Typer()
FIRST: Final = ("time", "block", "what")


@command(
    app,
    "watch",
    "lodetrace watch https://gateway.example",
    "lodetrace watch https://gateway.example --once --json",
    writes=True,
)
def watch(
    cli: CommandContext,
    url: Url,
    account: Annotated[
        str | None, typer.Option(metavar="MEMBER", help="Another account than your own.")
    ] = None,
    position: Annotated[
        Path | None, typer.Option(help="File that remembers how far it is; of this account.")
    ] = None,
    after: Annotated[
        int, typer.Option(min=0, help="Block to begin after, where the file is not there yet.")
    ] = 0,
    once: Annotated[bool, typer.Option("--once", help="Tell what there is, and end.")] = False,
    webhook: Annotated[
        str | None, typer.Option(metavar="URL", help="Send each notice to a host of yours, too.")
    ] = None,
) -> Answer:
    """Tell what concerns your account: offers that arrive or end, holds, and what lapses.

    It follows the gateway until Ctrl-C, whatever is away in between, and goes on where it was when
    it is started again. A notice may come twice after a crash, with the same id, and none is lost.
    """
    from lodetrace.member.gateway_session import GatewayAt, MemberAtGateway
    from lodetrace.member.watch import Position, Watch

    whose = cli.account if account is None else cli.account_named(account)
    gateway = GatewayAt.of(url)
    sent = None if webhook is None else _webhook(cli, webhook)
    file = position or cli.settings.home / "watches" / f"{cli.settings.network.id}-{whose}.json"
    begun = Position.read(file, whose, after)
    begun.require_place(file, makes_folders=position is None)
    cli.about_to("watch", gateway=url, account=whose, position=str(file))
    if position is None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    reads = Watch(
        gateway,
        begun,
        file,
        lambda: str(
            MemberAtGateway(gateway, cli.settings.network.chain_id, cli.keys).sign_in()["token"]
        ),
        _told(cli, sent),
        lambda error: _away(cli, error),
    )
    if not once:
        reads.run()
    told = reads.once()
    document = {"account": whose, "told": told, "next": reads.position.next}
    return Answer(document, [f"{told} told, up to {reads.position.next}."])


def _told(cli: CommandContext, sent: "Webhook | None") -> "Callable[[Notice], None]":
    def tell(notice: "Notice") -> None:
        if cli.terminal.as_json:
            sys.stdout.write(json.dumps(notice) + "\n")
        else:
            others = (f"{name} {value}" for name, value in notice.items() if name not in FIRST)
            line = "  ".join([*(str(notice[name]) for name in FIRST), *others])
            sys.stdout.write(visible(line) + "\n")
        sys.stdout.flush()
        if sent is not None:
            sent.send(notice)

    return tell


def _away(cli: CommandContext, error: "GatewayAway") -> None:
    cli.terminal.note(str(error))


def _webhook(cli: CommandContext, url: str) -> "Webhook":
    from lodetrace.member.webhook import SECRETS, Webhook, secrets_of

    return Webhook.of(url, secrets_of(secret(SECRETS, cli.settings.environment)))
