"""Writes zk_circuits/vectors: `python -m zk_circuits.make_vectors`.

The vectors freeze the format. A run that changes one of them means a new format number,
never a new vector (SPEC, first paragraph); `--check` says so without writing.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from zk_circuits.balance import Balance, BirthMeasurement, RunMeasurement, Slots
from zk_circuits.commitment import commit
from zk_circuits.ctx import ProofContext, claim_ctx, origin_ctx, price_ctx, run_ctx, total_ctx
from zk_circuits.price import PriceOpening, PriceRange, RangeOpening
from zk_circuits.rule import BirthRule, RuleModel, RunRule
from zk_circuits.salts import NONCE_BYTES, SaltKind, SaltSource, inputs_anchor
from zk_circuits.statements.claim import ClaimMeasure, statement_word
from zk_circuits.tags import PriceTag, Tag, TagType
from zk_circuits.vector_statements import statements
from zk_circuits.vector_text import Vector, hexed, number, seed, text

FOLDER: Final = Path(__file__).parent / "vectors"
LARGEST: Final = (1 << 64) - 1
COBALT: Final = Tag(27)


def tags() -> Iterator[Vector]:
    """Every type, and the elements of the story."""
    cases = [COBALT.of(tag_type) for tag_type in TagType]
    cases += [Tag(element) for element in (1, 3, 13, 25, 28, 118)]
    for tag in cases:
        yield {"element": tag.element, "type": int(tag.type), "word": str(tag.word)}


def commitments() -> Iterator[Vector]:
    """Lots, events and totals, at their edges too."""
    lot = Balance(6_000_000_000, 45_000_000_000, 0, 1, (6_000_000_000, 0, 0, 0), 8_000_000_000)
    mixed = Balance(9_999_999_999, 123_456_789, 4_321, 120, (17, 5_000_000_000, 42, 0), 99)
    full = Balance(LARGEST, LARGEST, LARGEST, LARGEST, (LARGEST, LARGEST, 0, LARGEST), LARGEST)
    birth = BirthMeasurement(6_000_000_000, 45_000_000_000, 1, (6_000_000_000, 0, 0, 0), 8_000)
    process = RunMeasurement(5_500_000_000, (2_000_000_000, 4_000_000_000), 10**9, 4 * 10**8, 96, 7)
    settlement = RunMeasurement.settlement(990_000_000, 1)
    salt = number("commitment")
    yield _opened("lot of responsible cobalt", COBALT, lot.slots(), salt)
    yield _opened("the same lot as nickel", Tag(28), lot.slots(), salt)
    yield _opened("the same lot, another salt", COBALT, lot.slots(), salt ^ 1)
    yield _opened("series with every kind of metal", COBALT, mixed.slots(), number("mixed"))
    largest = (1 << 248) - 1
    yield _opened("largest total, largest salt", COBALT.of(TagType.TOTAL), full.slots(), largest)
    yield _opened("empty lot, salt 0", COBALT, Balance(0, 0, 0, 0).slots(), 0)
    yield _opened("birth", COBALT.of(TagType.BIRTH), birth.slots(), number("birth"))
    run_event = COBALT.of(TagType.RUN_EVENT)
    yield _opened("event of a process", run_event, process.slots(), number("run"))
    yield _opened("event of a settlement", run_event, settlement.slots(), number("settlement"))
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
    opening = RangeOpening(PriceTag(element), ends, salt)
    return _priced(name, opening, {"low": str(ends.low), "high": str(ends.high)})


def _price(name: str, price: int, salt: int) -> Vector:
    return _priced(name, PriceOpening(PriceTag(27), price, salt), {"price": str(price)})


def _priced(name: str, opening: RangeOpening | PriceOpening, hidden: dict[str, str]) -> Vector:
    return {
        "name": name,
        "tag": str(opening.tag.word),
        **hidden,
        "salt": str(opening.salt),
        "commitment": str(opening.commitment),
    }


def births() -> Iterator[Vector]:
    """Rule words of births."""
    most = (1 << 32) - 1
    cases = (("bulk", 1, 1, False), ("packs in an area", 96, 0, True), ("largest", most, 15, True))
    for name, count, gates, in_cahra in cases:
        word = BirthRule(count, gates, in_cahra).word
        fields = {"count": count, "gates": gates, "inCahra": int(in_cahra)}
        yield {"name": name, **fields, "word": str(word)}


def rules() -> Iterator[Vector]:
    """Rebooks under each model, a settlement, and fields at their largest."""
    most, ppm = (1 << 32) - 1, (1 << 20) - 1
    for model in RuleModel:
        if model is not RuleModel.BOOK_AND_CLAIM:
            yield _rule(f"rebook, {model.name.lower()}", RunRule.rebook(model, (1, 1)))
    yield _rule("rebook of packs", RunRule.rebook(RuleModel.SEGREGATED, (60, 36), 0b11))
    yield _rule("settlement", RunRule.settlement(RuleModel.MASS_BALANCE, 96, in_units=True))
    yield _rule("nothing passes", RunRule((1,), proportional=False, gates=0))
    largest = RunRule(
        (most,) * 4, True, True, True, 15, 15, 15, 15, ppm, ppm, ppm, ppm
    )  # every bit is set
    yield _rule("largest", largest)
    yield _rule("gate of credit 1", RunRule((1,), gates=1))
    yield _rule("grant of credit 2", RunRule((1,), gates=0, grants=2))
    site = RunRule(
        (120, 1),
        proportional=False,
        gates=3,
        scrap=0b10,
        in_units=0b01,
        tolerance_ppm=3_000,
        loss_from_ppm=10_000,
        loss_to_ppm=40_000,
        scrap_to_ppm=80_000,
    )
    yield _rule("packs and scrap of a site", site)


def _rule(name: str, rule: RunRule) -> Vector:
    return {
        "name": name,
        "counts": list(rule.counts),
        "proportional": int(rule.proportional),
        "whole": int(rule.whole),
        "settles": int(rule.settles),
        "gates": rule.gates,
        "grants": rule.grants,
        "scrap": rule.scrap,
        "inUnits": rule.in_units,
        "tolerancePpm": rule.tolerance_ppm,
        "lossFromPpm": rule.loss_from_ppm,
        "lossToPpm": rule.loss_to_ppm,
        "scrapToPpm": rule.scrap_to_ppm,
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
    yield {**rebook, "inputIds": [hexed(lot_id) for lot_id in ids]}


def _salt(name: str, source: SaltSource, element: int, index: int) -> Vector:
    secret = source.secret
    assert isinstance(secret, bytes)
    return {
        "name": name,
        "kind": int(source.kind),
        "secret": hexed(secret),
        "epoch": source.epoch,
        "anchor": hexed(source.anchor),
        "element": element,
        "index": index,
        "nonce": hexed(source.nonce),
        "salt": str(source.salt(element, index)),
    }


def claims() -> Iterator[Vector]:
    """Statement words, one of each measure and the largest thresholds."""
    for measure in ClaimMeasure:
        for threshold in (0, 160_000, LARGEST):
            mask = 0b110 if measure is ClaimMeasure.CREDIT else 0
            word = statement_word(measure, mask, threshold)
            fields = {"measure": int(measure), "creditMask": mask, "threshold": str(threshold)}
            yield {"name": measure.name.lower(), **fields, "word": str(word)}


def contexts() -> Iterator[Vector]:
    """ctx of every kind; runs with arrays of several lengths and boxes of several sizes."""
    yield _context(
        "origin",
        origin_ctx,
        event_key=seed("event"),
        output=seed("output"),
        count=1,
        material=27,
        model=1,
        box=seed("box") * 7,
    )
    for name, kind, inputs, outputs, event in (
        ("process", 1, 2, 1, seed("event")),
        ("largest run", 3, 4, 4, seed("event")),
        ("rebook", 2, 1, 3, bytes(32)),
    ):
        yield _context(
            name,
            run_ctx,
            run_kind=kind,
            event_key=event,
            input_ids=[seed(f"{name} input {at}") for at in range(inputs)],
            outputs=[seed(f"{name} output {at}") for at in range(outputs)],
            counts=[at * 1000 + 1 for at in range(outputs)],
            materials=[27 + at for at in range(outputs)],
            model=3,
            boxes=[seed(f"{name} box {at}") * (5 + at) for at in range(outputs)],
        )
    yield _context(
        "total",
        total_ctx,
        product_id=seed("car"),
        first_part=16,
        part_count=16,
        scale=(1 << 32) - 1,
        previous_total=seed("previous"),
        total=seed("total"),
    )
    for measure, mask in ((1, 6), (4, 0), (5, 0)):
        yield _context(
            "claim",
            claim_ctx,
            subject=seed("lot"),
            subject_kind=1,
            measure=measure,
            credit_mask=mask,
            threshold=160_000,
        )
    for inside, offer in ((1, 7), (0, (1 << 32) - 1)):
        yield _context(
            "price",
            price_ctx,
            record=seed("record"),
            lot=seed("lot"),
            offer=offer,
            seller=seed("seller", 20),
            buyer=seed("buyer", 20),
            price=seed("price"),
            inside=inside,
            ciphertext=b"\x01" + (seed("ciphertext") * 6)[:176],
        )


def _context(name: str, ctx_of: Callable[..., int], **body: Any) -> Vector:
    frame = ProofContext(
        chain_id=1337,
        contract=hexed(seed("contract", 20)),
        verifying_key_hash=seed(f"{name} key"),
        account=hexed(seed("account", 20)),
    )
    said = {
        "chainId": frame.chain_id,
        "contract": frame.contract,
        "verifyingKeyHash": hexed(frame.verifying_key_hash),
        "account": frame.account,
    }
    fields = {key: _plain(value) for key, value in body.items()}
    return {"name": name, "frame": said, "body": fields, "ctx": str(ctx_of(frame, **body))}


def witnesses() -> Iterator[Vector]:
    """Whole statements: what a circuit is given, and its public signals."""
    for name, statement in statements():
        yield {
            "name": name,
            "circuit": statement.circuit,
            "inputs": {key: _texts(value) for key, value in statement.circuit_inputs().items()},
            "public": _texts(list(statement.public_signals())),
        }


def _texts(value: Any) -> Any:
    return [_texts(part) for part in value] if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return hexed(value) if isinstance(value, bytes) else value


FILES: Final[dict[str, Callable[[], Iterator[Vector]]]] = {
    "tags.json": tags,
    "commitments.json": commitments,
    "births.json": births,
    "rules.json": rules,
    "claims.json": claims,
    "prices.json": prices,
    "salts.json": salts,
    "ctx.json": contexts,
    "witnesses.json": witnesses,
}


def main(arguments: list[str] | None = None) -> int:
    """Writes the vector files, or says with --check which of them would change (exit 1)."""
    parser = argparse.ArgumentParser(prog="python -m zk_circuits.make_vectors", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args(arguments).check
    changed = []
    for name, vectors in FILES.items():
        path, content = FOLDER / name, text(list(vectors()))
        if path.is_file() and path.read_text("utf-8") == content:
            continue
        changed.append(name)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
    for name in changed:
        print(f"{'differs' if check else 'written'}: {name}")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
