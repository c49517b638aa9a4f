"""What a birth made."""

from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, Document, fields
from lodetrace.cli.format import balance, say_balance
from lodetrace.text import enum_word, hex_of

if TYPE_CHECKING:
    from lodetrace.member.births import BirthOrder, BornLot


def born_document(born: "BornLot", order: "BirthOrder") -> Document:
    """Everything about the lot that was born."""
    return {
        "lot": hex_of(born.lot),
        "event_id": hex_of(order.event_id),
        "material": enum_word(order.material),
        "model": enum_word(order.model),
        "count": order.count,
        "root": born.root,
        "balance": balance(born.opening.lot),
        "gates": {"credits": _credits(born), "cahra": _is_cahra(born)},
        "transaction": born.transaction,
    }


def born_answer(born: "BornLot", order: "BirthOrder") -> Answer:
    """The lot that was born."""
    said = {
        "lot": hex_of(born.lot),
        "material": enum_word(order.material),
        **say_balance(born.opening.lot),
        "open gates": ", ".join(_credits(born))
        or "none: no certificate in force, recorded in time, gives a credit",
        "origin": "high-risk area (CAHRA)" if _is_cahra(born) else None,
        "transaction": born.transaction,
    }
    return Answer(born_document(born, order), [fields(said)])


def _credits(born: "BornLot") -> list[str]:
    from zk_circuits.schema import Credit

    return [enum_word(credit) for credit in Credit if born.gates >> (credit - 1) & 1]


def _is_cahra(born: "BornLot") -> bool:
    from zk_circuits.rule import CAHRA_GATE

    return bool(born.gates & CAHRA_GATE)
