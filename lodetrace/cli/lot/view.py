"""A lot as a document, as a row and as fields."""

from typing import TYPE_CHECKING, Final

from lodetrace.cli.answer import Document
from lodetrace.cli.format import (
    balance,
    brief_credits,
    iso_or_none,
    provenance,
    say_balance,
    say_root,
)
from lodetrace.contracts.enums import element_name
from lodetrace.text import enum_word, hex_of, iso_time, short_id
from lodetrace.units import brief_carbon, brief_metal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lodetrace.contracts.structs import Lot
    from lodetrace.member.lots import LotView

COLUMNS: Final = ("lot", "state", "material", "count>", "metal>", "carbon>", "credits", "model")

_CLOSED: Final = "not yours to open"


def lot_document(view: "LotView", labels: "Sequence[str]" = ()) -> Document:
    """Everything about a lot. balance: None where this member cannot open it."""
    found = view.lot
    return {
        "lot": hex_of(view.id),
        "labels": list(labels),
        "account": found.account,
        "state": enum_word(view.state),
        "until": iso_or_none(found.until) if view.state.lapses else None,
        "on_hold_until": iso_or_none(view.hold.until) if view.on_hold else None,
        "hold_group": hex_of(view.hold.group) if view.on_hold else None,
        "element": element_name(found.element),
        "material": enum_word(found.material),
        "model": enum_word(found.model),
        "count": found.count,
        **provenance(found),
        "revision": found.revision,
        "sequence": found.sequence,
        "born_at": iso_time(found.born_at),
        "time": iso_time(found.time),
        "commitment": hex_of(view.commitment),
        "balance": None if view.opening is None else balance(view.opening.lot),
    }


def lot_row(view: "LotView") -> tuple[str, ...]:
    """A lot under COLUMNS."""
    found, opening = view.lot, view.opening
    material = f"{element_name(found.element)} {enum_word(found.material)}"
    if opening is None:
        amounts = (_CLOSED, "", "")
    else:
        own = opening.lot
        credits = brief_credits(own.credits, own.metal)
        amounts = (brief_metal(own.metal), brief_carbon(own.carbon), credits)
    return (short_id(view.id), _state(view), material, str(found.count), *amounts,
            enum_word(found.model))  # fmt: skip


def _state(view: "LotView") -> str:
    """In a word: what is on hold moves as little as what was born held."""
    return "on hold" if view.on_hold else enum_word(view.state)


def _kept(found: "Lot") -> str | None:
    said = [
        word
        for word, holds in (
            ("a charge: it is processed, and nothing else", found.charge),
            ("reworked once", found.reworked),
            ("retired soon: manufacturing waste", found.young),
        )
        if holds
    ]
    return ", ".join(said) or None


def _hold(view: "LotView") -> str:
    return (
        f"until {iso_or_none(view.hold.until)}, with all lots of root {view.lot.root} "
        f"that group {hex_of(view.hold.group)} has"
    )


def lot_fields(view: "LotView") -> dict[str, str | None]:
    """A lot as names and values."""
    found, opening = view.lot, view.opening
    ends = iso_or_none(found.until) if view.state.lapses else None
    amounts = {"metal": _CLOSED} if opening is None else say_balance(opening.lot)
    return {
        "lot": hex_of(view.id),
        "state": enum_word(view.state) + (f" until {ends}" if ends else ""),
        "on hold": _hold(view) if view.on_hold else None,
        "holder": found.account,
        "material": f"{element_name(found.element)} {enum_word(found.material)}",
        **amounts,
        "model": enum_word(found.model),
        "count": str(found.count) if found.count > 1 else None,
        "root": say_root(found),
        "kept as": _kept(found),
        "commitment": hex_of(view.commitment) if found.revision else None,
        "born": iso_time(found.born_at),
        "time": f"{iso_time(found.time)} (end of its event)",
        "in custody since": iso_time(found.held_since),
    }
