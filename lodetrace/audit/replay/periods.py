"""Periods of continuous sites: none overlaps, none is left out, and what lies in a plant goes on.

A bundle shows the periods that its lots come from. What it shows is checked against what it
shows: a period before the stock that it took, and the stock that a period left beside the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lodetrace.audit.made_lots import MadeLot
from lodetrace.audit.replay import labels
from lodetrace.audit.replay.attestations import StandingRecord
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.lots import StockBound
from lodetrace.audit.replay.run_materials import MaterialMismatch
from lodetrace.audit.replay.run_rules import Inputs
from lodetrace.contracts.enums import CustodyModel, Material
from lodetrace.text import hex_of, iso_time


class PeriodGap(HistoryRefused):
    """A period that does not begin when the one before it ended."""

    template = "step {step}, {item}: its period begins {actual}, the one before ended {expected}"


class StockNotNamed(HistoryRefused):
    """A period that left out what lay in the plant when it began."""

    template = "step {step}, {item}: stock {stock} lay in the plant, and did not go in"


@dataclass(frozen=True, slots=True)
class BookedPeriod:
    """A period that a run was made of. since: as its site was continuous then."""

    since: int
    end: int
    stock: bytes | None


class Periods:
    """The booked periods that are shown, by site and element."""

    def __init__(self) -> None:
        self._last: Final[dict[tuple[bytes, int], BookedPeriod]] = {}
        self._homes: Final[dict[bytes, tuple[bytes, BookedPeriod]]] = {}

    def require(self, standing: StandingRecord, inputs: Inputs, item: str) -> None:
        """That it follows those before it, and takes the stock of its own plant alone."""
        statement, since = standing.statement, standing.continuous_since
        for taken in inputs:
            if taken.nature.material == Material.IN_PROCESS:
                self._require_home(standing, taken.id, item)
        last = self._last.get((statement.site, statement.element))
        if last is None:
            return
        if statement.from_ < last.end:
            raise _gap(item, statement.from_, last.end)
        adjoins = since == last.since and statement.from_ == last.end
        if last.stock is not None and adjoins and last.stock not in {one.id for one in inputs}:
            raise StockNotNamed(item=item, stock=hex_of(last.stock))

    def close(
        self, standing: StandingRecord, model: CustodyModel, made: Iterable[MadeLot], item: str
    ) -> None:
        """One lot of stock at most, by mass balance, at a site that is continuous."""
        statement, since = standing.statement, standing.continuous_since
        stock = [one.lot for one in made if one.material == Material.IN_PROCESS]
        if len(stock) > int(since != 0 and model is CustodyModel.MASS_BALANCE):
            material = int(Material.IN_PROCESS)
            raise MaterialMismatch(item=item, actual=material, reason="is not made")
        if since == 0:
            return
        booked = BookedPeriod(since, statement.to, stock[0] if stock else None)
        self._last[statement.site, statement.element] = booked
        if stock:
            self._homes[stock[0]] = (statement.site, booked)

    def _require_home(self, standing: StandingRecord, stock: bytes, item: str) -> None:
        statement, home = standing.statement, self._homes.get(stock)
        if home is None or home[0] != statement.site:
            raise StockBound(item=labels.lot(stock), reason=f"it went into {item}")
        before = home[1]
        if before.since == standing.continuous_since and statement.from_ != before.end:
            raise _gap(item, statement.from_, before.end)


def _gap(item: str, begins: int, ended: int) -> PeriodGap:
    return PeriodGap(item=item, actual=iso_time(begins), expected=iso_time(ended))
