"""An offer as a document and as a row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lodetrace.cli.answer import Document, rows
from lodetrace.cli.format import balance, brief_credits, provenance
from lodetrace.contracts.enums import element_name
from lodetrace.problems import problem_of
from lodetrace.text import enum_word, hex_of, iso_time, short_id
from lodetrace.units import brief_carbon, brief_metal

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lodetrace.member.inbox import InboxItem


def item_document(item: "InboxItem") -> Document:
    """One offer. balance: None where `problem` says why it must not be accepted."""
    refusal = item.problem
    return {
        "lot": hex_of(item.lot_id),
        "from": item.from_,
        "sequence": item.sequence,
        "expiry": iso_time(item.expiry),
        "disputed": item.disputed,
        "element": element_name(item.lot.element),
        "material": enum_word(item.lot.material),
        "model": enum_word(item.lot.model),
        "count": item.lot.count,
        **provenance(item.lot),
        "balance": None if item.opening is None else balance(item.opening.lot),
        "problem": None if refusal is None else problem_of(refusal, exit_code=refusal.exit_code),
        "warnings": [{"code": one.code, "text": one.text} for one in item.warnings],
    }


def item_rows(items: Sequence["InboxItem"]) -> "RenderableType":
    """Offers, for people."""
    columns = ("lot", "from", "expiry", "material", "metal>", "carbon>", "credits", "look out")
    return rows(columns, map(_row, items))


def _row(item: "InboxItem") -> tuple[str, ...]:
    amounts: tuple[str, str, str] = ("", "", "")
    if item.opening is not None:
        own = item.opening.lot
        credits = brief_credits(own.credits, own.metal)
        amounts = (brief_metal(own.metal), brief_carbon(own.carbon), credits)
    said = [] if item.problem is None else [f"do not accept: {item.problem}"]
    said += ["disputed"] if item.disputed else []
    said += [one.text for one in item.warnings]
    material = f"{element_name(item.lot.element)} {enum_word(item.lot.material)}"
    ends = iso_time(item.expiry)
    return (short_id(item.lot_id), item.from_, ends, material, *amounts, "; ".join(said))
