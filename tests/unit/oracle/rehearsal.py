"""Plays examples/cobalt/story.yaml in plain Python: the library's arithmetic, no chain, no proof.

It answers whether the story can be told at all: documents hold, metal suffices, runs are within
tolerance and band, claims are true. The demo proves the same on a chain.
"""

from dataclasses import dataclass, field
from typing import Any

from lodetrace.contracts.enums import EventKind
from lodetrace.documents.analysis import ATOMIC_NUMBERS
from lodetrace.documents.statement import SiteStatement, attestable_events
from lodetrace.plausibility.rulebook import rulebook_at
from lodetrace.units import parse_share
from tests.unit.oracle.amounts import claim_holds, wanted_metal
from tests.unit.oracle.setting import Setting, seconds_of
from zk_circuits.allocation import Allocation, greedy_credits, plan_run
from zk_circuits.balance import Balance, Measurement
from zk_circuits.rule import RuleModel, RunRule
from zk_circuits.schema import Credit

FAN = 4


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
    offered_to: str | None = None


@dataclass
class Rehearsal:
    """All lots by label; `runs` keeps what each run of the story came to."""

    setting: Setting
    lots: dict[str, Lot] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    attested: dict[str, int] = field(default_factory=dict)
    runs: dict[str, Allocation] = field(default_factory=dict)
    totals: dict[str, Balance] = field(default_factory=dict)
    claims: dict[str, bool] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
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
            assert attestable_events(signed, statement), f"{label} states nothing"
            assert label not in self.attested
            self.attested[label] = seconds_of(step["at"])

    def _birth(self, step: dict[str, Any]) -> None:
        for entry in step["lots"]:
            statement = self._use(entry["document"], entry["element"], EventKind.BIRTH)
            site = self.setting.by_identifier[statement.site]
            assert site["operator"] == self.setting.organisations[step["actor"]]
            measured = statement.measurement(entry["element"])
            gates = self.setting.gates(site, statement, recorded_before=seconds_of(step["at"]))
            cahra = measured.metal_out if self.setting.is_cahra(site["place"], statement) else 0
            credits = tuple(
                amount if gate else 0 for amount, gate in zip(measured.attested, gates, strict=True)
            )
            self._add(
                entry["lot"],
                Lot(
                    Balance(measured.metal_out, measured.carbon, cahra, credits=credits),  # type: ignore[arg-type]
                    step["actor"],
                    self._material(statement, entry["element"]),
                    entry["element"],
                    RuleModel[entry["model"]],
                    statement.to,
                    entry.get("count", 1),
                ),
            )

    def _offer(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            lot = self._free(label, step["actor"])
            lot.offered_to = step["to"]
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
        if step["kind"] == "rebook" and len(step["inputs"]) > FAN:
            self._tree(step)
            return
        inputs = [self._take(label, step) for label in step["inputs"]]
        event, rule, time = self._event(step, inputs)
        wanted = wanted_metal(step, sum(lot.balance.metal for lot in inputs), event)
        rows = None
        if step.get("credits") == "first":
            rows = greedy_credits([lot.balance for lot in inputs], wanted, rule)
        plan = plan_run([lot.balance for lot in inputs], wanted, rule, event, rows)
        assert plan.in_band, f"{step['id']}: a loss of {plan.loss} mg is outside the band"
        self.runs[step["id"]] = plan
        model = RuleModel[step["model"]]
        assert all(lot.model <= model for lot in inputs), f"{step['id']}: a model never improves"
        for entry, balance in zip(step["outputs"], plan.outputs, strict=True):
            self._add(
                entry["lot"],
                Lot(
                    balance,
                    step["actor"],
                    entry["material"],
                    step["element"],
                    model,
                    time,
                    entry.get("count", 1),
                ),
            )

    def _tree(self, step: dict[str, Any]) -> None:
        """Rebooks of at most four inputs, level by level, down to the one output."""
        level, number = list(step["inputs"]), 0
        while len(level) > 1:
            groups = [level[start : start + FAN] for start in range(0, len(level), FAN)]
            level = []
            for group in groups:
                number += 1
                last = len(groups) == 1
                name = step["outputs"][0]["lot"] if last else f"{step['id']}/{number}"
                output = {**step["outputs"][0], "lot": name}
                self._run({**step, "id": f"{step['id']}/{number}", "inputs": group,
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
        self.totals[step["total"]] = Balance(*sums[:4], credits=tuple(sums[4:]))  # type: ignore[arg-type]

    def _claim(self, step: dict[str, Any]) -> None:
        subject = step["subject"]
        balance = self.totals[subject] if subject in self.totals else self.lots[subject].balance
        self.claims[step["id"]] = claim_holds(step, balance)

    def _retire(self, step: dict[str, Any]) -> None:
        for label in step["lots"]:
            lot = self.lots[label]
            assert lot.holder == step["actor"]
            lot.material = "RETIRED"

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
        self, step: dict[str, Any], inputs: list[Lot]
    ) -> tuple[Measurement | None, RunRule, int]:
        if step["kind"] == "rebook":
            rule = RunRule.of_model(RuleModel[step["model"]]).on_paper()
            return None, rule, max(lot.time for lot in inputs)
        kind = {
            "process": EventKind.PROCESSING,
            "recover": EventKind.RECOVERY,
            "settle": EventKind.MEASUREMENT,
        }[step["kind"]]
        statement = self._use(step["document"], step["element"], kind)
        assert all(lot.time <= statement.from_ for lot in inputs), f"{step['id']}: before parent"
        site, moment = self.setting.by_identifier[statement.site], self.attested[step["document"]]
        if step["kind"] == "settle":
            rule = RunRule.of_model(RuleModel[step["model"]], tolerance_ppm=10**6,
                                    loss_band_ppm=(0, 10**6)).on_paper()  # fmt: skip
        else:
            gates = self.setting.gates(site, statement, moment)
            rule = RunRule.of_model(
                RuleModel[step["model"]],
                gates=sum(1 << index for index, gate in enumerate(gates[:1]) if gate) | 0b11110,
                grants=self._grants(step["kind"], inputs, gates),
                tolerance_ppm=parse_share(site["tolerance"]),
                loss_band_ppm=(parse_share(site["loss"]["from"]), parse_share(site["loss"]["to"])),
            )
        return statement.measurement(step["element"]), rule, statement.to

    def _grants(self, kind: str, inputs: list[Lot], gates: tuple[bool, ...]) -> int:
        if kind != "recover":
            return 0
        retired = all(lot.material == "RETIRED" for lot in inputs)
        assert retired or all(lot.material == "SCRAP" for lot in inputs)
        credit = Credit.RECYCLED_POST_CONSUMER if retired else Credit.RECYCLED_MANUFACTURING
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
