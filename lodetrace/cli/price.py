"""`lodetrace price`: daily price ranges, and settlement prices proven against them."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lodetrace.cli.answer import Answer, fields, rows
from lodetrace.cli.claim import SubjectMalformed
from lodetrace.cli.command import command, group
from lodetrace.cli.context import CommandContext
from lodetrace.cli.lot_ids import full_id, named_lot
from lodetrace.cli.price_view import (
    COLUMNS,
    check_document,
    price_document,
    price_row,
    range_document,
    say_check,
    say_range,
)
from lodetrace.cli.verdict_view import verdict_answer
from lodetrace.text import hex_of, short_id
from lodetrace.trading_day import parse_commodity, parse_day
from lodetrace.units import format_price, parse_price

if TYPE_CHECKING:
    from lodetrace.member.prices import PriceView
    from lodetrace.onchain.contracts import Contracts

price: Final = group("price", "Daily price ranges: listed, opened, proven, verified.")

Commodity = Annotated[str, typer.Argument(help="Name of the commodity, or its 0x id.")]
Day = Annotated[str, typer.Argument(help="Trading day, as 2026-11-20.")]


@command(
    price, "list", "lodetrace price list", "lodetrace price list --commodity cobalt-sulphate",
    keys=False,
)  # fmt: skip
def list_(
    cli: CommandContext,
    commodity: Annotated[
        str | None, typer.Option(help="Name of the commodity, or its 0x id; default: all.")
    ] = None,
) -> Answer:
    """List the released price records: that they exist, not what they are; needs no keys."""
    from lodetrace.member.prices import released_prices

    wanted = None if commodity is None else parse_commodity(commodity)
    with cli.contracts() as contracts:
        found = released_prices(contracts, wanted)
    document = {"prices": [price_document(view) for view in found]}
    return Answer(document, [rows(COLUMNS, map(price_row, found)) if found else "No prices."])


@command(price, "show", "lodetrace price show cobalt-sulphate 2026-11-20")
def show(cli: CommandContext, commodity: Commodity, day: Day) -> Answer:
    """Show a trading day's price; a subscriber also sees the range.

    The range is decrypted and compared with its commitment on chain.
    """
    from lodetrace.member.prices import RangeNotDelivered, opened_range, price_on

    with cli.member() as member:
        record = price_on(member, parse_commodity(commodity), parse_day(day))
        view = _view(member.contracts, record)
        try:
            found = opened_range(member, record).range
        except RangeNotDelivered:
            found = None
    document = {**price_document(view), "range": None if found is None else range_document(found)}
    said = "sealed to subscribers" if found is None else say_range(found)
    shown = {"record": document["record"], "day": document["day"], "status": document["status"]}
    return Answer(document, [fields({**shown, "range": said})])


@command(
    price,
    "prove",
    'lodetrace price prove 2f3a91c4 cobalt-sulphate 2026-11-20 --price "81500 CNY/mt"',
    asks=True,
    writes=True,
)
def prove(
    cli: CommandContext,
    lot: Annotated[str, typer.Argument(help="An offered lot: id, or its first digits.")],
    commodity: Commodity,
    day: Day,
    price: Annotated[str, typer.Option(help="What is paid per metric ton, including VAT.")],
) -> Answer:
    """Prove and record whether a lot's settlement price lies in the range of a trading day.

    For seller or buyer, while the offer is open, and for subscribers of the price. Price and
    range stay hidden; the other party gets the price sealed. Outside is recorded with a flag,
    never refused. The same command again returns the check; with another price it is refused.
    """
    from lodetrace.member.price_checks import prove_settlement
    from lodetrace.member.prices import price_on

    paid, number = parse_price(price), parse_day(day)
    with cli.member() as member:
        record = price_on(member, parse_commodity(commodity), number)
        named = named_lot(member, lot, inbox=True)
        cli.ask(
            f"Record for everybody whether {format_price(paid)} for {short_id(named)} lies in the"
            f" range of {day}? Price and range stay hidden.",
            lambda session: prove_settlement(session, named, record, paid),
        )
        with cli.work("proving the price"):
            made = prove_settlement(member, named, record, paid)
    document = {**check_document(made.event), "transaction": made.transaction}
    says = say_check(made.event, number)
    shown = {"check": hex_of(made.check_id), "says": says, "transaction": made.transaction}
    return Answer(document, [fields(shown)])


@command(price, "verify", f"lodetrace price verify 0x{'2f' * 32}", keys=False)
def verify(
    cli: CommandContext,
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Full id of a check.")],
) -> Answer:
    """Check a recorded settlement price on chain and, independently, here; needs no keys.

    Ends with exit code 5 unless both verdicts say that it holds. That a price lies outside the
    range holds as well: it is a flag, not a defect.
    """
    from lodetrace.member.price_checks import check_in_python, check_on_chain, recorded_check
    from lodetrace.member.prover import Prover
    from lodetrace.onchain.reads import Reads

    check_id = full_id(check)
    if check_id is None:
        raise SubjectMalformed(text=check[:80])
    with cli.contracts() as contracts:
        event = recorded_check(contracts, check_id).event
        day = Reads(contracts).price(event.record).publication.day
        prover = Prover(contracts, cli.settings.network)
        with cli.work("verifying"):
            verdicts = {
                "chain": check_on_chain(contracts, event),
                "python": check_in_python(contracts, prover, event),
            }
    document = check_document(event)
    shown = {"says": say_check(event, day), "lot": str(document["lot"])}
    return verdict_answer(document, shown, verdicts)


def _view(contracts: "Contracts", record: bytes) -> "PriceView":
    from lodetrace.member.prices import released_prices

    (view,) = (one for one in released_prices(contracts) if one.record == record)
    return view
