"""Runs drawn at random, in the words of the independent model of protocol 2."""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import floor

from hypothesis import strategies as st

from tests.model.protocol_2.book import Balance2, BookedLot, Material
from tests.model.protocol_2.events import EventKind, Plant, SiteStatement
from tests.model.protocol_2.ground import Ground
from tests.model.protocol_2.rules import ActRefused
from tests.model.protocol_2.runs import Runs, Wanted, _balances
from tests.model.runs import Model

PLANT = Plant("plant", "operator", "place", tolerance=20_000)
GATES = (True, False, True, False)
MODELS = (Model.CONTROLLED_BLENDING, Model.MASS_BALANCE)
MATERIALS = (Material.SULPHATE, Material.PACK, Material.SCRAP)


@dataclass(frozen=True)
class Drawn:
    """A run as it is proposed; statement None is a rebook."""

    consumed: tuple[BookedLot, ...]
    wanted: tuple[Wanted, ...]
    model: Model
    statement: SiteStatement | None

    def is_accepted(self) -> bool:
        """Whether the model has nothing against its metal and its units."""
        judge = Runs(Ground(), None, None, None, None)  # type: ignore[arg-type]
        try:
            if self.statement is None:
                kept = sum(lot.balance.metal for lot in self.consumed)
                if kept != sum(one.metal for one in self.wanted):
                    return False
                judge._require_equal_units(self.wanted, sum(lot.units for lot in self.consumed))
            else:
                judge._require_metal(self.statement, PLANT, self.consumed, self.wanted)
                judge._require_units(self.statement, self.wanted)
        except ActRefused:
            return False
        return True

    def balances(self) -> list[Balance2]:
        """The outputs by the model's arithmetic, in fractions."""
        gates = (True,) * 4 if self.statement is None else GATES
        return _balances(self.consumed, self.wanted, self.model, gates, self.statement)


def lots(largest: int) -> st.SearchStrategy[BookedLot]:
    """A lot with up to so much metal."""

    @st.composite
    def draw_lot(draw: st.DrawFn) -> BookedLot:
        metal = draw(st.integers(1, largest))
        carbon = draw(st.integers(0, largest))
        post_consumer = draw(st.integers(0, metal))
        credits = (
            draw(st.integers(0, metal)),
            post_consumer,
            draw(st.integers(0, metal - post_consumer)),
            draw(st.integers(0, metal)),
        )
        cahra, direct = draw(st.integers(0, metal)), draw(st.integers(0, carbon))
        balance = Balance2(metal, carbon, cahra, credits, direct)
        return BookedLot(
            "lot", "holder", balance, Material.HYDROXIDE, Model.IDENTITY_PRESERVED, 0, 0, 0, 1,
            frozenset(), {"birth": Fraction(metal)}, draw(st.integers(1, 9)),
        )  # fmt: skip

    return draw_lot()


@st.composite
def runs(draw: st.DrawFn, largest: int = 10**12) -> Drawn:
    """One that keeps the rules, with an event or on paper."""
    consumed = tuple(draw(st.lists(lots(largest), min_size=1, max_size=4)))
    metal_in = sum(lot.balance.metal for lot in consumed)
    on_paper = draw(st.booleans())
    metal_out = metal_in if on_paper else draw(st.integers(1, metal_in))
    metals = _cut(draw, metal_out, draw(st.integers(1, min(4, metal_out))))
    material = draw(st.sampled_from(MATERIALS[:2]))
    wanted = tuple(Wanted(f"out {at}", metal, material) for at, metal in enumerate(metals))
    if not on_paper and len(wanted) > 1 and draw(st.booleans()):
        wanted = (*wanted[:-1], replace(wanted[-1], material=Material.SCRAP))
    units = sum(lot.units for lot in consumed) if on_paper else draw(st.integers(1, 10**6))
    wanted = _in_units(wanted, units)
    statement = None if on_paper else _attested(draw, consumed, wanted)
    return Drawn(consumed, wanted, draw(st.sampled_from(MODELS)), statement)


@st.composite
def proposals(draw: st.DrawFn) -> Drawn:
    """One that may break a rule, by a little."""
    drawn = draw(runs(largest=60))
    step = st.integers(-2, 2)
    wanted = tuple(
        replace(one, metal=max(1, one.metal + draw(step)), units=max(1, one.units + draw(step)))
        for one in drawn.wanted
    )
    statement = drawn.statement
    if statement is not None:
        statement = replace(
            statement,
            product=max(0, statement.product + draw(step)),
            scrap=max(0, statement.scrap + draw(step)),
            units=max(0, statement.units + draw(step)),
            metal_in=tuple(max(0, metal + draw(step)) for metal in statement.metal_in),
        )
    kept = sum(lot.balance.metal for lot in drawn.consumed)
    if sum(one.metal for one in wanted) > kept:
        wanted = drawn.wanted
    return replace(drawn, wanted=wanted, statement=statement)


def _cut(draw: st.DrawFn, metal: int, parts: int) -> list[int]:
    """Positive parts that add up to the metal."""
    if parts == 1:
        return [metal]
    cuts = draw(st.sets(st.integers(1, metal - 1), min_size=parts - 1, max_size=parts - 1))
    edges = [0, *sorted(cuts), metal]
    return [high - low for low, high in pairwise(edges)]


def _in_units(wanted: tuple[Wanted, ...], units: int) -> tuple[Wanted, ...]:
    """Equal units, by metal; bulk where there are too many for that."""
    series = [one for one in wanted if one.material.in_units]
    if not series:
        return wanted
    metal = sum(one.metal for one in series)
    counts = _rounded([Fraction(units * one.metal, metal) for one in series])
    metals = _rounded([Fraction(metal * count, units) for count in counts])
    if min(*counts, *metals, 1) < 1:
        bulk = (replace(one, material=Material.SULPHATE) for one in series)
        return (*bulk, *wanted[len(series) :])
    equal = (
        replace(one, units=count, metal=mass)
        for one, count, mass in zip(series, counts, metals, strict=True)
    )
    return (*equal, *wanted[len(series) :])


def _rounded(parts: list[Fraction]) -> list[int]:
    """Whole numbers of the same sum, each less than 1 away from its part."""
    whole = [floor(part) for part in parts]
    left = sum(parts) - sum(whole)
    nearest = sorted(range(len(parts)), key=lambda at: whole[at] - parts[at])
    return [number + (at in nearest[: int(left)]) for at, number in enumerate(whole)]


def _attested(
    draw: st.DrawFn, consumed: tuple[BookedLot, ...], wanted: tuple[Wanted, ...]
) -> SiteStatement:
    scrap = sum(one.metal for one in wanted if one.material is Material.SCRAP)
    product = sum(one.metal for one in wanted) - scrap
    off = [lot.balance.metal * PLANT.tolerance // 10**6 for lot in consumed]
    fed = (draw(st.integers(-most, most)) for most in off)
    carbon = draw(st.integers(0, 10**12))
    return SiteStatement(
        "plant", 1, EventKind.PROCESS, 0, 1,
        metal_in=tuple(lot.balance.metal + more for lot, more in zip(consumed, fed, strict=True)),
        product=product,
        scrap=scrap,
        carbon=carbon,
        direct=draw(st.integers(0, carbon)),
        units=sum(one.units for one in wanted if one.material.in_units),
    )  # fmt: skip
