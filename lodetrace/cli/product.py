"""`lodetrace product`: units of lots go into a car."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot.lots import LotName
from lodetrace.cli.lot_ids import named_lot
from lodetrace.contracts.enums import element_name
from lodetrace.errors import ExitCode
from lodetrace.text import ID_BYTES, TextMalformed, counted, hex_of, parse_typed_hex, short_id

if TYPE_CHECKING:
    from lodetrace.member.session import MemberSession

product: Final = group("product", "Products: declared, filled with units of lots, sealed.")

ProductName = Annotated[
    str,
    typer.Argument(metavar="PRODUCT", help="The identifier it was declared with, or its id."),
]


@command(product, "declare", "lodetrace product declare WVWZZZ1JZXW000001", asks=True, writes=True)
def declare(
    cli: CommandContext,
    identifier: Annotated[str, typer.Argument(help="Of the vehicle; it stays with you.")],
) -> Answer:
    """Declare a product of yours (maker role).

    The chain gets a hash of the identifier and a secret of yours, never the identifier, and makes
    the id of it and your account: nobody can declare it before you. Case, blanks and width of its
    characters make no other product.
    """
    from lodetrace.member.products import declare as register
    from lodetrace.member.products import no_vehicle_letters, product_name

    name = product_name(identifier)
    if letters := no_vehicle_letters(name):
        cli.terminal.warn(
            f"{name} looks like a vehicle number and cannot be one: ISO 3779 has no {letters};"
            " was 0 or 1 meant?"
        )
    with cli.member() as member:
        cli.ask(
            f"Declare {name} as a product of yours, for good? Everybody sees its id only.",
            lambda session: register(session, identifier),
        )
        with cli.work("declaring"):
            named = register(member, identifier)
    return _said(named, {"outcome": "declared"})


@command(
    product,
    "assign",
    "lodetrace product assign WVWZZZ1JZXW000001 2f3a91c4 --units 1",
    asks=True,
    writes=True,
)
def assign(
    cli: CommandContext,
    product: ProductName,
    lot: LotName,
    units: Annotated[int, typer.Option(min=1, help="How many units of the lot.")] = 1,
) -> Answer:
    """Put units of a lot into a product, once for each lot and product.

    The same command again returns the assignment; another number of units is refused.
    """
    from lodetrace.member.products import assign as put

    with cli.member() as member:
        named, part = product_of(member, product), named_lot(member, lot)
        cli.ask(
            f"Put {counted(units, 'units')} of {short_id(part)} into {product}, for good?",
            lambda session: put(session, named, part, units),
        )
        with cli.work("assigning"):
            done = put(member, named, part, units)
    told: dict[str, str | int] = {
        "outcome": "assigned",
        "lot": hex_of(part),
        "element": element_name(done.element),
        "units": done.units,
        "part": done.part,
    }
    return _said(named, told)


@command(product, "seal", "lodetrace product seal WVWZZZ1JZXW000001 --yes", asks=True, writes=True)
def seal(cli: CommandContext, product: ProductName) -> Answer:
    """Close a product: it gets no further parts, and totals of it can be complete."""
    from lodetrace.member.products import seal as close

    with cli.member() as member:
        named = product_of(member, product)
        cli.ask(f"Seal {product}? It gets no further parts.", lambda session: close(session, named))
        with cli.work("sealing"):
            close(member, named)
    return _said(named, {"outcome": "sealed"})


@command(
    product,
    "retire",
    "lodetrace product retire WVWZZZ1JZXW000001 0x7d0e41…c2 --yes",
    asks=True,
    writes=True,
)
def retire(
    cli: CommandContext,
    product: ProductName,
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help="Attested end of life; see `event status`.")
    ],
) -> Answer:
    """End of life: units of a product become material for recyclers.

    A dismantler states, and oracle nodes attest, how many units of which lot were taken out. They
    become a lot of their own, which can be offered to a recycler; the rest goes on under a new
    name. What ends within 180 days of the product's sealing is recovered as manufacturing waste.
    """
    from lodetrace.member.products import retire as end

    with cli.member() as member:
        named, event_id = product_of(member, product), parse_typed_hex(event, ID_BYTES)
        cli.ask(
            f"Retire the units of {product} that event {short_id(event_id)} says, for good?",
            lambda session: end(session, named, event_id),
        )
        with cli.work("retiring"):
            done = end(member, named, event_id)
    told: dict[str, str | int] = {
        "outcome": "retired",
        "units": done.units,
        "lot": hex_of(done.lot),
        "rest": "" if done.rest is None else hex_of(done.rest),
        "recovered as": "manufacturing waste" if done.young else "post-consumer metal",
    }
    return _said(named, told)


@command(
    product,
    "find",
    "lodetrace product find WVWZZZ1JZXW000001",
    "lodetrace product find --file vehicles.txt --json",
)
def find(
    cli: CommandContext,
    identifiers: Annotated[
        list[str] | None, typer.Argument(metavar="[IDENTIFIER...]", help="Numbers of yours.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A file of them, one a line; it is read here alone.")
    ] = None,
) -> Answer:
    """Look up which products on chain your vehicles' and packs' numbers are.

    They are compared here with what your account declared: neither a number nor its salted hash
    leaves this machine.
    """
    from lodetrace.member.product_lookup import find_products, identifiers_in, require_some

    asked = [*(identifiers or []), *([] if file is None else identifiers_in(file))]
    require_some(asked)
    with cli.member() as member:
        found = find_products(member, asked)
    told = [
        {
            "identifier": one.identifier,
            "product": None if one.product is None else hex_of(one.product),
            "sealed": one.sealed,
        }
        for one in found
    ]
    lines = [
        (one.identifier, "not declared", "") if one.product is None
        else (one.identifier, hex_of(one.product), "sealed" if one.sealed else "open")
        for one in found
    ]  # fmt: skip
    code = ExitCode.OK if any(one.product for one in found) else ExitCode.NOT_FOUND
    return Answer({"products": told}, [rows(("identifier", "product", ""), lines)], code)


def product_of(member: "MemberSession", text: str) -> bytes:
    """The id of a product that was named by its identifier or by its id."""
    from lodetrace.member.products import product_id

    try:
        return parse_typed_hex(text, ID_BYTES)
    except TextMalformed:
        return product_id(member, text)


def _said(named: bytes, told: dict[str, str | int]) -> Answer:
    document = {"product": hex_of(named), **told}
    return Answer(document, [fields({name: str(value) for name, value in document.items()})])
