"""`lodetrace event sign` says which named lots are not the site's, or not free."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lodetrace.cli.named_lots import warn_of_lots
from lodetrace.contracts.enums import LotState, Material
from lodetrace.contracts.structs import HoldOnLot, Lot
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import SiteStatement
from tests.unit.oracle.booked_lots import lot_view

OWN, OTHER = "0x" + "11" * 20, "0x" + "22" * 20
NOW = 1_774_000_000


@dataclass
class Desk:
    """A command whose chain has these lots. said: warnings; held: by group, what is on hold."""

    statement: SiteStatement
    lots: dict[bytes, Lot] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    held: dict[bytes, bytes] = field(default_factory=dict)
    account: str = OWN

    @property
    def terminal(self) -> Any:
        return SimpleNamespace(warn=self.said.append)

    @contextmanager
    def contracts(self) -> Iterator[Any]:
        yield SimpleNamespace(
            call=self._call, node=SimpleNamespace(header=lambda: SimpleNamespace(time=NOW))
        )

    def _call(self, contract: str, function: str, *arguments: Any, **_: Any) -> Any:
        raise AssertionError(function)


class Reads:
    """The views that are asked for."""

    desk: Desk

    def __init__(self, contracts: Any) -> None:
        self.contracts = contracts

    def lot(self, lot: bytes) -> Lot:
        missing = replace(lot_view(OTHER, Material.ORE, 27), state=LotState.NONE)
        return self.desk.lots.get(lot, missing)

    def hold_on(self, lot: bytes) -> HoldOnLot:
        return HoldOnLot(self.desk.held.get(lot, b""), NOW + 5 if lot in self.desk.held else 0)

    def account(self, account: str) -> Any:
        return SimpleNamespace(organisation=account)


@pytest.fixture
def desk(root: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    path = root / "examples" / "cobalt" / "signed" / "saimaa-refining.json"
    statement = SiteStatement.of(SignedDocument.read(path).document)
    free = {one.lot: lot_view(OWN, Material.HYDROXIDE, 27) for one in statement.named}
    found = Desk(statement, free)
    monkeypatch.setattr("lodetrace.onchain.reads.Reads", type("Reads", (Reads,), {"desk": found}))
    return found


def told(desk: Desk, **changes: object) -> str:
    """What is said once a lot is changed."""
    first = desk.statement.named[0].lot
    desk.lots[first] = replace(desk.lots[first], **changes)  # type: ignore[arg-type]
    warn_of_lots(desk, desk.statement)  # type: ignore[arg-type]
    [said] = desk.said
    assert f"0x{first.hex()}" in said
    return said


def test_free_lots_of_the_site_need_no_word(desk: Desk) -> None:
    warn_of_lots(desk, desk.statement)  # type: ignore[arg-type]
    assert desk.said == []


def test_a_lot_that_is_offered(desk: Desk) -> None:
    assert "offered until" in told(desk, state=LotState.OFFERED, until=NOW + 5)


def test_a_lot_whose_offer_has_lapsed_is_free(desk: Desk) -> None:
    first = desk.statement.named[0].lot
    desk.lots[first] = replace(desk.lots[first], state=LotState.OFFERED, until=NOW - 5)
    warn_of_lots(desk, desk.statement)  # type: ignore[arg-type]
    assert desk.said == []


def test_a_lot_on_hold(desk: Desk) -> None:
    desk.held[desk.statement.named[0].lot] = b"group".ljust(32, b"\0")
    assert "on hold until" in told(desk)


def test_a_lot_of_others(desk: Desk) -> None:
    assert "another organisation" in told(desk, account=OTHER)


def test_a_lot_of_another_metal(desk: Desk) -> None:
    assert "is of Ni, not of Co" in told(desk, element=28)


def test_a_lot_that_is_nowhere(desk: Desk) -> None:
    del desk.lots[desk.statement.named[1].lot]
    warn_of_lots(desk, desk.statement)  # type: ignore[arg-type]
    [said] = desk.said
    assert "not on this chain" in said


def test_where_no_chain_is_at_hand_the_site_hears_that(run, root: Path, tmp_path: Path) -> None:
    source = root / "examples" / "cobalt" / "documents" / "saimaa-refining.jsonld"
    words = ("event", "sign", str(source), "--sequence", "7", "--dev-index", "3", "--yes")
    done = run(*words, "--out", str(tmp_path / "signed.json"))
    assert done.exit_code == 0, done.stderr
    assert "not looked up" in " ".join(done.stderr.split())
