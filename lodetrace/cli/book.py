"""`lodetrace book`: names for accounts."""

from pathlib import Path
from typing import Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext

book: Final = group("book", "Names that you give to accounts: used in commands, shown in lists.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Such as odra.")]


@command(
    book, "add", "lodetrace book add odra 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    keys=False, writes=True,
)  # fmt: skip
def add(
    cli: CommandContext,
    name: Name,
    account: Annotated[str, typer.Argument(metavar="ADDRESS", help="Account of a member.")],
) -> Answer:
    """Give an account a name, on this machine and for this network.

    A name that looks like another one of the book is refused, and so are hidden characters and
    letters of several scripts.
    """
    from lodetrace.member.book import changing

    with changing(cli.book_path, rehearsing=cli.dry_run) as known:
        added = known.with_name(name, account.strip())
        cli.about_to("add the name", name=name, account=account)
        added.save()
    return _told(cli, name, added.account_of(name))


@command(book, "list", "lodetrace book list", keys=False)
def list_(cli: CommandContext) -> Answer:
    """List all names and their accounts."""
    found = sorted(cli.book.accounts.items())
    document = {"names": [{"name": name, "account": account} for name, account in found]}
    if not found:
        return Answer(document, ["No names. `lodetrace book add` gives an account one."])
    cli.terminal.names = dict  # a name needs no name beside it
    return Answer(document, [rows(("name", "account"), found)])


@command(book, "remove", "lodetrace book remove odra", keys=False, writes=True)
def remove(cli: CommandContext, name: Name) -> Answer:
    """Take a name out of the book."""
    from lodetrace.member.book import changing

    with changing(cli.book_path, rehearsing=cli.dry_run) as known:
        account, left = known.account_of(name), known.without(name)
        cli.about_to("remove the name", name=name, account=account)
        left.save()
    return _told(cli, name, account)


@command(
    book, "import", "lodetrace book import odra.card.json", keys=False, asks=True, writes=True,
)  # fmt: skip
def import_(
    cli: CommandContext,
    card: Annotated[Path, typer.Argument(metavar="FILE", help="Card that a member signed.")],
) -> Answer:
    """Add a member by the card that it signed (`card`), once you have looked at both.

    The signature has to be that of the account's signer on chain. It says who asks to be called
    so; whether he may is for you to know.
    """
    from lodetrace.member.book import changing
    from lodetrace.member.member_card import MemberCard
    from lodetrace.onchain.reads import Reads
    from lodetrace.text import hex_of

    found = MemberCard.read(card, cli.domain)
    with cli.contracts() as contracts:
        account = Reads(contracts).account(found.account)
    found.require_signer(account.signer)
    with changing(cli.book_path, rehearsing=cli.dry_run) as known:
        added = known.with_name(found.name, found.account)
        if added is not known:
            said = {"organisation": hex_of(account.organisation), "account": found.account}
            question = f"Call this account {found.name!r} from now on?"
            cli.terminal.confirm(question, fields(said))
        cli.about_to("add the name", name=found.name, account=found.account)
        added.save()
    return _told(cli, found.name, found.account)


@command(book, "card", "lodetrace book card odra --out odra.card.json", writes=True)
def card(
    cli: CommandContext,
    name: Name,
    out: Annotated[Path, typer.Option(help="File to write, for your partners.")],
) -> Answer:
    """Sign the name by which your account wants to be known; partners import the file."""
    from lodetrace.atomic_file import replace_file, require_place
    from lodetrace.cli.event import file_errors
    from lodetrace.member.member_card import MemberCard

    signed = MemberCard.sign(name, cli.keys.account, cli.domain, cli.keys.signing_key)
    with file_errors(out):
        require_place(out)
        cli.about_to("sign the card", name=signed.name, account=signed.account, file=str(out))
        replace_file(out, signed.to_json().encode())
    return _told(cli, signed.name, signed.account)


@command(book, "export", "lodetrace book export --out names.json",
         "lodetrace book export --lots --out names.json", writes=True)  # fmt: skip
def export(
    cli: CommandContext,
    out: Annotated[Path, typer.Option(help="File to write, for the explorer in your browser.")],
    lots: Annotated[
        bool,
        typer.Option("--lots", help="Also labels of your lots and identifiers of your products."),
    ] = False,
) -> Answer:
    """Write your names for the gateway's explorer: it takes the file, and sends it nowhere.

    Labels and identifiers are yours alone: with --lots, keep the file from others.
    """
    import json

    from lodetrace.atomic_file import PRIVATE, replace_file, require_place
    from lodetrace.cli.event import file_errors
    from lodetrace.text import counted, hex_of

    names = {account: name for name, account in cli.book.accounts.items()}
    if lots:
        with cli.member() as member:
            labels, products = member.vault.labels(), member.vault.products()
        names |= {hex_of(lot): called[0] for lot, called in labels.items() if called}
        names |= {hex_of(product): name for product, name in products.items()}
    document = {"file": str(out), "names": len(names)}
    with file_errors(out):
        require_place(out)
        cli.about_to("write the names", **document)
        replace_file(out, (json.dumps(names, indent=2) + "\n").encode(), PRIVATE)
    said = f"Wrote {counted(len(names), 'names')} to {out}: the explorer takes it under Names."
    return Answer(document, [said])


def _told(cli: CommandContext, name: str, account: str) -> Answer:
    cli.terminal.names = dict  # it is said here
    return Answer({"name": name, "account": account}, [f"{name} is {account}."])
