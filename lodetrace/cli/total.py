"""`lodetrace total`: the proven sum of a product's parts."""

from typing import Final

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.format import balance, say_balance
from lodetrace.cli.lot.lots import Element
from lodetrace.cli.parse import parse_element
from lodetrace.cli.product import ProductName, product_of
from lodetrace.contracts.enums import element_name
from lodetrace.text import hex_of

total: Final = group("total", "Totals: what claims about a whole product speak of.")


@command(
    total,
    "record",
    "lodetrace total record WVWZZZ1JZXW000001 --element Co",
    asks=True,
    writes=True,
)
def record(cli: CommandContext, product: ProductName, element: Element) -> Answer:
    """Prove and record the sum of all parts of a sealed product that hold a metal.

    The amounts in a total are those of the product times its scale; shares and intensities are
    those of the product.
    """
    from lodetrace.member.totals import total as prove_total

    atomic_number = parse_element(element)
    with cli.member() as member:
        named = product_of(member, product)
        cli.ask(
            f"Record the total of {element_name(atomic_number)} in {product} for everybody, its"
            " amounts hidden?",
            lambda session: prove_total(session, named, atomic_number),
        )
        with cli.work("proving the total"):
            proven = prove_total(member, named, atomic_number)
    document = {
        "total": hex_of(proven.total),
        "product": hex_of(proven.product),
        "element": element_name(proven.element),
        "scale": proven.scale,
        "balance": balance(proven.opening.lot),
    }
    said = {
        "total": hex_of(proven.total),
        "scale": f"{proven.scale} times the product",
        **say_balance(proven.opening.lot),
    }
    return Answer(document, [fields(said)])
