"""`lodetrace product import` and `list`: the products of a sheet, and all that you declared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer, rows
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.cli.product import product
from lodetrace.cli.sheet_options import SheetName
from lodetrace.errors import ExitCode
from lodetrace.text import counted, hex_of, say_runs, short_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from lodetrace.member.product_batches import PlannedProduct, ProductPlan, RowLeft

COLUMNS: Final = ("row", "identifier", "parts", "to do")


@command(
    product,
    "import",
    "lodetrace product import packs.xlsx --dry-run",
    "lodetrace product import vehicles.csv --seal",
    asks=True,
    writes=True,
)
def import_(
    cli: CommandContext,
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="File: .xlsx, or .csv.")],
    name: SheetName = None,
    seal: Annotated[
        bool, typer.Option("--seal", help="Close each product once its parts are in it.")
    ] = False,
) -> Answer:
    """Declare and fill many products from a sheet, after one preview (maker role).

    Its columns are Identifier, Lot (an id or a label) and Units (else 1); of a product with several
    parts each has a row. Identifiers stay with you. A row that is not in order is listed and stops
    no other one; its product is not sealed, and the command ends with exit code 3. The same sheet
    again does nothing twice, also after a crash or on an empty disk.
    """
    from lodetrace.cli.product_sheets import read_products
    from lodetrace.member.product_batches import make_products, plan_products, rehearse_products

    with cli.member() as member:
        with cli.work("checking"):
            asked, unread, table = read_products(member, sheet, name)
            plan = plan_products(member, asked, unread, seals=seal)
            rehearse_products(member, plan)
        labels = member.vault.labels()
        cli.terminal.note(*(f"Read: {one}." for one in table.remarks))
        _warn(cli, plan)
        if plan.products:
            lines = [_line(one, labels) for one in plan.products]
            cli.terminal.note(rows(COLUMNS, lines, str(sheet)))
        cli.terminal.note(*_left(plan.left))
        found = _document(plan)
        if plan.open:
            asked_for = f"Declare, fill{' and seal' if seal else ''}"
            cli.terminal.confirm(
                f"{asked_for} {counted(len(plan.open), 'products')}, for good? Everybody sees their"
                " ids only."
            )
            cli.about_to(f"change {counted(len(plan.open), 'products')}", **found)
        with cli.work("sending") as work:
            refused = make_products(member, plan, work)
    for planned, error in refused:
        cli.terminal.warn(f"{planned.name}: {error}")
    done = len(plan.open) - len(refused)
    said = f"Changed {counted(done, 'products')}"
    before = len(plan.products) - len(plan.open)
    said += f"; {counted(before, 'products')} stood so before." if before else "."
    code = ExitCode.INPUT if plan.left else ExitCode.REFUSED if refused else ExitCode.OK
    named = [{"product": hex_of(one.product), "reason": str(error)} for one, error in refused]
    return Answer({**found, "refused": named}, [said], code)


@command(product, "list", "lodetrace product list", "lodetrace product list --json")
def list_(cli: CommandContext) -> Answer:
    """List the products that your account declared, with the identifiers that this machine knows.

    Identifiers are no matter of the chain: they lie encrypted in your vault. On a new disk the
    sheet that they came from brings them back: `lodetrace product import` then sends nothing.
    """
    from lodetrace.member.product_batches import own_products

    with cli.member() as member:
        account, found = member.account, own_products(member)
    told = [
        {
            "product": hex_of(one.product),
            "identifier": one.identifier,
            "sealed": one.is_sealed,
            "lots": one.lots,
            "units": one.units,
        }
        for one in found
    ]
    if not found:
        return Answer({"account": account, "products": told}, ["You declared no products."])
    lines = [
        (
            one.identifier or "not known here",
            short_id(one.product),
            "sealed" if one.is_sealed else "open",
            str(one.lots),
            str(one.units),
        )
        for one in found
    ]
    table = rows(("identifier", "product", "", "lots>", "units>"), lines)
    return Answer({"account": account, "products": told}, [table])


def _warn(cli: CommandContext, plan: "ProductPlan") -> None:
    """Of numbers that look like those of vehicles: one warning, however many they are."""
    from lodetrace.member.products import no_vehicle_letters

    odd = [one.name for one in plan.open if not one.declared and no_vehicle_letters(one.name)]
    if odd:
        cli.terminal.warn(
            f"{counted(len(odd), 'identifiers')} ({odd[0]}{', …' if odd[1:] else ''}) look like"
            " vehicle numbers and cannot be: ISO 3779 has no I, O and Q; was 0 or 1 meant?"
        )


def _line(planned: "PlannedProduct", labels: "Mapping[bytes, Sequence[str]]") -> tuple[str, ...]:
    parts = ", ".join(
        f"{units} of {labels.get(lot, (short_id(lot),))[0]}" for lot, units in planned.parts.items()
    )
    return say_runs(planned.rows), planned.name, parts, ", ".join(_to_do(planned))


def _to_do(planned: "PlannedProduct") -> list[str]:
    todo = [
        *([] if planned.declared else ["declare"]),
        *(["assign"] if planned.assigns else []),
        *(["seal"] if planned.seals else []),
    ]
    return todo or ["sealed" if planned.is_sealed else "stands"]


def _left(left: "Sequence[RowLeft]") -> "list[RenderableType]":
    lines = [(str(one.row), one.reason) for one in left]
    return [rows(("row", "why nothing is done"), lines, "Left out")] if lines else []


def _document(plan: "ProductPlan") -> dict[str, Any]:
    products = [
        {
            "product": hex_of(one.product),
            "identifier": one.name,
            "rows": one.rows,
            "parts": [{"lot": hex_of(lot), "units": units} for lot, units in one.parts.items()],
            "to_do": [] if one.is_done else _to_do(one),
        }
        for one in plan.products
    ]
    return {
        "products": products,
        "failed": [{"row": one.row, "reason": one.reason} for one in plan.left],
    }
