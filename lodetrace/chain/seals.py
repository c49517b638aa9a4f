"""Seals: enough validators signed the block, each once.

Nodes keep different seals of one block, and a signature has two forms. Evidence shows one form
only: as many seals as a quorum has, by signer, each with the lower of its two possible s.
"""

from collections.abc import Collection
from dataclasses import replace

from lodetrace.chain.errors import (
    SealForeign,
    SealMalformed,
    SealRepeated,
    SealsNotNormal,
    SealsTooFew,
)
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import ExtraData, encode_extra_data, extra_data_of, sealed_hash
from lodetrace.chain.strict_rlp import encode
from lodetrace.secp256k1 import SignatureInvalid, lower, recover
from lodetrace.text import hex_of


def quorum(validators: int) -> int:
    """Seals that a block of so many validators needs: two thirds, rounded up."""
    return -(-2 * validators // 3)


def require_sealed(header: Header, validators: Collection[bytes]) -> list[bytes]:
    """The signers, in the order of the seals.

    Raises SealMalformed, SealForeign, SealRepeated, SealsTooFew or ExtraDataMalformed.
    """
    extra = extra_data_of(header)
    message, seals = sealed_hash(header, extra), extra.seals
    signers: list[bytes] = []
    for index, seal in enumerate(seals):
        signer = signer_of(header.number, index, seal, message)
        place = {"number": header.number, "index": index, "signer": hex_of(signer)}
        if signer not in validators:
            raise SealForeign(**place)
        if signer in signers:
            raise SealRepeated(**place)
        signers.append(signer)
    required = quorum(len(validators))
    if not validators or len(signers) < required:
        raise SealsTooFew(
            number=header.number,
            actual=len(signers),
            validators=len(validators),
            required=required,
        )
    return signers


def require_normal_seals(
    number: int, extra: ExtraData, message: bytes, validators: Collection[bytes]
) -> None:
    """As require_sealed, and only the one form of the seals.

    message: what they sign. Raises SealsNotNormal as well.
    """
    required = quorum(len(validators))
    if len(extra.seals) < required or not validators:
        raise SealsTooFew(
            number=number, actual=len(extra.seals), validators=len(validators), required=required
        )
    if len(extra.seals) > required:
        raise SealsNotNormal(
            number=number, reason=f"{len(extra.seals)} instead of the {required} of a quorum"
        )
    before = b""
    for index, seal in enumerate(extra.seals):
        signer = signer_of(number, index, seal, message)
        place = {"number": number, "index": index, "signer": hex_of(signer)}
        if signer not in validators:
            raise SealForeign(**place)
        if signer == before:
            raise SealRepeated(**place)
        if signer < before:
            raise SealsNotNormal(number=number, reason=f"seal {index} is out of the signers' order")
        if seal != lower(seal):
            raise SealsNotNormal(number=number, reason=f"seal {index} has the higher s")
        before = signer


def normalised(header: Header) -> Header:
    """The header of a node with its seals in their one form; the block stays the same.

    Raises as require_sealed.
    """
    extra = extra_data_of(header)
    signers = require_sealed(header, extra.validators)
    seals = [seal for _, seal in sorted(zip(signers, extra.seals, strict=True))]
    shown = tuple(lower(seal) for seal in seals[: quorum(len(extra.validators))])
    fields = header.with_extra_data(encode_extra_data(replace(extra, seals=shown)))
    return Header.decode(encode(fields))


def signer_of(number: int, index: int, seal: bytes, message: bytes) -> bytes:
    """Address whose key signed; Besu writes the recovery bit as 0 or 1."""
    if seal[64] > 1:
        raise SealMalformed(number=number, index=index, reason=f"recovery bit {seal[64]}")
    try:
        return recover(seal, message)
    except SignatureInvalid as error:
        raise SealMalformed(number=number, index=index, reason=error.values["reason"]) from error
