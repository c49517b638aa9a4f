"""Every event has its rows, or a reason to be in none; and the contracts note the same ones."""

import re
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.rows import Told, count_of, fold, gather
from lodetrace.contracts import events as told
from lodetrace.contracts.enums import Measure, Role, RowKind
from lodetrace.contracts.events.decode import event_types
from lodetrace.contracts.journal import NOTED_WITH, ROWS, UNNOTED, rows_of
from lodetrace.contracts.plan import JOURNAL_WRITERS
from lodetrace.contracts.structs import ZERO32, Row
from zk_circuits.abi import hash_static

SITE, LOT, OTHER = (bytes([number]) * 32 for number in (1, 2, 3))
ACCOUNT = "0x" + "11" * 20
WRITES_AS = {"Emergency": "Members", "Filings": "Attestations", "Panels": "Sites"}
"""Abstract contracts, and the contract that each is a part of."""


def sources(root: Path) -> dict[str, str]:
    """Contracts and libraries, without their comments."""
    found = [*(root / "contracts").glob("*.sol"), *(root / "contracts" / "libraries").glob("*.sol")]
    return {path.stem: re.sub(r"//.*", "", path.read_text("utf-8")) for path in found}


def test_every_event_is_in_rows_or_in_none_for_a_reason() -> None:
    known = set(event_types().values())
    assert set(ROWS) | UNNOTED == known
    assert set(ROWS) & UNNOTED == set()
    assert set(NOTED_WITH.values()) <= set(ROWS)


def test_the_contracts_emit_nothing_else_that_is_not_noted(root: Path) -> None:
    """What is noted is written by Entries, which gives the digest; `emit` gives none."""
    emitted, noted = set[str](), set[str]()
    for text in sources(root).values():
        emitted |= set(re.findall(r"\bemit (?:\w+\.)?(\w+)\(", text))
        noted |= set(re.findall(r"\b([A-Z]\w+)\.selector", text))
    assert emitted == {event.__name__ for event in UNNOTED}
    assert {event.__name__ for event in ROWS} <= noted


def test_a_writer_has_the_kinds_of_rows_that_its_events_are_in(root: Path) -> None:
    """A contract that lacks one is refused by the Journal; one too many is a right too many."""
    needed: dict[str, set[RowKind]] = {}
    for name, text in sources(root).items():
        for kind in re.findall(r"RowKind\.(\w+)", text):
            member = RowKind[re.sub(r"(?<!^)(?=[A-Z])", "_", kind).upper()]
            needed.setdefault(WRITES_AS.get(name, name), set()).add(member)
    needed["Runs"] |= needed["RunRows"]
    needed["Products"] |= needed.pop("RunRows")
    del needed["Journal"]
    assert needed == {name: set(kinds) for name, kinds in JOURNAL_WRITERS.items()}


def row(kind: RowKind, subject: bytes) -> Row:
    return Row(kind, subject)


def test_a_document_is_the_event_of_no_metal() -> None:
    filed = told.Filed(SITE, OTHER, ACCOUNT, 7)
    assert rows_of(filed) == [row(RowKind.EVENT, hash_static(SITE, 7, 0))]


def test_an_account_and_a_root_are_words() -> None:
    added = told.AccountAdded(ACCOUNT, OTHER, 1, Role.TRADER, ZERO32)
    owner = bytes(12) + b"\x11" * 20
    assert rows_of(added) == [row(RowKind.MEMBER, OTHER), row(RowKind.ACCOUNT, owner)]
    held = told.HoldReleased(LOT, 258, OTHER, ACCOUNT, 1)
    assert rows_of(held) == [row(RowKind.ROOT, bytes(30) + b"\x01\x02")]


@pytest.mark.parametrize(("tag", "kind"), [(1, RowKind.LOT), (3, RowKind.TOTAL)])
def test_a_claim_is_about_what_its_tag_says(tag: int, kind: RowKind) -> None:
    signals = (0, tag | 2 << 8 | 2 << 16 | 27 << 32, 0, 0)
    proof: Any = None
    claim = told.ClaimRecorded(OTHER, LOT, ACCOUNT, Measure.CAHRA_SHARE, 0, 0, 0, signals, proof)
    assert rows_of(claim) == [row(kind, LOT)]


def test_what_is_in_no_row_has_no_place() -> None:
    """Places count what is noted: an event of the council, or a box, moves none."""
    accepted = told.LotAccepted(LOT, ACCOUNT, ACCOUNT, 3)
    unnoted = told.LotConsumed(LOT, OTHER, 4)
    history = [said(accepted), said(unnoted), said(accepted)]
    rows = gather(history)
    assert set(rows) == {row(RowKind.LOT, LOT)}
    (found,) = rows.values()
    entries = [shown.entry for shown in found]
    assert [entry.place for entry in entries] == [1, 2]
    assert count_of(fold(entries)) == 2
    assert fold(entries) != fold(entries[::-1])
    assert fold(entries[:1]) != fold(entries[1:])


def said(event: told.Event) -> Told:
    return Told(event, bytes(20), 5, 1_000, (ZERO32,), b"")
