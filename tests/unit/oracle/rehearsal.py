"""Plays examples/cobalt/story.yaml in plain Python: the library's arithmetic, no chain, no proof.

It answers whether the story can be told at all: documents hold, metal suffices, runs are within
tolerance and band, claims are true. The demo proves the same on a chain.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from lodetrace.contracts.enums import EventKind, Material
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.statement import SiteStatement, attestable_events
from lodetrace.plausibility.rulebook import rulebook_at
from lodetrace.text import hex_of
from lodetrace.units import parse_share
from tests.unit.oracle.amounts import claim_holds, wanted_metal
from tests.unit.oracle.setting import Setting, seconds_of
from zk_circuits.allocation import greedy_credits, plan_run
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.rule import RuleModel, RunRule
from zk_circuits.schema import Credit

FAN = 4
GRACE = 72 * 3_600


@dataclass(frozen=True)
class PlayedRun:
    """What a run came to. loss in mg."""

    outputs: tuple[Balance, ...]
    loss: int


@dataclass
class Lot:
    """A lot of the story with what is hidden in it."""

    balance: Balance
    holder: str
    material: str
    element: str
    model: RuleModel
    time: int
    count: int = 1
    held_since: int = 0
    charge: bool = False
    young: bool = False
    offered_to: str | None = None


@dataclass
class Rehearsal:
    """All lots by label; `runs` keeps what each run of the story came to."""

    setting: Setting
    lots: dict[str, Lot] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    attested: dict[str, int] = field(default_factory=dict)
    runs: dict[str, PlayedRun] = field(default_factory=dict)
    totals: dict[str, Balance] = field(default_factory=dict)
    claims: dict[str, bool] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    sealed: dict[str, int] = field(default_factory=dict)
    parts: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def play(self) -> "Rehearsal":
        """Every step in order."""
        for step in self.setting.story["steps"]:
            getattr(self, "_" + step["do"].replace("-", "_"))(step)
        return self

    # one method a step

    def _attest(self, step: dict[str, Any]) -> None:
        assert len(set(step["nodes"])) == 3, "the quorum"
        for label in step["documents"]:
            signed, statement = self.setting.document(label)
            assert statement.to <= seconds_of(step["at"]), f"{label} is in the future"
            assert attestable_events(signed, statement) or statement.is_receipt, label
            if statement.kind is not EventKind.NONE:
                self._name(label, statement)
            assert label not in self.attested
            self.attested[label] = seconds_of(step["at"])

    def _name(self, label: str, statement: SiteStatement) -> None:
        """The named lots are the operator's, free, and were held by the end of the event."""
        site = self.setting.by_identifier[statement.site]
        for named in statement.named:
            [lot_label] = [
                one for one, text in self.setting.ids.items() if text == f"0x{named.lot.hex()}"
            ]
            lot = self.lots[lot_label]
            assert lot.element == named.element, label
            if statement.kind is EventKind.MEASUREMENT:
                continue
            self._free(lot_label, lot.holder)
            assert self.setting.organisations[lot.holder] == site["operator"], lot_label
            assert lot.held_since <= statement.to + GRACE, f"{lot_label} came too late"
            assert lot.time <= statement.from_, f"{lot_label} was made later"

    def _birth(self, step: dict[str, Any]) -> None:
        for entry in step["lots"]:
            statement = self._use(entry["document"], entry["element"], EventKind.BIRTH)
            site = self.setting.by_identifier[statement.site]
            assert site["operator"] == self.setting.organisations[step["actor"]]
            measured = statement.measurement(entry["element"])
            assert isinstance(measured, BirthMeasurement)
            assert measured.units == entry.get("count", 1)
            gates = self.setting.gates(site, statement, recorded_before=seconds_of(step["at"]))
            cahra = measured.metal if self.setting.is_cahra(site["place"], statement) else 0
            credits = tuple(
                amount if gate else 0 for amount, gate in zip(measured.attested, gates, strict=True)
            )
            balance = Balance(
                measured.metal, measured.carbon, cahra, measured.units,
                credits, measured.direct,  # type: ignore[arg-type]
            )  # fmt: skip
            self._add(
                entry["lot"],
                Lot(
                    balance,
                    step["actor"],
                    self._material(statement, entry["element"]),
                    entry["element"],
                    RuleModel[entry["model"]],
                    statement.to,
                    measured.units,
                    statement.to,
                ),
            )

    def _offer(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            lot = self._free(label, step["actor"])
            assert not lot.charge, f"{label} is a charge"
            lot.offered_to = step["to"]
            term = seconds_of(step["expires"]) - seconds_of(step["at"])
            assert 0 < term <= 90 * 86_400, f"{step['id']}: an offer lasts 90 days at most"
        if "document" in step:
            self.setting.document(step["document"])

    def _lapse(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            assert self.lots[label].offered_to is not None
            self.lots[label].offered_to = None

    def _accept(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            lot = self.lots[label]
            assert lot.offered_to == step["actor"], f"{label} is not offered to {step['actor']}"
            if self.setting.groups[lot.holder] != self.setting.groups[step["actor"]]:
                lot.held_since = seconds_of(step["at"])
            lot.holder, lot.offered_to = step["actor"], None
        if "document" in step:
            assert self._within_tolerance(step["document"]), step["id"]

    def _dispute(self, step: dict[str, Any]) -> None:
        assert not self._within_tolerance(step["document"]), step["id"]

    def _approve_settlement(self, step: dict[str, Any]) -> None:
        assert step["document"] in self.attested

    def _hold(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            self.held[label] = 2

    def _release(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            self.held[label] -= 1

    def _certificate_status(self, step: dict[str, Any]) -> None:
        found = [
            status
            for certificate in self.setting.certificates["certificates"]
            if certificate["certificate"] == step["certificate"]
            for status in certificate["statuses"]
            if status["id"] == step["status"]
        ]
        assert [seconds_of(status["recorded_at"]) for status in found] == [seconds_of(step["at"])]

    def _run(self, step: dict[str, Any]) -> None:
        named = sorted(step["inputs"], key=lambda label: self.setting.ids.get(label, label))
        inputs = [self._take(label, step) for label in named]
        counts = tuple(entry.get("count", 1) for entry in step["outputs"])
        event, rule, time = self._event(step, inputs, counts)
        metal_in = sum(lot.balance.metal for lot in inputs)
        wanted = wanted_metal(step, metal_in, event)
        if event is not None and step["kind"] != "settle":
            self._require_measured(step, inputs, wanted, event, rule)
        rows = None
        if step.get("credits") == "first":
            rows = greedy_credits([lot.balance for lot in inputs], wanted, rule)
        outputs = plan_run([lot.balance for lot in inputs], wanted, rule, event, rows)
        self.runs[step["id"]] = PlayedRun(outputs, metal_in - sum(wanted))
        model = RuleModel[step["model"]]
        assert all(lot.model <= model for lot in inputs), f"{step['id']}: a model never improves"
        held = (
            time
            if step["kind"] in ("process", "recover")
            else max(one.held_since for one in inputs)
        )
        for entry, balance in zip(step["outputs"], outputs, strict=True):
            self._add(
                entry["lot"],
                Lot(
                    balance,
                    step["actor"],
                    entry["material"],
                    step["element"],
                    model,
                    time,
                    balance.units,
                    held,
                    step["kind"] == "charge",
                ),
            )

    def _require_measured(
        self,
        step: dict[str, Any],
        inputs: list[Lot],
        wanted: list[int],
        event: RunMeasurement,
        rule: RunRule,
    ) -> None:
        """SPEC section 6, step 2 and 3, and that materials advance."""
        assert len(event.metal_in) == len(inputs) <= FAN, step["id"]
        for metal, one in zip(event.metal_in, inputs, strict=True):
            lot = one.balance.metal
            near = abs(lot - metal) * 10**6 <= rule.tolerance_ppm * lot
            assert near, f"{step['id']}: {metal} mg fed of {lot}"
        materials = [Material[entry["material"]] for entry in step["outputs"]]
        scrap = sum(
            metal for metal, made in zip(wanted, materials, strict=True) if made is Material.SCRAP
        )
        assert sum(wanted) - scrap <= event.product, f"{step['id']}: more product than measured"
        assert scrap <= event.scrap, f"{step['id']}: more scrap than measured"
        metal_in = sum(lot.balance.metal for lot in inputs)
        assert rule.in_band(metal_in, sum(wanted), scrap), f"{step['id']}: outside the band"
        if step["kind"] == "process":
            before = max(Material[lot.material] for lot in inputs)
            products = [made for made in materials if made is not Material.SCRAP]
            assert all(made > before for made in products), f"{step['id']} goes back"

    def _charge(self, step: dict[str, Any]) -> None:
        """Four at a time, level by level, down to the one output."""
        level, number = list(step["inputs"]), 0
        first = self.lots[level[0]]
        while len(level) > 1:
            groups = [level[start : start + FAN] for start in range(0, len(level), FAN)]
            level = []
            for group in groups:
                if len(group) == 1:
                    level += group
                    continue
                number += 1
                name = step["lot"] if len(groups) == 1 else f"{step['id']}/{number}"
                output = {"lot": name, "material": first.material, "metal": "rest"}
                self._run({**step, "id": f"{step['id']}/{number}", "kind": "charge",
                           "element": first.element, "inputs": group,
                           "outputs": [output]})  # fmt: skip
                level.append(name)

    def _declare(self, step: dict[str, Any]) -> None:
        self.parts[step["product"]] = []

    def _assign(self, step: dict[str, Any]) -> None:
        for part in step["parts"]:
            lot = self._free(part["lot"], step["actor"])
            assert 1 <= part["units"] <= lot.count
            self.parts[step["product"]].append((part["lot"], part["units"]))

    def _seal(self, step: dict[str, Any]) -> None:
        assert self.parts[step["product"]]
        self.sealed[step["product"]] = seconds_of(step["at"])

    def _total(self, step: dict[str, Any]) -> None:
        parts = [
            (self.lots[label], units)
            for label, units in self.parts[step["product"]]
            if self.lots[label].element == step["element"]
        ]
        sums = [0] * 9
        for lot, units in parts:
            weight, remainder = divmod(units * step["scale"], lot.count)
            assert remainder == 0, "the scale has to bring units to integers"
            assert weight >= 1
            sums = [
                total + weight * slot for total, slot in zip(sums, lot.balance.slots(), strict=True)
            ]
        credits = tuple(sums[4:8])
        self.totals[step["total"]] = Balance(*sums[:4], credits, sums[8])  # type: ignore[arg-type]

    def _claim(self, step: dict[str, Any]) -> None:
        subject = step["subject"]
        balance = self.totals[subject] if subject in self.totals else self.lots[subject].balance
        self.claims[step["id"]] = claim_holds(step, balance)

    def _try(self, step: dict[str, Any]) -> None:
        """The chain refuses it: nothing comes of it."""

    def _retire(self, step: dict[str, Any]) -> None:
        """All units of a lot at once: the story's crash-test car has a series of its own."""
        _, statement = self.setting.document(step["document"])
        sealed = self.sealed[step["product"]]
        for element, made in step["lots"].items():
            self._use(step["document"], element, EventKind.END_OF_LIFE)
            (named,) = statement.named_of(element)
            label = self.setting.label(hex_of(named.lot))
            lot = self.lots.pop(label)
            assert lot.holder == step["actor"]
            assert lot.count == statement.units
            young = statement.to < sealed + 180 * 86_400
            ended = replace(lot, material="RETIRED", time=statement.to, young=young)
            self._add(made["retired"], ended)

    # what the steps share

    def _add(self, label: str, lot: Lot) -> None:
        assert label not in self.lots, f"{label} exists"
        self.lots[label] = lot

    def _free(self, label: str, actor: str) -> Lot:
        lot = self.lots[label]
        assert lot.holder == actor, f"{label} is held by {lot.holder}, not {actor}"
        assert lot.offered_to is None, f"{label} is offered"
        assert self.held.get(label, 0) == 0, f"{label} is held"
        return lot

    def _take(self, label: str, step: dict[str, Any]) -> Lot:
        """The lot, which the run consumes."""
        if step["kind"] == "settle":
            self.lots[label].offered_to = None
        lot = self._free(label, step["actor"])
        assert lot.element == step["element"]
        del self.lots[label]
        return lot

    def _use(self, label: str, element: str, kind: EventKind) -> SiteStatement:
        assert label in self.attested, f"{label} does not stand"
        assert (label, element) not in self.used, f"{label} {element} is used"
        self.used.add((label, element))
        _, statement = self.setting.document(label)
        assert statement.kind is kind
        return statement

    def _event(
        self, step: dict[str, Any], inputs: list[Lot], counts: tuple[int, ...]
    ) -> tuple[RunMeasurement | None, RunRule, int]:
        materials = [Material[entry["material"]] for entry in step["outputs"]]
        in_units = sum(1 << at for at, made in enumerate(materials) if made.comes_in_units)
        model = RuleModel[step["model"]]
        if step["kind"] in ("rebook", "charge"):
            rule = RunRule.rebook(model, counts, in_units)
            return None, rule, max(lot.time for lot in inputs)
        kind = {
            "process": EventKind.PROCESSING,
            "recover": EventKind.RECOVERY,
            "settle": EventKind.MEASUREMENT,
        }[step["kind"]]
        statement = self._use(step["document"], step["element"], kind)
        site, moment = self.setting.by_identifier[statement.site], self.attested[step["document"]]
        measured = statement.measurement(step["element"])
        assert isinstance(measured, RunMeasurement)
        if step["kind"] == "settle":
            return measured, RunRule.settlement(model, counts[0], bool(in_units)), inputs[0].time
        assert RuleModel(statement.model) <= model, f"{step['id']}: more than is kept apart"
        gates = self.setting.gates(site, statement, moment)
        units = sum(count for at, count in enumerate(counts) if in_units >> at & 1)
        assert units == measured.units, f"{step['id']}: {units} units, {measured.units} attested"
        rule = RunRule(
            counts,
            proportional=model.proportional,
            whole=model.whole,
            gates=sum(1 << index for index, gate in enumerate(gates[:1]) if gate) | 0b1110,
            grants=self._grants(step["kind"], inputs, gates),
            scrap=sum(1 << at for at, made in enumerate(materials) if made is Material.SCRAP),
            in_units=in_units,
            tolerance_ppm=parse_share(site["tolerance"]),
            loss_from_ppm=parse_share(site["loss"]["from"]),
            loss_to_ppm=parse_share(site["loss"]["to"]),
            scrap_to_ppm=parse_share(site["scrap_to"]),
        )
        return measured, rule, statement.to

    def _grants(self, kind: str, inputs: list[Lot], gates: tuple[bool, ...]) -> int:
        if kind != "recover":
            return 0
        retired = all(lot.material == "RETIRED" for lot in inputs)
        assert retired or all(lot.material == "SCRAP" for lot in inputs)
        used = retired and not any(lot.young for lot in inputs)
        credit = Credit.RECYCLED_POST_CONSUMER if used else Credit.RECYCLED_MANUFACTURING
        return 1 << (credit - 1) if gates[credit - 1] else 0

    def _within_tolerance(self, label: str) -> bool:
        """Whether the receiver's own measurement agrees with what the lot holds."""
        _, statement = self.setting.document(label)
        tolerance = parse_share(self.setting.by_identifier[statement.site]["tolerance"])
        agreed = []
        for analysis in statement.outputs:
            booked = self.lots[analysis.epc_class.rsplit("/", 1)[1]]
            difference = abs(booked.balance.metal - analysis.metal(booked.element))
            agreed.append(difference * 10**6 <= tolerance * booked.balance.metal)
        return all(agreed)

    def _material(self, statement: SiteStatement, element: str) -> str:
        assert ATOMIC_NUMBERS[element]
        substance = rulebook_at(statement.to).substances[statement.outputs[0].substance]
        return substance.material.name
