"""What a site's statement has to be for the chain to take it, and what its attestations sign."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.run_materials import comes_in_units, retires
from lodetrace.contracts.enums import CustodyModel, EventKind
from lodetrace.contracts.structs import ZERO32, SiteEvent, Withdrawal
from zk_circuits.abi import WORD_BYTES, encode, uint, uints, word32, words32
from zk_circuits.field import R
from zk_circuits.keccak import keccak256

MOST_INPUTS: Final = 4

WITHOUT_INPUTS: Final = (EventKind.BIRTH, EventKind.OUTSIDE)

LOOKED_AT: Final = (EventKind.MEASUREMENT, EventKind.END_OF_LIFE)
"""Kinds about one lot, which stays as it is: it is neither named nor locked."""

MAY_LEAVE_NOTHING: Final = (EventKind.LOSS, EventKind.MEASUREMENT)
"""Kinds of events that may have no output."""


class AttestedInvalid(HistoryRefused):
    """A statement that the chain would not have taken."""

    template = "step {step}, {item}: its {field} is invalid"


def require_statement(item: str, statement: SiteEvent, time: int) -> None:
    """time: of the block. Raises AttestedInvalid, naming the first field that is wrong."""
    for field, holds in _checks(statement, time):
        if not holds:
            raise AttestedInvalid(item=item, field=field)


def statement_digest(statement: SiteEvent) -> bytes:
    """What an attestation of the statement signs: every field counts."""
    return _digest(
        [
            word32("site", statement.site),
            uint("sequence", statement.sequence, 32),
            uint("revision", statement.revision, 16),
            uint("kind", statement.kind, 8),
            uint("element", statement.element, 16),
            uint("from", statement.from_, 40),
            uint("to", statement.to, 40),
            word32("document", statement.document),
            word32("commitment", statement.commitment),
            uints("elements", statement.elements, 16),
            uint("model", statement.model, 8),
            uint("unit material", statement.unit_material, 16),
            uint("no output", int(statement.no_output), 8),
            word32("batches", statement.batches),
            words32("inputs", statement.inputs),
            uint("units", statement.units, 32),
        ]
    )


def withdrawal_digest(withdrawal: Withdrawal) -> bytes:
    """What an attestation of a withdrawal signs."""
    return _digest(
        [
            word32("site", withdrawal.site),
            uint("sequence", withdrawal.sequence, 32),
            uint("element", withdrawal.element, 16),
            word32("document", withdrawal.document),
            word32("declaration", withdrawal.declaration),
            word32("reason", withdrawal.reason),
            words32("inputs", withdrawal.inputs),
        ]
    )


def _digest(fields: Sequence[bytes | list[bytes]]) -> bytes:
    """keccak256 of `abi.encode` of a struct with arrays, which stands behind its offset."""
    return keccak256(WORD_BYTES.to_bytes(WORD_BYTES, "big") + encode(fields))


def _checks(statement: SiteEvent, time: int) -> Iterator[tuple[str, bool]]:
    commitment = int.from_bytes(statement.commitment, "big")
    measured = statement.kind == EventKind.MEASUREMENT
    yield "kind", EventKind.NONE < statement.kind <= EventKind.END_OF_LIFE
    yield "sequence", statement.sequence > 0
    yield "document", statement.document != ZERO32
    yield "commitment", 0 < commitment < R
    yield "time", statement.from_ <= statement.to <= time
    yield "elements", _increases(statement.elements) and statement.element in statement.elements
    yield "model", statement.model in list(CustodyModel)
    counted = statement.unit_material
    yield "unit material", counted == 0 or comes_in_units(counted)
    yield "no output", not statement.no_output or statement.kind in MAY_LEAVE_NOTHING
    named = statement.batches != ZERO32
    yield "batches", not named if measured else named or statement.no_output
    yield "inputs", _increases(statement.inputs) and _input_count_fits(statement)
    ends = statement.kind == EventKind.END_OF_LIFE
    yield "units", (statement.units > 0) == ends and (not ends or retires(counted))


def _input_count_fits(statement: SiteEvent) -> bool:
    count = len(statement.inputs)
    if statement.kind in WITHOUT_INPUTS:
        return count == 0
    return count == 1 if statement.kind in LOOKED_AT else 1 <= count <= MOST_INPUTS


def _increases(values: Sequence[int] | Sequence[bytes]) -> bool:
    return all(before < after for before, after in pairwise(values))  # type: ignore[operator]
