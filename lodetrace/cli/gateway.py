"""`lodetrace gateway`: signing in where members read, and what everybody may read of a product."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.atomic_file import PRIVATE, replace_file, require_place
from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.product import ProductName, product_of
from lodetrace.errors import StorageError
from lodetrace.text import hex_of

if TYPE_CHECKING:
    from lodetrace.member.gateway_session import MemberAtGateway

gateway: Final = group("gateway", "Gateways: signing in, and publishing products of yours.")

Url = Annotated[str, typer.Argument(metavar="URL", help="Where readers reach the gateway.")]
TokenFile = Annotated[Path, typer.Argument(metavar="FILE", help="What login wrote.")]


class Published(StrEnum):
    """Each holds what is before it."""

    CLAIMS = "claims"
    PASSPORT = "passport"
    BUNDLE = "bundle"


class TokenFileUnusable(StorageError):
    """The file of a token cannot be written or read."""

    template = "{path}: {reason}"
    advice = "Name a file in a folder of yours."


@command(
    gateway,
    "login",
    "lodetrace gateway login https://gateway.example --out gateway.token",
    writes=True,
)
def login(
    cli: CommandContext,
    url: Url,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the token here, for you alone; else it is only shown."),
    ] = None,
) -> Answer:
    """Sign in at a gateway with your account's key (EIP-4361) and get a token.

    Programs send it as `Authorization: Bearer TOKEN`. It is good for 15 minutes, and ends at once
    where the account or its organisation loses its standing on chain.
    """
    member = _at(cli, url)
    if out is not None:
        with _file_errors(out):
            require_place(out)
    cli.about_to("sign in", gateway=url, signer=member.keys.signer)
    with cli.work("signing in"):
        session = member.sign_in()
    reader: dict[str, Any] = session.get("reader", {})
    told = {
        "account": reader.get("account"),
        "organisation": reader.get("organisation"),
        "expires_at": session.get("expires_at"),
    }
    where = {"token": session["token"]} if out is None else {"token_file": str(out)}
    if out is not None:
        _write(out, session["token"])
    shown = {name: str(value) for name, value in {**told, **where}.items() if value is not None}
    return Answer({**told, **where}, [fields(shown)])


@command(
    gateway,
    "logout",
    "lodetrace gateway logout https://gateway.example gateway.token",
    keys=False,
    writes=True,
)
def logout(cli: CommandContext, url: Url, token_file: TokenFile) -> Answer:
    """Revoke a token before its time."""
    from lodetrace.member.gateway_session import GatewayAt

    with _file_errors(token_file):
        token = token_file.read_text("utf-8").strip()
    at = GatewayAt.of(url)
    cli.about_to("sign out", gateway=url)
    with cli.work("signing out"):
        at.sign_out(token)
    return Answer({"outcome": "signed out"}, ["The token is revoked."])


@command(
    gateway,
    "publish",
    "lodetrace gateway publish https://gateway.example WVWZZZ1JZXW000001 --up-to passport",
    asks=True,
    writes=True,
)
def publish(
    cli: CommandContext,
    url: Url,
    product: ProductName,
    up_to: Annotated[Published, typer.Option(help="What everybody may read of it.")],
) -> Answer:
    """Let everybody read the claims, passport or bundle of a product of yours at a gateway.

    A passport names the sites that its metal comes from, a bundle the whole ancestry.
    """
    named = _named(cli, product)
    cli.about_to("publish", product=hex_of(named), up_to=up_to.value)
    cli.terminal.confirm(f"Let everybody read the {up_to.value} of {product} at {url}?")
    return _publish(cli, url, named, up_to.value)


@command(
    gateway,
    "unpublish",
    "lodetrace gateway unpublish https://gateway.example WVWZZZ1JZXW000001",
    writes=True,
)
def unpublish(cli: CommandContext, url: Url, product: ProductName) -> Answer:
    """Take back what everybody may read of a product; nobody takes back what was copied."""
    named = _named(cli, product)
    cli.about_to("unpublish", product=hex_of(named))
    return _publish(cli, url, named, None)


def _publish(cli: CommandContext, url: str, product: bytes, up_to: str | None) -> Answer:
    member = _at(cli, url)
    with cli.work("publishing"), member.signed_in() as token:
        told = member.publish(product, up_to, token)
    shown = {"product": hex_of(product), "everybody reads": told.get("up_to") or "nothing"}
    return Answer(told, [fields(shown)])


def _named(cli: CommandContext, product: str) -> bytes:
    with cli.member() as member:
        return product_of(member, product)


def _at(cli: CommandContext, url: str) -> "MemberAtGateway":
    from lodetrace.member.gateway_session import GatewayAt, MemberAtGateway

    return MemberAtGateway(GatewayAt.of(url), cli.settings.network.chain_id, cli.keys)


def _write(path: Path, token: str) -> None:
    with _file_errors(path):
        replace_file(path, f"{token}\n".encode(), PRIVATE)


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TokenFileUnusable(path=path, reason=reason) from error
