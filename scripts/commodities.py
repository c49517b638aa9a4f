"""Priced commodities as `prices.yaml` says them, onto the chain; does only what is missing.

`commodities`: commodity (name), administrator (an organisation of members.yaml), element, material,
and methodologies: methodology (name) and applies_from (trading day), in the order of their days.
Names become keccak256 on chain. The price desk uses the same names in its records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lodetrace.contracts.enums import ELEMENT_SYMBOLS, Material
from lodetrace.strict_yaml import YamlValue, read_yaml
from lodetrace.trading_day import DayMalformed, day_number, name_id
from scripts.consortium import EntryMalformed, word
from scripts.council_act import Call, call

FILE = "prices.yaml"
ELEMENTS = {symbol: element for element, symbol in ELEMENT_SYMBOLS.items()}


@dataclass(frozen=True)
class MethodologyEntry:
    """applies_from: trading day, in days since 1970-01-01."""

    label: str
    applies_from: int


@dataclass(frozen=True)
class CommodityEntry:
    """What is priced. administrator: id of an organisation."""

    label: str
    administrator: bytes
    element: int
    material: int
    methodologies: tuple[MethodologyEntry, ...]


def read_commodities(path: Path) -> list[CommodityEntry]:
    """The commodities of a file, none where there is no file; raises EntryMalformed."""
    if not path.is_file():
        return []
    file = read_yaml(path, partial(EntryMalformed, entry="file")).section(("commodities",))
    return [_commodity(entry) for entry in file["commodities"].elements()]


def commodity_calls(registry: Any, wanted: CommodityEntry) -> Iterator[Call]:
    """What is missing of a commodity: its registration, notices of its methodologies.

    Raises EntryMalformed where another administrator, metal or material stands on chain.
    """
    commodity, noticed = name_id(wanted.label), 0
    terms = (wanted.administrator, wanted.element, wanted.material)
    if registry.sequenceOf(commodity) == 0:
        yield call(registry.registerCommodity, commodity, *terms)
    else:
        administrator, element, material, _ = registry.commodityOf(commodity)
        _require_same(wanted, (bytes(administrator), element, material), terms)
        noticed = len(registry.methodologiesOf(commodity))
    for version in wanted.methodologies[noticed:]:
        named = (commodity, name_id(version.label), version.applies_from)
        yield call(registry.noticeMethodology, *named)


def _commodity(raw: YamlValue) -> CommodityEntry:
    value = raw.refused_as(partial(EntryMalformed, entry=raw.called("commodity")))
    entry = value.section(("commodity", "administrator", "element", "material", "methodologies"))
    return CommodityEntry(
        label=entry["commodity"].text(),
        administrator=word(entry["administrator"].text()),
        element=entry["element"].one_of(ELEMENTS),
        material=entry["material"].one_of({one.name: int(one) for one in Material}),
        methodologies=tuple(_methodology(one) for one in entry["methodologies"].elements()),
    )


def _methodology(value: YamlValue) -> MethodologyEntry:
    entry = value.section(("methodology", "applies_from"))
    day = entry["applies_from"]
    try:
        return MethodologyEntry(entry["methodology"].text(), day_number(day.day()))
    except DayMalformed as error:
        day.refuse(error)


def _require_same(wanted: CommodityEntry, known: object, terms: object) -> None:
    if known != terms:
        reason = "another administrator, metal or material stands on chain"
        raise EntryMalformed(path=FILE, entry=wanted.label, reason=reason)
