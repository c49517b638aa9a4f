"""How a report says things: ids, counts, amounts with their units."""

from collections.abc import Mapping, Sequence

from lodetrace.audit.disclosures import Disclosed
from lodetrace.contracts.enums import Material, element_name
from lodetrace.text import counted, enum_word, short_id
from lodetrace.units import format_carbon, format_metal
from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement
from zk_circuits.schema import Credit


def short(word: bytes | str) -> str:
    """The beginning of an id or address, marked as such."""
    return f"{short_id(word)}…"


def shortened(text: str) -> str:
    """A text in which every long id is cut short."""
    words = (part if not _is_long(part) else _cut(part) for part in text.split(" "))
    return " ".join(words)


def counts(found: Mapping[str, int]) -> str:
    """ "12 headers, 1 seal"; nouns are given in the plural."""
    return ", ".join(counted(count, nouns) for nouns, count in found.items())


def material(code: int) -> str:
    """ "sulphate"; the number of one without a name here."""
    if code not in list(Material):
        return f"material {code}"
    return enum_word(Material(code))


def metal(element: int) -> str:
    """ "Co"."""
    return element_name(element)


def amounts(disclosed: Disclosed) -> dict[str, str]:
    """Opened amounts, each with its unit; what is none is left out."""
    found, name = disclosed.amounts, metal(disclosed.element)
    if isinstance(found, Balance):
        said = _of_lot(name, found)
    elif isinstance(found, BirthMeasurement):
        said = {f"{name} out": format_metal(found.metal), **_credits(found.attested)}
    else:
        said = _of_run(name, found)
    said["carbon"] = format_carbon(found.carbon)
    said["direct emissions"] = format_carbon(found.direct) if found.direct else ""
    said["units"] = str(found.units) if found.units > 1 else ""
    return {noun: text for noun, text in said.items() if text}


def _of_lot(name: str, found: Balance) -> dict[str, str]:
    cahra = format_metal(found.cahra) if found.cahra else ""
    return {name: format_metal(found.metal), "from CAHRA": cahra, **_credits(found.credits)}


def _of_run(name: str, found: RunMeasurement) -> dict[str, str]:
    fed = {
        f"{name} in, lot {place}": format_metal(milligrams)
        for place, milligrams in enumerate(found.metal_in, 1)
    }
    scrap = format_metal(found.scrap) if found.scrap else ""
    return {**fed, f"{name} out": format_metal(found.product), f"{name} as scrap": scrap}


def _credits(held: Sequence[int]) -> dict[str, str]:
    return {
        enum_word(credit): format_metal(milligrams) if milligrams else ""
        for credit, milligrams in zip(Credit, held, strict=True)
    }


def _is_long(part: str) -> bool:
    return "0x" in part and len(part) >= 40


def _cut(part: str) -> str:
    start = part.index("0x")
    end = start + 2
    while end < len(part) and part[end] in "0123456789abcdefABCDEF":
        end += 1
    if end - start < 40:
        return part
    return f"{part[:start]}{short(part[start:end])}{part[end:]}"
