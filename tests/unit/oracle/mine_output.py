"""Containers that a mine fills after September 2026, one document each, and what a cheat files.

Everything comes from a seed; a clean container breaks no rule.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from lodetrace.documents.signed_document import sign_document
from lodetrace.strict_json import parse
from tests.unit.oracle.village import DOMAIN, Village, event_of

START = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
HOUR = 3_600
EVERY = 13 * HOUR
"""Between two containers: 55 a month."""


@dataclass
class Container:
    """What one document says; tests change fields to cheat."""

    number: int
    wet_kg: int
    moisture: int  # tenths of a percent
    assay: int  # hundredths of a percent
    end: int
    lot: str
    seal: str | None
    intensity: int = 7_000  # g CO2e per kg of cobalt
    lasts: int = 6 * HOUR
    energy: dict[str, Any] | None = None
    packages: dict[str, Any] | None = None

    @property
    def carbon_kg(self) -> int:
        """Of the whole container."""
        metal = self.wet_kg * (1_000 - self.moisture) * self.assay
        return metal * self.intensity // 10_000_000_000


def containers(seed: int, count: int) -> Iterator[Container]:
    """Clean containers in their order."""
    random = Random(seed)
    for number in range(1, count + 1):
        yield Container(
            number=number,
            wet_kg=random.randint(18_500, 21_000),
            moisture=random.randint(90, 350),
            assay=random.randint(2_700, 3_300),
            end=START + number * EVERY + random.randint(0, HOUR),
            lot=f"X{number:05d}",
            seal=f"MWD-{700_000 + number}",
        )


def steady(seed: int, count: int, first: int = 1) -> Iterator[Container]:
    """Containers of one plant as its laboratory finds them: each a little different."""
    random = Random(seed)
    for number in range(first, first + count):
        yield Container(
            number=number,
            wet_kg=5 * round(random.gauss(4_000, 40)),
            moisture=round(random.gauss(250, 12)),
            assay=round(random.gauss(3_000, 35)),
            end=START + number * EVERY + random.randint(0, HOUR),
            lot=f"X{number:05d}",
            seal=f"MWD-{700_000 + number}",
            intensity=round(random.gauss(7_000, 250)),
            energy=electricity(random.randint(60, 110)),
        )


def electricity(mwh: int, factor: str = "24 g/kWh") -> dict[str, Any]:
    """Energy as a document states it."""
    return {"lodetrace:electricity": {"lodetrace:amount": f"{mwh} MWh", "lodetrace:factor": factor}}


@dataclass
class Mine:
    """A mine of the story, and where its files go. pattern: a document that its own are like."""

    village: Village
    folder: Path
    site: str = "mwinda-mine"
    pattern: str = "mwinda-mine-M01"

    def file(self, container: Container) -> Path:
        """The signed document of a container."""
        keys = self.village.keys_of(self.site)
        signed = sign_document(
            parse(json.dumps(self._raw(container), default=str).encode()),
            sequence=10_000 + container.number,
            domain=DOMAIN,
            private_key=keys.signing_key,
            salt_secret=keys.salt_secret,
        )
        path = self.folder / f"{container.number}.json"
        path.write_text(signed.to_json(), "utf-8")
        return path

    def _raw(self, container: Container) -> dict[str, Any]:
        raw = self.village.unsigned(self.pattern)
        event = event_of(raw)
        lot = f"https://id.gs1.org/01/09521234000013/10/{container.lot}"
        event["eventTime"] = raw["creationDate"] = iso(container.end)
        event["lodetrace:startTime"] = iso(container.end - container.lasts)
        event["quantityList"] = [{"epcClass": lot, "quantity": container.wet_kg, "uom": "KGM"}]
        [analysis] = event["ilmd"]["lodetrace:analysis"]
        analysis["lodetrace:epcClass"] = lot
        analysis["lodetrace:moisture"] = f"{Decimal(container.moisture) / 10} %"
        analysis["lodetrace:assay"] = {"lodetrace:Co": f"{Decimal(container.assay) / 100} %"}
        if container.seal is not None:
            event["ilmd"]["lodetrace:seals"] = [container.seal]
        if container.energy is not None:
            event["lodetrace:energy"] = container.energy
        if container.packages is not None:
            analysis["lodetrace:packaging"] = container.packages
        event["lodetrace:carbon"] = f"{container.carbon_kg} kg CO2e"
        return raw


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
