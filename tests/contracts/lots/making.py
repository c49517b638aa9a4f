"""Lots, events and requests as the contracts take them, made in one line."""

from collections.abc import Iterable
from typing import Any

from tests.contracts.people import ZERO_WORD, word

COBALT, NICKEL = 27, 28
IDENTITY_PRESERVED, SEGREGATED, BLENDED, MASS_BALANCE = range(4)
NONE, ACTIVE, OFFERED, HELD, DISPUTED, ASSIGNED, CONSUMED, LOST, NAMED = range(9)
BIRTH, PROCESSING, RECOVERY, MEASUREMENT = range(1, 5)
PROCESS, REBOOK, RECOVER, SETTLE = range(1, 5)
REWORK, LOSS = 5, 6
"""As a kind of events and as one of runs."""
OUTSIDE, CHARGE = 7, 7
END_OF_LIFE = 8
"""As a kind of events and as one of runs."""
ORE, CONCENTRATE, HYDROXIDE, SULPHATE, METAL, PRECURSOR = range(1, 7)
CATHODE, CELL, MODULE, PACK, SCRAP, RETIRED = 7, 8, 9, 10, 100, 101
DAY, HOUR = 86_400, 3_600
FORMAT, SCHEMA = 2, 2
LONG_AGO = 1_000_000_800
"""A whole hour, long before any test."""
ROOT = 7_000
"""Of lots that tests write into the book; no document gets that number."""
WITHOUT_END = 2**40 - 1
FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617
NO_PROOF = ((0,) * 8,)
RECEIVED = word("receiving document")
"""Hash of the buyer's record of what arrived."""


def field_word(name: str) -> str:
    """A stable element of the proofs' field, as a commitment is one."""
    return f"0x{int(word(name), 16) >> 8:064x}"


def number(value: str) -> int:
    """A word as a public signal."""
    return int(value, 16)


TRAITS = {
    "count": 0,
    "time": 32,
    "element": 72,
    "schema": 88,
    "material": 96,
    "model": 112,
    "format": 176,
    "root": 184,
    "index": 216,
    "mixed": 224,
    "charge": 225,
    "reworked": 226,
    "young": 227,
}
"""Fields of the word LotTraits.sol of a new lot, and where each begins."""


def traits(**fields: int) -> int:
    """The word LotTraits.sol of a new lot."""
    return sum(value << TRAITS[name] for name, value in fields.items())


def new_lot(lot: str, account: Any, **changes: Any) -> tuple[Any, ...]:
    """Arguments of ILotBook.create: segregated cobalt hydroxide of one root, born active."""
    fields = {
        "model": SEGREGATED,
        "count": 1,
        "time": LONG_AGO,
        "element": COBALT,
        "schema": SCHEMA,
        "format": FORMAT,
        "material": HYDROXIDE,
        "root": ROOT,
    }
    others = {
        "birthplace": ZERO_WORD, "origin": ZERO_WORD, "held_since": LONG_AGO, "held_until": 0,
    }  # fmt: skip
    assert changes.keys() <= TRAITS.keys() | others.keys()
    fields.update({name: changes[name] for name in changes.keys() & TRAITS.keys()})
    others.update({name: changes[name] for name in changes.keys() & others.keys()})
    return (lot, account, traits(**fields), *others.values())


def sealed(name: str) -> str:
    """A sealed box of the algorithm X25519: 177 bytes that only look like one."""
    return "0x01" + "".join(word(f"{name} {index}")[2:] for index in range(6))[: 2 * 176]


def site_event(site: str, end: int, kind: int = BIRTH, **changes: Any) -> tuple[Any, ...]:
    """Types.SiteEvent: the first of the site, a day long, of cobalt by mass balance."""
    fields = {
        "site": site,
        "sequence": 1,
        "revision": 0,
        "kind": kind,
        "element": COBALT,
        "from": end - DAY,
        "to": end,
        "document": word("document"),
        "commitment": field_word("event"),
        "elements": [changes.get("element", COBALT)],
        "model": MASS_BALANCE,
        "unit_material": 0,
        "no_output": False,
        "batches": ZERO_WORD if kind == MEASUREMENT else word("batches"),
        "inputs": in_order(changes.pop("inputs", ())),
        "units": 0,
    }
    assert changes.keys() <= fields.keys()
    return tuple({**fields, **changes}.values())


def birth(event: str, lot: str, **changes: Any) -> tuple[Any, ...]:
    """IOrigins.Birth: one unit of segregated hydroxide."""
    fields = {
        "event": event,
        "lot": lot,
        "count": 1,
        "material": HYDROXIDE,
        "model": SEGREGATED,
        "sealed": sealed(lot),
        "proof": NO_PROOF,
    }
    assert changes.keys() <= fields.keys()
    return tuple({**fields, **changes}.values())


def in_order(lots: Iterable[str]) -> list[str]:
    """As events and runs name their inputs."""
    return sorted(lots, key=number)


def output(name: str, count: int = 1, material: int = HYDROXIDE) -> tuple[Any, ...]:
    """IRuns.Output."""
    return (field_word(name), count, material)


def run_request(
    kind: int, inputs: list[str], outputs: list[tuple[Any, ...]], **changes: Any
) -> tuple[Any, ...]:
    """IRuns.Request: segregated, in band, inputs in their order, a box for each output."""
    fields = {
        "kind": kind,
        "event": ZERO_WORD,
        "inputs": in_order(inputs),
        "outputs": outputs,
        "model": SEGREGATED,
        "in_band": True,
        "sealed": [sealed(made[0]) for made in outputs],
        "proof": NO_PROOF,
    }
    assert changes.keys() <= fields.keys()
    return tuple({**fields, **changes}.values())
