"""Co-signatures of members under an anchor (EIP-712): who says that the chain was this one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from lodetrace.audit.anchor import WITNESSED_FORMAT, Anchor
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.errors import InputError
from lodetrace.secp256k1 import Signature, SignatureInvalid
from lodetrace.text import hex_of

NAME: Final = "Lodetrace anchor"

MEMBERS: Final = (
    ("bytes32", "genesis"),
    ("uint64", "number"),
    ("bytes32", "blockHash"),
    ("string", "consensus"),
    ("uint64", "epoch"),
    ("address[]", "validators"),
    ("Vote[]", "votes"),
    ("Contract[]", "contracts"),
)
PARTS: Final = (
    StructType(
        "Contract",
        (
            ("string", "name"),
            ("uint32", "version"),
            ("address", "at"),
            ("bytes32", "codeHash"),
        ),
    ),
    StructType("Vote", (("address", "proposer"), ("address", "candidate"), ("bool", "add"))),
)
TYPES: Final = (StructType("Anchor", MEMBERS), *PARTS)
WITNESSED_TYPES: Final = (
    StructType("Anchor", (*MEMBERS, ("Witness[]", "witnesses"), ("Sealer[]", "sealers"))),
    *PARTS,
    StructType("Sealer", (("address", "validator"), ("bytes32", "group"))),
    StructType(
        "Witness",
        (("address", "key"), ("bytes32", "group"), ("uint64", "since"), ("uint64", "until")),
    ),
)
NO_END: Final = 2**64 - 1
"""The `until` of a witness whose word counts for good, as it is signed."""


class CoSignatureInvalid(InputError):
    """A signature under an anchor that nobody made, is not in its one form, or came twice."""

    template = "co-signature {index} of the anchor {reason}"
    advice = "Take the signature out, or ask its member to sign this very anchor again."


def typed_data(anchor: Anchor) -> TypedData:
    """What members sign: all of the anchor but the signatures themselves."""
    if anchor.format == WITNESSED_FORMAT:
        message = _message(anchor) | _of_witnesses(anchor)
        return TypedData(WITNESSED_TYPES, Domain(anchor.chain_id, NAME, "2"), message)
    return TypedData(TYPES, Domain(anchor.chain_id, NAME), _message(anchor))


def co_signers(anchor: Anchor) -> tuple[bytes, ...]:
    """Addresses of 20 bytes, increasing as the signatures are; raises CoSignatureInvalid.

    Whether they belong to members is for the reader's policy to say.
    """
    message = typed_data(anchor).digest()
    found = [_signer(at, signature, message) for at, signature in enumerate(anchor.signatures)]
    for index in range(1, len(found)):
        if found[index] <= found[index - 1]:
            raise CoSignatureInvalid(
                index=index, reason="is not in order of the signers, or its signer comes twice"
            )
    return tuple(found)


def with_signatures(anchor: Anchor, signatures: Sequence[bytes]) -> Anchor:
    """The anchor with more signatures, each signer's first one; raises CoSignatureInvalid."""
    message = typed_data(anchor).digest()
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


def _of_witnesses(anchor: Anchor) -> dict[str, Any]:
    return {
        "witnesses": [
            {
                "key": hex_of(one.key),
                "group": one.group,
                "since": one.since,
                "until": NO_END if one.until is None else one.until,
            }
            for one in anchor.witnesses
        ],
        "sealers": [
            {"validator": hex_of(validator), "group": group} for validator, group in anchor.sealers
        ],
    }


def _signer(index: int, signature: bytes, message: bytes) -> bytes:
    try:
        return Signature(signature).recover(message)
    except SignatureInvalid as error:
        raise CoSignatureInvalid(index=index, reason=error.values["reason"]) from error
