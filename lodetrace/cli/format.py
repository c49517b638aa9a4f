"""How amounts, roots and ends are written: the nouns of the gateway's JSON."""

from typing import TYPE_CHECKING

from lodetrace.cli.answer import Document
from lodetrace.contracts.enums import FOREVER
from lodetrace.text import enum_word, iso_time
from lodetrace.units import PPM, brief, brief_share, format_carbon, format_metal, format_share

if TYPE_CHECKING:
    from lodetrace.contracts.structs import Lot
    from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement


def amount(value: int, unit: str) -> Document:
    """An exact integer with its unit; text, because JSON numbers lose digits."""
    return {"value": str(value), "unit": unit}


def metal(milligrams: int) -> Document:
    """A mass of metal."""
    return amount(milligrams, "mg")


def carbon(milligrams: int) -> Document:
    """A mass of carbon dioxide equivalents."""
    return amount(milligrams, "mg CO2e")


def provenance(found: "Lot") -> Document:
    """Where a lot comes from: its root, the output in it, and what it is on paper."""
    return {
        "root": found.root,
        "index": found.index,
        "mixed": found.mixed,
        "charge": found.charge,
        "reworked": found.reworked,
        "young": found.young,
        "held_since": iso_time(found.held_since),
        "oldest": iso_time(found.oldest),
    }


def say_root(found: "Lot") -> str:
    """ "12, output 1": what comes of one output of a document is one physical batch."""
    if found.mixed:
        return f"{found.root}, of several documents"
    return f"{found.root}, output {found.index + 1}"


def iso_or_none(seconds: int) -> str | None:
    """None for 0 and for what the contracts use for "no end"."""
    return iso_time(seconds) if 0 < seconds < FOREVER else None


def balance(found: "Balance") -> Document:
    """The amounts of a lot or total."""
    return {
        "metal": metal(found.metal),
        "carbon": carbon(found.carbon),
        "direct": carbon(found.direct),
        "cahra": metal(found.cahra),
        "units": found.units,
        "credits": credit_amounts(found.credits),
    }


def measurement(found: "BirthMeasurement | RunMeasurement") -> Document:
    """The amounts of an event."""
    from zk_circuits.balance import BirthMeasurement

    told = {"carbon": carbon(found.carbon), "direct": carbon(found.direct), "units": found.units}
    if isinstance(found, BirthMeasurement):
        return {"metal_out": metal(found.metal), **told, "attested": credit_amounts(found.attested)}
    return {
        "metal_in": [metal(one) for one in found.metal_in],
        "metal_out": metal(found.product),
        "scrap": metal(found.scrap),
        **told,
    }


def say_measurement(found: "BirthMeasurement | RunMeasurement") -> dict[str, str | None]:
    """The amounts of an event, for people who are to see whether they are meant."""
    from zk_circuits.balance import BirthMeasurement

    if isinstance(found, BirthMeasurement):
        own, fed, scrap = found.metal, None, None
        credits = say_credits(found.attested, found.metal)
    else:
        own, fed = found.product, " + ".join(map(format_metal, found.metal_in))
        scrap, credits = format_metal(found.scrap) if found.scrap else None, None
    return {
        "metal in": fed,
        "metal": format_metal(own),
        "scrap": scrap,
        "units": f"{found.units:,}" if found.units > 1 else None,
        "carbon": format_carbon(found.carbon),
        "direct": format_carbon(found.direct) if found.direct else None,
        "intensity": say_intensity(found.carbon, own),
        "credits stated": credits,
    }


def say_intensity(carbon_: int, metal_: int) -> str | None:
    """ "8.2 kg CO2e per kg", to four digits; None where there is no metal."""
    return f"{brief(carbon_, metal_)} kg CO2e per kg" if metal_ else None


def credit_amounts(amounts: tuple[int, ...]) -> Document:
    """Metal that bears each credit; credits that nothing bears are left out."""
    from zk_circuits.schema import Credit

    return {
        enum_word(credit): metal(held) for credit, held in zip(Credit, amounts, strict=True) if held
    }


def say_balance(found: "Balance") -> dict[str, str]:
    """The amounts of a lot, for people."""
    return {
        "metal": format_metal(found.metal),
        "carbon": format_carbon(found.carbon),
        "direct emissions": format_carbon(found.direct),
        "CAHRA": say_part(found.cahra, found.metal),
        "credits": say_credits(found.credits, found.metal),
    }


def say_credits(amounts: tuple[int, ...], whole: int) -> str:
    """ "responsible 60 % (3.6 t)", comma-separated; "none"."""
    from zk_circuits.schema import Credit

    said = [
        f"{enum_word(credit)} {say_part(held, whole)}"
        for credit, held in zip(Credit, amounts, strict=True)
        if held
    ]
    return ", ".join(said) or "none"


def brief_credits(amounts: tuple[int, ...], whole: int) -> str:
    """ "responsible 60 %", comma-separated, to four digits: for lists."""
    from zk_circuits.schema import Credit

    said = [
        f"{enum_word(credit)} {brief_share(held, whole)}"
        for credit, held in zip(Credit, amounts, strict=True)
        if held and whole
    ]
    return ", ".join(said) or "none"


def say_part(part: int, whole: int) -> str:
    """ "60 % (3.6 t)"; the share is cut off at a ppm, the mass is exact."""
    if part == 0 or whole == 0:
        return "none"
    return f"{format_share(part * PPM // whole)} ({format_metal(part)})"
