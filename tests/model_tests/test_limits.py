"""What the rules do not prevent, with numbers: each is told in the documentation.

Every story here keeps all rules of spec 5 to 8 and says more than the metal can bear. They
pin the limits, so that whoever closes one sees which claim it was about.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.model.balance import Event
from tests.model.claims import Measure
from tests.model.history import Ledger
from tests.model.lots import SCRAP, Made, Site
from tests.model.rules import Refused, Rule
from tests.model.runs import Model

OPEN = (True, True, True, False, False)
PLANT = Site(gates=OPEN, loss_to=200_000)
RESPONSIBLE, POST_CONSUMER, MANUFACTURING = (frozenset({k}) for k in range(3))


def share(book: Ledger, lot: str, mask: frozenset[int] = RESPONSIBLE) -> int:
    """ppm that the lot proves."""
    return book.claim(lot, Measure.CREDIT, 0, mask)


def born(book: Ledger, name: str, metal: int, credit: int, model: Model, material: str) -> None:
    event = Event(metal, 10 * metal, attested=(credit, 0, 0, 0, 0))
    book.birth(name, event, cahra=credit == 0, model=model, material=material)


@pytest.mark.parametrize("model", [Model.SEGREGATED, Model.CONTROLLED_BLENDING])
def test_write_off_takes_carbon_along_where_loss_leaves_it(model: Model) -> None:
    """Under every model: 100 of 1000 mg end, 10 g CO2e per g become 11.1 or stay 10."""
    honest, clever = Ledger(), Ledger()
    for book in (honest, clever):
        born(book, "lot", 1000, 1000, model, "salt")
    event = Event(900, 0, 1000)
    honest.process(["lot"], {"kept": Made(900)}, event, event_name="e", site=PLANT, model=model)
    clever.rebook(["lot"], {"kept": Made(900), "lost": Made(100)}, model=model)
    assert clever.write_off("lost").carbon == 1000
    intensities = [book.claim("kept", Measure.CARBON, 10**9) for book in (honest, clever)]
    assert intensities == [11_111_112, 10_000_000]


def test_rebooking_dilutes_high_risk_origin_on_paper() -> None:
    """Controlled blending without an event: 100 % and 0 % become 50 % and 50 %."""
    book = Ledger()
    born(book, "far", 1000, 1000, Model.CONTROLLED_BLENDING, "salt")
    born(book, "near", 1000, 0, Model.CONTROLLED_BLENDING, "salt")
    book.rebook(
        ["far", "near"],
        {"one": Made(1000), "two": Made(1000)},
        model=Model.CONTROLLED_BLENDING,
    )
    assert [book.claim(lot, Measure.CAHRA, 500_000) for lot in ("one", "two")] == [500_000] * 2


@pytest.mark.parametrize("model", [Model.SEGREGATED, Model.CONTROLLED_BLENDING, Model.MASS_BALANCE])
def test_units_of_a_series_need_not_weigh_the_same(model: Model) -> None:
    """A car of one good and one bad pack proves 99.99 % instead of 50 %: the bad metal of
    9 999 packs was rebooked into one pack, which goes nowhere."""
    book = Ledger()
    born(book, "good", 10**11, 10**11, model, "ore")
    born(book, "bad", 10**11, 0, model, "ore")
    for name in ("good", "bad"):
        event = Event(10**11, 0, 10**11)
        made = {f"{name} packs": Made(10**11, "pack", 10_000)}
        book.process([name], made, event, event_name=f"{name} e", site=PLANT, model=model)
    light = {"light": Made(9_999_000, "pack", 9_999), "heavy": Made(10**11 - 9_999_000, "pack", 1)}
    book.rebook(["bad packs"], light, model=model)
    book.assign("car", "good packs", 1)
    book.assign("car", "light", 1)
    book.seal("car")
    total = book.total("car", scale=9_999 * 10_000)
    assert total.complete
    assert book.claim(total, Measure.CREDIT, 999_000, RESPONSIBLE) == 999_900
    assert book.claim(total, Measure.CAHRA, 1_000) == 100


def test_whole_production_may_be_called_scrap() -> None:
    """1000 mg of new metal become 1000 mg of recycled manufacturing waste in two runs."""
    book = Ledger()
    born(book, "new", 1000, 0, Model.SEGREGATED, "salt")
    event = Event(1000, 0, 1000)
    book.process(
        ["new"],
        {"scrap": Made(1000, SCRAP)},
        event,
        event_name="e1",
        site=PLANT,
        model=Model.SEGREGATED,
    )
    book.recover(
        ["scrap"],
        {"recycled": Made(1000, "salt")},
        event,
        event_name="e2",
        site=PLANT,
        model=Model.SEGREGATED,
    )
    assert share(book, "recycled", MANUFACTURING) == 1_000_000


def test_products_may_retire_on_the_day_they_are_made() -> None:
    """The same 1000 mg stand in two cars' passports, in the second as 100 % post-consumer."""
    book = Ledger()
    born(book, "packs", 1000, 1000, Model.SEGREGATED, "pack")
    book.assign("first car", "packs", 1)
    first = book.total("first car", scale=1)
    book.retire("packs")
    event = Event(1000, 0, 1000)
    book.recover(
        ["packs"],
        {"salt": Made(1000, "pack")},
        event,
        event_name="e",
        site=PLANT,
        model=Model.SEGREGATED,
    )
    book.assign("second car", "salt", 1)
    second = book.total("second car", scale=1)
    assert book.claim(first, Measure.CREDIT, 0, RESPONSIBLE) == 1_000_000
    assert book.claim(second, Measure.CREDIT, 0, POST_CONSUMER) == 1_000_000
    assert book.claim(second, Measure.CREDIT, 0, RESPONSIBLE) == 1_000_000


def test_metal_that_left_the_books_may_be_born_again_without_its_past() -> None:
    """Written off with its high-risk origin, born at a recycler whose own place is none."""
    book = Ledger()
    born(book, "ore", 1000, 0, Model.SEGREGATED, "ore")
    assert book.write_off("ore").cahra == 1000
    recycled = Event(1000, 0, attested=(0, 0, 1000, 0, 0))
    book.birth("again", recycled, cahra=False, material="salt")
    assert book.claim("again", Measure.CAHRA, 0) == 0
    assert share(book, "again", MANUFACTURING) == 1_000_000


def test_birth_may_be_called_segregated_without_being_whole() -> None:
    """Spec 5 does not ask; the first run drops the credit."""
    book = Ledger()
    born(book, "lot", 1000, 600, Model.SEGREGATED, "ore")
    assert share(book, "lot") == 600_000
    book.rebook(["lot"], {"next": Made(1000)}, model=Model.SEGREGATED)
    assert share(book, "next") == 0


def test_four_coprime_series_have_no_common_scale() -> None:
    """Scales have 32 bits: lcm(997, 1009, 1013, 1019) = 1.04e12 has 40, so no total exists."""
    book = Ledger()
    for count in (997, 1009, 1013, 1019):
        event = Event(10**10)
        book.birth(f"{count}", event, material="pack", count=count)
        book.assign("car", f"{count}", 1)
    scale = 997 * 1009 * 1013 * 1019
    assert scale.bit_length() == 40
    with pytest.raises(Refused) as refused:
        book.total("car", scale=scale // 997)
    assert refused.value.rule is Rule.WEIGHT_EXACT
    with pytest.raises(Refused) as refused:
        book.total("car", scale=scale)
    assert refused.value.rule is Rule.WEIGHT_RANGE


def test_tiny_splits_gain_nothing() -> None:
    """The other direction: 100 splits into single mg only lose credit and gain burden."""
    book = Ledger()
    event = Event(100, 101, attested=(99, 0, 0, 0, 0))
    book.birth("lot", event, cahra=True, model=Model.CONTROLLED_BLENDING, material="ore")
    names, rest, at = [], "lot", 0
    while book.lots[rest].balance.metal > 1:
        metal = book.lots[rest].balance.metal
        wanted = {f"mg {at}": Made(1), f"rest {at}": Made(metal - 1)}
        book.rebook([rest], wanted, model=Model.CONTROLLED_BLENDING)
        names.append(f"mg {at}")
        rest, at = f"rest {at}", at + 1
    crumbs = [book.lots[name].balance for name in [*names, rest]]
    assert sum(crumb.metal for crumb in crumbs) == 100
    assert sum(crumb.carbon for crumb in crumbs) >= 101
    assert sum(crumb.cahra for crumb in crumbs) == 100
    assert sum(crumb.credits[0] for crumb in crumbs) == 0


def test_unbooked_metal_enters_within_the_tolerance() -> None:
    """0.5 % of the scale hides 5 of 1000 mg: real loss 5, fed 5, declared loss 0."""
    book = Ledger()
    born(book, "lot", 1000, 1000, Model.SEGREGATED, "ore")
    fed = Event(1000, 0, 1005)
    plant = replace(PLANT, tolerance=5_000)
    result = book.process(
        ["lot"], {"salt": Made(1000)}, fed, event_name="e", site=plant, model=Model.SEGREGATED
    )
    assert (result.loss, result.in_band) == (0, True)
