"""Step 6: where counters and standings lie, by the compiler's own word."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lodetrace.audit.storage_layout import (
    COUNTERS,
    EXCUSED,
    USED,
    VERSIONS,
    WITHDRAWN,
    WORDS,
    PackedField,
)
from lodetrace.contracts.enums import SubjectKind
from scripts.setup.solc_input import standard_input

NAMES: dict[SubjectKind, tuple[str, str]] = {
    SubjectKind.LOT: ("_lots", "holding"),
    SubjectKind.CERTIFICATE: ("_records", "sequence"),
    SubjectKind.MEMBER: ("_organisations", "sequence"),
    SubjectKind.SITE: ("_cores", "sequence"),
    SubjectKind.PLACE: ("_facts", ""),
    SubjectKind.HOLD: ("_matters", "sequence"),
}


@pytest.fixture(scope="module")
def layouts(root: Path) -> Any:
    """storageLayout of every contract, from the compiler itself."""
    wanted = {field.contract for field in (*COUNTERS.values(), EXCUSED, USED, VERSIONS, WORDS)}
    document = standard_input(root)
    document["settings"]["outputSelection"] = {
        f"contracts/{name}.sol": {name: ["storageLayout"]} for name in wanted
    }
    compiler = root / "build" / "solcx" / "solc-v0.8.30"
    done = subprocess.run(
        [compiler, "--standard-json", "--base-path", root],
        input=json.dumps(document), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    errors = [error for error in answer.get("errors", ()) if error["severity"] == "error"]
    assert errors == []
    return {
        name: answer["contracts"][f"contracts/{name}.sol"][name]["storageLayout"] for name in wanted
    }


def place_of(layout: Any, mapping: str, member: str) -> PackedField:
    """Where the compiler puts a member of a mapping's values."""
    (variable,) = [one for one in layout["storage"] if one["label"] == mapping]
    value = layout["types"][layout["types"][variable["type"]]["value"]]
    if not member:  # the length of a list
        return PackedField("", int(variable["slot"]), 0, 0, 256)
    (found,) = [one for one in value["members"] if one["label"] == member]
    size = int(layout["types"][found["type"]]["numberOfBytes"])
    return PackedField("", int(variable["slot"]), int(found["slot"]), 8 * found["offset"], 8 * size)


@pytest.mark.parametrize("kind", NAMES, ids=lambda kind: kind.name)
def test_counters_lie_where_the_compiler_puts_them(layouts: Any, kind: SubjectKind) -> None:
    ours = COUNTERS[kind]
    found = place_of(layouts[ours.contract], *NAMES[kind])
    assert (found.mapping, found.offset) == (ours.mapping, ours.offset)
    if kind not in (SubjectKind.LOT, SubjectKind.PLACE):
        assert (found.shift, found.bits) == (ours.shift, ours.bits)


def test_sequence_of_a_lot_lies_where_its_library_says(root: Path) -> None:
    text = (root / "contracts" / "types" / "Holding.sol").read_text("utf-8")
    ours = COUNTERS[SubjectKind.LOT]
    assert f"SEQUENCE_AT = {ours.shift};" in text
    assert f"SEQUENCE_MASK = (1 << {ours.bits}) - 1;" in text


@pytest.mark.parametrize(("member", "ours"), [("excused", EXCUSED), ("withdrawn", WITHDRAWN)])
def test_standing_lies_where_the_compiler_puts_it(
    layouts: Any, member: str, ours: PackedField
) -> None:
    found = place_of(layouts["Attestations"], "_standings", member)
    assert (found.mapping, found.offset, found.shift, found.bits) == (
        ours.mapping, ours.offset, ours.shift, ours.bits
    )  # fmt: skip


def test_users_of_site_events_lie_where_the_compiler_puts_them(layouts: Any) -> None:
    (users,) = [one for one in layouts["LotBook"]["storage"] if one["label"] == "_users"]
    kind = layouts["LotBook"]["types"][users["type"]]
    size = 8 * int(layouts["LotBook"]["types"][kind["value"]]["numberOfBytes"])
    assert (int(users["slot"]), 0, 0, size) == (USED.mapping, USED.offset, USED.shift, USED.bits)


def test_versions_of_a_contract_lie_where_the_compiler_puts_them(layouts: Any) -> None:
    found = place_of(layouts["Directory"], "_versions", "")
    assert (found.mapping, found.offset) == (VERSIONS.mapping, VERSIONS.offset)


def test_words_of_rows_lie_where_the_compiler_puts_them(layouts: Any) -> None:
    (words,) = [one for one in layouts["Journal"]["storage"] if one["label"] == "_words"]
    (place,) = [one for one in layouts["Journal"]["storage"] if one["label"] == "place"]
    assert (int(words["slot"]), int(place["slot"])) == (WORDS.mapping, 2)


def test_every_kind_of_subject_has_a_counter() -> None:
    assert set(COUNTERS) == set(SubjectKind) - {SubjectKind.NONE}


def test_the_format_page_says_where_everything_lies(root: Path) -> None:
    """Another verifier reads the places from there."""
    page = (root / "docs" / "audit-bundle.md").read_text("utf-8")
    rows = {
        tuple(cell.strip() for cell in line.strip("|\n").split("|"))[1:]
        for line in page.splitlines()
        if line.startswith("| ")
    }
    flags = ", ".join(str(one.shift) for one in (EXCUSED, WITHDRAWN))
    wanted = {row(one, f"{one.shift}–{one.shift + one.bits - 1}") for one in COUNTERS.values()}
    wanted |= {
        row(one, f"{one.shift}–{one.shift + one.bits - 1}") for one in (USED, VERSIONS, WORDS)
    }
    assert (wanted | {row(EXCUSED, flags)}) - rows == set()


def row(place: PackedField, bits: str) -> tuple[str, ...]:
    """What the page says of a place, after its name."""
    return place.contract, str(place.mapping), str(place.offset), bits
