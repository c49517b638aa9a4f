"""Further frauds and mistakes, thought of after the rules were written: dates, units, deliveries.

Told like those of fraud_cases.py; each ends with the report that has to name the rule.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from lodetrace.plausibility.stated import Severity
from oracle.examination import FileReport
from oracle.history import DocumentHistory
from tests.unit.oracle.clean_year import CleanYear
from tests.unit.oracle.fraud_cases import (
    FLAGGED,
    REFUSED,
    SAIMAA,
    TISZA,
    Act,
    Fraud,
    World,
    moved,
    recycled,
)
from tests.unit.oracle.mine_output import HOUR
from tests.unit.oracle.village import Edit, event_of

DAY: Final = 24 * HOUR
FRESH: Final[list[Fraud]] = []


def fraud(words: str, rule: str, severity: Severity = FLAGGED) -> Callable[[Act], Act]:
    """Enters a case."""

    def enter(act: Act) -> Act:
        FRESH.append(Fraud(words, rule, severity, act))
        return act

    return enter


# days and hours


@fraud("a delivery weighed in Finland eight days after the filling in Kolwezi", "transit-too-fast",
       REFUSED)  # fmt: skip
def _weighed_too_soon(world: World) -> FileReport:
    world.story(*SAIMAA[:-1])
    return world.file("saimaa-receiving", "saimaa-refinery", dated("2026-01-21"))


@fraud("a delivery weighed before it was filled: day and month changed places", "before-parent",
       REFUSED)  # fmt: skip
def _weighed_before(world: World) -> FileReport:
    world.story(*SAIMAA[:-1])
    return world.file("saimaa-receiving", "saimaa-refinery", dated("2026-01-03"))


@fraud("a container dated three weeks back, into the time of a certificate", "number-out-of-order")
def _dated_back(world: World) -> FileReport:
    [one] = world.next()
    return world.mine(replace(one, end=one.end - 21 * DAY))


@fraud("a laboratory's certificate older than the container that it is shown for",
       "certificate-too-early")  # fmt: skip
def _old_certificate(world: World) -> FileReport:
    world.story("mwinda-mine-M25")
    raw = world.village.unsigned("delfland-measurement-L12")
    event = event_of(raw)
    for name in ("declaredQuantityList", "inputAnalysis", "lots"):
        del event[f"lodetrace:{name}"]
    filled = event_of(world.village.unsigned("mwinda-mine-M25"))
    event["lodetrace:statement"] = "certificate"
    event["quantityList"] = filled["quantityList"]
    event["lodetrace:analysis"] = filled["ilmd"]["lodetrace:analysis"]
    dated("2026-01-09")(raw)
    path = world.folder / "certificate.json"
    return world.node.examine(world.village.sign(raw, path, by="delfland-laboratory"),
                              world.village)  # fmt: skip


# units


@fraud("20 tonnes written in short tons", "mass-unlike-site")
def _short_tons(world: World) -> FileReport:
    [one] = world.next()
    return world.mine(replace(one, wet_kg=one.wet_kg * 11_023 // 10_000))


@fraud("20 tonnes written as 20 kg, and the carbon with them", "mass-unlike-site")
def _kilograms(world: World) -> FileReport:
    [one] = world.next()
    return world.mine(replace(one, wet_kg=one.wet_kg // 1_000, energy=None))


@fraud("moisture as a share of the dry mass", "moisture-unlike-site")
def _on_dry(world: World) -> FileReport:
    [one] = world.next()
    return world.mine(replace(one, moisture=one.moisture * 1_000 // (1_000 - one.moisture)))


# deliveries


@fraud("assays of two deliveries swapped in the receiving document", "batch-assay")
def _swapped(world: World) -> FileReport:
    world.story(*SAIMAA[:-1], "lukusa-mine-L05")

    def swap(raw: dict[str, Any]) -> None:
        first, other = event_of(raw)["lodetrace:analysis"][:2]
        lean = event_of(world.village.unsigned("lukusa-mine-L05"))
        [made] = lean["ilmd"]["lodetrace:analysis"]
        other["lodetrace:epcClass"] = made["lodetrace:epcClass"]
        event_of(raw)["quantityList"][1] = lean["quantityList"][0]
        other["lodetrace:moisture"] = made["lodetrace:moisture"]
        other["lodetrace:assay"] = first["lodetrace:assay"]
        first["lodetrace:assay"] = made["lodetrace:assay"]

    return world.file("saimaa-receiving", "saimaa-refinery", swap)


@fraud("each delivery assayed 2.2 % richer than the mine assayed it", "deliveries-gain")
def _always_richer(world: World) -> FileReport:
    return _told(world, filled=12, richer=22, name="arrival")


@fraud("two tonnes taken out of a container on its way", "delivery-differs")
def _taken_out(world: World) -> FileReport:
    world.story("mwinda-mine-M05", "mwinda-shipping-M05")

    def lighter(raw: dict[str, Any]) -> None:
        event_of(raw)["quantityList"][0]["quantity"] = 17_835

    return world.file("dongfan-receiving-M05", "dongfan-refinery", lighter)


@fraud("one container shipped to two buyers", "batch-overshipped")
def _shipped_twice(world: World) -> FileReport:
    world.story("mwinda-mine-M05", "mwinda-shipping-M05")
    return world.file("mwinda-shipping-M05", "mwinda-mine", dated("2026-01-23"))


@fraud("a delivery of scrap booked in twice, and twice its metal born", "batch-heavier")
def _booked_in_twice(world: World) -> FileReport:
    world.story(*TISZA)
    return world.file("schelde-receiving-S26-1", "schelde-recycling", moved(48))


@fraud("a delivery of bought scrap booked in twice, of a maker that nobody here knows",
       "delivery-repeated")  # fmt: skip
def _bought_twice(world: World) -> FileReport:
    world.file("schelde-receiving-S26-1", "schelde-recycling", another_scrap(1))
    again = another_scrap(1)
    return world.file("schelde-receiving-S26-1", "schelde-recycling", again, moved(48))


@fraud("hydroxide of a mine received as scrap", "batch-substance")
def _mined_as_scrap(world: World) -> FileReport:
    world.story("mwinda-mine-M05")

    def renamed(raw: dict[str, Any]) -> None:
        text = json.dumps(raw).replace("9521234000099/10/S26-1", "9521234000013/10/M05")
        raw.clear()
        raw.update(json.loads(text))

    return world.file("schelde-receiving-S26-1", "schelde-recycling", renamed)


# what it is called, and what is lost


@fraud("a mine that attests recycled metal", "credit-not-of-site", REFUSED)
def _recycled_ore(world: World) -> FileReport:
    return world.file("mwinda-mine-M28", "mwinda-mine", attests("recycledManufacturing"))


@fraud("production scrap born again as post-consumer metal", "post-consumer-not-seen")
def _not_of_consumers(world: World) -> FileReport:
    world.story(*TISZA)
    twice = recycled(14_000, "R79")
    for at in range(20):
        world.file("schelde-receiving-S26-1", "schelde-recycling", another_scrap(at))
    return world.file("schelde-R01", "schelde-recycling", *twice, moved(24 * 95))


@fraud("a refinery that loses 4 % in two runs, where it has always lost 1.5 %", "loss-unlike-site")
def _lost_on_paper(world: World) -> FileReport:
    return _told(world, filled=88, last_loss=40, name="https")


@fraud("a container filled again with the seals that it came with", "seal-reused", REFUSED)
def _same_seals(world: World) -> FileReport:
    one, other = world.next(2)
    return world.mine(one, replace(other, seal=f"{one.seal}".lower()))


@fraud("one filling under two numbers, each brought to another three of a panel of four",
       "near-duplicate")  # fmt: skip
def _two_quorums(world: World) -> FileReport:
    """Two quorums of a panel share an inspector: this node."""
    one, other = world.next(2)
    same = {"end": one.end + 90, "wet_kg": one.wet_kg - 15, "moisture": one.moisture - 2}
    return world.mine(one, replace(other, **same))


# edits, and a short year


def dated(day: str) -> Edit:
    """On another day, at the same hours."""

    def edit(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        for name in ("eventTime", "lodetrace:startTime"):
            if name in event:
                event[name] = day + event[name][10:]
        raw["creationDate"] = event["eventTime"]
        datetime.fromisoformat(event["eventTime"])

    return edit


def attests(credit: str) -> Edit:
    """All of it earns one more credit."""

    def edit(raw: dict[str, Any]) -> None:
        event_of(raw)["lodetrace:attested"][f"lodetrace:{credit}"] = "100 %"

    return edit


def another_scrap(at: int) -> Edit:
    """Another delivery of production scrap, of a maker that the node does not know."""

    def edit(raw: dict[str, Any]) -> None:
        text = json.dumps(raw).replace("S26-1", f"S26-{100 + at}")
        raw.clear()
        raw.update(json.loads(text))
        event_of(raw)["quantityList"][0]["quantity"] = 2_000 + 13 * at
        moved(at)(raw)

    return edit


def _told(world: World, name: str, **changes: Any) -> FileReport:
    """The last report of that name in a short year of a mine and a refinery."""
    folder = world.folder / "year"
    folder.mkdir()
    with DocumentHistory(folder / "history.sqlite") as history:
        told = CleanYear(world.village, history, folder, seed=3, **changes)
        told.found()
        return [report for named, report in told.reports if named.startswith(name)][-1]
