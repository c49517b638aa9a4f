"""Heads of a chain as witnesses sign them (docs/audit-bundle.md, section 8).

A witness is a member that vouches for one history: each head that it signs extends the one that it
signed before. Two signatures of one key that contradict each other are evidence by themselves.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

from lodetrace.audit.anchor import Anchor, AnchorInconsistent
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.errors import InputError
from lodetrace.secp256k1 import Signature, SignatureInvalid
from lodetrace.strict_json import unique_keys
from lodetrace.text import ADDRESS_BYTES, TextMalformed, checksummed, hex_of, parse_hex
from zk_circuits.keccak import keccak256

FORMAT: Final = "lodetrace-head/1"
NAME: Final = "Lodetrace head"
VERSION: Final = "2"
GRID: Final = 5 * 60
"""Seconds between two heads that witnesses sign."""

AHEAD: Final = 60
"""Seconds by which a block may be ahead of a witness's clock."""

MEMBERS: Final = (
    ("bytes32", "genesis"),
    ("uint64", "number"),
    ("bytes32", "blockHash"),
    ("uint64", "blockTime"),
    ("bytes32", "validators"),
    ("uint64", "previousNumber"),
    ("bytes32", "previousHash"),
    ("uint64", "seenAt"),
)
TYPES: Final = (StructType("Head", MEMBERS),)


class HeadUnreadable(InputError):
    """Something that is no signed head."""

    template = "no signed head in {source}: {reason}"
    advice = "Take the file as the witness published it."


@dataclass(frozen=True, slots=True)
class Head:
    """What a witness says: this block was the chain's, as an extension of the one before.

    validators: digest of the set after the block. previous_…: signed before by this witness; its
    first head names what it began at. seen_at: seconds since 1970, by the witness's clock.
    """

    genesis: bytes
    number: int
    block_hash: bytes
    block_time: int
    validators: bytes
    previous_number: int
    previous_hash: bytes
    seen_at: int

    def typed_data(self, domain: Domain) -> TypedData:
        """What is signed."""
        values = (
            self.genesis,
            self.number,
            self.block_hash,
            self.block_time,
            self.validators,
            self.previous_number,
            self.previous_hash,
            self.seen_at,
        )
        names = (name for _, name in MEMBERS)
        return TypedData(TYPES, domain, dict(zip(names, values, strict=True)))

    @property
    def contradiction(self) -> str | None:
        """What no witness says that keeps the rules, in words; None where it keeps them."""
        if self.block_time > self.seen_at + AHEAD:
            return f"was seen at {self.seen_at}, and the block is of {self.block_time}"
        if self.previous_number > self.number:
            return f"follows block {self.previous_number}, which is later"
        if self.previous_number == self.number and self.previous_hash != self.block_hash:
            return f"names two blocks {self.number}"
        return None


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with its signature, as a witness publishes it."""

    domain: Domain
    head: Head
    signature: bytes

    @property
    def signer(self) -> bytes:
        """Address of 20 bytes; raises SignatureInvalid."""
        return Signature(self.signature).recover(self.head.typed_data(self.domain).digest())

    def to_json(self) -> dict[str, Any]:
        """As a file has it."""
        return {
            "format": FORMAT,
            "chain_id": self.domain.chain_id,
            "directory": str(self.domain.verifying_contract).lower(),
            **head_json(self.head),
            "signature": hex_of(self.signature),
        }

    @classmethod
    def from_json(cls, document: object, source: str = "the file") -> Self:
        """Raises HeadUnreadable; of a signature that nobody made as well."""
        fields = ("format", "chain_id", "directory", *HEAD_FIELDS, "signature")
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise HeadUnreadable(source=source, reason=f"its format is not {FORMAT}")
        if document.keys() != set(fields):
            odd = ", ".join(sorted(document.keys() ^ set(fields)))
            raise HeadUnreadable(source=source, reason=f"fields {odd[:200]}")
        try:
            domain = head_domain(
                whole(document["chain_id"]), parse_hex(document["directory"], ADDRESS_BYTES)
            )
            head = head_from_json({name: document[name] for name in HEAD_FIELDS})
            found = cls(domain, head, parse_hex(document["signature"], 65))
            found.signer  # noqa: B018 - raises where nobody made it
        except (TextMalformed, SignatureInvalid, ValueError) as error:
            raise HeadUnreadable(source=source, reason=error) from error
        return found

    @classmethod
    def parse(cls, content: bytes, source: str) -> Self:
        """Of the bytes of a file; raises HeadUnreadable."""
        try:
            document = json.loads(content, object_pairs_hook=unique_keys)
        except (ValueError, RecursionError) as error:
            raise HeadUnreadable(source=source, reason=f"malformed: {error}") from error
        return cls.from_json(document, source)


HASHES: Final = ("genesis", "block_hash", "validators", "previous_hash")
NUMBERS: Final = ("number", "block_time", "previous_number", "seen_at")
HEAD_FIELDS: Final = (*HASHES, *NUMBERS)


def head_json(head: Head) -> dict[str, Any]:
    """The fields of a head in a file."""
    hashes = {name: hex_of(getattr(head, name)) for name in HASHES}
    return hashes | {name: getattr(head, name) for name in NUMBERS}


def head_from_json(document: object) -> Head:
    """Raises ValueError or TextMalformed."""
    if not isinstance(document, dict) or document.keys() != set(HEAD_FIELDS):
        raise ValueError("a head has other fields")
    found: dict[str, Any] = {name: parse_hex(document[name], 32) for name in HASHES}
    found |= {name: whole(document[name]) for name in NUMBERS}
    return Head(**found)


def whole(value: object) -> int:
    """A whole number of a file; raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64:
        raise ValueError(f"{str(value)[:80]!r} is no whole number below 2^64")
    return value


def head_domain(chain_id: int, directory: bytes) -> Domain:
    """For which chain a head is signed. directory: address of its Directory, 20 bytes."""
    return Domain(chain_id, NAME, VERSION, checksummed(directory))


def domain_of(anchor: Anchor) -> Domain:
    """For which chain the witnesses of an anchor sign; raises AnchorInconsistent."""
    if "Directory" not in anchor.contracts:
        raise AnchorInconsistent(reason="heads are signed for a Directory, and it names none")
    return head_domain(anchor.chain_id, anchor.contracts["Directory"].address)


def set_digest(validators: Iterable[bytes]) -> bytes:
    """Of a set of validators: keccak256 of their addresses, sorted, one behind the other."""
    return keccak256(b"".join(sorted(validators)))
