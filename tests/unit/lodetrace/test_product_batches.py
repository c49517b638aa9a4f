"""A list of products against a chain that keeps a few of the rules."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from lodetrace.contracts.enums import LotState, Material
from lodetrace.contracts.events import ProductDeclared, ProductSealed, UnitsAssigned
from lodetrace.errors import InputError
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member import product_batches
from lodetrace.member.product_batches import (
    AskedPart,
    ProductPlan,
    RowLeft,
    make_products,
    own_products,
    plan_products,
)
from lodetrace.member.products import product_id
from lodetrace.member.session import Act, MemberSession

LOT, OTHER, SCRAP = b"\x01" * 32, b"\x02" * 32, b"\x03" * 32


class Killed(Exception):
    """The process ended."""


class Refusal(InputError):
    template, advice = "refused", "none"


@dataclass
class View:
    """What own_lot tells of a lot."""

    lot: Any
    state: LotState = LotState.ACTIVE
    on_hold: bool = False


@dataclass
class Series:
    count: int
    material: Material = Material.PACK


@dataclass
class Chain:
    """A maker's session; after `sends` transactions it is killed."""

    keys: MemberKeys = field(default_factory=lambda: MemberKeys.for_development(7))
    events: list[Any] = field(default_factory=list)
    names: dict[bytes, str] = field(default_factory=dict)
    sent: list[Act] = field(default_factory=list)
    sends: int = 1_000
    refuses: set[bytes] = field(default_factory=set)
    lots: dict[bytes, View] = field(
        default_factory=lambda: {
            LOT: View(Series(10)),
            OTHER: View(Series(2)),
            SCRAP: View(Series(5, Material.SCRAP)),
        }
    )

    @property
    def account(self) -> str:
        return self.keys.account

    contracts = vault = reads = property(lambda self: self)

    def happened(self, kind: type, **indexed: Any) -> list[Any]:
        lots = indexed.get("lot")
        found = [one for one in self.events if isinstance(one, kind)]
        return [one for one in found if lots is None or one.lot in lots]

    def keep_products(self, names: dict[bytes, str]) -> None:
        self.names |= names

    def products(self) -> dict[bytes, str]:
        return self.names

    def assigned_units(self, lot: bytes) -> int:
        return sum(one.units for one in self.happened(UnitsAssigned, lot=[lot]))

    def send_each(self, acts: list[Act], told: Any) -> dict[Act, Refusal]:
        refused = {}
        for act in acts:
            if len(self.sent) == self.sends:
                raise Killed
            if act.arguments[0] in self.refuses:
                refused[act] = Refusal()
                continue
            self.sent.append(act)
            self._happen(act)
        return refused

    def _happen(self, act: Act) -> None:
        match act.function:
            case "declare":
                (label,) = cast("tuple[bytes]", act.arguments)
                named = bytes.fromhex(act.purpose.removeprefix("declare:"))
                self.events.append(ProductDeclared(named, self.account, label))
            case "assign":
                product, lot, units = cast("tuple[bytes, bytes, int]", act.arguments)
                self.events.append(UnitsAssigned(product, lot, 1, 27, units, 0))
            case "seal":
                self.events.append(ProductSealed(cast("bytes", act.arguments[0])))


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Chain:
    monkeypatch.setattr(
        product_batches, "own_lot", lambda member, lot: (member.lots[lot], "opening")
    )
    return Chain()


def planned(chain: Chain, *parts: AskedPart, unread: tuple[RowLeft, ...] = ()) -> ProductPlan:
    return plan_products(cast("MemberSession", chain), parts, unread, seals=True)


def made(chain: Chain, plan: ProductPlan) -> list[Any]:
    return make_products(cast("MemberSession", chain), plan, lambda done, total: None)


def id_of(chain: Chain, identifier: str) -> bytes:
    return product_id(cast("MemberSession", chain), identifier)


TWO = (
    AskedPart(2, "car-1", LOT, 4),
    AskedPart(3, "car-2", LOT, 6),
    AskedPart(4, " Car -2", OTHER, 1),
)


def test_products_are_declared_filled_and_sealed_once(chain: Chain) -> None:
    plan = planned(chain, *TWO)
    assert [(one.name, one.rows) for one in plan.products] == [("CAR-1", [2]), ("CAR-2", [3, 4])]
    assert made(chain, plan) == []
    kinds = [act.function for act in chain.sent]
    assert kinds == sorted(kinds, key=["declare", "assign", "seal"].index)
    again = planned(chain, *TWO)
    assert again.left == ()
    assert again.open == []
    sent = len(chain.sent)
    assert made(chain, again) == []
    assert len(chain.sent) == sent


@pytest.mark.parametrize("sends", range(7))
def test_whatever_kills_it_the_same_list_goes_on(chain: Chain, sends: int) -> None:
    chain.sends = sends
    with pytest.raises(Killed):
        made(chain, planned(chain, *TWO))
    chain.sends, chain.names = 1_000, {}  # and the home folder is emptied
    assert made(chain, planned(chain, *TWO)) == []
    assert len(chain.sent) == len(set(chain.sent)) == 7
    listed = own_products(cast("MemberSession", chain))
    assert [(one.identifier, one.is_sealed, one.lots, one.units) for one in listed] == [
        ("CAR-1", True, 1, 4),
        ("CAR-2", True, 2, 7),
    ]


def test_a_row_that_is_not_in_order_stops_no_other_one(chain: Chain) -> None:
    plan = planned(
        chain,
        AskedPart(2, "A", LOT, 8),
        AskedPart(3, "B", LOT, 3),
        AskedPart(4, "A", LOT, 1),
        AskedPart(5, "C", SCRAP, 1),
        AskedPart(6, "D", LOT, 2),
        AskedPart(7, "D", OTHER, 3),
    )
    assert {one.row: one.reason for one in plan.left} == {
        3: "the lot has 2 units left for it",
        4: "an earlier row puts units of this lot into it: there is one assignment for each",
        5: "scrap goes into no product",
        7: "the lot has 2 units left for it",
    }
    assert [(one.name, one.parts, one.seals) for one in plan.products] == [
        ("A", {LOT: 8}, False),
        ("D", {LOT: 2}, False),
    ], "nothing is declared for B and C, and nothing is sealed that misses a row"


def test_a_row_that_cannot_be_read_seals_nothing_that_it_may_be_of(chain: Chain) -> None:
    rows = (AskedPart(2, "A", LOT, 1), AskedPart(3, "B", LOT, 1))
    plan = planned(chain, *rows, unread=(RowLeft(4, "no lot", " a "),))
    assert [one.seals for one in plan.products] == [False, True]
    plan = planned(chain, *rows, unread=(RowLeft(4, "a formula", None),))
    assert [one.seals for one in plan.products] == [False, False]


def test_what_stands_otherwise_is_left(chain: Chain) -> None:
    chain.lots[b"\x04" * 32] = View(Series(3), LotState.OFFERED)
    chain.lots[b"\x05" * 32] = View(Series(3), on_hold=True)
    assert made(chain, planned(chain, AskedPart(2, "A", LOT, 2))) == []
    plan = planned(
        chain,
        AskedPart(2, "a", LOT, 2),
        AskedPart(3, "A", OTHER, 1),
        AskedPart(4, "B", b"\x04" * 32, 1),
        AskedPart(5, "B", b"\x05" * 32, 1),
    )
    assert [one.reason for one in plan.left] == [
        "the product is sealed: it gets no further parts",
        "the lot is offered",
        "the lot is on hold",
    ]
    (other,) = planned(chain, AskedPart(2, "A", LOT, 3)).left
    assert other.reason == "it has 2 units of the lot, not 3, for good"


def test_what_the_chain_refuses_stops_no_other_product_and_is_not_sealed(chain: Chain) -> None:
    chain.refuses = {id_of(chain, "A")}
    plan = planned(chain, AskedPart(2, "A", LOT, 1), AskedPart(3, "B", LOT, 1))
    assert [one.name for one, _ in made(chain, plan)] == ["A"]
    sealed = [one.product for one in chain.happened(ProductSealed)]
    assert sealed == [id_of(chain, "B")]
