"""What a site sees of its statement before it signs: the figures, and what the rules find."""

import time
from typing import TYPE_CHECKING

from lodetrace.cli.answer import fields, rows
from lodetrace.cli.format import say_measurement
from lodetrace.errors import Refused
from lodetrace.text import enum_word, hex_of, iso_time
from lodetrace.units import format_metal, format_share

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lodetrace.cli.terminal import Terminal
    from lodetrace.documents.signed_document import SignedDocument
    from lodetrace.documents.statement import SiteStatement


class StatementImplausible(Refused):
    """A document that every oracle node would refuse."""

    template = "the oracle nodes would refuse it:\n{listed}"
    advice = "Nothing was signed. Correct the document: a number slips easily by a factor of 1000."


def require_plausible(
    terminal: "Terminal", signed: "SignedDocument", statement: "SiteStatement"
) -> None:
    """Warns of what the nodes would flag, raises StatementImplausible for what they refuse.

    What time alone heals is a warning too: the chain's clock may be ahead of this one.
    """
    from lodetrace.plausibility.before_signing import examine_stated
    from lodetrace.plausibility.clock import TEMPORARY
    from lodetrace.plausibility.rulebook import rulebook_at
    from lodetrace.plausibility.stated import Severity, StatedCase

    rules = rulebook_at(statement.to)
    found = examine_stated(StatedCase(signed, statement, rules, int(time.time())))
    refusals = [
        str(one) for one in found if one.severity is Severity.REFUSAL and one.rule not in TEMPORARY
    ]
    if refusals:
        raise StatementImplausible(listed="\n".join(refusals))
    for one in found:
        terminal.warn(str(one))


def sign_rows(statement: "SiteStatement") -> "list[RenderableType]":
    """The statement's figures, for people."""
    weighed = [
        (side, one.epc_class, format_metal(one.wet_mass), format_share(one.moisture),
         ", ".join(f"{symbol} {format_share(share)}" for symbol, share in one.assay.items()))
        for side, analyses in (("in", statement.inputs), ("out", statement.outputs))
        for one in analyses
    ]  # fmt: skip
    lots = [(one.element, hex_of(one.lot), ", ".join(one.batches)) for one in statement.named]
    span = f"{iso_time(statement.from_)} to {iso_time(statement.to)}"
    head = {
        "statement": enum_word(statement.kind),
        "site": statement.site,
        "time": span,
        "kept apart as": enum_word(statement.model),
    }
    metals: list[RenderableType] = [
        fields({"element": symbol, **say_measurement(statement.measurement(symbol))})
        for symbol in statement.elements
    ]
    columns = ("", "batch", "wet mass>", "moisture>", "assay of the dry mass")
    named = [rows(("element", "lot", "batches in it"), lots)] if lots else []
    return [fields(head), rows(columns, weighed), *named, *metals]
