"""Writes tests/vectors/audit: bundles that every verifier accepts or refuses, and why.

    python -m tests.unit.audit.make_vectors

docs/audit-bundle.md says how another verifier uses them. The keys, and so the seals, are made from
fixed names: the same files come out every time.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lodetrace.audit.evidence import Evidence, establish
from lodetrace.audit.logs import known_shapes
from tests.unit.audit.cases import contents, files, headers, valid, witnesses
from tests.unit.audit.cases.base import MAKERS, Case

TARGET: Final = Path(__file__).resolve().parents[2] / "vectors" / "audit"
MODULES: Final = (valid, files, headers, contents, witnesses)
"""Importing them registers their cases."""


def cases() -> Iterator[Case]:
    """All of them, in their order."""
    return (maker.case() for maker in MAKERS)


def vectors() -> dict[str, dict[str, Any]]:
    """By group: the anchors, and the cases, each with the index of its anchor."""
    found: dict[str, dict[str, Any]] = {}
    for case in cases():
        group = found.setdefault(case.group, {"anchors": [], "cases": []})
        anchor = case.anchor.to_json()
        if anchor not in group["anchors"]:
            group["anchors"].append(anchor)
        group["cases"].append(vector(case, group["anchors"].index(anchor)))
    return found


def vector(case: Case, anchor: int) -> dict[str, Any]:
    """A case as another team reads it."""
    expected: dict[str, Any]
    if case.refused is None:
        expected = accepted(establish(case.file, case.anchor, full_header_chain=case.full))
    else:
        step, error = case.refused
        expected = {"refused": {"step": step, "error": error}}
    return {
        "name": case.name,
        "file": b64encode(case.file).decode(),
        "anchor": anchor,
        "full_header_chain": case.full,
        **expected,
    }


def accepted(evidence: Evidence) -> dict[str, Any]:
    """What a verifier knows after step 6."""
    return {
        "accepted": {
            "subject": [evidence.subject.kind, hexed(evidence.subject.id)],
            "head": evidence.head.number,
            "sealed": evidence.finality.sealed,
            "seals": evidence.finality.seals,
            "set_changes": evidence.finality.set_changes,
            "events": [
                {
                    "block": one.block,
                    "place": one.place,
                    "time": one.time,
                    "contract": one.contract,
                    "version": one.version,
                    "event": type(one.event).__name__,
                    "topic": hexed(topic(one.contract, type(one.event).__name__)),
                }
                for one in evidence.events
            ],
            "rows": [
                [int(row.kind), hexed(row.subject), len(entries)]
                for row, entries in sorted(
                    evidence.closure.rows.items(), key=lambda one: (one[0].kind, one[0].subject)
                )
            ],
            "keys": [hexed(key) for key in evidence.keys],
            "notes": len(evidence.notes),
            "witnesses": [[hexed(one.witness.key), one.seen_at] for one in evidence.witnessed],
        }
    }


def topic(contract: str, event: str) -> bytes:
    """The first topic of an event."""
    shapes = known_shapes()[contract].values()
    return next(shape.topic for shape in shapes if shape.cls.__name__ == event)


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def written(found: dict[str, Any]) -> str:
    """A file of the folder."""
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for group, found in vectors().items():
        (TARGET / f"{group}.json").write_text(written(found), encoding="utf-8")
