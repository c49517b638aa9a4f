"""What a birth made."""

from typing import TYPE_CHECKING

from lodetrace.cli.answer import Answer, fields
from lodetrace.cli.format import balance, say_balance
from lodetrace.text import enum_word, hex_of

if TYPE_CHECKING:
    from lodetrace.member.births import BirthOrder, BornLot


def born_answer(born: "BornLot", order: "BirthOrder") -> Answer:
    """The lot that was born."""
    from zk_circuits.rule import CAHRA_GATE
    from zk_circuits.schema import Credit

    gates = [enum_word(credit) for credit in Credit if born.gates >> (credit - 1) & 1]
    is_cahra = bool(born.gates & CAHRA_GATE)
    document = {
        "lot": hex_of(born.lot),
        "event_id": hex_of(order.event_id),
        "material": enum_word(order.material),
        "model": enum_word(order.model),
        "count": order.count,
        "root": born.root,
        "balance": balance(born.opening.lot),
        "gates": {"credits": gates, "cahra": is_cahra},
        "transaction": born.transaction,
    }
    said = {
        "lot": hex_of(born.lot),
        "material": enum_word(order.material),
        **say_balance(born.opening.lot),
        "open gates": ", ".join(gates)
        or "none: no certificate in force, recorded in time, gives a credit",
        "origin": "high-risk area (CAHRA)" if is_cahra else None,
        "transaction": born.transaction,
    }
    return Answer(document, [fields(said)])
