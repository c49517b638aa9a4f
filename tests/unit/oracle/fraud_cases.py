"""Frauds and mistakes that sites could file, each with the rule that stops it.

The first seventeen are those of ../shared/cases/inspectors-frauds.md, in their order. Each is a
story told to a node that knows the site's honest past; it ends with the report that has to name
the rule.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from lodetrace.contracts.enums import Material, RunKind
from lodetrace.documents.epcis import EpcisDocument
from lodetrace.documents.signed_document import SALT_FIELD
from lodetrace.documents.statement import SiteStatement
from lodetrace.plausibility.stated import Severity
from lodetrace.strict_json import parse
from lodetrace.units import PPM
from oracle.examination import FileReport, OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.booked_lots import standing
from tests.unit.oracle.mine_output import HOUR, Container, Mine, electricity, steady
from tests.unit.oracle.test_checks import later
from tests.unit.oracle.village import Edit, Village, event_of

PAST: Final = 40
"""Honest containers that the node has seen of the mine."""
REFUSED, FLAGGED = Severity.REFUSAL, Severity.FLAG


@dataclass
class World:
    """A node with a past, and those who file documents with it."""

    village: Village
    node: OracleNode
    history: DocumentHistory
    folder: Path
    number: int = 50_000

    def mine(self, *containers: Container, site: str = "mwinda-mine") -> FileReport:
        """What is found in the last of the containers."""
        pattern = {"mwinda-mine": "mwinda-mine-M01", "tujenge-coop": "tujenge-coop-T01"}[site]
        mine = Mine(self.village, self.folder, site, pattern)
        return [self.node.examine(mine.file(one), self.village) for one in containers][-1]

    def next(self, count: int = 1) -> list[Container]:
        """Honest containers that come next."""
        return list(steady(seed=7, count=PAST + count))[PAST:]

    def story(self, *labels: str) -> None:
        """Documents of the story, seen by the node."""
        for label in labels:
            report = self.node.examine(self.village.signed_path(label), self.village)
            assert not report.refusals, (label, report.refusals)

    def file(self, label: str, by: str, *edits: Edit) -> FileReport:
        """A document of the story with changes, under a number of its own."""
        raw = self.village.unsigned(label)
        for edit in edits:
            edit(raw)
        self.number += 1
        path = self.folder / f"{self.number}.json"
        self.village.sign(raw, path, by=by, sequence=self.number)
        return self.node.examine(path, self.village)

    def hand_over(self, account: str, *labels: str) -> None:
        """The lots are in the hands of another account, free."""
        lots = self.village.lots
        for label in labels:
            lot = bytes.fromhex(self.village.ids[label][2:])
            lots.views[lot] = replace(lots.views[lot], account=self.village.accounts[account])

    def story_until(self, label: str) -> None:
        """All documents of the story before one, in their order."""
        steps = yaml.safe_load((self.village.folder / "story.yaml").read_text("utf-8"))["steps"]
        told = [
            paper
            for step in steps
            for paper in (*step.get("documents", ()), step.get("document"))
            if step["do"] in ("attest", "offer", "accept", "dispute") and paper
        ]
        for paper in dict.fromkeys(told[: told.index(label)]):
            self.node.examine(self.village.signed_path(paper), self.village)

    def feed(self, labels: tuple[str, ...], gain: int, days: int) -> FileReport:
        """Four containers arrive at Saimaa, and a run gains ppm of their metal."""
        self.hand_over("saimaa", *labels)
        four = self._containers(labels, days)
        self.file("saimaa-receiving", "saimaa-refinery", four)
        return self.file("saimaa-refining", "saimaa-refinery", four, gained(gain))

    def _containers(self, labels: tuple[str, ...], days: int) -> Edit:
        """These containers of the mine in place of the story's four, so many days later."""
        pairs = list(zip(("M25", "M26", "M27", "M28"), labels, strict=True))
        filled = {
            new: event_of(self.village.unsigned(f"mwinda-mine-{new}")) for new in labels
        }  # fmt: skip

        def edit(raw: dict[str, Any]) -> None:
            text = json.dumps(raw).replace("SM26-03", f"SM26-{days:02}x")
            for old, new in pairs:
                text = text.replace(f"/10/{old}", f"/10/{new}")
                text = text.replace(self.village.ids[old], self.village.ids[new])
            raw.clear()
            raw.update(json.loads(text))
            event = event_of(raw)
            for name in ("lodetrace:inputAnalysis", "lodetrace:analysis"):
                for one in event.get(name, ()):
                    [made] = filled[one["lodetrace:epcClass"][-3:]]["ilmd"]["lodetrace:analysis"]
                    one |= {key: made[key] for key in ("lodetrace:moisture", "lodetrace:assay")}
            for name in ("inputQuantityList", "quantityList"):
                for one in event.get(name, ()):
                    one["quantity"] = filled[one["epcClass"][-3:]]["quantityList"][0]["quantity"]
            moved(24 * days)(raw)

        return edit


Act = Callable[[World], FileReport]


@dataclass(frozen=True)
class Fraud:
    """words: as docs/oracle.md tells it."""

    words: str
    rule: str
    severity: Severity
    act: Act


FRAUDS: Final[list[Fraud]] = []


def fraud(words: str, rule: str, severity: Severity = FLAGGED) -> Callable[[Act], Act]:
    """Enters a case."""

    def enter(act: Act) -> Act:
        FRAUDS.append(Fraud(words, rule, severity, act))
        return act

    return enter


SAIMAA: Final = (*(f"mwinda-mine-M{number}" for number in (25, 26, 27, 28)), "saimaa-receiving")
TISZA: Final = (
    *(f"mwinda-mine-M{number:02}" for number in range(1, 25)),
    *(f"lukusa-mine-L{number:02}" for number in range(1, 13)),
    *(f"tujenge-coop-T{number:02}" for number in range(1, 5)),
    *SAIMAA, "dongfan-receiving-containers", "dongfan-receiving-M05", "dongfan-receiving-L12",
    "kgalagadi-K01", "schelde-R01", "oulanka-N01", "odra-receiving-R01", "odra-receiving-N01",
    "odra-receiving-K01", "saimaa-refining", "odra-receiving-SM26-03", "dongfan-refining",
    "odra-receiving-DF26-03", "odra-precursor-1", "odra-cathode-1", "tisza-receiving-C26-1",
    "tisza-cells-1", "schelde-receiving-S26-1",
)  # fmt: skip
"""What comes before the first scrap is recovered."""


# the seventeen of the case


@fraud("ten containers with the same mass, moisture and assay", "figures-repeated")
def _copies(world: World) -> FileReport:
    first, *others = world.next(10)
    like = {"wet_kg": first.wet_kg, "moisture": first.moisture, "assay": first.assay}
    return world.mine(first, *(replace(one, **like) for one in others))


@fraud("wet cake stated with 1 % moisture where the site has 25 %", "moisture-unlike-site")
def _dry_on_paper(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], moisture=10))


@fraud("44.9 % cobalt at a mine that has 30 %", "assay-unlike-site")
def _rich_on_paper(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], assay=4_490))


@fraud("20 t made in one second", "rate-above-capacity", REFUSED)
def _in_a_second(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], lasts=1))


@fraud("one container of 200.35 t", "mass-above-packaging", REFUSED)
def _a_zero_too_many(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], wet_kg=200_350))


@fraud("116 t within 2.8 days from a cooperative of 600 t a year", "above-capacity", REFUSED)
def _laundered(world: World) -> FileReport:
    honest = steady(seed=9, count=26)
    start = world.next()[0].end
    for at, one in enumerate(honest):
        report = world.mine(
            replace(one, end=start + at * 2 * HOUR + at, lasts=11 * HOUR, lot=f"T{at:03}",
                    seal=f"TJG-{at}"),
            site="tujenge-coop",
        )  # fmt: skip
        if report.refusals:
            break
    return report


@fraud("four containers processed twice, under two numbers", "batch-overused", REFUSED)
def _twice(world: World) -> FileReport:
    world.story(*SAIMAA, "saimaa-refining")
    return world.file("saimaa-refining", "saimaa-refinery", renamed("SM26-99"), moved(24))


@fraud("26 t weighed of a container that was filled with 20 t", "batch-overused", REFUSED)
def _heavier(world: World) -> FileReport:
    world.story(*SAIMAA)
    return world.file("saimaa-refining", "saimaa-refinery", weighed("M25", 26_000))


@fraud("44 % assayed where the mine had 30 %", "batch-assay", REFUSED)
def _richer(world: World) -> FileReport:
    world.story(*SAIMAA)
    return world.file("saimaa-refining", "saimaa-refinery", analysed("M25", "44.0 %"))


@fraud("six runs in a row that gain 0.49 % each", "gain-adds-up")
def _gains(world: World) -> FileReport:
    world.story(*(f"mwinda-mine-M{number:02}" for number in range(1, 25)))
    labels = [f"M{number:02}" for number in range(1, 25)]
    groups = [tuple(labels[at : at + 4]) for at in range(0, 24, 4)]
    reports = [world.feed(four, 4_900, 8 * at) for at, four in enumerate(groups)]
    assert all(not one.refusals for one in reports), [one.refusals for one in reports]
    return reports[-1]


@fraud("0.51 kg CO2e/kg at a mine whose other documents say 7", "carbon-too-low", REFUSED)
def _clean_on_paper(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], intensity=510))


@fraud("99 % of a recycler's carbon put on nickel", "carbon-share", REFUSED)
def _carbon_moved(world: World) -> FileReport:
    world.story(*TISZA)

    def moved_carbon(raw: dict[str, Any]) -> None:
        shares = {"Co": "0.5 %", "Ni": "99 %", "Mn": "0.5 %"}
        event_of(raw)["lodetrace:carbonShare"] = {
            f"lodetrace:{symbol}": share for symbol, share in shares.items()
        }

    return world.file("schelde-recovery-1", "schelde-recycling", moved_carbon)


@fraud("production scrap stated as retired packs", "batch-substance", REFUSED)
def _scrap_retired(world: World) -> FileReport:
    world.story(*TISZA)

    def retired(raw: dict[str, Any]) -> None:
        event_of(raw)["lodetrace:inputAnalysis"][0]["lodetrace:substance"] = "nmc622-retired-pack"
        event_of(raw)["lodetrace:inputAnalysis"][0]["lodetrace:moisture"] = "0 %"

    return world.file("schelde-recovery-1", "schelde-recycling", retired)


@fraud("95 t of bought sulphate stated as a recycled birth", "feed-not-seen")
def _bought(world: World) -> FileReport:
    return world.file("schelde-R01", "schelde-recycling", *recycled(95_000, "R77"))


@fraud("one container filed twice a minute apart", "near-duplicate")
def _filed_twice(world: World) -> FileReport:
    one, other = world.next(2)
    again = replace(other, end=one.end + 60, wet_kg=one.wet_kg + 20, moisture=one.moisture + 3,
                    assay=one.assay + 4)  # fmt: skip
    return world.mine(one, again)


@fraud("from Kolwezi to Finland in five days", "transit-too-fast", REFUSED)
def _flown(world: World) -> FileReport:
    world.story(*SAIMAA)
    return world.file("saimaa-refining", "saimaa-refinery", spanning("2026-01-19", "2026-01-23"))


@fraud("wet mass taken as dry in a run", "batch-overused", REFUSED)
def _wet_as_dry(world: World) -> FileReport:
    world.story(*SAIMAA)
    return world.file("saimaa-refining", "saimaa-refinery", analysed("M25", None, "0 %"))


# as many of our own


@fraud("one laboratory result for many containers of different mass", "variance-too-small")
def _one_result(world: World) -> FileReport:
    first, *others = world.next(8)
    like = {"moisture": first.moisture, "assay": first.assay}
    return world.mine(first, *(replace(one, **like) for one in others))


@fraud("four containers within the same six hours of a mine that fills one", "events-overlap")
def _at_once(world: World) -> FileReport:
    first, *others = world.next(4)
    return world.mine(
        first, *(replace(one, end=first.end + 900 * at) for at, one in enumerate(others, 1))
    )


@fraud("no seals any more, at a site that had them", "seals-missing", REFUSED)
def _unsealed(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], seal=None))


@fraud("hydroxide fed under the name of a sulphate", "batch-substance", REFUSED)
def _renamed(world: World) -> FileReport:
    world.story(*SAIMAA)

    def called(raw: dict[str, Any]) -> None:
        event_of(raw)["lodetrace:inputAnalysis"][0]["lodetrace:substance"] = (
            "cobalt-sulphate-heptahydrate"
        )

    return world.file("saimaa-refining", "saimaa-refinery", called)


@fraud("60 % of a container used here and 60 % at another refinery", "batch-overused", REFUSED)
def _split(world: World) -> FileReport:
    world.story(*SAIMAA)
    world.hand_over("saimaa", "M25")
    first = world.file("saimaa-refining", "saimaa-refinery", alone("M25", 11_934))
    assert not first.refusals, first.refusals
    world.hand_over("dongfan", "M25")
    world.file("dongfan-receiving-M05", "dongfan-refinery", arriving("M25", 11_934))
    return world.file(
        "saimaa-refining", "dongfan-refinery", alone("M25", 11_934), moved(24 * 30),
        renamed("DF26-99"), at_dongfan,
    )  # fmt: skip


@fraud("less carbon than the stated electricity emits", "carbon-below-energy", REFUSED)
def _below_energy(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], energy=electricity(85, "820 g/kWh")))


@fraud("electricity that emits nothing", "energy-factor", REFUSED)
def _no_factor(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], energy=electricity(85, "0.2 g/kWh")))


@fraud("energy left out once somebody asks about it", "energy-missing")
def _energy_left_out(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], energy=None))


@fraud("from the Kalahari to Finland in two days, a way that no table lists", "transit-too-fast",
       REFUSED)  # fmt: skip
def _unlisted(world: World) -> FileReport:
    world.story("kgalagadi-K01")

    def from_kalahari(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        lot = "https://id.gs1.org/01/09521234000044/10/K01"
        event["inputQuantityList"] = [{"epcClass": lot, "quantity": 6865, "uom": "KGM"}]
        event["lodetrace:inputAnalysis"] = [
            {"lodetrace:epcClass": lot, "lodetrace:moisture": "0.1 %",
             "lodetrace:substance": "manganese-sulphate-monohydrate",
             "lodetrace:assay": {"lodetrace:Mn": "32.2 %", "lodetrace:Co": "0.1 %"}}
        ]  # fmt: skip
        event["lodetrace:lots"] = [
            {"lodetrace:element": "Co", "lodetrace:epcClass": [lot],
             "lodetrace:lot": world.village.ids["K01"]}
        ]  # fmt: skip

    return world.file(
        "saimaa-refining", "saimaa-refinery", from_kalahari, spanning("2026-02-11", "2026-02-12")
    )


@fraud("one filling under two names, 60 kg apart", "near-duplicate")
def _two_names(world: World) -> FileReport:
    one, other = world.next(2)
    return world.mine(one, replace(other, end=one.end, wet_kg=one.wet_kg + 60,
                                   moisture=one.moisture, assay=one.assay - 1))  # fmt: skip


@fraud("a new site that makes an eighth of its year in its first weeks", "new-site-volume")
def _too_new(world: World) -> FileReport:
    start = world.next()[0].end
    for at, one in enumerate(steady(seed=5, count=24)):
        report = world.mine(
            replace(one, end=start + at * 26 * HOUR, lasts=20 * HOUR, lot=f"T{at:03}",
                    seal=f"TJG-{at}"),
            site="tujenge-coop",
        )  # fmt: skip
        assert not report.refusals, (at, report.refusals)
    return report


@fraud("a delivery that weighs more than was filled", "batch-heavier")
def _arrived_heavier(world: World) -> FileReport:
    world.story(*SAIMAA[:-1])

    def heavier(raw: dict[str, Any]) -> None:
        event_of(raw)["quantityList"][0]["quantity"] = 21_000

    return world.file("saimaa-receiving", "saimaa-refinery", heavier)


@fraud("a week of a cooperative's containers filed from the last to the first", "above-capacity",
       REFUSED)  # fmt: skip
def _backwards(world: World) -> FileReport:
    start = world.next()[0].end
    for at, one in enumerate(steady(seed=5, count=14)):
        report = world.mine(
            replace(one, end=start - at * 12 * HOUR, lasts=11 * HOUR, lot=f"T{at:03}",
                    seal=f"TJG-{at}"),
            site="tujenge-coop",
        )  # fmt: skip
        if report.refusals:
            break
    return report


@fraud("5 t in two drums", "mass-above-packaging", REFUSED)
def _drums(world: World) -> FileReport:
    drums = {"lodetrace:kind": "drum", "lodetrace:count": 2}
    return world.mine(replace(world.next()[0], wet_kg=5_000, packages=drums))


@fraud("a third of the carbon that the site usually states", "carbon-unlike-site")
def _less_carbon(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], intensity=2_400))


@fraud("a pack stated as retired that never left its car", "batch-substance", REFUSED)
def _never_retired(world: World) -> FileReport:
    world.story_until("schelde-recovery-2")
    lots = world.village.lots
    for symbol in ("Co", "Ni", "Mn"):
        lot = bytes.fromhex(world.village.ids[f"RT26-2-{symbol}"][2:])
        lots.known[lot] = replace(lots.known[lot], material=Material.PACK)
    return world.file("schelde-recovery-2", "schelde-recycling")


@fraud("moisture halved, still within what the substance may have", "moisture-unlike-site")
def _half_dry(world: World) -> FileReport:
    return world.mine(replace(world.next()[0], moisture=125))


@fraud("the same scrap recovered, and born again as recycled metal", "feed-not-seen")
def _scrap_twice(world: World) -> FileReport:
    world.story(*TISZA, "schelde-recovery-1")
    return world.file("schelde-R01", "schelde-recycling", *recycled(7_500, "R78"), moved(24 * 110))


@fraud("another part of a container used in a run that nobody brought here", "use-not-seen")
def _hidden_run(world: World) -> FileReport:
    world.story(*SAIMAA)
    lots = world.village.lots
    lot = bytes.fromhex(world.village.ids["M25"][2:])
    sister, event = bytes(31) + b"\x51", bytes(31) + b"\x52"
    lots.known[lot] = replace(lots.known[lot], together=(lot, sister))
    lots.known[sister] = replace(lots.known[lot], lot=sister)
    made = bytes(31) + b"\x53"
    lots.views[sister] = lots.views[lot]
    account = world.village.accounts["dongfan"]
    lots.make(RunKind.PROCESS, {made: Material.SULPHATE}, [sister], account=account, event_id=event)
    lots.documents_of[event] = bytes(31) + b"\x54"
    lots.standings[event] = replace(standing(since=1), to=1)
    return world.file("saimaa-refining", "saimaa-refinery")


# edits


def renamed(name: str) -> Edit:
    """Another batch number of what comes out."""

    def edit(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        lot = f"https://id.gs1.org/01/09521234000020/10/{name}"
        event["outputQuantityList"][0]["epcClass"] = lot
        event["ilmd"]["lodetrace:analysis"][0]["lodetrace:epcClass"] = lot

    return edit


def moved(hours: int) -> Edit:
    """So many hours later."""

    def edit(raw: dict[str, Any]) -> None:
        later(hours)(raw)
        raw["creationDate"] = event_of(raw)["eventTime"]

    return edit


def spanning(begin: str, end: str) -> Edit:
    """From one day's noon to another's."""

    def edit(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        event["lodetrace:startTime"] = f"{begin}T12:00:00+02:00"
        event["eventTime"] = raw["creationDate"] = f"{end}T12:00:00+02:00"

    return edit


def weighed(label: str, kilograms: int) -> Edit:
    """Another mass of a container that goes in."""

    def edit(raw: dict[str, Any]) -> None:
        for one in event_of(raw)["inputQuantityList"]:
            if one["epcClass"].endswith(label):
                one["quantity"] = kilograms

    return edit


def analysed(label: str, assay: str | None, moisture: str | None = None) -> Edit:
    """Another analysis of a container that goes in."""

    def edit(raw: dict[str, Any]) -> None:
        for one in event_of(raw)["lodetrace:inputAnalysis"]:
            if one["lodetrace:epcClass"].endswith(label):
                if assay is not None:
                    one["lodetrace:assay"]["lodetrace:Co"] = assay
                if moisture is not None:
                    one["lodetrace:moisture"] = moisture

    return edit


def alone(label: str, kilograms: int) -> Edit:
    """Only one container goes in, and so much of it; all of it comes out."""

    def edit(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        for name in ("inputQuantityList", "lodetrace:inputAnalysis", "lodetrace:lots"):
            event[name] = [one for one in event[name] if label in str(one)]
        event["inputQuantityList"][0]["quantity"] = kilograms
        event["outputQuantityList"][0]["quantity"] = kilograms * 1_274 // 1_000
        event["lodetrace:carbon"] = "9 t CO2e"
        event["lodetrace:direct"] = "1 t CO2e"

    return edit


def arriving(label: str, kilograms: int) -> Edit:
    """A container of the story's mine arrives, and nothing else."""

    def edit(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        lot = f"https://id.gs1.org/01/09521234000013/10/{label}"
        event["quantityList"] = [{"epcClass": lot, "quantity": kilograms, "uom": "KGM"}]
        event["lodetrace:analysis"] = [
            {"lodetrace:epcClass": lot, "lodetrace:moisture": "11.4 %",
             "lodetrace:substance": "cobalt-hydroxide",
             "lodetrace:assay": {"lodetrace:Co": "30.42 %"}}
        ]  # fmt: skip

    return edit


def at_dongfan(raw: dict[str, Any]) -> None:
    """It happens at the other refinery."""
    event = event_of(raw)
    for name in ("bizLocation", "readPoint"):
        event[name]["id"] = "https://id.gs1.org/414/9521234000051"
    event["eventTimeZoneOffset"] = "+02:00"


def gained(ppm: int) -> Edit:
    """As much more metal comes out than went in; carbon is left as it was."""

    def edit(raw: dict[str, Any]) -> None:
        salted = json.dumps({**raw, SALT_FIELD: f"0x{bytes(32).hex()}"}).encode()
        statement = SiteStatement.of(EpcisDocument.of(parse(salted)))
        wanted = statement.metal_in("Co") * (PPM + ppm) // PPM
        [output] = statement.outputs
        quantity = Decimal(output.wet_mass) * wanted / output.metal("Co") / 10**6
        event_of(raw)["outputQuantityList"][0]["quantity"] = float(round(quantity, 1))

    return edit


def recycled(kilograms: int, name: str) -> tuple[Edit, ...]:
    """So much sulphate of a recycler, by another name, with carbon to match."""

    def edit(raw: dict[str, Any]) -> None:
        event = event_of(raw)
        lot = f"https://id.gs1.org/01/09521234000020/10/{name}"
        event["quantityList"] = [{"epcClass": lot, "quantity": kilograms, "uom": "KGM"}]
        event["ilmd"]["lodetrace:analysis"][0]["lodetrace:epcClass"] = lot
        event["lodetrace:carbon"] = f"{kilograms * 7 // 10} kg CO2e"

    return (edit,)
