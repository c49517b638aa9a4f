"""Typed data of EIP-712: what an account signs, and the hash of it.

Own code, because an auditor's installation has no wallet's library. Why EIP-712 and not JWS: the
key that the register on chain names is an Ethereum account, so a signature is checked against the
chain without a second key infrastructure; hardware wallets show what is signed; and the domain
ties it to one chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from lodetrace.errors import zk_refusals
from zk_circuits.abi import address, uint, word32
from zk_circuits.keccak import keccak256


@dataclass(frozen=True, slots=True, eq=False)
class StructType:
    """members: type and name of each, in the order in which they are hashed.

    Compared by identity: its hash is a key of the caches below.
    """

    name: str
    members: tuple[tuple[str, str], ...]


_DOMAIN_MEMBERS: Final = (("string", "name"), ("string", "version"), ("uint256", "chainId"))
DOMAIN_TYPE: Final = StructType("EIP712Domain", _DOMAIN_MEMBERS)
CONTRACT_DOMAIN_TYPE: Final = StructType(
    "EIP712Domain", (*_DOMAIN_MEMBERS, ("address", "verifyingContract"))
)


@dataclass(frozen=True, slots=True)
class Domain:
    """What a signature is for, and on which chain; with verifying_contract, who alone takes it."""

    chain_id: int
    name: str = "Lodetrace"
    version: str = "1"
    verifying_contract: str | None = None

    @property
    def type(self) -> StructType:
        """Its members' types."""
        return DOMAIN_TYPE if self.verifying_contract is None else CONTRACT_DOMAIN_TYPE

    @property
    def values(self) -> dict[str, Any]:
        """Its members by name."""
        return {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.verifying_contract,
        }


@dataclass(frozen=True, slots=True)
class TypedData:
    """types: all structs, that of the message first."""

    types: tuple[StructType, ...]
    domain: Domain
    message: Mapping[str, Any]

    def digest(self) -> bytes:
        """The 32 bytes that are signed; raises StatementRefused for a value outside its type."""
        with zk_refusals():
            struct = _hash_struct(self.types, self.types[0], self.message)
            return keccak256(b"\x19\x01" + _separator(self.domain) + struct)


@lru_cache(maxsize=64)
def _separator(domain: Domain) -> bytes:
    return _hash_struct((), domain.type, domain.values)


def _hash_struct(
    types: tuple[StructType, ...], struct: StructType, values: Mapping[str, Any]
) -> bytes:
    words = [_word(types, kind, name, values[name]) for kind, name in struct.members]
    return keccak256(_type_hash(types, struct) + b"".join(words))


@lru_cache(maxsize=64)
def _type_hash(types: tuple[StructType, ...], struct: StructType) -> bytes:
    """Of encodeType: the struct, then those that its members are of, by name.

    No struct here is nested twice.
    """
    kinds = {kind.removesuffix("[]") for kind, _ in struct.members}
    used = sorted((one for one in types if one.name in kinds), key=lambda one: one.name)
    described = (
        f"{one.name}({','.join(f'{kind} {name}' for kind, name in one.members)})"
        for one in (struct, *used)
    )
    return keccak256("".join(described).encode())


@lru_cache(maxsize=64)
def _text_hash(text: str) -> bytes:
    """The same few texts come with every submission of a day."""
    return keccak256(text.encode())


def _word(types: tuple[StructType, ...], kind: str, name: str, value: Any) -> bytes:
    """encodeData of one member."""
    if kind.endswith("[]"):
        items = (_word(types, kind.removesuffix("[]"), name, item) for item in value)
        return keccak256(b"".join(items))
    for struct in types:
        if struct.name == kind:
            return _hash_struct(types, struct, value)
    match kind:
        case "string":
            return _text_hash(value)
        case "address":
            return address(name, value)
        case "bytes32":
            return word32(name, value)
        case "bool":
            return uint(name, int(value), 1)
        case _:
            return uint(name, value, int(kind.removeprefix("uint")))
