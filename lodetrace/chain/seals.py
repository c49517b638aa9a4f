"""Seals: enough validators signed the block, each once."""

from collections.abc import Collection

from coincurve import PublicKey

from lodetrace.chain.errors import SealForeign, SealMalformed, SealRepeated, SealsTooFew
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import extra_data_of, sealed_hash
from zk_circuits.keccak import keccak256


def quorum(validators: int) -> int:
    """Seals that a block of so many validators needs: two thirds, rounded up."""
    return -(-2 * validators // 3)


def require_sealed(header: Header, validators: Collection[bytes]) -> list[bytes]:
    """The signers, in the order of the seals.

    Raises SealMalformed, SealForeign, SealRepeated, SealsTooFew or ExtraDataMalformed.
    """
    message, seals = sealed_hash(header), extra_data_of(header).seals
    signers: list[bytes] = []
    for index, seal in enumerate(seals):
        signer = _signer(header.number, index, seal, message)
        place = {"number": header.number, "index": index, "signer": "0x" + signer.hex()}
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


def _signer(number: int, index: int, seal: bytes, message: bytes) -> bytes:
    """Address whose key signed; Besu writes the recovery bit as 0 or 1."""
    if seal[64] > 1:
        raise SealMalformed(number=number, index=index, reason=f"recovery bit {seal[64]}")
    try:
        key = PublicKey.from_signature_and_message(seal, message, hasher=None)
    except Exception as error:  # coincurve raises bare Exception and ValueError
        raise SealMalformed(number=number, index=index, reason=str(error)) from error
    return keccak256(key.format(compressed=False)[1:])[12:]
