"""A maker's own numbers find its products, and nobody learns which one was looked up."""

from pathlib import Path
from typing import Any, cast

import pytest

from lodetrace.contracts.events import ProductDeclared, ProductSealed
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.product_lookup import (
    IdentifiersUnreadable,
    find_products,
    identifiers_in,
    require_some,
)
from lodetrace.member.products import ProductIdentifierEmpty, product_id, product_label
from lodetrace.member.session import MemberSession


class Declared:
    """A chain on which a maker declared some products; notes what it is asked."""

    def __init__(self, keys: MemberKeys) -> None:
        self.keys, self.account = keys, keys.account
        self.contracts = self
        self.asked: list[Any] = []
        self.events: list[Any] = []

    def declare(self, identifier: str) -> bytes:
        named = product_id(cast("MemberSession", self), identifier)
        label = product_label(cast("MemberSession", self), identifier)
        self.events.append(ProductDeclared(named, self.account, label))
        return named

    def happened(self, kind: type, **indexed: Any) -> list[Any]:
        self.asked.append((kind, indexed))
        return [one for one in self.events if isinstance(one, kind)]


def found(chain: Declared, *identifiers: str) -> list[tuple[bytes | None, bool]]:
    told = find_products(cast("MemberSession", chain), identifiers)
    assert [one.identifier for one in told] == [*identifiers]
    return [(one.product, one.sealed) for one in told]


def test_numbers_find_their_products_however_they_are_typed() -> None:
    chain = Declared(MemberKeys.for_development(7))
    car, pack = chain.declare("WVWZZZ1JZXW000001"), chain.declare("PACK-17")
    chain.events.append(ProductSealed(car))
    told = found(chain, "pack-17", "WVWZZZ1JZXW000002", " wvwzzz1jzxw000001 ")
    assert told == [(pack, False), (None, False), (car, True)]


def test_only_the_maker_can_tell() -> None:
    maker = Declared(MemberKeys.for_development(7))
    maker.declare("WVWZZZ1JZXW000001")
    other = Declared(MemberKeys.for_development(8))
    other.events = maker.events
    assert found(other, "WVWZZZ1JZXW000001") == [(None, False)]


def test_no_question_names_what_is_looked_up() -> None:
    chain = Declared(MemberKeys.for_development(7))
    chain.declare("WVWZZZ1JZXW000001")
    found(chain, *(f"WVWZZZ1JZXW{number:06}" for number in range(100)))
    assert chain.asked == [(ProductDeclared, {"account": chain.account}), (ProductSealed, {})]


def test_a_file_has_one_number_a_line(tmp_path: Path) -> None:
    file = tmp_path / "numbers.txt"
    file.write_bytes("\ufeffA-1\r\n\n  B 2  \n".encode())
    assert identifiers_in(file) == ["A-1", "B 2"]
    file.write_bytes(b"\xff\xfe")
    for path in (file, tmp_path / "none", tmp_path):
        with pytest.raises(IdentifiersUnreadable):
            identifiers_in(path)
    with pytest.raises(ProductIdentifierEmpty):
        require_some([])
