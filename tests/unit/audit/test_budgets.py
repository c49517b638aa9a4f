"""Every row of the table of budgets refuses by its value and limit; honest stories stay within.

Vectors in tests/vectors/audit have those that another implementation refuses as well.
"""

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit import budgets
from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import (
    Bundle,
    CountersShown,
    OpeningShown,
    ReceiptsShown,
    StateShown,
    frame,
    open_frame,
)
from lodetrace.audit.errors import (
    BundleRefused,
    BundleTooLarge,
    ContentMalformed,
    EventTooLarge,
    ReceiptsTooLarge,
    StateTooLarge,
    TooMany,
    TooManyEvents,
)
from lodetrace.audit.evidence import establish
from lodetrace.audit.packing import pack
from lodetrace.chain.header import Header
from lodetrace.chain.strict_rlp import encode, integer_bytes
from lodetrace.contracts.enums import SubjectKind
from tests.support.audit_events import ACCEPTED, CONSUMED, name
from tests.support.synthetic_chain import Chain, by_hash
from tests.unit.audit.make_vectors import TARGET
from zk_circuits.keccak import keccak256

SMALL = bytes(range(1, 40))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    chain = Chain()
    chain.emit(ACCEPTED)
    chain.count(SubjectKind.LOT, name("lot"), 1)
    chain.grow(1)
    return chain.bundle({1: [0]}, {SubjectKind.LOT: [name("lot")]})


def refused(judge: Callable[[], object], error: type[BundleRefused], item: str) -> dict[str, Any]:
    """The values of a refusal: what there is, and how much of it is allowed."""
    with pytest.raises(error, match=item) as refusal:
        judge()
    assert type(refusal.value) is error
    assert str(refusal.value.values["most"]) in str(refusal.value)
    return refusal.value.values


def built(group: str, title: str) -> tuple[bytes, Anchor]:
    """A case of the vectors."""
    found = json.loads((TARGET / f"{group}.json").read_text("utf-8"))
    (case,) = (case for case in found["cases"] if case["name"] == title)
    return b64decode(case["file"]), Anchor.from_json(found["anchors"][case["anchor"]])


def test_file(bundle: Bundle) -> None:
    file = bundle.encode()
    values = refused(lambda: open_frame(file + bytes(64 << 20)), BundleTooLarge, "the file")
    assert (values["actual"], values["most"]) == (len(file) + (64 << 20), 64 << 20)


def test_content_of_a_file(bundle: Bundle) -> None:
    """Four times the file and 64 KiB, before anything is unpacked."""
    file = bundle.encode()
    most = 4 * len(file) + 65_536
    claimed = file[:18] + (most + 1).to_bytes(8, "big") + file[26:]
    values = refused(lambda: open_frame(claimed), BundleTooLarge, "the content of a file of")
    assert (values["actual"], values["most"]) == (most + 1, most)


def test_exporter_keeps_to_it_as_well(bundle: Bundle) -> None:
    empty = replace(bundle, documents=(bytes(1 << 20),))
    assert refused(empty.encode, BundleTooLarge, "the content of a file")["actual"] > 1 << 20


def test_items_of_a_content() -> None:
    """One for 16 bytes, and 4,096 beside."""
    for count, error in ((4_432, "items instead of 10"), (4_433, "more than 4434 items")):
        content = encode([SMALL * 25, *[b"\1"] * count])
        file = frame(content, pack(content))
        with pytest.raises(ContentMalformed, match=error):
            Bundle.decode(file)


def test_node(bundle: Bundle) -> None:
    nodes = by_hash([*bundle.nodes, SMALL * 30_000])
    shown = replace(bundle, nodes=nodes).encode()
    values = refused(lambda: Bundle.decode(shown), BundleTooLarge, "a node")
    assert (values["actual"], values["most"]) == (39 * 30_000, 1 << 20)


def test_node_of_a_state() -> None:
    file, anchor = built("state", "an account of more than a kibibyte")
    values = refused(lambda: establish(file, anchor), StateTooLarge, "node 0x.* on the way to")
    assert values["most"] == 1_024


def test_receipts_that_share_a_leaf() -> None:
    """142 kB of such a bundle took 4 GB."""
    file, anchor = built("receipts", "one leaf for a hundred receipts")
    values = refused(lambda: establish(file, anchor), ReceiptsTooLarge, "the receipts up to")
    assert 65_536 < values["most"] < values["actual"] < 70_000


def test_event() -> None:
    file, anchor = built("events", "a log of more than eight kibibytes")
    values = refused(lambda: establish(file, anchor), EventTooLarge, "log 0 of receipt 0")
    assert values["most"] == 8_192


def test_events(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain()
    chain.emit(ACCEPTED, CONSUMED, CONSUMED)
    monkeypatch.setattr("lodetrace.audit.logs.MOST_EVENTS", 2)
    file = chain.bundle({1: [0]}).encode()
    values = refused(lambda: establish(file, chain.anchor()), TooManyEvents, "events")
    assert (values["actual"], values["most"]) == (3, 2)


def headers(bundle: Bundle, count: int) -> Bundle:
    """So many headers beside the one whose receipts are shown."""
    fields = list(bundle.headers[0].fields)
    found = [
        Header.of_fields([*fields[:8], integer_bytes(number), *fields[9:]])
        for number in range(1, count + 2)
    ]
    return replace(bundle, headers=tuple(found))


def documents(bundle: Bundle, size: int) -> Bundle:
    """Two of them, of so many bytes together."""
    shown = sorted((b"\1" * (size // 2), b"\2" * (size - size // 2)), key=keccak256)
    return replace(bundle, documents=tuple(shown))


def test_headers_without_receipts(bundle: Bundle) -> None:
    assert len(Bundle.decode(headers(bundle, 4_096).encode()).headers) == 4_097
    file = headers(bundle, 4_097).encode()
    values = refused(lambda: Bundle.decode(file), TooMany, "headers of blocks without a receipt")
    assert (values["actual"], values["most"]) == (4_097, 4_096)


def test_documents(bundle: Bundle) -> None:
    assert len(Bundle.decode(documents(bundle, 16 << 20).encode()).documents) == 2
    file = documents(bundle, (16 << 20) + 1).encode()
    values = refused(lambda: Bundle.decode(file), BundleTooLarge, "the documents")
    assert (values["actual"], values["most"]) == ((16 << 20) + 1, 16 << 20)


def more_nodes(bundle: Bundle) -> Bundle:
    return replace(bundle, nodes=by_hash([bytes([number]) for number in range(12)]))


def more_receipts(bundle: Bundle) -> Bundle:
    return replace(bundle, receipts=(ReceiptsShown(1, tuple(range(12))),))


def more_subjects(bundle: Bundle) -> Bundle:
    """Counters of lots and sites, and standings, are counted together."""
    lots, sites, events = (tuple(sorted(name(f"{kind} {at}") for at in range(4))) for kind in "lse")
    shown = (CountersShown(SubjectKind.LOT, lots), CountersShown(SubjectKind.SITE, sites))
    return replace(bundle, state=StateShown(2, shown, events))


def more_openings(bundle: Bundle) -> Bundle:
    shown = (OpeningShown(1, number.to_bytes(32, "big"), (0,) * 9, 7) for number in range(12))
    return replace(bundle, openings=tuple(shown))


@pytest.mark.parametrize(
    ("limit", "item", "change", "most"),
    [
        ("MOST_NODES", "nodes", more_nodes, 1 << 18),
        ("MOST_RECEIPTS", "receipts", more_receipts, 1 << 18),
        ("MOST_SUBJECTS", "counters and standings", more_subjects, 20_000),
        ("MOST_OPENINGS", "openings", more_openings, 4_096),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_counts(
    bundle: Bundle,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    item: str,
    change: Callable[[Bundle], Bundle],
    most: int,
) -> None:
    """With a limit that a test reaches; 12 are shown of each."""
    assert getattr(budgets, limit) == most
    file = change(bundle).encode()
    monkeypatch.setattr(f"lodetrace.audit.bundle.{limit}", 12)
    Bundle.decode(file)
    monkeypatch.setattr(f"lodetrace.audit.bundle.{limit}", 11)
    values = refused(lambda: Bundle.decode(file), TooMany, item)
    assert (values["actual"], values["most"]) == (12, 11)


def story(root: Path, kind: str, births: int) -> dict[str, Any]:
    """Measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.audit.long_stories", kind, str(births)],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"\n{kind}: {found}")
    return found


@pytest.mark.slow
def test_memory_of_5000_lots_that_were_each_held_once(root: Path) -> None:
    """Of the whole process. What each hold reaches was quadratic, and took 545 MB."""
    found = story(root, "held", 2_501)
    assert found["lots"] == 5_001
    assert found["findings"] > 5_000
    assert found["memory"] < 10 * found["content"] + 100_000_000


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "births"), [("held", 500), ("sold", 50)])
def test_time_and_memory_follow_the_bytes(root: Path, kind: str, births: int) -> None:
    """Twice the story takes about twice the time; what is quadratic takes four times."""
    short, long = story(root, kind, births), story(root, kind, 2 * births)
    growth = long["content"] / short["content"]
    assert growth > 1.8
    assert long["seconds"] < 1.6 * growth * short["seconds"]
    assert kind == "held" or long["memory"] < 10 * long["content"]
