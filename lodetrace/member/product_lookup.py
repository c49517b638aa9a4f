"""Which products on chain are those of the maker's own numbers: of vehicles, packs, anything.

Labels are made here, with the member's secret, and compared here with those that its account
declared. Nobody is asked about a single one, not even the member's own node.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lodetrace.contracts.events import ProductDeclared, ProductSealed
from lodetrace.errors import InputError
from lodetrace.member.products import ProductIdentifierEmpty, product_label
from lodetrace.member.session import MemberSession

LARGEST_FILE = 64 << 20
"""Bytes."""


class IdentifiersUnreadable(InputError):
    """A file that has no identifiers."""

    template = "{path}: {reason}"
    advice = "Write one identifier a line, in UTF-8."


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """product: its id, None where this account declared none for the identifier."""

    identifier: str
    product: bytes | None
    sealed: bool


def find_products(member: MemberSession, identifiers: Sequence[str]) -> list[FoundProduct]:
    """In the order of the identifiers; two questions to the node, however many there are.

    Raises ProductIdentifierEmpty.
    """
    labels = [product_label(member, one) for one in identifiers]
    declared = member.contracts.happened(ProductDeclared, account=member.account)
    by_label = {one.label: one.product for one in declared}
    sealed = {one.product for one in member.contracts.happened(ProductSealed)}
    found = [by_label.get(label) for label in labels]
    return [
        FoundProduct(identifier, product, product in sealed)
        for identifier, product in zip(identifiers, found, strict=True)
    ]


def identifiers_in(path: Path) -> list[str]:
    """One a line, blank lines left out; raises IdentifiersUnreadable."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise IdentifiersUnreadable(path=path, reason=f"more than {LARGEST_FILE} bytes")
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise IdentifiersUnreadable(path=path, reason=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise IdentifiersUnreadable(path=path, reason="it is no UTF-8") from error
    return [line.strip() for line in lines if line.strip()]


def require_some(identifiers: Sequence[str]) -> Sequence[str]:
    """Raises ProductIdentifierEmpty where nothing is looked up."""
    if not identifiers:
        raise ProductIdentifierEmpty()
    return identifiers
