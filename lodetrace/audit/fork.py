"""Two signed heads that cannot both be of one history, in one file that anybody can check.

No trust anchor is needed: the signatures name their keys, and the contradiction is in what they
signed. Whose keys those are is for the reader to know. Two readers' anchors and bundles are
compared in equivocation.py; there the seals of validators are the evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from lodetrace.audit.anchor import consensus_of, hash_of
from lodetrace.audit.heads import (
    Head,
    SignedHead,
    head_domain,
    head_from_json,
    head_json,
    whole,
)
from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.chain.header import Header
from lodetrace.chain.strict_rlp import encode
from lodetrace.eip712 import Domain
from lodetrace.errors import InputError, Refused
from lodetrace.secp256k1 import Signature, SignatureInvalid
from lodetrace.text import TextMalformed, hex_of, parse_hex
from lodetrace.version import SOFTWARE

FORMAT: Final = "lodetrace-fork/1"
MOST_HEADERS: Final = 4_096
MOST_SIGNATURES: Final = 64
FIELDS: Final = frozenset(
    {"format", "chain_id", "directory", "kind", "a", "b", "headers", "written_by"}
)


class Kind(StrEnum):
    """How the second head contradicts the first.

    SAME_NUMBER: two blocks of one height. ANOTHER_ANCESTOR: headers lead from the second head down
    to another block at the first one's height. PREVIOUS: the second one names another block as the
    one that was signed before. LOST_STATE: no two histories; one key went back in its own.
    """

    SAME_NUMBER = "same number"
    ANOTHER_ANCESTOR = "another ancestor"
    PREVIOUS = "previous"
    LOST_STATE = "lost state"


class NoContradiction(Refused):
    """Two heads that can be of one history."""

    template = "blocks {a} and {b} do not contradict each other: {reason}"
    advice = "Nothing is to be reported."


class HeadersNeeded(Refused):
    """Heads of two heights, and nothing that says whether one follows the other."""

    template = "only the headers between blocks {a} and {b} tell"
    advice = "Run it where a node of yours has the later block; its headers are read from there."


class HeadersTooMany(Refused):
    """Heads too far apart for one file."""

    template = "{count} headers lie between the two heads, at most {most} fit into a file"
    advice = "Compare an earlier head of the later witness."


class HeadersBroken(EvidenceInvalid):
    """Headers that do not lead from a head down to a height."""

    template = "the header of block {number} is {actual}, expected is {expected}"


class ForkUnreadable(InputError):
    """A file that is no evidence of two histories."""

    template = "no evidence of a fork in {source}: {reason}"
    advice = "Rely on nothing in it. Take the signed heads themselves, and compare those."


@dataclass(frozen=True, slots=True)
class Said:
    """A head, and the signatures under just this one: 65 bytes each, by signer."""

    head: Head
    signatures: tuple[bytes, ...]

    def signers(self, domain: Domain) -> tuple[bytes, ...]:
        """Addresses of 20 bytes; raises SignatureInvalid."""
        message = self.head.typed_data(domain).digest()
        return tuple(Signature(signature).recover(message) for signature in self.signatures)

    def to_json(self) -> dict[str, Any]:
        """As the file has it."""
        return {
            "head": head_json(self.head),
            "signatures": [hex_of(one) for one in self.signatures],
        }


@dataclass(frozen=True, slots=True)
class Fork:
    """The evidence. headers: of kind ANOTHER_ANCESTOR, from the second head downwards."""

    domain: Domain
    kind: Kind
    a: Said
    b: Said
    headers: tuple[Header, ...] = field(default=())

    @property
    def signers(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Who signed the first head, and who the second; raises SignatureInvalid."""
        return self.a.signers(self.domain), self.b.signers(self.domain)

    @property
    def signed_both(self) -> tuple[bytes, ...]:
        """Keys that contradict themselves: nobody else has to be believed about them."""
        first, second = self.signers
        return tuple(sorted(set(first) & set(second)))

    @property
    def said(self) -> str:
        """In a sentence."""
        a, b = self.a.head, self.b.head
        match self.kind:
            case Kind.SAME_NUMBER:
                return f"Two blocks {a.number}: {hex_of(a.block_hash)}, {hex_of(b.block_hash)}."
            case Kind.PREVIOUS:
                return (
                    f"Block {a.number} is {hex_of(a.block_hash)}; who signed block {b.number} says "
                    f"that it follows {hex_of(b.previous_hash)} there."
                )
            case Kind.ANOTHER_ANCESTOR:
                return (
                    f"Block {b.number} descends from another block {a.number} than "
                    f"{hex_of(a.block_hash)}."
                )
        return (
            f"Block {a.number} was signed at {a.seen_at}, the earlier block {b.number} at "
            f"{b.seen_at}: a witness went back, as after a lost state. No two histories are shown."
        )

    def to_json(self) -> dict[str, Any]:
        """As the file has it."""
        return {
            "format": FORMAT,
            "written_by": SOFTWARE,
            "chain_id": self.domain.chain_id,
            "directory": str(self.domain.verifying_contract).lower(),
            "kind": self.kind.value,
            "a": self.a.to_json(),
            "b": self.b.to_json(),
            "headers": [hex_of(encode(header.fields)) for header in self.headers],
        }

    @classmethod
    def from_json(cls, document: object, source: str) -> Self:
        """The evidence, checked in all its parts; raises ForkUnreadable."""
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ForkUnreadable(source=source, reason=f"its format is not {FORMAT}")
        if document.keys() != FIELDS:
            odd = ", ".join(sorted(document.keys() ^ FIELDS))
            raise ForkUnreadable(source=source, reason=f"fields {odd[:200]}")
        try:
            found = cls(
                domain=head_domain(
                    whole(document["chain_id"]), parse_hex(document["directory"], 20)
                ),
                kind=Kind(document["kind"]),
                a=_said(document["a"]),
                b=_said(document["b"]),
                headers=_headers(document["headers"]),
            )
            found._require()
        except (EvidenceInvalid, NoContradiction, HeadersNeeded) as error:
            raise ForkUnreadable(source=source, reason=error) from error
        except (SignatureInvalid, TextMalformed, ValueError) as error:
            raise ForkUnreadable(source=source, reason=error) from error
        return found

    def _require(self) -> None:
        """Raises ValueError and what contradiction_of raises."""
        for signers in self.signers:
            if list(signers) != sorted(set(signers)):
                raise ValueError("signatures are not by signer, or one is there twice")
        if self.kind is Kind.LOST_STATE and not self.signed_both:
            raise ValueError("nobody signed both heads")
        found = contradiction_of(self.a.head, self.b.head, self.headers)
        if found is not self.kind:
            raise ValueError(f"it shows {found.value}, not {self.kind.value}")
        if self.headers and found is not Kind.ANOTHER_ANCESTOR:
            raise ValueError("headers that show nothing")


def contradiction_of(a: Head, b: Head, headers: Sequence[Header] = ()) -> Kind:
    """How the heads contradict each other; the second one is not lower, but for a lost state.

    headers: from the second head's block downwards, each the parent of the one before. Raises
    NoContradiction, HeadersNeeded or EvidenceInvalid.
    """
    numbers = {"a": a.number, "b": b.number}
    if a.genesis != b.genesis:
        raise NoContradiction(**numbers, reason="they are of two chains, by their genesis blocks")
    if b.number < a.number:
        if b.seen_at > a.seen_at:
            return Kind.LOST_STATE
        raise NoContradiction(**numbers, reason="the later one comes second")
    if a.number == b.number:
        if a.block_hash != b.block_hash:
            return Kind.SAME_NUMBER
        raise NoContradiction(**numbers, reason="they are of one block")
    if b.previous_number == a.number and b.previous_hash != a.block_hash:
        return Kind.PREVIOUS
    if not headers:
        if (b.previous_number, b.previous_hash) == (a.number, a.block_hash):
            raise NoContradiction(**numbers, reason="the second extends the first")
        raise HeadersNeeded(**numbers)
    ancestor = _ancestor(b, headers, a.number)
    if ancestor == a.block_hash:
        raise NoContradiction(**numbers, reason="the second descends from the first")
    return Kind.ANOTHER_ANCESTOR


def fork_of(one: SignedHead, other: SignedHead, headers: Sequence[Header] = ()) -> Fork:
    """The evidence that two signed heads make; raises NoContradiction or HeadersNeeded."""
    if one.domain != other.domain:
        reason = "they are of two chains, or of two Directories"
        raise NoContradiction(a=one.head.number, b=other.head.number, reason=reason)
    a, b = sorted((one, other), key=lambda signed: (signed.head.number, signed.head.seen_at))
    if a.signer == b.signer and a.head.number < b.head.number and a.head.seen_at > b.head.seen_at:
        return _fork(Kind.LOST_STATE, b, a, ())
    kind = contradiction_of(a.head, b.head, headers)
    return _fork(kind, a, b, tuple(headers) if kind is Kind.ANOTHER_ANCESTOR else ())


def first_fork(ours: Sequence[SignedHead], theirs: Sequence[SignedHead]) -> Fork | None:
    """The first contradiction between heads of two, or among those of one, without headers."""
    heads = sorted((*ours, *theirs), key=lambda signed: (signed.head.number, signed.head.seen_at))
    last: dict[bytes, SignedHead] = {}
    blocks: dict[tuple[Domain, int], SignedHead] = {}
    for signed in heads:
        head, signer = signed.head, signed.signer
        for number in {head.number, head.previous_number}:
            other = blocks.get((signed.domain, number))
            if other is not None and _contradicts(other, signed):
                return fork_of(other, signed)
        before = last.get(signer)
        if before is not None and _contradicts(before, signed):
            return fork_of(before, signed)
        blocks.setdefault((signed.domain, head.number), signed)
        if before is None or before.head.seen_at <= head.seen_at:
            last[signer] = signed
    return None


def _contradicts(one: SignedHead, other: SignedHead) -> bool:
    try:
        fork_of(one, other)
    except (NoContradiction, HeadersNeeded):
        return False
    return True


def _fork(kind: Kind, a: SignedHead, b: SignedHead, headers: tuple[Header, ...]) -> Fork:
    return Fork(a.domain, kind, Said(a.head, (a.signature,)), Said(b.head, (b.signature,)), headers)


def _ancestor(b: Head, headers: Sequence[Header], height: int) -> bytes:
    """The hash of the block at a height from which a head descends, as the headers show it."""
    wanted, number = b.block_hash, b.number
    for header in headers:
        found = hash_of(header, consensus_of(header))
        if number == height or header.number != number or found != wanted:
            expected = "none" if number == height else hex_of(wanted)
            raise HeadersBroken(number=number, actual=hex_of(found), expected=expected)
        wanted, number = header.parent, number - 1
    if number != height:
        raise HeadersBroken(number=number, actual="not there", expected=hex_of(wanted))
    return wanted


def _said(value: object) -> Said:
    if not isinstance(value, dict) or value.keys() != {"head", "signatures"}:
        raise ValueError("a side of it is a head and its signatures")
    signatures = value["signatures"]
    if not isinstance(signatures, list) or not 0 < len(signatures) <= MOST_SIGNATURES:
        raise ValueError(f"a head has 1 to {MOST_SIGNATURES} signatures")
    return Said(head_from_json(value["head"]), tuple(parse_hex(one, 65) for one in signatures))


def _headers(value: object) -> tuple[Header, ...]:
    if not isinstance(value, list) or len(value) > MOST_HEADERS:
        raise ValueError(f"headers are a list of at most {MOST_HEADERS}")
    return tuple(Header.decode(parse_hex(one)) for one in value)
