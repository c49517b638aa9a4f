"""Writes the sites' documents of the story: figures.yaml -> EPCIS 2.0 JSON-LD, unsigned and signed.

    python examples/cobalt/make_documents.py                    # documents/ and signed/ for Ganache
    python examples/cobalt/make_documents.py --chain-id 31337 --directory 0x… --signed build/signed

Documents name the lots that went in by their ids on chain, which lots.yaml has by label. The ids of
development keys follow from the figures: `python -m demo --renew-lots` writes them after a change.

Signatures and salts come from the development keys of members.yaml: they prove nothing.
The same figures always give the same bytes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from lodetrace.documents.carbon_shares import split_exactly
from lodetrace.documents.epcis import NAMESPACE, PREFIX
from lodetrace.documents.signed_document import SignedDocument, sign_document
from lodetrace.documents.signed_number import site_domain
from lodetrace.eip712 import Domain
from lodetrace.errors import InputError
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.strict_json import parse
from lodetrace.strict_yaml import read_yaml
from lodetrace.units import contained_metal, parse_share

HERE = Path(__file__).resolve().parent
GS1_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
COMPANY = "9521234"  # GS1 keeps prefix 952 for examples
DEMO_DIRECTORY = "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853"
"""Where the demo deploys it on its own Ganache: by the first seat's eighth transaction."""

PRODUCTS = (
    "cobalt-hydroxide",
    "cobalt-sulphate-heptahydrate",
    "nickel-sulphate-hexahydrate",
    "manganese-sulphate-monohydrate",
    "nmc622-hydroxide",
    "nmc622",
    "nmc622-cell",
    "nmc622-pack",
    "nmc622-scrap",
)
"""Substances in the order of their GTINs."""

STATED_MATERIALS = {"nmc622-scrap": "scrap"}
"""What a document calls by its material: scrap is attested apart."""

UNIT_MATERIALS = {"nmc622": "cathode", "nmc622-cell": "cell", "nmc622-pack": "pack"}
"""Materials whose units are counted, by substance."""

RUNS = ("processing", "recovery")
STEPS = {
    "birth": ("ObjectEvent", "commissioning", "active"),
    "processing": ("TransformationEvent", "commissioning", "active"),
    "recovery": ("TransformationEvent", "commissioning", "active"),
    "measurement": ("ObjectEvent", "inspecting", "in_progress"),
    "end_of_life": ("ObjectEvent", "disassembling", "disposed"),
    "shipping": ("ObjectEvent", "shipping", "in_transit"),
    "receiving": ("ObjectEvent", "receiving", "in_progress"),
}
"""Statement to event type, business step and disposition."""


class LotUnknown(InputError):
    """A document names a lot whose id is not known yet."""

    template = "lot {label} has no id in lots.yaml"
    advice = "Write it anew: python -m demo --renew-lots."


class FileUnusable(InputError):
    """A file of the story that cannot be read."""

    template = "{path}: {reason}"
    advice = "Compare it with the files in examples/cobalt."


@dataclass
class Writer:
    """Turns figures into documents; remembers how lots are called and what sites sent.

    lots: ids by label.
    """

    identifiers: dict[str, str]
    lots: Mapping[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def document(self, entry: dict[str, Any]) -> dict[str, Any]:
        """The EPCIS document of one entry of figures.yaml."""
        statement = entry["statement"]
        event_type, step, disposition = STEPS[statement]
        event: dict[str, Any] = {
            "type": event_type,
            "eventTime": local_time(entry["end"], entry["offset"]),
            "eventTimeZoneOffset": entry["offset"],
            "bizStep": step,
            "disposition": disposition,
            "readPoint": {"id": self.identifiers[entry["site"]]},
            "bizLocation": {"id": self.identifiers[entry["site"]]},
        }
        if event_type == "ObjectEvent":
            event["action"] = "ADD" if statement == "birth" else "OBSERVE"
        event |= self._goods(entry)
        event[ours("statement")] = statement
        if entry["start"] != entry["end"]:
            event[ours("startTime")] = local_time(entry["start"], entry["offset"])
        if "carbon" in entry:
            event[ours("carbon")] = entry["carbon"]
            event[ours("carbonShare")] = prefixed(carbon_share(entry))
        if "direct" in entry:
            event[ours("direct")] = entry["direct"]
        if "custody_model" in entry:
            event[ours("custodyModel")] = entry["custody_model"]
        if "lots" in entry:
            event[ours("lots")] = [self._named(lot) for lot in entry["lots"]]
        if "attested" in entry:
            event[ours("attested")] = prefixed(entry["attested"])
        return {
            "@context": [GS1_CONTEXT, {PREFIX: NAMESPACE}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": local_time(entry["end"], entry["offset"]),
            "epcisBody": {"eventList": [event]},
        }

    def next_sequence(self, site: str) -> int:
        """Number of the site's next document, from 1."""
        self.sequences[site] = self.sequences.get(site, 0) + 1
        return self.sequences[site]

    def _goods(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Quantities and analyses, where EPCIS has them for this kind of event."""
        outputs, analyses = self._weighed(entry["outputs"], made=True)
        inputs, input_analyses = self._weighed(entry.get("inputs", []))
        if entry["statement"] in RUNS:
            return {
                "inputQuantityList": inputs,
                "outputQuantityList": outputs,
                ours("inputAnalysis"): input_analyses,
                "ilmd": {ours("analysis"): analyses},
            }
        if entry["statement"] == "birth":
            return {"quantityList": outputs, "ilmd": {ours("analysis"): analyses}}
        goods = {"quantityList": outputs, ours("analysis"): analyses}
        if inputs:
            goods |= {ours("declaredQuantityList"): inputs, ours("inputAnalysis"): input_analyses}
        return goods

    def _named(self, lot: dict[str, Any]) -> dict[str, Any]:
        """A lot that went in, by its id, with the batches that lie in it."""
        if lot["lot"] not in self.lots:
            raise LotUnknown(label=lot["lot"])
        batches = [self.classes[batch] for batch in lot["batches"]]
        return prefixed(
            {"element": lot["element"], "lot": self.lots[lot["lot"]], "epcClass": batches}
        )

    def _weighed(
        self, items: list[dict[str, Any]], *, made: bool = False
    ) -> tuple[list[Any], list[Any]]:
        quantities, analyses = [], []
        for item in items:
            epc_class = self._class(item["lot"], item["substance"])
            weight = {"epcClass": epc_class, "quantity": Decimal(item["kg"]), "uom": "KGM"}
            quantities.append(weight)
            analysis = {
                "epcClass": epc_class,
                "substance": item["substance"],
                "moisture": f"{item['moisture']} %",
                "assay": prefixed({key: f"{text} %" for key, text in item["assay"].items()}),
            }
            if made and item["substance"] in STATED_MATERIALS:
                analysis["material"] = STATED_MATERIALS[item["substance"]]
            if "units" in item:
                material = UNIT_MATERIALS[item["substance"]]
                analysis["units"] = prefixed(
                    {"material": material, "count": Decimal(item["units"])}
                )
            analyses.append(prefixed(analysis))
        return quantities, analyses

    def _class(self, lot: str, substance: str) -> str:
        """GTIN and lot number as GS1 Digital Link; a lot keeps the name it was made under."""
        if lot not in self.classes:
            digits = f"0{COMPANY}{PRODUCTS.index(substance) + 1:05d}"
            self.classes[lot] = f"https://id.gs1.org/01/{digits}{check_digit(digits)}/10/{lot}"
        return self.classes[lot]


def entries(figures: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All documents of figures.yaml; a container's row becomes an entry like the others."""
    for group in figures["containers"]:
        for lot, start, end, weight, moisture, assay in group["rows"]:
            item = {
                "lot": lot,
                "substance": group["substance"],
                "kg": str(weight),
                "moisture": moisture,
                "assay": {"Co": assay},
            }
            yield {
                "document": f"{group['site']}-{lot}",
                "statement": "birth",
                "site": group["site"],
                "start": start,
                "end": end,
                "offset": group["offset"],
                "carbon": container_carbon(weight, moisture, assay, group["carbon_kg_per_kg"]),
                "elements": ["Co"],
                "attested": group["attested"],
                "outputs": [item],
            }
    yield from figures["documents"]


def carbon_share(entry: dict[str, Any]) -> dict[str, str]:
    """Shares by the metal that came out, in tenths of a percent that add up: {"Co": "20.4 %"}."""
    metals = {
        symbol: sum(_metal(item, symbol) for item in entry["outputs"])
        for symbol in entry["elements"]
    }
    tenths = split_exactly(1_000, metals)
    return {
        symbol: f"{Decimal(tenths[symbol]) / 10:f}".removesuffix(".0") + " %" for symbol in tenths
    }


def _metal(item: dict[str, Any], symbol: str) -> int:
    """mg of an element in a quantity of the figures."""
    wet = int(Decimal(item["kg"]) * 10**6)
    assay = item["assay"].get(symbol, "0")
    return contained_metal(wet, parse_share(f"{item['moisture']} %"), parse_share(f"{assay} %"))


def container_carbon(weight: int, moisture: str, assay: str, intensity: str) -> str:
    """Carbon of one container, rounded to 1 kg: "37.912 t CO2e"."""
    metal = contained_metal(weight * 10**6, parse_share(f"{moisture} %"), parse_share(f"{assay} %"))
    kilograms = (Decimal(metal) / 10**6 * Decimal(intensity)).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{kilograms / 1000} t CO2e"


def local_time(moment: datetime, offset: str) -> str:
    """A UTC time of YAML on the site's own clock."""
    hours, minutes = int(offset[:3]), int(offset[0] + offset[4:])
    zone = timezone(timedelta(hours=hours, minutes=minutes))
    return moment.astimezone(zone).isoformat(timespec="seconds")


def check_digit(digits: str) -> int:
    """Last digit of a GTIN (GS1 General Specifications, section 7.9.1)."""
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def ours(name: str) -> str:
    """A field of our extension."""
    return f"{PREFIX}:{name}"


def prefixed(raw: dict[str, Any]) -> dict[str, Any]:
    """The same fields as fields of our extension."""
    return {ours(key): value for key, value in raw.items()}


def file_text(raw: dict[str, Any]) -> str:
    """Readable JSON; quantities stay numbers as they were typed."""
    text = json.dumps(raw, indent=1, ensure_ascii=False, default=lambda number: f"\0{number}\0")
    return text.replace('"\\u0000', "").replace('\\u0000"', "") + "\n"


def read_file(path: Path) -> Any:
    """A file of the story as it stands."""
    return read_yaml(path, FileUnusable).plain()


def signers(folder: Path) -> dict[str, MemberKeys]:
    """Development keys by site: those of the operator's first account."""
    members = read_file(folder / "members.yaml")["members"]
    sites = read_file(folder / "sites.yaml")["sites"]
    index = {member["organisation"]: member["accounts"][0]["index"] for member in members}
    operators = {site["site"]: site["operator"] for site in sites}
    made = {name: MemberKeys.for_development(index[name]) for name in set(operators.values())}
    return {site: made[operator] for site, operator in operators.items()}


def lot_ids(folder: Path) -> dict[str, str]:
    """Ids of lots.yaml by label; none where there is no such file yet."""
    file = folder / "lots.yaml"
    return dict(read_file(file)["lots"] or {}) if file.is_file() else {}


def make(
    domain: Domain, folder: Path = HERE, *, as_far_as_known: bool = False
) -> Iterator[tuple[str, str, SignedDocument]]:
    """Label, text of the unsigned document, and the signed document, one by one.

    as_far_as_known: leaves out what names lots without an id, else raises LotUnknown.
    """
    figures = read_file(folder / "figures.yaml")
    sites = read_file(folder / "sites.yaml")["sites"]
    keys = signers(folder)
    writer = Writer({site["site"]: site["identifier"] for site in sites}, lot_ids(folder))
    for entry in entries(figures):
        sequence = writer.next_sequence(entry["site"])
        try:
            text = file_text(writer.document(entry))
        except LotUnknown:
            if as_far_as_known:
                continue
            raise
        signed = sign_document(
            parse(text.encode("utf-8")),
            sequence=sequence,
            domain=domain,
            private_key=keys[entry["site"]].signing_key,
            salt_secret=keys[entry["site"]].salt_secret,
        )
        yield entry["document"], text, signed


def main(
    chain_id: Annotated[int, typer.Option(help="Chain that the signatures are for.")] = 1337,
    directory: Annotated[
        str, typer.Option(help="Address of the Directory of the contracts that they are for.")
    ] = DEMO_DIRECTORY,
    documents: Annotated[Path, typer.Option(help="Folder of unsigned documents.")] = HERE
    / "documents",
    signed: Annotated[Path, typer.Option(help="Folder of signed documents.")] = HERE / "signed",
    folder: Annotated[Path, typer.Option(help="Folder of figures, members and sites.")] = HERE,
    as_far_as_known: Annotated[
        bool, typer.Option("--as-far-as-known", help="Leave out what names lots without an id.")
    ] = False,
) -> None:
    """Write all documents of the story."""
    documents.mkdir(parents=True, exist_ok=True)
    signed.mkdir(parents=True, exist_ok=True)
    domain = site_domain(chain_id, directory)
    for label, text, envelope in make(domain, folder, as_far_as_known=as_far_as_known):
        (documents / f"{label}.jsonld").write_text(text, "utf-8")
        (signed / f"{label}.json").write_text(envelope.to_json(), "utf-8")
        typer.echo(f"{label}  0x{envelope.hash.hex()}")


if __name__ == "__main__":
    typer.run(main)
