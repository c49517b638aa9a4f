"""Co-signatures of members under an anchor (EIP-712): who says that the chain was this one.

A wallet signs `typed_data`; the verifier recomputes its hash by the few lines here, so that it
needs no wallet's library.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from coincurve import PublicKey

from lodetrace.audit.anchor import Anchor
from lodetrace.chain.seals import ORDER
from lodetrace.errors import InputError
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_hex
from zk_circuits.keccak import keccak256

NAME: Final = "Lodetrace anchor"
VERSION: Final = "1"
SIGNATURE_BYTES: Final = 65
FIRST_RECOVERY: Final = 27

TYPES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "EIP712Domain": (("string", "name"), ("string", "version"), ("uint256", "chainId")),
    "Anchor": (
        ("bytes32", "genesis"),
        ("uint64", "number"),
        ("bytes32", "blockHash"),
        ("string", "consensus"),
        ("uint64", "epoch"),
        ("address[]", "validators"),
        ("Vote[]", "votes"),
        ("Contract[]", "contracts"),
    ),
    "Contract": (
        ("string", "name"),
        ("uint32", "version"),
        ("address", "at"),
        ("bytes32", "codeHash"),
    ),
    "Vote": (("address", "proposer"), ("address", "candidate"), ("bool", "add")),
}
"""Type and name of every member, in the order in which they are hashed."""


class CoSignatureInvalid(InputError):
    """A signature under an anchor that nobody made, is not in its one form, or came twice."""

    template = "co-signature {index} of the anchor is not valid: {reason}"
    advice = "Take the signature out, or ask its member to sign this very anchor again."


def typed_data(anchor: Anchor) -> dict[str, Any]:
    """What a member's wallet shows and signs."""
    return {
        "types": {
            name: [{"name": member, "type": kind} for kind, member in members]
            for name, members in TYPES.items()
        },
        "primaryType": "Anchor",
        "domain": {"name": NAME, "version": VERSION, "chainId": anchor.chain_id},
        "message": _message(anchor),
    }


def digest(anchor: Anchor) -> bytes:
    """The hash that members sign; without the signatures themselves."""
    domain = {"name": NAME, "version": VERSION, "chainId": anchor.chain_id}
    return keccak256(
        b"\x19\x01" + _hash("EIP712Domain", domain) + _hash("Anchor", _message(anchor))
    )


def co_signers(anchor: Anchor) -> tuple[bytes, ...]:
    """Addresses of 20 bytes, increasing as the signatures are; raises CoSignatureInvalid.

    Whether they belong to members is for the reader's policy to say.
    """
    message = digest(anchor)
    found = [_signer(at, signature, message) for at, signature in enumerate(anchor.signatures)]
    for index in range(1, len(found)):
        if found[index] <= found[index - 1]:
            raise CoSignatureInvalid(
                index=index, reason="signers are not in order, or one is twice"
            )
    return tuple(found)


def with_signatures(anchor: Anchor, signatures: Sequence[bytes]) -> Anchor:
    """The anchor with more signatures, each signer's first one; raises CoSignatureInvalid."""
    message = digest(anchor)
    signed: dict[bytes, bytes] = {}
    for index, signature in enumerate((*anchor.signatures, *signatures)):
        signed.setdefault(_signer(index, signature, message), signature)
    return replace(anchor, signatures=tuple(signed[signer] for signer in sorted(signed)))


def _message(anchor: Anchor) -> dict[str, Any]:
    return {
        "genesis": anchor.genesis,
        "number": anchor.number,
        "blockHash": anchor.hash,
        "consensus": anchor.consensus.value,
        "epoch": anchor.epoch,
        "validators": [hex_of(validator) for validator in anchor.validators],
        "votes": [
            {"proposer": hex_of(voter), "candidate": hex_of(vote.validator), "add": vote.add}
            for voter, vote in anchor.votes
        ],
        "contracts": [
            {
                "name": name,
                "version": contract.version,
                "at": hex_of(contract.address),
                "codeHash": contract.code_hash,
            }
            for name, contract in sorted(anchor.contracts.items())
        ],
    }


def _hash(name: str, value: dict[str, Any]) -> bytes:
    """hashStruct of EIP-712."""
    words = [_word(kind, value[member]) for kind, member in TYPES[name]]
    return keccak256(keccak256(_described(name).encode()) + b"".join(words))


def _described(name: str) -> str:
    """encodeType: the type, then every type that it uses, by name."""
    kinds = {kind.removesuffix("[]") for kind, _ in TYPES[name]}
    used = sorted(kind for kind in kinds if kind in TYPES)
    return "".join(
        f"{one}({','.join(f'{kind} {member}' for kind, member in TYPES[one])})"
        for one in (name, *used)
    )


def _word(kind: str, value: Any) -> bytes:
    """encodeData of one member."""
    if kind.endswith("[]"):
        return keccak256(b"".join(_word(kind.removesuffix("[]"), item) for item in value))
    if kind in TYPES:
        return _hash(kind, value)
    if kind == "string":
        return keccak256(value.encode())
    if kind == "address":
        return parse_hex(value, ADDRESS_BYTES).rjust(32, b"\0")
    return value if kind == "bytes32" else int(value).to_bytes(32, "big")


def _signer(index: int, signature: bytes, message: bytes) -> bytes:
    if len(signature) != SIGNATURE_BYTES or signature[64] - FIRST_RECOVERY not in (0, 1):
        raise CoSignatureInvalid(index=index, reason="65 bytes ending in 27 or 28 are expected")
    if 2 * int.from_bytes(signature[32:64], "big") > ORDER:
        raise CoSignatureInvalid(index=index, reason="it has the higher s")
    recoverable = signature[:64] + bytes((signature[64] - FIRST_RECOVERY,))
    try:
        key = PublicKey.from_signature_and_message(recoverable, message, hasher=None)
    except Exception as error:  # coincurve raises bare Exception and ValueError
        raise CoSignatureInvalid(index=index, reason=str(error)) from error
    return keccak256(key.format(compressed=False)[1:])[12:]
