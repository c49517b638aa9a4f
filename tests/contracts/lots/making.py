"""Lots, events and requests as the contracts take them, made in one line."""

from typing import Any

from tests.contracts.people import ZERO_WORD, word

COBALT, NICKEL = 27, 28
IDENTITY_PRESERVED, SEGREGATED, BLENDED, MASS_BALANCE = range(4)
NONE, ACTIVE, OFFERED, HELD, DISPUTED, ASSIGNED, CONSUMED, WRITTEN_OFF = range(8)
BIRTH, PROCESSING, RECOVERY, MEASUREMENT = range(1, 5)
PROCESS, REBOOK, RECOVER, SETTLE = range(1, 5)
HYDROXIDE, SULPHATE, CATHODE, PACK, SCRAP, RETIRED = 3, 4, 7, 10, 100, 101
DAY = 86_400
WITHOUT_END = 2**40 - 1
FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617
NO_PROOF = ((0,) * 8,)


def field_word(name: str) -> str:
    """A stable element of the proofs' field, as a commitment is one."""
    return f"0x{int(word(name), 16) >> 8:064x}"


def number(value: str) -> int:
    """A word as a public signal."""
    return int(value, 16)


def batch(name: str, index: int = 0) -> int:
    """A batch; `index` is that of the output, in the two lowest bits."""
    return (int(word(f"batch {name}"), 16) % 2**78) << 2 | index


def nature(**fields: int) -> int:
    """The word Nature.sol of a new lot."""
    places = {
        "count": 0,
        "time": 32,
        "element": 72,
        "schema": 88,
        "material": 96,
        "model": 112,
        "batch": 176,
    }
    return sum(value << places[name] for name, value in fields.items())


def new_lot(lot: str, account: Any, **changes: Any) -> tuple[Any, ...]:
    """Arguments of ILotBook.create: segregated cobalt hydroxide without a batch, born active."""
    fields = {
        "model": SEGREGATED,
        "count": 1,
        "time": 1_000_000_000,
        "element": COBALT,
        "schema": 1,
        "material": HYDROXIDE,
        "batch": 0,
    }
    others = {"birthplace": ZERO_WORD, "origin": ZERO_WORD, "held_until": 0}
    assert changes.keys() <= fields.keys() | others.keys()
    fields.update({name: changes[name] for name in changes.keys() & fields.keys()})
    others.update({name: changes[name] for name in changes.keys() & others.keys()})
    return (lot, account, nature(**fields), *others.values())


def sealed(name: str) -> str:
    """A sealed box of the algorithm X25519: 177 bytes that only look like one."""
    return "0x01" + "".join(word(f"{name} {index}")[2:] for index in range(6))[: 2 * 176]


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
        "inputs": sorted(inputs, key=number),
        "outputs": outputs,
        "model": SEGREGATED,
        "in_band": True,
        "sealed": [sealed(made[0]) for made in outputs],
        "proof": NO_PROOF,
    }
    assert changes.keys() <= fields.keys()
    return tuple({**fields, **changes}.values())
