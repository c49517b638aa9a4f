"""A year of honest documents: what a mine fills, a refinery receives and works on, and others fill.

Masses, moistures and assays scatter as scales and laboratories do; a refinery loses what refineries
lose. Everything comes from a seed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from lodetrace.contracts.enums import Material
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.statement import event_id
from oracle.examination import FileReport, OracleNode
from oracle.history import DocumentHistory
from tests.unit.oracle.mine_output import EVERY, HOUR, START, Container, Mine, iso, steady
from tests.unit.oracle.village import Village, event_of
from zk_circuits.keccak import keccak256

FILLED: Final = 640
COOPERATIVE: Final = 40
AT_ONCE: Final = 4
ON_THE_WAY: Final = 30 * 24 * HOUR
Due = tuple[int, Callable[[], None]]
"""When something is stated, and what states it."""
_BATCH: Final = "https://id.gs1.org/01/09521234000013/10/"


@dataclass
class CleanYear:
    """One node's year, or the first containers of one.

    richer: per mille that the refinery's laboratory finds beyond the mine's; last_loss: per mille
    that the last two runs lose, as usual without it. reports: of all documents, by their names.
    """

    village: Village
    history: DocumentHistory
    folder: Path
    seed: int
    filled: int = FILLED
    richer: int = 0
    last_loss: int | None = None
    documents: int = 0
    reports: list[tuple[str, FileReport]] = field(default_factory=list)
    _flagged: dict[str, list[str]] = field(default_factory=dict)
    _weighed: dict[str, tuple[Decimal, Decimal, Decimal]] = field(default_factory=dict)

    def found(self) -> dict[str, list[str]]:
        """What the rules find, by document; documents come in the order of their events."""
        self.node = OracleNode(self.village.declarations(), self.history)
        self.random = Random(self.seed)
        mine = Mine(self.village, self.folder)
        filled = list(steady(seed=self.seed, count=self.filled))
        due: list[Due] = [(one.end, partial(self._fill, mine, one)) for one in filled]
        due += self._cooperative()
        for at in range(0, self.filled, AT_ONCE):
            four = filled[at : at + AT_ONCE]
            arrives = four[-1].end + ON_THE_WAY + self.random.randint(0, 12 * HOUR)
            due.append((arrives, partial(self._receive, four, arrives)))
            begins = arrives + self.random.randint(2 * HOUR, 6 * HOUR)
            ends = begins + self.random.randint(30 * HOUR, 40 * HOUR)
            due.append((ends, partial(self._refine, four, begins, ends)))
        for _, act in sorted(due, key=lambda entry: entry[0]):
            act()
        return self._flagged

    def _cooperative(self) -> list[Due]:
        mine = Mine(self.village, self.folder, "tujenge-coop", "tujenge-coop-T01")
        bare = list(steady(seed=1_000 + self.seed, count=COOPERATIVE, first=FILLED + 1))
        every = FILLED * EVERY // COOPERATIVE
        return [
            self._filled_at(mine, one, START + every * at, at)
            for at, one in enumerate(bare, 1)
        ]  # fmt: skip

    def _filled_at(self, mine: Mine, bare: Container, end: int, at: int) -> Due:
        names = {"lot": f"T{at:03}", "seal": f"TJG-{at}", "energy": None}
        one = replace(bare, end=end, lasts=20 * HOUR, **names)
        return end, partial(self._fill, mine, one)

    def _fill(self, mine: Mine, one: Container) -> None:
        self._judge(mine.file(one), one.lot)

    def _receive(self, four: list[Container], at: int) -> None:
        """Weighed and assayed again; the lots are the refinery's from now on."""
        raw = self.village.unsigned("saimaa-receiving")
        event = event_of(raw)
        event["eventTime"] = event["lodetrace:startTime"] = raw["creationDate"] = iso(at)
        self._weighed |= {one.lot: self._again(one) for one in four}
        event["quantityList"] = [self._quantity(one.lot) for one in four]
        event["lodetrace:analysis"] = [self._analysis(one.lot) for one in four]
        self._judge(self._sign(raw), "arrival")
        for one in four:
            self._book(one)

    def _again(self, one: Container) -> tuple[Decimal, Decimal, Decimal]:
        """kg, % of moisture and % of assay, as another scale and laboratory find them."""
        kilograms = Decimal(one.wet_kg) + Decimal(round(self.random.gauss(-8, 12)))
        moisture = Decimal(one.moisture) / 10 + Decimal(round(self.random.gauss(0, 1))) / 10
        found = round(one.assay * (1_000 + self.richer) / 1_000)
        assay = Decimal(found) / 100 + Decimal(round(self.random.gauss(0, 6))) / 100
        return kilograms, moisture, assay

    def _quantity(self, lot: str) -> dict[str, Any]:
        return {"epcClass": _BATCH + lot, "quantity": self._weighed[lot][0], "uom": "KGM"}

    def _analysis(self, lot: str) -> dict[str, Any]:
        _, moisture, assay = self._weighed[lot]
        return {
            "lodetrace:epcClass": _BATCH + lot,
            "lodetrace:substance": "cobalt-hydroxide",
            "lodetrace:moisture": f"{moisture} %",
            "lodetrace:assay": {"lodetrace:Co": f"{assay} %"},
        }

    def _book(self, one: Container) -> None:
        """The container's lot, accepted by the refinery from the mine."""
        lots, account = self.village.lots, self.village.accounts["saimaa"]
        signed = SignedDocument.read(self.folder / f"{one.number}.json")
        event = event_id(signed.site, signed.sequence, 27)
        lots.documents_of[event] = signed.hash
        lot = _lot(one.lot)
        lots.make(None, {lot: Material.HYDROXIDE}, account=account, event_id=event)
        lots.hand_over(lot, account)

    def _refine(self, four: list[Container], begins: int, ends: int) -> None:
        raw = self.village.unsigned("saimaa-refining")
        event = event_of(raw)
        lots = [one.lot for one in four]
        event["lodetrace:startTime"] = iso(begins)
        event["eventTime"] = raw["creationDate"] = iso(ends)
        event["inputQuantityList"] = [self._quantity(lot) for lot in lots]
        event["lodetrace:inputAnalysis"] = [self._analysis(lot) for lot in lots]
        event["lodetrace:lots"] = [
            {"lodetrace:element": "Co", "lodetrace:lot": f"0x{_lot(lot).hex()}",
             "lodetrace:epcClass": [_BATCH + lot]}
            for lot in lots
        ]  # fmt: skip
        metal = sum(
            kilograms * (100 - moisture) * assay / 10_000
            for kilograms, moisture, assay in (self._weighed[lot] for lot in lots)
        )
        lost = round(self.random.gauss(15, 4))
        if self.last_loss is not None and four[0].number > self.filled - 2 * AT_ONCE:
            lost = self.last_loss
        made = metal * (1_000 - Decimal(lost)) / 1_000
        assay = min(2_096, 2_085 + round(self.random.gauss(0, 4)))
        moisture = round(self.random.gauss(3, 1))
        dry = made * 10_000 / assay
        wet = (dry * 1_000 / (1_000 - max(0, moisture))).quantize(Decimal("0.1"))
        batch = (
            "https://id.gs1.org/01/09521234000020/10/SM" + f"{(four[0].number - 1) // AT_ONCE:05}"
        )
        event["outputQuantityList"] = [{"epcClass": batch, "quantity": wet, "uom": "KGM"}]
        [analysis] = event["ilmd"]["lodetrace:analysis"]
        analysis["lodetrace:epcClass"] = batch
        analysis["lodetrace:moisture"] = f"{Decimal(max(0, moisture)) / 10} %"
        analysis["lodetrace:assay"] = {"lodetrace:Co": f"{Decimal(assay) / 100} %"}
        carbon = made * Decimal(round(self.random.gauss(2_650, 120))) / 1_000
        event["lodetrace:carbon"] = f"{carbon:.0f} kg CO2e"
        event["lodetrace:direct"] = f"{carbon / 6:.0f} kg CO2e"
        self._judge(self._sign(raw), batch)
        for lot in lots:
            view = self.village.lots.views[_lot(lot)]
            self.village.lots.views[_lot(lot)] = replace(view, account=ZERO_ACCOUNT)

    def _sign(self, raw: dict[str, Any]) -> Path:
        path = self.folder / f"saimaa-{self.documents}.json"
        plain = json.loads(json.dumps(raw, default=float))
        return self.village.sign(
            plain, path, by="saimaa-refinery", sequence=20_000 + self.documents
        )

    def _judge(self, path: Path, name: str) -> None:
        self.documents += 1
        report = self.node.examine(path, self.village)
        assert report.error is None, report.error
        self.reports.append((name, report))
        if report.findings:
            self._flagged[f"{self.documents} {name}"] = [str(one) for one in report.findings]


def _lot(name: str) -> bytes:
    return keccak256(name.encode())


ZERO_ACCOUNT: Final = "0x" + "00" * 20
