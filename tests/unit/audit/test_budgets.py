"""Every row of the table of budgets refuses by its value and limit; honest stories stay within.

Vectors in tests/vectors/audit have those that another implementation refuses as well.
"""

import json
import re
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
    OpeningShown,
    frame,
    open_frame,
)
from lodetrace.audit.errors import (
    BundleRefused,
    BundleTooLarge,
    ContentMalformed,
    RowTooLong,
    TooMany,
    TooManySubjects,
)
from lodetrace.audit.evidence import establish
from lodetrace.audit.packing import pack
from lodetrace.chain.header import Header
from lodetrace.chain.strict_rlp import encode, integer_bytes
from lodetrace.contracts.enums import RowKind
from tests.support.audit_events import ACCEPTED, name
from tests.support.synthetic_chain import Chain, by_hash
from tests.unit.audit.make_vectors import TARGET
from zk_circuits.keccak import keccak256

SMALL = bytes(range(1, 40))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    chain = Chain()
    chain.emit(ACCEPTED)
    chain.grow(1)
    return chain.bundle(name("lot"), headers=[1])


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
    for count, error in ((4_432, "items instead of 9"), (4_433, "more than 4434 items")):
        content = encode([SMALL * 25, *[b"\1"] * count])
        file = frame(content, pack(content))
        with pytest.raises(ContentMalformed, match=error):
            Bundle.decode(file)


def test_node(bundle: Bundle) -> None:
    nodes = by_hash([*bundle.nodes, SMALL * 30])
    shown = replace(bundle, nodes=nodes).encode()
    values = refused(lambda: Bundle.decode(shown), BundleTooLarge, "a node")
    assert (values["actual"], values["most"]) == (39 * 30, 1_024)


def test_entry(bundle: Bundle) -> None:
    *before, last = bundle.entries
    longer = replace(last, data=bytes(8_193 - 32 * len(last.topics)))
    file = replace(bundle, entries=(*before, longer)).encode()
    values = refused(lambda: Bundle.decode(file), BundleTooLarge, "an entry")
    assert (values["actual"], values["most"]) == (8_193, 8_192)


def test_entries_of_a_row() -> None:
    file, anchor = built("rows", "a row of more entries than it can have")
    values = refused(lambda: establish(file, anchor), RowTooLong, "row lot")
    assert (values["actual"], values["most"]) == (513, 512)


def test_subjects(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    assert budgets.MOST_SUBJECTS == 20_000
    file, anchor = bundle.encode(), Chain().anchor()
    rows = len(establish(file, anchor).closure.rows)
    monkeypatch.setattr("lodetrace.audit.state_proofs.MOST_SUBJECTS", rows)
    establish(file, anchor)
    monkeypatch.setattr("lodetrace.audit.state_proofs.MOST_SUBJECTS", rows - 1)
    values = refused(lambda: establish(file, anchor), TooManySubjects, "subjects")
    assert (values["actual"], values["most"]) == (rows, rows - 1)


def test_rows_are_as_long_as_the_journal_lets_them_be(root: Path) -> None:
    """contracts/interfaces/IJournal.sol has the table."""
    text = (root / "contracts" / "interfaces" / "IJournal.sol").read_text("utf-8")
    found = re.findall(r"/// \| (\w+) +\|[^|]*\| ([\d,]+) ", text)
    limits = {name: int(most.replace(",", "")) for name, most in found}
    assert len(limits) == len(RowKind) - 1
    for kind in RowKind:
        if kind is not RowKind.NONE:
            title = kind.name.title().replace("_", "")
            ours = budgets.MOST_OF_ROW.get(kind, budgets.MOST_OF_OTHER_ROW)
            assert ours == limits[title], kind


def headers(bundle: Bundle, count: int) -> Bundle:
    """With so many headers."""
    fields = list(bundle.headers[0].fields)
    found = [
        Header.of_fields([*fields[:8], integer_bytes(number), *fields[9:]])
        for number in range(1, count + 1)
    ]
    return replace(bundle, headers=tuple(found))


def documents(bundle: Bundle, size: int) -> Bundle:
    """Two of them, of so many bytes together."""
    shown = sorted((b"\1" * (size // 2), b"\2" * (size - size // 2)), key=keccak256)
    return replace(bundle, documents=tuple(shown))


def test_headers(bundle: Bundle) -> None:
    assert len(Bundle.decode(headers(bundle, 4_096).encode()).headers) == 4_096
    file = headers(bundle, 4_097).encode()
    values = refused(lambda: Bundle.decode(file), TooMany, "headers")
    assert (values["actual"], values["most"]) == (4_097, 4_096)


def test_documents(bundle: Bundle) -> None:
    assert len(Bundle.decode(documents(bundle, 16 << 20).encode()).documents) == 2
    file = documents(bundle, (16 << 20) + 1).encode()
    values = refused(lambda: Bundle.decode(file), BundleTooLarge, "the documents")
    assert (values["actual"], values["most"]) == ((16 << 20) + 1, 16 << 20)


def more_nodes(bundle: Bundle) -> Bundle:
    return replace(bundle, nodes=by_hash([bytes([number]) for number in range(12)]))


def more_entries(bundle: Bundle) -> Bundle:
    last = bundle.entries[-1]
    return replace(bundle, entries=tuple(replace(last, place=at) for at in range(1, 13)))


def more_openings(bundle: Bundle) -> Bundle:
    shown = (OpeningShown(1, number.to_bytes(32, "big"), (0,) * 9, 7) for number in range(12))
    return replace(bundle, openings=tuple(shown))


@pytest.mark.parametrize(
    ("limit", "item", "change", "most"),
    [
        ("MOST_NODES", "nodes", more_nodes, 1 << 18),
        ("MOST_ENTRIES", "entries", more_entries, 1 << 18),
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
