"""Writes zk_circuits/vectors: `python -m zk_circuits.make_vectors`.

The vectors freeze the format. A run that changes one of them means a new format number,
never a new vector (SPEC, first paragraph); `--check` says so without writing. Numbers are
decimal strings, bytes are 0x-hexadecimal. Proofs are random: a proof that still verifies
under its key is kept.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from zk_circuits.balance import Balance, Measurement, Slots
from zk_circuits.commitment import commit
from zk_circuits.ctx import ProofContext, claim_ctx, origin_ctx, price_ctx, run_ctx, total_ctx
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening, price_tag
from zk_circuits.rule import RuleModel, RunRule
from zk_circuits.salts import NONCE_BYTES, SaltKind, SaltSource, inputs_anchor
from zk_circuits.tags import Tag, TagType

FOLDER: Final = Path(__file__).parent / "vectors"
LARGEST: Final = (1 << 64) - 1
COBALT: Final = Tag(27)
Vector = dict[str, Any]


def seed(label: str, size: int = 32) -> bytes:
    """Bytes that look random and are the same on every machine."""
    return sha256(b"lodetrace/vector/" + label.encode()).digest()[:size]


def number(label: str, bits: int = 248) -> int:
    """As seed, as an integer."""
    return int.from_bytes(seed(label), "big") >> (256 - bits)


def tags() -> Iterator[Vector]:
    """Every type, and the elements of the story."""
    cases = [COBALT.of(tag_type) for tag_type in TagType]
    cases += [Tag(element) for element in (1, 3, 13, 25, 28, 118)]
    for tag in cases:
        yield {
            "element": tag.element,
            "type": int(tag.type),
            "schema": tag.schema,
            "format": tag.format,
            "word": str(tag.word),
        }


def commitments() -> Iterator[Vector]:
    """Lots, events and totals, at their edges too."""
    lot = Balance(6_000_000_000, 45_000_000_000, 0, credits=(6_000_000_000, 0, 0, 0, 0))
    mixed = Balance(9_999_999_999, 123_456_789, 4_321, credits=(17, 5_000_000_000, 42, 0, 0))
    full = Balance(LARGEST, LARGEST, LARGEST, credits=(LARGEST, LARGEST, 0, LARGEST, LARGEST))
    birth = Measurement(6_000_000_000, 45_000_000_000, attested=(6_000_000_000, 0, 0, 0, 0))
    process = Measurement(5_900_000_000, 1_000_000_000, metal_in=6_000_000_000)
    empty = Balance(0, 0, 0)
    salt = number("commitment")
    yield _opened("lot of responsible cobalt", COBALT, lot.slots(), salt)
    yield _opened("the same lot as nickel", Tag(28), lot.slots(), salt)
    yield _opened("the same lot, another salt", COBALT, lot.slots(), salt ^ 1)
    yield _opened("lot with every kind of metal", COBALT, mixed.slots(), number("mixed"))
    yield _opened("largest amounts, largest salt", COBALT, full.slots(), (1 << 248) - 1)
    yield _opened("empty lot, salt 0", COBALT, empty.slots(), 0)
    yield _opened("event of a birth", COBALT.of(TagType.EVENT), birth.slots(), number("birth"))
    yield _opened("event of a process", COBALT.of(TagType.EVENT), process.slots(), number("run"))
    yield _opened("total", COBALT.of(TagType.TOTAL), mixed.slots(), number("total"))


def _opened(name: str, tag: Tag, slots: Slots, salt: int) -> Vector:
    return {
        "name": name,
        "tag": str(tag.word),
        "slots": [str(slot) for slot in slots],
        "salt": str(salt),
        "commitment": str(commit(tag.word, slots, salt)),
    }


def prices() -> Iterator[Vector]:
    """Ranges and settlement prices, at their edges too."""
    salt, largest = number("range"), (1 << 248) - 1
    usual = PriceRange(7_850_000, 8_350_000)
    yield _range("range of cobalt sulphate", 27, usual, salt)
    yield _range("the same range of nickel sulphate", 28, usual, salt)
    yield _range("the same range, another salt", 27, usual, salt ^ 1)
    yield _range("one price", 27, PriceRange(1, 1), 0)
    yield _range("largest range, largest salt", 27, PriceRange(1, LARGEST), largest)
    yield _price("settlement price", 8_000_000, number("price"))
    yield _price("nothing paid, salt 0", 0, 0)
    yield _price("largest price, largest salt", LARGEST, largest)


def _range(name: str, element: int, ends: PriceRange, salt: int) -> Vector:
    opening = RangeOpening(price_tag(element), ends, salt)
    return _priced(name, opening, {"low": str(ends.low), "high": str(ends.high)})


def _price(name: str, price: int, salt: int) -> Vector:
    return _priced(name, PriceOpening(price_tag(27), price, salt), {"price": str(price)})


def _priced(name: str, opening: RangeOpening | PriceOpening, hidden: dict[str, str]) -> Vector:
    return {
        "name": name,
        "tag": str(opening.tag.word),
        **hidden,
        "salt": str(opening.salt),
        "commitment": str(opening.commitment),
    }


def rules() -> Iterator[Vector]:
    """The models of custody as rebooks, and the fields one by one at their largest."""
    ppm = (1 << 20) - 1
    for model in RuleModel:
        if model is not RuleModel.BOOK_AND_CLAIM:
            yield _rule(model.name.lower(), RunRule.of_model(model))
    yield _rule("nothing passes", RunRule(False, False, gates=0))
    yield _rule("largest", RunRule(True, True, 31, 31, ppm, ppm, ppm))
    yield _rule("gate of credit 1", RunRule(False, False, gates=1))
    yield _rule("grant of credit 2", RunRule(False, False, gates=0, grants=2))
    yield _rule("tolerance 0.3 %", RunRule(False, False, gates=0, tolerance_ppm=3_000))
    yield _rule("loss 1 to 4 %", RunRule(True, False, 3, 0, 3_000, 10_000, 40_000))


def _rule(name: str, rule: RunRule) -> Vector:
    return {
        "name": name,
        "proportional": int(rule.proportional),
        "whole": int(rule.whole),
        "gates": rule.gates,
        "grants": rule.grants,
        "tolerancePpm": rule.tolerance_ppm,
        "lossFromPpm": rule.loss_from_ppm,
        "lossToPpm": rule.loss_to_ppm,
        "word": str(rule.word),
    }


def salts() -> Iterator[Vector]:
    """Salts of every kind; outputs, elements and epochs of one event; a run without an event."""
    ids = [seed("input a"), seed("input b"), seed("input c")]
    member, event, nonce = seed("secret"), seed("event"), seed("nonce", 16)
    first = SaltSource(SaltKind.LOT, member, event, 1, nonce)
    yield _salt("first output", first, 27, 0)
    yield _salt("second output", first, 27, 1)
    yield _salt("first output of another element", first, 28, 0)
    yield _salt("first output of another epoch", replace(first, epoch=2), 27, 0)
    yield _salt(
        "event, its second revision", SaltSource(SaltKind.EVENT, seed("site"), event), 27, 1
    )
    yield _salt("total", SaltSource(SaltKind.TOTAL, member, event, nonce=nonce), 27, 16)
    yield _salt("price range", SaltSource(SaltKind.PRICE_RANGE, member, event), 27, 0)
    yield _salt("settlement price", SaltSource(SaltKind.SETTLEMENT_PRICE, member, event), 27, 0)
    most = (1 << 32) - 1
    largest = SaltSource(SaltKind.LOT, member * 3, bytes(32), most, b"\xff" * NONCE_BYTES)
    yield _salt("shortest secret", replace(first, secret=seed("secret", 16)), 27, 0)
    yield _salt("largest", largest, (1 << 16) - 1, most)
    rebook = _salt("rebook", replace(first, anchor=inputs_anchor(ids)), 27, 0)
    yield {**rebook, "inputIds": [_hex(lot_id) for lot_id in ids]}


def _salt(name: str, source: SaltSource, element: int, index: int) -> Vector:
    return {
        "name": name,
        "kind": int(source.kind),
        "secret": _hex(source.secret),
        "epoch": source.epoch,
        "anchor": _hex(source.anchor),
        "element": element,
        "index": index,
        "nonce": _hex(source.nonce),
        "salt": str(source.salt(element, index)),
    }


def contexts() -> Iterator[Vector]:
    """ctx of every kind; a run with arrays of several lengths."""
    yield _context(
        "origin",
        eventId=seed("event"),
        output=seed("output"),
        count=1,
        material=27,
        model=1,
        ciphertext=_box("ciphertext"),
    )
    yield _run_context("process", 1, 2, 1, seed("event"))
    yield _run_context("largest run", 3, 4, 4, seed("event"))
    yield _run_context("rebook", 2, 1, 3, bytes(32))
    yield _context(
        "total",
        productId=seed("car"),
        firstPart=16,
        partCount=16,
        scale=(1 << 32) - 1,
        previousTotal=seed("previous"),
        total=seed("total"),
    )
    yield _context(
        "claim", subject=seed("lot"), subjectKind=1, measure=1, creditMask=6, threshold=160_000
    )
    yield _context(
        "claim", subject=seed("car"), subjectKind=2, measure=3, creditMask=0, threshold=LARGEST
    )
    for inside, offer in ((1, 7), (0, (1 << 32) - 1)):
        yield _context(
            "price",
            record=seed("record"),
            lot=seed("lot"),
            offer=offer,
            seller=seed("seller", 20),
            buyer=seed("buyer", 20),
            price=seed("price"),
            inside=inside,
            ciphertext=_box("ciphertext"),
        )


def _box(label: str) -> bytes:
    """177 bytes that only look like a sealed box."""
    return b"\x01" + (seed(label) * 6)[:176]


def _run_context(name: str, run_kind: int, inputs: int, outputs: int, event: bytes) -> Vector:
    vector = _context(
        "run",
        runKind=run_kind,
        eventId=event,
        inputIds=[seed(f"{name} input {at}") for at in range(inputs)],
        outputs=[seed(f"{name} output {at}") for at in range(outputs)],
        counts=[at * 1000 + 1 for at in range(outputs)],
        materials=[27 + at for at in range(outputs)],
        model=3,
        ciphertexts=[_box(f"{name} ciphertext {at}") for at in range(outputs)],
    )
    return {"name": name, **vector}


def _context(kind: str, **body: Any) -> Vector:
    frame = {
        "chainId": 1337,
        "contract": _hex(seed("contract", 20)),
        "verifyingKeyHash": _hex(seed(f"{kind} key")),
        "account": _hex(seed("account", 20)),
    }
    fields = {name: _plain(value) for name, value in body.items()}
    version = KIND_VERSIONS.get(kind, 1)
    vector: Vector = {"kind": f"lodetrace/{kind}/{version}", "frame": frame, "body": fields}
    return {**vector, "ctx": str(context_of(vector))}


KIND_VERSIONS: Final = {"run": 2}
CONTEXTS: Final[dict[str, Callable[..., int]]] = {
    "lodetrace/origin/1": origin_ctx,
    "lodetrace/run/2": run_ctx,
    "lodetrace/total/1": total_ctx,
    "lodetrace/claim/1": claim_ctx,
    "lodetrace/price/1": price_ctx,
}


def context_of(vector: Vector) -> int:
    """ctx of a vector, from its fields."""
    frame = vector["frame"]
    where = ProofContext(
        chain_id=frame["chainId"],
        contract=frame["contract"],
        verifying_key_hash=bytes.fromhex(frame["verifyingKeyHash"][2:]),
        account=frame["account"],
    )
    body = {_snake(name): _value(value) for name, value in vector["body"].items()}
    return CONTEXTS[vector["kind"]](where, **body)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, bytes):
        return _hex(value)
    return value if value < 1 << 53 else str(value)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(part) for part in value]
    if isinstance(value, str):
        return bytes.fromhex(value[2:]) if value.startswith("0x") else int(value)
    return value


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


FILES: Final[dict[str, Callable[[], Iterator[Vector]]]] = {
    "tags.json": tags,
    "commitments.json": commitments,
    "prices.json": prices,
    "rules.json": rules,
    "salts.json": salts,
    "ctx.json": contexts,
}


def text(vectors: object) -> str:
    """A vector file's text."""
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"


def run(
    prog: str,
    folder: Path,
    files: Mapping[str, Callable[[], Iterator[Vector]]],
    arguments: list[str] | None,
) -> int:
    """Writes the vector files, or says with --check which of them would change (exit 1)."""
    parser = argparse.ArgumentParser(prog=f"python -m {prog}", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args(arguments).check
    changed = []
    for name, vectors in files.items():
        path, content = folder / name, text(list(vectors()))
        if path.is_file() and path.read_text("utf-8") == content:
            continue
        changed.append(name)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
    for name in changed:
        print(f"{'differs' if check else 'written'}: {name}")
    return 1 if check and changed else 0


def main(arguments: list[str] | None = None) -> int:
    """Of format 1."""
    return run("zk_circuits.make_vectors", FOLDER, FILES, arguments)


if __name__ == "__main__":
    sys.exit(main())
