"""A member's word about his turn (EIP-712): from which files to which, in which ceremony."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

from lodetrace.ceremony.errors import TranscriptMalformed
from lodetrace.ceremony.plan import Participant, Plan
from lodetrace.eip712 import StructType, TypedData
from lodetrace.secp256k1 import Signature
from lodetrace.strict_json import parse
from lodetrace.text import hex_of, parse_bare_hex, parse_hex
from zk_circuits.keccak import keccak256

FIELDS: Final = {"ceremony", "turn", "previous", "engine", "circuits", "signature"}
TYPES: Final = (
    StructType(
        "Contribution",
        (
            ("bytes32", "ceremony"),
            ("uint32", "turn"),
            ("bytes32", "previous"),
            ("string", "engine"),
            ("Step[]", "circuits"),
        ),
    ),
    StructType("Step", (("string", "name"), ("bytes32", "before"), ("bytes32", "after"))),
)


@dataclass(frozen=True, slots=True)
class StepAttested:
    """before, after: SHA-256 of the circuit's file of the turn before, and of this one's."""

    name: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Contribution:
    """previous: the word of the turn before, or the ceremony's id. engine: what computed it."""

    ceremony: bytes
    turn: int
    previous: bytes
    engine: str
    circuits: tuple[StepAttested, ...]

    def typed_data(self, plan: Plan) -> TypedData:
        """What the member signs."""
        steps = [
            {"name": one.name, "before": one.before, "after": one.after} for one in self.circuits
        ]
        message = {
            "ceremony": self.ceremony,
            "turn": self.turn,
            "previous": self.previous,
            "engine": self.engine,
            "circuits": steps,
        }
        return TypedData(TYPES, plan.domain, message)


@dataclass(frozen=True, slots=True)
class Attestation:
    """A contribution with the signature under it."""

    contribution: Contribution
    signature: Signature

    @classmethod
    def parse(cls, file: str, content: bytes) -> Self:
        """Raises InputError."""
        raw = parse(content)
        try:
            if raw.keys() != FIELDS:
                raise ValueError(f"its fields are {', '.join(raw):.120}")
            contribution = Contribution(
                parse_hex(raw["ceremony"], 32),
                _turn(raw["turn"]),
                parse_hex(raw["previous"], 32),
                _text(raw["engine"]),
                tuple(map(_step, raw["circuits"])),
            )
        except (ValueError, TypeError, KeyError) as malformed:
            raise TranscriptMalformed(file=file, reason=malformed) from malformed
        attestation = cls(contribution, Signature.parse(raw["signature"]))
        if attestation.to_bytes() != content:
            raise TranscriptMalformed(file=file, reason="it is not in its one form")
        return attestation

    def to_bytes(self) -> bytes:
        """The reverse of parse."""
        said = self.contribution
        document = {
            "ceremony": hex_of(said.ceremony),
            "turn": said.turn,
            "previous": hex_of(said.previous),
            "engine": said.engine,
            "circuits": [
                {"name": one.name, "before": one.before.hex(), "after": one.after.hex()}
                for one in said.circuits
            ],
            "signature": str(self.signature),
        }
        return (json.dumps(document, indent=2) + "\n").encode()

    def word(self, plan: Plan) -> bytes:
        """What the next turn goes on from: it covers all that came before."""
        return keccak256(self.contribution.typed_data(plan).digest() + self.signature.raw)


def binding(plan: Plan, turn: int, member: Participant, previous: bytes) -> bytes:
    """What a proof of knowledge is drawn from, so that it is of this turn and member alone."""
    return keccak256(plan.id + previous + turn.to_bytes(4, "big") + parse_hex(member.account, 20))


def _step(raw: Any) -> StepAttested:
    if not isinstance(raw, dict) or raw.keys() != {"name", "before", "after"}:
        raise ValueError("a step of it is none")
    hashes = (parse_bare_hex(raw[name], 32) for name in ("before", "after"))
    return StepAttested(_text(raw["name"]), *hashes)


def _turn(raw: Any) -> int:
    if not isinstance(raw, Decimal) or raw != int(raw) or not 0 < raw < 1 << 32:
        raise ValueError("its turn is no number")
    return int(raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("a text is missing")
    return raw
