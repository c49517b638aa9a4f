"""A proof with its public signals, read and written strictly (SPEC section 9).

Proofs are malleable: the negation of A and B is another proof of the same statement. So
nothing may use a proof, or its hash, as an identity.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from zk_circuits.errors import FieldElementOutOfRange, NotAnInteger, ProofMalformed
from zk_circuits.field import Q, R, field_element
from zk_circuits.snarkjs_json import decimal, g1_point, g2_point, text

WORD_NAMES: Final = ("A.x", "A.y", "B.x_c1", "B.x_c0", "B.y_c1", "B.y_c0", "C.x", "C.y")
WORDS: Final = len(WORD_NAMES)
BYTES: Final = 32 * WORDS
LONGEST_JSON: Final = 1 << 16
"""Characters; the longest honest text, 41 public signals, has 3,400."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A Groth16 proof.

    words: A.x, A.y, B.x_c1, B.x_c0, B.y_c1, B.y_c0, C.x, C.y, each below q.
    public: the public signals in the circuit's order, each below r.
    Raises ProofMalformed.
    """

    words: tuple[int, ...]
    public: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "public", tuple(self.public))
        if len(self.words) != WORDS:
            raise ProofMalformed(name="proof", reason=f"has {len(self.words)} words, not {WORDS}")
        for name, word in zip(WORD_NAMES, self.words, strict=True):
            _below(name, word, Q)
        for index, signal in enumerate(self.public):
            _below(f"public signal {index}", signal, R)

    @property
    def evm_bytes(self) -> bytes:
        """The 256 bytes of the words, as a contract takes them."""
        return b"".join(word.to_bytes(32, "big") for word in self.words)

    @classmethod
    def from_evm_bytes(cls, blob: bytes, public: Sequence[int]) -> Self:
        """The reverse of evm_bytes; raises ProofMalformed."""
        if len(blob) != BYTES:
            raise ProofMalformed(name="proof", reason=f"has {len(blob)} bytes, not {BYTES}")
        words = (int.from_bytes(blob[at : at + 32], "big") for at in range(0, BYTES, 32))
        return cls(tuple(words), tuple(public))

    @classmethod
    def from_snarkjs(cls, proof: Mapping[str, object], public: object) -> Self:
        """From snarkjs's parsed `proof.json` and `public.json`; raises ProofMalformed."""
        text("protocol", proof.get("protocol"), "groth16")
        text("curve", proof.get("curve"), "bn128")
        words = (
            *g1_point("pi_a", proof.get("pi_a")),
            *g2_point("pi_b", proof.get("pi_b")),
            *g1_point("pi_c", proof.get("pi_c")),
        )
        if not isinstance(public, list):
            raise ProofMalformed(name="public", reason="is not a list")
        signals = (decimal(f"public {at}", value, R) for at, value in enumerate(public))
        return cls(words, tuple(signals))

    @classmethod
    def parse(cls, proof: str, public: str) -> Self:
        """From the texts of `proof.json` and `public.json`; raises ProofMalformed."""
        document = _json("proof", proof)
        if not isinstance(document, dict):
            raise ProofMalformed(name="proof", reason="is not a JSON object")
        return cls.from_snarkjs(document, _json("public", public))


def _json(name: str, document: str) -> object:
    if len(document) > LONGEST_JSON:
        raise ProofMalformed(name=name, reason=f"has more than {LONGEST_JSON} characters")
    try:
        return json.loads(document, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as unreadable:
        raise ProofMalformed(name=name, reason=f"is not JSON: {unreadable}") from unreadable


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key occurs twice")
    return dict(pairs)


def _below(name: str, value: object, modulus: int) -> None:
    try:
        field_element(name, value, modulus)
    except (FieldElementOutOfRange, NotAnInteger) as wrong:
        raise ProofMalformed(name=name, reason=str(wrong)) from wrong
