"""EPCIS documents of a small mine and small works, as their sites would write them."""

from datetime import UTC, datetime
from typing import Any

MINE = "https://id.gs1.org/414/9521234000990"
REFINERY = "https://id.gs1.org/414/9521234000983"
LABORATORY = "https://id.gs1.org/414/9521234000969"
PACK_LINE = "https://id.gs1.org/414/9521234000976"
SHARED_BY_COBALT = {"lodetrace:carbonShare": {"lodetrace:Co": "100 %"}}


def birth(batch: str, end: int, kilograms: int) -> dict[str, Any]:
    """Dry hydroxide with 30 % cobalt, all of it responsible. end: seconds since 1970."""
    event = {
        "type": "ObjectEvent",
        "action": "ADD",
        "quantityList": [_quantity(batch, kilograms)],
        "ilmd": {"lodetrace:analysis": [_analysis(batch, "cobalt-hydroxide", "30 %")]},
        "lodetrace:statement": "birth",
        "lodetrace:carbon": "16 t CO2e",
        **SHARED_BY_COBALT,
        "lodetrace:attested": {"lodetrace:responsible": "100 %"},
    }
    return _document(MINE, end, event)


def processing(
    site: str,
    inputs: dict[str, int],
    outputs: dict[str, int],
    end: int,
    lots: dict[str, str],
    packs: int = 0,
) -> dict[str, Any]:
    """Hydroxide becomes sulphate with 20 % cobalt, or packs with 12 %.

    inputs, outputs: kilograms by batch; whose name begins with SCRAP is scrap with 12 %. lots: by
    batch, those that the batches lie in.
    """
    event = {
        "type": "TransformationEvent",
        "inputQuantityList": [_quantity(batch, mass) for batch, mass in inputs.items()],
        "outputQuantityList": [_quantity(batch, mass) for batch, mass in outputs.items()],
        "lodetrace:inputAnalysis": [
            _analysis(batch, "cobalt-hydroxide", "30 %") for batch in inputs
        ],
        "ilmd": {"lodetrace:analysis": [_made(batch, packs) for batch in outputs]},
        "lodetrace:statement": "processing",
        "lodetrace:custodyModel": "segregated",
        "lodetrace:lots": [_lot(batch, lots[batch]) for batch in inputs],
        "lodetrace:carbon": "4 t CO2e",
        **SHARED_BY_COBALT,
    }
    return _document(site, end, event)


def spill(batch: str, end: int, kilograms: int, lot: str) -> dict[str, Any]:
    """All of a batch of hydroxide is gone."""
    event = {
        "type": "TransformationEvent",
        "bizStep": "stock_taking",
        "disposition": "non_conformant",
        "inputQuantityList": [_quantity(batch, kilograms)],
        "lodetrace:inputAnalysis": [_analysis(batch, "cobalt-hydroxide", "30 %")],
        "lodetrace:statement": "loss",
        "lodetrace:lots": [_lot(batch, lot)],
    }
    return _document(MINE, end, event)


def _made(batch: str, packs: int) -> dict[str, Any]:
    if batch.startswith("SCRAP"):
        return {**_analysis(batch, "nmc622-scrap", "12 %"), "lodetrace:material": "scrap"}
    if packs:
        units = {"lodetrace:material": "pack", "lodetrace:count": packs}
        return {**_analysis(batch, "nmc622-pack", "12 %"), "lodetrace:units": units}
    return _analysis(batch, "cobalt-sulphate-heptahydrate", "20 %")


def measurement(batch: str, end: int, declared: int, found: int, lot: str) -> dict[str, Any]:
    """A laboratory weighs the batch of a disputed lot again, in kilograms of hydroxide."""
    analysis = [_analysis(batch, "cobalt-hydroxide", "30 %")]
    event = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "disposition": "in_progress",
        "quantityList": [_quantity(batch, found)],
        "lodetrace:analysis": analysis,
        "lodetrace:inputAnalysis": analysis,
        "lodetrace:declaredQuantityList": [_quantity(batch, declared)],
        "lodetrace:statement": "measurement",
        "lodetrace:lots": [_lot(batch, lot)],
    }
    return _document(LABORATORY, end, event)


def _document(site: str, end: int, event: dict[str, Any]) -> dict[str, Any]:
    shared = {
        "eventTime": _time(end),
        "eventTimeZoneOffset": "+00:00",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": site},
        "bizLocation": {"id": site},
        "lodetrace:startTime": _time(end - 3_600),
    }
    return {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"lodetrace": "https://ns.lodetrace.example/epcis/1/"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(end),
        "epcisBody": {"eventList": [{**shared, **event}]},
    }


def _lot(batch: str, lot: str) -> dict[str, Any]:
    return {
        "lodetrace:element": "Co",
        "lodetrace:lot": lot,
        "lodetrace:epcClass": [_class(batch)],
    }


def _quantity(batch: str, kilograms: int) -> dict[str, Any]:
    return {"epcClass": _class(batch), "quantity": kilograms, "uom": "KGM"}


def _analysis(batch: str, substance: str, assay: str) -> dict[str, Any]:
    return {
        "lodetrace:epcClass": _class(batch),
        "lodetrace:substance": substance,
        "lodetrace:moisture": "0 %",
        "lodetrace:assay": {"lodetrace:Co": assay},
    }


def _class(batch: str) -> str:
    return f"https://id.gs1.org/01/09521234000990/10/{batch}"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
